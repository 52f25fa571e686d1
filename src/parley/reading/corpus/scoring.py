"""One shard scored: rows in, a table of answers out, with what was rejected, skipped and discarded told apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from parley.actors import ActorTable, default_table
from parley.labels import NONE
from parley.model.classifier import StanceClassifier
from parley.model.screen import Screen
from parley.reading.corpus.inputs import Columns, Item, Row, parse
from parley.reading.questions import questions

NAMES = ("id", "file", "line", "text", "actor", "party", "label")
"""Columns of an answer; after them stand a probability for each label, and whether the row was screened."""

NOBODY = "no party of the alias table in it"
PASSED_OVER = "its parties are places, names or spoken of, none takes part"


@dataclass
class Counts:
    """What became of some rows: each is scored, screened, skipped or rejected.

    Attributes:
        rows: number of rows.
        scored: rows that the classifier read.
        answers: its answers; a row has one for each party asked.
        screened: rows that the first stage took for ``none``.
        skipped: rows without a party to ask, by reason.
        rejected: rows that cannot be scored.
    """

    rows: int = 0
    scored: int = 0
    answers: int = 0
    screened: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    rejected: int = 0

    def add(self, other: "Counts") -> None:
        """Add the counts of other rows."""
        for name in ("rows", "scored", "answers", "screened", "rejected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.skipped = dict(sorted((Counter(self.skipped) + Counter(other.skipped)).items()))


@dataclass(frozen=True)
class Scored:
    """What comes of a shard: its answers, and the rows that cannot be scored as (file, line, reason)."""

    table: pa.Table
    rejects: list[tuple[str, int, str]]
    counts: Counts


@dataclass(frozen=True)
class Plan:
    """What a worker needs to know to score a shard anywhere.

    Attributes:
        run: the run folder.
        columns: which columns hold what.
        screen: whether the first stage goes before the classifier.
        actors: an alias table of the user's own, read before the one that comes with Parley.
        keep_text: whether the answers hold the sentence.
        threads: threads that the classifier computes with; as many as there are cores by default.
    """

    run: str
    columns: Columns
    screen: bool = True
    actors: str | None = None
    keep_text: bool = True
    threads: int | None = None

    def load(self) -> "Scorer":
        """Load model and tables.

        Raises:
            ParleyError: the run or the alias table is at fault, or the run has no first stage.
        """
        clf = StanceClassifier.from_pretrained(self.run, threads=self.threads)
        screen = Screen.from_run(self.run, clf.labels) if self.screen else None
        table = default_table().joined(Path(self.actors)) if self.actors else default_table()
        return Scorer(clf, screen, table, self.columns, self.keep_text)


@dataclass
class _Question:
    """A text and a party of a row; ``probabilities`` stays ``None`` where the row is screened."""

    row: Row
    text: str
    actor: str | None
    party: str | None
    screened: bool
    label: str = NONE
    probabilities: NDArray[np.float32] | None = None


class Scorer:
    """Scores shards; what it makes of one depends on nothing else."""

    def __init__(
        self, clf: StanceClassifier, screen: Screen | None, actors: ActorTable, columns: Columns, keep_text: bool = True
    ) -> None:
        self.clf, self.screen, self.actors, self.columns, self.keep_text = clf, screen, actors, columns, keep_text

    def score(self, items: Sequence[Item]) -> Scored:
        """Score some rows; answers stand in the order of the rows, and within a row in the order of its text."""
        rejects, rows = [], []
        for item in items:
            parsed = parse(item, self.columns)
            if isinstance(parsed, str):
                rejects.append((item.file, item.line, parsed))
            else:
                rows.append(parsed)
        asked: list[_Question] = []
        skipped: Counter[str] = Counter()
        for row, read in zip(rows, self._passes(rows), strict=True):
            found, reason = self._questions(row) if read else ([self._given(row, screened=True)], "")
            asked += found
            if reason:
                skipped[reason] += 1
        unread = sum(question.screened for question in asked)
        counts = Counts(
            rows=len(items),
            scored=len(rows) - unread - skipped.total(),
            answers=self._answer([question for question in asked if not question.screened]),
            screened=unread,
            skipped=dict(sorted(skipped.items())),
            rejected=len(rejects),
        )
        return Scored(self._table(asked), rejects, counts)

    def _passes(self, rows: Sequence[Row]) -> Sequence[bool]:
        return [True] * len(rows) if self.screen is None else self.screen.passes([row.text for row in rows]).tolist()

    def _questions(self, row: Row) -> tuple[list[_Question], str]:
        """Return what is asked of a row, or the reason why nothing is."""
        if row.actor is not None:
            return [self._given(row, screened=False)], ""
        taken = questions(row.text, self.actors)
        if not taken.asked:
            return [], PASSED_OVER if any(skip.party for skip in taken.skipped) else NOBODY
        return [_Question(row, found.text, found.actor, found.party, False) for found in taken.asked], ""

    def _given(self, row: Row, screened: bool) -> _Question:
        """Ask a row about its own actor; the party is the one that the alias table knows by that name."""
        party = row.actor
        if party is not None:
            found = self.actors.find(party)
            party = found[0].readings[0].party if len(found) == 1 and found[0].certain else party
        return _Question(row, row.text, row.actor, party, screened)

    def _answer(self, asked: Sequence[_Question]) -> int:
        """Let the classifier answer; returns the number of answers."""
        given = [(question.text, question.actor) for question in asked if question.actor is not None]
        probabilities = self.clf.predict_proba([text for text, _ in given], [actor for _, actor in given])
        for question, row in zip(asked, probabilities, strict=True):
            question.label, question.probabilities = self.clf.labels[int(row.argmax())], row
        return len(given)

    def _table(self, asked: Sequence[_Question]) -> pa.Table:
        schema = self.schema()
        columns: dict[str, list[Any]] = {name: [] for name in schema.names}
        for question in asked:
            row = question.row
            values = (row.id, row.file, row.line, question.text, question.actor, question.party, question.label)
            shares = [None] * len(self.clf.labels) if question.probabilities is None else question.probabilities
            whole = dict(zip(NAMES, values, strict=True), screened=question.screened)
            whole |= {f"p_{label}": share for label, share in zip(self.clf.labels, shares, strict=True)}
            for name, held in columns.items():
                held.append(whole[name])
        return pa.table(columns, schema)

    def schema(self) -> pa.Schema:
        """Return the columns of the answers."""
        texts = [(name, pa.int64() if name == "line" else pa.string()) for name in NAMES]
        shares = [(f"p_{label}", pa.float32()) for label in self.clf.labels]
        kept = [field for field in texts if self.keep_text or field[0] != "text"]
        return pa.schema([*kept, *shares, ("screened", pa.bool_())])
