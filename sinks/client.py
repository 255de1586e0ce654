"""Settings in, an Elasticsearch cluster out that is asked in our words; the only file of the room with its client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, cast

from elasticsearch import ApiError, Elasticsearch, TransportError  # noqa: TID251 (this is the file for it)

from schemas.elasticsearch_options import open_client
from schemas.elasticsearch_refusals import refusal
from schemas.settings import Settings

from .actions import Action, Place
from .faults import Denied, Unavailable, Unfit

_ITEM_FIELDS = (
    "items.*.status,items.*._seq_no,items.*._primary_term,"
    "items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the index says of one action: an HTTP status and, unless it went well, the error's type and reason.

    If it went well, the document now stands at `place`.
    """

    status: int
    error: str | None = None
    reason: str = ""
    place: Place | None = None


def connect(settings: Settings, timeout: float = 20.0) -> Elasticsearch:
    """Open a client to the addresses of `settings`; `timeout` in seconds a request. Asks nothing yet.

    Raises:
        SettingsError: an address that is none, half a login, or a certificate that is none; names the variable.
    """
    return open_client(Elasticsearch, settings, timeout)


@dataclass(frozen=True, slots=True)
class Stored:
    """Some fields of a document, and where it stood in its history when they were read."""

    fields: dict[str, Any]
    place: Place


class Cluster:
    """The requests that the sink makes, with faults told apart as in `faults`."""

    def __init__(self, client: Elasticsearch) -> None:
        self._client = client
        self._addresses = [node.base_url for node in client.transport.node_pool.all()]

    def bulk(self, actions: Sequence[Action], *, by_alias: bool = True) -> list[Answer]:
        """Send `actions` in one request; one answer for each, in order. Refuses names that are no alias, if `by_alias`.

        Raises:
            Unavailable: nothing is known of any action; send all again.
            Unfit: nothing was done; send fewer, or leave out what spoils it.
        """
        body = cast("Sequence[Mapping[str, Any]]", [action.lines for action in actions])
        try:
            answer = self._client.bulk(operations=body, filter_path=_ITEM_FIELDS, require_alias=by_alias)
        except (ApiError, TransportError) as error:
            if isinstance(error, ApiError) and error.meta.status in (400, 413):
                raise Unfit(f"{error.meta.status} {error.message}") from error
            self._raise(error)
        with _understood():
            answers = [_answer(next(iter(item.values()))) for item in answer["items"]]
        if len(answers) != len(actions):
            raise Unavailable(f"{len(answers)} answers to {len(actions)} actions")
        return answers

    def fetch(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Read `fields` of the documents `ids` as they are this moment, refreshed or not; absent ones are left out.

        Raises:
            Unavailable: ask again.
        """
        with _understood():
            return {doc["_id"]: doc["_source"] for doc in self._read(index, ids, fields, "")}

    def inspect(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, Stored]:
        """Read as `fetch` does, each with its place, so that what was read can be changed if it still holds.

        Raises:
            Unavailable: ask again.
        """
        with _understood():
            found = self._read(index, ids, fields, ",docs._seq_no,docs._primary_term")
            return {doc["_id"]: Stored(doc["_source"], Place(doc["_seq_no"], doc["_primary_term"])) for doc in found}

    def _read(self, index: str, ids: Iterable[str], fields: Sequence[str], more: str) -> list[dict[str, Any]]:
        wanted = list(ids)
        if not wanted:
            return []
        try:
            answer = self._client.mget(
                index=index,
                ids=wanted,
                source_includes=list(fields),
                filter_path=f"docs._id,docs._source,docs.error.type{more}",
            )
        except (ApiError, TransportError) as error:
            self._raise(error)
        failed = [doc["error"]["type"] for doc in answer["docs"] if "error" in doc]
        if failed:
            raise Unavailable(f"reading {index}: {failed[0]}")
        return [doc for doc in answer["docs"] if "_source" in doc]

    def refresh(self, indices: Sequence[str]) -> None:
        """Make what was written searchable now.

        Raises:
            Unavailable: the interval of the index will do it.
        """
        try:
            self._client.indices.refresh(index=list(indices))
        except (ApiError, TransportError) as error:
            self._raise(error)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make any other request; returns status and answer, also for a 404 (the caller asked whether it is there).

        Raises:
            Unavailable: ask again.
            ValueError: the cluster refuses the request; says why.
        """
        headers = {"accept": "application/json"} | ({} if body is None else {"content-type": "application/json"})
        try:
            answer = self._client.perform_request(method, path, headers=headers, body=body)
        except ApiError as error:
            if error.meta.status in (404, 400):
                return error.meta.status, error.body
            self._raise(error)
        except TransportError as error:
            self._raise(error)
        return answer.meta.status, answer.body

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _raise(self, error: ApiError | TransportError) -> NoReturn:
        """Tell a failed request apart; the texts name no credentials, the client keeps those in headers."""
        why = refusal(error, self._addresses)
        if why is not None:
            raise Denied(f"Elasticsearch at {', '.join(self._addresses)}: {why}") from error
        if isinstance(error, ApiError):
            raise Unavailable(f"{error.meta.status} {error.message}") from error
        raise Unavailable(f"{type(error).__name__}: {error.message}") from error


@contextmanager
def _understood() -> Iterator[None]:
    """Take an answer that Elasticsearch does not give for that of something in its place, which will go away.

    Raises:
        Unavailable: such an answer; ask again.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, StopIteration) as error:
        raise Unavailable(f"not an answer of Elasticsearch ({error!r}); look what stands before it") from error


def _answer(item: Mapping[str, Any]) -> Answer:
    error = item.get("error")
    if error is None:
        return Answer(item["status"], place=_place(item))
    causes = (error.get("reason"), error.get("caused_by", {}).get("reason"))
    return Answer(item["status"], error["type"], ": ".join(cause for cause in causes if cause))


def _place(item: Mapping[str, Any]) -> Place | None:
    return Place(item["_seq_no"], item["_primary_term"]) if "_seq_no" in item else None
