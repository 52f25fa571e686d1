"""Attributions in a sentence: ``Peskov said``, ``said the envoy``, ``according to Kyiv``; who speaks, and of what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parley.reading.sentences import Sentence
from parley.reading.words import (
    CALL,
    CLOSING,
    FINITE,
    NOT_SUBJECTS,
    OPENERS,
    SAY,
    SAY_THAT,
    SPEAKER_STARTS,
    SUBJECT_TAILS,
    TIMES,
    alternatives,
)

Span = tuple[int, int]

LONGEST = 2_000
"""Characters above which a sentence is a list or a table that was not cut, and nobody's words."""

LONG = 40
"""Characters after ``..., Peskov said,`` from which on the reported clause goes on rather than ends."""

PRONOUN = re.compile(r"(?i:he|she|it|they)")

_SAYING = re.compile(rf"(?<![\w'’-])(?:{alternatives(SAY | CALL)})(?![\w'’-])")
_ACCORDING = re.compile(r"(?i:\baccording to|(?<![\w-])per|\bin the words of) (?=[A-Zt]|an? |two )")
_PUT_IT = re.compile(r"\bAs (?P<np>[A-Z][\w.'’ -]*?) puts? it\b")
_ADDING = re.compile(r", (?:adding|saying|warning|insisting|arguing|noting)(?: that)? ")
_TAILS = re.compile(rf"(?:[ ,]+(?:{alternatives(SUBJECT_TAILS)}|on [A-Z][a-z]+day|[A-Z][a-z]+day))+$")
_NO_SUBJECT = re.compile(rf"(?:(?:^|[ ])(?:{alternatives(NOT_SUBJECTS)})|n't)$")
_OPENING = re.compile(rf"(?i:{alternatives(OPENERS)})\b")
_FINITE = re.compile(rf"\b(?:{alternatives(FINITE)})\b")
_SPEAKER_START = re.compile(rf"(?:[A-Z“]|al-|(?:{alternatives(SPEAKER_STARTS)})\b|(?:[a-z]+ ){{1,2}}[a-z]+s$)")
_CLAUSE = re.compile(r"¤+ |[,;] (?:while|but|and|whereas|though|although) |; | while | but |, an? \w+ (?:that|which) ")
_JOINT = re.compile(r"[,;]? (?:while|but|and|whereas|though|although)? ?$")
_LATER = re.compile(rf"$|[.,;!?]|\s*¤|\s(?:{alternatives(TIMES)}|the newspaper|the agency|[A-Z][a-z]+day)\b")
_SPEAKER_FOLLOWS = re.compile(rf" (?!that |it |he |she |they )(?:{_SPEAKER_START.pattern})")
_THAT = re.compile(r"[^,.]* that ")
_SPEAKER_END = re.compile(
    r"[.;:!?—¤]|,? (?:who|which|when|after|while|but|adding|"
    r"on [A-Z]|in an?|in the|at an?|at the|to reporters|during|as|"
    r"whose|told|before)\b|$"
)
_INITIAL = re.compile(r"(?:^|[ .])(?:[A-Z]|Gen|Col|Lt|Mr|Mrs|Dr|Maj|Sen|St|U\.S|U\.N)$")
_FULL_CLAUSE = re.compile(r" (?:that|he|she|it|they|[A-Z]\w+|the [\w ]+) (?:\w+ ){0,3}(?:was|were|would|is|had)\b")
_LISTENER = re.compile(r"(?: [\w'’-]+)? *(?:[\w'’-]+ ){0,5}?(?=that |there |he |she |they |it |[A-Z])")


@dataclass(frozen=True)
class Attribution:
    """Somebody is said to say something.

    Attributes:
        start: offset where the attribution begins, speaker and verb together.
        end: offset after it.
        speaker: offsets of the speaker's words.
        content: offsets of the clause that holds reported words, quotations aside; ``None`` where there is none.
    """

    start: int
    end: int
    speaker: Span
    content: Span | None


def attributions(text: str, sentence: Sentence, quoted: list[Span]) -> list[Attribution]:
    """Find the attributions of a sentence outside its quotations, in order."""
    if sentence.end - sentence.start > LONGEST:
        return []
    masked = list(text[sentence.start : sentence.end])
    for start, end in quoted:
        for i in range(max(start, sentence.start), min(end, sentence.end)):
            masked[i - sentence.start] = "¤"
    flat = "".join(masked).replace("\n", " ")
    found: list[Attribution] = []
    for local in [*_named(flat), *_by_verbs(flat)]:
        if not any(local.start < other.end and other.start < local.end for other in found):
            found.append(local)
    found += list(_going_on(flat, found))
    return [_moved(local, sentence.start) for local in sorted(_bounded(flat, found), key=lambda local: local.start)]


def _named(flat: str) -> Iterator[Attribution]:
    """``according to NP`` and ``As NP put it``."""
    for match in _ACCORDING.finditer(flat):
        if match[0].strip().lower() == "per" and not (match.start() == 0 or flat[match.start() - 2] == ","):
            continue
        end = _np_end(flat, match.end(), at_comma=match.start() < 3)
        content = (0, match.start()) if match.start() > 3 else (min(end + 2, len(flat)), len(flat))
        yield Attribution(match.start(), end, (match.end(), end), _trimmed(flat, content))
    for match in _PUT_IT.finditer(flat):
        yield Attribution(match.start(), match.end(), match.span("np"), None)


def _by_verbs(flat: str) -> Iterator[Attribution]:
    """``NP said`` and ``said NP``."""
    for verb in _SAYING.finditer(flat):
        before, after = flat[: verb.start()], flat[verb.end() :]
        quoted = before.endswith("¤ ")
        subject = _subject(before)
        if _SPEAKER_FOLLOWS.match(after) and (quoted or _ends_clause(before, subject, verb[0], after)):
            end = _np_end(flat, verb.end() + 1, at_comma=False)
            content = None if quoted else _trimmed(flat, (0, verb.start()))
            yield Attribution(verb.start(), end, (verb.end() + 1, end), content)
        elif subject:
            yield Attribution(subject[0], verb.end(), subject, _content(flat, subject, verb))


def _ends_clause(before: str, subject: Span | None, verb: str, after: str) -> bool:
    """Whether ``, said NP`` closes the clause before it, unlike a subject with an apposition: ``X, an envoy, said``."""
    if not before.endswith(", ") or verb not in CLOSING or not _is_clause(before):
        return False
    apposed = subject is not None and "," in before[subject[0] : subject[1]]
    return not (apposed and (_FINITE.search(after) or "¤" in after))


def _subject(before: str) -> Span | None:
    """Find the noun phrase that ends the text before a verb, auxiliaries and opening phrases cut off."""
    start = max((match.end() for match in _CLAUSE.finditer(before)), default=0)
    region = before[start:].rstrip()
    region = _TAILS.sub("", region) if not _TAILS.fullmatch(region) else region
    if _NO_SUBJECT.search(region) or not region:
        return None
    while _OPENING.match(region) and "," in region:
        cut = region.index(",") + 1
        start += cut + len(region[cut:]) - len(region[cut:].lstrip())
        region = region[cut:].lstrip()
    body = region.rstrip(",")
    if body == region and "," in body:
        cut = body.rindex(", ") + 2 if ", " in body else 0
        start, body = start + cut, body[cut:]
    head = body.split(",")[0]
    if not _SPEAKER_START.match(body) or _FINITE.search(head) or len(head.split()) > 12 or _OPENING.match(body):
        return None
    return start, start + len(body)


def _content(flat: str, subject: Span, verb: re.Match[str]) -> Span | None:
    """Find the clause of reported words around ``NP verb``."""
    lead, after = flat[: subject[0]].rstrip(), flat[verb.end() :]
    behind = _LATER.match(after) and not _THAT.match(after)
    if behind and lead.endswith(",") and "¤" not in lead and _is_clause(lead):
        whole = after.startswith(",") and len(after) >= LONG
        return _trimmed(flat, (verb.end() + 1, len(flat)) if whole else (0, subject[0]))
    if (behind and "¤" in lead and "¤" not in after) or verb[0] not in SAY:
        return None
    listener = _LISTENER.match(after) if verb[0] in ("told", "tells", "tell") else None
    rest = after[listener.end() :] if listener else after
    if verb[0] not in SAY_THAT and not re.match(r" (?:that|to|whether|if|for)\b", rest):
        return None
    if re.fullmatch(r"[^¤]{0,40}[:,]? ¤+.?", rest) and not _FULL_CLAUSE.match(rest):
        return None
    return _trimmed(flat, (len(flat) - len(rest), len(flat)))


def _is_clause(lead: str) -> bool:
    """Whether the words before an attribution are what was said, and no opening phrase."""
    return len(lead.split()) >= 3 and not _OPENING.match(lead)


def _going_on(flat: str, found: list[Attribution]) -> Iterator[Attribution]:
    """``..., adding that``: the speaker before goes on."""
    for match in _ADDING.finditer(flat):
        speaker = next((a.speaker for a in reversed(found) if a.end <= match.start()), None)
        if speaker:
            yield Attribution(match.start() + 2, match.end() - 1, speaker, _trimmed(flat, (match.end(), len(flat))))


def _bounded(flat: str, found: list[Attribution]) -> Iterator[Attribution]:
    """End the words of each attribution where the next begins."""
    for local in found:
        content = local.content
        if content and content[0] >= local.end:
            limit = min((other.start for other in found if other.start >= local.end), default=content[1])
            joint = _JOINT.search(flat[content[0] : limit])
            limit = content[0] + joint.start() if joint else limit
            content = (content[0], limit) if limit > content[0] + 3 else None
        yield Attribution(local.start, local.end, local.speaker, content)


def _np_end(flat: str, start: int, at_comma: bool) -> int:
    """End a noun phrase that begins at ``start``; its appositions stay with it unless ``at_comma``."""
    match = re.compile(r"[,.](?: |$)").search(flat, start) if at_comma else None
    end = match.start() if match else _sentence_np_end(flat, start)
    return start + len(flat[start:end].rstrip(" ,"))


def _sentence_np_end(flat: str, start: int) -> int:
    for match in _SPEAKER_END.finditer(flat, start):
        if match[0] == "." and re.search(
            r"(?:^|[ .])(?:[A-Z]|Gen|Col|Lt|Mr|Mrs|Dr|Maj|Sen|St|U\.S|U\.N)$", flat[start : match.start()]
        ):
            continue
        return match.start()
    return len(flat)


def _trimmed(flat: str, span: Span) -> Span | None:
    start, end = span
    start += len(flat[start:end]) - len(flat[start:end].lstrip(" ,:"))
    end = start + len(flat[start:end].rstrip(" ,"))
    return (start, end) if end - start > 3 else None


def _moved(local: Attribution, by: int) -> Attribution:
    content = local.content and (local.content[0] + by, local.content[1] + by)
    speaker = (local.speaker[0] + by, local.speaker[1] + by)
    return Attribution(local.start + by, local.end + by, speaker, content)
