import random

import numpy as np
import pytest
from tests.conftest import write_jsonl

from parley.actors import read_table, table_path
from parley.data.renaming import MASK
from parley.data.rows import read_rows
from parley.evaluation.audits.actor import NOBODY, ablate_actor
from parley.evaluation.audits.asking import answers, as_they_are
from parley.evaluation.audits.contrast import contrast_groups
from parley.evaluation.audits.names import swap_names
from parley.evaluation.audits.surface import EDITS, SPELLINGS, surface_edits
from parley.evaluation.bootstrap import Resampler
from parley.labels import LABELS

ROWS = [
    ("Russia said Russia would talk, but an Iranian envoy refused.", "Russia", 0, "conciliatory"),
    ("Russia said Russia would talk, but an Iranian envoy refused.", "Iranian envoy", 38, "hostile"),
    ('Hamas "never" left the talks, the ceasefire\'s sponsors said.', "Hamas", 0, "none"),
    ("The rebels left Paris.", "The rebels", 0, "none"),
]


@pytest.fixture
def rows(tmp_path):
    parties = {"Russia": "Russia", "Iranian envoy": "Iran", "Hamas": "Hamas", "The rebels": "rebels"}
    lines = [
        {"id": str(i), "text": text, "actor": actor, "start": start, "end": start + len(actor)}
        | {"label": label, "party": parties[actor], "group": text}
        for i, (text, actor, start, label) in enumerate(ROWS)
    ]
    return read_rows(write_jsonl(tmp_path / "rows.jsonl", lines), LABELS)


class Model:
    """A made-up model that answers by a rule and remembers what it was asked."""

    def __init__(self, rule):
        self.rule, self.asked = rule, []

    def __call__(self, texts, actors, spans):
        self.asked += list(zip(texts, actors, spans, strict=True))
        rows = [np.eye(4)[LABELS.index(self.rule(text, actor))] for text, actor in zip(texts, actors, strict=True)]
        return np.array(rows, dtype=np.float32)


def swapped(rows, rule, names=3):
    model = Model(rule)
    base = answers(model, as_they_are(rows))
    model.asked.clear()
    return swap_names(model, rows, LABELS, base, read_table(table_path()), names), model.asked


def test_names_are_swapped_in_text_and_actor_within_their_kind(rows):
    found, asked = swapped(rows, lambda text, actor: "none")
    assert (found.rows, found.unnamed) == (3, 1)
    assert found.flips.count == 0
    texts = [text for text, *_ in asked]
    assert "Abkhazia said Abkhazia would talk, but an Iranian envoy refused." in texts
    assert "Russia said Russia would talk, but an Afghan envoy refused." in texts
    assert not any("Iran said" in text or "Russian envoy" in text for text in texts), "one party twice in a sentence"
    assert all(text[start:end] == actor for text, actor, (start, end) in asked)
    assert not any("Russia" in actor for text, actor, _ in asked if text.count("Iranian") and "said" in text[:10])


def test_a_model_that_goes_by_the_name_is_found_out_with_its_direction(tmp_path):
    lines = [{"text": f"{name} left Paris.", "actor": name, "label": "none"} for name in ("Russia", "Iran", "Egypt")]
    lines = [line | {"id": line["actor"], "party": line["actor"], "group": line["actor"]} for line in lines]
    rows = read_rows(write_jsonl(tmp_path / "three.jsonl", lines), LABELS)
    found, _ = swapped(rows, lambda text, actor: "hostile" if "Iran" in actor else "conciliatory")
    assert found.flips.count >= 2
    furthest = {shift.party: shift.lean for shift in found.parties}
    assert furthest["Iran"] > 0 > furthest["Russia"]
    assert abs(found.parties[0].lean) == max(map(abs, furthest.values()))
    assert found.masked.count == 0
    assert found.masked.support == found.flips.support


def test_masked_names_leave_only_the_words_that_hang_on_a_name_to_flip(tmp_path):
    texts = ["A Russian envoy said the Russian army would hold its fire.", "A Russian envoy said it would be held."]
    line = {"actor": "Russian envoy", "label": "none", "party": "Russia"}
    lines = [line | {"id": text, "text": text, "group": text} for text in texts]
    rows = read_rows(write_jsonl(tmp_path / "two.jsonl", lines), LABELS)
    found, _ = swapped(rows, lambda text, actor: "hostile" if "Russia" in text else "none")
    assert (found.flips.share, found.masked.share) == (1.0, 0.5)


def test_a_model_that_reads_the_actor_falls_when_it_is_hidden_or_exchanged(rows):
    truth = {(text, actor): label for text, actor, _, label in ROWS}
    model = Model(lambda text, actor: truth.get((text, actor), "none"))
    found = ablate_actor(model, rows, LABELS, list(rows["label"]), Resampler.over(list(rows["group"])))
    assert found.hidden.before.accuracy == 1.0
    assert found.hidden.drop.value == pytest.approx(0.5)
    assert found.other.before.support == 2
    assert found.other.drop.value == 1.0
    assert {actor for _, actor, _ in model.asked} >= {NOBODY, MASK}


def test_a_model_that_goes_by_the_name_falls_when_it_is_masked_and_one_that_reads_does_not(rows):
    draws, guess = Resampler.over(list(rows["group"])), list(rows["label"])
    by_name = {actor: label for _, actor, _, label in ROWS}
    found = ablate_actor(Model(lambda _, actor: by_name.get(actor, "none")), rows, LABELS, guess, draws)
    assert found.masked.drop.value == pytest.approx(0.5)
    reads = Model(
        lambda text, actor: (
            "hostile" if f"{actor} refused" in text else "conciliatory" if f"{actor} said" in text else "none"
        )
    )
    assert ablate_actor(reads, rows, LABELS, guess, draws).masked.drop.value == 0.0


def test_a_model_blind_to_the_actor_loses_nothing(rows):
    guess = ["none"] * 4
    found = ablate_actor(Model(lambda *_: "none"), rows, LABELS, guess, Resampler.over(list(rows["group"])))
    assert found.hidden.drop.value == found.other.drop.value == 0.0


def test_a_file_of_single_actors_has_no_other_to_ask(rows):
    part = rows.select([2, 3])
    guess, draws = ["none"] * 2, Resampler.over(["a", "b"])
    assert ablate_actor(Model(lambda *_: "none"), part, LABELS, guess, draws).other is None


def test_contrast_groups_are_right_as_a_whole_or_not_at_all(tmp_path):
    labels = ["hostile", "conditional", "none", "none", "hostile", "none"]
    lines = [
        {"id": str(i), "text": f"Text {i}.", "actor": "Text", "label": label}
        | {"contrast": group, "contrast_type": kind, "invariant": kind == "paraphrase"}
        for i, (group, kind, label) in enumerate(
            zip("aabbcc", ["until"] * 2 + ["paraphrase"] * 2 + ["until"] * 2, labels, strict=True)
        )
    ]
    rows = read_rows(write_jsonl(tmp_path / "c.jsonl", lines), LABELS)
    guess = ["hostile", "conditional", "none", "hostile", "hostile", "hostile"]
    found = contrast_groups(rows, guess, LABELS)
    assert (found.whole.count, found.whole.support) == (1, 3)
    assert {kind.name: (kind.whole.count, kind.whole.support) for kind in found.types} == {
        "until": (1, 2),
        "paraphrase": (0, 1),
    }
    assert (found.invariance_flips.count, found.invariance_flips.support) == (1, 1)


def test_every_edit_changes_the_text_and_keeps_hold_of_the_actor(rows):
    model = Model(lambda text, actor: "none")
    found = {edit.name: edit for edit in surface_edits(model, rows, LABELS, answers(model, as_they_are(rows)))}
    assert set(found) == set(EDITS)
    assert all(edit.flips.count == 0 for edit in found.values())
    assert found["upper case"].flips.support == 4
    assert found["typographic quotes"].flips.support == 1
    assert found["British or American spelling"].flips.support == 1
    assert all(text[start:end] == actor for text, actor, (start, end) in model.asked)
    assert any("“never”" in text and "ceasefire’s" in text for text, *_ in model.asked)
    assert any("cease-fire" in text for text, *_ in model.asked)


def test_an_edit_that_matters_is_counted(rows):
    model = Model(lambda text, actor: "hostile" if text.isupper() else "none")
    found = {edit.name: edit for edit in surface_edits(model, rows, LABELS, answers(model, as_they_are(rows)))}
    assert (found["upper case"].flips.count, found["upper case"].right.count) == (4, 1)
    assert found["lower case"].flips.count == 0


def test_typing_errors_spare_the_actor_and_come_at_their_rate():
    typos = next(edit for name, edit in EDITS.items() if "typing" in name)
    before, actor, after = typos("talks " * 500, "Ruritania", "truce " * 500, random.Random(0))
    changed = sum(a != b for a, b in zip(before + after, "talks " * 500 + "truce " * 500, strict=True)) / 6000
    assert actor == "Ruritania"
    assert 0.015 < changed < 0.05
    assert sorted(before) == sorted("talks " * 500)


def test_spellings_are_pairs_of_their_own():
    words = [word for pair in SPELLINGS for word in pair]
    assert len(words) == len(set(words))
