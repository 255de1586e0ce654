"""Results in, plots of cost against size, number of articles and workers out, as PNG and SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from .report import TOPOLOGIES, WORKERS, middle
from .results import Results

FOLDER: Final = Path(__file__).parents[1]


def draw(results: Results, folder: Path = FOLDER) -> None:
    """Draw every plot that there are figures for."""
    mpl.rcParams["svg.hashsalt"] = "sada"  # the same figures give the same file
    mpl.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(1, 3, figsize=(15, 4.5), layout="constrained")
    _by_size(axes[0], results)
    _by_articles(axes[1], results)
    _by_workers(axes[2], results)
    for kind in ("png", "svg"):
        figure.savefig(folder / f"performance.{kind}", dpi=110, metadata={"Date": None} if kind == "svg" else None)
    plt.close(figure)


def _by_size(axes: Any, results: Results) -> None:  # noqa: ANN401 - matplotlib's
    points = results.samples.get("size", [])
    if points:
        axes.loglog([one["bytes"] for one in points], [one["microseconds"] / 1000 for one in points], "o")
    axes.set(title="pure pipeline, one core", xlabel="bytes of an article", ylabel="CPU ms")
    axes.grid(visible=True, which="both", alpha=0.3)


def _by_articles(axes: Any, results: Results) -> None:  # noqa: ANN401
    for topology in TOPOLOGIES:
        for workers in WORKERS:
            points = sorted(
                (one["known"], one["cpu_ours"]) for one in results.samples.get(f"whole/{topology}/{workers}", [])
            )
            if points:
                axes.plot([x for x, _ in points], [y for _, y in points], "o-", label=f"{topology}, {workers}")
    axes.set(title="whole line", xlabel="articles indexed before", ylabel="CPU s per 1,000, our roles")
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    if axes.lines:
        axes.legend()


def _by_workers(axes: Any, results: Results) -> None:  # noqa: ANN401
    for kind in ("whole", "worker"):
        for topology in TOPOLOGIES:
            points = [(n, middle(results.values(f"{kind}/{topology}/{n}", "articles_s"))) for n in WORKERS]
            points = [(n, rate) for n, rate in points if rate]
            if points:
                label = f"{'whole line' if kind == 'whole' else 'workers alone'}, {topology}"
                axes.plot([n for n, _ in points], [rate for _, rate in points], "o-", label=label)
    axes.set(title="rate", xlabel="workers", ylabel="articles a second", xticks=list(WORKERS))
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, alpha=0.3)
    if axes.lines:
        axes.legend()
