import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "parley"
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))

ROOMS = ["", "data", "model", "evaluation", "reading"]
"""Rooms in the order in which they may import one another: a room imports from itself and from those before it."""

HEAVY = {
    "": set(),
    "data": {"datasets", "pyarrow", "tokenizers"},
    "model": {"datasets", "torch", "transformers", "tokenizers", "sklearn", "scipy", "onnx", "onnxruntime"},
    "evaluation": {"datasets", "sklearn", "scipy", "rapidfuzz", "krippendorff", "cleanlab", "matplotlib"},
    "evaluation/benchmarks": {"datasets", "sklearn", "torch", "transformers", "onnx", "onnxruntime"},
    "reading": {"datasets", "scipy", "trafilatura", "gradio", "pyarrow", "ray"},
}
EVERYWHERE = set.union(*HEAVY.values())
LATE = {("model/classifier.py", "parley.reading.reading")}
"""``StanceClassifier.read`` is a door of its own: it imports the room below when it is called."""
DOORS = {"__init__.py", *(module for module in MODULES if module.startswith("cli/"))}


def imports(module, top_level_only=False):
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def room_of(module):
    return module.split("/")[0] if "/" in module else ""


@pytest.mark.parametrize("module", [module for module in MODULES if module not in DOORS])
def test_imports_run_one_way(module):
    allowed = ROOMS[: ROOMS.index(room_of(module)) + 1]
    for name in imports(module):
        if name.startswith("parley.") and (module, name) not in LATE:
            parts = name.split(".")
            room = parts[1] if parts[1] in ROOMS else ""
            assert room in allowed, f"{module} imports {name}"


@pytest.mark.parametrize("module", [module for module in MODULES if module not in DOORS])
def test_heavy_libraries_stay_in_their_rooms(module):
    used = {name.split(".")[0] for name in imports(module)} & EVERYWHERE
    allowed = HEAVY.get(module.rpartition("/")[0], HEAVY[room_of(module)])
    assert used <= allowed, f"{module} imports {sorted(used)}"


@pytest.mark.parametrize("module", sorted(DOORS))
def test_the_doors_import_nothing_heavy_at_import(module):
    assert not {name.split(".")[0] for name in imports(module, top_level_only=True)} & EVERYWHERE


def test_the_classifier_does_not_need_training():
    assert "parley.model.training" not in set(imports("model/classifier.py"))


def test_importing_parley_is_quick_and_brings_no_torch():
    code = "import sys, time; t = time.time(); import parley; print(time.time() - t, 'torch' in sys.modules)"
    answers = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)
    ]
    seconds, heavy = min(answer.stdout.split() for answer in answers)
    assert heavy == "False"
    assert float(seconds) < 0.2


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.py")))
def test_scripts_are_thin(script):
    assert len((ROOT / "scripts" / script).read_text(encoding="utf-8").splitlines()) <= 30


@pytest.mark.parametrize("module", MODULES)
def test_modules_stay_small(module):
    assert len((SOURCE / module).read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("recipe", sorted(path.name for path in (ROOT / "configs").glob("*.yaml")))
def test_every_recipe_opens_with_purpose_command_and_score(recipe):
    head = (ROOT / "configs" / recipe).read_text(encoding="utf-8").split("\n\n")[0]
    assert re.search(r"^# Purpose: .*(\n#.*)*\n# Run: +.*(\n#.*)*\n# Scored: .+", head)
