"""The model card of a run: ``README.md`` with Hugging Face metadata, from its record and its evaluations."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from parley.writing import write_whole


def model_card(
    record: dict[str, Any], metrics: dict[str, Any], reports: Mapping[str, dict[str, Any]], name: str
) -> str:
    """Render the card.

    Args:
        record: what ``run.yaml`` holds.
        metrics: what ``metrics.json`` holds.
        reports: what the ``report.json`` of each evaluation holds, by name.
        name: name of the run.
    """
    task = {"type": "text-classification", "name": "Stance toward negotiations"}
    scores = {"validation": metrics["validation"]} | {file: report["overall"] for file, report in reports.items()}
    results = [
        {
            "task": task,
            "dataset": {"type": "parley", "name": f"{split} rows", "split": split},
            "metrics": [
                {"type": kind, "name": kind, "value": round(found[kind], 4)} for kind in ("accuracy", "f1_macro")
            ],
        }
        for split, found in scores.items()
    ]
    metadata = {
        "license": "apache-2.0",
        "language": "en",
        "library_name": "transformers",
        "pipeline_tag": "text-classification",
        "tags": ["stance-detection", "conflict-research"],
        "model-index": [{"name": name, "results": results}],
    }
    pages = Environment(
        loader=PackageLoader("parley.evaluation"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return pages.get_template("card.md.j2").render(
        metadata=yaml.safe_dump(metadata, sort_keys=False).strip(),
        name=name,
        record=record,
        metrics=metrics,
        reports=reports,
    )


def write_card(run: Path) -> None:
    """Write the card of a finished run into its folder, with the evaluations it has by now."""
    record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    reports = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((run / "evaluation").glob("*/report.json"))
    }
    write_whole(run / "README.md", model_card(record, metrics, reports, run.name))
