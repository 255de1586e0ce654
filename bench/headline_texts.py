"""A seed enters; any number of different headlines leaves, made of our own word lists, and variants of them."""

# ruff: noqa: E501 - lists of words read better in long lines
from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from streams.text.lexicon import rows

TEMPLATES = (
    "{person} {says} {claim} {matter}", "{office} {country} {says} {claim} {matter}", "{person}: {claim} {matter}",
    "{killed} {n} {people} في {event} {where} {city}", "{killed} {n} {people} إثر {event} في {matter} {where} {city}",
    "{org} {says} {claim} {matter} بقيمة {n} مليون دولار", "{org}: {n} {people} تضرروا من {event} في {city}",
    "{country} و{country2} توقعان اتفاقية بشأن {matter}", "{office} {country} يبحث {matter} مع {person}",
    "{city}: {event} {where} {thing} {quality} يخلف {n} مصابا", "{matter} {verb} {n}% خلال {period}",
    "{team} يفوز على {team2} {a}-{b} في {cup} بهدف {given} {family}", "{team} يضم {given} {family} حتى {year}",
    "تعيين {given} {family} {office} ل{matter}", "وفاة {given} {family} مؤسس {thing} {quality} في {city}",
    "أمير منطقة {city} {opens} {thing} {quality} {of} {city2}", "بلدية {city} {opens} {thing} {quality} بتكلفة {n} مليون",
    "جامعة {city} {opens} {thing} {quality} عن {matter}", "شرطة {city} تضبط {n} {people} بتهمة {wrong} {thing} {quality}",
    "{org} {says} أن {matter} {verb} في {country}", "دراسة: {matter} {verb} {claim} {thing} {quality}",
    "محكمة {city} تقضي بسجن {given} {family} بتهمة {wrong} {matter}", "{given} {family} ل{org}: {claim} {matter}",
    "{n} {people} ينزحون من {city} إلى {city2} بعد {event}", "لماذا {verb} {matter} في {country} رغم {event}؟",
    "حريق في {thing} {quality} {where} {city}", "زلزال بقوة {a}.{b} درجات {where} {city} {says} {org}",
    "{given} {family} يروي قصة {thing} {quality} في {city}", "{thing} {quality} و{matter}.. {free} {free2} {city}",
    "{free} {quality} {matter} {free2} {country}", "{given} {family}: {free} {thing} {quality} {where} {city}",
    "بعد {event}.. {person} {says} {claim} {thing} {quality}", "{city} تستضيف {thing} {quality} بمشاركة {n} دولة",
)  # fmt: skip
SUBJECTS = ("{person}", "{org}", "{office} {country}", "{given} {family}", "{city}", "{thing} {quality}", "{matter}")
MIDDLES = (
    "{free} {claim} {root}", "{says} {root} {matter}", "{free} {thing} {root}", "{root} {n} {people}", "{free} {root}",
    "{opens} {thing} {root}", "{says} {claim} {root}", "{verb} {root} {n}", "{free} {root} {root2}",
)  # fmt: skip
ENDS = (
    "",
    " {where} {city2}",
    " في {country2}",
    " بعد {event}",
    " مع {given2} {family2}",
    " ل{root3}",
    " في {root3} {city2}",
    " خلال {period}",
)
COMPOSED = tuple(f"{subject} {middle}{end}" for subject in SUBJECTS for middle in MIDDLES for end in ENDS)
"""Sentences with no word of their own, so that none recurs more than a word does; most headlines are made of these."""
WORDS = {
    "says": "يؤكد;يعلن;يكشف;ينفي;يوضح;يتوقع;يحذر;يرجح;يعترف;يشدد;يقترح;يرفض;يستنكر;يشرح;يلمح",
    "claim": "ضرورة;تطوير;قرارا;تأجيل;اقتراب;تحسن;تراجع;مبادرة;رفض;دعم;تمويل;إلغاء;مراجعة;انهيار;تعديل;"
    "تسريع;تجميد;توسيع;احتكار;تحرير;استعادة;ترميم;تدقيق;مستقبل;أزمة;شروط;حماية;خصخصة",
    "head": "مشروع;محطة;موسم;قانون;سوق;أسعار;اتفاق;ملف;حركة;صندوق;شبكة;معرض;لقاح;مناهج;تجارة;طاقة;إنتاج;ديون;تذاكر;سد;ثروة;"
    "حقوق;صناعة;سياحة;ميناء;رسوم;عقود;قروض;أسهم;سندات;نقابة;مخازن;جسور;أنفاق;قوارب;بساتين;مراعي;مناجم;مطاحن;مسارح",
    "of_what": "القطار;الكهرباء;الحج;الإيجار;العمل;الوقود;الحبوب;المياه;الملاحة;التقاعد;الإنترنت;الكتاب;الأطفال;التعليم;الشمس;القمح;"
    "السفر;الوادي;الأسماك;المزارعين;السيارات;الأدوية;الهواتف;الدواجن;الألبان;الحديد;الإسمنت;التمور;الزيتون;القهوة;الذهب;النفط;"
    "السكر;الأرز;القطن;الصوف;العسل;الورق;الزجاج;النحاس;الفوسفات;الرخام;الخشب;المطاط;الجلود;الأعلاف;البذور;المبيدات;الخزف;السجاد",
    "quality": "جديد;قديم;متنقل;خيري;تراثي;رقمي;ميداني;صيفي;شتوي;ذكي;حكومي;مهجور;عائم;متخصص;تطوعي;ساحلي;جبلي;صحراوي;مدرسي;"
    "نسائي;شعبي;زراعي;صناعي;بحري;عسكري;طبي;تجاري;سياحي;ثقافي;علمي;فلكي;أثري;بيطري;موسيقي;مسرحي;إلكتروني;هندسي;قانوني;مصرفي",
    "killed": "مقتل;مصرع;وفاة;إصابة;اعتقال;إنقاذ;استشهاد;فقدان;نجاة;احتجاز",
    "people": "شخصا;عاملا;مهاجرا;جنديا;طالبا;مدنيا;صيادا;طفلا;مسلحا;مزارعا;سائحا;ممرضا;سائقا;بحارا;راعيا;متسلقا;صحفيا;لاجئا",
    "event": "انفجار;حريق;فيضان;زلزال;انهيار;حادث;غارة;اشتباكات;عاصفة;تسرب;تصادم;هجوم;"
    "انزلاق;سقوط;تسمم;غرق;صاعقة;انقطاع;قيظ;شجار;تدافع;انقلاب;ثوران",
    "wrong": "تزوير;سرقة;تهريب;اختلاس;تخريب;احتكار;ابتزاز;غش;بيع;إتلاف",
    "where": "قرب;شمال;جنوب;غرب;شرق;وسط;قبالة;داخل",
    "verb": "ترتفع;تنخفض;تستقر;تتراجع;تقفز;تتوقف;تعود;تتضاعف;تتعثر;تتعافى;تنكمش;تتسارع",
    "period": "شهرين;الربع الأول;الربع الثاني;أسبوع;العام الماضي;النصف الأول;يناير;فبراير;مارس;أكتوبر;نوفمبر",
    "cup": "الدوري;كأس الملك;كأس السوبر;دوري الأبطال;تصفيات آسيا;كأس أفريقيا",
    "opens": "يدشن;يفتتح;يتفقد;تطلق;تنظم;تختتم;تستضيف;ترمم;تغلق;توسع",
    "thing": "مستشفى;جسر;ملتقى;مهرجان;حملة;مصنع;معرض;مكتبة;حديقة;مركز;محطة;مدرسة;سوق;مختبر;متحف;مسبح;قافلة;ندوة;"
    "مسابقة;بازار;نفق;مرصد;مزرعة;ورشة;فندق;مخيم;مرفأ;مطبعة;استوديو;عيادة;مسلخ;مخبز;ملجأ;برج;قلعة;محمية",
    "of": "في;لدى;قرب;غربي;شرقي",
    "office": "رئيس;وزير خارجية;وزير دفاع;سفير;مدير;قائد;محافظ;نائب;مستشار;نقيب;قنصل;مفوض",
    "family": "العتيبي;الراوي;المصري;الحداد;النجار;البغدادي;الشامي;الخطيب;العمري;الزهراني;القاضي;البحري;الصايغ;العلي;المغربي;"
    "الدوسري;القحطاني;الشهراني;الجبوري;الدليمي;التكريتي;الحلبي;الحمصي;الطرابلسي;الصفدي;النابلسي;الغزاوي;السيوطي;المنياوي;الدمياطي;"
    "الفاسي;المراكشي;الوهراني;القسنطيني;الصفاقسي;القيرواني;البنغازي;الأمدرماني;الحضرمي;العدني;الصنعاني;الظاهري;المهيري;الكعبي",
}  # fmt: skip
Shares = dict[str, tuple[Sequence[str], list[float]]]


FLAT = 100
"""Ranks that are about equally likely, in each list (Zipf-Mandelbrot)."""
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنه"
PATTERNS = ("{}ا{}{}", "م{}{}و{}", "ت{}{}ي{}", "ال{}{}ا{}", "{}{}ي{}ة", "ا{}ت{}ا{}", "م{}ا{}{}", "ال{}{}و{}")
FILES = {"person": "people.tsv", "country": "places.tsv", "org": "organisations.tsv", "city": "cities.tsv"}
ALSO = {
    "country2": "country",
    "root2": "root",
    "root3": "root",
    "given2": "given",
    "family2": "family",
    "city2": "city",
    "free2": "free",
    "team": "city",
    "team2": "city",
}


def _words_of_roots(chance: random.Random) -> list[str]:
    """Put roots in patterns: as many words as a language has, for the thousands that our lists lack."""
    roots = {"".join(chance.sample(LETTERS, 3)) for _ in range(4000)}
    return [pattern.format(*root) for root in sorted(roots, key=lambda root: root[::-1]) for pattern in PATTERNS]


@cache
def _lists() -> Shares:
    """Put each kind of word in a fixed order by chance, the first ones the likeliest (Zipf)."""
    words = {kind: text.split(";") for kind, text in WORDS.items()}
    words |= {kind: [row[1] for row in rows(file)] for kind, file in FILES.items()}
    words |= {"given": [row[0] for row in rows("given_names.tsv")]}
    words |= {
        "free": [word for row in (*rows("synonyms.tsv"), *rows("reporting_verbs.tsv")) for word in row if word > "ء"]
    }
    words["matter"] = [f"{head} {what}" for head in words["head"] for what in words["of_what"]]
    chance = random.Random(11)
    words |= {"root": _words_of_roots(chance)}
    found: Shares = {}
    for kind, values in words.items():
        order = chance.sample(values, len(values))
        found[kind] = (
            order,
            list(accumulate(1 / (rank + FLAT + (1000 if kind == "matter" else 0)) for rank in range(len(order)))),
        )
    return found | {also: found[kind] for also, kind in ALSO.items()}


def _one(chance: random.Random) -> str:
    lists = _lists()
    template = chance.choice(COMPOSED if chance.random() < 0.96 else TEMPLATES)
    kinds = [kind for kind in lists if f"{{{kind}}}" in template]
    said = {kind: chance.choices(lists[kind][0], cum_weights=lists[kind][1])[0] for kind in kinds}
    n = min(int(chance.paretovariate(0.6) * 2), 9_999)
    return template.format(n=n, a=chance.randint(1, 7), b=chance.randint(0, 9), year=chance.randint(2024, 2031), **said)


def headlines(seed: int) -> Iterator[str]:
    """Give different headlines without end, equal for one seed."""
    chance = random.Random(seed)
    seen: set[int] = set()
    while True:
        text = _one(chance)
        if (mark := hash(text)) not in seen:
            seen.add(mark)
            yield text


OTHER = {
    "مقتل": "مصرع", "مصرع": "وفاة", "ترتفع": "تصعد", "تنخفض": "تتراجع", "قرب": "بالقرب من", "يدشن": "يفتتح",
    "في": "داخل", "يفتتح": "يدشن", "يؤكد": "يشدد على", "يكشف": "يعلن", "خطة": "مخطط", "بشأن": "حول",
}  # fmt: skip
"""Words that another page may say instead."""


def variant(text: str, chance: random.Random) -> str:
    """Give `text` as another page prints it: cut off, without its end, with more behind it, or a word replaced."""
    words = text.split()
    way = chance.random()
    if way < 0.4:
        return text[: max(24, int(len(text) * chance.uniform(0.6, 0.9)))] + "…"
    if way < 0.6 and len(words) > 5:
        return " ".join(words[:-1])
    if way < 0.8:
        return f"{text} {chance.choice(('بحسب مصادر رسمية', 'اليوم', 'في بيان رسمي', 'وفق وسائل إعلام محلية'))}"
    return " ".join(OTHER.get(word, word) for word in words) if OTHER.keys() & set(words) else f"رسميا {text}"


def repeat(text: str, chance: random.Random) -> str:
    """Give `text` in other spelling or wrapping: the same key."""
    way = chance.random()
    if way < 0.5:
        return text
    if way < 0.7:
        return f"عاجل | {text}"
    if way < 0.85:
        return f"{text} - الجزيرة نت"
    return text.translate(str.maketrans("أإآى", "اااي"))
