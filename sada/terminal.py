"""The environment in, who orders right-to-left text on this terminal out: the terminal itself, Sada, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from .errors import UserError

VARIABLE = "SADA_BIDI"

VTE_ORDERS = 5800
"""The first version of VTE (GNOME's terminal and many others) that orders text: 0.58."""

PLAIN_PROGRAMS = frozenset({"WezTerm", "vscode", "ghostty", "iTerm.app"})
PLAIN_TERMS = ("xterm-kitty", "alacritty", "foot", "linux", "xterm-ghostty", "wezterm", "rxvt")
PLAIN_MARKS = ("XTERM_VERSION", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID", "WT_SESSION", "WEZTERM_PANE")
"""Terminals that show letters in the order in which they come, by what they say of themselves."""


class Orderer(StrEnum):
    """Who orders text of both directions."""

    TERMINAL = "terminal"
    SADA = "sada"
    OFF = "off"


def who_orders(environ: Mapping[str, str]) -> Orderer:
    """Return who orders text on the terminal that `environ` tells of; an unknown one is trusted to.

    Raises:
        UserError: SADA_BIDI is set to something else.

    >>> who_orders({"VTE_VERSION": "7600"}), who_orders({"TERM": "xterm-kitty"})
    (<Orderer.TERMINAL: 'terminal'>, <Orderer.SADA: 'sada'>)
    """
    wish = environ.get(VARIABLE, "auto") or "auto"
    if wish != "auto":
        try:
            return Orderer(wish)
        except ValueError:
            raise UserError(f"{VARIABLE}={wish}", "say auto, terminal, sada or off") from None
    return Orderer.TERMINAL if _orders(environ) or not _is_plain(environ) else Orderer.SADA


def _orders(environ: Mapping[str, str]) -> bool:
    """Tell whether it is a terminal that orders text; what it says of itself outlasts tmux and screen."""
    version = environ.get("VTE_VERSION", "0")
    return (
        (version.isdigit() and int(version) >= VTE_ORDERS)
        or "KONSOLE_VERSION" in environ
        or environ.get("TERM_PROGRAM") == "Apple_Terminal"
        or environ.get("TERM", "").startswith("mlterm")
    )


def _is_plain(environ: Mapping[str, str]) -> bool:
    return (
        environ.get("TERM_PROGRAM") in PLAIN_PROGRAMS
        or environ.get("TERM", "").startswith(PLAIN_TERMS)
        or any(mark in environ for mark in PLAIN_MARKS)
        or environ.get("VTE_VERSION", "").isdigit()  # an old one
    )
