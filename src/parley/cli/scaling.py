"""Verbs of speed and scale: screen, score, benchmark."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from parley.cli.app import Run, app, complaints, console
from parley.errors import ParleyError, nearest

if TYPE_CHECKING:
    from parley.reading.corpus.job import Outcome, Progress


@app.command()
def screen(
    run: Run,
    files: Annotated[list[Path] | None, typer.Argument(help="Labelled rows [default: data/test.jsonl].")] = None,
    general: Annotated[list[Path] | None, typer.Option(help="Sentences without a stance, one a line.")] = None,
    fit: Annotated[
        Path | None,
        typer.Option(help="First fit it anew on the run's own rows and these sentences without a stance, one a line."),
    ] = None,
) -> None:
    """Measure the first stage of a run: stances it loses, other sentences it discards."""
    from parley.evaluation.screening import measure_run
    from parley.evaluation.tables import screening_table

    if fit is not None:
        from parley.model.screening import refit

        refit(run, fit)
    found = measure_run(run, files or [Path("data/test.jsonl")], general or [])
    console.print(screening_table(found), markup=False, highlight=False, soft_wrap=True)
    console.print(f"Written: {run}/screen.json", highlight=False)


@app.command()
def score(
    run: Run,
    source: Annotated[Path, typer.Argument(metavar="INPUT", help=".jsonl, .csv or .parquet, or a folder of them.")],
    folder: Annotated[Path, typer.Argument(metavar="OUTPUT_DIR", help="New folder, or that of a killed job to go on.")],
    text_column: Annotated[str, typer.Option(help="Column with the sentence.")] = "text",
    actor_column: Annotated[
        str | None, typer.Option(help="Column with the actor; left out, every party found in the sentence is asked.")
    ] = None,
    id_column: Annotated[str | None, typer.Option(help="Column with the id [default: id, else FILE:LINE].")] = None,
    actors: Annotated[
        Path | None, typer.Option(help="Your own alias table (CSV), read before the built-in one.")
    ] = None,
    screen: Annotated[bool, typer.Option(help="Let the run's first stage answer none where it is sure.")] = True,
    keep_text: Annotated[bool, typer.Option(help="Write the sentence beside its scores.")] = True,
    shard_rows: Annotated[int, typer.Option(min=1, help="Rows of input to a file of output.")] = 5000,
    engine: Annotated[str, typer.Option(help="local: in this process; ray: on Ray actors.")] = "local",
    workers: Annotated[int, typer.Option(min=1, help="Ray actors, each with one thread.")] = 1,
) -> None:
    """Score a corpus into Parquet; a killed job started again goes on where it was."""
    if engine not in ("local", "ray"):
        raise ParleyError(f"--engine: expected local or ray, found {engine!r}")
    if engine == "local" and workers > 1:
        raise ParleyError(f"--workers {workers}: expected --engine ray with it, found --engine local")
    from parley.reading.corpus.inputs import Columns
    from parley.reading.corpus.job import score as score_corpus
    from parley.reading.corpus.scoring import Plan

    columns = Columns(text_column, actor_column, id_column)
    plan = Plan(str(run.resolve()), columns, screen, str(actors.resolve()) if actors else None, keep_text)
    with _bar() as bar:
        task = bar.add_task("Loading", total=None, rate="")

        def show(now: "Progress") -> None:
            rate = f"{now.rows:,} rows, {now.rows / now.seconds:,.0f} a second"
            bar.update(task, description="Scoring", total=now.whole, completed=now.size, rate=rate)

        outcome = score_corpus(plan, source, folder, shard_rows, engine, workers, show)  # type: ignore[arg-type]
    _tell(outcome, screen, folder)


@app.command()
def benchmark(
    run: Run,
    only: Annotated[list[str] | None, typer.Option(help="Name of a benchmark (repeatable) [default: all].")] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(help="Another exported run to time predict against, and nothing else unless --only."),
    ] = None,
    data: Annotated[list[Path] | None, typer.Option(help="Rows to ask (repeatable) [default: the test files].")] = None,
    general: Annotated[Path, typer.Option(help="Sentences without a stance that corpora are made up of.")] = Path(
        "data/general_test.txt"
    ),
    rows: Annotated[int, typer.Option(min=1, help="Number of rows.")] = 2000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each thing is timed, by turns.")] = 5,
    output: Annotated[Path, typer.Option(help="JSON file to write.")] = Path("benchmark.json"),
    table: Annotated[Path | None, typer.Option(help="Markdown file to put the table into, between its marks.")] = None,
) -> None:
    """Measure speed as ratios: prediction, training and scoring against stock code and the machine's limit."""
    from parley.evaluation.benchmarks.run import BENCHMARKS, measure, to_markdown, to_table, write
    from parley.evaluation.results import put_table
    from parley.reading.corpus.figures import FIGURES
    from parley.reading.corpus.made_up import read_sources

    known = [*BENCHMARKS, *FIGURES]
    unknown = [name for name in only or [] if name not in known]
    if unknown:
        raise ParleyError(
            f"--only: expected benchmarks among {', '.join(known)}, found {unknown[0]!r}{nearest(unknown[0], known)}"
        )
    names, files = only or ([] if beside else known), data or [Path("data/test.jsonl"), Path("data/test_unseen.jsonl")]
    with console.status("Timing"):
        results = measure(run, [name for name in names if name in BENCHMARKS], files, rows, rounds, beside or [])
        for name in names:
            if name in FIGURES:
                results += FIGURES[name](run, read_sources(files, general), rounds)
    write(results, output)
    if table is not None:
        put_table(table, to_markdown(results, rounds))
    console.print(to_table(results, rounds), highlight=False)


def _bar() -> RichProgress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"))
    return RichProgress(*columns, TimeRemainingColumn(), console=complaints)


def _tell(outcome: "Outcome", screen: bool, folder: Path) -> None:
    """Say what became of the rows."""
    counts = outcome.counts
    lines = [
        f"{counts.rows:,} rows: {counts.scored:,} scored ({counts.answers:,} answers)",
        f"{counts.screened:,} screened out as none" if screen else "no first stage",
        f"{sum(counts.skipped.values()):,} skipped",
        f"{counts.rejected:,} rejected",
    ]
    console.print(", ".join(lines), highlight=False)
    for reason, number in counts.skipped.items():
        console.print(f"  skipped, {reason}: {number:,}", highlight=False)
    if outcome.resumed:
        console.print(f"  {counts.rows - outcome.rows:,} rows were done before", highlight=False)
    rejects = f"; rejects with their reasons: {folder}/rejects" if counts.rejected else ""
    console.print(f"{outcome.seconds:.1f} s after loading. Written: {folder}/scores{rejects}", highlight=False)
