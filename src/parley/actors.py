"""Who is who: the alias table (capitals, demonyms, leaders, groups, bodies) and the parties it finds in a text."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parley.errors import DataError

KINDS = ("state", "capital", "demonym", "leader", "ministry", "seat", "group", "body")
COLUMNS = ("alias", "party", "kind", "ambiguous")

_WORD = re.compile(r"\w+")
_SHOUTED = 4
"""Forms from this length on are also found in capitals, as headlines print them; ``us`` and ``US`` stay two words."""


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
    if not Path(path).is_file():
        raise DataError(f"{path}: no such alias table; expected a CSV file with the header {','.join(COLUMNS)}")
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


class ActorTable:
    """Aliases, indexed by their first word so that a text is read once.

    Attributes:
        aliases: the lines of the table, in order.
    """

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self.aliases = list(dict.fromkeys(aliases))
        readings: dict[str, tuple[Alias, ...]] = {}
        for alias in self.aliases:
            readings[alias.alias] = (*readings.get(alias.alias, ()), alias)
        for form, meant in list(readings.items()):
            for variant in (form[0].upper() + form[1:], form.upper() if len(form) >= _SHOUTED else form):
                readings.setdefault(variant, meant)
        self._readings = readings
        self._starts: dict[str, list[str]] = {}
        for form in sorted(readings, key=len, reverse=True):
            if first := _WORD.match(form):
                self._starts.setdefault(first[0], []).append(form)

    def joined(self, path: str | Path) -> "ActorTable":
        """Return this table with a user's own file before it: a form that stands in both means what the file says.

        Raises:
            DataError: the file is at fault; see ``read_table``.
        """
        own = read_table(path)
        forms = {alias.alias for alias in own}
        return ActorTable([*own, *(alias for alias in self.aliases if alias.alias not in forms)])

    def find(self, text: str) -> list[Mention]:
        """Find the parties that a text names: longest form first, on word borders, possessives cut off.

        Returns:
            Mentions in the order of the text, not overlapping; ``text[start:end]`` is the form, on one line.
        """
        flat, found, at = text.replace("\n", " "), [], 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < at or (forms := self._starts.get(word[0])) is None:
                continue
            for form in forms:
                if flat.startswith(form, start) and not flat[start + len(form) : start + len(form) + 1].isalnum():
                    at = start + len(form)
                    found.append(Mention(form, start, at, self._readings[form]))
                    break
        return found


def find_actors(text: str) -> list[Mention]:
    """Find the parties that a text names by the table that comes with Parley; see ``ActorTable.find``."""
    return default_table().find(text)


def first_actor(text: str) -> str | None:
    """Return the first party named in a text, in the words of the text: a certain form before an ambiguous one."""
    found = sorted(find_actors(text), key=lambda mention: (not mention.certain, mention.start))
    return found[0].alias if found else None


@cache
def default_table() -> ActorTable:
    """Return the alias table that comes with Parley, read once."""
    return ActorTable(read_table(table_path()))
