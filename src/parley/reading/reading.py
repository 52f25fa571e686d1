"""A reading: where each party stands in an article, sentence by sentence and as a whole."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from parley.actors import ActorTable
from parley.errors import needing
from parley.labels import stances
from parley.model.classifier import Prediction, StanceClassifier
from parley.reading.articles import Article
from parley.reading.questions import Question, Skipped, questions
from parley.reading.sentences import Sentence
from parley.reading.speakers import Utterance

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Answer(Question):
    """A question and what the model said to it."""

    prediction: Prediction

    @property
    def label(self) -> str:
        """Return the most probable label; a reading does not abstain."""
        return max(self.prediction.probabilities, key=self.prediction.probabilities.__getitem__)


@dataclass(frozen=True)
class PartyReading:
    """Where one party stands in an article.

    Attributes:
        party: its canonical name.
        support: number of sentences that were asked about it.
        counts: number of sentences by label, in label order.
        probabilities: mean probability by label.
        telling: the sentence that shows a stance with the highest probability.
    """

    party: str
    support: int
    counts: dict[str, int]
    probabilities: dict[str, float]
    telling: Answer


@dataclass(frozen=True)
class Reading:
    """An article read.

    Attributes:
        article: what was read; all offsets point into its ``text``.
        labels: label names in their order.
        sentences: its sentences.
        utterances: who says what in it.
        answers: a prediction for each sentence and party, in the order of the text.
        skipped: what was not asked, each with the reason.
    """

    article: Article
    labels: list[str]
    sentences: list[Sentence]
    utterances: list[Utterance]
    answers: list[Answer]
    skipped: list[Skipped]

    def by_party(self) -> list[PartyReading]:
        """Sum up each party, those with the most sentences first."""
        answers_of: dict[str, list[Answer]] = {}
        for answer in self.answers:
            answers_of.setdefault(answer.party, []).append(answer)
        sides = stances(self.labels)
        return sorted(
            (self._party(party, answers, sides) for party, answers in answers_of.items()),
            key=lambda found: (-found.support, found.party),
        )

    def _party(self, party: str, answers: list[Answer], sides: list[str]) -> PartyReading:
        guesses = [answer.label for answer in answers]
        rows = [answer.prediction.probabilities for answer in answers]
        return PartyReading(
            party=party,
            support=len(answers),
            counts={label: guesses.count(label) for label in self.labels},
            probabilities={label: sum(row[label] for row in rows) / len(rows) for label in self.labels},
            telling=max(answers, key=lambda answer: max(answer.prediction.probabilities[side] for side in sides)),
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat mapping for each answer: where it stands, who is asked, the label and the probabilities."""
        return [
            {
                "source": self.article.source,
                "date": self.article.date,
                "sentence": answer.sentence,
                "text": self.sentences[answer.sentence].text,
                "actor": answer.actor,
                "party": answer.party,
                "how": answer.how,
                "start": answer.start,
                "end": answer.end,
                "label": answer.label,
                **{f"p_{label}": round(answer.prediction.probabilities[label], 6) for label in self.labels},
            }
            for answer in self.answers
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole reading as plain lists and mappings, the summary by party among them."""
        return asdict(self) | {"by_party": [asdict(party) for party in self.by_party()]}

    def to_json(self) -> str:
        """Return the whole reading as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    def to_pandas(self) -> "DataFrame":
        """Return the answers as a data frame with the columns of ``rows``."""
        return to_frame([self])


def to_frame(readings: Sequence[Reading]) -> "DataFrame":
    """Return the answers of several readings as one data frame; without answers it has no rows."""
    with needing("pandas to make a data frame", "tables"):
        from pandas import DataFrame

    names = ["source", "date", "sentence", "text", "actor", "party", "how", "start", "end", "label"]
    shares = [f"p_{label}" for label in readings[0].labels] if readings else []
    return DataFrame([row for reading in readings for row in reading.rows()], columns=[*names, *shares])


def read(clf: StanceClassifier, article: Article | str, table: ActorTable | None = None) -> Reading:
    """Read an article: find its sentences, parties and speakers, and ask the model about each.

    Args:
        clf: the classifier.
        article: an article, or its bare text.
        table: alias table to go by; the one that comes with Parley by default.
    """
    article = Article(article) if isinstance(article, str) else article
    taken = questions(article.text, table)
    asked = taken.asked
    predictions = clf.predict([question.text for question in asked], [question.actor for question in asked])
    answers = [Answer(**vars(question), prediction=found) for question, found in zip(asked, predictions, strict=True)]
    return Reading(article, clf.labels, taken.sentences, taken.utterances, answers, taken.skipped)
