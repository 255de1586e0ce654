"""How answers are judged, item by item, and what is sent again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sinks.actions import Action, Place, update
from sinks.bulk import Fate, Sender, chunks, fate, unsettled
from sinks.client import Answer
from sinks.faults import Abandoned, Unavailable, Unfit

OK = Answer(200)
BUSY = Answer(429, "es_rejected_execution_exception", "queue full")
DOWN = Answer(503, "unavailable_shards_exception", "primary shard is not active")
BAD = Answer(400, "document_parsing_exception", "failed to parse")


def action(name: str, size: int = 10) -> Action:
    """Make an action that writes `name`."""
    return Action("t", name, b"x" * size)


class Script:
    """A target that answers from a script and remembers what it was sent."""

    def __init__(self, *answers: Sequence[Answer] | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    def bulk(self, actions: Sequence[Action]) -> list[Answer]:
        """Give the next answer of the script, all well after its end."""
        self.sent.append("".join(one.id for one in actions))
        answer = self.answers.pop(0) if self.answers else [OK] * len(actions)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)


def sender(target: Script, waits: list[int], documents: int = 100, size: int = 10_000) -> Sender:
    """Make a sender that notes the attempts it waits after."""
    return Sender(target, documents, size, lambda attempt, _: waits.append(attempt))


@pytest.mark.parametrize(
    ("answer", "judged"),
    [
        (OK, Fate.DONE),
        (Answer(201), Fate.DONE),
        (Answer(404), Fate.DONE),
        (BUSY, Fate.AGAIN),
        (DOWN, Fate.AGAIN),
        (Answer(500, "exception", ""), Fate.AGAIN),
        (Answer(404, "index_not_found_exception", ""), Fate.AGAIN),
        (Answer(403, "cluster_block_exception", "read-only"), Fate.AGAIN),
        (BAD, Fate.REFUSED),
        (Answer(400, "strict_dynamic_mapping_exception", ""), Fate.REFUSED),
        (Answer(413, "too_large", ""), Fate.REFUSED),
        (Answer(409, "version_conflict_engine_exception", ""), Fate.REFUSED),
        (Answer(404, "document_missing_exception", ""), Fate.REFUSED),
    ],
)
def test_each_answer_has_its_fate(answer: Answer, judged: Fate) -> None:
    """Full queues and lost servers pass; a document that the mapping refuses never will."""
    assert fate(answer) is judged


def test_only_the_failed_items_are_sent_again() -> None:
    """A half-successful bulk is finished with what is missing."""
    waits: list[int] = []
    target = Script([OK, BUSY, OK, DOWN], [BUSY, OK])
    assert sender(target, waits).send([action(name) for name in "abcd"]) == []
    assert target.sent == ["abcd", "bd", "b"]
    assert waits == [0, 0]


def test_lost_connection_sends_all_again() -> None:
    """When nothing is known of a bulk, all of it goes again, after longer and longer waits."""
    waits: list[int] = []
    target = Script(Unavailable("gone"), Unavailable("gone"), [OK, OK])
    assert sender(target, waits).send([action("a"), action("b")]) == []
    assert target.sent == ["ab", "ab", "ab"]
    assert waits == [0, 1]


def test_refused_item_comes_back_and_the_rest_goes_on() -> None:
    """One bad document in a bulk is handed back with the index's words; the others are stored."""
    refused = sender(Script([OK, BAD, BUSY], [OK]), []).send([action(name) for name in "abc"])
    assert [(one.action.id, one.reason) for one in refused] == [("b", "document_parsing_exception: failed to parse")]


def test_update_whose_document_has_changed_is_told_apart() -> None:
    """An update that came too late, or to a document that is gone, comes back as outdated; a wrong one does not."""
    late, gone = Answer(409, "version_conflict_engine_exception", ""), Answer(404, "document_missing_exception", "")
    updates = [update("t", name, {"story_id": "x"}, Place(4, 1)) for name in "abcd"]
    refused = sender(Script([late, OK, gone, BAD]), []).send(updates)
    assert [(one.action.id, one.outdated) for one in refused] == [("a", True), ("c", True), ("d", False)]


def test_later_chunk_waits_for_the_earlier() -> None:
    """Nothing overtakes: a chunk is settled before the next is sent."""
    target = Script([OK, BUSY], [OK])
    sender(target, [], documents=2).send([action(name) for name in "abcd"])
    assert target.sent == ["ab", "b", "cd"]


def test_retry_does_not_put_an_old_version_over_a_new_one() -> None:
    """Of two versions of one document the older is not sent again once the newer is in."""
    old, new = Action("t", "a", b"old"), Action("t", "a", b"new")
    assert unsettled([old, new], [BUSY, OK]) == []
    assert unsettled([old, new], [BUSY, BUSY]) == [old, new]
    assert unsettled([old, new], [BUSY, BAD]) == [old]
    assert unsettled([old, new], [OK, BUSY]) == [new]


def test_request_too_large_is_halved() -> None:
    """A 413 or 400 is answered with smaller requests; the one document that spoils them is handed back."""

    class Narrow(Script):
        def bulk(self, actions: Sequence[Action]) -> list[Answer]:
            self.sent.append("".join(one.id for one in actions))
            if sum(len(one.source or b"") for one in actions) > 25:
                raise Unfit("413")
            return [OK] * len(actions)

    target = Narrow()
    refused = sender(target, []).send([action("a"), action("b", 30), action("c"), action("d")])
    assert [one.action.id for one in refused] == ["b"]
    assert target.sent == ["abcd", "ab", "a", "b", "cd"]


def test_chunks_keep_to_number_and_bytes() -> None:
    """Chunks end at the limit of documents or of bytes; a single larger one goes alone."""
    sizes = zip("abcdef", (4, 4, 4, 90, 1, 1), strict=True)
    cut = [[one.id for one in chunk] for chunk in chunks([action(name, size) for name, size in sizes], 2, 8)]
    assert cut == [["a", "b"], ["c"], ["d"], ["e", "f"]]


def test_waiting_may_give_up() -> None:
    """What the wait raises ends the work at once."""

    def leave(_: int, __: str) -> None:
        raise Abandoned

    target = Script(Unavailable("gone"))
    with pytest.raises(Abandoned):
        Sender(target, 10, 100, leave).send([action("a")])
    assert target.sent == ["a"]
