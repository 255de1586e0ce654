"""Finds the Chromium of this machine and opens it for tests: nothing of the user's own profile enters or stays."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PROGRAM = "SADA_CHROMIUM"  # names the program where none of NAMES is on the PATH
NEEDED = "SADA_NEED_BROWSER"  # =1: a missing browser fails the tests instead of skipping them
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = f"no Chromium here: install one (Debian: apt-get install chromium fonts-noto-core) or name it in {PROGRAM}"
START_MS = 60_000
ARGUMENTS = (
    "--no-sandbox",  # CI runs as root, where Chromium refuses its sandbox
    "--disable-dev-shm-usage",  # containers have 64 MB of /dev/shm
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium(environ: Mapping[str, str] | None = None) -> str | None:
    """Find the program to start: what `SADA_CHROMIUM` names, else the first of `NAMES` on the PATH."""
    chosen = os.environ if environ is None else environ
    wished = chosen.get(PROGRAM, "")
    names = (wished,) if wished else NAMES
    return next((found for name in names if (found := shutil.which(name, path=chosen.get("PATH")))), None)


@contextmanager
def open_browser(program: str, home: Path) -> Iterator[Browser]:
    """Open a browser whose home is `home`; its profile is a temporary folder that ends with it."""
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        environment = {**os.environ, "HOME": str(home)}
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS"):
            environment.pop(name, None)
        browser = playwright.chromium.launch(
            executable_path=program, args=list(ARGUMENTS), env=environment, timeout=START_MS
        )
        try:
            yield browser
        finally:
            asyncio._set_running_loop(loop)
            browser.close()


@contextmanager
def without_running_loop() -> Iterator[None]:
    """Hide the event loop that an open browser keeps running in this thread, so that others can run theirs."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
