"""What the model is asked of an article: one question for each sentence and each party that takes part in it.

The party asked of quoted words is their speaker. Whom the words are about is passed over there: being spoken of is no
position.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from parley.actors import ActorTable
from parley.reading.mentions import ActorMention, find
from parley.reading.references import references
from parley.reading.sentences import Sentence, split, starting_in
from parley.reading.speakers import Utterance, utterances

How = Literal["named", "speaker", "pronoun"]


@dataclass(frozen=True)
class Question:
    """One sentence and one party in it.

    Attributes:
        sentence: number of the sentence, from 0.
        actor: the party in the words of the article.
        party: its canonical name.
        start: where the party stands in the article or, where it speaks without being named there, its words.
        end: offset after that.
        how: ``named`` in the sentence; ``speaker`` of its words; ``pronoun``: ``he said``, resolved.
        text: what the model is given: the sentence, with the speaker's name put in where it is missing.
    """

    sentence: int
    actor: str
    party: str
    start: int
    end: int
    how: How
    text: str


@dataclass(frozen=True)
class Skipped:
    """A party or speaker in a sentence that the model is not asked about, and why; ``party`` may be empty."""

    sentence: int
    actor: str
    party: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Questions:
    """An article taken apart: its sentences, who says what in it, what is asked and what is not."""

    sentences: list[Sentence]
    utterances: list[Utterance]
    asked: list[Question]
    skipped: list[Skipped]


def questions(text: str, table: ActorTable | None = None) -> Questions:
    """Take an article apart; ``table`` says who is who (default: the table that comes with Parley)."""
    sentences, named = split(text), find(text, table)
    mentions = sorted([*named, *references(text, named)], key=lambda mention: mention.start)
    said = utterances(text, sentences, mentions)
    result = Questions(sentences, said, [], [])
    spoken = _by_sentence(sentences, said)
    for number, (sentence, words) in enumerate(zip(sentences, spoken, strict=True)):
        asked: dict[str, Question] = {}
        inside = starting_in(mentions, sentence.start, sentence.end)
        for candidate in [*_speakers(number, sentence, inside, words), *_named(number, sentence, inside, words)]:
            if isinstance(candidate, Skipped):
                result.skipped.append(candidate)
            elif (
                first := asked.setdefault(candidate.party, candidate)
            ) is not candidate and first.start != candidate.start:
                reason = f"the same party is asked about as {first.actor!r}"
                where = (candidate.start, candidate.end)
                result.skipped.append(Skipped(number, candidate.actor, candidate.party, *where, reason))
        result.asked.extend(sorted(asked.values(), key=lambda question: question.start))
    return result


def _by_sentence(sentences: list[Sentence], said: list[Utterance]) -> list[list[Utterance]]:
    """List the utterances that reach into each sentence."""
    spoken: list[list[Utterance]] = [[] for _ in sentences]
    starts = [sentence.start for sentence in sentences]
    for words in said:
        for number in range(max(bisect_right(starts, words.start) - 1, 0), bisect_left(starts, words.end)):
            if words.start < sentences[number].end:
                spoken[number].append(words)
    return spoken


def _speakers(
    number: int, sentence: Sentence, inside: Sequence[ActorMention], words: list[Utterance]
) -> Iterator[Question | Skipped]:
    """Ask about those who speak in a sentence."""
    for said in words:
        start, end = max(said.start, sentence.start), min(said.end, sentence.end)
        mention = said.mention
        if mention is None:
            reason = "the speaker is no known party" if said.speaker else "the speaker is not named"
            yield Skipped(number, said.speaker, "", start, end, reason)
        elif mention in inside:
            yield Question(number, mention.text, mention.party, mention.start, mention.end, "speaker", sentence.text)
        elif said.cue and sentence.start <= said.cue[0] < sentence.end:
            cut = (said.cue[0] - sentence.start, said.cue[1] - sentence.start)
            text = sentence.text[: cut[0]] + mention.text + sentence.text[cut[1] :]
            how: How = "pronoun" if said.pronoun else "speaker"
            yield Question(number, mention.text, mention.party, *said.cue, how, text)
        else:
            how = "pronoun" if said.pronoun else "speaker"
            yield Question(
                number, mention.text, mention.party, start, end, how, _attributed(sentence.text, mention.text)
            )


def _named(
    number: int, sentence: Sentence, inside: Sequence[ActorMention], words: list[Utterance]
) -> Iterator[Question | Skipped]:
    """Ask about those who are named in a sentence outside its quotations."""
    for mention in inside:
        quote = next((said for said in words if said.direct and said.start < mention.start < said.end), None)
        reason = mention.reason or (quote and f"in the quoted words of {quote.speaker or 'nobody named'}")
        if reason:
            yield Skipped(number, mention.text, mention.party, mention.start, mention.end, reason)
        else:
            yield Question(number, mention.text, mention.party, mention.start, mention.end, "named", sentence.text)


def _attributed(words: str, speaker: str) -> str:
    """Put the speaker's name to quoted words that stand without it, as in ``“They know why,” Peskov said``."""
    core = words.strip("“”\"‘’' ")
    return f"“{core if core[-1] in '?!' else core.rstrip('.,;') + ','}” {speaker} said."
