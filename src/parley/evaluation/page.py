"""The report as one self-contained page: it opens from disk, asks no network and escapes everything it shows."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from parley.evaluation import plots
from parley.writing import write_whole

AUDITS = "audit.json"


def to_html(report: dict[str, Any], audits: dict[str, Any] | None = None) -> str:
    """Render a report.

    Args:
        report: what ``report.json`` holds.
        audits: what ``audit.json`` holds, if the run was audited.
    """
    pages = Environment(
        loader=PackageLoader("parley.evaluation"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages.filters |= {"percent": _percent, "range": _range, "signed": lambda share: f"{100 * share:+.1f}"}
    drawings = {
        "reliability": plots.reliability(report["uncalibrated"]["bins"], report["calibration"]["bins"]),
        "risk_coverage": plots.risk_coverage(report["abstention"]),
    }
    return pages.get_template("report.html.j2").render(
        report=report,
        audits=audits,
        plots={name: Markup(svg) for name, svg in drawings.items()},
    )


def write_page(folder: Path, run: Path) -> Path:
    """Write ``report.html`` beside the ``report.json`` of a folder, with the run's audits where there are any."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    audits = run / AUDITS
    found = json.loads(audits.read_text(encoding="utf-8")) if audits.is_file() else None
    write_whole(folder / "report.html", to_html(report, found))
    return folder / "report.html"


def _percent(share: float | None) -> str:
    return "" if share is None or share != share else f"{100 * share:.1f}"


def _range(interval: list[float] | None) -> str:
    return "" if interval is None or interval[0] != interval[0] else f"{_percent(interval[0])}–{_percent(interval[1])}"
