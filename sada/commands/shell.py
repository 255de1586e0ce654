"""What a shell needs to know of the command: `completion` prints it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from .options import examples


class Shell(StrEnum):
    """Shells that can complete commands and options."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(
        epilog=examples(
            "sada completion bash > ~/.local/share/bash-completion/completions/sada",
            "sada completion zsh > ~/.zfunc/_sada",
            "sada completion fish > ~/.config/fish/completions/sada.fish",
        )
    )(completion)


def completion(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")]) -> None:
    """Print a shell's completion script. `sada --install-completion` installs it for the current shell instead."""
    from typer._completion_shared import get_completion_script

    typer.echo(get_completion_script(prog_name="sada", complete_var="_SADA_COMPLETE", shell=shell.value))
