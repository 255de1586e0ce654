"""What pages of unseen sites print: furniture, labels and list decorations that no rule names."""

from __future__ import annotations

import pytest

from schemas.spans import Label
from streams.text.facts import lift_facts
from streams.text.layout import read_layout
from streams.text.markers import finder_of
from streams.text.page import Page
from streams.text.sites import GENERIC, load_rules
from streams.text.spans import spans_of

HEAD = ("هيئة المياه تعيد ضخ الآبار الجوفية في وادي النخيل", "14 أبريل 2016")
STORY = (
    "أعادت هيئة المياه، الخميس، ضخ ثلاث آبار جوفية في وادي النخيل بعد توقف دام أسبوعين بسبب عطل في المضخات.",
    "وقال مدير الهيئة سالم الحمادي إن الإنتاج سيعود إلى معدله خلال أيام، داعيا المزارعين إلى ترشيد الري.",
    "وأوضح أن بئرا رابعة ستدخل الخدمة قبل نهاية الصيف.",
)
LIST = ("افتتاح سوق التمور في القرية القديمة", "مهرجان العسل يستقبل ألف زائر", "حملة لتنظيف مجرى السيل الشرقي")


def read(*lines: str, head: tuple[str, ...] = HEAD) -> tuple[Page, dict[Label, list[str]]]:
    """Label a page: the page, and the texts of each label."""
    text = "\n".join((*head, *STORY, *lines))
    page = read_layout(text, finder_of(load_rules(), GENERIC), None)
    found: dict[Label, list[str]] = {}
    for span in spans_of(page):
        found.setdefault(span.label, []).append(" ".join(text[span.start : span.end].split()))
    return page, found


@pytest.mark.parametrize(
    "form",
    ["{}", "+ {}", "> {}", "(1) {}", "‹ {} ›", "[محليات] {}", "محليات | {}", "09:40 {}", "13:05 - {}", "{} 12-04-2016",
     "{} - 12 أبريل 2016", "{} (12)", "{} (العدد 77)", "{} منذ 3 ساعات", "{} | بريد الوادي",
     "{} – سالم علي", "{} المزيد"],
)  # fmt: skip
@pytest.mark.parametrize("label", ["أخبار ذات صلة", "نبض الوادي"])
def test_what_all_lines_of_a_list_have_is_not_of_its_headlines(form: str, label: str) -> None:
    """Marks, sections, times, dates, counts, names of sites and writers go, under a known label and an unknown one."""
    numbered = [form.replace("(1)", f"({at})") for at in range(1, len(LIST) + 1)]
    _, found = read(label, *(one.format(line) for one, line in zip(numbered, LIST, strict=True)))
    assert found[Label.RELATED_HEADLINE] == list(LIST)
    assert len(found[Label.BODY]) == len(STORY)


@pytest.mark.parametrize("sign", [" | ", " • ", " / ", " - ", "  ", " » "])
def test_a_list_on_the_line_under_its_label_is_cut_at_its_signs(sign: str) -> None:
    """Headlines joined on one line come apart again."""
    _, found = read("مواضيع ذات صلة", sign.join(LIST))
    assert found[Label.RELATED_HEADLINE] == list(LIST)


def test_a_headline_may_hold_a_dash_or_a_count_of_its_own() -> None:
    """What one line alone has is the headline's."""
    lines = ("مسلسل السيل - الحلقة الأخيرة تثير الجدل", "مهرجان العسل يستقبل ألف زائر")
    _, found = read("أخبار ذات صلة", *lines)
    assert found[Label.RELATED_HEADLINE] == list(lines)


def test_a_list_without_a_label_goes_on_over_dates_and_sections() -> None:
    """Dates between the headlines do not end it, and are theirs."""
    lines = [f"{line} للمرة الثالثة هذا العام" for line in LIST]
    _, found = read(lines[0], "12 أبريل 2016", lines[1], "11 أبريل 2016", lines[2], "10 أبريل 2016")
    assert found[Label.RELATED_HEADLINE] == lines
    assert len(found[Label.RELATED_DATE]) == len(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("سالم", "12/04/2016 13:22", "والله كان الماء مقطوع عندنا من شهر",
         "أم فهد", "12/04/2016 18:40", "شكرا للهيئة على الجهود"),
        ("هل تؤيد رفع تعرفة المياه هذا الصيف؟", "نعم", "لا", "لا أدري"),
        ("ريم الحسن كاتبة وصحفية من وادي النخيل",),
        ("هاتف: 04 555 0199", "حقوق النشر لبريد الوادي © 2016"),
    ],
)  # fmt: skip
def test_what_stands_under_a_story_without_being_a_list(lines: tuple[str, ...]) -> None:
    """Comments, polls, lines about the writer and imprints give no headlines and no text."""
    _, found = read(*lines)
    assert Label.RELATED_HEADLINE not in found
    assert len(found[Label.BODY]) == len(STORY)


@pytest.mark.parametrize(
    "line",
    [
        "اشتركوا في نشرتنا المسائية لتصلكم آخر الأخبار إلى بريدكم",
        "يمكنكم إرسال ملاحظاتكم عبر صفحتنا على فيسبوك",
        "نستخدم الكوكيز لتحسين تجربتك على الموقع",
        "تم إعداد هذا التقرير بدعم من صندوق الصحافة",
    ],
)
def test_a_site_that_speaks_of_itself_is_known_by_its_words(line: str) -> None:
    """No rule has these lines; words for readers, pages and mail give them away, within a list too."""
    _, found = read("أخبار ذات صلة", *LIST, line)
    assert line in " ".join(found[Label.JUNK])
    assert found[Label.RELATED_HEADLINE] == list(LIST)


def test_news_of_such_things_stays_news() -> None:
    """A story about an application is no talk of the site."""
    _, found = read("وأطلقت الهيئة تطبيقا على الهواتف يتيح للمزارعين متابعة حصصهم، وقناة على واتساب للبلاغات العاجلة.")
    assert len(found[Label.BODY]) == len(STORY) + 1


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    """Also the title's; the list below is not wrapped."""
    wrapped = (
        "هيئة المياه تعيد ضخ الآبار الجوفية في وادي النخيل بعد توقف دام",
        "أسبوعين كاملين",
        "",
        "أعادت هيئة المياه صباح الخميس ضخ ثلاث آبار جوفية في وادي النخيل",
        "بعد توقف دام أسبوعين بسبب عطل أصاب المضخات القديمة، وقالت إن ما",
        "بقي من الأعمال سينتهي قبل الصيف.",
        "",
        "ودعا المدير المزارعين إلى ترشيد الري في الأسابيع المقبلة حتى يعود",
        "الإنتاج إلى ما كان عليه، وشكر أهالي القرى على صبرهم وعلى تعاونهم",
        "مع فرق الصيانة.",
        "",
        "مواضيع ذات صلة",
        *LIST,
    )
    text = "\n".join(wrapped)
    page = read_layout(text, finder_of(load_rules(), GENERIC), None)
    found = [(span.label, " ".join(text[span.start : span.end].split())) for span in spans_of(page)]
    assert [one for label, one in found if label is Label.TITLE] == [f"{wrapped[0]} {wrapped[1]}"]
    assert len([one for label, one in found if label is Label.BODY]) == 2
    assert [one for label, one in found if label is Label.RELATED_HEADLINE] == list(LIST)


@pytest.mark.parametrize(
    "above",
    [
        ("وزير النقل يفتتح محطة جديدة للحافلات ارتفاع أسعار الخضار في الأسواق المنتخب يبدأ معسكره الخارجي الأسبوع "
         "المقبل المصرف يطرح سندات جديدة وفاة فنان بعد صراع مع المرض أمطار رعدية على الساحل",),
        ("العدد 1187", "الجمعة 15 أبريل 2016"),
        ("بريد الوادي", "الحقيقة أولا"),
    ],
)  # fmt: skip
def test_what_stands_above_the_title_is_not_the_title(above: tuple[str, ...]) -> None:
    """Headlines that run on, a masthead and its date leave title and date to the article."""
    page, _ = read(head=(*above, *HEAD))
    facts = lift_facts(page)
    assert (facts.title, facts.published) == (HEAD[0], "2016-04-14")


@pytest.mark.parametrize("order", [(0, 2, 1), (0, 1, 2), (0, 3, 1, 2)])
def test_the_line_above_a_deck_is_the_title(order: tuple[int, ...]) -> None:
    """Though the deck, longer and nearer to the date or the story, says more of it again."""
    deck = "ثلاث آبار جوفية تعود إلى الخدمة في وادي النخيل بعد عطل في المضخات"
    lines = (*HEAD, deck, "سالم الشامسي")
    page, _ = read(head=tuple(lines[at] for at in order))
    assert lift_facts(page).title == HEAD[0]


@pytest.mark.parametrize("label", ["دليل: ", "وُسم تحت ", "الوسم "])
@pytest.mark.parametrize("above", [(), ("أخبار ذات صلة", *LIST)])
def test_tags_stand_behind_an_unknown_label(label: str, above: tuple[str, ...]) -> None:
    """The story says them, and not the label; a list above them ends there."""
    page, found = read(*above, f"{label}المياه، وادي النخيل، الري")
    assert lift_facts(page).keywords == ("المياه", "وادي النخيل", "الري")
    assert found.get(Label.RELATED_HEADLINE, []) == list(LIST if above else ())


def test_an_article_may_follow_the_comments() -> None:
    """A label, a title and its paragraphs below the foot are an embedded article."""
    _, found = read(
        "تعليقات (2)",
        "شكرا للهيئة",
        "اقرأ كذلك",
        LIST[0],
        "افتتح في القرية القديمة سوق للتمور يضم أربعين محلا، ويستمر السوق حتى نهاية الشهر الجاري.",
        "وقال منظمو السوق إن القرية ستستقبل الزوار كل مساء.",
    )
    assert found[Label.RELATED_TITLE] == [LIST[0]]
    assert len(found[Label.RELATED_BODY]) == 2


@pytest.mark.parametrize(
    "label",
    ["للاطلاع على مزيد من أخبار الوادي", "أكثر الأخبار قراءة في الوادي", "اقرأ أيضا على بريد الوادي:", "تصفّح المقالات"],
)
def test_labels_that_name_more_than_their_list_are_none_of_its_headlines(label: str) -> None:
    """What a label says of the site or a section stays with the label."""
    assert read(label, *LIST)[1][Label.RELATED_HEADLINE] == list(LIST)


@pytest.mark.parametrize("label", ["تصفّح المقالات", "جديد الوادي"])
def test_a_list_ends_where_the_replies_are_counted(label: str) -> None:
    """A number and the page's own title stand over the readers' replies, which are no headlines."""
    _, found = read(label, *LIST, f"3 آراء على “{HEAD[0]}”", "سعاد", "يقول:", "شكرا على هذه المعلومات الجميلة")
    assert found[Label.RELATED_HEADLINE] == list(LIST)


def test_lines_with_addresses_behind_the_story_are_no_data_of_it() -> None:
    """Counts and a permanent link under the story are the site's, though figures end them."""
    _, found = read(
        "لا يوجد وسوم", "وصلة دائمة لهذا المحتوى : http://wadi.example/2016/04/8172", "التعليقات 0 | القراءات 142"
    )
    assert found[Label.BODY] == list(STORY)


def test_counts_for_screen_readers_between_links_are_no_subheads() -> None:
    """Small Latin letters beside links in mid-story count the links of a box; the story does not say them."""
    box = ("list 1 of 2", LIST[0] + ".. ماذا تغير هذا العام؟", "list 2 of 2", LIST[1] + " في يومه الأول", "end of list")
    _, found = read(*box, "وأضاف الحمادي أن الهيئة ستعلن جدول الري قبل نهاية الأسبوع.")
    assert not any("list" in line for line in found[Label.BODY])


def test_news_of_a_fund_is_no_talk_of_the_site() -> None:
    """`صندوق` is a fund in headlines more often than a box for e-mail."""
    fund = "صندوق النقد: المراجعة الثالثة تمضي في موعدها"
    assert fund in read("أخبار ذات صلة", *LIST, fund)[1][Label.RELATED_HEADLINE]


@pytest.mark.parametrize("byline", ["تحقيق وتصوير: هبة عوض", "كتابة وتصوير: سالم باوزير", "إعداد وتصوير: ليلى الشامي"])
def test_who_wrote_and_took_the_pictures_is_no_title(byline: str) -> None:
    """A byline of two trades stands under the title and is none."""
    _, found = read(head=("بيوت الوادي.. حين يصبح الطين ذاكرة", byline, "14 أبريل 2016"))
    assert found[Label.TITLE] == ["بيوت الوادي.. حين يصبح الطين ذاكرة"]


def test_a_members_day_of_joining_hides_no_date_of_the_post() -> None:
    """A label without a day behind it (`تاريخ التسجيل: Mar 2007`) does not keep the head's own line from being read."""
    head = ("منتديات الوادي > الأخبار", "#1 14-04-2016, 08:13 PM", "سالم", "تاريخ التسجيل: Mar 2007", HEAD[0])
    page, _ = read(head=head)
    assert lift_facts(page).published == "2016-04-14T20:13"


@pytest.mark.parametrize(
    ("end", "published"),
    [
        ("--(الوادي) س خ  14/04/2016 - 02:16 pm", "2016-04-14T14:16"),
        ("وتعود المضخات إلى العمل كاملة يوم 20/04/2016 الساعة 02:16", None),
    ],
)
def test_an_agency_signs_with_day_and_hour(end: str, published: str | None) -> None:
    """Behind wide blanks at the story's end stands when it was sent; a day of which a sentence tells is none of it."""
    story = "  ".join((HEAD[0], *STORY, end))
    page = read_layout(story, finder_of(load_rules(), GENERIC), None)
    assert lift_facts(page).published == published


def body(*story: str) -> list[str]:
    """Label a page with another story and a list behind it: the lines of its body."""
    text = "\n".join((*HEAD, *story, "أخبار ذات صلة", *LIST))
    page = read_layout(text, finder_of(load_rules(), GENERIC), None)
    found = [text[span.start : span.end].strip() for span in spans_of(page) if span.label is Label.BODY]
    return [line for line in found if line]


@pytest.mark.parametrize(
    "sentence",
    [
        "نشر المركز الوطني للأرصاد تقريرا عن أمطار 2016 في الوادي، وقال إنها الأغزر منذ سنوات طويلة.",
        "نشرت الهيئة أرقام 2015 عن منسوب الآبار الجوفية، وأكدت أن العجز يتراجع عاما بعد عام.",
    ],
)
def test_a_sentence_that_begins_with_published_is_no_date_label(sentence: str) -> None:
    """The verb at the beginning of a paragraph stays, with a year not far behind it."""
    assert sentence in body(*STORY, sentence)


@pytest.mark.parametrize("label", ["نشر: 12/04/2016", "نشر في 12 أبريل 2016", "نشر يوم الثلاثاء 12 أبريل 2016"])
def test_a_date_label_is_one_still(label: str) -> None:
    """The same word before a date is a label: nothing of the line is in the body."""
    assert not any("نشر" in line for line in body(label, *STORY))


def test_a_verb_inside_a_word_is_not_cut_off_it() -> None:
    """`الفواقر` holds a verb and is none: a word is left behind the article only where three letters are."""
    sentence = "أما رسالة الفواقر فأكدت أن الآبار القديمة لا تكفي سكان القرية، ودعت إلى حفر بئرين في الشمال."
    assert sentence in body(*STORY, sentence)


def test_a_question_that_closes_the_story_stays() -> None:
    """A last paragraph that ends by asking is of the story; a poll of the readers is not."""
    asked = "وقال المزارعون إن الماء لن يكفي هذا الصيف. فمن يضمن أن تعود الآبار الجوفية إلى الضخ قبل نهاية العام؟"
    assert asked in body(*STORY, asked)
    assert "ما رأيك؟" not in body(*STORY, "ما رأيك؟")
