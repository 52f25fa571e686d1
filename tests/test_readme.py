import re
from pathlib import Path

from parley.labels import LABELS

README = Path(__file__).parents[1] / "README.md"


def test_the_python_example_stands_within_thirty_lines_and_runs(run, tmp_path, monkeypatch, capsys):
    text = README.read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert text[: code.end()].count("\n") <= 30
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "default").symlink_to(run)
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), "README.md", "exec"), {})
    label, *_ = capsys.readouterr().out.split()
    assert label in LABELS


def test_the_commands_it_names_exist():
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    targets = set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE))
    assert {"train", "test"} <= targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
    scripts = set(re.findall(r"scripts/[a-z_]+\.py", text))
    assert all((README.parent / script).is_file() for script in scripts)
