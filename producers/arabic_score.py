"""Text read under some one-byte encoding in, how much it looks like Arabic out: letters, letter pairs, whole words."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

# How often a letter stands in running Arabic prose, in hundredths of a percent, rounded.
LETTERS = {
    "ا": 1450, "ل": 1180, "ي": 700, "م": 620, "و": 610, "ن": 580, "ر": 460, "ت": 450, "ب": 360, "ع": 350,
    "ة": 350, "د": 320, "ه": 310, "أ": 290, "س": 280, "ف": 270, "ق": 240, "ك": 220, "ح": 210, "ج": 150,
    "إ": 120, "ى": 120, "ش": 110, "ص": 110, "ط": 110, "خ": 100, "ذ": 70, "ض": 65, "ث": 65, "ئ": 45,
    "ز": 75, "غ": 45, "ظ": 25, "ء": 35, "آ": 20, "ؤ": 20,
}  # fmt: skip

# The words that no page goes without; each also teaches which letters follow which.
WORDS = """
في من على إلى الى عن أن ان إن ما لا لم لن هذا هذه ذلك تلك التي الذي الذين مع بعد قبل بين حول خلال عند منذ حتى كما كان
كانت يكون تكون قد كل أو أي ثم هو هي هم نحو ضد دون غير عبر حيث لكن لكنه بل إذا كيف لماذا متى أين هناك هنا اليوم أمس غدا
قال قالت أضاف أضافت وأضاف وقال أكد أكدت وأكد أعلن أعلنت أوضح وأوضح أشار وأشار ذكر ذكرت نقلت أفاد أفادت كشف كشفت شدد دعا
رئيس الرئيس وزير الوزير وزارة مجلس حكومة الحكومة دولة الدولة الدول بلاد البلاد مدينة محافظة منطقة العاصمة الشعب شركة
الأمم المتحدة الأمن الجيش الحرب السلام الاقتصاد السوق أسعار النفط مليون مليار ألف دولار بالمئة عام العام سنة شهر يوم
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر السبت الأحد الاثنين الثلاثاء الأربعاء الخميس
الجمعة
مصر السعودية سوريا العراق لبنان فلسطين إسرائيل إيران روسيا أمريكا الصين تركيا المغرب الجزائر تونس ليبيا السودان اليمن
العربية العربي الدولي الدولية الوطني الوطنية العالم العالمية السياسية الجديد الجديدة الكبير كبيرة الأول الأولى الثاني
خبر أخبار الأخبار عاجل المصدر اقرأ أيضا المزيد صحيفة وكالة موقع تقرير قناة صور فيديو مباراة فريق كرة نادي لاعب بطولة
الناس أطفال نساء صحة مستشفى مدرسة جامعة طلاب تعليم بيت طريق سيارة ماء كتاب حياة عمل وقت خاصة جميع أكثر أقل عدد مثل ليس
"""

_ARABIC_WORD = re.compile("[ء-ي]+")
_MIXED_WORD = re.compile(r"[ء-ي][A-Za-zÀ-ÿ\[\]\\^_{|}]|[A-Za-zÀ-ÿ\[\]\\^_{|}][ء-ي]")
_FOREIGN = re.compile("[À-ÖØ-öø-ÿ×÷❊]")
_LOOSE_MARK = re.compile("(?<![ء-ي\u064b-\u0652])[\u064b-\u0652]")
_TANWEEN_INSIDE = re.compile("[\u064b-\u064d](?=[ء-ئب-ي])")
_MARKS = dict.fromkeys(map(ord, "ـ\u064e\u064f\u0650\u0651\u0652"))


class _Model(NamedTuple):
    letter: dict[str, float]
    pairs: frozenset[str]
    words: frozenset[str]


def score(text: str) -> float:
    """Say how much `text` looks like Arabic prose; 0 or less is no evidence at all.

    About 1 for each letter of natural prose; under a wrong encoding letters, pairs and words fall apart.

    >>> score("قال الوزير إن الحكومة") > 20 > score("فاق اقنذٍص") > score("çáÍßæãÉ")
    True
    """
    model = _model()
    loose = len(_LOOSE_MARK.findall(text))
    text = text.translate(_MARKS)
    value = sum(model.letter.get(letter, -1.0) * text.count(letter) for letter in set(text) if "ء" <= letter <= "ے")
    for word in _ARABIC_WORD.findall(text):
        value += 4.0 if word in model.words else 2.0 if len(word) > 4 and word.startswith(("ال", "وال", "بال")) else 0.0
        value += sum(0.4 if word[at : at + 2] in model.pairs else -0.8 for at in range(len(word) - 1))
    return value - 3.0 * loose - _faults(text)


def _faults(text: str) -> float:
    """Weigh what prose does not do: scripts mixed in a word, case endings inside it, no-break spaces throughout."""
    return (
        4.0 * len(_MIXED_WORD.findall(text))
        + 3.0 * len(_TANWEEN_INSIDE.findall(text))
        + 2.0 * len(_FOREIGN.findall(text))
        + 0.5 * text.count("\xa0")
    )


@cache
def _model() -> _Model:
    words = frozenset(WORDS.split())
    pairs = frozenset(word[at : at + 2] for word in words for at in range(len(word) - 1))
    letter = {letter: min(1.0, share / 300 - 0.5) for letter, share in LETTERS.items()}
    return _Model(letter, pairs, words)
