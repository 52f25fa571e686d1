"""Runs of one recipe over seeds, summed up as a Markdown table: mean and spread beside the rivals."""

import json
import re
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from parley.errors import RunError
from parley.evaluation.page import AUDITS
from parley.model.sweep import spread
from parley.writing import write_whole

MARKS = ("<!-- results -->", "<!-- /results -->")


def results(runs: Sequence[Path]) -> str:
    """Return the table of runs that were trained with different seeds and evaluated on the same files.

    Args:
        runs: run folders.

    Raises:
        RunError: a run was not evaluated, or not on the files of the first.
    """
    names = [path.parent.name for path in sorted((runs[0] / "evaluation").glob("*/report.json"))]
    if not names:
        raise RunError(f"{runs[0]}: expected an evaluated run, found no report; run: parley evaluate {runs[0]} FILE")
    reports = {name: [_read(run / "evaluation" / name / "report.json") for run in runs] for name in names}
    lines = [
        f"Made by `parley results`: mean ± sd over {len(runs)} seeds; recipe and checkpoints chosen on validation.",
        "",
        "| rows | support | model | accuracy | f1_macro | all actors of a sentence right |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, found in reports.items():
        pairs = [report["pair_correct"]["share"] for report in found if report["pair_correct"]]
        ours = [spread([report["overall"][kind] for report in found]) for kind in ("accuracy", "f1_macro")]
        support = found[0]["overall"]["support"]
        lines.append(
            f"| {name} | {support} | **this recipe** | {' | '.join(ours)} | {spread(pairs) if pairs else ''} |"
        )
        for rival, scores in found[0]["baselines"].items():
            lines.append(f"| {name} | {support} | {rival} | {scores['accuracy']:.3f} | {scores['f1_macro']:.3f} | |")
    return "\n".join([*lines, *_audited(runs)]) + "\n"


def put_table(path: Path, table: str) -> None:
    """Put a table into a Markdown file, in place of what stands between ``MARKS``; a new file gets both.

    Raises:
        RunError: the file is there and the marks are not.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else "\n".join(MARKS) + "\n"
    write_whole(path, put_between_marks(text, table, str(path)))


def put_between_marks(text: str, table: str, source: str) -> str:
    """Return a text with the table in place of what stands between ``MARKS``.

    Raises:
        RunError: the marks are not there.
    """
    pattern = re.compile(re.escape(MARKS[0]) + ".*?" + re.escape(MARKS[1]), re.DOTALL)
    if not pattern.search(text):
        raise RunError(f"{source}: expected the marks {MARKS[0]} and {MARKS[1]}, found none; put them where it belongs")
    return pattern.sub(lambda _: f"{MARKS[0]}\n{table}{MARKS[1]}", text, count=1)


def _audited(runs: Sequence[Path]) -> list[str]:
    found = [_read(run / AUDITS) for run in runs if (run / AUDITS).is_file()]
    if not found:
        return []
    figures: dict[str, tuple[str, ...]] = {
        "labels that change when another name is put in (best: 0)": ("names", "flips", "share"),
        "accuracy lost when the actor is hidden (large: the actor is read)": ("actor", "hidden", "drop", "value"),
    }
    if all(audit["actor"]["other"] for audit in found):
        name = "accuracy lost when another actor, with another label, is asked (large: the actor is read)"
        figures[name] = ("actor", "other", "drop", "value")
    if all(audit["contrast"] for audit in found):
        figures["contrast groups wholly right (best: 1)"] = ("contrast", "whole", "share")
        figures["invariant groups that flip (best: 0)"] = ("contrast", "invariance_flips", "share")
    if all("masked" in audit["names"] for audit in found):  # older audits did not mask names
        figures["labels that change with the name put in, masked before and after (best: 0)"] = (
            "names",
            "masked",
            "share",
        )
        figures["accuracy lost when the name is masked (best: 0)"] = ("actor", "masked", "drop", "value")
    rows = [f"| {name} | {spread([_at(audit, keys) for audit in found])} |" for name, keys in figures.items()]
    return ["", f"| audit on {Path(found[0]['data']).stem}, {len(found)} seed(s) | |", "| --- | --- |", *rows]


def _at(audit: Any, keys: Sequence[str]) -> float:
    return reduce(lambda node, key: node[key], keys, audit)


def _read(path: Path) -> Any:
    if not path.is_file():
        raise RunError(f"{path}: expected a report of every run on the same files, found none here; evaluate it first")
    return json.loads(path.read_text(encoding="utf-8"))
