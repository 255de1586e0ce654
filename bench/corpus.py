"""Make any number of pages from sentences of our own, with the repeats that real folders have: seeded, reproducible."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SUBJECTS = (
    "وزير النقل الأردني", "رئيس الوزراء العراقي", "المتحدث باسم الأمم المتحدة", "وزيرة البيئة المغربية",
    "محافظ البنك المركزي المصري", "الأمين العام لجامعة الدول العربية", "رئيس بلدية بيروت", "وزير الزراعة التونسي",
    "المفوضة الأوروبية للطاقة", "رئيس اتحاد الغرف التجارية", "مديرة المتحف الوطني في الرياض", "وزير الصحة الكويتي",
    "ممثل منظمة الصحة العالمية في عمان", "رئيس هيئة الطيران المدني", "وزير التعليم العالي الجزائري",
    "المبعوث الأممي إلى ليبيا", "رئيس جامعة الخرطوم", "وزير الخارجية العماني", "مدير ميناء الدوحة",
    "رئيسة البرلمان البحريني", "نقيب المهندسين في دمشق", "وزير السياحة اليمني", "رئيس الوفد الياباني",
    "السفير الهندي في أبوظبي", "وزيرة الثقافة الفلسطينية", "رئيس غرفة تجارة جدة", "المستشار الألماني",
    "وزير المالية الموريتاني",
)  # fmt: skip
VERBS = ("قال", "أكد", "أوضح", "أعلن", "كشف", "أشار {} إلى", "شدد {} على", "ذكر", "رأى", "أضاف")
CLAIMS = (
    "أن المرحلة الأولى من المشروع ستنتهي قبل نهاية العام", "أن الاتفاق يفتح الباب أمام استثمارات جديدة",
    "أن الطلب على الطاقة سيرتفع خلال السنوات الخمس المقبلة", "أن الحكومة خصصت موارد إضافية لدعم المزارعين",
    "أن حركة المسافرين تجاوزت ما سُجل قبل عشر سنوات", "أن فرق الإنقاذ أنهت عملها في المناطق المتضررة",
    "أن المفاوضات أحرزت تقدما رغم استمرار الخلافات", "أن نسبة التعافي فاقت التوقعات في معظم المحافظات",
    "أن الخط الجديد سيربط ثلاث مدن ساحلية بالعاصمة", "أن الجامعة ستستقبل ألفي طالب في كلياتها العلمية",
    "أن المهرجان سيستضيف فرقا من عشرين دولة", "أن أسعار الحبوب عادت إلى مستوياتها السابقة",
    "أن شبكات المياه القديمة تفقد نصف ما يُضخ فيها", "أن المستشفى الميداني عالج مئات المصابين",
    "أن قانون الاستثمار الجديد سيعرض على البرلمان", "أن التعاون العلمي بين البلدين يشمل أبحاث البحار",
    "أن الدراسة اعتمدت على بيانات مئة ألف أسرة", "أن الصادرات الزراعية بلغت أعلى مستوى لها",
    "أن محطة الرياح ستنتج كهرباء تكفي مدينة متوسطة", "أن الهدنة ما زالت صامدة في معظم الجبهات",
)  # fmt: skip
DETAILS = (
    "مشيرا إلى أن التمويل سيأتي من صندوق مشترك", "في مؤتمر صحفي عقده مساء أمس", "بحسب بيان وزع على الصحفيين",
    "خلال جولة تفقدية شملت أربع محافظات", "في كلمة أمام المشاركين في المنتدى", "موضحا أن الأعمال تسير وفق الخطة",
    "داعيا الشركات المحلية إلى المشاركة في المناقصات", "وذلك بعد لقاء جمعه بوفد من رجال الأعمال",
    "لافتا إلى أن النتائج ستنشر مطلع الشهر المقبل", "مؤكدا أن سلامة المواطنين تأتي أولا",
    "في تصريحات نقلتها الوكالة الرسمية", "على هامش أعمال القمة الاقتصادية",
)  # fmt: skip
TAILS = (
    "ويأتي ذلك في وقت تشهد فيه المنطقة تحولات اقتصادية متسارعة.",
    "ويتوقع مراقبون أن تظهر آثار هذه الخطوة في الربع الأخير من السنة.",
    "وكان المجلس قد أقر الخطة بأغلبية كبيرة بعد نقاش استمر أسبوعين.",
    "ولم تصدر حتى الآن تعليقات من الأطراف الأخرى على ما جاء في البيان.",
    "ويعيش في المنطقة أكثر من مليوني نسمة يعتمد معظمهم على الصيد والزراعة.",
    "وتعد هذه المرة الثالثة التي يطرح فيها الموضوع منذ بداية العام.",
)
TOPICS = (
    "مشروع القطار الساحلي", "خطة الأمن الغذائي", "معرض الكتاب الدولي", "حقول الغاز الجديدة", "ملف المياه المشتركة",
    "برنامج الفضاء العربي", "إصلاح التعليم المهني", "أسعار القمح العالمية", "موسم السياحة الشتوي",
    "صندوق إعادة الإعمار", "شبكة الكهرباء الموحدة", "حملة التلقيح الوطنية", "اتفاق التجارة الحرة",
    "دوري أبطال آسيا", "ميناء الحاويات الجديد", "محمية الشعاب المرجانية",
)  # fmt: skip
PLACES = (
    "الأردن", "العراق", "مصر", "المغرب", "تونس", "السعودية", "قطر", "عمان", "لبنان", "اليابان", "تركيا", "الهند",
    "ألمانيا", "فرنسا", "البرازيل", "إسبانيا",
)  # fmt: skip
ACTIONS = (
    "{place} تعلن موعد إطلاق {topic}", "{place}: {topic} على طاولة المباحثات",
    "خبراء يحذرون من تعثر {topic} في {place}",
    "{topic} في {place}.. أرقام تكشف حجم الإنجاز", "لماذا تأخر {topic} في {place}؟",
    "{place} تطلب دعما دوليا من أجل {topic}", "اجتماع في {place} يبحث مستقبل {topic}",
    "بعد عام من الانتظار.. {topic} يرى النور في {place}",
)  # fmt: skip
SOURCES = ("صحيفة الاتحاد", "بوابة الأهرام", "صحيفة عكاظ", "صدى البلد", "هسبريس", "وكالة الأناضول")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")


@dataclass(frozen=True)
class Page:
    """One generated page: its file name and its text."""

    name: str
    text: str


@cache
def headline_pool() -> tuple[str, ...]:
    """Return every headline the generator knows, about 2,000, in a fixed order."""
    return tuple(action.format(place=place, topic=topic) for topic in TOPICS for place in PLACES for action in ACTIONS)


def paragraph(rng: random.Random, serial: str) -> str:
    """Write one paragraph; `serial` makes it unlike any other page's."""
    who, verb, claim = rng.choice(SUBJECTS), rng.choice(VERBS), rng.choice(CLAIMS)
    says = verb.format(who) if "{}" in verb else f"{verb} {who}"
    number = f"وتبلغ الكلفة {rng.randint(3, 990)} مليون دولار وفق الوثيقة رقم {serial}."
    return f"و{says} {claim}، {rng.choice(DETAILS)}. {number} {rng.choice(TAILS)}"


def page(index: int, seed: int = 7, paragraphs: tuple[int, int] = (8, 14)) -> Page:
    """Make page number `index`: a pure function of its arguments; 4 to 8 KB with the default `paragraphs`."""
    rng = random.Random(f"{seed}/{index}")
    pool = headline_pool()
    body = [paragraph(rng, f"{index}/{line}") for line in range(rng.randint(*paragraphs))]
    body[0] = body[0][1:]
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    lines = [
        rng.choice(pool),
        f"تاريخ النشر: {day}th, {month} 2025 GMT",
        f"{rng.choice(('عمان', 'القاهرة', 'الرياض', 'الدوحة'))} (وكالات)",
        *body,
        f"المصدر: {rng.choice(SOURCES)}",
        f"كلمات دلالية: {rng.choice(TOPICS)} {rng.choice(PLACES)} {rng.choice(PLACES)}",
    ]
    if rng.random() < 0.3:
        embedded = [paragraph(rng, f"{index}/{line}e") for line in range(rng.randint(3, 5))]
        lines += ["إقرأ أيضاً:", rng.choice(pool), embedded[0][1:], *embedded[1:]]
    related = {_popular(rng, pool): None for _ in range(rng.randint(3, 10))}
    lines += ["مقالات مشابهة", *(f"  • {headline}" for headline in related)]
    return Page(f"{index:07d}.txt", "\n".join(lines) + "\n")


def _popular(rng: random.Random, pool: tuple[str, ...]) -> str:
    """Draw a headline as readers do: a few are in one page of twenty, most are rare (Pareto, shape 1.1)."""
    return pool[min(int(rng.paretovariate(1.1) * 120) - 120, len(pool) - 1)]


def write_pages(folder: Path, count: int, seed: int = 7, start: int = 0) -> None:
    """Write pages `start` to `start + count` into `folder`, each complete at once (written aside, then renamed)."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(start, start + count):
        made = page(index, seed)
        aside = folder / f"{made.name}.part"
        aside.write_text(made.text, encoding="utf-8")
        aside.rename(folder / made.name)


def pages(count: int, seed: int = 7) -> Iterator[Page]:
    """Yield pages 0 to `count`."""
    return (page(index, seed) for index in range(count))
