from tests.conftest import make_rows, write_jsonl

from parley.data.rows import read_rows
from parley.data.splits import assign, overlaps, sample_groups
from parley.labels import LABELS


def read(tmp_path, name, rows):
    return read_rows(write_jsonl(tmp_path / name, rows), LABELS)


def test_splits_with_nothing_in_common_have_no_overlap(tmp_path):
    rows = make_rows()
    assert overlaps({"a": read(tmp_path, "a.jsonl", rows[:6]), "b": read(tmp_path, "b.jsonl", rows[6:])}) == []


def test_a_text_in_two_splits_is_found_whatever_its_case_and_spacing(tmp_path):
    first = make_rows("a")[:1]
    second = [
        first[0] | {"id": "x", "text": first[0]["text"].upper().replace(" ", "  "), "actor": "ALAND", "group": "other"}
    ]
    found = overlaps({"a": read(tmp_path, "a.jsonl", first), "b": read(tmp_path, "b.jsonl", second)})
    assert len(found) == 1
    assert found[0].startswith("b:1: the text ")
    assert "also stands in a:1" in found[0]


def test_a_group_in_two_splits_is_found(tmp_path):
    first, second = make_rows("a")[:2], make_rows("b")[4:6]
    second = [row | {"group": first[0]["group"]} for row in second]
    found = overlaps({"a": read(tmp_path, "a.jsonl", first), "b": read(tmp_path, "b.jsonl", second)})
    assert len(found) == 2
    assert all("the group 'a0'" in fault for fault in found)


def test_assigned_splits_keep_groups_whole_and_conflicts_apart():
    groups = [f"g{i // 3}" for i in range(300)]
    conflicts = ["unseen" if i < 30 else "seen" for i in range(300)]
    splits = assign(groups, conflicts, ["unseen"], {"validation": 0.1, "test": 0.2})
    assert all(len({s for s, g in zip(splits, groups, strict=True) if g == group}) == 1 for group in groups)
    assert {s for s, c in zip(splits, conflicts, strict=True) if c == "unseen"} == {"test_unseen"}
    assert [splits.count(name) for name in ("test_unseen", "validation", "test", "train")] == [
        30,
        27,
        54,
        189,
    ]


def test_assigned_splits_depend_on_the_seed_alone():
    groups, conflicts = [str(i) for i in range(100)], [""] * 100
    sizes = {"test": 0.2}
    assert assign(groups, conflicts, [], sizes, seed=1) == assign(groups, conflicts, [], sizes, seed=1)
    assert assign(groups, conflicts, [], sizes, seed=1) != assign(groups, conflicts, [], sizes, seed=2)


def test_a_share_of_the_rows_keeps_groups_whole_and_grows_by_adding(tmp_path):
    rows = read(tmp_path, "a.jsonl", make_rows())
    half, most = sample_groups(rows, 0.5), sample_groups(rows, 0.8)
    assert len(half) == 6
    assert all(half["group"][:].count(group) == 2 for group in half["group"])
    assert set(half["id"]) < set(most["id"])
    assert sample_groups(rows, 1.0)["id"][:] == rows["id"][:]
