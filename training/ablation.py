"""The data folder enters; the scores of the model without each of its parts leave, on the development parts.

usage: python -m training.ablation DATA --work FOLDER    (after `python -m training.train DATA --dev --work FOLDER`)
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from streams.text.ner.features import Vocabulary

from .augment import renamed
from .data import Corpus, read_corpora
from .linear import Describer, train_linear
from .network import Descriptions, Plan, Weights, train_network
from .pack import pack
from .train import Parts, corpus_of, frequent_features, guide_words, report, words_of
from .trained import Trained
from .words import Words, harvested, named

_LINEAR_WITHOUT = {
    "letters alone (words, affixes, context)": ("k", "h=", "g=", "t=", "c="),
    "and clitics": ("k", "h=", "g="),
    "and word clusters": ("h=", "g="),
    "and lists of names": (),
}


def main() -> None:
    """Train the linear CRF by feature set, then one network, then both, and print their scores."""
    parser = argparse.ArgumentParser(description="Score the tagger without each of its parts.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".sada/training"))
    options = parser.parse_args()
    corpora = read_corpora(options.data / "ner")
    words = words_of(options.data, options.work, corpora)
    parts: Parts = [(corpus.guideline, corpus.train) for corpus in corpora]
    linear_rows(corpora, words.vocabulary(), parts, options.work)
    more = list(renamed(parts[0][1], [*named(), *harvested(corpus_of(options.data))], words.vocabulary()))
    name = "linear CRF: all features, and news with other names in it"
    show(name, corpora, words_free(words.vocabulary(), ()), [*parts, (0, more)], options.work)
    network_rows(corpora, words, parts, options.work)


def linear_rows(corpora: Sequence[Corpus], vocabulary: Vocabulary, parts: Parts, work: Path) -> None:
    """Score the linear CRF alone, its features growing row by row; then without knowing the corpus."""
    for name, without in _LINEAR_WITHOUT.items():
        show(f"linear CRF: {name}", corpora, words_free(vocabulary, without), parts, work)
    poured: Parts = [(0, sentences) for _, sentences in parts]
    one = [corpus._replace(guideline=0) for corpus in corpora]
    show("linear CRF: all features, corpora poured together", one, words_free(vocabulary, ()), poured, work)
    show("linear CRF: all features, news alone", one, words_free(vocabulary, ()), parts[:1], work)


def words_free(vocabulary: Vocabulary, without: Sequence[str]) -> Callable[[], Describer]:
    """Give a maker of describers that leave out the features opening with one of `without`."""
    return lambda: Describer(vocabulary, without)


def show(name: str, corpora: Sequence[Corpus], describer: Callable[[], Describer], parts: Parts, work: Path) -> None:
    """Train one linear CRF and print its scores, tagged by crfsuite itself."""
    import pycrfsuite

    from .data import LABELS, score

    describe = describer()
    file = work / "ablation.crfsuite"
    train_linear(parts, describe, file)
    tagger = pycrfsuite.Tagger()
    tagger.open(str(file))
    row = []
    for corpus in corpora:
        tags = [tagger.tag(list(describe.sentence(s.words, corpus.guideline))) for s in corpus.dev]
        found = [[LABELS.index(tag) for tag in sentence] for sentence in tags]
        row.append(score([s.labels for s in corpus.dev], found))
    cells = " | ".join(" ".join(f"{kind} {r[kind].f1:.3f}" for kind in ("all", "PER", "LOC", "ORG")) for r in row)
    print(f"{name} | {cells}", flush=True)


def network_rows(corpora: Sequence[Corpus], words: Words, parts: Parts, work: Path) -> None:
    """Score one network, two, and both with the linear CRF, before self-training."""
    describer = Describer(words.vocabulary())
    linear = train_linear(parts, describer, work / "ablation.crfsuite")
    features = frequent_features(parts, describer)
    descriptions = Descriptions({n: row for row, n in enumerate(features)}, words.vocabulary().describe, words.vectors)
    examples = [e for guideline, part in parts for s in part for e in descriptions.example(s, guideline)]
    networks: list[Weights] = []
    for seed in (0, 1):
        networks.append(train_network(examples, descriptions.tables(), len(features), Plan(seed=seed)))
        for share in (0.0, 0.5):
            trained = Trained(words, linear, list(networks), features, guide_words(parts, features))
            pack(work / "ablation.npz", trained, share)
            print(f"networks: {seed + 1}, share of the linear CRF: {share}")
            report(work / "ablation.npz", corpora)
    print("weights of a network:", sum(np.size(part) for part in networks[0].values()))


if __name__ == "__main__":
    main()
