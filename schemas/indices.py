"""The index table: each Elasticsearch index's name, version and alias, for whoever writes or asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Index:
    """One index. Documents live in the versioned index; everyone reads and writes through the alias."""

    name: str
    version: int = 1

    def alias(self, prefix: str) -> str:
        """Return the name to read and write by.

        >>> ARTICLES.alias("sada")
        'sada-articles'
        """
        return f"{prefix}-{self.name}"

    def versioned(self, prefix: str) -> str:
        """Return the name of the index itself; a new mapping that old documents do not fit takes a new version.

        >>> ARTICLES.versioned("sada")
        'sada-articles-v1'
        """
        return f"{prefix}-{self.name}-v{self.version}"


ARTICLES = Index("articles")
HEADLINES = Index("headlines")
NAMES = Index("names")
"""Which cluster a headline or an article belongs to, where that is not named after itself."""
REJECTED = Index("rejected")
FORGOTTEN = Index("forgotten")
"""Which articles must not come back."""

INDICES: tuple[Index, ...] = (ARTICLES, HEADLINES, NAMES, REJECTED, FORGOTTEN)
