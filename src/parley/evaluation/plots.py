"""Plots as inline SVG that takes the page's own ink, in light and dark."""

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import rc_context
from matplotlib.figure import Figure

INK, ACCENT, FAINT = "#010203", "#010204", "#010205"
"""Stand-ins for the page's colours, which are put in their place after drawing."""

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "parley",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def reliability(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> str:
    """Draw accuracy against confidence, before and after calibration; the areas of the dots go with the rows.

    Args:
        before: bins as ``metrics.Bin`` has them, as mappings.
        after: the same after calibration.
    """
    with rc_context(STYLE):
        figure, axes = _axes("mean confidence of the bin", "share right")
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1, linestyle="--")
        for bins, color, name in ((before, FAINT, "before"), (after, ACCENT, "after")):
            x, y = [b["confidence"] for b in bins], [b["accuracy"] for b in bins]
            axes.plot(x, y, color=color, linewidth=0.8, alpha=0.5)
            axes.scatter(x, y, s=[6 + 2 * b["support"] ** 0.8 for b in bins], color=color, label=name)
        for b in after:
            axes.plot([b["confidence"]] * 2, b["interval"], color=ACCENT, linewidth=1)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.legend(frameon=False, loc="upper left")
        return _svg(figure, "Reliability diagram: share right against mean confidence, before and after calibration")


def risk_coverage(curve: dict[str, Any]) -> str:
    """Draw the share of wrong answers against the share of rows answered, with the checkpoint's thresholds.

    Args:
        curve: ``abstention.RiskCoverage`` as a mapping.
    """
    with rc_context(STYLE):
        figure, axes = _axes("share of rows answered, the surest first", "share wrong among them")
        axes.plot(curve["coverage"], curve["risk"], color=ACCENT, linewidth=1.5)
        for threshold in curve["thresholds"]:
            axes.scatter([threshold["coverage"]], [threshold["risk"]], s=36, color=ACCENT)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, max(0.05, *(1.4 * risk for risk in curve["risk"])))
        return _svg(figure, "Risk-coverage curve: share wrong against share answered")


def _axes(x: str, y: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def _svg(figure: Figure, title: str) -> str:
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1), count=1
    )
    for stand_in, color in ((INK, "currentColor"), (ACCENT, "var(--accent)"), (FAINT, "var(--faint)")):
        svg = svg.replace(stand_in, color)
    return svg.replace(">", f' role="img" aria-label="{title}">', 1)
