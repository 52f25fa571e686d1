import numpy as np
import pytest
from tests.conftest import make_rows, write_jsonl

from parley.data.rows import read_rows
from parley.labels import LABELS


@pytest.fixture
def case(tmp_path):
    """Rows of which the last is guessed wrong, and the probabilities that say so."""
    rows = read_rows(write_jsonl(tmp_path / "rows.jsonl", [r | {"party": "<b>Aland"} for r in make_rows()]), LABELS)
    probabilities = np.full((len(rows), 4), 0.1, dtype=np.float32)
    for i, label in enumerate(rows["label"]):
        probabilities[i, LABELS.index(label)] = 0.7
    probabilities[-1] = [0.7, 0.1, 0.1, 0.1]
    return rows, probabilities
