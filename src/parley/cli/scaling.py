"""Verbs for corpora: screen, score."""

from pathlib import Path
from typing import Annotated

import typer

from parley.cli.app import Run, app, console


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
