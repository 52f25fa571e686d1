"""Verbs that make and use a model: train, sweep, export, predict."""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parley.cli.app import Backend, MaskNames, Run, app, complaints, console
from parley.errors import ParleyError
from parley.labels import NONE

if TYPE_CHECKING:
    from parley.model.classifier import StanceClassifier


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
    table: Annotated[
        Path | None,
        typer.Option(help="Markdown file to put the table into, between its marks."),
    ] = None,
) -> None:
    """Train variants of a recipe over seeds and compare them on validation."""
    from parley.evaluation.results import put_table
    from parley.model import sweep as sweeps

    given = [*(f"--vary '{change}'" for change in vary or [""]), *(f"--set {override}" for override in set_ or [])]
    command = " ".join(["parley sweep --config", str(config), *given, f"--seeds {seeds} --folder {folder}"])
    variants = sweeps.sweep(config, vary or [""], range(seeds), folder, set_ or [])
    result = sweeps.to_markdown(variants, command)
    console.print(result, markup=False, highlight=False, soft_wrap=True)
    if table is not None:
        put_table(table, result)


@app.command()
def export(
    run: Run,
    data: Annotated[
        Path | None, typer.Option(help="Labelled rows to compare on [default: the recipe's validation file].")
    ] = None,
) -> None:
    """Write a run as ONNX, fp32 and int8, and say what each changes; an int8 that loses too much is refused."""
    from parley.evaluation.export import export as write_onnx
    from parley.evaluation.tables import export_table

    with console.status(f"Exporting {run}"):
        result = write_onnx(run, data)
    console.print(export_table(result), highlight=False)
    console.print(f"Written: {run}/onnx; predict and read take {result.chosen} from now on", highlight=False)


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
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Below this probability abstain: the label is null.")
    ] = 0.0,
    screen: Annotated[
        bool,
        typer.Option("--screen", help="Let the run's first stage answer none where it is sure; each line says so."),
    ] = False,
    mask_names: MaskNames = False,
    backend: Backend = "auto",
) -> None:
    """Predict the stance of the actor in each row, or in one sentence."""
    if (file is None) == (text is None):
        raise ParleyError("expected either FILE or --text, found " + ("neither" if file is None else "both"))
    if screen and text is not None:
        raise ParleyError("expected a FILE with --screen, found --text; the first stage is for many sentences")
    if screen and mask_names:
        raise ParleyError("expected --screen or --mask-names, found both; the first stage reads the names")
    from parley.model.classifier import StanceClassifier

    clf = StanceClassifier.from_pretrained(run, backend, mask_names=mask_names)
    if text is not None:
        lines = [vars(clf.predict(text, actor, min_confidence=min_confidence))]
    else:
        lines = _predict_file(clf, file or Path("-"), min_confidence, run if screen else None)
    from parley.writing import to_jsonl, write_whole

    if output is None:
        sys.stdout.write(to_jsonl(lines))
    else:
        write_whole(output, to_jsonl(lines))
        complaints.print(f"{len(lines)} predictions written to {output}", highlight=False)


def _predict_file(
    clf: "StanceClassifier", file: Path, min_confidence: float, screened_by: Path | None
) -> list[dict[str, Any]]:
    from parley.data.rows import checked_rows

    if str(file) == "-":
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "standard-input.jsonl"
            copy.write_bytes(sys.stdin.buffer.read())
            rows = checked_rows(copy)
    else:
        rows = checked_rows(file)
    texts, actors, passes = [row["text"] for row in rows], [row["actor"] for row in rows], [True] * len(rows)
    if screened_by is not None:
        from parley.model.screen import Screen

        passes = Screen.from_run(screened_by, clf.labels).passes(texts).tolist()
        spared = passes.count(False)
        complaints.print(f"First stage: {spared} of {len(texts)} rows taken for none unread", highlight=False)
    asked = [i for i, read in enumerate(passes) if read]
    found = clf.predict([texts[i] for i in asked], [actors[i] for i in asked], min_confidence=min_confidence)
    answers: list[dict[str, Any]] = [
        {"text": text, "actor": actor, "label": NONE, "probabilities": None, "confidence": None}
        for text, actor in zip(texts, actors, strict=True)
    ]
    for i, prediction in zip(asked, found, strict=True):
        answers[i] = vars(prediction)
    said = [{} if screened_by is None else {"screened": not read} for read in passes]
    return [{"id": row["id"], **answer, **more} for row, answer, more in zip(rows, answers, said, strict=True)]
