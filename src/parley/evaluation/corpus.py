"""The corpus in figures: what the project promises of its rows, counted and checked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from datasets import Dataset, concatenate_datasets
from rapidfuzz import fuzz, process

from parley.evaluation.metrics import score
from parley.labels import LABELS, NONE, NONE_KINDS
from parley.model.baselines import Baselines

SIMILAR = 80.0
"""Texts are near-duplicates from this ``rapidfuzz.fuzz.ratio`` on (indel similarity of 0 to 100), case ignored."""

MINIMUM = {"train": 4400, "validation": 450, "test": 650, "test_unseen": 500}
NONE_SHARES = {"event": 0.40, "words": 0.25, "war": 0.20, "other": 0.15}
FREQUENT = 20
"""Rows in train from which on a party's labels must be balanced."""

CONTRAST_GROUPS = 250
HELD_OUT = 15


@dataclass(frozen=True)
class Figure:
    """One promise of the corpus.

    Attributes:
        what: what is counted.
        found: the figure, as shown.
        bound: what it must be.
        holds: whether it is.
    """

    what: str
    found: str
    bound: str
    holds: bool


def check_corpus(splits: Mapping[str, Dataset], contrast: Dataset, parties: Iterable[str]) -> list[Figure]:
    """Check every promise of the corpus.

    Args:
        splits: rows by split name; ``train``, ``test`` and ``test_unseen`` are among them.
        contrast: the rows of the contrast groups.
        parties: the parties that the alias table covers.
    """
    rows = concatenate_datasets(list(splits.values()))
    return [
        *_sizes(splits, contrast),
        *_labels(rows),
        *_variety(rows, splits),
        *_actors(rows, splits["train"], set(parties)),
        *_repeats(rows, contrast),
        *_giveaways(splits["train"], splits["test"]),
        *_lengths(rows),
    ]


def sentences(rows: Dataset) -> dict[str, set[tuple[str, int, str]]]:
    """Return each text with its labelled actors: (actor, start, label)."""
    found: dict[str, set[tuple[str, int, str]]] = defaultdict(set)
    for text, actor, start, label in zip(rows["text"], rows["actor"], rows["start"], rows["label"], strict=True):
        found[text].add((actor, start, label))
    return found


def near_duplicates(texts: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str, float]]:
    """Return pairs of texts of different groups that are ``SIMILAR`` or more, with their similarity (0 to 100)."""
    folded = [text.casefold() for text in texts]
    pairs = []
    for start in range(0, len(texts), 500):
        block = process.cdist(
            folded[start : start + 500], folded, scorer=fuzz.ratio, score_cutoff=SIMILAR, dtype=np.uint8, workers=-1
        )
        for i, j in np.argwhere(block >= SIMILAR):
            if start + i < j and groups[start + i] != groups[j]:
                pairs.append((texts[start + i], texts[j], float(block[i, j])))
    return pairs


def _figure(what: str, found: Any, bound: str, holds: bool) -> Figure:
    return Figure(what, str(found), bound, bool(holds))


def _share(count: float, of: float) -> float:
    return count / of if of else 0.0


def _sizes(splits: Mapping[str, Dataset], contrast: Dataset) -> list[Figure]:
    total = sum(len(rows) for rows in splits.values())
    figures = [_figure("rows in all", total, ">= 6000", total >= 6000)]
    figures += [
        _figure(f"rows in {name}", len(splits[name]), f">= {least}", len(splits[name]) >= least)
        for name, least in MINIMUM.items()
    ]
    groups: dict[str, set[str]] = defaultdict(set)
    wrong = 0
    for group, label in zip(contrast["contrast"], contrast["label"], strict=True):
        groups[group].add(label)
    for group, invariant in zip(contrast["contrast"], contrast["invariant"], strict=True):
        wrong += (len(groups[group]) == 1) != invariant
    figures.append(_figure("contrast groups", len(groups), f">= {CONTRAST_GROUPS}", len(groups) >= CONTRAST_GROUPS))
    figures.append(_figure("contrast rows that flip or keep against their mark", wrong, "0", wrong == 0))
    return figures


def _labels(rows: Dataset) -> list[Figure]:
    counts, total = Counter(rows["label"]), len(rows)
    figures = []
    for label in LABELS:
        low, high = (0.33, 0.39) if label == NONE else (0.19, 0.24)
        share = _share(counts[label], total)
        figures.append(_figure(f"share of {label}", f"{share:.1%}", f"{low:.0%} to {high:.0%}", low <= share <= high))
    kinds = Counter(kind for kind, label in zip(rows["none_kind"], rows["label"], strict=True) if label == NONE)
    for kind in NONE_KINDS:
        share, wanted = _share(kinds[kind], counts[NONE]), NONE_SHARES[kind]
        figures.append(
            _figure(f"none rows of kind {kind}", f"{share:.1%}", f"{wanted:.0%} ± 5", abs(share - wanted) <= 0.05)
        )
    both = zip(rows["label"], rows["none_kind"], strict=True)
    stray = sum((label == NONE) != (kind in NONE_KINDS) for label, kind in both)
    figures.append(_figure("rows whose none_kind does not fit the label", stray, "0", stray == 0))
    return figures


def _variety(rows: Dataset, splits: Mapping[str, Dataset]) -> list[Figure]:
    conflicts = Counter(conflict for conflict in rows["conflict"] if conflict)
    unseen = set(splits["test_unseen"]["conflict"])
    shared = unseen & {conflict for name in splits if name != "test_unseen" for conflict in splits[name]["conflict"]}
    most, count = conflicts.most_common(1)[0]
    share = _share(count, len(rows))
    return [
        _figure("conflicts", len(conflicts), ">= 80", len(conflicts) >= 80),
        _figure(f"largest conflict ({most})", f"{share:.1%}", "<= 6%", share <= 0.06),
        _figure("conflicts held out for test_unseen", len(unseen), f">= {HELD_OUT}", len(unseen) >= HELD_OUT),
        _figure("held-out conflicts that stand elsewhere too", len(shared), "0", not shared),
    ]


def _actors(rows: Dataset, train: Dataset, known: set[str]) -> list[Figure]:
    parties, forms = set(rows["party"]), set(rows["actor"])
    missing = parties - known
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for party, label in zip(train["party"], train["label"], strict=True):
        labels[party][label] += 1
    lopsided = [
        f"{party} {max(counts.values())}/{counts.total()}"
        for party, counts in labels.items()
        if counts.total() >= FREQUENT and max(counts.values()) > 0.45 * counts.total()
    ]
    by_text = sentences(rows)
    several = [actors for actors in by_text.values() if len(actors) > 1]
    share = _share(sum(map(len, several)), len(rows))
    differing = _share(sum(len({label for *_, label in actors}) > 1 for actors in several), len(several))
    return [
        _figure("parties", len(parties), ">= 120", len(parties) >= 120),
        _figure("actor surface forms", len(forms), ">= 250", len(forms) >= 250),
        _figure("parties missing from the alias table", ", ".join(sorted(missing)) or 0, "0", not missing),
        _figure(
            f"parties with >= {FREQUENT} rows in train and over 45% under one label",
            ", ".join(lopsided) or 0,
            "0",
            not lopsided,
        ),
        _figure("rows from sentences labelled for two or more actors", f"{share:.1%}", ">= 40%", share >= 0.40),
        _figure("of those sentences, with differing labels", f"{differing:.1%}", ">= 70%", differing >= 0.70),
    ]


def _repeats(rows: Dataset, contrast: Dataset) -> list[Figure]:
    pairs = Counter(zip(rows["text"], rows["actor"], strict=True))
    twice = sum(count - 1 for count in pairs.values())
    group_of = dict(zip(rows["text"], rows["group"], strict=True))
    group_of |= dict(zip(contrast["text"], [f"contrast {name}" for name in contrast["contrast"]], strict=True))
    similar = near_duplicates(list(group_of), list(group_of.values()))
    shown = f"{len(similar)}" + (f", such as {similar[0][0][:60]!r}" if similar else "")
    return [
        _figure("rows that repeat a text and actor", twice, "0", twice == 0),
        _figure(f"near-duplicates in different groups (rapidfuzz ratio >= {SIMILAR:.0f})", shown, "0", not similar),
    ]


def _giveaways(train: Dataset, test: Dataset) -> list[Figure]:
    guesses = Baselines(train).guess(test)
    truth = list(test["label"])
    figures = []
    for name, most in (("actor name only", 0.33), ("text only, TF-IDF + LR", 0.62)):
        f1 = score(truth, guesses[name], LABELS).f1_macro
        figures.append(_figure(f"f1_macro on test of: {name}", f"{f1:.3f}", f"<= {most}", f1 <= most))
    return figures


def _lengths(rows: Dataset) -> list[Figure]:
    words = [len(text.split()) for text in set(rows["text"])]
    middle = median(words)
    return [
        _figure("median length in words", f"{middle:g}", "18 to 26", 18 <= middle <= 26),
        _figure("range of lengths", f"{min(words)} to {max(words)}", "5 to 65", min(words) >= 5 and max(words) <= 65),
    ]
