"""Bands, signs and relations of headlines: what is one meets and is told, in any order, process and printed form."""

import json
import random
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.text.fold import headline_id, headline_key
from streams.text.match import BANDS, Probe, Relation, may_match, probe, relation, rivals, would_meet
from streams.text.outline import CUT_OFF, LONGEST, SIGN, TORN
from streams.text.same import are_apart, are_same, in_order, is_cut_from, same, weigh

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "headline_pairs.jsonl").read_text("utf-8").splitlines()
]
KEYED = [(pair["same"], headline_key(pair["a"]), headline_key(pair["b"])) for pair in PAIRS]
MIRROR = {Relation.FIRST_IS_CUT: Relation.SECOND_IS_CUT, Relation.SECOND_IS_CUT: Relation.FIRST_IS_CUT}


def meet(a: Probe | None, b: Probe | None) -> bool:
    """Tell whether two headlines share a band, or begin alike so that one may be the beginning of the other."""
    if a is None or b is None:
        return False
    return not set(a.bands).isdisjoint(b.bands) or (a.beginning == b.beginning and would_meet(a, b))


def test_the_same_headlines_share_a_band():
    """Of the pairs that are one headline under two keys, 98 in 100 meet."""
    met = [meet(probe(a), probe(b)) for same_, a, b in KEYED if same_ and a != b]
    assert len(met) > 200
    assert sum(met) / len(met) >= 0.98


def test_what_is_cut_off_meets_its_whole():
    """Of headlines of six words and more, cut off behind the fourth one or later, 99 in 100 meet their whole."""
    wholes = [key for _, a, b in KEYED for key in (a, b) if key.count(" ") >= 5 and not key.endswith("…")]
    chance = random.Random(5)
    met = []
    for whole in wholes:
        words = whole.split()
        cut = " ".join(words[: chance.randrange(4, len(words))]) + "…"
        if relation(cut, whole) is not Relation.NONE and (found := probe(cut)):
            met.append(meet(found, probe(whole)))
    assert len(met) > 1000
    assert sum(met) / len(met) >= 0.99


def test_series_meet_by_what_tells_them_apart():
    """Headlines that begin alike and go on otherwise share their beginning, in which only cut ones are compared."""
    first = probe("اسعار الذهب والفضه اليوم في اسواق طنجه بعد اضراب الصاغه")
    second = probe("اسعار الذهب والفضه اليوم في متاجر صنعاء قبل اجتماع البنك")
    cut = probe("اسعار الذهب والفضه اليوم في…")
    assert first.beginning == second.beginning == cut.beginning != b""
    assert set(first.bands).isdisjoint(second.bands)
    assert rivals(first.sign, [second.sign, cut.sign], begin_alike=True) == [1]
    assert meet(cut, first)
    assert meet(cut, second)


def test_common_words_are_a_band_with_a_third_only():
    """Two words that many headlines hold make no band of their own; two rare ones do, whatever stands beside them."""
    one, two = probe("مقتل شرطي في هجوم قرب مزرعه"), probe("مقتل مهرب في هجوم قرب محطه")
    assert set(one.bands).isdisjoint(two.bands)
    one, two = probe("تدشين منطاد خزفي بجوار الشلال"), probe("بلديه الشلال تعرض منطادا للبيع")
    assert not set(one.bands).isdisjoint(two.bands)


@pytest.mark.parametrize(("reworded", "least"), [(False, 0.995), (True, 0.97)])
def test_signs_reject_almost_nothing_that_is_the_same(reworded: bool, least: float):
    """Of the pairs that are told to be the same, 995 in 1,000 pass the first look; of the freely reworded 970."""
    chosen = [pair for pair, read in zip(KEYED, PAIRS, strict=True) if read["id"].startswith("y") == reworded]
    told = [(a, b) for _, a, b in chosen if a != b and relation(a, b).value != "none"]
    passed = [may_match(probe(a).sign, probe(b).sign) for a, b in told]
    assert sum(passed) / len(passed) >= least


def test_unrelated_headlines_seldom_meet_and_seldom_pass():
    """Of pairs of unrelated headlines, 1 in 200 shares a band, and 1 in 20 of all passes the signs."""
    probes = [found for _, a, _ in KEYED if (found := probe(a))]
    two = list(combinations(probes, 2))
    assert sum(meet(a, b) for a, b in two) / len(two) < 0.005
    assert sum(may_match(a.sign, b.sign) for a, b in two) / len(two) < 0.05


def test_many_signs_are_compared_as_few_are():
    """All at once or one after the other, the same others could be related; an empty sign could be anyone's."""
    signs = [found.sign for _, a, b in KEYED for key in (a, b) if (found := probe(key))][:400]
    assert len(signs) > 200
    passed = 0
    for sign in signs[::5]:
        at_once = rivals(sign, signs)
        assert at_once == [at for at, other in enumerate(signs) if may_match(sign, other)]
        assert at_once == [at for at, other in enumerate(signs) if may_match(other, sign)]
        begun = rivals(sign, signs, begin_alike=True)
        assert begun == [at for at, other in enumerate(signs) if rivals(other, [sign], begin_alike=True)]
        assert set(begun) <= set(at_once)
        passed += len(at_once)
    assert passed > len(signs) // 5
    assert rivals(b"", signs) == rivals(signs[0], [b""] * len(signs)) == list(range(len(signs)))


def test_what_is_apart_at_first_sight_is_never_the_same():
    """No pair of ours, nor one made of the words of both, is refused by its words' forms that the verdict accepts."""
    chance, refused = random.Random(11), 0
    for _, a, b in KEYED[::2]:
        one, two = a.split(), b.split()
        at, to = chance.randrange(len(one) + 1), chance.randrange(len(two) + 1)
        made = [a, *(" ".join(words) for words in (one[:at] + two[to:], one[:at] + two[to : to + 2] + one[at:]))]
        made.append(a[: max(8, chance.randrange(len(a)))] + "…")
        for key in filter(None, made):
            pair = in_order(key, b)
            if key != b and not is_cut_from(*pair) and are_apart(*pair):
                refused += 1
                assert not weigh(*pair).same, (key, b)
    assert refused > 500


def test_the_verdict_in_short_is_the_verdict():
    """Of pairs of ours, and of those made of the words of both, the short verdict is that with reasons."""
    chance, said = random.Random(12), 0
    for _, a, b in KEYED[1::2]:
        one, two = a.split(), b.split()
        at, to = chance.randrange(len(one) + 1), chance.randrange(len(two) + 1)
        for key in filter(None, (a, " ".join(one[:at] + two[to:]), a[: max(8, chance.randrange(len(a)))] + "…")):
            pair = in_order(key, b)
            verdict = weigh(*pair).same
            assert are_same(*pair) is verdict, (key, b)
            said += verdict
    assert said > 100


@pytest.mark.parametrize(
    ("a", "b", "may"),
    [
        ("حريق الميناء القديم ملف التعويضات", "حريق الميناء القديم زجاج مهشم", False),
        ("حريق الميناء القديم بلديه طنجه", "حريق الميناء القديم مدرب كرواتي", False),
        ("حريق الميناء القديم ملف التعويضات", "حريق الميناء القديم تعويضات", True),
        ("اسعار الخبز والزيت تقلق هذا", "اسعار الخبز والزيت تقلق هذا الاسبوع", True),
    ],
)
def test_titles_and_bodies_in_one_place_are_told_apart(a, b, may):
    """A word that weighs little and meets nothing makes another headline where the other has a word of its own."""
    assert may_match(probe(a).sign, probe(b).sign) is may
    assert may_match(probe(b).sign, probe(a).sign) is may
    assert may or relation(a, b) is Relation.NONE


def test_relation_is_the_verdict_and_its_own_mirror():
    """`relation` of keys says what `same` says of the printed forms, and of (b, a) the mirror image."""
    for pair, (_, a, b) in zip(PAIRS, KEYED, strict=True):
        found = relation(a, b)
        assert (found is not Relation.NONE) == same(pair["a"], pair["b"]).same
        assert relation(b, a) is MIRROR.get(found, found)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("مقتل 5 في حريق سوق بالعاصمة", "مقتل 5 في حريق سوق بالعاصمة…", Relation.SECOND_IS_CUT),
        ("مقتل 5 في حريق سوق بالعا...", "مقتل 5 في حريق سوق بالعاصمة", Relation.FIRST_IS_CUT),
        ("مقتل خمسة في حريق سو…", "مقتل 5 في حريق سوق بالعاصمة", Relation.FIRST_IS_CUT),
        ("مقتل 5 في حريق سوق", "مقتل 5 في حريق سوق بالعاصمة", Relation.FIRST_IS_CUT),
        ("مصرع 5 في حريق سوق", "مقتل خمسة بحريق سوق", Relation.SAME),
        ("مقتل 5 في حريق سوق بالعا", "مقتل 5 في حريق سوق بالعاصمة", Relation.NONE),
        ("إسرائيل توافق على وقف إطلاق الن…", "إسرائيل توافق على وقف إطلاق النار", Relation.FIRST_IS_CUT),
        ("عدد سكان المدينة يبلغ 12…", "عدد سكان المدينة يبلغ 1200 نسمة", Relation.FIRST_IS_CUT),
        ("عدد سكان المدينة يبلغ 15…", "عدد سكان المدينة يبلغ 1200 نسمة", Relation.NONE),
        ("مقتل 5 في حريق", "مقتل 7 في حريق سوق بالعاصمة", Relation.NONE),
    ],
)
def test_a_cut_headline_belongs_to_its_whole(a, b, expected):
    """Whole words, or a part of one under dots: the cut one is named; another number is no cut."""
    assert relation(headline_key(a), headline_key(b)) is expected


def test_a_cut_headline_is_another_than_its_whole():
    """One id is one key: the cut form has its own."""
    assert headline_id("وفاة الكاتب الكبير في…") != headline_id("وفاة الكاتب الكبير في")
    assert headline_key("وفاة الكاتب الكبير في ...") == headline_key("وفاة الكاتب الكبير في…")


def test_probes_are_equal_in_every_process():
    """A band may be a key in Kafka: hash randomisation has no part in it."""
    key = KEYED[0][1]
    code = f"from streams.text.match import probe; p = probe({key!r}); print((b''.join((*p.bands, *p[1:]))).hex())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = probe(key)
    assert out.stdout.strip() == b"".join((*found.bands, *found[1:])).hex()


def test_probes_hardly_depend_on_the_order_of_words():
    """Bits are those of a set of words, and so are bands, but for those of words that stand first and what is added."""
    words = ["انفجار", "ضخم", "يهز", "مستودعا", "للوقود", "شرق", "الميناء", "القديم"]
    shuffled = random.Random(3).sample(words, len(words))
    one, two = probe(" ".join(words)), probe(" ".join(shuffled))
    assert one.sign[:32] == two.sign[:32]
    assert len({*one.bands} & {*two.bands}) >= BANDS // 2
    assert may_match(one.sign, two.sign)


def test_names_of_several_words_meet_their_parts_alone():
    """Names and words of one's own are told at first sight; a part of a name, or a place's other name, is not."""
    pairs = (
        ("محمد صلاح يزور مصنعا قديما في اسوان", "كريم بنزيما يزور متحفا قديما في اسوان", False),
        ("منظمه الصحه العالميه تحذر من دواء مغشوش", "صندوق النقد الدولي تحذر من عمله مغشوش", False),
        ("محمد صلاح يزور مصنعا قديما في اسوان", "صلاح يزور مصنع قديم في اسوان", True),
        ("سفير الولايات المتحده يزور مصنعا قديما", "السفير الاميركي يزور مصنعا قديما", True),
    )
    for one, two, may in pairs:
        assert may_match(probe(one).sign, probe(two).sign) is may, (one, two)
        assert may_match(probe(two).sign, probe(one).sign) is may, (one, two)


def test_what_is_cut_off_within_a_name_still_meets_its_whole():
    """A name that is not said to its end is other words, which the whole has in its name."""
    whole = "مصادر دبلوماسيه تتوقع زياره مفاجئه من مسؤولي الاتحاد الاوروبي بعد القمه"
    begin = "مصادر دبلوماسيه تتوقع زياره مفاجئه من مسؤولي الاتحاد"
    for cut in (begin, f"{begin}…", f"{begin} الاو…", f"{begin} الاوروبي…"):
        assert relation(cut, whole) is not Relation.NONE, cut
        assert may_match(probe(cut).sign, probe(whole).sign), cut


def test_signs_of_before_are_understood():
    """A name of several words was written as a word that may meet any: who stands in bands so still meets the same."""
    one, two = "محمد صلاح يزور مصنعا قديما في اسوان", "صلاح يزور مصنع قديم في اسوان"
    sign = probe(one).sign
    before = sign[:34] + b"\xff\xff\0\0" + sign[38:]
    assert before != sign
    assert may_match(before, probe(two).sign)
    assert may_match(probe(two).sign, before)


def as_before(sign: bytes, upper: bool) -> bytes:
    """Write a sign as it was when all bits of the last lane were for numbers, these in its lower or upper half."""
    lane = int.from_bytes(sign[24:31], "little") & (1 << 28) - 1
    words = sign[SIGN:-6] if sign[SIGN - 1] & TORN else sign[SIGN:]
    return sign[:24] + (lane << 28 * upper).to_bytes(7, "little") + bytes([sign[SIGN - 1] & CUT_OFF]) + words


@pytest.mark.parametrize("upper", [False, True])
def test_signs_without_bits_for_beginnings_are_understood(upper: bool):
    """Who stands in bands since before meets whom it met: a sign of now says more, yet nothing of one of before."""
    met = 0
    for _, a, b in KEYED:
        one, two = probe(a), probe(b)
        if one and two and relation(a, b) is not Relation.NONE and may_match(one.sign, two.sign):
            assert may_match(as_before(one.sign, upper), two.sign)
            assert may_match(one.sign, as_before(two.sign, upper))
            met += 1
    assert met > 500


def test_torn_words_tell_apart_only_what_is():
    """Of headlines cut off anywhere none is refused by its torn word that is related to one that begins like it."""
    chance, refused, related = random.Random(15), 0, 0
    for _, a, b in KEYED:
        words, others = a.split(), b.split()
        at = chance.randrange(min(2, len(words)), len(words) + 1)
        cut = f"{a[: chance.randrange(min(6, len(a)), len(a) + 1)].strip()}…"
        one = probe(cut)
        if one is None or not one.sign[SIGN - 1] & TORN:
            continue
        for whole in (a, b, " ".join(words[:at] + others[chance.randrange(len(others)) :]), " ".join(words[:at])):
            two = probe(whole)
            if two and may_match(as_before(one.sign, upper=False), two.sign):
                is_related = relation(cut, whole) is not Relation.NONE
                may = may_match(one.sign, two.sign)
                assert may or not is_related, (cut, whole)
                refused, related = refused + (not may), related + is_related
    assert refused > 100 < related


def test_what_says_little_meets_nothing():
    """One word, or words with no content, can be equal to another headline only."""
    assert probe(headline_key("هل كان ذلك")) is None
    assert probe(headline_key("اقتصاد")) is None
    assert probe("") is None


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_two_texts_relate(a, b):
    """No input breaks keys, probes or relations; sizes are bounded."""
    one, two = headline_key(a), headline_key(b)
    assert relation(one, two) is MIRROR.get(relation(two, one), relation(two, one))
    found = probe(one)
    assert found is None or (1 <= len(found.bands) <= BANDS and 32 <= len(found.sign) <= 32 + 6 * LONGEST)


def test_new_headlines_are_read_fast():
    """Key and probe of a headline never seen, of known words, take well under a millisecond of CPU."""
    words = [word for pair in PAIRS for word in pair["a"].split()]
    fresh = [" ".join(words[n : n + 9]) + f" {n}" for n in range(len(words) - 9)]
    probe(headline_key(fresh[0]))
    start = time.process_time()
    for headline in fresh:
        probe(headline_key(headline))
    assert (time.process_time() - start) / len(fresh) < 0.0006
