"""Articles in: plain text, web pages, folders of either, or rows with a text and a date."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from parley.data.rows import SUFFIXES, Faults, records
from parley.errors import DataError, ParleyError, nearest

TEXTS = (".txt", ".md")
PAGES = (".html", ".htm")
KNOWN = (*TEXTS, *PAGES, *SUFFIXES)
"""Endings of files that articles are read from."""

_BOILERPLATE = re.compile(
    r"(?i)(?:(?:read|see|watch|listen)(?: more| also| next)?:|more (?:from|on|about)\b|related\b.{0,40}:|recommended\b|"
    r"advertisement|sponsored|(?:photo|image|picture|video|graphic|credit|file photo)s?(?: credit| by)?\s*[:/©]|©|"
    r"\(?(?:photo|image)\b|sign up\b|subscribe\b|follow us\b|share this\b|copyright\b|all rights reserved|"
    r"(?:reporting|writing|editing|additional reporting) by\b|last updated\b|by \w+ \w+$)"
)
_DAY = r"\d{4}-\d{2}-\d{2}|[A-Z][a-z]+\.? \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]+ \d{4}"
_DATE_LINE = re.compile(rf"(?:(?:Published|Updated|Date)[: ]+)?({_DAY})\.?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Article:
    """A text to read.

    Attributes:
        text: headline and body, paragraphs parted by empty lines; every offset of a reading points into it.
        title: the headline, if there is one; ``text`` begins with it.
        date: the day it appeared, as ``YYYY-MM-DD``, or an empty string.
        source: the file it came from, or its row's ``id``.
    """

    text: str
    title: str = ""
    date: str = ""
    source: str = ""


def read_articles(path: str | Path) -> list[Article]:
    """Read a file, or every file of a folder and its folders, in the order of their names.

    Args:
        path: ``.txt``, ``.md``, ``.html``, ``.htm``; ``.jsonl``, ``.csv`` or ``.parquet`` with a ``text`` and perhaps a
            ``date``, ``title`` and ``id`` to a row; or a folder of such files.

    Raises:
        DataError: there is no such file, none that can be read, or one without text.
    """
    path = Path(path)
    if path.is_dir():
        files = known_files(file for file in path.rglob("*") if file.is_file())
        if not files:
            raise DataError(f"{path}: expected files ending in {', '.join(KNOWN)}, found none in this folder")
        return [article for file in files for article in read_articles(file)]
    if not path.is_file():
        raise DataError(f"{path}: no such file or folder; expected an article, a folder of them, or rows with a text")
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return _rows(path)
    if suffix not in KNOWN:
        raise DataError(f"{path}: expected a file ending in {', '.join(KNOWN)}, found {path.suffix or 'no ending'!r}")
    raw = _decode(path)
    return [from_html(raw, str(path)) if suffix in PAGES else from_text(raw, str(path))]


def known_files(files: Iterable[str | Path]) -> list[Path]:
    """Return the files that articles are read from, in the order of their names; others in a folder are let be."""
    return sorted(path for path in map(Path, files) if path.suffix.lower() in KNOWN)


def from_text(raw: str, source: str = "") -> Article:
    """Make an article of plain text; a headline and a line with the date may stand above the body.

    Raises:
        DataError: there is no text.
    """
    found_date, kept = "", []
    for i, block in enumerate(re.split(r"\n[ \t]*\n", raw.replace("\r\n", "\n").strip("\n\ufeff "))):
        match = _DATE_LINE.fullmatch(block.strip())
        if match and i < 5 and not found_date:
            found_date = to_date(match[1])
        elif block.strip() and not _BOILERPLATE.match(block.strip()):
            kept.append(block.rstrip())
    if not kept:
        raise DataError(f"{source or 'article'}: expected text, found none; check that the file is the article itself")
    first = kept[0].strip()
    title = first if len(kept) > 1 and len(first) < 160 and not re.search(r"[.!?:”\"]$", first) else ""
    return Article("\n\n".join(kept), title, found_date, source)


def from_html(raw: str, source: str = "") -> Article:
    """Take headline, date and body out of a web page; lists of links, credits and the like are left out.

    Raises:
        ParleyError: the extractor (extra ``read``) is not installed.
        DataError: the page holds no article.
    """
    try:
        from trafilatura import bare_extraction
    except ImportError:
        raise ParleyError(
            f"{source or 'page'}: expected the package trafilatura to read web pages, found none; "
            "install it with: pip install 'parley-stance[read]'"
        ) from None
    page: Any = bare_extraction(
        raw, include_comments=False, include_tables=False, favor_precision=True, with_metadata=True
    )
    if page is None or not (page.text or "").strip():
        raise DataError(f"{source or 'page'}: expected an article, found no running text; paste its text instead")
    title = (page.title or "").strip()
    blocks = [block.strip() for block in page.text.split("\n") if block.strip()]
    kept = [block for block in blocks if not _BOILERPLATE.match(block) and block != title]
    return Article("\n\n".join([title, *kept] if title else kept), title, page.date or "", source)


def to_date(value: Any) -> str:
    """Return a day as ``YYYY-MM-DD``; an empty string where there is none.

    Raises:
        ValueError: the value is no day.
    """
    text = str(value or "").strip()
    if not text:
        return ""
    if match := re.match(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(match[0]).isoformat()
    match = re.fullmatch(r"([A-Za-z]+)\.? (\d{1,2}), (\d{4})|(\d{1,2}) ([A-Za-z]+) (\d{4})", text)
    if not match:
        raise ValueError(f"no day: {text!r}")
    month, day, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
    if month[:3].lower() not in _MONTHS:
        raise ValueError(f"no month: {month!r}")
    return date(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day)).isoformat()


def _rows(path: Path) -> list[Article]:
    faults = Faults()
    articles = []
    for line, record in records(path, faults):
        place = f"{path}:{line}"
        text = record.get("text")
        if not isinstance(text, str) or not text.strip():
            faults.add(place, f"expected a field 'text' that is not empty, found {text!r}{nearest('text', record)}")
            continue
        try:
            day = to_date(record.get("date"))
        except ValueError:
            faults.add(place, f"expected a date such as 2026-04-28, found {record['date']!r}")
            continue
        title = str(record.get("title") or "")
        source = str(record.get("id") or f"{path.name}:{line}")
        articles.append(
            Article(f"{title}\n\n{text}" if title and not text.startswith(title) else text, title, day, source)
        )
    if not articles and not faults.found:
        faults.add(str(path), "expected at least one row, found an empty file; give one article a row")
    faults.raise_any()
    return articles


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}:{line}: expected UTF-8, found byte 0x{raw[error.start]:02x}; save the file as UTF-8"
        ) from None
