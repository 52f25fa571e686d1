"""Who is who: the alias table (capitals, demonyms, leaders, groups, bodies) and the parties it finds in a text."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parley.errors import DataError

KINDS = ("state", "capital", "demonym", "leader", "ministry", "seat", "group", "body")
COLUMNS = ("alias", "party", "kind", "ambiguous")

_WORD = re.compile(r"\w+(?:[.&'’-]\w+)*\.?")
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True)
class Alias:
    """One line of the alias table.

    Attributes:
        alias: the form as newspapers print it, without an article.
        party: the canonical name it stands for.
        kind: one of ``KINDS``.
        ambiguous: what else the form can mean, or an empty string.
    """

    alias: str
    party: str
    kind: str
    ambiguous: str


@dataclass(frozen=True)
class Mention:
    """A party named in a text.

    Attributes:
        alias: the words of the text.
        start: character offset of the first letter.
        end: offset after the last letter.
        readings: the parties it can stand for; more than one where the form is ambiguous.
    """

    alias: str
    start: int
    end: int
    readings: tuple[Alias, ...]

    @property
    def certain(self) -> bool:
        """Whether the form has one reading, is not marked ambiguous and names the party itself, not its people."""
        return len(self.readings) == 1 and not self.readings[0].ambiguous and self.readings[0].kind != "demonym"


def table_path() -> Path:
    """Return where the alias table lies: in the installed package, or in ``data/`` of a checkout."""
    packaged = Path(__file__).with_name("actors.csv")
    return packaged if packaged.is_file() else Path(__file__).parents[2] / "data" / "actors.csv"


def read_table(path: str | Path) -> list[Alias]:
    """Read and check an alias table (CSV with the header ``alias,party,kind,ambiguous``).

    Raises:
        DataError: the header, a kind or a field is wrong, or a pair stands twice; the message names the line.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise DataError(f"{path}:1: expected the header {','.join(COLUMNS)}, found {reader.fieldnames}")
        aliases: dict[tuple[str, str], Alias] = {}
        for row in reader:
            place = f"{path}:{reader.line_num}"
            if None in row or None in row.values() or not row["alias"].strip() or not row["party"].strip():
                raise DataError(f"{place}: expected four fields, alias and party not empty, found {list(row.values())}")
            alias = Alias(**row)
            if alias.kind not in KINDS:
                raise DataError(f"{place}: expected a kind among {', '.join(KINDS)}, found {alias.kind!r}")
            if (alias.alias, alias.party) in aliases:
                raise DataError(f"{place}: {alias.alias!r} stands for {alias.party!r} twice; keep one line")
            aliases[alias.alias, alias.party] = alias
    return list(aliases.values())


def find_actors(text: str) -> list[Mention]:
    """Find the parties that a text names: longest form first, on word borders, case as printed, possessives cut off.

    Returns:
        Mentions in the order of the text, not overlapping.
    """
    index, longest = _index()
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found, i = [], 0
    while i < len(words):
        for count in range(min(longest, len(words) - i), 0, -1):
            start, end = words[i][0], words[i + count - 1][1]
            mention = _lookup(index, text, start, end)
            if mention:
                found.append(mention)
                i += count - 1
                break
        i += 1
    return found


def first_actor(text: str) -> str | None:
    """Return the first party named in a text, in the words of the text: a certain form before an ambiguous one."""
    found = sorted(find_actors(text), key=lambda mention: (not mention.certain, mention.start))
    return found[0].alias if found else None


def _lookup(index: dict[str, tuple[Alias, ...]], text: str, start: int, end: int) -> Mention | None:
    surface = text[start:end]
    for form in (surface, surface.rstrip("."), _POSSESSIVE.sub("", surface.rstrip("."))):
        if form in index:
            return Mention(form, start, start + len(form), index[form])
    return None


@cache
def _index() -> tuple[dict[str, tuple[Alias, ...]], int]:
    index: dict[str, tuple[Alias, ...]] = {}
    for alias in read_table(table_path()):
        index[alias.alias] = (*index.get(alias.alias, ()), alias)
    return index, max(len(_WORD.findall(form)) for form in index)
