"""An evaluation as one object, written as ``report.json``, ``report.html`` and ``predictions.jsonl``."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset
from jinja2 import Environment, PackageLoader

from parley.evaluation.metrics import (
    ActorScores,
    LabelScore,
    Probabilities,
    Score,
    actor_scores,
    confusion,
    ece,
    label_scores,
    score,
    stance_score,
)


@dataclass(frozen=True)
class Evaluation:
    """The scores of one model on one file.

    Attributes:
        run: folder of the run.
        data: file of rows.
        labels: label names; rows and columns of ``confusion`` stand in this order.
        overall: scores over all rows.
        stance: scores over the rows whose true label is not ``none``, among the stances only.
        by_label: scores of each label.
        actors: scores of each party.
        confusion: counts by true label (rows) and prediction (columns).
        ece: expected calibration error.
        baselines: scores of the rivals, by name.
    """

    run: str
    data: str
    labels: list[str]
    overall: Score
    stance: Score
    by_label: list[LabelScore]
    actors: ActorScores
    confusion: list[list[int]]
    ece: float
    baselines: dict[str, Score]


def evaluate(
    rows: Dataset,
    probabilities: Probabilities,
    labels: Sequence[str],
    baselines: Mapping[str, Sequence[str]],
    *,
    run: str = "",
    data: str = "",
    min_support: int = 10,
) -> Evaluation:
    """Score probabilities against the labels of rows.

    Args:
        rows: n labelled rows.
        probabilities: array of shape (n, classes), columns in label order.
        labels: label names in their order.
        baselines: guesses of the rivals on the same rows, by name.
        run: folder of the run, for the record.
        data: file of the rows, for the record.
        min_support: parties with fewer rows are pooled.
    """
    truth = list(rows["label"])
    guess = [labels[i] for i in probabilities.argmax(-1)]
    return Evaluation(
        run=run,
        data=data,
        labels=list(labels),
        overall=score(truth, guess, labels),
        stance=stance_score(truth, probabilities, labels),
        by_label=label_scores(truth, guess, labels),
        actors=actor_scores(list(rows["party"]), truth, guess, min_support),
        confusion=confusion(truth, guess, labels),
        ece=ece(truth, probabilities, labels),
        baselines={name: score(truth, theirs, labels) for name, theirs in baselines.items()},
    )


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return what ``report.json`` holds: plain lists and mappings, the per-actor scores under ``by_actor``."""
    report = asdict(evaluation)
    actors = report.pop("actors")
    return report | {"by_actor": actors.pop("by_actor"), "actors": actors}


def prediction_lines(rows: Dataset, probabilities: Probabilities, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return one mapping per row: id, actor, party, true label, prediction and probabilities by label."""
    return [
        {
            "id": row["id"],
            "actor": row["actor"],
            "party": row["party"],
            "label": row["label"],
            "prediction": labels[int(line.argmax())],
            "probabilities": dict(zip(labels, line.round(6).tolist(), strict=True)),
        }
        for row, line in zip(rows, probabilities, strict=True)
    ]


def to_html(evaluation: Evaluation) -> str:
    """Render the evaluation as one self-contained page; everything shown is escaped."""
    pages = Environment(loader=PackageLoader("parley.evaluation"), autoescape=True)
    pages.filters["percent"] = lambda share: f"{100 * share:.1f}"
    return pages.get_template("report.html.j2").render(evaluation=evaluation)


def write_report(evaluation: Evaluation, lines: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Write the three files of an evaluation into a folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "predictions.jsonl", to_jsonl(lines))
    write_whole(folder / "report.html", to_html(evaluation))
    write_whole(folder / "report.json", json.dumps(to_dict(evaluation), indent=2, ensure_ascii=False) + "\n")


def to_jsonl(lines: Iterable[Mapping[str, Any]]) -> str:
    """Return one JSON object a line."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def write_whole(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it, so that a killed write leaves the old one."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
