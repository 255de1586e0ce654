"""The command line as it is in, docs/cli.md out: each command with its arguments, options, examples and exit codes.

`python -m sada.cli_reference > docs/cli.md` writes it anew; a test compares the two.
"""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

HEAD = """# The command line

Made from the code by `python -m sada.cli_reference > docs/cli.md`; a test compares the two. `sada COMMAND --help` says
the same in the terminal.

## Exit codes

| code | when |
| --- | --- |
| 0 | Done; what was asked for is so. A question was answered, also by nothing: `sada search` and `sada rejected list` \
that find none, `sada same` that says no. |
| 1 | A problem was found, or it failed: a check of `sada doctor` fails, a file of `sada ingest` was rejected, what \
`sada trace` looks for is not in the index, a replayed reject did not get through, the line has not done in time \
what it was told, a server does not answer. |
| 2 | Called wrongly: no such command or option, a value that does not fit. |
| 130 | Interrupted: Ctrl-C, or a question that was answered with no. |

Each failure is one line on standard error that says what is wrong and what to do about it, never a stack trace.
`SADA_DEBUG=1` shows the trace as well. Answers go to standard output, progress and logs to standard error.

## JSON

With `--json` a command prints one JSON document, or JSON Lines where it says so; times are ISO 8601, by UTC unless they
are a page's own. `sada process` and `sada schema` print nothing else. Progress, questions and failures stay on standard
error. `ingest`, `rejected` and `forget` print their document also where the line has not done in time what it was told;
after any other failure there is none.

What the commands that do something say of it:

| command | JSON |
| --- | --- |
| `demo` | `inbox`; `copied`: pages that the inbox had not; `articles`, by their fields in the index; `headlines`: the \
most repeated; `desk`, `elasticsearch`: where they are |
| `forget` | `forgotten`: `article_id` and `title` (null: not in the index) of each; `gone`: whether the sink has \
taken them away, else the exit code is 1 |
| `forget --undo` | `lifted`: ids; `sent_again`: how many of them the watcher sends again at its next \
scan; null: the sink has not heard of it in time |
| `forget --deleted` | `taken_back`: ids |
| `reindex` | `indices`: of each its `alias`, the `new` and the `old` version, `documents`, seconds that writers \
`waited` |
| `reindex --drop-old` | `deleted`: versions |
| `rejected purge` | `purged`: ids; `gone`: as `forget` |
| `rejected replay` | `total` to replay; of these `accepted`, rejected `again` (their ids: `refused`), `handed` to the \
watcher, `waiting` when time was up (`stuck`); `impossible`: why, by id |
| `reprocess` | articles `sent` again, `rejected` now; rejects `restored`; sightings `lost`; articles `overtaken` by \
what was said meanwhile, `left` as other rules read them |

## Environment

Every setting is a variable ([README](../README.md#settings)); options win over variables, variables over `.env`.
Besides:

| variable | what it does |
| --- | --- |
| `SADA_DEBUG` | 1: show the stack trace behind an error line. |
| `SADA_BIDI` | Who orders Arabic on the terminal: `terminal` (it does so itself), `sada` (it does not), `off` (leave \
the text alone); `auto`, the default, looks which terminal it is. |
| `SADA_SECRETS_DIR` | Folder with a file for each secret setting. |
| `NO_COLOR`, `FORCE_COLOR`, `COLUMNS` | As everywhere. |

## Arabic on a terminal

Tables isolate each Arabic cell, so that it stands in its own direction and leaves its neighbours alone. Terminals
that order text themselves (those on VTE such as GNOME's, Konsole, mlterm, Apple's Terminal) are given the text as it
is. For those that are known not to (xterm, kitty, Alacritty, foot, WezTerm, Ghostty, iTerm2, Windows Terminal, VS
Code's, the Linux console) Sada orders the letters itself and joins them, so that they can be read from right to left;
copied from there they are in the order seen. An unknown terminal is given the text as it is; `SADA_BIDI=sada` changes
that. Away from a terminal, in pipes and files, text is never touched.

## Completion

`sada --install-completion` sets the current shell up. `sada completion bash` (zsh, fish) prints the script instead:

```sh
sada completion bash > ~/.local/share/bash-completion/completions/sada
sada completion zsh > ~/.zfunc/_sada
sada completion fish > ~/.config/fish/completions/sada.fish
```

## Commands
"""

KINDS: dict[type, str] = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}


def reference() -> str:
    """Return docs/cli.md."""
    import typer

    from .cli import app

    root: Any = typer.main.get_command(app)
    return HEAD + "".join(_commands(root, "sada"))


def _commands(group: Any, name: str) -> Iterator[str]:  # noqa: ANN401 (typer's classes have no public names)
    for word, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} {word}")
        else:
            yield _command(command, f"{name} {word}")


def _command(command: Any, name: str) -> str:  # noqa: ANN401 (as above)
    hints = typing.get_type_hints(inspect.unwrap(command.callback))
    arguments = [one for one in command.params if not one.opts[0].startswith("-")]
    options = [one for one in command.params if one.opts[0].startswith("-") and not one.hidden]
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *(_argument(one) for one in arguments)])
    rows = [(_argument(one), one, "") for one in arguments]
    rows += [(_spelt(one, hints.get(one.name)), one, _default(one)) for one in options]
    table = "".join(f"| `{_cell(spelt)}` | {_cell(one.help)}{default} |\n" for spelt, one, default in rows)
    head = "\n| argument, option | what it does |\n| --- | --- |\n" if rows else ""
    examples = inspect.cleandoc((command.epilog or "").replace("\b", "")).removeprefix("Examples:").strip("\n")
    lines = "\n".join(line.strip() for line in examples.splitlines())
    said = " ".join(inspect.cleandoc(command.help or "").split())
    return f"\n### {name}\n\n{said}\n\n    {usage}\n{head}{table}" + (f"\n```sh\n{lines}\n```\n" if lines else "")


def _argument(one: Any) -> str:  # noqa: ANN401 (as above)
    name = (one.metavar or one.name.upper()).strip("[]")
    name = name.removesuffix("...").rstrip("]")
    many = "..." if one.nargs == -1 else ""
    return f"{name}{many}" if one.required else f"[{name}{many}]"


def _spelt(one: Any, hint: object) -> str:  # noqa: ANN401 (as above)
    names = ", ".join(one.opts) + "".join(f" / {other}" for other in one.secondary_opts)
    return names if one.is_flag else f"{names} {one.metavar or _kind(hint)}"


def _kind(hint: object) -> str:
    """Name what an option takes by its annotation.

    >>> _kind(int), _kind(float | None)
    ('N', 'NUMBER')
    """
    kinds = [kind for kind in (typing.get_args(hint) or (hint,)) if kind is not type(None)]
    kind = kinds[0] if kinds else str
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(one.value) for one in kind)
    return KINDS.get(kind, "TEXT") if isinstance(kind, type) else "TEXT"


def _default(one: Any) -> str:  # noqa: ANN401 (as above)
    """Name the default of an option, where there is one that is not a matter of course."""
    if one.is_flag or one.default is None or one.show_default is False:
        return ""
    value = one.default.value if isinstance(one.default, Enum) else one.default
    return f" Default: `{value:g}`." if isinstance(value, float) else f" Default: `{value}`."


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
