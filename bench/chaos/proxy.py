"""A wire between a client and a server that can be slowed, cut, or made to answer by itself that it is busy."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

HOST: Final = "127.0.0.1"
PIECE: Final = 65_536


@dataclass
class Weather:
    """What befalls the wire: seconds that each piece of data waits, whether it is cut, the HTTP status it answers."""

    delay: float = 0.0
    cut: bool = False
    answer: int | None = None


class Wire:
    """Listens on a free port of loopback and passes all to `target`, weather permitting. In a thread of its own."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.weather = Weather()
        self.port = 0
        self.taken = 0
        """Connections so far, also those that were dropped."""
        self._loop = asyncio.new_event_loop()
        self._ends: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, HOST, 0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def change(self, *, delay: float = 0.0, cut: bool = False, answer: int | None = None) -> None:
        """Set the weather; where it cuts or answers, connections that stand are broken."""
        self.weather = Weather(delay, cut, answer)
        if cut or answer is not None:
            self._do(self._break())

    def close(self) -> None:
        """Break every connection and stop listening."""
        self._loop.call_soon_threadsafe(self._server.close)  # not from this thread: the loop closes it too
        self._do(self._break())
        self._do(self._end_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - hands through what `work` returns
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _break(self) -> None:
        for end in list(self._ends):
            end.transport.abort()

    async def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        self.taken += 1
        try:
            if self.weather.cut:
                return
            if self.weather.answer is not None:
                await self._answer(reader, writer)
                return
            await self._pass(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            self._ends.discard(writer)
            writer.transport.abort() if self.weather.cut else writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(HOST, self.target)
        self._ends.add(far_writer)
        try:
            ways = [
                asyncio.ensure_future(self._copy(reader, far_writer)),
                asyncio.ensure_future(self._copy(far_reader, writer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._ends.discard(far_writer)
            far_writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                if self.weather.delay:
                    await asyncio.sleep(self.weather.delay)
                writer.write(data)
                await writer.drain()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one HTTP request and refuse it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if "\r\ncontent-length:" in head:
            await reader.readexactly(int(head.split("\r\ncontent-length:")[1].split("\r\n")[0]))
        body = b'{"error":{"type":"es_rejected_execution_exception","reason":"chaos"},"status":%d}' % (
            self.weather.answer or 503
        )
        writer.write(
            b"HTTP/1.1 %d busy\r\ncontent-type: application/json\r\nx-elastic-product: Elasticsearch\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n"
            % (self.weather.answer or 503, len(body))
            + (b"" if head.startswith("head ") else body)
        )
        await writer.drain()
