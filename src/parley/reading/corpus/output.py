"""The output of a corpus job: a manifest, and for each shard a Parquet file of answers and perhaps one of rejects."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

import parley
from parley.data.rows import sha256
from parley.errors import ParleyError
from parley.reading.corpus.scoring import Counts, Plan, Scored
from parley.writing import to_jsonl, write_whole

MANIFEST, ANSWERS, REJECTS = "manifest.json", "scores", "rejects"
_PART = re.compile(r"part-(\d{6,})\.parquet")
_COUNTS = b"parley.counts"
_OF_THE_RUN = ("*.safetensors", "*.json", "*.npz", "onnx/*", "run.yaml")
_WRITTEN_LATER = ("metrics.json", "audit.json", "screen.json")


def manifest(plan: Plan, files: Sequence[Path], root: Path, shard_rows: int) -> dict[str, Any]:
    """Return what decides the output: run, inputs and settings; how many workers there are does not."""
    settings = asdict(plan.columns) | {"shard_rows": shard_rows, "screen": plan.screen, "keep_text": plan.keep_text}
    return {
        "parley": parley.__version__,
        "run": _run_identity(Path(plan.run)),
        "settings": settings | {"actors": sha256(plan.actors) if plan.actors else None},
        "inputs": {path.relative_to(root).as_posix(): sha256(path) for path in files},
    }


def begin(folder: Path, wanted: dict[str, Any]) -> set[int]:
    """Make the output folder, or take up the one that an earlier, equal job left unfinished.

    Returns:
        Numbers of the shards that are done.

    Raises:
        ParleyError: the folder holds something else, or the output of other input, another run or other settings.
    """
    record = folder / MANIFEST
    if not record.is_file():
        if folder.exists() and any(path.suffix != ".tmp" for path in folder.iterdir()):
            raise ParleyError(f"{folder}: expected no folder, an empty one or one to go on in, found other files in it")
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(record, json.dumps(wanted, indent=2, ensure_ascii=False) + "\n")
    found = json.loads(record.read_text(encoding="utf-8"))
    if found != wanted:
        raise ParleyError(
            f"{folder}: expected the unfinished output of the same job, found one that differs in "
            f"{', '.join(_differences(found, wanted))}; give the same again to go on, or name another folder"
        )
    for name in (ANSWERS, REJECTS):
        (folder / name).mkdir(exist_ok=True)
    for leftover in folder.rglob("*.tmp"):
        leftover.unlink()
    return {number for number, _ in parts(folder)}


def write(folder: Path, number: int, scored: Scored) -> None:
    """Write a shard. Its Parquet file is renamed last, with the counts in it: where it stands, the shard is whole."""
    name = f"part-{number:06d}"
    rejects = folder / REJECTS / f"{name}.jsonl"
    if scored.rejects:
        lines = (dict(zip(("file", "line", "reason"), reject, strict=True)) for reject in scored.rejects)
        write_whole(rejects, to_jsonl(lines))
    table = scored.table.replace_schema_metadata({_COUNTS: json.dumps(asdict(scored.counts))})
    temporary = folder / ANSWERS / f"{name}.parquet.tmp"
    parquet.write_table(table, temporary)
    temporary.replace(folder / ANSWERS / f"{name}.parquet")


def parts(folder: Path) -> list[tuple[int, Path]]:
    """Return the finished shards by number."""
    named = ((_PART.fullmatch(path.name), path) for path in (folder / ANSWERS).glob("*.parquet"))
    return sorted((int(match[1]), path) for match, path in named if match)


def total(folder: Path) -> Counts:
    """Add up the counts of all finished shards."""
    counts = Counts()
    for _, path in parts(folder):
        schema: pa.Schema = parquet.read_schema(path)
        counts.add(Counts(**json.loads(schema.metadata[_COUNTS])))
    return counts


def _run_identity(run: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _OF_THE_RUN for path in run.glob(pattern) if path.is_file()}):
        if path.name not in _WRITTEN_LATER:
            digest.update(f"{path.relative_to(run).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def _differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Name the keys, and within a section its keys, that two manifests part on."""
    named = []
    for key in sorted(found.keys() | wanted.keys()):
        a, b = found.get(key), wanted.get(key)
        if isinstance(a, dict) and isinstance(b, dict):
            named += [f"{key}.{inner}" for inner in sorted(a.keys() | b.keys()) if a.get(inner) != b.get(inner)]
        elif a != b:
            named.append(key)
    return named[:5] + ([f"{len(named) - 5} more"] if len(named) > 5 else [])
