import json

import pytest

from parley.errors import DataError
from parley.reading.articles import Article, from_html, from_text, read_articles, to_date

PAGE = """<!doctype html><html><head><title>Envoys leave Vienna - The Example</title>
<meta property="og:title" content="Envoys leave Vienna">
<meta property="article:published_time" content="2026-05-02T09:00:00Z">
</head><body><nav><a href="/">Home</a><a href="/world">World</a></nav>
<article><h1>Envoys leave Vienna</h1>
<figure><img src="a.jpg"><figcaption>Photo: Example Agency</figcaption></figure>
<p>Russian and Ukrainian envoys left Vienna on Saturday without a text that either
of them could sign, mediators said.</p>
<p>READ MORE: Ten things to know about Vienna</p>
<p>“We will be back next week, and so will they,” said Sergei Lavrov, who had led the Russian side since Monday.</p>
<p>Ukraine said that it was ready for another round once the shelling of its ports had stopped for three days.</p>
<p>Reporting by A. Writer; editing by B. Editor</p>
</article>
<aside><h2>More from World</h2>
<ul><li><a href="/1">A storm in Peru</a></li><li><a href="/2">A vote in Chile</a></li></ul></aside>
<footer>Copyright 2026 The Example</footer></body></html>"""


def test_a_web_page_gives_headline_date_and_body_without_what_stands_around_them():
    article = from_html(PAGE, "page.html")
    assert (article.title, article.date, article.source) == ("Envoys leave Vienna", "2026-05-02", "page.html")
    assert article.text.startswith("Envoys leave Vienna\n\nRussian and Ukrainian envoys left")
    assert "“We will be back next week" in article.text
    assert not [w for w in ("Photo", "READ MORE", "Reporting by", "Peru", "Copyright", "Home") if w in article.text]


def test_a_page_without_an_article_is_an_error():
    with pytest.raises(DataError, match=r"page\.html: expected an article, found no running text; paste"):
        from_html("<html><body></body></html>", "page.html")


def test_plain_text_gives_headline_and_date():
    article = from_text("Envoys leave\n\nMay 2, 2026\n\nThey left.\n\nPhoto: Agency\n\nThey came back.\n", "a.txt")
    assert article == Article("Envoys leave\n\nThey left.\n\nThey came back.", "Envoys leave", "2026-05-02", "a.txt")
    assert from_text("They left.\n\nThey came.").title == ""


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a.txt").write_text("One.", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "x", "text": "Three.", "date": "2026-05-03"}) + "\n")
    (tmp_path / "notes.pdf").write_text("no")
    assert [(a.source.split("/")[-1], a.date) for a in read_articles(tmp_path)] == [
        ("a.txt", ""),
        ("two.html", "2026-05-02"),
        ("x", "2026-05-03"),
    ]


@pytest.mark.parametrize("day", ["2026-05-02", "2026-05-02T10:00:00Z", "May 2, 2026", "2 May 2026"])
def test_days_are_read_in_the_usual_forms(day):
    assert to_date(day) == "2026-05-02"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"x", r"a\.pdf: expected a file ending in \.txt, .*found '\.pdf'"),
        ("a.txt", b" \n", r"a\.txt: expected text, found none"),
        ("a.txt", b"caf\xe9", r"a\.txt:1: expected UTF-8, found byte 0xe9; save the file as UTF-8"),
        ("a.jsonl", b'{"txt": "x"}\n', r"a\.jsonl:1: expected a field 'text' .*did you mean 'txt'"),
        (
            "a.jsonl",
            b'{"text": "x", "date": "soon"}\n',
            r"a\.jsonl:1: expected a date such as 2026-04-28, found 'soon'",
        ),
        ("a.jsonl", b"", r"a\.jsonl: expected at least one row, found an empty file"),
    ],
)
def test_a_file_at_fault_is_an_error_that_says_what_to_do(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_articles(tmp_path / name)


def test_a_missing_file_and_an_empty_folder_are_errors(tmp_path):
    with pytest.raises(DataError, match="no such file or folder"):
        read_articles(tmp_path / "none.txt")
    with pytest.raises(DataError, match="found none in this folder"):
        read_articles(tmp_path)
