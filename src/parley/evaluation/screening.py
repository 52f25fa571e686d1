"""What the first stage of a run loses and saves: recall over sentences with a stance, share of the others discarded."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from parley.data.rows import read_rows
from parley.evaluation.metrics import Interval, wilson
from parley.model.classifier import StanceClassifier
from parley.model.screen import Screen
from parley.model.screening import read_general, sentences
from parley.writing import write_whole

RECORD = "screen.json"


@dataclass(frozen=True)
class Screening:
    """The first stage on one file; a sentence counts once, however many actors it has.

    Attributes:
        data: the file.
        stances: sentences in which any actor takes a stance.
        passed: those of them that the classifier gets to read.
        recall: ``passed`` over ``stances``; ``None`` without any.
        recall_interval: Wilson 95 % interval.
        rest: sentences without a stance.
        discarded: those of them that the classifier is spared.
        discarded_share: ``discarded`` over ``rest``; ``None`` without any.
        discarded_interval: Wilson 95 % interval.
        lost: the sentences with a stance that are discarded.
    """

    data: str
    stances: int
    passed: int
    recall: float | None
    recall_interval: Interval
    rest: int
    discarded: int
    discarded_share: float | None
    discarded_interval: Interval
    lost: list[str]


def measure(screen: Screen, texts: Sequence[str], stance: Sequence[bool], data: str) -> Screening:
    """Screen n different sentences of which ``stance`` says whether any actor takes a stance."""
    passes = screen.passes(texts).tolist()
    lost = [text for text, took, read in zip(texts, stance, passes, strict=True) if took and not read]
    stances, rest = sum(stance), len(texts) - sum(stance)
    passed, discarded = stances - len(lost), len(texts) - sum(passes) - len(lost)
    return Screening(
        data=data,
        stances=stances,
        passed=passed,
        recall=passed / stances if stances else None,
        recall_interval=wilson(passed, stances),
        rest=rest,
        discarded=discarded,
        discarded_share=discarded / rest if rest else None,
        discarded_interval=wilson(discarded, rest),
        lost=lost,
    )


def measure_run(run: Path, files: Sequence[Path], general: Sequence[Path]) -> list[Screening]:
    """Measure the first stage of a run on labelled rows and on general text; kept in the run as ``screen.json``.

    Args:
        run: a run folder with a first stage.
        files: files of labelled rows.
        general: text files with one sentence a line, none of which shows a stance.

    Raises:
        ParleyError: the run has no first stage, or a file is at fault.
    """
    clf = StanceClassifier.from_pretrained(run)
    screen = Screen.from_run(run, clf.labels)
    found = []
    for path in files:
        texts, stance, _ = sentences({"rows": read_rows(path, clf.labels)}, clf.labels)
        found.append(measure(screen, texts, stance.tolist(), str(path)))
    for path in general:
        lines = list(dict.fromkeys(read_general(path)))
        found.append(measure(screen, lines, [False] * len(lines), str(path)))
    write_whole(run / RECORD, json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False) + "\n")
    return found
