"""One thing that was looked at in, what a person is told of it out."""

from __future__ import annotations

from enum import StrEnum

from schemas.message import Record

GIB = 1024**3


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(Record):
    """What was looked at, where, what was found, and what to do where it is not as it should be."""

    verdict: Verdict
    what: str
    where: str
    found: str
    remedy: str = ""


def ok(what: str, where: object, found: str) -> Finding:
    """All is well."""
    return Finding(verdict=Verdict.OK, what=what, where=str(where), found=found)


def warn(what: str, where: object, found: str, remedy: str) -> Finding:
    """It works, but not as it should, or not for long."""
    return Finding(verdict=Verdict.WARN, what=what, where=str(where), found=found, remedy=remedy)


def fail(what: str, where: object, found: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(verdict=Verdict.FAIL, what=what, where=str(where), found=found, remedy=remedy)


def one_line(error: BaseException) -> str:
    """Say what `error` says, in one line of bearable length."""
    return " ".join(str(error).split())[:300] or type(error).__name__
