"""Variants of a recipe over seeds, compared on validation: the table that a default is chosen by."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from parley.config import Settings, load_config, settings_of
from parley.data.rows import sha256
from parley.errors import RunError
from parley.model.training import train


@dataclass(frozen=True)
class Variant:
    """Validation scores of one variant of a recipe, a value per seed.

    Attributes:
        change: the overrides that make the variant; empty for the recipe as it is.
        accuracy: validation accuracy by seed.
        f1_macro: validation macro-F1 by seed.
        seconds: wall time of training by seed.
    """

    change: str
    accuracy: list[float]
    f1_macro: list[float]
    seconds: list[float]


def sweep(
    config: Path, changes: Sequence[str], seeds: Sequence[int], folder: Path, common: Sequence[str] = ()
) -> list[Variant]:
    """Train every variant with every seed; runs that are finished already are read, not repeated.

    Args:
        config: the recipe.
        changes: one variant each: overrides joined by spaces, such as ``encoding.form=pair``; empty for none.
        seeds: seeds to train with.
        folder: where the runs are kept.
        common: overrides of every variant.

    Raises:
        RunError: a finished run there has another recipe, or its rows have changed since.
    """
    variants = []
    for change in changes:
        metrics = []
        for seed in seeds:
            settings = load_config(config, [*common, *change.split(), f"training.seed={seed}"])
            run = folder / f"{change.replace(' ', ',').replace('/', '_') or 'as-is'}-seed{seed}"
            if (run / "metrics.json").is_file():
                _check_current(run, settings)
            else:
                train(settings, run, resume=True)
            metrics.append(json.loads((run / "metrics.json").read_text(encoding="utf-8")))
        validation = [entry["validation"] for entry in metrics]
        variants.append(
            Variant(
                change=change,
                accuracy=[scores["accuracy"] for scores in validation],
                f1_macro=[scores["f1_macro"] for scores in validation],
                seconds=[entry["seconds"] for entry in metrics],
            )
        )
    return variants


def _check_current(run: Path, settings: Settings) -> None:
    hashes = yaml.safe_load((run / "run.yaml").read_text(encoding="utf-8"))["data"]
    changed = [path for path, known in hashes.items() if not Path(path).is_file() or sha256(path) != known]
    changed += ["the recipe"] if settings_of(run) != settings else []
    if changed:
        raise RunError(
            f"{run}: expected a run of this recipe on today's rows, found that {' and '.join(changed)} changed since; "
            "remove the run, or name another folder"
        )


def to_markdown(variants: Sequence[Variant], source: str) -> str:
    """Return the comparison as a Markdown table, best macro-F1 first; ``source`` says how to repeat it.

    The gain is in accuracy, seed by seed, over the recipe as it is, where that is among the variants.
    """
    as_is = next((variant.accuracy for variant in variants if not variant.change), None)
    lines = [
        f"Made by `{source}`; validation, mean ± sd over {len(variants[0].accuracy)} seed(s).",
        "",
        "| change | accuracy | gain | f1_macro | seconds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for variant in sorted(variants, key=lambda variant: -statistics.fmean(variant.f1_macro)):
        gains = [ours - theirs for ours, theirs in zip(variant.accuracy, as_is or (), strict=False)]
        gain = spread(gains, "+") if variant.change and gains else ""
        scores = f"{spread(variant.accuracy)} | {gain} | {spread(variant.f1_macro)}"
        lines.append(f"| `{variant.change or 'as is'}` | {scores} | {statistics.fmean(variant.seconds):.0f} |")
    return "\n".join(lines) + "\n"


def spread(values: Sequence[float], sign: str = "-") -> str:
    """Return mean ± standard deviation with three decimals, the mean alone for one value; ``sign`` as in a format."""
    mean = f"{statistics.fmean(values):{sign}.3f}"
    return f"{mean} ± {statistics.stdev(values):.3f}" if len(values) > 1 else mean
