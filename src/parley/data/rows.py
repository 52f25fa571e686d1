"""Rows: one (text, actor) pair each, read from JSONL, CSV or Parquet with every fault named by file and line."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.errors import DataError, nearest, needing

if TYPE_CHECKING:
    from datasets import Dataset

REQUIRED = ("id", "text", "actor", "label")
"""Fields every labelled row has, none of them empty."""

OPTIONAL = ("party", "group", "conflict", "kind", "none_kind", "contrast", "contrast_type")
"""Fields a row may have; ``party`` defaults to the actor, ``group`` to the text, the rest to an empty string.

Beside them ``annotations`` holds the label of each labeller in order (in CSV joined by ``|``), ``invariant`` says
whether the rows of one ``contrast`` keep one label, and ``start`` and ``end`` are the offsets of the actor.
"""

SUFFIXES = (".jsonl", ".csv", ".parquet")
SHOWN = 20
TRUE = (True, "true", "True")

Record = dict[str, Any]


@dataclass
class Faults:
    """The faults of one or more files, raised together."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, message: str) -> None:
        """Note one fault; ``place`` is ``file:line``."""
        self.found.append(f"{place}: {message}")

    def raise_any(self) -> None:
        """Raise ``DataError`` with the first 20 faults and their number, if there are any."""
        if self.found:
            more = [f"... and {len(self.found) - SHOWN} more"] if len(self.found) > SHOWN else []
            raise DataError("\n".join([f"{len(self.found)} fault(s) in the data", *self.found[:SHOWN], *more]))


def read_rows(path: str | Path, labels: Sequence[str] | None = None, drop: Sequence[str] = ()) -> "Dataset":
    """Read and check a file of rows, as ``checked_rows`` does, into a dataset with a column for each field."""
    from datasets import Dataset, Features, List, Value

    features = Features(
        {name: Value("string") for name in (*REQUIRED, *OPTIONAL)}
        | {name: Value("int32") for name in ("start", "end", "line")}
        | {"annotations": List(Value("string")), "invariant": Value("bool")}
    )
    return Dataset.from_list(checked_rows(path, labels, drop), features=features)


def checked_rows(path: str | Path, labels: Sequence[str] | None = None, drop: Sequence[str] = ()) -> list[Record]:
    """Read and check a file of rows.

    Args:
        path: a ``.jsonl``, ``.csv`` or ``.parquet`` file.
        labels: the known labels; ``None`` reads rows that need no label (and no id) for prediction.
        drop: labels whose rows are left out on purpose (a three-way model drops ``none``).

    Returns:
        A mapping for each row, in the order of the file: the fields of ``REQUIRED`` and ``OPTIONAL``, ``annotations``,
        ``invariant``, ``line``, and ``start`` and ``end``, which are -1 where the row has no offsets.

    Raises:
        DataError: the file is missing, empty or of another kind, or rows are at fault; each fault says file,
            line, what was expected, what was found and the remedy.
    """
    path = Path(path)
    faults = Faults()
    rows: list[Record] = []
    ids: dict[str, int] = {}
    for line, record in records(path, faults):
        row = _check(record, f"{path}:{line}", None if labels is None else [*labels, *drop], faults)
        if row["id"] in ids:
            faults.add(
                f"{path}:{line}",
                f"expected a unique id, found {row['id']!r} again (first on line {ids[row['id']]})",
            )
        ids.setdefault(row["id"] or f"line-{line}", line)
        rows.append(row | {"line": line, "id": row["id"] or f"line-{line}"})
    if not rows and not faults.found:
        faults.add(str(path), "expected at least one row, found an empty file; give one row a line")
    faults.raise_any()
    kept = [row for row in rows if row["label"] not in drop]
    if not kept:
        raise DataError(
            f"{path}: expected rows with a label among {', '.join(labels or [])}, "
            f"found none after leaving out {', '.join(drop)}"
        )
    return kept


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def records(path: Path, faults: Faults) -> Iterator[tuple[int, Record]]:
    """Yield (line, record) of a JSONL, CSV or Parquet file, unchecked; faults of form are added to ``faults``.

    A Parquet row counts as a line, a CSV record stands on its last line.
    """
    if path.suffix not in SUFFIXES:
        raise DataError(
            f"{path}: expected a file ending in {', '.join(SUFFIXES)}, found {path.suffix or 'no ending'!r}"
        )
    if not path.is_file():
        raise DataError(f"{path}: no such file; expected a data file here")
    if path.suffix == ".parquet":
        yield from _parquet_records(path)
    elif path.suffix == ".csv":
        reader = csv.DictReader(io.StringIO(_decode(path, faults), newline=""))
        for record in reader:
            if None in record or None in record.values():
                faults.add(
                    f"{path}:{reader.line_num}",
                    f"expected {len(reader.fieldnames or [])} fields as in the header, found another number; "
                    "quote fields that hold a comma",
                )
            yield reader.line_num, {key: value for key, value in record.items() if key is not None}
    else:
        yield from _json_records(path, faults)


def _parquet_records(path: Path) -> Iterator[tuple[int, Record]]:
    with needing("pyarrow to read Parquet", "tables"):
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    try:
        with ParquetFile(path) as file:
            found = (record for batch in file.iter_batches() for record in batch.to_pylist())
            yield from enumerate(found, 1)
    except ArrowException as error:
        raise DataError(f"{path}: expected a Parquet file, found one that cannot be read: {error}") from None


def _json_records(path: Path, faults: Faults) -> Iterator[tuple[int, Record]]:
    for number, line in enumerate(_decode(path, faults).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            faults.add(
                f"{path}:{number}",
                f"expected one JSON object, found text that is not JSON ({error.msg}, column {error.colno})",
            )
            continue
        if isinstance(record, dict):
            yield number, record
        else:
            faults.add(
                f"{path}:{number}",
                f'expected a JSON object, found {type(record).__name__}; write {{"id": ...}}',
            )


def _decode(path: Path, faults: Faults) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.add(f"{path}:{line}", f"expected UTF-8, found byte 0x{raw[error.start]:02x}; save the file as UTF-8")
        faults.raise_any()
        raise AssertionError("unreachable") from error


def _check(record: Record, place: str, labels: Sequence[str] | None, faults: Faults) -> Record:
    required = REQUIRED if labels is not None else ("text", "actor")
    row: Record = {}
    for name in (*REQUIRED, *OPTIONAL):
        value = record.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) and name != "id":
            faults.add(
                place,
                f"expected {name!r} to be text, found {type(value).__name__} {value!r}; put it in quotes",
            )
        row[name] = str(value)
        if name in required and not row[name].strip():
            state = "an empty one" if name in record else f"none{nearest(name, record)}"
            faults.add(place, f"expected a field {name!r}, found {state}; every row needs {', '.join(required)}")
    if labels is not None and row["label"].strip() and row["label"] not in labels:
        hint = nearest(row["label"], labels)
        faults.add(place, f"unknown label {row['label']!r}{hint}; the labels of this config are {', '.join(labels)}")
    row |= _offsets(record, row, place, faults)
    row |= {"annotations": _annotations(record, labels, place, faults), "invariant": record.get("invariant") in TRUE}
    row["party"] = row["party"] or row["actor"]
    row["group"] = row["group"] or row["text"]
    return row


def _annotations(record: Record, labels: Sequence[str] | None, place: str, faults: Faults) -> list[str]:
    given = record.get("annotations")
    if given is None or isinstance(given, str):
        given = [label for label in (given or "").split("|") if label]
    wrong = [label for label in given if labels is not None and label not in labels]
    if wrong:
        faults.add(place, f"expected 'annotations' to hold known labels, found {wrong[0]!r}; give one a labeller")
    return [str(label) for label in given]


def _offsets(record: Record, row: Record, place: str, faults: Faults) -> Record:
    given = [record.get(name) for name in ("start", "end")]
    if all(value in (None, "", -1) for value in given):
        return {"start": -1, "end": -1}
    try:
        start, end = (int(value) for value in given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        faults.add(
            place,
            f"expected whole numbers 'start' and 'end' (or neither), found {given[0]!r} and {given[1]!r}",
        )
        return {"start": -1, "end": -1}
    found = row["text"][start:end] if 0 <= start <= end else ""
    if found != row["actor"]:
        at = row["text"].find(row["actor"]) if row["actor"] else -1
        remedy = (
            f"the actor starts at {at}" if at >= 0 else "leave 'start' and 'end' out if the actor is not in the text"
        )
        faults.add(place, f"expected text[{start}:{end}] == {row['actor']!r}, found {found!r}; {remedy}")
    return {"start": start, "end": end}
