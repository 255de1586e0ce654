"""The code's settings, topics and messages in, the pages below docs/reference/ out.

`python docs/generate.py` writes them; tests/house/test_reference.py fails where that was forgotten.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

import schemas
import schemas.message
from schemas import Settings
from schemas.message import SCHEMA_VERSION, Record
from schemas.topics import DAY_MS, TOPICS, Topic
from streams.wiring import STAGES

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py of the code: do not edit. -->"
GROUPS = {
    "inbox": "The inbox",
    "kafka": "Kafka",
    "partitions": "Topics and tables",
    "topology": "Workers",
    "elasticsearch": "Elasticsearch and the sink",
    "health_port": "Health and metrics",
    "desk_host": "The desk",
    "traces_endpoint": "Traces and logs",
}
"""The first setting of each group, in the order of `Settings`."""


def pages() -> dict[str, str]:
    """Return each generated page by its path below docs/."""
    return {"reference/settings.md": settings_page(), "reference/messages.md": messages_page()}


def settings_page() -> str:
    """Write every setting with its type, default, limits and meaning."""
    lines = [
        "# Settings",
        MADE,
        "Every setting of every role, read once when a command starts: from options of the command, then environment "
        "variables, then `.env` in the working folder. A secret may stand in a file: `<variable>_FILE` names one, "
        "`SADA_SECRETS_DIR` a folder of files named like the variables ([security](../security.md)). Lists are JSON. "
        "`sada doctor` says which settings do not fit.",
    ]
    rows: list[str] = []
    for name, field in Settings.model_fields.items():
        if name in GROUPS:
            lines += _table(rows)
            lines.append(f"## {GROUPS[name]}")
            rows = []
        rows.append(
            f"| `SADA_{name.upper()}` | {_kind(field)} | {_default(field)} | {_with_links(field.description or '')} |"
        )
    return "\n\n".join([*lines, *_table(rows)]) + "\n"


def _table(rows: list[str]) -> list[str]:
    head = ["| variable | value | default | what it does |", "| --- | --- | --- | --- |"]
    return ["\n".join([*head, *rows])] if rows else []


def _kind(field: FieldInfo) -> str:
    hint = field.annotation
    kinds = [kind for kind in (get_args(hint) or (hint,)) if kind is not type(None)]
    if get_origin(hint) is Literal:
        return ", ".join(f"`{kind}`" for kind in get_args(hint))
    if get_origin(hint) is tuple:
        return "list of texts"
    names = {Path: "path", str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}
    kind = "secret" if kinds[0] is SecretStr else names[kinds[0]]
    bounds = {
        bound: getattr(rule, bound) for rule in field.metadata for bound in ("ge", "gt", "le") if hasattr(rule, bound)
    }
    signs = {"ge": "at least", "gt": "more than", "le": "at most"}
    return ", ".join([kind, *(f"{signs[bound]} {value:g}".replace("e+", "e") for bound, value in bounds.items())])


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{part}"' for part in value) + "]`"
    return f"`{value}`"


def _with_links(text: str) -> str:
    return re.sub(r"docs/([\w-]+\.md)", r"[\1](../\1)", text)


def messages_page() -> str:
    """Write the topics, then every model that travels on them, then the values of the enums."""
    models, enums = _reached()
    known = {kind.__name__: f"#{kind.__name__.lower()}" for kind in [*models, *enums]} | {
        name: f"#{name.lower()}" for name in _aliases()
    }
    parts = [
        "# Messages and topics",
        MADE,
        f"What travels, in schema version {SCHEMA_VERSION}: UTF-8 JSON, defined by the models in `schemas/`. "
        "`sada schema` prints the same as JSON Schema; [how messages change](../schemas.md) says what a new version "
        "needs. Readers ignore fields that they do not know.",
        "## Topics",
        _topics(),
        "## Stages",
        _stages(),
        "## Messages",
        *(part for model in models for part in _model(model, known)),
        "## Kinds of text",
        "\n".join(f'<a id="{name.lower()}"></a>**{name}**: {text}\n' for name, text in _aliases().items()).rstrip(),
        "## Values",
        *(part for enum in enums for part in _enum(enum)),
    ]
    return "\n\n".join(parts) + "\n"


def _topics() -> str:
    head = ["| topic | message | key | kept | where |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *(_topic(topic) for topic in TOPICS)])


def _topic(topic: Topic) -> str:
    kept = "the last of each key, for ever" if topic.lasting else f"{topic.retention_ms // DAY_MS} days"
    where = "`staged` only" if topic.staged_only else "always"
    model = topic.model.__name__
    return f"| `{topic.name}` | [{model}](#{model.lower()}) | `{topic.key}` | {kept} | {where} |"


def _stages() -> str:
    head = ["| stage | reads | writes |", "| --- | --- | --- |"]
    rows = [
        f"| [{stage.name}](../{stage.name}.md) | `{stage.reads.name}` | `{stage.writes.name}` |" for stage in STAGES
    ]
    return "\n".join([*head, *rows])


def _reached() -> tuple[list[type[Any]], list[type[StrEnum]]]:
    """Every model and enum that a topic's messages are made of, as they come."""
    models: list[type[Any]] = []
    enums: list[type[StrEnum]] = []

    def visit(kind: object) -> None:
        for part in get_args(kind):
            visit(part)
        if not isinstance(kind, type) or kind in models or kind in enums:
            return
        if issubclass(kind, StrEnum):
            enums.append(kind)
        elif issubclass(kind, Record) or kind is schemas.Span:
            models.append(kind)
            for hint in _hints(kind).values():
                visit(hint)

    for topic in TOPICS:
        visit(topic.model)
    return models, enums


def _hints(model: type[Any]) -> dict[str, Any]:
    if issubclass(model, Record):
        return {name: field.annotation for name, field in model.model_fields.items()}
    return inspect.get_annotations(model, eval_str=True)


def _model(model: type[Any], known: dict[str, str]) -> Iterator[str]:
    yield f"### {model.__name__}"
    yield _prose(model)
    defaults = _defaults(model)
    rows = [
        f"| `{name}` | {_type(_written(model, name), known)} | {defaults.get(name, 'required')} |"
        for name in _hints(model)
    ]
    yield "\n".join(["| field | type | where it is missing |", "| --- | --- | --- |", *rows])


def _defaults(model: type[Any]) -> dict[str, str]:
    if issubclass(model, Record):
        given = {name: field.default for name, field in model.model_fields.items() if not field.is_required()}
    else:
        given = dict(model._field_defaults)
    return {name: _plain(value) for name, value in given.items()}


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "empty" if value in {(), b""} else f"`{value}`"


def _written(model: type[Any], name: str) -> str:
    """Return the type of a field as its source says it: `tuple[Id, ...]` tells more than what it stands for."""
    return next(str(kind.__annotations__[name]) for kind in model.__mro__ if name in inspect.get_annotations(kind))


def _type(written: str, known: dict[str, str]) -> str:
    plain = re.sub(r"^tuple\[(\w+), \.\.\.\]", r"list of \1", written.removeprefix("ForwardRef('").removesuffix("')"))
    words = {"str": "text", "int": "whole number", "bool": "true or false", "bytes": "bytes, in base64", "None": "null"}
    return re.sub(r"\w+", lambda word: _word(word[0], words, known), plain.replace(" | ", " or "))


def _word(word: str, words: dict[str, str], known: dict[str, str]) -> str:
    return f"[{word}]({known[word]})" if word in known else words.get(word, word)


def _prose(kind: type[Any]) -> str:
    return inspect.cleandoc(kind.__doc__ or "")


def _enum(enum: type[StrEnum]) -> Iterator[str]:
    yield f"### {enum.__name__}"
    yield _with_links(_prose(enum))
    yield ", ".join(f"`{value}`" for value in enum)


def _aliases() -> dict[str, str]:
    """Read what schemas/message.py says of its kinds of text: the sentence below each."""
    body = ast.parse(inspect.getsource(schemas.message)).body
    said = {}
    for node, after in pairwise(body):
        if (
            not isinstance(node, ast.Assign)
            or not isinstance(after, ast.Expr)
            or not isinstance(after.value, ast.Constant)
        ):
            continue
        name = node.targets[0]
        if isinstance(name, ast.Name) and not name.id.isupper():
            said[name.id] = str(after.value.value)
    return said


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
        print(f"docs/{name}")  # noqa: T201 - a script says what it has written


if __name__ == "__main__":
    main()
