"""The model card of a run: ``README.md`` with Hugging Face metadata."""

import json
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader


def model_card(record: dict[str, Any], metrics: dict[str, Any], name: str) -> str:
    """Render the card from what ``run.yaml`` and ``metrics.json`` hold."""
    scores = metrics["validation"]
    results = [{"type": kind, "name": kind, "value": round(scores[kind], 4)} for kind in ("accuracy", "f1_macro")]
    task = {"type": "text-classification", "name": "Stance toward negotiations"}
    dataset = {"type": "parley", "name": "validation rows"}
    metadata = {
        "license": "apache-2.0",
        "language": "en",
        "library_name": "transformers",
        "pipeline_tag": "text-classification",
        "tags": ["stance-detection", "conflict-research"],
        "model-index": [{"name": name, "results": [{"task": task, "dataset": dataset, "metrics": results}]}],
    }
    template = Environment(loader=PackageLoader("parley.evaluation"), keep_trailing_newline=True)
    page = template.get_template("card.md.j2")
    return page.render(
        metadata=yaml.safe_dump(metadata, sort_keys=False).strip(), name=name, record=record, metrics=metrics
    )


def write_card(run: Path) -> None:
    """Write the card of a finished run into its folder."""
    record = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    (run / "README.md").write_text(model_card(record, metrics, run.name), encoding="utf-8")
