"""A number and a seed in, the story of an inbox out: pages, copies under other names, edits, hopeless files."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.corpus import page

COPIES: Final = 0.10
EDITED: Final = 0.05
HOPELESS: Final = 0.02
HOPELESS_KINDS: Final = ("empty", "blank", "binary", "undecodable", "no text")
EDITS_FROM: Final = 10_000_000
"""Number of the first page that replaces another: none is dropped under it otherwise."""


@dataclass(frozen=True)
class File:
    """One file of the inbox: its name, its bytes, and the bytes that replace them later, if any."""

    name: str
    data: bytes
    later: bytes | None = None


def story(count: int, seed: int) -> list[File]:
    """Make `count` files in the order they are dropped: a pure function of its arguments."""
    rng = random.Random(f"chaos/{seed}")
    copies, hopeless = round(count * COPIES), round(count * HOPELESS)
    edited = round(count * EDITED)
    numbers = list(range(count - copies - hopeless))
    changing = set(rng.sample(numbers, min(edited, len(numbers))))
    files = [_file(number, seed, edit=number in changing) for number in numbers]
    for number in range(copies):
        files.append(File(f"copies/{number:06d}.txt", rng.choice(files[: len(numbers)]).data))
    for number in range(hopeless):
        kind = HOPELESS_KINDS[number % len(HOPELESS_KINDS)]
        files.append(File(f"hopeless/{number:06d}-{kind.replace(' ', '-')}.txt", _hopeless(kind, rng)))
    rng.shuffle(files)
    return files


def put(inbox: Path, name: str, data: bytes) -> None:
    """Put a file into the inbox as a scraper does: written aside, then renamed."""
    target = inbox / name
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(target.name + ".part")
    aside.write_bytes(data)
    aside.rename(target)


def shares(files: list[File], parts: int) -> Iterator[list[File]]:
    """Cut `files` into `parts` runs of nearly one length."""
    for part in range(parts):
        yield files[len(files) * part // parts : len(files) * (part + 1) // parts]


def _file(number: int, seed: int, *, edit: bool) -> File:
    made = page(number, seed)
    later = page(EDITS_FROM + number, seed).text.encode() if edit else None
    return File(f"{number % 10}/{made.name}", made.text.encode(), later)


def _hopeless(kind: str, rng: random.Random) -> bytes:
    """Make a file that no one can read; no two alike where that is possible."""
    number = rng.randrange(10**9)
    match kind:
        case "empty":
            return b""
        case "blank":
            return f" \r\n{number}\t\n".encode()
        case "binary":
            return b"\x89PNG\r\n\x1a\n" + rng.randbytes(400)
        case "undecodable":
            return f"Вчера в городе прошли переговоры о новом соглашении {number}".encode("cp1251")
        case _:
            return "الرئيسية\nاتصل بنا\n".encode() + f"{number}\n".encode()
