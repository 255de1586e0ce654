"""The bench's bookkeeping: what is measured is kept at once, and comes out as tables that say what they are."""

from __future__ import annotations

from pathlib import Path

from bench.backfill import Start, growth, make, table
from bench.line.pool import Pool
from bench.line.report import quantile, write
from bench.line.results import Results, load, spread


def filled(file: Path | None = None) -> Results:
    """Make the results of a small run."""
    results = Results(file, about={"when": "2026-01-01 00:00", "cores": 4, "files": 300, "bytes": 6000})
    for rate in (90.0, 100.0, 130.0):
        results.add("whole/fused/1", {"articles_s": rate, "cpu_ours": 2.5, "cpu_kafka": 0.3, "known": 0.0})
    results.add("memory/fused/1", {"watch": 90.0, "work": 200.0, "sink": 100.0, "all": 390.0})
    for workers, rate in ((1, 100.0), (4, 320.0)):
        results.add(f"worker/fused/{workers}", {"articles_s": rate, "cpu_work": 2.0})
        results.add(f"sink/fused/{workers}", {"articles_s": 10.0 * rate, "cpu_sink": 0.5})
    for seconds in (0.1, 0.2, 0.9):
        results.add("latency/idle", {"seconds": seconds})
    return results


def test_results_are_on_disk_after_every_repeat(tmp_path: Path) -> None:
    """A run that is broken off leaves a file that can be read, with all that was measured and noted."""
    results = filled(tmp_path / "performance.json")
    results.note("peers: not there")
    again = load(tmp_path / "performance.json")
    assert again.samples == results.samples
    assert again.notes == ["peers: not there"]
    assert again.median("whole/fused/1", "articles_s") == 100.0
    assert again.median("whole/staged/1", "articles_s") is None


def test_tables_replace_the_last_ones(tmp_path: Path) -> None:
    """The page keeps what stands around the markers; medians, spread and the speed-up are in the tables."""
    page = tmp_path / "performance.md"
    page.write_text("# Before\n\n<!-- bench -->\nold\n<!-- end of bench -->\n\nAfter\n", encoding="utf-8")
    for _ in range(2):
        write(page, filled())
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n")
    assert text.endswith("\nAfter\n")
    assert "old" not in text
    assert text.count("| fused | 1 | 100 (90-130) |") == 1
    assert "work off 3.20 times" in text
    assert "| sink | 2,100 (1,000-3,200) |" in text
    assert "| idle | 3 | 0.200 | 0.900 | 0.900 | 0.900 |" in text


def test_figures_are_shown_with_their_spread() -> None:
    """The median stands first; nothing measured is a dash; quantiles are values that were measured."""
    assert [spread([3.0, 1.0, 2.0]), spread([0.25], 2), spread([])] == ["2 (1-3)", "0.25", "-"]
    assert [quantile([1.0, 2.0, 3.0, 4.0], part) for part in (0.25, 0.5, 0.95, 0.99)] == [1.0, 2.0, 4.0, 4.0]


def test_a_pool_links_its_pages_into_place(tmp_path: Path) -> None:
    """Warm files and shares are distinct, and a folder of them costs no second copy."""
    pool = Pool(tmp_path / "pool", 5, 2)
    names = [{path.name for path in files} for files in (pool.warm, pool.share(0), pool.share(1))]
    assert [len(some) for some in names] == [5, 5, 5]
    assert len(set.union(*names)) == 15
    folder = pool.folder("one", pool.share(0), tmp_path)
    assert {path.name for path in folder.iterdir()} == names[1]
    assert all(path.stat().st_nlink == 2 for path in folder.iterdir())


def test_backfill_makes_folders_and_judges_memory(tmp_path: Path) -> None:
    """Files are spread over folders, each a second newer than the last; memory is compared as files are sent."""
    make(tmp_path / "inbox", 1001, flat=False, text=str)
    paths = sorted((tmp_path / "inbox").rglob("*.txt"))
    assert [len(list(folder.iterdir())) for folder in sorted((tmp_path / "inbox").iterdir())] == [1000, 1]
    times = [path.stat().st_mtime for path in paths]
    assert times == sorted(set(times))
    first = Start("all new", 500, 1.0, 0.5, 0.1, [(100, 100_000_000), (450, 104_000_000)])
    second = Start("going on", 500, 2.0, 0.5, 0.1, [(1000, 110_000_000)])
    assert round(growth([first, second], 1000) or 0.0, 3) == 0.1
    shown = table(1000, [first, second], 1.0, 0)
    assert "| 1,000 | going on | 500 | 2.0 | 250 | 1.00 | 0.1 | 110 |" in shown
    assert "memory changed by +10.0 %" in shown
