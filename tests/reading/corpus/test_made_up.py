import json

import pytest
from tests.conftest import make_rows, write_jsonl

from parley.reading.corpus.made_up import make_corpus, read_sources


@pytest.fixture
def sources(tmp_path):
    rows = write_jsonl(tmp_path / "rows.jsonl", make_rows())
    general = tmp_path / "general.txt"
    general.write_text("Novak ran 400 metres in Oslo on Monday.\nRain fell.\n")
    return read_sources([rows], general)


def test_a_corpus_has_its_shares_of_stances_and_of_conflict_reporting(tmp_path, sources):
    rows = [json.loads(line) for line in make_corpus(sources, tmp_path / "a.jsonl", 200).read_text().splitlines()]
    kinds = [row["kind"] for row in rows]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"stance": 4, "conflict": 16, "general": 180}
    known = {(row["text"], row["actor"]) for row in make_rows() if row["label"] != "none"}
    assert all((row["text"], row["actor"]) in known for row in rows if row["kind"] == "stance")
    assert {row["text"] for row in rows if row["kind"] == "conflict"} == {"Borduria said Cordia had shelled the port."}


def test_an_actor_stays_in_its_sentence_and_the_same_seed_gives_the_same_corpus(tmp_path, sources):
    first = make_corpus(sources, tmp_path / "a.jsonl", 200).read_bytes()
    rows = [json.loads(line) for line in first.splitlines()]
    assert all(row["actor"] in row["text"] for row in rows)
    assert len({row["text"] for row in rows}) > 50
    assert make_corpus(sources, tmp_path / "b.jsonl", 200).read_bytes() == first
    assert make_corpus(sources, tmp_path / "c.jsonl", 200, seed=1).read_bytes() != first
