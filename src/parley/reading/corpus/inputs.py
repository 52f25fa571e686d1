"""Rows of a corpus, streamed: JSONL, CSV and Parquet, a file or a folder of them, one row in memory at a time."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from parley.data.rows import SUFFIXES
from parley.errors import DataError, nearest

PARQUET_ROWS = 1024
"""Rows that are taken from a Parquet file at a time."""


@dataclass(frozen=True)
class Columns:
    """Which columns hold what.

    Attributes:
        text: the sentence.
        actor: who is asked about; ``None`` asks every party that the alias table finds in the sentence.
        id: what a row is called; ``None`` takes ``id`` where a row has it, else ``file:line``.
    """

    text: str = "text"
    actor: str | None = None
    id: str | None = None

    def named(self) -> list[str]:
        """Return the columns that every row must have."""
        return [name for name in (self.text, self.actor, self.id) if name]


class Item(NamedTuple):
    """A row as it stands in its file: a line of JSON, a mapping, or a text that says why it is neither."""

    file: str
    line: int
    raw: bytes | dict[str, Any] | str


class Row(NamedTuple):
    """A row that can be scored; ``actor`` is ``None`` where the parties are to be looked up."""

    file: str
    line: int
    id: str
    text: str
    actor: str | None


@dataclass(frozen=True)
class Shard:
    """Neighbouring rows that are scored together and stand in one file of the output.

    Attributes:
        number: its place, from 0.
        items: its rows; all shards but the last have the same number of them.
        size: bytes of input that they take, roughly.
    """

    number: int
    items: list[Item]
    size: int


def find_inputs(source: Path) -> list[Path]:
    """Return the file, or the files of a folder and its folders in the order of their names.

    Raises:
        DataError: there are none, or it is of another kind.
    """
    if source.is_dir():
        found = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix in SUFFIXES)
        if not found:
            raise DataError(f"{source}: expected files ending in {', '.join(SUFFIXES)}, found none in this folder")
        return found
    if not source.is_file():
        raise DataError(f"{source}: no such file or folder; expected rows ending in {', '.join(SUFFIXES)}")
    if source.suffix not in SUFFIXES:
        found_ending = source.suffix or "no ending"
        raise DataError(f"{source}: expected a file ending in {', '.join(SUFFIXES)}, found {found_ending!r}")
    return [source]


def shards(files: Sequence[Path], root: Path, columns: Columns, rows: int) -> Iterator[Shard]:
    """Stream files as shards of so many rows; a row's ``file`` is its path below ``root``.

    Raises:
        DataError: a CSV or Parquet file lacks a column, or cannot be read.
    """
    held: list[Item] = []
    number = position = begun = 0
    for path in files:
        name = path.relative_to(root).as_posix()
        before = position
        for line, raw, done in _READERS[path.suffix](path, columns):
            held.append(Item(name, line, raw))
            position = before + done
            if len(held) == rows:
                yield Shard(number, held, position - begun)
                held, number, begun = [], number + 1, position
        position = before + path.stat().st_size
    if held:
        yield Shard(number, held, position - begun)


def parse(item: Item, columns: Columns) -> Row | str:
    """Return the row, or why it cannot be scored."""
    record = _load(item.raw) if isinstance(item.raw, bytes) else item.raw
    if isinstance(record, str):
        return record
    for name in columns.named():
        if fault := _fault(record, name, any_scalar=name == columns.id):
            return fault
    given = record.get(columns.id or "id")
    row_id = f"{item.file}:{item.line}" if given is None or given == "" else str(given)
    text, actor = record[columns.text], record[columns.actor] if columns.actor else None
    try:
        f"{row_id}{text}{actor}".encode()
    except UnicodeEncodeError:
        return "expected UTF-8, found bytes or escapes that are no characters; save the file as UTF-8"
    return Row(item.file, item.line, row_id, text, actor)


def _load(raw: bytes) -> dict[str, Any] | str:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return f"expected UTF-8, found byte 0x{raw[error.start]:02x}; save the file as UTF-8"
    except (ValueError, RecursionError) as error:
        return f"expected one JSON object, found text that is not JSON ({error})"
    return record if isinstance(record, dict) else f"expected a JSON object, found {type(record).__name__}"


def _fault(record: dict[str, Any], name: str, any_scalar: bool) -> str:
    value = record.get(name)
    if value is None:
        return f"expected a field {name!r}, found " + ("null" if name in record else f"none{nearest(name, record)}")
    if any_scalar and isinstance(value, (int, str)):
        return ""
    if not isinstance(value, str):
        return f"expected {name!r} to be text, found {type(value).__name__} {str(value)[:40]!r}"
    return "" if value.strip() else f"expected {name!r} to be text, found an empty one"


def _json_lines(path: Path, columns: Columns) -> Iterator[tuple[int, bytes, int]]:
    done = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            done += len(line)
            if line.strip():
                yield number, line, done


def _csv_records(path: Path, columns: Columns) -> Iterator[tuple[int, dict[str, Any] | str, int]]:
    with path.open("rb") as raw:
        reader = csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", "surrogateescape", newline=""))
        _check_columns(path, reader.fieldnames or [], columns)
        while True:
            try:
                record: dict[Any, Any] | str | None = next(reader, None)
            except csv.Error as error:
                record = f"expected a CSV record, found one that cannot be read: {error}"
            if record is None:
                return
            if isinstance(record, dict) and (None in record or None in record.values()):
                record = f"expected {len(reader.fieldnames or [])} fields as in the header, found another number"
            yield reader.line_num, record, raw.tell()


def _parquet_records(path: Path, columns: Columns) -> Iterator[tuple[int, dict[str, Any], int]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            _check_columns(path, file.schema_arrow.names, columns)
            wanted = [name for name in file.schema_arrow.names if name in (*columns.named(), "id")]
            line, size, rows = 0, path.stat().st_size, file.metadata.num_rows
            for batch in file.iter_batches(PARQUET_ROWS, columns=wanted):
                for record in batch.to_pylist():
                    line += 1
                    yield line, record, size * line // rows
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: expected a Parquet file, found one that cannot be read: {error}") from None


def _check_columns(path: Path, found: Sequence[str], columns: Columns) -> None:
    for name in columns.named():
        if name not in found:
            raise DataError(
                f"{path}: expected a column {name!r}, found {', '.join(found) or 'none'}{nearest(name, found)}; "
                "name it with --text-column, --actor-column or --id-column"
            )


_READERS: dict[str, Any] = {".jsonl": _json_lines, ".csv": _csv_records, ".parquet": _parquet_records}
