"""Babel's territories enter; streams/lexicon/countries.tsv leaves.

`python -m training.countries` writes the list anew, when states are founded or renamed. It is a file because the
names are all that a worker needs of Babel, and Babel keeps 7 MB in memory for them.
"""

from __future__ import annotations

from babel import Locale

from streams.text.lexicon import COUNTRIES, LEXICON

_HEADER = (
    "# entity_id, Arabic name, English name, other spellings parted by |, country (ISO 3166-1)\n"
    "# from Unicode's CLDR by training/countries.py\n"
)
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})


def countries() -> list[str]:
    """List the countries as rows, in the order of CLDR."""
    arabic, english = Locale("ar").territories, Locale("en").territories
    return [
        f"loc:{code}\t{name}\t{english[code]}\t\t{code}"
        for code, name in arabic.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]


def main() -> None:
    """Write the list."""
    (LEXICON / COUNTRIES).write_text(_HEADER + "\n".join(countries()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
