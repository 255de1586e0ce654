"""Costs by size and shape enter; a plot on logarithmic axes leaves, as PNG and SVG."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

GOAL = 0.6
"""Milliseconds that an article of 5 KB may cost."""
KINDS = ("png", "svg")


def draw(
    folder: Path,
    costs: dict[str, list[tuple[int, float]]],
    fits: dict[str, tuple[float, float]],
    article: float,
) -> None:
    """Draw milliseconds over bytes, a line for each shape with its fitted exponent, into `folder`/split_cost.*."""
    mpl.rcParams["svg.hashsalt"] = "sada"  # the same figures give the same file
    mpl.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(figsize=(8, 5.5), layout="constrained")
    for name, points in costs.items():
        slope, factor = fits[name]
        (line,) = axes.loglog(
            [size for size, _ in points],
            [1e3 * cost for _, cost in points],
            marker="o",
            label=f"{name}: size to the power of {slope:.2f}",
        )
        ends = [1e4, 1e6]
        axes.loglog(ends, [1e3 * factor * end**slope for end in ends], ls=":", lw=1, color=line.get_color())
    axes.plot([5_000], [article], "k*", ms=12, label=f"an article of 5 KB: {article:.2f} ms (goal {GOAL} ms)")
    axes.set_xlabel("bytes of the page (UTF-8)")
    axes.set_ylabel("CPU time of clean and split, ms")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    for kind in KINDS:
        figure.savefig(folder / f"split_cost.{kind}", dpi=110, metadata={"Date": None} if kind == "svg" else None)
    plt.close(figure)
