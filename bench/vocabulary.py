"""Templates and words of our own enter; any number of different headlines and sentences leave, each by its number."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Final

from streams.text.lexicon import rows

SUBJECTS: Final = (
    "وزير النقل", "رئيس الوزراء", "وزيرة البيئة", "محافظ البنك المركزي", "رئيس البلدية", "وزير الزراعة",
    "مدير المتحف الوطني",
    "وزير الصحة", "رئيس هيئة الطيران", "وزير التعليم العالي", "المبعوث الأممي", "رئيس الجامعة", "وزير الخارجية",
    "مدير الميناء",
    "رئيسة البرلمان", "نقيب المهندسين", "وزير السياحة", "السفير", "وزيرة الثقافة", "رئيس غرفة التجارة", "وزير المالية",
    "قائد الشرطة", "كبير المفاوضين", "رئيس اتحاد الكتاب", "مدرب المنتخب", "عميد كلية الطب", "رئيس لجنة الإنقاذ",
)  # fmt: skip
MATTERS: Final = (
    "مشروع القطار الساحلي", "خطة الأمن الغذائي", "معرض الكتاب", "حقول الغاز الجديدة", "ملف المياه المشتركة",
    "برنامج الفضاء",
    "إصلاح التعليم المهني", "أسعار القمح", "موسم السياحة الشتوي", "صندوق إعادة الإعمار", "شبكة الكهرباء الموحدة",
    "حملة التلقيح", "اتفاق التجارة الحرة", "دوري أبطال آسيا", "ميناء الحاويات", "محمية الشعاب المرجانية",
    "قانون الانتخاب",
    "هدنة الأسرى", "مصنع البطاريات", "جسر النهر الجديد", "ترميم القلعة القديمة", "مستشفى الأطفال",
    "خط الأنابيب العابر للحدود",
    "سد الوادي", "مهرجان المسرح", "قروض المزارعين الصغار", "تحلية مياه البحر", "رواتب المعلمين", "هجرة الأطباء",
    "سكن الطلاب",
)  # fmt: skip
EVENTS: Final = (
    "انفجار في مستودع", "حريق في سوق شعبي", "انهيار مبنى سكني", "سيول مفاجئة", "تصادم حافلتين", "غرق قارب صيد",
    "عاصفة رملية",
    "هزة أرضية", "تسرب غاز في مصنع", "هجوم على نقطة تفتيش", "انقلاب شاحنة وقود", "سقوط رافعة بناء",
    "تدافع في ملعب",
)  # fmt: skip
HOW: Final = tuple(
    f"{first} {second}"
    for first in ("مساء", "صباح", "ظهر", "فجر", "خلال", "قبيل", "عقب", "أثناء", "بعيد", "منتصف")
    for second in ("الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "القمة", "المؤتمر",
                   "الجلسة", "الزيارة", "الاجتماع", "العطلة", "الأسبوع", "الموسم", "الحفل")
)  # fmt: skip
UNITS: Final = (
    "مليون دولار",
    "ألف أسرة",
    "مدرسة",
    "كيلومترا",
    "ألف طن",
    "موظفا",
    "قرية",
    "سائحا",
    "ميغاواط",
    "شركة",
    "هكتار",
)
HEADLINES: Final = (
    "{person} يلتقي {person} في {city} لبحث {matter}", "مقتل {n} أشخاص في {event} قرب {city}",
    "{subject} في {place}: {matter} ينطلق بعد {n} أشهر", "{org} تحذر من تعثر {matter} في {place}",
    "{n} {unit} من {place} لدعم {matter} في {city}", "{person} يعلن تأجيل {matter} إلى العام المقبل",
    "بعد {event} في {city}.. {org} ترسل فرقا إلى {place}", "{place} و{place} توقعان اتفاقا حول {matter}",
    "لماذا تأخر {matter} في {city} {n} سنوات؟", "{org}: {n} {unit} خسائر {event} في {city}",
    "إصابة {n} في {event} وسط {city} والسلطات تفتح تحقيقا", "{subject} يزور {city} لتفقد {matter}",
    "{person} يدعو {org} إلى تمويل {matter}", "{matter} في {place}.. {n} {unit} قبل نهاية السنة",
    "محكمة في {city} تبرئ {subject} في قضية {matter}", "{person}: لن نقبل شروط {org} بشأن {matter}",
    "{city} تستضيف اجتماع {org} حول {matter}", "آلاف المحتجين في {city} بسبب {matter}",
    "{place} تطرد {n} دبلوماسيين من {place} بعد خلاف على {matter}", "{subject} في {city} يستقيل احتجاجا على {matter}",
    "دراسة من {city}: {matter} يوفر {n} {unit}", "{person} يفوز بجائزة {org} عن {matter}",
)  # fmt: skip
SENTENCES: Final = (
    "قال {how} {subject} في {place} إن {matter} سينتهي {how} بعد {n} أيام.",
    "وأعلنت {org} {how} أنها خصصت {n} {unit} لأجل {matter} في {city}.",
    "وأوضح {person} {how} خلال لقاء {city} أن {place} تدرس {matter} {how} منذ {n} أسابيع.",
    "ويعيش قرب {city} {how} نحو {n} {unit} تأثروا {how} بأزمة {matter}.",
    "وكانت {place} أقرت {how} {matter} بأغلبية {n} صوتا {how} في {city}.",
    "ولم يصدر {how} عن {org} تعليق {how} على صحف {place}.",
    "وشهدت {city} {how} {event} أودى {how} بحياة {n} أشخاص.",
    "ويرى {subject} {how} أن {place} تحتاج {how} إلى {n} {unit} سنويا.",
    "وأضاف {person} {how} أن {org} سترسل {how} إلى {city} {n} خبراء في {matter}.",
    "وتشير أرقام {org} {how} إلى أن {place} صدرت {how} {n} {unit} هذا الشهر.",
    "وفي {city} قال سكان {how} إن {matter} تأخر {how} منذ {event} قبل {n} أعوام.",
    "ورفض {person} {how} التعليق على {event} {how} في {city}.",
    "وبحسب وثيقة {how} لدى {org} فإن {matter} كلف {place} {how} {n} {unit}.",
    "وطالب {subject} {how} في {city} بإشراك {org} {how} في {matter}.",
    "ومن المقرر {how} أن يصل {person} إلى {city} {how} مع {n} مسؤولين.",
    "وتراجع التأييد {how} لخطة {person} في {place} {how} بمقدار {n} نقاط.",
    "وقدر {subject} {how} كلفة {event} في {city} {how} بنحو {n} {unit}.",
    "وتقع {city} {how} على بعد {n} كيلومترا {how} من حدود {place}.",
    "وعمل {person} {how} {n} سنوات في {org} {how} قبل عودته إلى {place}.",
    "وأنهت فرق {org} {how} عملها في {city} {how} بعد {event} بيومين.",
)  # fmt: skip
_SLOT: Final = re.compile(r"\{(\w+)\}")


def headline(number: int) -> str:
    """Write headline `number`: always the same one, and nearly always another than those of other numbers."""
    rng = random.Random(f"headline/{number}")
    return fill(rng.choice(HEADLINES), rng)


def sentence(rng: random.Random) -> str:
    """Write one sentence."""
    return fill(rng.choice(SENTENCES), rng)


def fill(template: str, rng: random.Random) -> str:
    """Put a word into each slot of `template`; numbers run from 3 to 999, small ones more often."""
    words = _words()

    def choose(slot: re.Match[str]) -> str:
        return str(min(999, int(rng.paretovariate(0.8)) + 2)) if slot[1] == "n" else rng.choice(words[slot[1]])

    return _SLOT.sub(choose, template)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {
        "subject": SUBJECTS,
        "matter": MATTERS,
        "event": EVENTS,
        "unit": UNITS,
        "how": HOW,
        "person": _names("people.tsv"),
        "org": _names("organisations.tsv"),
        "place": _names("places.tsv")[:200],
        "city": _names("cities.tsv")[:300],
    }


def _names(file: str) -> tuple[str, ...]:
    """Read the Arabic names of a list."""
    return tuple(row[1] for row in rows(file))
