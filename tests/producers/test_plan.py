"""What a batch means: every case of new, copied, edited, moved, broken and mended files, decided without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from producers.folder import Signature
from producers.outcomes import Found, Gone, Outcome, Refused
from producers.plan import Others, Plan, plan
from producers.registry import Holders, Intent, Place, Row
from schemas import RawArticle, Reason, decode
from schemas.identity import article_id

NOW = datetime(2025, 1, 2, tzinfo=UTC)
A, B, R, S = article_id("أ"), article_id("ب"), "e" * 32, "f" * 32
ROOT = Path("/inbox")


def found(path: str, text: str = "أ", mtime: int = 10) -> Found:
    """A page at `path`."""
    return Found(path, Signature(2, mtime, 1, 1), text, "utf-8", article_id(text))


def refused(path: str, reject: str = R) -> Refused:
    """A refusal at `path`."""
    return Refused(path, Signature(0, 3, 1, 1), Reason.EMPTY, "empty", reject, b"")


def row(path: str, article: str | None = A, reject: str | None = None, *, gone: bool = False) -> Row:
    """What the registry knows of `path`."""
    return Row(path, Signature(2, 10, 0, 1), 10, article, reject, gone, 0.0)


def others(*paths: str, sample: Found | None = None, captured: int = 5) -> Others:
    """Other holders of an article."""
    return Others(Holders(len(paths), captured, tuple(Place(ROOT, path) for path in paths)), sample)


def decide(outcomes: list[Outcome], rows: tuple[Row, ...] = (), held: dict[str, Others] | None = None) -> Plan:
    """Plan a batch."""
    return plan(outcomes, {one.path: one for one in rows}, held or {}, NOW)


def sent(made: Plan) -> list[tuple[str, str, RawArticle | bool]]:
    """Return topic, key and article (or whether there is a value) of each message, in order."""
    return [
        (
            message.topic.removeprefix("articles."),
            message.key.decode(),
            decode(RawArticle, message.value)
            if message.value and message.topic.endswith("raw")
            else bool(message.value),
        )
        for message in made.messages
    ]


def only_article(made: Plan) -> RawArticle:
    """Return the one article among the messages."""
    (article,) = [value for _, _, value in sent(made) if isinstance(value, RawArticle)]
    return article


def test_new_file_is_sent_once() -> None:
    """A new file is an article with one path; intent first, row after."""
    made = decide([found("a.txt")])
    article = only_article(made)
    assert (article.paths, article.path_count, article.supersedes) == (("a.txt",), 1, ())
    assert article.captured_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert made.intents == [Intent("a.txt", A, reject=False)]
    assert made.rows == [Row("a.txt", found("a.txt").signature, 10, A, None, False, NOW.timestamp())]


def test_copy_sends_the_article_with_all_its_paths() -> None:
    """A second name for a known text joins the first; the earliest time counts."""
    article = only_article(decide([found("b.txt")], held={A: others("a.txt")}))
    assert (article.paths, article.path_count) == (("a.txt", "b.txt"), 2)


def test_copies_in_one_batch_make_one_message() -> None:
    """Three equal files at once are one message."""
    article = only_article(decide([found("c.txt", mtime=9), found("a.txt", mtime=7), found("b.txt")]))
    assert (article.paths, article.path_count) == (("a.txt", "b.txt", "c.txt"), 3)


def test_touched_file_is_not_sent() -> None:
    """Same text, new signature: the row is renewed, its earliest time kept, and nothing is said."""
    made = decide([found("a.txt", mtime=99)], (row("a.txt"),))
    assert made.messages == []
    assert [(one.signature.mtime_ns, one.captured_ns) for one in made.rows] == [(99, 10)]


def test_edit_replaces_and_takes_back() -> None:
    """The new text supersedes the old one, which is then taken back under its own key."""
    made = decide([found("a.txt", "ب")], (row("a.txt"),))
    assert only_article(made).supersedes == (A,)
    assert [(topic, key, bool(value)) for topic, key, value in sent(made)] == [("raw", B, True), ("raw", A, False)]


def test_edit_of_one_copy_keeps_the_other() -> None:
    """While another file holds the old text, that is sent again with the paths that remain; nothing is taken back."""
    made = decide([found("a.txt", "ب")], (row("a.txt"),), {A: others("b.txt", sample=found("b.txt"))})
    told = {key: value for _, key, value in sent(made)}
    assert isinstance(told[A], RawArticle)
    assert isinstance(told[B], RawArticle)
    assert (told[A].paths, told[B].paths, told[B].supersedes) == (("b.txt",), ("a.txt",), ())


def test_edit_while_all_copies_change_waits_for_them() -> None:
    """If the other holders have changed too, but are not read yet, the old text is left to their turn."""
    made = decide([found("a.txt", "ب")], (row("a.txt"),), {A: others("b.txt", sample=None)})
    assert [key for _, key, _ in sent(made)] == [B]


def test_swapped_files_lose_nothing() -> None:
    """Two files that exchange their texts leave both articles in place, under their new paths."""
    made = decide([found("a.txt", "ب"), found("b.txt", "أ")], (row("a.txt", A), row("b.txt", B)))
    paths = {key: value.paths for _, key, value in sent(made) if isinstance(value, RawArticle)}
    assert paths == {A: ("b.txt",), B: ("a.txt",)}
    assert len(made.messages) == 2


def test_moved_file_leaves_its_old_path() -> None:
    """A file that moved is sent under its new path alone."""
    made = decide([Gone("a.txt"), found("b.txt")], (row("a.txt"),))
    assert only_article(made).paths == ("b.txt",)
    assert [(one.path, one.gone) for one in made.rows] == [("a.txt", True), ("b.txt", False)]


def test_deleted_file_takes_nothing_back() -> None:
    """By default the article of a deleted file stays; its path is noted as gone; unknown paths are nothing."""
    made = decide([Gone("a.txt"), Gone("unknown.txt")], (row("a.txt"),))
    assert made.messages == []
    assert [(one.path, one.gone, one.article_id) for one in made.rows] == [("a.txt", True, A)]


def test_name_used_again_replaces_what_it_held() -> None:
    """Deleting and writing anew is an edit, whether or not the absence in between was seen."""
    made = decide([found("a.txt", "ب")], (row("a.txt", gone=True),))
    assert only_article(made).supersedes == (A,)


def test_file_that_returns_is_sent_again() -> None:
    """A path that is back with its text is named again."""
    assert only_article(decide([found("a.txt")], (row("a.txt", gone=True),))).paths == ("a.txt",)


def test_reject_is_told_once() -> None:
    """The same refusal again says nothing; its row is renewed."""
    first = decide([refused("a.txt")])
    assert sent(first) == [("rejected", R, True)]
    assert first.intents == [Intent("a.txt", R, reject=True)]
    again = decide([refused("a.txt")], (row("a.txt", None, R),))
    assert (again.messages, len(again.rows)) == ([], 1)


def test_other_reject_replaces_the_first() -> None:
    """A file that is broken in another way has one reject, the new one."""
    made = decide([refused("a.txt", S)], (row("a.txt", None, R),))
    assert sent(made) == [("rejected", S, True), ("rejected", R, False)]


def test_mended_file_takes_its_reject_back() -> None:
    """A refused file that becomes an article leaves the rejects."""
    made = decide([found("a.txt")], (row("a.txt", None, R),))
    assert [(topic, bool(value)) for topic, _, value in sent(made)] == [("raw", True), ("rejected", False)]


def test_article_broken_for_a_moment_is_still_replaced() -> None:
    """A file seen empty while it is rewritten keeps the memory of its article, which the new text supersedes."""
    (broken,) = decide([refused("a.txt")], (row("a.txt"),)).rows
    assert (broken.article_id, broken.reject_id, broken.holds) == (A, R, None)
    made = decide([found("a.txt", "ب")], (broken,))
    assert only_article(made).supersedes == (A,)
    assert [key for _, key, value in sent(made) if not value] == [A, R]


def test_what_a_cut_off_run_may_have_sent_is_taken_back() -> None:
    """An article and a reject of which no ack was seen count as sent when the file holds another text by now."""
    unsure = row("a.txt", None, gone=True)._replace(unsure_articles=(A,), unsure_rejects=(R,))
    made = decide([found("a.txt", "ب")], (unsure,))
    assert only_article(made).supersedes == (A,)
    assert [(topic, key) for topic, key, value in sent(made) if not value] == [("raw", A), ("rejected", R)]


def test_many_copies_are_counted_not_listed() -> None:
    """Beyond a hundred names only the number grows."""
    held = {A: others(*(f"{number:03}.txt" for number in range(100)))}
    article = only_article(decide([found("z.txt"), found("000a.txt")], held=held))
    assert (len(article.paths), article.path_count) == (100, 102)
    assert article.paths[:2] == ("000.txt", "000a.txt")


TEXTS = st.sampled_from("أبت")
PATHS = st.sampled_from(["a.txt", "b.txt", "c.txt"])
OUTCOMES = st.one_of(
    st.builds(found, PATHS, TEXTS, st.integers(0, 99)),
    st.builds(refused, PATHS, st.sampled_from([R, S])),
    st.builds(Gone, PATHS),
)
ROWS = st.builds(
    lambda path, text, reject, gone: row(path, text and article_id(text), reject, gone=gone),
    PATHS,
    st.none() | TEXTS,
    st.none() | st.sampled_from([R, S]),
    st.booleans(),
)


@given(st.lists(OUTCOMES, unique_by=lambda one: one.path), st.lists(ROWS, unique_by=lambda one: one.path))
def test_plans_hold_together(outcomes: list[Outcome], rows: list[Row]) -> None:
    """Whatever the batch: no key twice, nothing taken back that is held, the same plan again says the same."""
    made = decide(outcomes, tuple(rows))
    keys = [(topic, key) for topic, key, _ in sent(made)]
    held = {one.article_id for one in outcomes if isinstance(one, Found)}
    told = {one.reject_id for one in outcomes if isinstance(one, Refused)}
    taken_back = {(topic, key) for topic, key, value in sent(made) if not value}
    assert len(keys) == len(set(keys)) or any(topic == "rejected" for topic, _ in keys)
    assert not {key for topic, key in taken_back if topic == "raw"} & held
    assert all(key not in told or len(outcomes) > 1 for topic, key in taken_back if topic == "rejected")
    assert decide(outcomes, tuple(rows)) == made


@given(st.lists(OUTCOMES, unique_by=lambda one: one.path), st.lists(ROWS, unique_by=lambda one: one.path))
def test_second_reading_says_nothing(outcomes: list[Outcome], rows: list[Row]) -> None:
    """Once the rows of a plan are written, reading the same files again sends nothing."""
    made = decide(outcomes, tuple(rows))
    after = {one.path: one for one in rows} | {one.path: one for one in made.rows}
    assert plan(outcomes, after, {}, NOW).messages == []
