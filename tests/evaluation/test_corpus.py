import random
from string import ascii_lowercase

import pytest
from tests.conftest import write_jsonl

from parley.data.rows import read_rows
from parley.evaluation.corpus import check_corpus, near_duplicates
from parley.evaluation.datasheet import dataset_card
from parley.labels import LABELS


def rows_of(tmp_path, name, labels, **change):
    """One row a label, each of its own words, so that no two resemble one another."""
    draw, rows = random.Random(name), []
    for i, label in enumerate(labels):
        text = " ".join("".join(draw.sample(ascii_lowercase, 6)) for _ in range(20)) + " Aland"
        row = {"id": f"{name}{i}", "text": text, "actor": "Aland", "label": label, "conflict": f"{name} war"}
        row |= {"none_kind": "event" if label == "none" else "", "annotations": [label, label], "kind": "narration"}
        rows.append(row | change)
    return read_rows(write_jsonl(tmp_path / f"{name}.jsonl", rows), LABELS)


@pytest.fixture
def corpus(tmp_path):
    splits = {name: rows_of(tmp_path, name, LABELS) for name in ("train", "validation", "test", "test_unseen")}
    contrast = rows_of(tmp_path, "pair", ("hostile", "conditional"), contrast="c1", contrast_type="until added")
    return splits, contrast


def found(corpus, what, parties=("Aland",)):
    (figure,) = [figure for figure in check_corpus(*corpus, parties) if figure.what.startswith(what)]
    return figure.found, figure.holds


def test_a_small_corpus_breaks_the_sizes_and_keeps_the_rest(corpus):
    assert found(corpus, "rows in all") == ("16", False)
    assert found(corpus, "share of hostile") == ("25.0%", False)
    assert found(corpus, "conflicts held out") == ("1", False)
    assert found(corpus, "held-out conflicts") == ("0", True)
    assert found(corpus, "contrast rows that flip") == ("0", True)
    assert found(corpus, "near-duplicates") == ("0", True)
    assert found(corpus, "rows whose none_kind") == ("0", True)
    assert found(corpus, "median length") == ("21", True)


def test_a_held_out_conflict_that_stands_in_train_is_a_breach(corpus, tmp_path):
    corpus[0]["train"] = rows_of(tmp_path, "train", LABELS, conflict="test_unseen war")
    assert found(corpus, "held-out conflicts") == ("1", False)


def test_a_party_with_one_label_is_a_breach_from_twenty_rows_on(corpus, tmp_path):
    labels = ["hostile"] * 10 + ["none"] * 6 + ["conditional"] * 4
    corpus[0]["train"] = rows_of(tmp_path, "train", labels)
    assert found(corpus, "parties with >= 20") == ("Aland 10/20", False)
    corpus[0]["train"] = rows_of(tmp_path, "train", labels[1:])
    assert found(corpus, "parties with >= 20") == ("0", True)


def test_a_party_without_a_line_in_the_alias_table_is_a_breach(corpus):
    assert found(corpus, "parties missing", ()) == ("Aland", False)


def test_a_flip_that_does_not_flip_is_a_breach(corpus, tmp_path):
    contrast = rows_of(tmp_path, "pair", ("hostile", "hostile"), contrast="c1")
    assert found((corpus[0], contrast), "contrast rows that flip") == ("2", False)
    kept = rows_of(tmp_path, "pair", ("hostile", "hostile"), contrast="c1", invariant=True)
    assert found((corpus[0], kept), "contrast rows that flip") == ("0", True)


def test_near_duplicates_are_found_across_groups_whatever_their_case():
    texts = ["The rebels left the talks on Monday.", "THE REBELS LEFT THE TALKS ON SUNDAY.", "Rain fell in the north."]
    ((one, other, similarity),) = near_duplicates(texts, ["a", "b", "c"])
    assert (one, other) == (texts[0], texts[1])
    assert similarity >= 80
    assert near_duplicates(texts, ["a", "a", "c"]) == []


def test_the_card_counts_rows_and_opens_the_folder_as_a_dataset(corpus, tmp_path, monkeypatch):
    import datasets

    splits, contrast = corpus
    card = dataset_card(splits, contrast, None)
    assert "| train | 4 | 4 | 4 | 1 | 1 | 1 | 1 | 1 | 1 |\n| validation |" in card
    assert "| differing: settled; dropped | 0: 0; 0 |" in card
    (tmp_path / "pair.jsonl").rename(tmp_path / "contrast.jsonl")
    (tmp_path / "README.md").write_text(card, encoding="utf-8")
    loaded = datasets.load_dataset(str(tmp_path), cache_dir=str(tmp_path / "cache"))
    assert {name: len(rows) for name, rows in loaded.items()} == dict.fromkeys(splits, 4)
    pairs = datasets.load_dataset(str(tmp_path), "contrast", cache_dir=str(tmp_path / "cache"))
    assert pairs["test"]["contrast"][:] == ["c1", "c1"]
