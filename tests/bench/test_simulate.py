"""The simulation of many workers: what must hold whatever the costs are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.line.model import Costs, at_pace, costs_of
from bench.line.results import Results
from bench.simulate import Change, Plan, Simulation, compare

COSTS = Costs(0.001, 0.00005, 8.0, 4, 1.2, 1.15, (("work", 0.0014),))


def test_every_article_is_worked_off_once_and_every_telling_heard() -> None:
    """Without kills nothing is lost and nothing repeated, with joins and leaves or without."""
    for changes in ((), (Change(0.5, "join"), Change(2.0, "leave"), Change(2.5, "leave"))):
        made = Simulation(COSTS, Plan(5000, 4, changes=changes)).run()
        assert (made.articles, made.again) == (5000, 0)
        assert made.told == made.made > 5000


def test_a_killed_workers_batch_is_worked_off_again() -> None:
    """What it had in hand goes back to its partition; all articles end, later."""
    plain = Simulation(COSTS, Plan(5000, 4)).run()
    killed = Simulation(COSTS, Plan(5000, 4, changes=(Change(0.3, "kill"),))).run()
    assert killed.articles == 5000
    assert killed.told == killed.made
    assert killed.again > 0
    assert killed.seconds > plain.seconds


def test_the_same_seed_gives_the_same_run() -> None:
    """A run is a function of costs, plan and seed."""
    plan = Plan(3000, 4, changes=(Change(0.4, "kill"), Change(0.4, "join")))
    first, again, other = (Simulation(COSTS, plan, seed).run() for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("workers", [1, 3, 16, 64])
def test_workers_are_never_faster_than_their_costs(workers: int) -> None:
    """The time is at least the work divided by the workers, and nobody is busy for longer than the run lasts."""
    made = Simulation(COSTS, Plan(20_000, workers, 64, own_cores=True)).run()
    work = made.articles * COSTS.article + made.told * COSTS.telling
    assert made.seconds >= work / workers * 0.999
    assert sum(made.busy) == pytest.approx(work)
    assert max(made.busy) <= made.seconds * 1.001


def test_more_workers_than_partitions_add_nothing() -> None:
    """A partition has one owner: the ninth worker of eight partitions stands by."""
    eight, many = (Simulation(COSTS, Plan(8000, workers, 8, own_cores=True)).run() for workers in (8, 32))
    assert many.rate == pytest.approx(eight.rate, rel=0.05)
    assert sum(seconds > 0 for seconds in many.busy) == 8


def test_shared_cores_bound_the_rate() -> None:
    """On one machine the rate stays below what its cores can do, however many workers."""
    bound = COSTS.cores / (COSTS.cores_used * (COSTS.article + COSTS.tellings * COSTS.telling))
    assert Simulation(COSTS, Plan(20_000, 8)).run().rate < bound


def test_a_hot_headline_holds_its_partition_back() -> None:
    """The more articles carry one headline, the later the worker that keeps it is done."""
    rates = [Simulation(COSTS, Plan(200_000, 64, 64, hot, own_cores=True)).run().rate for hot in (0.0, 0.5)]
    assert rates[1] < rates[0]


def test_no_figure_of_more_workers_goes_in() -> None:
    """What 2 and 4 workers were measured at changes what is compared, and not what is simulated, in both topologies."""
    plain, fast = filled(), filled()
    for topology, workers, rate in (("fused", 2, 900.0), ("fused", 4, 9000.0), ("staged", 4, 10.0)):
        fast.add(f"worker/{topology}/{workers}", {"articles_s": rate, "cpu_work": 99.0, "cpu_kafka": 9.0})
    assert costs_of(plain) == costs_of(fast)
    assert compare(plain)[1] < 0.05
    shown, worst = compare(fast)
    assert worst > 0.15
    assert [line.split(" | ")[1] for line in shown.splitlines() if line.startswith("| fused")] == ["1", "2", "4"]
    assert "| staged | 4 | 10 |" in shown


def test_crowded_cores_are_slower() -> None:
    """What pure pipelines cost more beside one another, workers do, in the measure that cores are in use."""
    rates = [Simulation(replace(COSTS, crowded=crowded), Plan(20_000, 3)).run().rate for crowded in (1.0, 1.5)]
    assert rates[0] * 0.6 < rates[1] < rates[0] * 0.8


def test_more_workers_do_not_shorten_the_last_word_on_headlines() -> None:
    """What is waited for at the end comes on top, as long with four workers as with one."""
    for workers in (1, 4):
        plain = Simulation(COSTS, Plan(5000, workers)).run()
        waits = Simulation(replace(COSTS, end=1.5), Plan(5000, workers)).run()
        assert waits.seconds == pytest.approx(plain.seconds + 1.5)
        assert waits.busy == plain.busy


def test_the_end_is_read_from_one_workers_runs() -> None:
    """Seconds after the last article are no cost of articles; the rate of one worker is met all the same."""
    results = filled()
    costs = costs_of(results)
    assert costs.end == pytest.approx(5000 / 600 - 5.0)
    assert costs.end + 5000 * (costs.article + costs.tellings * costs.telling) == pytest.approx(5000 / 600, rel=1e-3)
    assert costs.cores_used == pytest.approx(1.8 * 5000 / 1000 / 5.0)


def test_the_machines_speed_at_the_time_goes_in() -> None:
    """Where pure pipelines took half as much again beside four workers, these do; where none ran, nothing changes."""
    results = filled()
    costs = costs_of(results)
    assert at_pace(costs, results, "fused", 4) == costs
    results.add("pace/fused/1", {"microseconds": 4000.0})
    assert at_pace(costs, results, "fused", 4) == costs
    results.add("pace/fused/4", {"microseconds": 6000.0})
    slow = at_pace(costs, results, "fused", 4)
    assert (slow.article, slow.telling) == pytest.approx((1.5 * costs.article, 1.5 * costs.telling))
    assert slow.crowded == 1.0
    assert at_pace(costs, results, "fused", 1).article == costs.article
    assert at_pace(costs, results, "staged", 4) == costs


def filled() -> Results:
    """Make the results of one worker in each topology."""
    results = Results(about={"cores": 4, "files": 5000})
    results.add("stages", dict.fromkeys(("decode", "clean", "split", "tell", "tag", "encode"), 100.0))
    results.add("stages", {"dedupe and match": 200.0, "tellings": 8.0})
    results.add("crowding", {"dearer": 1.1})
    for topology in ("fused", "staged"):
        figures = {"articles_s": 600.0, "cpu_work": 1.6, "cpu_kafka": 0.2, "understood_s": 5.0}
        results.add(f"worker/{topology}/1", figures)
        results.add(f"producer/{topology}/1", {"cpu_watch": 0.3})
        results.add(f"whole/{topology}/1", {"cpu_kafka": 0.3})
        results.add(f"sink/{topology}/1", {"cpu_sink": 0.5, "cpu_elasticsearch": 0.8})
    return results


def test_costs_come_from_a_runs_medians() -> None:
    """One worker's rate is met by the costs that were read from it; a run without figures is told."""
    results = Results(about={"cores": 4, "files": 5000})
    with pytest.raises(ValueError, match="no figure 'articles_s' of 'worker/fused/1'"):
        costs_of(results)
    for rate in (580.0, 600.0, 640.0):
        results.add("worker/fused/1", {"articles_s": rate, "cpu_work": 1.6, "cpu_kafka": 0.2})
    results.add("stages", dict.fromkeys(("decode", "clean", "split", "tell", "tag", "encode"), 100.0))
    results.add("stages", {"dedupe and match": 200.0, "tellings": 8.0})
    results.add("producer/fused/1", {"cpu_watch": 0.3})
    results.add("whole/fused/1", {"cpu_kafka": 0.3})
    results.add("sink/fused/1", {"cpu_sink": 0.5, "cpu_elasticsearch": 0.8})
    costs = costs_of(results)
    assert costs.article + costs.tellings * costs.telling == pytest.approx(1 / 600)
    shown, worst = compare(results)
    assert worst < 0.05
    assert "| fused | 1 | 600 (580-640) | 599 | -0.2 % |" in shown
