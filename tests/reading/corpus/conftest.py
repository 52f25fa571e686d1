import json
import shutil

import pytest
from tests.conftest import SENTENCES, make_rows, write_jsonl

from parley.labels import LABELS
from parley.model.screen import Screen


@pytest.fixture(scope="session")
def screened_run(run, tmp_path_factory):
    """A copy of the tiny run whose first stage discards about half of what it is given."""
    folder = shutil.copytree(run, tmp_path_factory.mktemp("screened") / "run")
    screen = Screen.from_run(folder, LABELS)
    screen.threshold = sorted(screen.scores([text for text, *_ in SENTENCES]))[3]
    screen.save(folder)
    return folder


@pytest.fixture
def corpus(tmp_path):
    """A folder of two files: 60 good rows, a broken line, a row without a text."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = [row | {"id": f"{n}-{row['id']}", "text": f"{row['text']} {n}"} for n in range(5) for row in make_rows()]
    write_jsonl(folder / "a.jsonl", rows[:30])
    with (folder / "a.jsonl").open("a") as file:
        file.write("{broken\n" + json.dumps({"actor": "Aland"}) + "\n")
    write_jsonl(folder / "b.jsonl", rows[30:])
    return folder
