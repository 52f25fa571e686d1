import json
from pathlib import Path

import pandas as pd
import pytest

from parley.errors import DataError
from parley.reading.corpus.inputs import Columns, Item, Row, find_inputs, parse, shards

GIVEN = Columns("text", "actor")


def read(path, columns=GIVEN, rows=100):
    root = path if path.is_dir() else path.parent
    found = list(shards(find_inputs(path), root, columns, rows))
    return [parse(item, columns) for shard in found for item in shard.items]


def write(folder, ending):
    rows = [{"id": f"a{i}", "text": f"Aland left, {i}.", "actor": "Aland", "more": i} for i in range(5)]
    path = folder / f"rows{ending}"
    frame = pd.DataFrame(rows)
    if ending == ".jsonl":
        path.write_text("\n\n".join(map(json.dumps, rows)), encoding="utf-8-sig")
    elif ending == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, row_group_size=2)
    return path


@pytest.mark.parametrize(
    ("ending", "lines"), [(".jsonl", range(1, 10, 2)), (".csv", range(2, 7)), (".parquet", range(1, 6))]
)
def test_every_kind_of_file_gives_the_same_rows_with_their_lines(tmp_path, ending, lines):
    name = f"rows{ending}"
    wanted = [Row(name, line, f"a{i}", f"Aland left, {i}.", "Aland") for i, line in enumerate(lines)]
    assert read(write(tmp_path, ending)) == wanted


def test_shards_have_a_fixed_number_of_rows_across_files_and_their_sizes_add_up(tmp_path):
    files = [write(tmp_path, ending) for ending in (".jsonl", ".csv", ".parquet")]
    found = list(shards(find_inputs(tmp_path), tmp_path, GIVEN, 4))
    assert [(shard.number, len(shard.items)) for shard in found] == [(0, 4), (1, 4), (2, 4), (3, 3)]
    assert sum(shard.size for shard in found) == sum(path.stat().st_size for path in files)
    assert {item.file for item in found[1].items} == {"rows.csv", "rows.jsonl"}


def test_without_an_id_a_row_is_called_by_its_place_and_other_columns_can_be_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"body": "Aland left.", "who": "Aland", "n": 7}\n')
    assert read(path, Columns("body", "who")) == [Row("a.jsonl", 1, "a.jsonl:1", "Aland left.", "Aland")]
    assert read(path, Columns("body", None, "n")) == [Row("a.jsonl", 1, "7", "Aland left.", None)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{broken", "expected one JSON object, found text that is not JSON"),
        (b"[1]", "expected a JSON object, found list"),
        (b'{"text": "\xff", "actor": "A"}', "expected UTF-8, found byte 0xff"),
        (b'{"txt": "x", "actor": "A"}', "expected a field 'text', found none (did you mean 'txt'?)"),
        (b'{"text": null, "actor": "A"}', "expected a field 'text', found null"),
        (b'{"text": 7, "actor": "A"}', "expected 'text' to be text, found int '7'"),
        (b'{"text": " ", "actor": "A"}', "expected 'text' to be text, found an empty one"),
        (b'{"text": "x", "actor": ""}', "expected 'actor' to be text, found an empty one"),
        (b'{"text": "\\ud800", "actor": "A"}', "expected UTF-8, found bytes or escapes that are no characters"),
        (b"[" * 100_000, "expected one JSON object, found text that is not JSON"),
    ],
)
def test_a_row_that_cannot_be_scored_says_why(raw, reason):
    assert reason in parse(Item("a", 1, raw), GIVEN)


def test_a_bad_csv_record_is_told_and_the_next_one_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"text,actor\nAland left.\n\xff,Aland\nx,A," + b'\n"' + b"y" * 140_000 + b'"\nCordia left.,Cordia\n'
    )
    found = read(path)
    assert ["another number" in found[0], "UTF-8" in found[1], "another number" in found[2]] == [True] * 3
    assert "cannot be read: field larger than field limit" in found[3]
    assert found[-1].text == "Cordia left."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"txt,actor\n", r"a.csv: expected a column 'text', found txt, actor \(did you mean 'txt'\?\)"),
        ("a.parquet", b"no", r"a.parquet: expected a Parquet file, found one that cannot be read"),
        ("a.txt", b"", r"expected a file ending in .jsonl, .csv, .parquet, found '.txt'"),
    ],
)
def test_a_file_at_fault_is_an_error(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read(tmp_path / name)


def test_a_folder_without_rows_and_a_missing_file_are_errors(tmp_path):
    with pytest.raises(DataError, match="found none in this folder"):
        find_inputs(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        find_inputs(Path("nowhere.jsonl"))
