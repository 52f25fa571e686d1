"""Verbs that measure a model as trained: evaluate, audit, compare, results, benchmark-accuracy, noise."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.app import Run, app, complaints, console
from parley.errors import EncoderError, ParleyError

if TYPE_CHECKING:
    from datasets import Dataset

    from parley.model.classifier import StanceClassifier

Labelled = Annotated[Path, typer.Argument(help="Labelled file: .jsonl, .csv or .parquet.")]


@app.command()
def evaluate(
    run: Run,
    data: Annotated[list[Path], typer.Argument(help="Labelled files: .jsonl, .csv or .parquet.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option(help="Folder for the report [default: RUN/evaluation/NAME of the file].")
    ] = None,
    beside: Annotated[
        list[Path] | None, typer.Option(help="Another run to show in the same table (repeatable).")
    ] = None,
    rivals: Annotated[bool, typer.Option(help="Fit simple rivals on the training rows and show them beside.")] = True,
    min_support: Annotated[int, typer.Option(min=1, help="Pool parties with fewer rows than this.")] = 10,
) -> None:
    """Score a run on labelled files, with intervals: overall, per actor, per label, beside rivals; write a report."""
    from parley.evaluation.card import write_card
    from parley.model.classifier import StanceClassifier

    if output is not None and len(data) > 1:
        raise ParleyError(f"--output: expected one data file with it, found {len(data)}")
    clf = StanceClassifier.from_pretrained(run, "torch")
    others = {str(other): StanceClassifier.from_pretrained(other, "torch") for other in beside or []}
    files = {path: _read(clf, path) for path in data}
    train = _training_rows(clf)
    ask_rivals = _fit_rivals(clf, train) if train and rivals else None
    for path, rows in files.items():
        with console.status(f"Reading {len(rows)} rows of {path}"):
            guesses = ask_rivals(rows) if ask_rivals else {}
            for name, other in others.items():
                guesses[name] = [other.labels[i] for i in other.predict_rows(rows).argmax(-1)]
            seen = frozenset(train["party"]) if train else None
            folder = output or run / "evaluation" / path.stem
            _evaluate_file(clf, run, path, rows, guesses, seen, folder, min_support)
    write_card(run)


def _evaluate_file(
    clf: "StanceClassifier",
    run: Path,
    path: Path,
    rows: "Dataset",
    guesses: dict[str, list[str]],
    seen: frozenset[str] | None,
    folder: Path,
    min_support: int,
) -> None:
    from parley.evaluation import identity, report
    from parley.evaluation.page import write_page
    from parley.evaluation.tables import to_tables

    probabilities = clf.predict_rows(rows)
    source = report.Source(
        run=str(run),
        data=str(path),
        temperature=clf.temperature,
        thresholds=clf.thresholds,
        seen=seen,
        identity=identity.of(run, path),
    )
    result = report.evaluate(rows, probabilities, clf.labels, guesses, source, min_support)
    report.write_report(result, report.prediction_lines(rows, probabilities, clf.labels), folder)
    page = write_page(folder, run)
    console.print(to_tables(result), highlight=False)
    console.print(f"The report to look at: {page}", highlight=False, soft_wrap=True)


def _read(clf: "StanceClassifier", path: Path) -> "Dataset":
    """Read labelled rows as the run's recipe reads them; what it leaves out is said."""
    from parley.data.rows import read_rows

    dropped = clf.settings.data.drop_labels
    if dropped:
        complaints.print(f"{path}: rows labelled {', '.join(dropped)} are left out, as the recipe says.")
    return read_rows(path, clf.labels, dropped)


def _training_rows(clf: "StanceClassifier") -> "Dataset | None":
    """Read the rows the run was trained on, for the rivals, where they still lie there."""
    from parley.data.rows import read_rows

    data = clf.settings.data
    if not Path(data.train).is_file():
        complaints.print(f"No rivals: the training file {data.train} is not here.")
        return None
    return read_rows(data.train, clf.labels, data.drop_labels)


def _fit_rivals(clf: "StanceClassifier", train: "Dataset") -> "Callable[[Dataset], dict[str, list[str]]]":
    """Fit the rivals once, for all files; the frozen encoder is left out, and said to be, where it is not here."""
    from parley.model.baselines import FROZEN, Baselines, FrozenRival

    with console.status(f"Fitting the rivals on {len(train)} rows"):
        baselines = Baselines(train)
        try:
            frozen = FrozenRival(train, clf.settings)
        except EncoderError as error:
            complaints.print(f"Without the rival {FROZEN!r}: {error}", markup=False)
            return baselines.guess
    return lambda rows: baselines.guess(rows) | {FROZEN: frozen.guess(rows)}


@app.command()
def audit(
    run: Run,
    data: Labelled = Path("data/test.jsonl"),
    contrast: Annotated[
        Path | None, typer.Option(help="Rows of contrast groups; used where the file is there.")
    ] = Path("data/contrast.jsonl"),
    names: Annotated[int, typer.Option(min=1, help="Other parties' names put into each row.")] = 10,
) -> None:
    """Edit rows and see what the verdict does: other names or none, no actor, contrast groups, harmless edits."""
    from parley.evaluation.audits.run import audit as run_audits
    from parley.evaluation.page import AUDITS, write_page
    from parley.evaluation.tables import audit_tables
    from parley.model.classifier import StanceClassifier
    from parley.writing import write_whole

    clf = StanceClassifier.from_pretrained(run, "torch")
    rows = _read(clf, data)
    pairs = _read(clf, contrast) if contrast is not None and contrast.is_file() else None
    with console.status(f"Editing {len(rows)} rows of {data}"):
        found = run_audits(clf.predict_proba, rows, pairs, clf.labels, names, str(data))
    write_whole(run / AUDITS, json.dumps(found.to_dict(), indent=2, ensure_ascii=False) + "\n")
    console.print(audit_tables(found), highlight=False)
    console.print(f"Written: {run / AUDITS}", highlight=False, soft_wrap=True)
    for report in sorted((run / "evaluation").glob("*/report.json")):
        console.print(f"Added to {write_page(report.parent, run)}", highlight=False, soft_wrap=True)


@app.command()
def compare(
    run_a: Run,
    run_b: Run,
    data: Labelled,
    output: Annotated[Path | None, typer.Option(help="JSONL file for the rows on which the two differ.")] = None,
) -> None:
    """Compare two runs on the same rows: paired differences with intervals, McNemar's test, the rows they part on."""
    from parley.evaluation.bootstrap import Resampler
    from parley.evaluation.compare import compare as compare_guesses
    from parley.evaluation.tables import comparison_table
    from parley.model.classifier import StanceClassifier
    from parley.writing import to_jsonl, write_whole

    a, b = (StanceClassifier.from_pretrained(run, "torch") for run in (run_a, run_b))
    if a.labels != b.labels:
        raise ParleyError(f"expected two runs with the same labels, found {a.labels} and {b.labels}")
    rows = _read(a, data)
    guess_a, guess_b = ([clf.labels[i] for i in clf.predict_rows(rows).argmax(-1)] for clf in (a, b))
    draws = Resampler.over(list(rows["group"]))
    result = compare_guesses(list(rows["label"]), guess_a, guess_b, a.labels, draws)
    console.print(comparison_table(result, str(run_a), str(run_b), str(data)), highlight=False)
    if output is not None:
        parted = [
            {name: rows[i][name] for name in ("id", "text", "actor", "label")} | {"a": guess_a[i], "b": guess_b[i]}
            for i in result.differing
        ]
        write_whole(output, to_jsonl(parted))
        console.print(f"Written: {output} ({len(parted)} rows)", highlight=False)


@app.command()
def results(
    runs: Annotated[list[Path], typer.Argument(help="Evaluated runs of one recipe, a seed each.", show_default=False)],
    output: Annotated[
        list[Path] | None, typer.Option(help="Markdown file to put the table into, between its marks (repeatable).")
    ] = None,
) -> None:
    """Sum up runs over seeds: mean and spread beside the rivals, as a Markdown table."""
    from parley.evaluation.results import put_table
    from parley.evaluation.results import results as sum_up

    table = sum_up(runs)
    for path in output or []:
        put_table(path, table)
    console.print(table, markup=False, highlight=False, soft_wrap=True)


@app.command()
def benchmark_accuracy(
    data: Annotated[
        list[Path] | None, typer.Argument(help="Labelled files [default: the test files and contrast].")
    ] = None,
    config: Annotated[Path, typer.Option(help="Recipe in YAML.")] = Path("configs/default.yaml"),
    seeds: Annotated[int, typer.Option(min=1, help="Number of seeds, from 0.")] = 5,
    folder: Annotated[Path, typer.Option(help="Where the rivals' guesses are kept.")] = Path("runs/rivals"),
    runs: Annotated[Path, typer.Option(help="Where the recipe's runs are kept.")] = Path("runs/seeds"),
    table: Annotated[Path | None, typer.Option(help="Markdown file to put the table into, between its marks.")] = None,
) -> None:
    """Train a recipe and its rivals over seeds and compare them on the same rows; what is done is not repeated."""
    from parley.evaluation.benchmarks import accuracy
    from parley.evaluation.results import put_table

    names = ("test", "test_unseen", "contrast")
    files = data or [path for path in (Path(f"data/{name}.jsonl") for name in names) if path.is_file()]
    lines = accuracy.to_markdown(accuracy.run(config, files, seeds, folder, runs))
    if table is not None:
        put_table(table, lines)
    console.print(lines, markup=False, highlight=False, soft_wrap=True)


@app.command()
def noise(
    config: Annotated[Path, typer.Option(help="Recipe in YAML; its training rows are examined.")] = Path(
        "configs/default.yaml"
    ),
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override a key (repeatable).")] = None,
    folds: Annotated[int, typer.Option(min=2, help="Models to train, each on the other folds.")] = 4,
    folder: Annotated[Path, typer.Option(help="Where the fold runs and the list are kept.")] = Path("runs/noise"),
) -> None:
    """List the training rows most likely mislabelled, by models that never saw them, as a file to re-read."""
    from parley.config import load_config
    from parley.evaluation.noise import suspects
    from parley.writing import to_jsonl, write_whole

    found = suspects(load_config(config, set_), folds, folder)
    write_whole(folder / "suspects.jsonl", to_jsonl(asdict(suspect) for suspect in found))
    console.print(f"{len(found)} rows to re-read, the likeliest first: {folder}/suspects.jsonl", highlight=False)
