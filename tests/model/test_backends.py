import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from tests.conftest import SENTENCES

from parley.errors import PackageError, RunError
from parley.model import backends
from parley.model.classifier import StanceClassifier

LONG = "talks while the truce held " * 60
TEXTS = [text for text, *_ in SENTENCES] + [f"{LONG}Borduria ruled them out. {LONG}"] * 3
ACTORS = [actor for _, actor, *_ in SENTENCES] + ["Borduria", "Borduria", "Cordia"]
SPANS = [(-1, -1)] * len(SENTENCES) + [(-1, -1), (len(LONG), len(LONG) + 8), (-1, -1)]


@pytest.fixture(scope="module")
def answers(exported):
    return StanceClassifier.from_pretrained(exported, "torch").predict_proba(TEXTS, ACTORS, SPANS)


def test_fp32_answers_as_torch_does_also_on_long_texts_and_with_offsets(exported, answers):
    clf = StanceClassifier.from_pretrained(exported, "onnx-fp32")
    assert np.abs(clf.predict_proba(TEXTS, ACTORS, SPANS) - answers).max() < 1e-5


def test_int8_answers_nearly_as_torch_does(exported, answers):
    clf = StanceClassifier.from_pretrained(exported, "onnx-int8")
    assert np.abs(clf.predict_proba(TEXTS, ACTORS, SPANS) - answers).max() < 0.02


def test_auto_takes_what_the_export_settled_on_and_torch_without_one(run, exported, monkeypatch):
    names = [StanceClassifier.from_pretrained(folder).backend.name for folder in (run, exported)]
    assert names == ["torch", "onnx-int8"]
    monkeypatch.setattr(backends, "has_vnni", lambda: False)
    record = (exported / "onnx" / "export.json").read_text()
    assert backends.exported_as(exported) == ("fp32" if '"bits": 8' in record else "int8")


def test_a_file_that_was_not_exported_is_an_error_that_names_the_command(run, exported, tmp_path):
    with pytest.raises(RunError, match=r"found none; write it with: parley export"):
        StanceClassifier.from_pretrained(run, "onnx")
    shutil.copytree(exported, tmp_path / "run")
    (tmp_path / "run" / "onnx" / "int8.onnx").unlink()
    with pytest.raises(RunError, match=r"expected the file onnx/int8.onnx for backend 'auto'"):
        StanceClassifier.from_pretrained(tmp_path / "run")


def test_without_torch_a_run_that_is_not_exported_is_an_error_with_both_remedies(run, monkeypatch):
    monkeypatch.delitem(sys.modules, "parley.model.torch_backend", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(PackageError, match=r"parley export RUN, found no package torch; .* 'parley-stance\[train\]'"):
        StanceClassifier.from_pretrained(run)


def test_an_exported_run_predicts_and_reads_with_the_small_set_of_packages(exported, tmp_path):
    lean = tmp_path / "run"
    shutil.copytree(exported, lean)
    (lean / "model.safetensors").unlink()
    code = f"""
import sys
for name in ("torch", "transformers", "datasets", "sklearn", "scipy", "pandas", "pyarrow", "jinja2", "onnx"):
    sys.modules[name] = None
from parley.cli import main
assert main(["predict", {str(lean)!r}, "--text", "Aland offered talks.", "--actor", "Aland"]) == 0
(rows := __import__("pathlib").Path("rows.csv")).write_text("text,actor\\nAland left.,Aland\\n")
assert main(["predict", {str(lean)!r}, "rows.csv"]) == 0
rows.with_suffix(".txt").write_text("Kyiv offered talks on Monday. Moscow refused.")
assert main(["read", {str(lean)!r}, "rows.txt"]) == 0
assert main(["read", {str(lean)!r}, "rows.txt", "--output", "rows.parquet"]) == 1
assert main(["evaluate", {str(lean)!r}, "rows.csv"]) == 1
"""
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"label":') == 2
    errors = " ".join(done.stderr.split())
    assert "found no package pandas; install it with: pip install 'parley-stance[tables]'" in errors
    assert "install it with: pip install 'parley-stance[train]'" in errors
