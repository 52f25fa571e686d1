import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from parley.cli import main
from parley.errors import DataError, ParleyError, RunError
from parley.labels import LABELS
from parley.model.classifier import StanceClassifier
from parley.model.screen import Screen
from parley.reading.corpus.inputs import Columns
from parley.reading.corpus.job import score
from parley.reading.corpus.scoring import NOBODY, PASSED_OVER, Plan

ROOT = Path(__file__).parents[3]


def plan(run, actor="actor", **more):
    return Plan(str(run), Columns(actor=actor), **more)


def contents(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def answers(folder):
    return pd.read_parquet(folder / "scores")


def test_each_row_is_scored_screened_or_rejected_and_told(tmp_path, screened_run, corpus):
    outcome = score(plan(screened_run), corpus, tmp_path / "out", shard_rows=10)
    counts, found = outcome.counts, answers(tmp_path / "out")
    assert (counts.rows, counts.rejected, counts.skipped, outcome.resumed) == (62, 2, {}, 0)
    assert counts.scored + counts.screened == 60 == len(found)
    assert counts.screened == found["screened"].sum() > 0 < counts.scored
    assert list(found) == [
        "id",
        "file",
        "line",
        "text",
        "actor",
        "party",
        "label",
        *(f"p_{x}" for x in LABELS),
        "screened",
    ]
    assert found["id"].tolist()[:2] == ["0-r0-0", "0-r0-2"]
    assert found["file"].value_counts().to_dict() == {"a.jsonl": 30, "b.jsonl": 30}
    discarded = found[found["screened"]]
    assert (discarded["label"] == "none").all()
    assert discarded["p_none"].isna().all()
    rejects = [
        json.loads(line)
        for path in sorted((tmp_path / "out" / "rejects").iterdir())
        for line in path.read_text().splitlines()
    ]
    assert [(reject["file"], reject["line"]) for reject in rejects] == [("a.jsonl", 31), ("a.jsonl", 32)]
    assert "not JSON" in rejects[0]["reason"]


def test_scores_are_the_classifiers_own_and_the_screens(tmp_path, screened_run, corpus):
    score(plan(screened_run), corpus, tmp_path / "out", shard_rows=7)
    found = answers(tmp_path / "out")
    clf = StanceClassifier.from_pretrained(screened_run)
    passes = Screen.from_run(screened_run, LABELS).passes(found["text"])
    assert passes.tolist() == (~found["screened"]).tolist()
    read = found[~found["screened"]]
    wanted = clf.predict_proba(read["text"].tolist(), read["actor"].tolist())
    assert np.allclose(read[[f"p_{label}" for label in LABELS]].to_numpy(), wanted, atol=1e-5)
    assert read["label"].tolist() == [LABELS[i] for i in wanted.argmax(-1)]


def test_without_an_actor_column_every_party_found_is_asked_and_a_row_without_one_is_counted(tmp_path, run):
    texts = ["Kyiv offered talks but Moscow refused.", "The bakery won a prize.", "He lives in Kyiv."]
    pd.DataFrame({"text": texts}).to_csv(tmp_path / "a.csv", index=False)
    outcome = score(plan(run, actor=None, screen=False, keep_text=False), tmp_path / "a.csv", tmp_path / "out")
    found = answers(tmp_path / "out")
    assert found[["id", "actor", "party"]].to_numpy().tolist() == [
        ["a.csv:2", "Kyiv", "Ukraine"],
        ["a.csv:2", "Moscow", "Russia"],
    ]
    assert "text" not in found
    assert (outcome.counts.scored, outcome.counts.answers) == (1, 2)
    assert outcome.counts.skipped == {NOBODY: 1, PASSED_OVER: 1}


def test_a_killed_job_goes_on_and_gives_what_an_unbroken_one_gives(tmp_path, screened_run, corpus):
    score(plan(screened_run), corpus, tmp_path / "whole", shard_rows=10)

    def stop(progress):
        if progress.rows == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score(plan(screened_run), corpus, tmp_path / "broken", shard_rows=10, on_progress=stop)
    (tmp_path / "broken" / "scores" / "part-000003.parquet.tmp").write_bytes(b"half")
    outcome = score(plan(screened_run), corpus, tmp_path / "broken", shard_rows=10)
    assert (outcome.resumed, outcome.rows, outcome.counts.rows) == (3, 32, 62)
    assert contents(tmp_path / "broken") == contents(tmp_path / "whole")


def test_a_finished_job_started_again_does_nothing(tmp_path, screened_run, corpus):
    score(plan(screened_run), corpus, tmp_path / "out", shard_rows=10)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")}
    outcome = score(plan(screened_run), corpus, tmp_path / "out", shard_rows=10)
    assert (outcome.rows, outcome.counts.rows) == (0, 62)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")} == before


def test_other_input_settings_or_run_are_an_error_that_names_them(tmp_path, run, screened_run, corpus):
    out = tmp_path / "out"
    score(plan(screened_run), corpus, out, shard_rows=10)
    for changed, message in [
        (lambda: score(plan(screened_run), corpus, out, shard_rows=11), "differs in settings.shard_rows;"),
        (lambda: score(plan(screened_run, screen=False), corpus, out, shard_rows=10), "settings.screen"),
        (lambda: score(plan(run), corpus, out, shard_rows=10), "differs in run;"),
    ]:
        with pytest.raises(ParleyError, match=message):
            changed()
    (corpus / "b.jsonl").write_text('{"text": "x", "actor": "y"}\n')
    with pytest.raises(ParleyError, match=r"differs in inputs.b.jsonl; give the same again to go on"):
        score(plan(screened_run), corpus, out, shard_rows=10)


def test_a_folder_with_other_files_is_left_alone(tmp_path, run, corpus):
    with pytest.raises(ParleyError, match="found other files in it"):
        score(plan(run), corpus, corpus)


def test_a_run_at_fault_leaves_no_folder_behind(tmp_path, run, corpus):
    with pytest.raises(RunError, match="expected a run folder"):
        score(plan(tmp_path / "nowhere"), corpus, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_empty_file_is_an_error(tmp_path, run):
    (tmp_path / "a.jsonl").write_text("\n")
    with pytest.raises(DataError, match="expected at least one row, found none"):
        score(plan(run), tmp_path / "a.jsonl", tmp_path / "out")


def test_the_verb_tells_what_became_of_the_rows(tmp_path, screened_run, corpus, capsys):
    argv = ["score", str(screened_run), str(corpus), str(tmp_path / "out"), "--actor-column", "actor"]
    assert main(argv) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "62 rows:" in printed
    assert "screened out as none, 0 skipped, 2 rejected" in printed
    assert main([*argv[:3], str(tmp_path / "plain"), *argv[4:], "--no-screen"]) == 0
    assert "60 scored (60 answers), no first stage" in " ".join(capsys.readouterr().out.split())
    assert main([*argv, "--engine", "spark"]) == 1
    assert "expected local or ray, found 'spark'" in capsys.readouterr().err
    assert main([*argv, "--workers", "2"]) == 1
    assert "expected --engine ray with it" in capsys.readouterr().err


@pytest.mark.slow
def test_kill_9_at_random_moments_changes_nothing(tmp_path, screened_run, corpus):
    score(plan(screened_run), corpus, tmp_path / "whole", shard_rows=2)
    command = [
        sys.executable,
        str(ROOT / "scripts" / "score.py"),
        str(screened_run),
        str(corpus),
        str(tmp_path / "out"),
    ]
    command += ["--actor-column", "actor", "--shard-rows", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    draw = random.Random(0)
    for _ in range(3):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = len(list((tmp_path / "out").rglob("*.parquet")))
        while process.poll() is None and len(list((tmp_path / "out").rglob("*.parquet"))) == before:
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_two_ray_workers_give_what_one_process_gives(tmp_path, screened_run, corpus):
    ray = pytest.importorskip("ray")
    score(plan(screened_run), corpus, tmp_path / "one", shard_rows=10)
    outcome = score(plan(screened_run), corpus, tmp_path / "two", shard_rows=10, engine="ray", workers=2)
    assert outcome.counts.rows == 62
    assert not ray.is_initialized()
    one, two = answers(tmp_path / "one"), answers(tmp_path / "two")
    pd.testing.assert_frame_equal(one, two, rtol=1e-4)
    with pytest.raises(RunError, match="expected a run folder"):
        score(plan(tmp_path / "nowhere"), corpus, tmp_path / "three", engine="ray", workers=1)
    assert not ray.is_initialized()
