"""Tagged sentences and words' descriptions enter; a trained network's weights leave (JAX, on the CPU)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from .data import GUIDELINES, LABELS, Sentence

REACH = 2
BATCH = 32
LENGTHS = (16, 32, 48, 80)
MOST_FEATURES = 52
OWN_WEIGHT = 0.5

Weights = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How to train: sizes, passes over the data, dropout, learning rate, seed."""

    bag: int = 48
    hidden: int = 96
    second: int = 48
    epochs: int = 10
    dropout: float = 0.5
    rate: float = 2e-3
    decay: float = 1e-5
    seed: int = 0
    own_epochs: int = 0
    """Passes at the end over the examples alone that weigh at least OWN_WEIGHT."""


class Example(NamedTuple):
    """Rows of a sentence's words in the description tables, their labels, whose guideline, how much it counts."""

    rows: NDArray[np.int32]
    labels: NDArray[np.int32]
    guideline: int
    weight: float = 1.0


class Descriptions:
    """Tables of distinct words: their features' numbers (0 pads) and their dense vectors."""

    def __init__(self, features: dict[str, int], describe: Any, vectors: NDArray[np.float32]) -> None:
        self._features = features
        self._describe = describe
        self._vectors = vectors
        self._rows: dict[str, int] = {}
        self._ids: list[list[int]] = []
        self._dense: list[NDArray[np.float32]] = []

    def example(self, sentence: Sentence, guideline: int, weight: float = 1.0) -> Iterator[Example]:
        """Turn a sentence into examples no longer than the longest batch."""
        rows = np.array([self._row(word) for word in sentence.words], dtype=np.int32)
        labels = np.array(sentence.labels, dtype=np.int32)
        for at in range(0, len(rows), LENGTHS[-1]):
            yield Example(rows[at : at + LENGTHS[-1]], labels[at : at + LENGTHS[-1]], guideline, weight)

    def tables(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Give both tables."""
        return np.array(self._ids, dtype=np.int32), np.array(self._dense, dtype=np.float32)

    def _row(self, word: str) -> int:
        if word not in self._rows:
            names, row, own = self._describe(word)
            ids = [self._features[name] + 1 for name in names if name in self._features][:MOST_FEATURES]
            vector = self._vectors[row] if row >= 0 else np.zeros(self._vectors.shape[1])
            self._ids.append(ids + [0] * (MOST_FEATURES - len(ids)))
            self._dense.append(np.append(vector, [row < 0, own and row >= 0]).astype(np.float32))
            self._rows[word] = len(self._rows)
        return self._rows[word]


def train_network(examples: Sequence[Example], tables: Any, features: int, plan: Plan) -> Weights:
    """Train by Adam on the CRF's likelihood; returns the moving average of the weights."""
    ids, dense = (jnp.asarray(table) for table in tables)
    weights = _initial(features + 1, dense.shape[1], plan)
    state = (weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights), weights)

    def loss(weights: Weights, batch: Any, key: Any) -> Any:
        rows, labels, mask, guideline, weight = batch
        scores = _scores(weights, (ids[rows], dense[rows], mask), guideline, key, plan.dropout)
        return (_surprise(weights, scores, labels, mask, guideline) * weight).mean()

    @jax.jit
    def step(state: Any, batch: Any, key: Any, number: Any, rate: Any) -> Any:
        weights, first, second, average = state
        gradient = jax.grad(loss)(weights, batch, key)
        gradient["bag"] = gradient["bag"].at[0].set(0)
        norm = jnp.sqrt(sum((part**2).sum() for part in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda part: part * jnp.minimum(1, 5 / norm), gradient)
        first = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, first, gradient)
        second = jax.tree.map(lambda old, new: 0.99 * old + 0.01 * new * new, second, gradient)
        scale = rate / (1 - 0.9**number)
        weights = jax.tree.map(
            lambda w, m, v: w * (1 - plan.decay) - scale * m / (jnp.sqrt(v / (1 - 0.99**number)) + 1e-7),
            weights, first, second,
        )  # fmt: skip
        average = jax.tree.map(lambda old, new: 0.998 * old + 0.002 * new, average, weights)
        return weights, first, second, average

    key = jax.random.PRNGKey(plan.seed + 1)
    own = replace(plan, epochs=plan.own_epochs, seed=plan.seed + 1)
    batches = [*_batches(examples, plan), *_batches([e for e in examples if e.weight >= OWN_WEIGHT], own)]
    for number, batch in enumerate(batches, 1):
        key, drop = jax.random.split(key)
        state = step(state, batch, drop, number, _rate(number, len(batches), plan))
    return {name: np.asarray(part) for name, part in state[3].items()}


def _rate(number: int, total: int, plan: Plan) -> float:
    """Warm up over 100 steps, stay for half of the training, then fall to nothing."""
    done = number / total
    return plan.rate * min(1.0, number / 100) * (1.0 if done < 0.5 else 2 * (1 - done) + 0.02)


def _initial(features: int, dense: int, plan: Plan) -> Weights:
    keys = jax.random.split(jax.random.PRNGKey(plan.seed), 4)
    labels, guides, wide = len(LABELS), len(GUIDELINES), plan.hidden + plan.second
    offsets = 2 * REACH + 1

    def normal(key: Any, shape: tuple[int, ...], scale: float) -> Any:
        return jax.random.normal(key, shape) * scale

    return {
        "bag": normal(keys[0], (features, plan.bag), 0.1).at[0].set(0),
        "first": normal(keys[1], (offsets, plan.bag + dense, plan.hidden), (offsets * (plan.bag + dense)) ** -0.5),
        "first_bias": jnp.zeros(plan.hidden),
        "second": normal(keys[2], (3, plan.hidden, plan.second), (3 * plan.hidden) ** -0.5),
        "second_bias": jnp.zeros(plan.second),
        "out": normal(keys[3], (wide, labels), 0.05),
        "out_own": jnp.zeros((guides, wide, labels)),
        "bias": jnp.zeros((guides, labels)),
        "follow": jnp.zeros((labels, labels)),
        "follow_own": jnp.zeros((guides, labels, labels)),
        "start": jnp.zeros((guides, labels)),
    }


def _batches(examples: Sequence[Example], plan: Plan) -> Iterator[Any]:
    """Yield batches of examples of like length, in another order each time."""
    random = np.random.default_rng(plan.seed)
    for _ in range(plan.epochs):
        order = np.argsort([len(example.rows) + random.uniform(-4, 4) for example in examples])
        groups = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        random.shuffle(groups[:-1])
        for group in groups:
            chosen = np.concatenate([group, random.choice(len(examples), BATCH - len(group))])
            yield _batch([examples[number] for number in chosen])


def _batch(examples: Sequence[Example]) -> Any:
    longest = max(len(example.rows) for example in examples)
    length = min(size for size in LENGTHS if size >= longest)
    rows, labels = np.zeros((2, len(examples), length), dtype=np.int32)
    mask = np.zeros((len(examples), length), dtype=np.float32)
    for number, example in enumerate(examples):
        count = len(example.rows)
        rows[number, :count], labels[number, :count], mask[number, :count] = example.rows, example.labels, 1
    guidelines = np.array([example.guideline for example in examples])
    return rows, labels, mask, guidelines, np.array([example.weight for example in examples], dtype=np.float32)


def _shift(values: Any, offset: int) -> Any:
    if offset == 0:
        return values
    gap = jnp.zeros_like(values[:, : abs(offset)])
    parts = [values[:, offset:], gap] if offset > 0 else [gap, values[:, :offset]]
    return jnp.concatenate(parts, axis=1)


def _scores(weights: Weights, described: Any, guideline: Any, key: Any, dropout: float) -> Any:
    ids, dense, mask = described
    keys = jax.random.split(key, 3)

    def drop(values: Any, number: int) -> Any:
        return values * jax.random.bernoulli(keys[number], 1 - dropout, values.shape) / (1 - dropout)

    inside = mask[..., None]
    inputs = drop(jnp.concatenate([weights["bag"][ids].sum(2), dense], axis=-1), 0) * inside
    offsets = range(-REACH, REACH + 1)
    hidden = sum(_shift(inputs @ weights["first"][o + REACH], o) for o in offsets) + weights["first_bias"]
    hidden = drop(jax.nn.relu(hidden), 1) * inside
    second = sum(_shift(hidden @ weights["second"][o + 1], o) for o in (-1, 0, 1)) + weights["second_bias"]
    wide = jnp.concatenate([hidden, drop(jax.nn.relu(second), 2)], axis=-1)
    out = weights["out"] + weights["out_own"][guideline]
    return jnp.einsum("bth,bhk->btk", wide, out) + weights["bias"][guideline][:, None]


def _surprise(weights: Weights, scores: Any, labels: Any, mask: Any, guideline: Any) -> Any:
    """Give the negative log likelihood of each sentence's labels."""
    follow = weights["follow"] + weights["follow_own"][guideline]
    start = weights["start"][guideline]
    chosen = jax.nn.one_hot(labels, len(LABELS))
    gold = ((scores * chosen).sum(-1) * mask).sum(1) + (start * chosen[:, 0]).sum(-1)
    gold += (jnp.einsum("btk,bkl,btl->bt", chosen[:, :-1], follow, chosen[:, 1:]) * mask[:, 1:]).sum(1)

    def forward(before: Any, here: Any) -> Any:
        score, present = here
        after = jax.nn.logsumexp(before[:, :, None] + follow, axis=1) + score
        return jnp.where(present[:, None] > 0, after, before), None

    total, _ = jax.lax.scan(forward, start + scores[:, 0], (scores[:, 1:].swapaxes(0, 1), mask[:, 1:].T))
    return jax.nn.logsumexp(total, axis=-1) - gold
