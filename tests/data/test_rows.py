import json

import pandas as pd
import pytest
from tests.conftest import make_rows, write_jsonl

from parley.data.rows import read_rows, sha256
from parley.errors import DataError
from parley.labels import LABELS

GOOD = {"id": "1", "text": "Kyiv offered talks.", "actor": "Kyiv", "label": "conciliatory"}


def test_rows_come_in_file_order_with_defaults_filled_in(tmp_path):
    rows = read_rows(
        write_jsonl(tmp_path / "a.jsonl", [GOOD | {"party": "Ukraine", "start": 0, "end": 4}, GOOD | {"id": "2"}]),
        LABELS,
    )
    assert rows["id"][:] == ["1", "2"]
    assert rows["party"][:] == ["Ukraine", "Kyiv"]
    assert rows["group"][1] == GOOD["text"]
    assert (rows["start"][:], rows["end"][:]) == ([0, -1], [4, -1])


def test_annotations_are_lists_or_joined_text_and_the_rest_of_a_contrast_is_kept(tmp_path):
    rows = read_rows(
        write_jsonl(
            tmp_path / "a.jsonl",
            [
                GOOD | {"annotations": ["none", "hostile"], "contrast": "c1", "invariant": True},
                GOOD | {"id": "2", "annotations": "none|hostile"},
                GOOD | {"id": "3"},
            ],
        ),
        LABELS,
    )
    assert rows["annotations"][:] == [["none", "hostile"], ["none", "hostile"], []]
    assert rows["contrast"][:] == ["c1", "", ""]
    assert rows["invariant"][:] == [True, False, False]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_the_three_formats_give_the_same_rows(tmp_path, suffix):
    table = pd.DataFrame([row | {"start": 0, "end": len(row["text"]), "actor": row["text"]} for row in make_rows()])
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        table.to_csv(path, index=False)
    elif suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_json(path, orient="records", lines=True)
    rows = read_rows(path, LABELS)
    assert rows["text"][:] == list(table["text"])
    assert rows["end"][:] == list(table["end"])
    assert rows["label"][:] == list(table["label"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": ""}, r":2: expected a field 'text', found an empty one"),
        ({"text": None}, r":2: expected a field 'text'"),
        ({"actor": "  "}, r":2: expected a field 'actor', found an empty one"),
        ({"text": 5}, r":2: expected 'text' to be text, found int 5"),
        (
            {"label": "hostil"},
            r":2: unknown label 'hostil' \(did you mean 'hostile'\?\); the labels .* are conciliatory, ",
        ),
        ({"start": 0, "end": 3}, r":2: expected text\[0:3\] == 'Kyiv', found 'Kyi'; the actor starts at 0"),
        (
            {"start": 0, "end": 4, "actor": "Moscow"},
            r":2: expected text\[0:4\] == 'Moscow', found 'Kyiv'; leave",
        ),
        ({"start": 0}, r":2: expected whole numbers 'start' and 'end' \(or neither\), found 0 and None"),
        (
            {"annotations": ["none", "hostil"]},
            r":2: expected 'annotations' to hold known labels, found 'hostil'; give one a labeller",
        ),
        ({"id": "1"}, r":2: expected a unique id, found '1' again \(first on line 1\)"),
    ],
)
def test_a_fault_is_an_error_with_file_and_line(tmp_path, change, message):
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD, GOOD | {"id": "2"} | change])
    with pytest.raises(DataError, match=r"1 fault\(s\)(.|\n)*a\.jsonl" + message):
        read_rows(path, LABELS)


def test_a_missing_field_names_the_nearest_one_there(tmp_path):
    row = {key: value for key, value in GOOD.items() if key != "label"} | {"labels": "none"}
    with pytest.raises(DataError, match=r"expected a field 'label', found none \(did you mean 'labels'\?\)"):
        read_rows(write_jsonl(tmp_path / "a.jsonl", [row]), LABELS)


def test_all_faults_are_counted_and_the_first_twenty_shown(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", [GOOD | {"id": str(i), "label": "x"} for i in range(30)])
    with pytest.raises(DataError, match=r"30 fault\(s\)") as error:
        read_rows(path, LABELS)
    assert str(error.value).count("unknown label") == 20
    assert "and 10 more" in str(error.value)


def test_text_that_is_not_json_names_line_and_column(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD) + "\n{'id': 1}\n[1]\n")
    with pytest.raises(DataError, match=r"2 fault\(s\)(.|\n)*a.jsonl:2: .*not JSON(.|\n)*a.jsonl:3: .*found list"):
        read_rows(path, LABELS)


def test_invalid_utf8_names_line_and_byte(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\n")
    with pytest.raises(DataError, match=r"a.jsonl:2: expected UTF-8, found byte 0xff; save the file as UTF-8"):
        read_rows(path, LABELS)


def test_a_csv_row_with_another_number_of_fields_is_an_error(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text,actor,label\n1,Kyiv, or so,offered talks,Kyiv,none\n")
    with pytest.raises(DataError, match=r"a.csv:2: expected 4 fields as in the header"):
        read_rows(path, LABELS)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.jsonl", "no such file"),
        ("a.txt", "ending in .jsonl, .csv, .parquet"),
        ("empty.jsonl", "found an empty file"),
    ],
)
def test_a_file_that_is_none_is_an_error(tmp_path, name, message):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(DataError, match=message):
        read_rows(tmp_path / name, LABELS)


def test_a_broken_parquet_file_is_an_error(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="expected a Parquet file"):
        read_rows(tmp_path / "a.parquet", LABELS)


def test_rows_of_a_dropped_label_are_left_out_and_only_they(tmp_path):
    rows = read_rows(write_jsonl(tmp_path / "a.jsonl", make_rows()), LABELS[:3], ["none"])
    assert len(rows) == 8
    assert "none" not in rows["label"][:]
    with pytest.raises(DataError, match="unknown label 'none'"):
        read_rows(tmp_path / "a.jsonl", LABELS[:3])


def test_rows_for_prediction_need_neither_id_nor_label(tmp_path):
    rows = read_rows(write_jsonl(tmp_path / "a.jsonl", [{"text": "Kyiv spoke.", "actor": "Kyiv"}]))
    assert rows["id"][:] == ["line-1"]


def test_sha256_is_that_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
