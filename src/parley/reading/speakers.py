"""Who speaks: direct and indirect quotations of an article and the speaker of each, by rules over reporting verbs.

The words of a quotation that runs over several sentences, or that goes on after its attribution, belong to one speaker.
A pronoun stands for the last speaker of its paragraph, or of the one before, and is marked. Where no speaker is named,
none is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from parley.reading.attributions import PRONOUN, Attribution, Span, attributions
from parley.reading.mentions import ActorMention
from parley.reading.sentences import Sentence, paragraphs

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


@dataclass
class _Talk:
    """What is known of who spoke so far: the last speaker and the paragraph (by number) where that was."""

    speaker: str = ""
    mention: ActorMention | None = None
    paragraph: int = -2
    found: list[Utterance] = field(default_factory=list)


def utterances(text: str, sentences: list[Sentence], mentions: Iterable[ActorMention]) -> list[Utterance]:
    """Find the quotations of an article, direct and indirect, and their speakers.

    Args:
        text: the article.
        sentences: its sentences.
        mentions: the mentions found in it; those passed over name no speaker.

    Returns:
        Utterances in the order of the text; an indirect one may hold quoted words of the same speaker.
    """
    parties = [mention for mention in mentions if not mention.reason]
    talk = _Talk()
    blocks = paragraphs(text)
    for number, (start, end) in enumerate(blocks):
        quoted = [(start + m.start(), start + m.end()) for m in _QUOTES.finditer(text[start:end])]
        inside = [sentence for sentence in sentences if start <= sentence.start < end]
        _paragraph(text, number, inside, quoted, parties, talk)
    return sorted(_carried_back(text, blocks, talk.found), key=lambda words: words.start)


def _paragraph(
    text: str, number: int, sentences: list[Sentence], quoted: list[Span], parties: list[ActorMention], talk: _Talk
) -> None:
    last: Utterance | None = None
    for sentence in sentences:
        cues = attributions(text, sentence, quoted)
        first_end = next((cue.start for cue in cues), sentence.end)
        ending = [
            span for span in quoted if sentence.start < span[1] <= sentence.end or _reaches(span, sentence, sentences)
        ]
        spoken = [_resolve(text, cue, number, parties, talk, sentences, sentence) for cue in cues]
        used: set[int] = set()
        for span in ending:
            choice = _nearest(span, cues)
            if choice is None:
                follows = last is not None and last.direct and span[0] < first_end and _alone(text, span, sentence)
                words = replace(last, start=span[0], end=span[1], cue=None) if follows and last else None
                words = words or Utterance(*span, "", None, True)
            elif any(a <= span[0] and span[1] <= b for a, b in [cues[choice].content or (0, 0)]):
                continue
            else:
                used.add(choice)
                words = replace(spoken[choice], start=span[0], end=span[1], direct=True)
            talk.found.append(words)
            last = words
        for i, (cue, words) in enumerate(zip(cues, spoken, strict=True)):
            if i not in used and cue.content:
                talk.found.append(replace(words, start=cue.content[0], end=cue.content[1]))
                last = talk.found[-1] if not ending else last
        if cues and spoken[-1].speaker:
            talk.speaker, talk.mention, talk.paragraph = spoken[-1].speaker, spoken[-1].mention, number
            last = replace(spoken[-1], direct=True)


def _reaches(span: Span, sentence: Sentence, sentences: list[Sentence]) -> bool:
    """Whether a quotation left open runs to the end of the paragraph, of which this is the last sentence."""
    return sentence is sentences[-1] and span[0] < sentence.end < span[1]


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


def _resolve(
    text: str,
    cue: Attribution,
    number: int,
    parties: list[ActorMention],
    talk: _Talk,
    sentences: list[Sentence],
    sentence: Sentence,
) -> Utterance:
    """Name the speaker of an attribution; its words are filled in by the caller."""
    start, end = cue.speaker
    named = text[start:end]
    empty = Utterance(0, 0, "", None, False, cue=cue.speaker)
    if not PRONOUN.fullmatch(named):
        own = [mention for mention in parties if start <= mention.start < end]
        mention = (
            own[0] if own and not _OUTSIDERS.search(text[start : max(own[0].start, start)] + named[-30:]) else None
        )
        return replace(empty, speaker=" ".join(named.split()), mention=mention)
    if talk.speaker and number - talk.paragraph <= 1:
        return replace(empty, speaker=talk.speaker, mention=talk.mention, pronoun=True)
    before = sentences[sentences.index(sentence) - 1] if sentence is not sentences[0] else None
    subject = before and next((m for m in parties if before.start <= m.start <= before.start + 4), None)
    if subject:
        return replace(empty, speaker=subject.text, mention=subject, pronoun=True)
    return empty


def _carried_back(text: str, blocks: list[Span], found: list[Utterance]) -> list[Utterance]:
    """Give a quotation left open at the end of its paragraph the speaker of the quotation that goes on with it."""
    direct = sorted((words for words in found if words.direct), key=lambda words: words.start)
    ends = {end for _, end in blocks}
    for words, following in reversed(list(pairwise(direct))):
        if words.end in ends and not words.speaker and text[words.end - 1] not in "”\"’'":
            speaker = next(w for w in found if w.start == following.start)
            found[found.index(words)] = replace(words, speaker=speaker.speaker, mention=speaker.mention)
    return found
