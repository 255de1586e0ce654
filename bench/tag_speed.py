"""Measure the tagger: words a second through its public function, loading, memory, beside a transformer if asked.

usage: python -m bench.tag_speed [FOLDER] [--transformer]
FOLDER holds .txt articles (default: samples/). CPU time of this one process is counted, so that other programs on the
machine do not. `--transformer` (extra `transformers`) makes a BERT-base token classifier with random weights.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from streams.text.ner import load_tagger
from streams.text.ner.tokens import Words, words
from streams.text.ner.transformer import Transformer, load_transformer

ROUNDS = 25


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Measure the tagger of names.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("samples"))
    parser.add_argument("--transformer", action="store_true")
    options = parser.parse_args()
    before = _megabytes()
    began = time.process_time()
    tagger = load_tagger()
    print(f"loading: {time.process_time() - began:.2f} s CPU; process {before} MB before, {_megabytes()} MB after")
    texts = [path.read_text(encoding="utf-8") for path in sorted(options.folder.glob("*.txt"))]
    read = [words(text) for text in texts]
    count = sum(len(each.texts) for each in read)
    print(f"{len(texts)} articles, {count} words")
    fresh = seconds(lambda: [tagger.find(text) for text in texts])
    print(f"first time seen: {count / fresh:,.0f} words/s")
    rounds = [[seconds(partial(tagger.find, text)) for text in texts] for _ in range(ROUNDS)]
    ours = count / min(map(sum, rounds))
    quiet = count / sum(map(min, zip(*rounds, strict=True)))
    print(f"words seen before: {ours:,.0f} words/s in the best of {ROUNDS} rounds over all articles,")
    print(f"  {quiet:,.0f} words/s when each article counts with its own best round (others' programs disturb less)")
    if options.transformer:
        theirs = compare(read)
        print(f"BERT-base: {theirs:,.0f} words/s; ours is {ours / theirs:,.0f} times as fast")
    print(f"process at the end: {_megabytes()} MB")


def seconds(work: Callable[[], Any]) -> float:
    """Give the CPU seconds of `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(read: Sequence[Words]) -> float:
    """Give the words a second of a BERT-base classifier on the first article, one thread, after a warm-up."""
    import torch

    torch.set_num_threads(1)
    first = read[0]
    with tempfile.TemporaryDirectory() as folder:
        backend = _bert(Path(folder), sorted({text for each in read for text in each.texts}))
        backend.spans(first.texts[:20], [0])
        return len(first.texts) / seconds(lambda: backend.spans(first.texts, first.starts))


def _bert(folder: Path, known: Sequence[str]) -> Transformer:
    """Save and load a BERT-base with random weights whose vocabulary is `known`, so that each word is one piece."""
    import transformers

    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *known]), "utf-8")
    transformers.BertTokenizerFast(str(folder / "vocab.txt"), strip_accents=False).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(known) + 5, num_labels=3, id2label=dict(enumerate(["O", "B-PER", "I-PER"]))
    )
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    return load_transformer(folder)


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
