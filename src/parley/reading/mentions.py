"""Which parties an article names, and where; what only bears a party's name is kept with the reason it is passed over.

The alias table says what a form can mean. The rules here say what it means in its place: ``Russian officials`` are a
party, ``a Russian novel`` is not; ``Kyiv`` rejects, ``in Kyiv`` is a place; ``RSF`` is whichever of its two parties the
article names elsewhere.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from parley.actors import ActorTable, Mention, default_table
from parley.reading.sentences import DATELINE
from parley.reading.words import (
    ACTS,
    COMMON_WORDS,
    DAYS,
    GOVERNING,
    MODIFIERS,
    MOVES,
    NOT_NAMES,
    PARTY_HEADS,
    PEOPLE_OF,
    PLACES,
    THINGS,
    TITLES,
    alternatives,
)

PLACE = "a place, not a party"
COMPOUND = "part of a compound"
DATED = "in a dateline"
NAME = "part of another name"
PEOPLE = "people, a language or a thing, not a party"

_NEXT = re.compile(r"(?:['’]s?)?(,?) ([\w.'’-]+)")
_NAME_BEFORE = re.compile(r"(?:^|[^\w.,;:’'-])([A-Z][a-z]+) $")
_PAST = re.compile(r" \w+ed (?!in\b|by\b|at\b|from\b)")
_DATELINES = re.compile(rf"(?m)^(?:{DATELINE.pattern})")
_PERSON = alternatives(TITLES | PARTY_HEADS | MODIFIERS)
_JOINT = re.compile(rf"(?:['’]s)?(?: (?:{_PERSON}))*[ \n]")


@dataclass(frozen=True)
class ActorMention:
    """A form of the alias table in an article.

    Attributes:
        text: the words, with the noun a demonym needs (``Russian officials``) or the name a title has.
        start: character offset in the article.
        end: offset after the last letter.
        party: the canonical name it stands for.
        reason: why it is no party here, or an empty string.
    """

    text: str
    start: int
    end: int
    party: str
    reason: str = ""


def find(text: str, table: ActorTable | None = None) -> list[ActorMention]:
    """Find the parties that an article names, ambiguous forms settled by its other mentions.

    Args:
        text: a whole article; what settles a form may stand anywhere in it.
        table: alias table to go by; the one that comes with Parley by default.

    Returns:
        Mentions in the order of the text; those passed over say why in ``reason``.
    """
    raw = (table or default_table()).find(text)
    datelines = [match.span() for match in _DATELINES.finditer(text)]
    opened = [start for start, _ in datelines]
    judged: list[tuple[Mention, int, str]] = []
    for i, mention in enumerate(raw):
        last = bisect_right(opened, mention.start) - 1
        if last >= 0 and mention.start < datelines[last][1]:
            judged.append((mention, mention.end, DATED))
        else:
            judged.append((mention, *_judge(text, raw, i)))
    evidence = Counter(
        mention.readings[0].party
        for mention, _, reason in judged
        if len(mention.readings) == 1 and not mention.readings[0].ambiguous and reason in ("", PLACE, DATED)
    )
    return list(_merged(text, [_settled(text, *verdict, evidence) for verdict in judged]))


def _judge(text: str, raw: list[Mention], i: int) -> tuple[int, str]:
    """Return where the mention ends, its noun included, and why it is passed over, if it is."""
    mention, kind = raw[i], raw[i].readings[0].kind
    if text[mention.start - 1 : mention.start] == "-" or re.match(r"-\w", text[mention.end : mention.end + 2]):
        return mention.end, COMPOUND
    before = text[max(0, mention.start - 60) : mention.start].replace("\n", " ")
    after = text[mention.end : mention.end + 80].replace("\n", " ")
    if kind == "demonym":
        return _demonym(raw, i, before, after)
    if kind in ("state", "capital", "leader") and _in_a_name(mention, before, after):
        return mention.end, NAME
    if kind in ("state", "capital", "seat") and _is_place(text, raw, i, before, after):
        return mention.end, PLACE
    if kind == "state" and mention.alias.replace(".", "").isupper():
        head, _ = _head(raw, i, after)
        return mention.end + head, ""
    return mention.end, ""


def _demonym(raw: list[Mention], i: int, before: str, after: str) -> tuple[int, str]:
    mention = raw[i]
    head, found = _head(raw, i, after)
    if found:
        return mention.end + head, ""
    following = _NEXT.match(after)
    article = re.search(r"(?:(\w+) )?[Tt]he $", before)
    collective = mention.alias.endswith(("s", "ese", "ish", "ch", "Swiss"))
    if article and collective and following and not following[1] and (following[2] in ACTS or _PAST.match(after)):
        return mention.end, ""
    if (
        article
        and collective
        and article[1] in ("with", "by", "between", "from", "against")
        and not (following and following[2] in ("in", "who", "living", "of"))
    ):
        return mention.end, ""
    return mention.end, PEOPLE


def _head(raw: list[Mention], i: int, after: str) -> tuple[int, bool]:
    """Find the noun of a party after a demonym: where it ends (0 over a coordination), and whether there is one."""
    demonyms = {mention.alias for mention in raw[i + 1 : i + 4] if mention.readings[0].kind in ("demonym", "state")}
    longer = {
        mention.alias.split()[0] for mention in raw[i + 1 : i + 4] if mention.readings[0].kind in ("ministry", "leader")
    }
    at, joined = 0, False
    for match in re.finditer(r"(,?) ([\w.-]+)(?:['’]s?)?", after):
        word = match[2]
        if match.start() != at:
            break
        if word in PARTY_HEADS and not match[1]:
            return (0 if joined else match.start(2) + len(word)), True
        if joined and word in longer and word not in PARTY_HEADS:
            return 0, True
        if match[1] and word not in demonyms:
            break
        if word not in MODIFIERS and word not in demonyms:
            break
        joined |= word in ("and", "or") or word in demonyms
        at = match.end()
    return 0, False


def _in_a_name(mention: Mention, before: str, after: str) -> bool:
    """Whether capitalised neighbours make it another person's or thing's name: ``Jack London``, ``Paris Hilton``."""
    reading = mention.readings[0]
    if mention.alias.isupper() or (" " in mention.alias and reading.kind == "leader"):
        return False
    given = _NAME_BEFORE.search(before)
    if given and (reading.kind != "state" or reading.ambiguous) and given[1] not in NOT_NAMES | TITLES | DAYS:
        return True
    if reading.kind == "leader":
        return False
    following = re.match(r" ([A-Z][a-z]+|river\b)", after)
    return following is not None and following[1] not in TITLES | DAYS | PARTY_HEADS | NOT_NAMES


def _is_place(text: str, raw: list[Mention], i: int, before: str, after: str) -> bool:
    kind = raw[i].readings[0].kind
    words = ["", *(re.sub(r"[Tt]he $", "", before) if kind != "capital" else before).split()]
    last = words[-1] if before.endswith(" ") else ""
    following = _NEXT.match(after)
    possessive = after.startswith(("'", "’"))
    if following and not following[1] and following[2].rstrip(".") in THINGS:
        return True
    if last.lower() in PLACES and not possessive:
        return last.lower() != "in" or words[-2] not in GOVERNING
    if last in ("to", "from", "for") and MOVES & set(words[-5:-1]):
        return True
    if last in ("of", "to") and words[-2].lower() in PEOPLE_OF:
        return True
    if kind == "capital" and re.search(r"\b(?:[Aa]n?|[Tt]he|[Hh]is|[Hh]er|[Tt]heir) $", before):
        return not (following and following[2] in GOVERNING)
    return _after_its_city(text, raw, i, before, after)


def _after_its_city(text: str, raw: list[Mention], i: int, before: str, after: str) -> bool:
    """Whether it follows a city and a comma: ``Doha, Qatar.`` and ``Atlanta, Georgia,``, but no list of countries."""
    if raw[i].readings[0].kind != "state" or not re.search(r"[A-Z]\w+, $", before) or not re.match(r"[,.]", after):
        return False
    previous = raw[i - 1] if i and raw[i - 1].end == raw[i].start - 2 else None
    return previous is None or (
        previous.readings[0].kind == "capital" and previous.readings[0].party == raw[i].readings[0].party
    )


def _settled(text: str, mention: Mention, end: int, reason: str, evidence: Counter[str]) -> ActorMention:
    """Choose the party that the rest of the article speaks for."""
    first = mention.readings[0]
    found = ActorMention(text[mention.start : end], mention.start, end, first.party, reason)
    if reason or not any(reading.ambiguous for reading in mention.readings):
        return found
    parties = [reading.party for reading in mention.readings]
    noted = [part.strip() for part in first.ambiguous.split(";")]
    known = [party for party in dict.fromkeys(parties + noted) if evidence[party]]
    if known and (best := max(known, key=lambda party: evidence[party])) and (best in noted or best in parties):
        return replace(found, party=best)
    if mention.alias in parties:
        return replace(found, party=mention.alias)
    if len(parties) > 1:
        return replace(found, reason=f"ambiguous: {' or '.join(parties)}, and the article does not say which")
    following = _NEXT.match(text[mention.end : mention.end + 40].replace("\n", " "))
    acts = following is not None and (following[2] in ACTS or following[2].endswith("ed"))
    linked = re.search(r"\b(?:with|between|and|by|against|on) $", text[max(0, mention.start - 10) : mention.start])
    name = first.kind in ("state", "demonym", "capital") and first.alias not in COMMON_WORDS
    if name or acts or linked:
        return found
    return replace(found, reason=f"ambiguous: perhaps {first.ambiguous}")


def _merged(text: str, mentions: list[ActorMention]) -> Iterator[ActorMention]:
    """Join a title and its name where both stand for one party: ``Russian Foreign Minister`` + ``Sergei Lavrov``."""
    held: ActorMention | None = None
    for mention in mentions:
        if (
            held
            and not held.reason
            and not mention.reason
            and held.party == mention.party
            and _JOINT.fullmatch(text[held.end : mention.start])
        ):
            held = replace(held, text=text[held.start : mention.end], end=mention.end)
            continue
        if held:
            yield held
        held = mention
    if held:
        yield held
