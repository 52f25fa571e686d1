import pytest
from tests.conftest import make_rows, write_jsonl

from parley.reading.corpus.figures import speed
from parley.reading.corpus.made_up import read_sources


@pytest.mark.slow
def test_speed_is_a_ratio_to_the_stock_pipeline_and_recall_is_over_different_sentences(tmp_path, screened_run):
    (tmp_path / "general.txt").write_text("Rain fell.\nNovak ran 400 metres in Oslo on Monday.\n")
    sources = read_sources([write_jsonl(tmp_path / "rows.jsonl", make_rows())], tmp_path / "general.txt")
    ratio, recall = speed(screened_run, sources, 1)
    assert ratio.ratios[0] > 0
    assert "against" in ratio.detail
    assert recall.detail.endswith("of 5")
