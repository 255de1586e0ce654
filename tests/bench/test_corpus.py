"""The pages that the bench makes: the same at any time, in layout and repeats as pages are, and as varied as news."""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import islice

from bench.corpus import page, pages, story
from bench.headline_texts import headlines, repeat, variant
from bench.reading import raw, rules
from bench.variety import in_articles, measure, meet_headlines, meet_stories
from bench.vocabulary import headline, sentence
from streams.stages.clean import clean
from streams.stages.split import split
from streams.text.fold import headline_key

PAGES = 250


def test_pages_and_headlines_are_the_same_at_any_time() -> None:
    """What a number gives does not depend on what was made before, and other numbers and seeds give others."""
    assert page(7) == page(7)
    assert page(7).text != page(8).text != page(8, seed=8).text
    assert headline(7) == headline(7) != headline(8)
    assert sentence(random.Random(3)) == sentence(random.Random(3))
    assert list(islice(headlines(5), 20)) == list(islice(headlines(5), 20)) != list(islice(headlines(6), 20))


def test_pages_have_the_size_of_articles() -> None:
    """Nearly all are of 3 to 9 KB, the middle one of about 6."""
    sizes = sorted(len(made.text.encode()) for made in pages(PAGES))
    assert 5_000 < sizes[PAGES // 2] < 7_000
    assert 3_000 < sizes[PAGES // 20] < sizes[-PAGES // 20] < 10_000


def test_words_come_as_in_news() -> None:
    """Natural news has 25,400 different words among the first 100,000, and 3.8 % of its runs of three came before."""
    (found,) = measure(("\n".join(story(number)) for number in range(400)), milestones=[100_000])
    assert 22_000 < found.types < 30_000
    assert 0.025 < found.threes < 0.055
    assert 0.005 < found.fours < 0.02


def test_newcomers_meet_as_many_as_in_news() -> None:
    """A new headline among 100,000 would meet fifteen (natural ones ten to thirteen); a new article next to none.

    It would be compared with .3 of them (the beginning of a sentence of an encyclopedia with .5).
    """
    met, near = meet_headlines(map(headline, range(4000))).at(100_000)
    assert 7 < met < 16
    assert 0.2 < near < 2.5
    assert meet_stories("\n".join(story(number)) for number in range(PAGES)).at(10_000)[0] < 20


def test_headlines_recur_and_texts_are_copied() -> None:
    """One headline is in many pages, most are in few; about one text in twenty is that of an earlier page."""
    seen = Counter(re.findall(r"(?m)^  • (.+)$", "\n".join(made.text for made in pages(600))))
    assert seen.most_common(1)[0][1] > 10
    assert sum(times == 1 for times in seen.values()) > len(seen) / 3
    first = Counter(made.text.splitlines()[3] for made in pages(600))
    assert 12 < sum(first.values()) - len(first) < 60


def test_pages_split_as_they_were_made() -> None:
    """The source is found on every page; nearly all titles, related headlines and bodies are whole."""
    titled, whole, printed, lost = 0, 0, 0, 0
    for made in pages(60):
        main = split(clean(raw(made.text), rules()))[0]
        lines = made.text.splitlines()
        related = [line for line in lines if line.startswith("  • ")]
        titled += headline_key(main.facts.title or "") == headline_key(lines[0])
        assert main.facts.source
        found = {headline_key(one.text) for one in main.related_headlines}
        printed += len(related)
        lost += len({headline_key(line[4:]) for line in related} - found)
        last = next(number for number, line in enumerate(lines) if line.startswith("المصدر: "))
        whole += set(lines[3:last]) <= set(main.body.splitlines())
    assert titled >= 57
    assert whole >= 55
    assert lost <= printed / 50


def test_variants_differ_and_repeats_do_not() -> None:
    """A repeat has the key of its headline; a variant mostly another one."""
    chance = random.Random(1)
    some = list(islice(headlines(1), 200))
    assert all(headline_key(repeat(text, chance)) == headline_key(text) for text in some)
    assert sum(headline_key(variant(text, chance)) != headline_key(text) for text in some) > 180


def test_natural_text_is_cut_into_articles() -> None:
    """Paragraphs are joined until an article is as long as ours are."""
    paragraph = "قالت مصادر في المدينة إن الجسر القديم سيغلق أمام الشاحنات طوال الصيف"
    made = list(in_articles([paragraph] * 100))
    assert all(4_000 < len(text.encode()) < 6_000 for text in made)
