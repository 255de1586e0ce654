"""Bands: each pair that meets is compared once, whoever comes first, and what lapses makes room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas import (
    HeadlineRole,
    HeadlineSighting,
    Kind,
    MemberBatch,
    Probe,
    ProbeBatch,
    Reason,
    Rejected,
    Settings,
    StageName,
    Tie,
    decode,
    encode,
)
from schemas.identity import digest
from schemas.topics import BANDS, REJECTED, SEEN
from streams.book import Entry
from streams.boundary import Origin
from streams.matcher import PAGE, Matcher
from streams.stages.match import CROWDED, Band, match
from streams.stages.moments import ticks
from streams.stages.probes import begin_alike, headline_probe
from streams.text.fold import headline_key
from tests.streams.network import NOW

SETTINGS = Settings(_env_file=None)
WHOLE = "مقتل سبعة أشخاص في انفجار سيارة مفخخة وسط بغداد"


def probe(text: str, days: int = 0) -> Probe:
    key = headline_key(text)
    return Probe(
        kind=Kind.HEADLINE,
        bands=(b"h",),
        member=digest("headline", key),
        print=key.encode(),
        told_at=NOW + timedelta(days=days),
    )


def ties(*texts: str) -> list[Tie]:
    """Let headlines meet one after the other; return the ties as both sides see them."""
    band: Band = ()
    found = []
    for text in texts:
        new, band = match(probe(text), band)
        found += [one.tie for one in new]
    return found


@pytest.mark.parametrize(
    ("other", "tie", "back"),
    [
        ("عاجل: مقتل 7 أشخاص بانفجار سيارة مفخخة وسط بغداد", Tie.SAME, Tie.SAME),
        ("مقتل سبعة أشخاص في انفجار سيارة مفخخة...", Tie.CUT, Tie.WHOLE),
    ],
)
def test_both_sides_are_told(other: str, tie: Tie, back: Tie) -> None:
    """A tie is told to both members, to each as it sees it, whoever comes first."""
    assert ties(WHOLE, other) == [tie, back]
    assert ties(other, WHOLE) == [back, tie]


def test_another_number_is_another_headline() -> None:
    """Headlines that share a band and differ in what matters are not tied."""
    assert ties(WHOLE, WHOLE.replace("سبعة", "سبعين")) == []


def test_two_cut_headlines_are_not_tied() -> None:
    """Two that are cut off each find their whole by themselves."""
    assert ties("مقتل سبعة أشخاص في انفجار سيارة...", "مقتل سبعة أشخاص في انفجار سيارة مفخخة...") == []


def test_who_comes_again_renews_its_time_only() -> None:
    """A member that is there was compared when it came; its entry lapses later now."""
    _, band = match(probe(WHOLE), ())
    again, renewed = match(probe(WHOLE, days=50), band)
    assert (again, [entry.told for entry in renewed]) == ([], [ticks(NOW + timedelta(days=50))])
    _, left = match(probe("خبر آخر لا صلة له بما سبق", days=60), renewed, since=NOW + timedelta(days=55))
    assert len(left) == 1


def test_a_crowded_band_takes_no_more() -> None:
    """Past its bound a band still compares newcomers and no longer grows."""
    band: Band = ()
    for number in range(CROWDED + 5):
        _, band = match(probe(f"خبر رقم {number} من سلسلة طويلة"), band)
    assert len(band) == CROWDED


class Rows(dict[tuple[int, bytes], bytes]):
    """A table in a dictionary."""

    def matcher(self, days: int = 0) -> Matcher:
        """Open the matcher over these rows, `days` from now."""
        return Matcher(SETTINGS, lambda *place: self.get(place), lambda: NOW + timedelta(days=days))

    def keep(self, entry: Entry) -> None:
        """Write an entry's rows."""
        for row in entry.rows:
            if row.value is None:
                del self[row.partition, row.key]
            else:
                self[row.partition, row.key] = row.value


def asked(*probes: Probe) -> tuple[int, Origin]:
    return 5, Origin(BANDS.name, None, encode(ProbeBatch(probes=probes)))


def test_the_matcher_tells_members_and_remembers_who_asked() -> None:
    """Ties go to the members' partitions; a replay of the probes finds nothing new."""
    rows = Rows()
    entry = rows.matcher().enter([asked(probe(WHOLE)), asked(probe(f"عاجل: {WHOLE} اليوم"))])
    tied = [one for letter in entry.letters for one in decode(MemberBatch, letter.value or b"").tied]
    assert len(tied) == 2
    assert {letter.topic for letter in entry.letters} == {SEEN.name}
    rows.keep(entry)
    again = rows.matcher().enter([asked(probe(WHOLE))])
    assert (again.letters, again.rows) == ([], [])


def test_a_full_page_is_not_written_again() -> None:
    """A newcomer to a crowded band costs the writing of the last page alone."""
    rows = Rows()
    rows.keep(rows.matcher().enter([asked(*(probe(f"خبر رقم {number} من سلسلة") for number in range(PAGE + 1)))]))
    assert len(rows) == 2
    entry = rows.matcher().enter([asked(probe("خبر أخير من سلسلة"))])
    assert [row.key for row in entry.rows] == [b"h" + bytes([1])]


def test_lapsed_pages_are_swept_from_the_end() -> None:
    """Rows whose members have all been quiet too long go, the last page first, so that none behind is lost."""
    rows = Rows()
    rows.keep(rows.matcher().enter([asked(*(probe(f"خبر رقم {number} من سلسلة") for number in range(PAGE + 1)))]))
    assert rows.matcher().sweep(5, [(key, value) for (_, key), value in rows.items()]).rows == []
    later = rows.matcher(days=400)
    later.enter([asked(probe("خبر من زمن آخر", days=400))])
    while rows:
        entry = later.sweep(5, [(key, value) for (_, key), value in rows.items()])
        assert len(entry.rows) == 1
        rows.keep(entry)


def test_poison_costs_its_message_only() -> None:
    """Bytes that are no probes are rejected under the stage's name; the others meet."""
    entry = Rows().matcher().enter([(5, Origin(BANDS.name, None, b"{}")), asked(probe(WHOLE))])
    (letter,) = entry.letters
    reject = decode(Rejected, letter.value or b"")
    assert (letter.topic, reject.stage, reject.reason) == (REJECTED.name, StageName.MATCH, Reason.WRONG_SCHEMA)
    assert len(entry.rows) == 1


def test_in_a_band_of_beginnings_only_what_may_be_cut_off_is_compared() -> None:
    """Two wholes that begin alike and go on otherwise are not compared there; each is with what is cut off."""
    texts = ("إغلاق الجسر القديم أمام الشاحنات", "إغلاق الجسر القديم أمام الحافلات", "إغلاق الجسر القديم أمام…")
    band: Band = ()
    found = []
    for text in texts:
        asked = headline_probe(
            HeadlineSighting(
                headline_id=digest("headline", headline_key(text)),
                text=text,
                article_id=digest("article", text),
                role=HeadlineRole.RELATED,
                captured_at=NOW,
                told_at=NOW,
            )
        )
        assert asked is not None
        assert [begin_alike(name) for name in asked.bands].count(True) == 1
        new, band = match(asked, band, begin_alike=True)
        found.append([one.tie for one in new])
    assert found == [[], [], [Tie.CUT, Tie.WHOLE] * 2]
