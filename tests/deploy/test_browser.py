"""The tests' browser: how it is found, that it opens Arabic pages, and that it leaves event loops to others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import NAMES, PROGRAM, find_chromium


def put_program(folder: Path, name: str) -> str:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(program)


def test_no_browser_is_none(tmp_path: Path) -> None:
    """Where the PATH holds no Chromium and nothing names one, there is none."""
    assert find_chromium({"PATH": str(tmp_path)}) is None
    assert find_chromium({"PATH": str(tmp_path), PROGRAM: str(tmp_path / "missing")}) is None


@pytest.mark.parametrize("name", NAMES)
def test_found_by_each_name(tmp_path: Path, name: str) -> None:
    """Each name under which systems install it is found on the PATH."""
    assert find_chromium({"PATH": str(tmp_path)}) is None
    assert find_chromium({"PATH": str(tmp_path), PROGRAM: ""}) is None
    program = put_program(tmp_path, name)
    assert find_chromium({"PATH": str(tmp_path)}) == program


def test_the_named_one_wins(tmp_path: Path) -> None:
    """`SADA_CHROMIUM` goes before the PATH."""
    put_program(tmp_path, "chromium")
    mine = put_program(tmp_path, "mine")
    assert find_chromium({"PATH": str(tmp_path), PROGRAM: mine}) == mine


def test_it_lays_out_arabic(browser: Browser) -> None:
    """The browser draws a page from right to left: the first word ends at the right edge."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<body style='margin:0' dir=rtl><span id=first>صدى</span> <span id=last>الأخبار</span>")
        first, last = page.locator("#first").bounding_box(), page.locator("#last").bounding_box()
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]


async def test_an_open_browser_leaves_event_loops_alone() -> None:
    """An asynchronous test runs while the session's browser stays open."""
    await asyncio.sleep(0)
    assert asyncio.get_running_loop().is_running()


def test_it_still_answers_after_another_loop_ran(browser: Browser) -> None:
    """A test after an asynchronous one uses the same browser."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto("data:text/html,<title>Sada</title>")
        assert page.title() == "Sada"
