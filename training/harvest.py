"""An encyclopedia's plain text enters; names of persons, places and organisations leave, told by how it defines them.

Only the titles leave, and what kind of thing each names: of a page «X … هو لاعب …» the name X and the kind `PER`.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from streams.text.ner.gazetteer import fold_name
from streams.text.ner.tokens import fold_word, words

_TITLE: Final = re.compile(r'title="([^"]*)"')
_BRACKETS: Final = re.compile(r"\s*[(،,].*$")
_ARABIC: Final = re.compile(r"[\u0621-\u064a ]+")
_MOST_WORDS: Final = 5
_DEFINED_WITHIN: Final = 14
"""Words of the first line in which the word that says what the page is about must stand."""


class Page(NamedTuple):
    """A page's lines and, where it is about a person, a place or an organisation, which kind and the folded name."""

    kind: str | None
    name: tuple[str, ...]
    lines: list[str]


def pages(corpus: Path) -> Iterator[Page]:
    """Read the pages of an .xz of lines in which `<doc title=…>` opens each page."""
    for title, lines in _titled(corpus):
        name = _BRACKETS.sub("", title)
        folded = fold_name(name)
        good = _ARABIC.fullmatch(name) and 0 < len(folded) <= _MOST_WORDS
        yield Page(kind_of(title, lines[0][:400] if lines else "") if good else None, folded, lines)


def kind_of(title: str, line: str) -> str | None:
    """Say what kind of name a page is about by its title and first line, or nothing.

    >>> kind_of("سمير الحلاق", "سمير الحلاق (1950 - 2010) هو ممثل سوري")
    'PER'
    >>> kind_of("نادي الفجر", "نادي الفجر هو نادي رياضي") , kind_of("ملح", "الملح هو مادة")
    ('ORG', None)
    """
    own = [fold_word(word) for word in words(title).texts]
    if not own or (len(own) == 1 and own[0] in _DEFINING):
        return None
    told = [fold_word(word) for word in words(line).texts][len(own) : len(own) + _DEFINED_WITHIN]
    said = [_TITLE_WORDS.get(own[0]), *(_DEFINING.get(word) for word in told)]
    kind = next((kind for kind in said if kind), "OTHER")
    return None if kind == "OTHER" else kind


def _titled(corpus: Path) -> Iterator[tuple[str, list[str]]]:
    title: str | None = None
    lines: list[str] = []
    with lzma.open(corpus, "rt", encoding="utf-8") as file:
        for line in file:
            found = _TITLE.search(line) if line.startswith("<doc") else None
            if found:
                if title is not None:
                    yield title, lines
                title, lines = found[1], []
            elif not line.startswith("</doc"):
                lines.append(line)
    if title is not None:
        yield title, lines


_KINDS: Final = {
    "PER": """
        ولد ولدت مواليد ممثل ممثله لاعب لاعبه مغني مغنيه مطرب مطربه سياسي سياسيه كاتب كاتبه روايي روايييه شاعر شاعره
        مخرج مخرجه رسام رسامه صحفي صحفيه صحافي اعلامي اعلاميه مذيع مذيعه مدرب فيلسوف مفكر اديب اديبه مورخ عالم عالمه
        طبيب طبيبه مهندس مهندسه محامي محاميه قاضي قايد جنرال عسكري ضابط وزير وزيره رييس الرييس امبراطور امبراطوره ملك
        ملكه الملك الملكه امير اميره قديس قديسه اسقف بطريرك راهب فقيه موسيقي موسيقار ملحن عازف
        عازفه ملاكم مصارع سباح عداء متسابق فيزيايي كيميايي رياضياتي اقتصادي دبلوماسي مستشرق رحاله مكتشف مخترع
        ناشط ناشطه عارضه مصمم مصممه منتج راقصه راقص فنان فنانه كوميدي نحات مصور مولف مولفه داعيه قس كاهن فارس
        صحابي محدث خليفه سلطان فرعون زعيم ثوري مناضل لغوي مترجم مترجمه ناقد سيناريست
        """,
    "LOC": """
        مدينه دوله بلد بلده قريه جزيره جزر عاصمه محافظه ولايه مقاطعه اقليم منطقه ناحيه بلديه جمهوريه مملكه نهر بحر بحيره
        جبل جبال واحه حي ضاحيه ميناء صحراء مضيق خليج قاره ارخبيل العاصمه امتداد سلسله وادي هضبه
        """,
    "ORG": """
        شركه نادي ناد منظمه حزب جامعه قناه صحيفه جريده مجله حركه وكاله موسسه فريق مصرف بنك هييه اتحاد جماعه جمعيه
        منتخب علامه كليه معهد تحالف تنظيم وزاره اذاعه متجر
        """,
    "OTHER": """
        فيلم مسلسل اغنيه البوم روايه كتاب لعبه برنامج مصطلح لغه حرب معركه نظام مرض نوع جنس حيوان نبات طاير سنه يوم
        اليوم الشهر عمله العمله وحده نطاق قصيده ديانه مذهب علم فن بطوله مسابقه دوري كاس مهرجان عيد تقويم عنصر ماده جهاز
        مفهوم حاله عمليه قايمه اسم كلمه حرف الحرف شكل فصيله مصنع سد ملعب ستاد متحف معبد كنيسه مسجد مطار قصر سلاح اله
        الهه شخصيه شعار النشيد علاقه طريقه مشروب طعام طبق اكله نظريه قانون مجموعه عباره احدي احد من امتداد النسخه محرك
        فرقه
        """,
}
_DEFINING: Final = {word: kind for kind, listed in _KINDS.items() for word in listed.split()}
_OPENING: Final = {
    "PER": "",
    "LOC": "مدينه محافظه جزيره نهر بحيره بحر جبل مقاطعه ولايه قريه جمهوريه مملكه",
    "ORG": "نادي حزب جامعه شركه منظمه حركه بنك قناه منتخب جمعيه اتحاد جريده صحيفه",
    "OTHER": "قايمه شارع حرب شعار تاريخ دوله بطوله خطه ملعب حديقه شريعه كنيسه حكم عايله حمله مقتل وزاره حكومه لغه علم",
}
_TITLE_WORDS: Final = {word: kind for kind, listed in _OPENING.items() for word in listed.split()}
"""What the first word of a title says of it; a cabinet (وزارة فلان) is no organisation."""
