"""The line, live, and what people put into it: files, a pasted text, rejects sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from desk.dates import now, show_number
from desk.hooks import HookError, Replayed
from desk.inbox import Outcome, save
from desk.room import MOST_FILES, Desk, action, render, show, texts_of
from desk.texts import Texts
from desk.watch import EVERY, Look

SHOWN: Final = 50
"""Rejects that are listed; the command line lists all."""

PATIENCE: Final = 0.7
"""Seconds that the page waits for a first look; a later one comes by itself."""


@dataclass(frozen=True)
class Line:
    """One line of an outcome."""

    text: str
    good: bool


async def line(request: Request) -> Response:
    """Show the line as it is now."""
    desk = Desk.of(request)
    look = await desk.watch.look(PATIENCE)
    rejects, trouble = await asyncio.to_thread(_rejects, desk)
    return show(
        request,
        "line.html",
        look=look,
        every=f"{EVERY:g}",
        counts=sorted(look.line.rejects.items(), key=lambda one: -one[1]) if look else _count(rejects),
        rejects=rejects,
        reject_trouble=trouble,
        most_bytes=desk.settings.max_file_bytes,
        most_files=MOST_FILES,
    )


def _rejects(desk: Desk) -> tuple[tuple[object, ...], str | None]:
    try:
        return desk.hooks.list_rejects(None, SHOWN), None
    except HookError as error:
        return (), "; ".join(part for part in (error.problem, error.remedy) if part)


def _count(rejects: Iterable[object]) -> list[tuple[str, int]]:
    reasons = [getattr(one, "reason", "") for one in rejects]
    return [(reason, reasons.count(reason)) for reason in dict.fromkeys(reasons)]


async def events(request: Request) -> Response:
    """Send the live parts of the page again and again (server-sent events)."""
    return StreamingResponse(_events(request), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _events(request: Request) -> AsyncIterator[str]:
    watch = Desk.of(request).watch
    while True:
        look: Look | None = await watch.look(EVERY)
        if look is not None:
            html = render(request, "line_live.html", look=look, every=f"{EVERY:g}")
            yield f"data: {json.dumps(html)}\n\n"
        else:
            yield ": waiting\n\n"
        await asyncio.sleep(EVERY)


async def put_files(request: Request, form: FormData) -> Response:
    """Put the files of a form into the inbox."""
    desk = Desk.of(request)
    uploads = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    outcomes: list[Outcome] = []
    try:
        for upload in uploads[:MOST_FILES]:
            data = await upload.read(desk.settings.max_file_bytes + 1)
            outcomes.append(await asyncio.to_thread(save, desk.settings, upload.filename or "", data, now()))
    except OSError as error:
        return _show(request, [*_told(texts_of(request), outcomes), _unwritable(request, error)])
    outcomes += [Outcome(one.filename or "", "line.refused_many") for one in uploads[MOST_FILES:]]
    return _show(request, _told(texts_of(request), outcomes))


async def put_text(request: Request, form: FormData) -> Response:
    """Put a pasted text into the inbox."""
    desk, texts = Desk.of(request), texts_of(request)
    data = str(form.get("text") or "").encode("utf-8", "replace")
    try:
        outcome = await asyncio.to_thread(save, desk.settings, "pasted.txt", data, now())
    except OSError as error:
        return _show(request, [_unwritable(request, error)])
    return _show(request, _told(texts, [outcome]))


async def replay(request: Request, form: FormData) -> Response:
    """Send rejects again: one by its id, or all of one reason."""
    desk = Desk.of(request)
    one, reason = form.get("id"), form.get("reason")
    ids = (one,) if isinstance(one, str) else ()
    if not ids and not isinstance(reason, str):
        return _show(request, [])
    try:
        done = await asyncio.to_thread(desk.hooks.replay, None if ids else str(reason), ids)
    except HookError as error:
        said = "; ".join(part for part in (error.problem, error.remedy) if part)
        return _show(request, [Line(said, good=False)])
    return _show(request, list(_replayed(texts_of(request), done)))


def _replayed(texts: Texts, done: Replayed) -> Iterable[Line]:
    numbers = {name: getattr(done, name) for name in ("accepted", "again", "handed", "waiting")}
    shown = {name: show_number(number, texts.language) for name, number in numbers.items()}
    yield Line(texts("line.replayed", **shown), good=not done.again)
    for why in done.impossible:
        yield Line(texts("line.impossible", why=why), good=False)


def _told(texts: Texts, outcomes: Iterable[Outcome]) -> list[Line]:
    return [
        Line(texts("line.accepted", name=one.name), good=True)
        if one.refused is None
        else Line(texts("line.refused", name=one.name, why=texts(one.refused)), good=False)
        for one in outcomes
    ]


def _unwritable(request: Request, error: OSError) -> Line:
    return Line(texts_of(request)("line.unwritable", why=error.strerror or type(error).__name__), good=False)


def _show(request: Request, lines: list[Line]) -> Response:
    shown = lines or [Line(texts_of(request)("line.nothing_sent"), good=False)]
    status = 200 if any(one.good for one in shown) else 400
    part = request.headers.get("x-desk-part") is not None
    return show(request, "outcome.html" if part else "outcome_page.html", status, lines=shown)


ROUTES: Final = (
    Route("/line", line),
    Route("/line/events", events),
    action("/line/files", put_files),
    action("/line/text", put_text),
    action("/line/replay", replay),
)
