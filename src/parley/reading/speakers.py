"""Who speaks: direct and indirect quotations of an article and the speaker of each, by rules over reporting verbs.

The words of a quotation that runs over several sentences, or that goes on after its attribution, belong to one speaker.
A pronoun stands for the last speaker of its paragraph, or of the one before, and is marked. Where no speaker is named,
none is guessed.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parley.reading.attributions import PRONOUN, Attribution, Span, attributions
from parley.reading.mentions import ActorMention
from parley.reading.sentences import Sentence, paragraphs, starting_in

SUBJECT_WITHIN = 5
"""A party that starts within so many characters of a sentence is its subject, an article before it allowed for."""

_OUTSIDERS = re.compile(
    r"\b(?:critics?|opponents?|analysts?|experts?|witness(?:es)?|residents?|famil(?:y|ies)|father|mother|relatives?|refugees?|survivors?|"
    r"historians?|professors?|victims?|protesters?)\b"
)
_QUOTES = re.compile(
    r"“[^”“]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<![\w‘’'])‘[^‘]*?(?:’(?!\w)|$)|(?<![\w'])'(?=[A-Z])[^']*?[.,?!]'(?!\w)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Utterance:
    """Words that somebody is reported to have said.

    Attributes:
        start: character offset of the words, quotation marks included.
        end: offset after them.
        speaker: who said them, in the words of the article; empty where nobody is named.
        mention: the party in the speaker's name, if it is a known one.
        direct: whether the words stand in quotation marks.
        pronoun: whether the article says ``he``, ``she``, ``it`` or ``they`` and the speaker was resolved.
        cue: offsets of the speaker's words or pronoun beside the utterance, where it has one of its own.
    """

    start: int
    end: int
    speaker: str
    mention: ActorMention | None
    direct: bool
    pronoun: bool = False
    cue: Span | None = None


def utterances(text: str, sentences: Sequence[Sentence], mentions: Iterable[ActorMention]) -> list[Utterance]:
    """Find the quotations of an article, direct and indirect, and their speakers.

    Args:
        text: the article.
        sentences: its sentences.
        mentions: the mentions found in it, in order; those passed over name no speaker.

    Returns:
        Utterances in the order of the text; an indirect one may hold quoted words of the same speaker.
    """
    listener = _Listener(text, [mention for mention in mentions if not mention.reason])
    blocks = paragraphs(text)
    for start, end in blocks:
        quoted = [(start + match.start(), start + match.end()) for match in _QUOTES.finditer(text[start:end])]
        listener.hear(starting_in(sentences, start, end), quoted)
    return sorted(_carried_back(text, blocks, listener.found), key=lambda words: words.start)


class _Listener:
    """Goes through an article paragraph by paragraph and remembers who spoke last, and where."""

    def __init__(self, text: str, parties: list[ActorMention]) -> None:
        self.text = text
        self.parties = parties
        self.found: list[Utterance] = []
        self.paragraph = 0
        self.speaker = Utterance(0, 0, "", None, False)
        self.spoke_in = -2

    def hear(self, sentences: Sequence[Sentence], quoted: list[Span]) -> None:
        """Find the utterances of the next paragraph, whose quotations stand at ``quoted``."""
        self.paragraph += 1
        last: Utterance | None = None
        for place, sentence in enumerate(sentences):
            final = place == len(sentences) - 1
            first = bisect_right(quoted, sentence.start, key=lambda span: span[1])
            near = quoted[first : bisect_left(quoted, sentence.end, lo=first, key=lambda span: span[0])]
            ending = [span for span in near if span[1] <= sentence.end or final]
            cues = attributions(self.text, sentence, near)
            spoken = [self._speaker(cue, sentences[place - 1] if place else None) for cue in cues]
            last = self._quoted(sentence, ending, cues, spoken, last)
            if cues and spoken[-1].speaker:
                self.speaker, self.spoke_in = spoken[-1], self.paragraph
                last = replace(spoken[-1], direct=True)

    def _quoted(
        self,
        sentence: Sentence,
        ending: list[Span],
        cues: list[Attribution],
        spoken: list[Utterance],
        last: Utterance | None,
    ) -> Utterance | None:
        """Give the quotations that end in a sentence, and its reported clauses, to their speakers; return the last."""
        used: set[int] = set()
        for span in ending:
            choice = _nearest(span, cues)
            if choice is None:
                goes_on = last is not None and last.direct and _alone(self.text, span, sentence)
                words = replace(last, cue=None) if last and goes_on else Utterance(*span, "", None, True)
            elif _within(span, cues[choice].content):
                continue
            else:
                used.add(choice)
                words = replace(spoken[choice], direct=True)
            last = replace(words, start=span[0], end=span[1])
            self.found.append(last)
        for i, (cue, words) in enumerate(zip(cues, spoken, strict=True)):
            if i not in used and cue.content:
                self.found.append(replace(words, start=cue.content[0], end=cue.content[1]))
        return last

    def _speaker(self, cue: Attribution, before: Sentence | None) -> Utterance:
        """Name the speaker of an attribution; ``before`` is the sentence before it in its paragraph."""
        start, end = cue.speaker
        empty = Utterance(0, 0, "", None, False, cue=cue.speaker)
        if not PRONOUN.fullmatch(self.text, start, end):
            named = " ".join(self.text[start:end].split())
            own = starting_in(self.parties, start, end)
            return replace(empty, speaker=named, mention=own[0] if own and not _OUTSIDERS.search(named) else None)
        if self.speaker.speaker and self.paragraph - self.spoke_in <= 1:
            return replace(empty, speaker=self.speaker.speaker, mention=self.speaker.mention, pronoun=True)
        subject = starting_in(self.parties, before.start, before.start + SUBJECT_WITHIN) if before else ()
        if subject:
            return replace(empty, speaker=subject[0].text, mention=subject[0], pronoun=True)
        return empty


def _within(span: Span, content: Span | None) -> bool:
    return content is not None and content[0] <= span[0] and span[1] <= content[1]


def _alone(text: str, span: Span, sentence: Sentence) -> bool:
    """Whether the quotation stands for itself: nothing before it in its sentence and little after it."""
    return not text[min(sentence.start, span[0]) : span[0]].strip() and len(text[span[1] : sentence.end].strip()) < 2


def _nearest(span: Span, cues: list[Attribution]) -> int | None:
    """Choose the attribution right after a quotation, else the last before it, else the next after it."""
    after = [i for i, cue in enumerate(cues) if cue.start >= span[1]]
    if after and cues[after[0]].start - span[1] <= 1:
        return after[0]
    before = [i for i, cue in enumerate(cues) if cue.end <= span[0]]
    return before[-1] if before else after[0] if after else None


def _carried_back(text: str, blocks: list[Span], found: list[Utterance]) -> list[Utterance]:
    """Give a quotation left open at the end of its paragraph the speaker of the quotation that goes on with it."""
    direct = sorted((words for words in found if words.direct), key=lambda words: words.start)
    ends = {end for _, end in blocks}
    for words, following in reversed(list(pairwise(direct))):
        if words.end in ends and not words.speaker and text[words.end - 1] not in "”\"’'":
            speaker = next(w for w in found if w.start == following.start)
            found[found.index(words)] = replace(words, speaker=speaker.speaker, mention=speaker.mention)
    return found
