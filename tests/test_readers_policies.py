"""Policies: Markdown and HTML as passages with headings and lines, and what a document says about itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.readers.policies import READER

from .tools.evidence import DAY, Rows, context

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
    # Lines are those of the file, front matter included.
    assert passages(rows) == [
        ("heading", "", 12, "Crisis plan"),
        ("paragraph", "Crisis plan", 14, "Who decides: Ana Duarte, see the list."),
        ("heading", "Crisis plan", 17, "Steps"),
        ("item", "Crisis plan › Steps", 19, "Pause everything."),
        ("item", "Crisis plan › Steps", 20, "Call the duty phone."),
        ("row", "Crisis plan › Steps", 24, "Role: Decides; Who: Ana"),
        ("row", "Crisis plan › Steps", 25, "Role: Legal; Who:"),
        ("code", "Crisis plan › Steps", 27, "code stays code"),
    ]
    assert [row["sequence"] for row in rows["passages"]] == list(range(1, 9))


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
    "bad front matter": "---\na: [1\n---\nThe text comes all the same.",
    "bomb": "---\na: &a [x,x,x,x,x,x,x,x]\n"
    + "\n".join(f"{b}: &{b} [{', '.join(['*' + a] * 8)}]" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "\nowner: *j\n---\nThe text comes all the same.",
    "controls": "# Plan \x07\x1b[31m\n\nOwner: \u202eevil\u202c <img src=x onerror=alert(1)>\n",
}


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
