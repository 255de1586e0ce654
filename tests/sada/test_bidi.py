"""Arabic on terminals of both kinds: who orders it, and the order and forms in which Sada does."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sada.bidi import reorder
from sada.errors import UserError
from sada.present import ISOLATE, Bidi, ordered
from sada.terminal import Orderer, who_orders


def plain(text: str) -> str:
    """Undo the joining: letters as they are typed."""
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Moscow 2024", "Moscow 2024"),
        ("موسكو", "وكسوم"),
        ("قال ترامب", "بمارت لاق"),
        ("في 12 مايو 2024", "2024 ويام 12 يف"),
        ("hello موسكو world", "hello وكسوم world"),
        ("موسكو: NATO قال", "لاق NATO :وكسوم"),
        ("حلف (الناتو) قال", "لاق (وتانلا) فلح"),
        ("«الجزيرة» نقلت", "تلقن «ةريزجلا»"),
        ("1,200 دولار", "رالود 1,200"),
        ("سعر 5.3% اليوم", "مويلا %5.3 رعس"),
        ("موسكو ", " وكسوم"),
        ("", ""),
    ],
)
def test_text_is_given_out_in_the_order_seen(typed: str, seen: str) -> None:
    """Words from right to left, numbers and Latin from left to right, brackets turned."""
    given = reorder(typed)
    expanded = "".join(plain(one)[::-1] if len(plain(one)) > 1 else plain(one) for one in given)
    assert expanded == seen


def test_letters_take_the_forms_that_join() -> None:
    """Initial, medial, final and isolated forms; lam and alef are one; marks stay on their letters."""
    assert reorder("سلم") == "\ufee2\ufee0\ufeb3"
    assert reorder("دار") == "\ufead\ufe8d\ufea9"
    assert reorder("لا") == "\ufefb"
    assert reorder("كلام") == "\ufee1\ufefc\ufedb"
    assert reorder("مُدن") == "\ufee5\ufeaa\ufee3\u064f"


@given(st.text(alphabet="ابتسلمنيةى ـ0123456789.,%()-/:abXY«»", max_size=40))
def test_nothing_is_lost(text: str) -> None:
    """What goes in comes out, brackets turned at most."""
    assert letters(reorder(text)) == letters(text)


def letters(text: str) -> list[str]:
    """Return what `text` is made of, whichever way brackets open."""
    return sorted(plain(text).replace("(", ")").replace("«", "»"))


@pytest.mark.parametrize(
    ("environ", "who"),
    [
        ({}, Orderer.TERMINAL),
        ({"VTE_VERSION": "7600", "TERM": "tmux-256color"}, Orderer.TERMINAL),
        ({"VTE_VERSION": "5202"}, Orderer.SADA),
        ({"KONSOLE_VERSION": "230804"}, Orderer.TERMINAL),
        ({"TERM": "alacritty"}, Orderer.SADA),
        ({"TERM": "xterm-256color", "XTERM_VERSION": "XTerm(390)"}, Orderer.SADA),
        ({"TERM": "linux"}, Orderer.SADA),
        ({"TERM": "linux", "SADA_BIDI": "terminal"}, Orderer.TERMINAL),
        ({"SADA_BIDI": "off"}, Orderer.OFF),
    ],
)
def test_the_terminal_is_known_by_what_it_says(environ: dict[str, str], who: Orderer) -> None:
    """Known terminals are told apart, an unknown one is trusted, the setting wins."""
    assert who_orders(environ) is who


def test_a_wrong_setting_is_told() -> None:
    """Any other value is an error that names those there are."""
    with pytest.raises(UserError, match="SADA_BIDI=right"):
        who_orders({"SADA_BIDI": "right"})


@pytest.mark.parametrize("who", list(Orderer))
def test_cells_follow_the_setting(who: Orderer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Isolated for a terminal that orders, ordered for one that does not, else left alone; as wide as before."""
    monkeypatch.setenv("SADA_BIDI", who)
    file = io.StringIO()
    Console(file=file, width=20, force_terminal=True, color_system=None).print(Bidi("سلام 12"), justify="right")
    line = file.getvalue().rstrip("\n")
    assert (ISOLATE in line) == (who is Orderer.TERMINAL)
    assert ("\ufee1\ufefc\ufeb3" in line) == (who is Orderer.SADA)
    assert cell_len(line) == 20


def test_styled_text_is_ordered_line_by_line() -> None:
    """Wrapped first, so that each line reads on from the one before; styles stay with their stretches."""
    text = Text("body ").append("قال الرئيس الروسي إن موسكو منفتحة على الحوار", style="red")
    lines = ordered(text, Console(width=30)).split("\n")
    first = plain(lines[0].plain)
    assert first.startswith("body ")
    assert first.endswith("لاق")
    assert " ".join(plain(line.plain).removeprefix("body ")[::-1].strip() for line in lines) == text.plain[5:]
    assert {span.style for line in lines for span in line.spans if span.start >= 5 or line is not lines[0]} == {"red"}
