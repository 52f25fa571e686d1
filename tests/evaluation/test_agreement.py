import pytest

from parley.evaluation.agreement import agreement
from parley.labels import LABELS


def test_kappa_and_alpha_are_those_counted_by_hand():
    pairs = [("hostile", "hostile")] * 4 + [("none", "none")] * 4 + [("hostile", "none")] * 2
    result = agreement(pairs, LABELS)
    assert (result.rows, result.differing) == (10, 2)
    chance = 0.6 * 0.4 + 0.4 * 0.6
    assert result.kappa == pytest.approx((0.8 - chance) / (1 - chance))
    assert result.kappa_by_label["none"] == pytest.approx(result.kappa)
    disagreement_by_chance = 2 * 10 * 10 / (20 * 19)
    assert result.alpha == pytest.approx(1 - 0.2 / disagreement_by_chance)


def test_rows_labelled_once_are_left_out():
    assert agreement([("none", "none"), ("hostile", "hostile"), ("none",), ()], LABELS).rows == 2
