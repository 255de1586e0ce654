"""An exception in, one line for a person out: what went wrong, where, and what to do about it."""

from __future__ import annotations

import os
import traceback

from pydantic import ValidationError

DEBUG = "SADA_DEBUG"
"""Set to 1, it shows the stack trace behind an error line."""


ROOMS = {"schemas", "producers", "streams", "sinks", "desk", "sada"}
"""Where exceptions come from whose text was written for a person."""


class UserError(Exception):
    """Something that the person at the keyboard can mend; `remedy` says how."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def explain(error: BaseException) -> str:
    """Return one line about `error`.

    >>> explain(UserError("no line is running here", "start one: sada up"))
    'no line is running here; start one: sada up'
    """
    if isinstance(error, UserError):
        return "; ".join(part for part in (error.problem, error.remedy) if part)
    if isinstance(error, ValidationError):
        return _setting(error)
    if type(error).__module__.split(".")[0] in ROOMS:
        return _ours(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"{_one_line(error)} ({type(error).__name__}; {DEBUG}=1 shows where)"


def debug_trace(error: BaseException) -> str:
    """Return the stack trace of `error` where SADA_DEBUG asks for it, else nothing."""
    if os.environ.get(DEBUG, "0") in {"", "0"}:
        return ""
    return "".join(traceback.format_exception(error))


def _setting(error: ValidationError) -> str:
    """Name the variable, never its value: it may be a secret."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = "SADA_" + ".".join(str(part) for part in first["loc"]).upper()
    said = first["msg"].removeprefix("Value error, ")
    return f"{name}: {said}; correct it in the environment or in .env (all settings: README.md)"


def _ours(error: BaseException) -> str:
    """Our own errors say what to do; where one quotes the end of a log, name the log instead."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return " ".join([lines[0], lines[-1]] if len(lines) > 1 else lines)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or "failed without a message"
