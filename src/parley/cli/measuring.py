"""Verbs that measure a model: evaluate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.app import Run, app, complaints, console
from parley.errors import ParleyError

if TYPE_CHECKING:
    from datasets import Dataset

    from parley.model.classifier import StanceClassifier


@app.command()
def evaluate(
    run: Run,
    data: Annotated[list[Path], typer.Argument(help="Labelled files: .jsonl, .csv or .parquet.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option(help="Folder for the report [default: RUN/evaluation/NAME of the file].")
    ] = None,
    min_support: Annotated[int, typer.Option(min=1, help="Pool parties with fewer rows than this.")] = 10,
) -> None:
    """Score a run on labelled files: overall, per actor, per label, beside baselines."""
    from parley.data.rows import read_rows
    from parley.model.classifier import StanceClassifier

    if output is not None and len(data) > 1:
        raise ParleyError(f"--output: expected one data file with it, found {len(data)}")
    clf = StanceClassifier.from_pretrained(run)
    dropped = clf.settings.data.drop_labels
    for path in data:
        rows = read_rows(path, clf.labels, dropped)
        _evaluate_file(clf, run, path, rows, output or run / "evaluation" / path.stem, min_support)
        if dropped:
            console.print(f"Rows labelled {', '.join(dropped)} were left out, as the recipe says.")


def _evaluate_file(
    clf: "StanceClassifier", run: Path, path: Path, rows: "Dataset", folder: Path, min_support: int
) -> None:
    from parley.evaluation import report
    from parley.evaluation.tables import to_tables
    from parley.model.baselines import baseline_guesses

    with console.status(f"Reading {len(rows)} rows of {path}"):
        spans = list(zip(rows["start"], rows["end"], strict=True))
        probabilities = clf.predict_proba(list(rows["text"]), list(rows["actor"]), spans)
        train_rows = _training_rows(clf)
        guesses = baseline_guesses(train_rows, rows) if train_rows else {}
    result = report.evaluate(
        rows, probabilities, clf.labels, guesses, run=str(run), data=str(path), min_support=min_support
    )
    report.write_report(result, report.prediction_lines(rows, probabilities, clf.labels), folder)
    console.print(to_tables(result), highlight=False)
    console.print(f"Written: {folder}/report.json, report.html, predictions.jsonl", highlight=False)


def _training_rows(clf: "StanceClassifier") -> "Dataset | None":
    """Read the rows the run was trained on, for the baselines, where they still lie there."""
    from parley.data.rows import read_rows

    data = clf.settings.data
    if not Path(data.train).is_file():
        complaints.print(f"No baselines: the training file {data.train} is not here.")
        return None
    return read_rows(data.train, clf.labels, data.drop_labels)
