"""Settings in, the desk served until it is told to stop; its pulse says that it is alive."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import webbrowser
from collections.abc import AsyncIterator
from types import FrameType

import uvicorn
from structlog import get_logger

from desk.app import create_app
from schemas import Settings
from schemas.pulse import Pulse

from .desk_hooks import LineHooks
from .desk_port import desk_address
from .errors import UserError

log = get_logger(__name__)

GOODBYE_SECONDS = 2
"""Time for pages that watch the line to be told that it is over."""

TURN_SECONDS = 1.0


def serve(settings: Settings, pulse: Pulse, *, open_browser: bool = False) -> int:
    """Serve the desk until SIGTERM or SIGINT; return 0.

    Raises:
        UserError: nobody can listen at its address.
        SettingsError: others would reach it, and no login is asked for.
    """
    app = create_app(settings, LineHooks(settings))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GOODBYE_SECONDS
    )
    with contextlib.closing(_listen(settings)) as listening:
        address = desk_address(settings.desk_host, listening.getsockname()[1])
        log.info("the desk is open", address=address)
        if open_browser:
            webbrowser.open(address)
        for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn ends in order, then raises the signal once more
            signal.signal(number, _ended)
        asyncio.run(_serve(uvicorn.Server(config), listening, pulse))
    return 0


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.desk_host, settings.desk_port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        problem = f"the desk cannot listen at {host} port {port}: {error.strerror}"
        raise UserError(problem, "choose another: --port, SADA_DESK_PORT") from error


async def _serve(server: uvicorn.Server, listening: socket.socket, pulse: Pulse) -> None:
    async with _beating(pulse):
        pulse.join()
        await server.serve(sockets=[listening])


def _ended(number: int, frame: FrameType | None) -> None:
    """Take the signal that has ended the server already."""


@contextlib.asynccontextmanager
async def _beating(pulse: Pulse) -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            pulse.turn()
            await asyncio.sleep(TURN_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
