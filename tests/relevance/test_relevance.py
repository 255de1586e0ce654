"""What the index answers to seventy judged questions, and how much better than with the standard analyzer."""

from __future__ import annotations

import pytest

from bench.relevance import compare, mean, ndcg, read_judgements
from tests.relevance.collection import build_collection, read_pages

FLOOR = 0.95
"""nDCG@10 over all questions; lower it only with a reason here."""
MORE_THAN_STANDARD = 0.15
KIND_FLOORS = {"spelling": 0.93, "stem": 0.93, "phrase": 0.99, "name": 0.95, "question": 0.90}


def test_judgements_are_of_pages_that_there_are() -> None:
    """Sixty questions or more, each once, of every kind; their keys name pages of the collection."""
    judged, pages = read_judgements(), {key for key, _ in read_pages()}
    assert len({one.text for one in judged}) == len(judged) >= 60
    assert {one.kind for one in judged} == set(KIND_FLOORS)
    assert {key.partition("+")[0] for one in judged for key in one.grades} <= pages
    assert {grade for one in judged for grade in one.grades.values()} <= {1, 2, 3}
    assert len(pages) >= 150


def test_ndcg_is_one_for_the_best_order_alone() -> None:
    """The ideal order scores 1, any other less, nothing found 0."""
    assert ndcg([3, 2, 1], [1, 2, 3]) == 1
    assert 0 < ndcg([1, 2, 3], [1, 2, 3]) < ndcg([3, 1, 2], [1, 2, 3]) < 1
    assert ndcg([], [3]) == 0


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_articles_are_found_in_the_order_that_readers_judged(elasticsearch_url: str) -> None:
    """nDCG@10 reaches the floors, and is far above the same articles and questions with the standard analyzer."""
    ours, standard = compare(elasticsearch_url, build_collection())
    assert mean(ours) >= FLOOR, [(score.judged.text, score.ndcg) for score in ours if score.ndcg < 0.9]
    assert mean(ours) >= mean(standard) + MORE_THAN_STANDARD
    for kind, floor in KIND_FLOORS.items():
        assert mean(ours, kind) >= floor, kind
