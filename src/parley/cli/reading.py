"""Verbs that read articles: read, timeline, serve."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.app import Backend, MaskNames, Run, app, complaints, console
from parley.errors import ParleyError

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.table import Table

    from parley.actors import ActorTable
    from parley.reading.reading import Reading

Actors = Annotated[Path | None, typer.Option(help="Your own alias table (CSV), read before the one that comes along.")]
Articles = Annotated[
    Path, typer.Argument(help="Article (.txt, .html), rows with a text (.jsonl, .csv, .parquet) or a folder of them.")
]


@app.command()
def read(
    run: Run,
    path: Articles,
    actors: Actors = None,
    output: Annotated[
        Path | None, typer.Option(help="File to write: .json (all), or .csv or .parquet (the answers).")
    ] = None,
    skipped: Annotated[bool, typer.Option(help="Also show what was passed over, and why.")] = False,
    mask_names: MaskNames = False,
    backend: Backend = "auto",
) -> None:
    """Read articles: who stands where, sentence by sentence and as a whole."""
    if output is not None and output.suffix not in (".json", ".csv", ".parquet"):
        raise ParleyError(f"--output: expected a name ending in .json, .csv or .parquet, found {output.name!r}")
    from parley.model.classifier import StanceClassifier
    from parley.reading.articles import read_articles
    from parley.reading.reading import read as read_article

    articles = read_articles(path)
    clf, table = StanceClassifier.from_pretrained(run, backend, mask_names=mask_names), _table(actors)
    readings = []
    for article in articles:
        readings.append(read_article(clf, article, table))
        if output is None:
            _show(readings[-1], skipped)
    if output is not None:
        _write(readings, output)
        complaints.print(f"{len(readings)} article(s) read into {output}", highlight=False)


@app.command()
def timeline(
    run: Run,
    path: Articles,
    period: Annotated[str, typer.Option(help="What a point stands for: week or month.")] = "week",
    actors: Actors = None,
    report: Annotated[
        Path | None,
        typer.Option(help="report.json with the run's confusion [default: RUN/evaluation/test/report.json, if there]."),
    ] = None,
    min_support: Annotated[int, typer.Option(min=1, help="Draw no party with fewer sentences than this.")] = 5,
    output: Annotated[Path, typer.Option(help="Folder to write.")] = Path("timeline"),
) -> None:
    """Show where each party stands over time: Parquet, and a page with a chart for each."""
    if period not in ("week", "month"):
        raise ParleyError(f"--period: expected week or month, found {period!r}")
    from parley.model.classifier import StanceClassifier
    from parley.reading import charts
    from parley.reading import timeline as timelines
    from parley.reading.articles import read_articles
    from parley.reading.reading import read as read_article
    from parley.writing import write_whole

    articles = read_articles(path)
    clf, table = StanceClassifier.from_pretrained(run), _table(actors)
    known = report or run / "evaluation" / "test" / "report.json"
    confusion = timelines.read_confusion(known, clf.labels) if report or known.is_file() else None
    if confusion is None:
        complaints.print(f"No correction for confusion: {known} is not there; make it with: parley evaluate")
    with console.status(f"Reading {len(articles)} articles"):
        readings = [read_article(clf, article, table) for article in articles]
    found = timelines.timeline(readings, period, confusion)  # type: ignore[arg-type]
    output.mkdir(parents=True, exist_ok=True)
    _write_frame(found.to_pandas(), output / "timeline.parquet")
    _write(readings, output / "sentences.parquet")
    write_whole(output / "timeline.html", charts.to_html(found, f"Stance over time: {path.name}", min_support))
    console.print(
        f"{found.articles} dated articles, {found.undated} without a date, {len(found.parties())} parties\n"
        f"Written: {output}/timeline.html, timeline.parquet, sentences.parquet",
        highlight=False,
    )


@app.command()
def serve(
    run: Run,
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine's own.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    actors: Actors = None,
) -> None:
    """Serve a web page that reads articles, draws timelines and shows the run's report."""
    from parley.model.classifier import StanceClassifier

    desk_parts = StanceClassifier.from_pretrained(run), run, _table(actors)
    from parley.reading import app as pages

    console.print(f"Opening http://{host}:{port} (Ctrl+C ends it)", highlight=False)
    pages.serve(pages.Desk(*desk_parts), host, port)


def _table(actors: Path | None) -> "ActorTable":
    from parley.actors import default_table

    return default_table().joined(actors) if actors else default_table()


def _write(readings: "list[Reading]", output: Path) -> None:
    from parley.writing import write_whole

    if output.suffix == ".json":
        write_whole(
            output, json.dumps([reading.to_dict() for reading in readings], ensure_ascii=False, indent=2) + "\n"
        )
        return
    from parley.reading.reading import to_frame

    _write_frame(to_frame(readings), output)


def _write_frame(frame: "DataFrame", output: Path) -> None:
    """Write a data frame as CSV or Parquet, whole or not at all."""
    temporary = output.with_name(output.name + ".tmp")
    if output.suffix == ".csv":
        frame.to_csv(temporary, index=False)
    else:
        frame.to_parquet(temporary, index=False)
    temporary.replace(output)


def _show(reading: "Reading", skipped: bool) -> None:
    """Print a reading as tables: by sentence, by party, and perhaps what was skipped."""
    article = reading.article
    console.print(f"\n{article.title or article.source or 'Article'}", style="bold", markup=False, highlight=False)
    console.print(
        f"{len(reading.sentences)} sentences, {len(reading.answers)} answers, {len(reading.skipped)} passed over"
        + (f"; {article.date}" if article.date else ""),
        highlight=False,
    )
    if not reading.answers:
        console.print("No party of the alias table takes part in it; name yours in a file with --actors FILE.")
    else:
        rows = [
            (
                str(a.sentence + 1),
                a.party,
                a.how,
                a.label,
                f"{a.prediction.confidence:.2f}",
                reading.sentences[a.sentence].text,
            )
            for a in reading.answers
        ]
        _print(_columns("By sentence", ("", "party", "how", "stance", "p", "sentence"), rows))
        totals = [
            (p.party, str(p.support), *(str(count) for count in p.counts.values()), str(p.telling.sentence + 1))
            for p in reading.by_party()
        ]
        _print(_columns("By party", ("party", "sentences", *reading.labels, "most telling"), totals))
    if skipped:
        passed = [(str(skip.sentence + 1), skip.actor, skip.party, skip.reason) for skip in reading.skipped]
        _print(_columns("Passed over", ("", "actor", "party", "why"), passed))


def _columns(title: str, names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> "Table":
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(*names, title=title, title_justify="left", box=SIMPLE, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split())) for cell in row))
    return table


def _print(table: "Table") -> None:
    console.print(table, highlight=False)
