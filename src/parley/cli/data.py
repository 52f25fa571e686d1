"""Verbs that look after the labelled rows: check-data, describe-data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from parley.cli.app import app, console
from parley.errors import DataError

if TYPE_CHECKING:
    from datasets import Dataset

SPLITS = ("train", "validation", "test", "test_unseen")

Folder = Annotated[Path, typer.Argument(help="Folder of the labelled rows.")]


@app.command()
def check_data(folder: Folder = Path("data")) -> None:
    """Check every promise of the corpus: balance, variety, leaks, duplicates, giveaways; fail on any breach."""
    from parley.actors import read_table
    from parley.data.splits import overlaps
    from parley.evaluation.corpus import check_corpus

    splits, contrast, card = _read(folder)
    found = overlaps({str(folder / f"{name}.jsonl"): rows for name, rows in {**splits, "contrast": contrast}.items()})
    figures = check_corpus(splits, contrast, {alias.party for alias in read_table(folder / "actors.csv")})
    table = Table("promise", "found", "must be", "", title=f"{folder}", title_justify="left", title_style="bold")
    for figure in figures:
        table.add_row(figure.what, figure.found, figure.bound, "ok" if figure.holds else "BREACH")
    table.add_row("groups or texts in two splits", str(len(found)), "0", "BREACH" if found else "ok")
    current = (folder / "README.md").is_file() and (folder / "README.md").read_text(encoding="utf-8") == card
    table.add_row("README.md tells these figures", "yes" if current else "no", "yes", "ok" if current else "BREACH")
    console.print(table, highlight=False)
    breaches = [figure.what for figure in figures if not figure.holds] + found[:20]
    if not current:
        breaches.append(f"{folder}/README.md is out of date; run: python scripts/describe_data.py")
    if breaches:
        raise DataError("\n".join([f"{len(breaches)} breach(es) in {folder}", *breaches]))


@app.command()
def describe_data(folder: Folder = Path("data")) -> None:
    """Write the dataset card, README.md of the folder, with figures counted from its rows."""
    from parley.writing import write_whole

    *_, card = _read(folder)
    write_whole(folder / "README.md", card)
    console.print(f"Written: {folder}/README.md", highlight=False)


def _read(folder: Path) -> "tuple[dict[str, Dataset], Dataset, str]":
    """Return the splits, the contrast rows and the card they make."""
    from parley.data.rows import read_rows
    from parley.evaluation.datasheet import dataset_card
    from parley.labels import LABELS

    splits = {name: read_rows(folder / f"{name}.jsonl", LABELS) for name in SPLITS}
    contrast = read_rows(folder / "contrast.jsonl", LABELS)
    dropped = folder / "dropped.jsonl"
    return splits, contrast, dataset_card(splits, contrast, read_rows(dropped, LABELS) if dropped.is_file() else None)
