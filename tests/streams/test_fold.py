"""Folding: one spelling for one word, Lucene's rules where it has one, and fingerprints that merge nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.text.affixes import strip_affixes
from streams.text.fold import canonical, fold, headline_id

LUCENE = {**dict.fromkeys("آأإ", "ا"), "ى": "ي", "ة": "ه", **dict.fromkeys("ـًٌٍَُِّْ", "")}
"""ArabicNormalizer as documented: three alefs, dotless yeh, teh marbuta; tatweel and eight marks out."""


def lucene(text):
    """Apply the documented rules of ArabicNormalizer and DecimalDigitFilter."""
    return "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else LUCENE.get(c, c) for c in text)


RULED = [*range(0x0621, 0x063B), *range(0x0640, 0x0653), *range(0x0660, 0x066A), *range(0x06F0, 0x06FA)]
"""Arabic letters, marks and digits: the code points on which Lucene's two filters have a say."""


@pytest.mark.parametrize("code", RULED)
def test_each_character_that_lucene_folds_is_folded_alike(code):
    """Arabic letters, marks and digits leave as Lucene leaves them."""
    word = f"ب{chr(code)}ب"
    assert fold(word) == lucene(word)


@given(st.text(alphabet="ابتةهىيأإآؤئءـًٌٍَُِّْ٠١٢٣۴۵ ", max_size=60))
def test_words_are_lucenes_words(text):
    """On Arabic letters, marks and digits the folding is Lucene's, whatever their order."""
    assert fold(text) == " ".join(lucene(text).split())


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text):
    """A folded text is its own folding, on any input."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("ﻻ ﷲ", "لا الله"),
        ("الرحمٰن", "الرحمن"),
        ("کرۀ شمالی", "كره شمالي"),
        ("ڤيتامين", "فيتامين"),
        ("أ\u200fب\u200cج\u200bد", "ابجد"),
        ("فوز 5² م", "فوز 5 2 م"),
        ("«ناتو»–“أمن”…", "ناتو امن"),
        ("ＢＢＣ Café", "bbc café"),
        ("", ""),
        ("…!؟", ""),
    ],
)
def test_printed_forms_meet(printed, folded):
    """Ligatures, Persian letters, invisible controls, quotes and full-width letters fold to plain words."""
    assert fold(printed) == folded


SAME = [
    ("عاجل | زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("عاجل: زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("#عاجل.. زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("خبر عاجل - زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("بالفيديو.. زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("بالفيديو زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("بالصور والفيديو | زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("فيديو | زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("شاهد.. زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("خاص: زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان (فيديو)", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان.. فيديو وصور", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان - الجزيرة نت", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان | صحيفة المناطق", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان – BBC News عربي", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان | وكالة الأنباء اليونانية", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان | الرياض", "زلزال يضرب جنوب اليونان"),
    ("• زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("زلزال يضرب جنوب اليونان...", "زلزال يضرب جنوب اليونان… - الجزيرة نت"),
    ("زلزال يضرب جنوب اليونان 20 أبريل 2025 - 11:04 مساءً", "زلزال يضرب جنوب اليونان"),
    ("تقرير: زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("ارتفاع النفط 1.5%", "ارتفاع النفط 1٫5 %"),
    ("3- زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("٤) زلزال يضرب جنوب اليونان", "زلزال يضرب جنوب اليونان"),
    ("عاجل | بالفيديو.. زلزال يضرب جنوب اليونان | شبكة الساحل الإخبارية", "زلزال يضرب جنوب اليونان"),
    ("إجلاء 12,500 ساكن", "إجلاء ١٢٬٥٠٠ ساكن"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_wrappings_leave_no_trace_in_the_fingerprint(a, b):
    """Labels, site names, bullets, list numbers and digit groups do not make another headline."""
    assert headline_id(a) == headline_id(b), (canonical(a), canonical(b))


DIFFERENT = [
    ("شاهد عيان يروي ما جرى", "عيان يروي ما جرى"),
    ("خاص بالنساء: دورة تدريبية", "دورة تدريبية"),
    ("حريق في مصنع كبير - الرياض", "حريق في مصنع كبير - عمان"),
    ("تعليق العبور مدة يومين - قناة السويس", "تعليق العبور مدة يومين"),
    ("إيران ترفض التفتيش المفاجئ - وكالة الطاقة الذرية", "إيران ترفض التفتيش المفاجئ"),
    ("الأهلي 3 - الزمالك 1", "الأهلي 3"),
    ("3 - 1 نتيجة النهائي", "1 نتيجة النهائي"),
    ("مقتل 20 في انفجار", "مقتل 200 في انفجار"),
    ("الوزير: لا تغيير في الأسعار", "لا تغيير في الأسعار"),
    ("حوار خاص - الجزيرة نت", "حوار خاص"),
    ("20. مليون", "مليون وحدة"),
    ("زلزال يضرب جنوب اليونان…", "زلزال يضرب جنوب اليونان"),
    ("سعر الذهب اليوم 12 مارس 2024", "سعر الذهب اليوم 13 مارس 2024"),
    ("ارتفاع النفط 1.5%", "ارتفاع النفط 15%"),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_what_belongs_to_the_news_stays(a, b):
    """Words that only look like a label, places after a dash and scores keep headlines apart."""
    assert headline_id(a) != headline_id(b), (canonical(a), canonical(b))


def test_a_label_alone_is_still_a_headline():
    """Where nothing would be left, the words stay."""
    assert canonical("عاجل") == "عاجل"
    assert canonical("فيديو | صور") != ""


@given(st.text(max_size=120))
def test_any_text_has_a_fingerprint(text):
    """No input breaks the affixes, and cutting them twice cuts nothing more."""
    assert len(headline_id(text)) == 32
    assert len(strip_affixes(text)) <= len(text)
