"""The command line: one typed command per verb; heavy imports happen inside them."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from parley.errors import ParleyError

if TYPE_CHECKING:
    from datasets import Dataset

    from parley.model.classifier import StanceClassifier

app = typer.Typer(
    help="Read how actors in conflict reporting stand toward negotiations.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()
complaints = Console(stderr=True)

Run = Annotated[Path, typer.Argument(help="Run folder, such as runs/default.", show_default=False)]


@app.callback()
def _parley() -> None:
    """Keep the verbs as subcommands."""


@app.command()
def train(
    config: Annotated[Path, typer.Option(help="Recipe in YAML.")] = Path("configs/default.yaml"),
    output: Annotated[Path | None, typer.Option(help="Run folder to write [default: runs/NAME of the recipe].")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Override a key: training.seed=1 (repeatable).")
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on with a killed run of the same recipe, if there is one.")] = False,
) -> None:
    """Fine-tune an encoder by a recipe and write a run folder."""
    from parley.config import load_config

    settings = load_config(config, set_)
    from parley.evaluation.card import write_card
    from parley.model.training import train as fine_tune

    output = output or Path("runs") / config.stem
    metrics = fine_tune(settings, output, resume)
    if os.environ.get("RANK", "0") != "0":
        return
    write_card(output)
    scores = metrics["validation"]
    console.print(
        f"{output}: validation accuracy {scores['accuracy']:.3f}, f1_macro {scores['f1_macro']:.3f}; "
        f"{metrics['rows']['train']} training rows, {metrics['seconds']:.0f} s, "
        f"peak memory {metrics['peak_memory_mib']} MiB",
        highlight=False,
    )


@app.command()
def sweep(
    config: Annotated[Path, typer.Option(help="Recipe in YAML.")] = Path("configs/default.yaml"),
    vary: Annotated[
        list[str] | None, typer.Option(help="A variant: overrides joined by spaces, '' for none (repeatable).")
    ] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Override of every variant (repeatable).")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Number of seeds, from 0.")] = 3,
    folder: Annotated[Path, typer.Option(help="Where the runs are kept.")] = Path("runs/sweep"),
    table: Annotated[Path | None, typer.Option(help="Markdown file to write the table to.")] = None,
) -> None:
    """Train variants of a recipe over seeds and compare them on validation."""
    from parley.evaluation.report import write_whole
    from parley.model import sweep as sweeps

    command = " ".join(["parley sweep --config", str(config), *(f"--vary '{change}'" for change in vary or [""])])
    variants = sweeps.sweep(config, vary or [""], range(seeds), folder, set_ or [])
    result = sweeps.to_markdown(variants, f"{command} --seeds {seeds}")
    console.print(result, markup=False, highlight=False, soft_wrap=True)
    if table is not None:
        write_whole(table, result)


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


@app.command()
def predict(
    run: Run,
    file: Annotated[
        Path | None,
        typer.Argument(help="Rows with text and actor (.jsonl, .csv, .parquet), or - for JSONL on standard input."),
    ] = None,
    text: Annotated[str | None, typer.Option(help="One sentence instead of a file.")] = None,
    actor: Annotated[
        str | None, typer.Option(help="Its actor; left out, the first known party in it is asked.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="JSONL file to write [default: standard output].")] = None,
) -> None:
    """Predict the stance of the actor in each row, or in one sentence."""
    if (file is None) == (text is None):
        raise ParleyError("expected either FILE or --text, found " + ("neither" if file is None else "both"))
    from parley.model.classifier import StanceClassifier

    clf = StanceClassifier.from_pretrained(run)
    lines = [vars(clf.predict(text, actor))] if text is not None else _predict_file(clf, file or Path("-"))
    from parley.evaluation.report import to_jsonl, write_whole

    if output is None:
        sys.stdout.write(to_jsonl(lines))
    else:
        write_whole(output, to_jsonl(lines))
        complaints.print(f"{len(lines)} predictions written to {output}", highlight=False)


def _predict_file(clf: "StanceClassifier", file: Path) -> list[dict[str, Any]]:
    from parley.data.rows import read_rows

    if str(file) == "-":
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "standard-input.jsonl"
            copy.write_bytes(sys.stdin.buffer.read())
            rows = read_rows(copy)
    else:
        rows = read_rows(file)
    found = clf.predict(list(rows["text"]), list(rows["actor"]))
    return [{"id": id_, **vars(prediction)} for id_, prediction in zip(rows["id"], found, strict=True)]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; an error the user can mend is shown without a traceback.

    Returns:
        The exit status: 0, 1 for a ``ParleyError``, 2 for wrong usage.
    """
    try:
        return app(list(argv) if argv is not None else None, standalone_mode=False) or 0
    except ParleyError as error:
        complaints.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except typer.TyperException as error:
        complaints.print(f"error: {error.format_message()}; see --help", style="red", markup=False, highlight=False)
        return error.exit_code
