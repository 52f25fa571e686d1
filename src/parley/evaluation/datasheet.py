"""The dataset card: ``data/README.md``, its figures counted from the rows."""

from collections import Counter
from collections.abc import Mapping
from statistics import median
from typing import Any

import yaml
from datasets import Dataset, concatenate_datasets
from jinja2 import Environment, PackageLoader, StrictUndefined

from parley.evaluation.agreement import agreement
from parley.evaluation.corpus import sentences
from parley.labels import KINDS, LABELS, NONE_KINDS


def dataset_card(splits: Mapping[str, Dataset], contrast: Dataset, dropped: Dataset | None) -> str:
    """Render the card with Hugging Face metadata, so that ``datasets.load_dataset`` opens the folder.

    Args:
        splits: rows by split name.
        contrast: the rows of the contrast groups.
        dropped: rows that two labellings disagreed on and a third could not settle, if any.
    """
    rows = concatenate_datasets(list(splits.values()))
    several = [actors for actors in sentences(rows).values() if len(actors) > 1]
    words = [len(text.split()) for text in set(rows["text"])]
    kinds, none_kinds = Counter(rows["kind"]), Counter(rows["none_kind"])
    given = [label for part in (rows, contrast, dropped) if part is not None for label in part["annotations"]]
    facts: dict[str, Any] = {
        "labels": LABELS,
        "total": len(rows),
        "splits": {name: _facts(split) for name, split in [*splits.items(), ("contrast", contrast)]},
        "unseen": sorted(set(splits["test_unseen"]["conflict"])),
        "contrast_groups": len(set(contrast["contrast"])),
        "conflicts": _counted(rows["conflict"]),
        "parties": _counted(rows["party"]),
        "forms": len(set(rows["actor"])),
        "several": sum(map(len, several)) / len(rows),
        "differing": sum(len({label for *_, label in actors}) > 1 for actors in several) / max(len(several), 1),
        "words": {"median": f"{median(words):g}", "min": min(words), "max": max(words)},
        "kinds": [(kind, kinds[kind]) for kind in KINDS],
        "none_kinds": [(kind, none_kinds[kind]) for kind in NONE_KINDS],
        "agreement": agreement(given, LABELS),
        "settled": _disputed(rows) + _disputed(contrast),
        "dropped": 0 if dropped is None else _disputed(dropped),
    }
    page = Environment(loader=PackageLoader("parley.evaluation"), undefined=StrictUndefined, trim_blocks=True)
    metadata = yaml.safe_dump(_metadata(list(splits), len(rows)), sort_keys=False).strip()
    return page.get_template("dataset.md.j2").render(metadata=metadata, **facts)


def _metadata(splits: list[str], rows: int) -> dict[str, Any]:
    files = [{"split": name, "path": f"{name}.jsonl"} for name in splits]
    return {
        "license": "cc-by-4.0",
        "language": ["en"],
        "pretty_name": "Stance toward negotiations in conflict reporting",
        "task_categories": ["text-classification"],
        "tags": ["stance-detection", "conflict-research", "synthetic"],
        "size_categories": ["1K<n<10K" if rows < 10_000 else "10K<n<100K"],
        "configs": [
            {"config_name": "default", "data_files": files, "default": True},
            {"config_name": "contrast", "data_files": [{"split": "test", "path": "contrast.jsonl"}]},
        ],
    }


def _facts(rows: Dataset) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "sentences": len(set(rows["text"])),
        "groups": len(set(rows["group"])),
        "conflicts": len(set(rows["conflict"]) - {""}),
        "parties": len(set(rows["party"])),
        "labels": Counter(rows["label"]),
    }


def _counted(values: Any) -> list[tuple[str, int]]:
    """Count non-empty values, most frequent first, ties by name."""
    return sorted(Counter(value for value in values if value).items(), key=lambda item: (-item[1], item[0]))


def _disputed(rows: Dataset) -> int:
    """Count the rows that the first two labellings differed on."""
    return sum(len(set(given[:2])) > 1 for given in rows["annotations"])
