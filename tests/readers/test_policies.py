"""Policies: Markdown and HTML as passages with headings and lines, and what a document says about itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.documents.document import MAX_LINKS, Document, Passage
from auditgen.readers.policies.facts import find_facts
from auditgen.readers.policies.reader import READER
from tests.tools.evidence import DAY, Rows, context

FRONT = """---
title: Crisis plan
owner: Ana Duarte
version: 2.10
status: Final
approved_by: Bo Ek
approved_on: 2026-03-01
review_due: 1 March 2027
lang: en-GB
---
"""
BODY = """
# Crisis plan

Who decides:
**Ana Duarte**, see [the list](https://hillfarm.example/list).

## Steps

1. Pause everything.
2. Call the *duty* phone.

| Role | Who |
| --- | --- |
| Decides | Ana |
| Legal | |

```
code stays code
```
"""


def read(folder: Path, text: str | bytes, name: str = "plan.md") -> Rows:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    rows = Rows()
    rows["reports"] = [vars(report) for report in READER.read(path, context(folder), rows)]
    return rows


def document(rows: Rows) -> dict[str, Any]:
    (row,) = rows["documents"]
    return row


def passages(rows: Rows) -> list[tuple[str, str, int | None, str]]:
    return [(row["kind"], row["heading"], row["line"], row["text"]) for row in rows.get("passages", [])]


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    rows = read(tmp_path, FRONT + BODY)
    row = document(rows)
    assert (row["title"], row["owner"], row["approved_by"]) == ("Crisis plan", "Ana Duarte", "Bo Ek")
    assert (row["approved_on"], row["review_due_on"]) == (date(2026, 3, 1), date(2027, 3, 1))
    assert (row["status"], row["language"], row["format"], row["state"]) == ("final", "en", "markdown", "read")
    assert (row["document"], row["source"], row["seen_on"]) == ("plan.md", "plan.md", DAY)
    # What the front matter tells stands first. Lines are those of the file, front matter included.
    assert passages(rows) == [
        ("row", "", 1, "owner: Ana Duarte"),
        ("row", "", 1, f"version: {row['version']}"),
        ("row", "", 1, "status: Final"),
        ("row", "", 1, "approved_by: Bo Ek"),
        ("row", "", 1, "approved_on: 2026-03-01"),
        ("row", "", 1, "review_due: 1 March 2027"),
        ("heading", "", 12, "Crisis plan"),
        ("paragraph", "Crisis plan", 14, "Who decides: Ana Duarte, see the list."),
        ("heading", "Crisis plan", 17, "Steps"),
        ("item", "Crisis plan › Steps", 19, "Pause everything."),
        ("item", "Crisis plan › Steps", 20, "Call the duty phone."),
        ("row", "Crisis plan › Steps", 24, "Role: Decides; Who: Ana"),
        ("row", "Crisis plan › Steps", 25, "Role: Legal; Who:"),
        ("code", "Crisis plan › Steps", 27, "code stays code"),
    ]
    assert [row["sequence"] for row in rows["passages"]] == list(range(1, 15))


@pytest.mark.parametrize(
    "text",
    [
        "# Plan\n\nOwner: Ana Duarte\nVersion: 3\nApproved by: Bo Ek on 1 March 2026\nLast reviewed: 2026-02-01\nNext review: March 1, 2027\n\nThe text of the plan stands here, and there is a good deal of it to read.\n",
        "# Plan\n\n| Document control | |\n|---|---|\n| Owner | Ana Duarte |\n| Version | 3 |\n| Approved by | Bo Ek |\n| Approved on | 2026-03-01 |\n| Last reviewed | 1 February 2026 |\n| Next review | 2027-03-01 |\n\nThe text of the plan stands here, and there is a good deal of it to read.\n",
        "# Plan\n\n| Owner | Version | Approved by | Approved on | Last reviewed | Next review |\n|---|---|---|---|---|---|\n| Ana Duarte | 3 | Bo Ek | 2026-03-01 | 2026-02-01 | 2027-03-01 |\n\nThe text of the plan stands here, and there is a good deal of it to read.\n",
        "# Plan\n\nThe text of the plan stands here, and there is a good deal of it to read.\n\n## Document control\n\n- **Owner:** Ana Duarte\n- **Version:** 3\n- **Approved by:** Bo Ek\n- **Approved on:** 2026-03-01\n- **Last review:** 2026-02-01\n- **Review due:** 2027-03-01\n",
    ],
    ids=["lines", "table of pairs", "table of columns", "list at the end"],
)
def test_control_facts_in_several_wordings(tmp_path: Path, text: str) -> None:
    row = document(read(tmp_path, text))
    assert (row["owner"], str(row["version"]), row["approved_by"]) == ("Ana Duarte", "3", "Bo Ek")
    assert (row["approved_on"], row["reviewed_on"]) == (date(2026, 3, 1), date(2026, 2, 1))
    assert row["review_due_on"] == date(2027, 3, 1)
    assert row["state"] == "read"


def test_a_date_that_could_be_two_days_stays_unknown(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "# Plan\n\nNext review: 03/04/2027\n\nThe plan has a text, which is long enough to be read.\n"
    )
    assert document(rows).get("review_due_on") is None
    assert "03/04/2027" in (rows["reports"][0]["message"] or "")


@pytest.mark.parametrize("key", ["Expires", "Expires on", "Expiry", "Expiry date", "ExpiryDate", "Valid until"])
def test_a_day_of_expiry_is_also_the_day_of_the_next_review(tmp_path: Path, key: str) -> None:
    row = document(read(tmp_path, f"# Plan\n\n{key}: 1 March 2027\n\nThe plan has a text.\n"))
    assert (row["expires_on"], row["review_due_on"]) == (date(2027, 3, 1), date(2027, 3, 1))
    text = f"# Plan\n\n{key}: March 2027\nNext review: 2026-12-01\n\nThe plan has a text.\n"
    row = document(read(tmp_path, text))
    assert (row["expires_on"], row["review_due_on"]) == (date(2027, 3, 31), date(2026, 12, 1))
    row = document(read(tmp_path, "# Plan\n\nNext review: 2026-12-01\n\nThe plan has a text.\n"))
    assert (row.get("expires_on"), row["review_due_on"]) == (None, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("margin", "status"),
    [
        ("DRAFT", "draft"),
        ("– Draft –", "draft"),
        ("draft version", "draft"),
        ("Watermark: DRAFT", "draft"),
        ("Version 2", None),
        ("Drafted by Ana", None),
        ("How we draft posts", None),
        ("A draft goes to the social lead", None),
    ],
)
def test_a_bare_draft_in_a_page_header_is_a_status(margin: str, status: str | None) -> None:
    made = Document(passages=[Passage("paragraph", "", 1, "Owner: Ana")], margins=[Passage("paragraph", "", 1, margin)])
    assert find_facts(made)[0].get("status") == status
    made.passages.append(Passage("paragraph", "", 2, "Status: final"))
    assert find_facts(made)[0]["status"] == "final"


def links(rows: Rows) -> list[tuple[str, str | None, int | None]]:
    assert document(rows)["links"] == len(rows["document_links"])
    return [(row["address"], row["text"], row["line"]) for row in rows["document_links"]]


def test_links_of_markdown(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_text("# List\n", encoding="utf-8")
    text = """# Plan

See [the *list*](list.md), [a file](no%20file.md "why") and
[the law][law] or ![a picture](a.png), [![the form](b.png)](https://form.example/f)
or <https://auto.example> or https://bare.example/a_(b)). Write to <press@hillfarm.example>.
[local](file:///c:/plan.docx) [back](C:\\plans\\a.docx) [nobody][nobody] [Top](#plan)

| Who | Where |
| --- | --- |
| Ana | [Ana's page](/ana) |

`https://code.example` [LAW]

```
https://code.example
```

[law]: https://law.example/a?b=1 "The law"
"""
    rows = read(tmp_path, text)
    assert links(rows) == [
        ("list.md", "the list", 3),
        ("no%20file.md", "a file", 3),
        ("https://law.example/a?b=1", "the law", 4),
        ("https://form.example/f", "the form", 4),
        ("https://auto.example", "https://auto.example", 5),
        ("https://bare.example/a_(b)", None, 5),
        ("mailto:press@hillfarm.example", "press@hillfarm.example", 5),
        ("file:///c:/plan.docx", "local", 6),
        ("C:\\plans\\a.docx", "back", 6),
        ("#plan", "Top", 6),
        ("/ana", "Ana's page", 10),
        ("https://law.example/a?b=1", "LAW", 12),
    ]
    found = {row["address"]: row for row in rows["document_links"]}
    assert (found["list.md"]["exists"], found["no%20file.md"]["exists"]) == (True, False)
    assert found["list.md"]["locator"] == "line 3"
    assert found["file:///c:/plan.docx"]["kind"] == found["C:\\plans\\a.docx"]["kind"] == "private"
    assert ("paragraph", "Plan", 12, "https://code.example LAW") in passages(rows)
    assert "[nobody][nobody]" in " ".join(text for *_, text in passages(rows))


def test_links_of_html(tmp_path: Path) -> None:
    text = """<html><body><nav><a href="/menu">Menu</a></nav><main>
<p>The plan has a text.</p>
<p>See <a href="list.html">the
<b>list</b></a> and <a name="x">this</a>.</p>
<table><tr><td>Form</td><td><a href="https://form.example"><img src="a.png" alt="the form"></a></td></tr></table>
<p hidden><a href="https://unseen.example">no</a></p><a href="#x"></a>
</main><footer><a href="/imprint">Imprint</a></footer></body></html>"""
    assert links(read(tmp_path, text, "a.html")) == [
        ("list.html", "the list", 3),
        ("https://form.example", "the form", 5),
        ("#x", None, 5),
    ]


def test_a_document_without_links_has_none_and_one_that_was_not_read_is_unknown(tmp_path: Path) -> None:
    assert document(read(tmp_path, "# Plan\n\nWe act.\n"))["links"] == 0
    assert document(read(tmp_path, "<div>" * 100_000 + "x", "a.html"))["links"] is None
    assert document(read(tmp_path, b"\x00" * 100, "b.md")).get("links") is None


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.txt"])
def test_links_are_bounded_in_number_and_length(tmp_path: Path, name: str) -> None:
    one = '<p><a href="https://a.example/x">x</a></p>' if name == "a.html" else "https://a.example/x\n"
    rows = read(tmp_path, one * (MAX_LINKS + 100), name)
    assert document(rows)["links"] == len(rows["document_links"]) == MAX_LINKS
    long = "https://a.example/" + "x" * 10_000
    rows = read(tmp_path, f'<a href="{long}">{"w" * 10_000}</a>' if name == "a.html" else long, name)
    (row,) = rows["document_links"]
    assert len(row["address"]) <= 2_000
    assert len(row["text"] or "") <= 300


@pytest.mark.parametrize(("text", "address"), [
    ("https://a.example/b.", "https://a.example/b"), ("(https://a.example)", "https://a.example"),
    ("https://a.example/x_(y)", "https://a.example/x_(y)"), ("[https://a.example/?q=[1]].", "https://a.example/?q=[1]"),
    ("“https://a.example/b”,", "https://a.example/b"), ("https://a.example/,),", "https://a.example/"),
])  # fmt: skip
def test_a_bare_address_ends_before_its_sentence(text: str, address: str) -> None:
    made = Document()
    made.found_bare_links(text, 3)
    assert made.found_links == [(address, "", 3, None)]


HTML = """<!DOCTYPE html>
<html lang="en"><head><title>Guidelines</title>
<style>p { color: red }</style><script>var secret = "hidden words";</script></head>
<body><nav><a href="/">Owner: Menu</a></nav><header>Page header</header>
<main>
<h1>Guidelines</h1>
<dl><dt>Owner</dt><dd>Ana Duarte</dd><dt>Next review</dt><dd>1 March 2027</dd></dl>
<h2>Tone &amp; manner</h2>
<p>We answer by name,
to the point.</p>
<ul><li>Spam is hidden.</li><li><p>Criticism stays &amp; is answered.</p></li></ul>
<table><tr><th>About</th><th>Who</th></tr><tr><td>Press</td><td>Ana <b>Duarte</b></td></tr></table>
<p hidden>Not to be seen</p>
</main><footer>Page footer</footer></body></html>
"""


def test_html_without_its_frame(tmp_path: Path) -> None:
    rows = read(tmp_path, HTML, "guide.html")
    row = document(rows)
    assert (row["title"], row["format"], row["language"], row["state"]) == ("Guidelines", "html", "en", "read")
    assert (row["owner"], row["review_due_on"]) == ("Ana Duarte", date(2027, 3, 1))
    found = passages(rows)
    texts = " ".join(text for *_, text in found)
    for frame in ("Menu", "Page header", "Page footer", "hidden words", "color", "Not to be seen"):
        assert frame not in texts
    under = "Guidelines › Tone & manner"
    for wanted in (
        ("heading", "", 6, "Guidelines"),
        ("heading", "Guidelines", 8, "Tone & manner"),
        ("paragraph", under, 9, "We answer by name, to the point."),
        ("item", under, 11, "Spam is hidden."),
        ("item", under, 11, "Criticism stays & is answered."),
        ("row", under, 12, "About: Press; Who: Ana Duarte"),
    ):
        assert wanted in found


def test_code_of_sites_is_no_text(tmp_path: Path) -> None:
    text = """import Box from '../components/Box'
export const meta = { title: "x" }

# Rules

<Box kind="note">Every post is approved by a second person.</Box>

{{< notice warning >}}
Keep calm.
{{< /notice >}}

<!-- Owner: nobody -->
{/* Owner: nobody */}
The name is {{name}} until somebody fills it in, or [date to be added], or <date>.
"""
    rows = read(tmp_path, text, "rules.mdx")
    texts = [text for *_, text in passages(rows)]
    assert "Every post is approved by a second person." in texts
    assert any("Keep calm." in text for text in texts)
    everything = " ".join(texts)
    for code in ("import", "export", "Box", "notice", "nobody", "components"):
        assert code not in everything
    for gap in ("{{name}}", "[date to be added]", "<date>"):
        assert gap in everything
    assert document(rows).get("owner") is None


@pytest.mark.parametrize(
    ("text", "name", "state"),
    [
        ("", "a.md", "empty"),
        ("---\ntitle: Plan\n---\n", "a.md", "empty"),
        ("<html><body><nav>Menu with many words in it</nav></body></html>", "a.html", "empty"),
        ("# Policies\n\n- [Social media](https://hillfarm.example/a.pdf)\n- [Crisis](b.pdf)\n", "a.md", "links_only"),
        ('<html><body><p><a href="p.pdf">The policy as a file</a></p></body></html>', "a.html", "links_only"),
        (b"%PDF-1.7 \x00\x01", "a.pdf", "unreadable"),
        (b"\x00\x01\x02" * 100, "a.md", "unreadable"),
        ("word " * 8_000_000, "a.md", "unreadable"),
        ("<div>" * 100_000 + "x", "a.html", "unreadable"),
    ],
    ids=["empty", "front only", "menu only", "list of links", "one link", "pdf", "binary", "40 MB", "deep"],
)
def test_what_holds_no_text_says_so(tmp_path: Path, text: str | bytes, name: str, state: str) -> None:
    rows = read(tmp_path, text, name)
    assert document(rows)["state"] == state
    message = rows["reports"][0]["message"]
    if state == "unreadable":
        assert message
        assert name in message
        assert "\n" not in message


HOSTILE = {
    "shortcodes": "{{<" * 40_000,
    "comments": "<!--" * 40_000 + "{/*" * 40_000,
    "components": "<A >" * 40_000,
    "quotes": ">" * 100_000,
    "brackets": "[" * 100_000,
    "emphasis": "a**" * 40_000,
    "links": "[a](" * 30_000,
    "references": "[a]: https://a.example\n\n" + ("[" * 9_000 + "]" * 9_000 + "\n\n") * 30,
    "one reference": "[a]: https://a.example\n\n" + ("[a] " * 4_000 + "\n\n") * 60,
    "ends of addresses": "https://a.example/" + ")" * 1_900 + (" https://a.example/" + "]." * 900) * 1_000,
    "bad front matter": "---\na: [1\n---\nThe text comes all the same.",
    "bomb": "---\na: &a [x,x,x,x,x,x,x,x]\n"
    + "\n".join(f"{b}: &{b} [{', '.join(['*' + a] * 8)}]" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "\nowner: *j\n---\nThe text comes all the same.",
    "controls": "# Plan \x07\x1b[31m\n\nOwner: \u202eevil\u202c <img src=x onerror=alert(1)>\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_a_document(tmp_path: Path, name: str) -> None:
    rows = read(tmp_path, HOSTILE[name])
    assert document(rows)["document"] == "plan.md"
    if "all the same" in HOSTILE[name]:
        assert passages(rows)[-1][3] == "The text comes all the same."
        assert "front matter" in rows["reports"][0]["message"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=300), st.sampled_from(["a.md", "a.html", "a.mdx"]))
def test_any_text_becomes_a_document(tmp_path: Path, text: str, name: str) -> None:
    rows = read(tmp_path, text, name)
    row = document(rows)
    assert row["state"] in ("read", "empty", "links_only", "unreadable")
    lines = text.count("\n") + text.count("\r") + 1
    for kind, _, line, content in passages(rows):
        assert kind in ("heading", "paragraph", "item", "row", "code")
        assert content.strip()
        assert line is None or 1 <= line <= lines


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.from_regex(r"[A-Za-z][a-z]{2,12}( [a-z]{2,9}){2,8}", fullmatch=True), min_size=1, max_size=15))
def test_no_paragraph_is_lost_and_every_line_is_right(tmp_path: Path, paragraphs: list[str]) -> None:
    rows = read(tmp_path, "\n\n".join(paragraphs))
    assert [(line, text) for _, _, line, text in passages(rows)] == [
        (2 * number + 1, text) for number, text in enumerate(paragraphs)
    ]


def test_what_a_page_hides_is_no_policy(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "<p>Seen.</p><p hidden>One</p><p style='color: red; display : none'>Two</p><div style='VISIBILITY:hidden'>"
        "<p>Three</p></div><p style='display: block'>Also seen.</p>",
        "policy.html",
    )
    assert [row["text"] for row in rows["passages"]] == ["Seen.", "Also seen."]


def test_front_matter_that_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    rows = read(tmp_path, "---\nowner: Ana\nowner: Bo\n---\n# Plan\n\nText.\n", "plan.md")
    assert "front matter, line 3: is not usable YAML here: the key owner stands twice" in rows["reports"][0]["message"]
