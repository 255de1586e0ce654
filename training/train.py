"""The data folder enters; the tagger's model leaves, or with `--dev` its scores on the development parts.

usage: python -m training.train DATA [--dev [--fold N]] [--out FILE] [--work FOLDER]
DATA holds ner/*.conll and corpus/*.txt.xz as docs/model-card.md names them.
"""

from __future__ import annotations

import argparse
import pickle
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streams.text.ner.features import normal
from streams.text.ner.model import MODEL, read_model
from streams.text.ner.network import Network

from .augment import renamed
from .data import FOLDS, GUIDELINES, LAST, Corpus, Score, Sentence, read_corpora, score
from .distant import told
from .linear import Describer, train_linear
from .network import Descriptions, Example, Plan, train_network
from .pack import pack
from .selftrain import taught
from .trained import Trained
from .words import Words, harvested, hints, learn, named, prepare

SEEDS = (0,)
"""One network for each; a second one added .002 F1 and a third to the time of tagging."""
RAREST_FEATURE = 2
SELF_TAUGHT_WEIGHT, RENAMED_WEIGHT = 0.3, 0.5
"""What a sentence counts that the model tagged itself, and one of the news with other names in it."""
SELF_TAUGHT_EPOCHS, OWN_EPOCHS = 5, 6
"""Passes over all sentences in the second round, then over the ones that people tagged."""

Parts = list[tuple[int, Sequence[Sentence]]]


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train the tagger of names.")
    parser.add_argument("data", type=Path, help="folder with ner/ and corpus/")
    parser.add_argument("--dev", action="store_true", help="train without the development parts and score on them")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), default=LAST, help="which fifth of the news is kept")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--work", type=Path, default=Path(".sada/training"), help="folder for what can be made again")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    corpora = read_corpora(options.data / "ner", options.fold)
    words = words_of(options.data, options.work, corpora)
    parts: Parts = [(c.guideline, c.train if options.dev else [*c.train, *c.dev]) for c in corpora]
    more = list(renamed(parts[0][1], [*named(), *harvested(corpus_of(options.data))], words.vocabulary()))
    out = options.work / "dev.npz" if options.dev else options.out
    trained = train(words, parts, more, options.work)
    teacher = options.work / "teacher.npz"
    pack(teacher, trained)
    if options.dev:
        report(teacher, corpora)
    pack(out, learn_again(trained, parts, more, teacher, corpus_of(options.data)))
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")
    if options.dev:
        report(out, corpora)


def train(
    words: Words, parts: Parts, more: Sequence[Sentence], work: Path, plans: Sequence[Plan] | None = None
) -> Trained:
    """Train the linear CRF and the networks on (guideline, sentences); `more` are sentences of news that count less."""
    describer = Describer(words.vocabulary())
    linear = train_linear([*parts, (0, more)], describer, work / "linear.crfsuite")
    print("linear CRF trained:", len(linear.features), "features", flush=True)
    features = frequent_features(parts, describer)
    described = _descriptions(words, features)
    examples = _examples(described, parts, more)
    networks = []
    for plan in plans or [Plan(seed=seed) for seed in SEEDS]:
        networks.append(train_network(examples, described.tables(), len(features), plan))
        print("network trained:", plan, flush=True)
    return Trained(words, linear, networks, features, guide_words(parts, features))


def learn_again(trained: Trained, parts: Parts, more: Sequence[Sentence], teacher: Path, corpus: Path) -> Trained:
    """Train the networks anew, with sentences of the corpus that `teacher` tagged and sure names corrected."""
    words, features = trained.words, trained.features
    described = _descriptions(words, features)
    examples = _examples(described, parts, more)
    for sentence, guideline in taught(read_model(teacher), told(corpus, named(), words.vocabulary().rows)):
        examples += described.example(sentence, guideline, SELF_TAUGHT_WEIGHT)
    networks = []
    for seed in SEEDS:
        plan = Plan(seed=seed, epochs=SELF_TAUGHT_EPOCHS, own_epochs=OWN_EPOCHS)
        networks.append(train_network(examples, described.tables(), len(features), plan))
        print("network trained again:", seed, len(examples), "examples", flush=True)
    return trained._replace(networks=networks)


def _descriptions(words: Words, features: Sequence[str]) -> Descriptions:
    return Descriptions({n: row for row, n in enumerate(features)}, words.vocabulary().describe, words.vectors)


def _examples(described: Descriptions, parts: Parts, more: Sequence[Sentence]) -> list[Example]:
    examples = [e for guideline, part in parts for s in part for e in described.example(s, guideline)]
    return examples + [e for s in more for e in described.example(s, 0, RENAMED_WEIGHT)]


def frequent_features(parts: Parts, describer: Describer) -> list[str]:
    """List the features seen more than once."""
    seen = Counter(word for _, part in parts for sentence in part for word in sentence.words)
    counts: Counter[str] = Counter()
    for word, times in seen.items():
        for name in describer.own(word):
            counts[name] += times
    return sorted(name for name, times in counts.items() if times >= RAREST_FEATURE)


def guide_words(parts: Parts, features: Sequence[str]) -> NDArray[np.float32]:
    """Weigh how much a word's feature speaks for each guideline's kind of text (log of smoothed shares)."""
    rows = {name: row for row, name in enumerate(features) if name.startswith("w=")}
    weights = np.zeros((len(features), len(GUIDELINES)), dtype=np.float32)
    counts = np.full((len(features), len(GUIDELINES)), 0.5)
    for guideline, part in parts:
        for sentence in part:
            for word in sentence.words:
                row = rows.get("w=" + normal(word))
                if row is not None:
                    counts[row, guideline] += 1
    kept = list(rows.values())
    weights[kept] = np.log(counts[kept] / counts[kept].sum(axis=0))
    return weights


def report(model: Path, corpora: Sequence[Corpus]) -> dict[int, dict[str, Score]]:
    """Print the scores of a model on each development part, tagged by its own guideline."""
    loaded = read_model(model)
    results = {}
    for corpus in corpora:
        network = Network(loaded, GUIDELINES[corpus.guideline])
        texts = [word for sentence in corpus.dev for word in sentence.words]
        starts = np.cumsum([0, *(len(sentence.words) for sentence in corpus.dev)])
        labels = network.labels(texts, starts[:-1].tolist())
        found = [labels[begin:end].tolist() for begin, end in pairwise(starts)]
        results[corpus.guideline] = score([sentence.labels for sentence in corpus.dev], found)
        line = "  ".join(
            f"{kind} {s.precision:.3f}/{s.recall:.3f}/{s.f1:.3f}" for kind, s in results[corpus.guideline].items()
        )
        print(f"{GUIDELINES[corpus.guideline]:13} {line}", flush=True)
    return results


def corpus_of(data: Path) -> Path:
    """Find the plain text corpus in the data folder."""
    return next((data / "corpus").glob("*.txt.xz"))


def words_of(data: Path, work: Path, corpora: Sequence[Corpus]) -> Words:
    """Learn vectors and clusters, or take them from the work folder; the hints are always made anew."""
    kept, corpus = work / "words.pickle", corpus_of(data)
    hinted = hints([*named(), *harvested(corpus)])
    if not kept.exists():
        prepared = work / "corpus.txt"
        prepare(corpus, [sentence.words for c in corpora for sentence in c.train], prepared)
        kept.write_bytes(pickle.dumps(learn(prepared, hinted)))
    loaded: Words = pickle.loads(kept.read_bytes())
    return loaded._replace(hints=hinted)


if __name__ == "__main__":
    main()
