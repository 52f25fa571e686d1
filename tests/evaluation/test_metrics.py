import numpy as np
import pytest
from sklearn.metrics import f1_score

from parley.evaluation.metrics import (
    SMALL,
    actor_scores,
    confusion,
    ece,
    label_scores,
    score,
    stance_score,
    wilson,
)
from parley.labels import LABELS

TRUTH = ["conciliatory", "hostile", "none", "none", "conditional", "hostile"]
GUESS = ["conciliatory", "hostile", "none", "hostile", "none", "hostile"]


def test_wilson_is_the_hand_computed_interval():
    low, high = wilson(8, 10)
    z, p, n = 1.959964, 0.8, 10
    centre, half = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    assert (low, high) == pytest.approx(
        ((centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)), abs=1e-6
    )
    assert wilson(0, 0) == (0.0, 1.0)


def test_accuracy_and_f1_are_those_counted_by_hand():
    result = score(TRUTH, GUESS, LABELS)
    assert result.support == 6
    assert result.accuracy == pytest.approx(4 / 6)
    f1 = [1.0, 0.0, 2 * (2 / 3) * 1 / (2 / 3 + 1), 0.5]
    assert result.f1_macro == pytest.approx(sum(f1) / 4)


def test_f1_over_labels_that_occur_is_that_of_scikit_learn():
    assert score(TRUTH[:3], GUESS[:3]).f1_macro == pytest.approx(f1_score(TRUTH[:3], GUESS[:3], average="macro"))


def test_unequal_lengths_are_an_error():
    with pytest.raises(ValueError, match="as many guesses as true labels, found 1 and 2"):
        score(["a", "b"], ["a"])


def test_stance_scores_ask_only_the_rows_with_a_stance_and_only_the_stances():
    probabilities = np.array([[0.3, 0.1, 0.1, 0.5], [0.1, 0.2, 0.3, 0.4], [0.9, 0.0, 0.1, 0.0]], dtype=np.float32)
    result = stance_score(["conciliatory", "conditional", "none"], probabilities, LABELS)
    assert result.support == 2
    assert result.accuracy == pytest.approx(0.5)


def test_labels_without_none_are_all_stances():
    probabilities = np.eye(3, dtype=np.float32)
    assert stance_score(["a", "b", "c"], probabilities, ["a", "b", "c"]).accuracy == 1.0


def test_label_scores_and_confusion_stand_in_label_order():
    by_label = label_scores(TRUTH, GUESS, LABELS)
    assert [label.label for label in by_label] == list(LABELS)
    assert [label.support for label in by_label] == [1, 1, 2, 2]
    assert by_label[2].precision == pytest.approx(2 / 3)
    assert confusion(TRUTH, GUESS, LABELS) == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 2, 0], [0, 0, 1, 1]]


def test_the_support_weighted_mean_over_actors_is_the_overall_accuracy():
    draw = np.random.default_rng(0)
    parties = draw.choice(["A", "B", "C", "D", "E"], 200, p=[0.5, 0.3, 0.15, 0.03, 0.02]).tolist()
    truth, guess = (draw.choice(LABELS, 200).tolist() for _ in range(2))
    by_actor = actor_scores(parties, truth, guess, min_support=20).by_actor
    weighted = sum(actor.accuracy * actor.support for actor in by_actor) / sum(actor.support for actor in by_actor)
    assert weighted == pytest.approx(score(truth, guess).accuracy)


def test_actors_stand_by_falling_support_and_small_ones_are_pooled_and_counted():
    parties = ["B"] * 3 + ["A"] * 2 + ["C", "D"]
    truth = ["none"] * 7
    guess = ["none", "none", "hostile", "none", "none", "none", "hostile"]
    scores = actor_scores(parties, truth, guess, min_support=2)
    assert [(a.party, a.support, a.parties) for a in scores.by_actor] == [
        ("B", 3, 1),
        ("A", 2, 1),
        (SMALL, 2, 2),
    ]
    assert scores.worst.party == "B"
    assert scores.mean_accuracy == pytest.approx((2 / 3 + 1) / 2)


def test_all_actors_small_leaves_no_worst_and_no_mean():
    scores = actor_scores(["A"], ["none"], ["none"], min_support=2)
    assert (scores.worst, scores.mean_accuracy, scores.mean_f1_macro) == (None, None, None)


def test_ece_is_the_gap_counted_by_hand():
    probabilities = np.array([[0.8, 0.2], [0.8, 0.2], [0.6, 0.4]], dtype=np.float32)
    assert ece(["a", "b", "a"], probabilities, ["a", "b"], bins=10) == pytest.approx((2 * 0.3 + 1 * 0.4) / 3, abs=1e-6)
