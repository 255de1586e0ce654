"""A page's HTML in, the same with its Arabic told to the browser out: runs isolated, Arabic blocks right to left."""

from __future__ import annotations

import re

LETTER = "\u0621-\u064a\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufeff"
WORD = f"[{LETTER}][{LETTER}\u064b-\u065f\u0640\u0660-\u0669\u06f0-\u06f9]*"
WORDS = rf"{WORD}(?:[\s\d،؛؟:.…/-]+{WORD})*"
UNIT = rf"(?:«{WORDS}»|\({WORDS}\)|{WORDS})"
RUN = re.compile(rf"{UNIT}(?:[\s\d،؛؟:.…/-]*{UNIT})*")
"""Words with what stands between them; quotes and brackets only in pairs, so that none changes sides."""
CODE = re.compile(r"(?<!<pre>)(?<!</span>)<code>([^<]*)</code>")
NUMBERS = re.compile(r"\d[\d./-]+\d\.*")
TAG = re.compile(r"(<[^>]*>)")
BLOCK = re.compile(
    r"<(p|li|td|th|blockquote)>((?:(?!<(?:p|li|td|th|blockquote|ul|ol|table|pre)\b).)*?)</\1>", re.DOTALL
)
VERBATIM = {"pre", "code", "script", "style", "svg", "bdi"}


def isolate(html: str) -> str:
    """Mark Arabic runs with `bdi`, and blocks that are Arabic throughout with `dir`.

    >>> isolate("<p>the word خبر عاجل means</p>")
    '<p>the word <bdi lang="ar">خبر عاجل</bdi> means</p>'
    >>> isolate("<td>خبر عاجل</td>")
    '<td dir="rtl" lang="ar">خبر عاجل</td>'
    >>> isolate("<p>dates («منذ ساعتين») are")
    '<p>dates (<bdi lang="ar">«منذ ساعتين»</bdi>) are'
    >>> isolate("<code>شهر:2024-04</code>")
    '<code>شهر:<bdi dir="ltr">2024-04</bdi></code>'
    """
    return "".join(_runs(CODE.sub(_number, BLOCK.sub(_direct, html))))


def _number(code: re.Match[str]) -> str:
    """Keep a date among Arabic in its order: after an Arabic letter a browser would turn it round."""
    if not re.search(f"[{LETTER}]", code[1]):
        return code[0]
    return "<code>" + NUMBERS.sub(r'<bdi dir="ltr">\g<0></bdi>', code[1]) + "</code>"


def _direct(block: re.Match[str]) -> str:
    text = TAG.sub("", block[2])
    if re.search(f"[{LETTER}]", text) and not re.search("[A-Za-z]", text):
        return f'<{block[1]} dir="rtl" lang="ar">{block[2]}</{block[1]}>'
    return block[0]


def _runs(html: str) -> list[str]:
    parts, verbatim, arabic = [], 0, False
    for part in TAG.split(html):
        if not part.startswith("<"):
            parts.append(part if verbatim or arabic else RUN.sub(r'<bdi lang="ar">\g<0></bdi>', part))
            continue
        name = re.match(r"</?\s*(\w*)", part)
        if name and name[1] in VERBATIM and not part.endswith("/>"):
            verbatim += -1 if part.startswith("</") else 1
        if name and name[1] in {"p", "li", "td", "th", "blockquote"}:
            arabic = 'dir="rtl"' in part
        parts.append(part)
    return parts
