"""Identities: SHA-256 of normalised content, cut to 128 bits. Never of a path, a time or an offset."""

from __future__ import annotations

import hashlib
import unicodedata


def digest(*parts: str) -> str:
    """Hash `parts` to 32 hex digits; parts are length-prefixed, so that `("ab", "c")` differs from `("a", "bc")`.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    hashed: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed += (len(data).to_bytes(8, "big"), data)
    return hashlib.sha256(b"".join(hashed)).hexdigest()[:32]


def normalise(text: str) -> str:
    r"""Reduce `text` to what makes it the same text: NFC, one space between words, no blank lines, no BOM.

    >>> normalise("\ufeffخبر \r\n\r\n عاجل ")
    'خبر\nعاجل'
    """
    lines = unicodedata.normalize("NFC", text.replace("\ufeff", "")).splitlines()
    return "\n".join(" ".join(words) for line in lines if (words := line.split()))


def article_id(text: str) -> str:
    r"""Identify a page by its content: equal texts under any name, encoding or line ending are one article.

    >>> article_id("خبر\r\n") == article_id("خبر  ")
    True
    """
    return digest("article", normalise(text))


def embedded_id(parent_id: str, title: str | None, body: str) -> str:
    """Identify an article found inside the page `parent_id`: one document for each page that carries it."""
    return digest("embedded", parent_id, normalise(title or ""), normalise(body))


def reject_id(stage: str, subject: str, content: bytes | None) -> str:
    """Identify a reject by where it failed, what it concerns (path or key) and its bytes."""
    sha = hashlib.sha256(content or b"").hexdigest()
    return digest("reject", stage, subject, sha)
