"""The small parts of the report: addresses, visible text, safe Markdown, dates, drawings, colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from auditgen.report.site import drawings as svg
from auditgen.report.site import views
from auditgen.report.site import words as prose
from auditgen.report.site.display import visible, visible_data
from auditgen.report.site.layout import compact_css, templates_folder
from auditgen.report.site.slugs import slug
from tests.tools.synthetic_results import HOSTILE, synthetic_results

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_a_slug_is_a_safe_file_name_for_any_text(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*", made)
    assert len(made) <= 100
    assert made == slug(text)


@given(st.lists(ANY_TEXT, unique=True, max_size=8))
def test_different_ids_get_different_slugs(texts: list[str]) -> None:
    assert len({slug(text) for text in texts}) == len(texts)


def test_slugs_keep_readable_ids_and_part_lookalikes() -> None:
    assert slug("ig-main") == "ig-main"
    assert slug("Chloé") != slug("Chloe")
    assert slug("con") != "con" and slug("../../etc/passwd").startswith("etc-passwd--")
    assert slug("東京").startswith("x--")
    assert slug(slug("Chloé")) != slug("Chloé")


@given(ANY_TEXT)
def test_visible_text_can_be_written_and_hides_nothing(text: str) -> None:
    made = visible(text)
    made.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", made)


def test_visible_text_keeps_scripts_and_emoji_and_shows_controls() -> None:
    kept = "Zoë 東京 שלום 👩\u200d🚀 line\nnext\ttab"
    assert visible(kept) == kept
    assert visible("a\u202eb\x00") == "a[U+202E]b[U+0000]"
    data = {"a": ["x", {"b": "\ud800"}], "n": 3, "none": None}
    assert visible_data(data) == {"a": ["x", {"b": "[U+D800]"}], "n": 3, "none": None}
    clean = synthetic_results(20)
    assert visible_data(clean) is clean


@pytest.mark.parametrize(
    "text",
    [
        "<script>canary()</script>",
        "<img src=x onerror=canary()>",
        "![x](https://evil.example/x.png)",
        "[x](javascript:canary())",
        "[x](data:text/html,canary)",
        "[x](../other.html)",
        "<a href='JaVaScRiPt:canary()'>x</a>",
        "<svg><style>@import 'https://evil.example'</style></svg>",
        "<form action=https://evil.example><input name=x></form>",
        "<p style='background:url(https://evil.example)' onclick=canary() class=v id=main>x</p>",
        "<base href=https://evil.example><meta http-equiv=refresh content=0>",
    ],
)
def test_markdown_of_check_authors_cannot_do_anything(text: str) -> None:
    made = prose.markdown(text)
    assert not re.search(r"<(?!/?(?:p|a|em|strong|pre|code)\b)", made)
    assert not re.search(r"<[^>]*\b(?:on\w+|style|src|class|id)\s*=", made)
    assert all(href.startswith(("http", "mailto:")) for href in re.findall(r'href="([^"]*)"', made))


@given(
    st.lists(st.sampled_from([*HOSTILE, "> " * 600, "[" * 500, "* " * 300, "`" * 99, "\n\n", "<div>" * 50]), max_size=6)
)
def test_markdown_never_fails_and_never_lets_a_script_through(parts: list[str]) -> None:
    made = prose.markdown(visible("".join(parts)))
    assert isinstance(made, Markup)
    assert not re.search(r"<(?:script|img|iframe|svg)|href=.javascript", made)


def test_markdown_keeps_what_guides_need() -> None:
    made = prose.markdown(
        "# Top\n\n1. **Open** [it](https://help.example/x)\n2. Close\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert "<h3>Top</h3>" in made and "<ol>" in made and "<strong>Open</strong>" in made and "<table>" in made
    assert '<a href="https://help.example/x" rel="noreferrer">it</a>' in made
    assert "<pre><code" in prose.markdown("```\nselect 1 < 2\n```")


def test_markdown_that_would_take_minutes_is_shown_as_written() -> None:
    for text in ("[" * 100_000, "a" * 30_000):
        assert prose.markdown(text) == f"<pre>{text}</pre>"


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("mailto:desk@example.org", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://[bad", False),
        ("relative.html", False),
        ("", False),
        (None, False),
    ],
)
def test_addresses_are_followed_only_when_whole_and_known(address: str | None, safe: bool) -> None:
    assert (prose.safe_address(address) is not None) is safe


def test_linked_text_escapes_all_but_its_addresses() -> None:
    made = prose.linked('See <b> https://example.org/a?x=1&y="2" and javascript:x.')
    assert made.startswith("See &lt;b&gt; <a href=")
    assert 'href="https://example.org/a?x=1&amp;y=" rel="noreferrer"' in made
    assert "javascript:x." in made and 'href="java' not in made


def test_dates_read_like_dates_and_anything_else_comes_back() -> None:
    assert prose.day("2026-11-24") == '<time datetime="2026-11-24">24 November 2026</time>'
    assert prose.day("2024-01") == '<time datetime="2024-01">January 2024</time>'
    assert prose.day("2022") == '<time datetime="2022">2022</time>'
    assert prose.day("2026-02-31") == "2026-02-31"
    assert prose.day("<script>") == "&lt;script&gt;"
    assert "Tuesday 1 December 2026, 09:00 UTC" in prose.moment("2026-12-01T09:00:00Z")
    assert [prose.in_days(number) for number in (0, 1, 7, -1, None)] == [
        "today",
        "tomorrow",
        "in seven days",
        "one day ago",
        "",
    ]


def test_states_differ_by_shape_and_word_not_by_colour() -> None:
    bare = {
        state: re.sub(r' class="[^"]*"', "", svg.glyph(state))
        for state in ("stands", "open", "unseen", "attested", "not_applicable")
    }
    assert len(set(bare.values())) == len(bare)
    words = [svg.state_word(state) for state in ("open", "holds", "unseen", "not_applicable", "due")]
    assert words == ["to fix", "passed", "not checked", "does not apply", "not answered"]
    words = [svg.barrier_word(state) for state in ("stands", "open", "unseen", "attested")]
    assert words == ["in place", "missing", "not checked", "vouched for"]
    assert "<b>" not in svg.state_mark("<b>odd</b>")


def test_a_tally_has_one_bar_for_each_thing_and_says_so() -> None:
    made = svg.tally((("stands", 3), ("open", 2), ("unseen", 0)), 'three "hold", two are open')
    assert made.count('class="s"') == 3 and made.count('class="o"') == 4  # an open bar is two stubs
    assert 'aria-label="three &#34;hold&#34;, two are open"' in made
    assert svg.tally((("stands", 0),), "nothing") == ""
    assert svg.tally((("stands", 5_000),), "many").count("<rect") <= 240


def test_long_words_stay_inside_their_place() -> None:
    assert (
        svg.wrap("one two three four", 9, 2) == ["one two", "three…"] or len(svg.wrap("one two three four", 9, 2)) == 2
    )
    assert all(len(line) <= 10 for line in svg.wrap("W" * 90 + " and more words", 10, 3))


# -- colours ---------------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, two: str) -> float:
    high, low = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _schemes() -> dict[str, dict[str, str]]:
    text = (templates_folder() / "site.css").read_text(encoding="utf-8")
    found = re.findall(r"(@media [^{]*\{\s*)?:root \{([^}]*)\}", text)
    paper = (templates_folder() / "paper.css").read_text(encoding="utf-8")
    schemes = {}
    for media, body in [*found, *(("paper", body) for body in re.findall(r":root \{([^}]*)\}", paper))]:
        tokens = dict(re.findall(r"--(\w+): (#[0-9a-f]+);", body))
        if tokens:
            schemes[media.strip(" {\n") or "light"] = tokens
    return schemes


def test_every_scheme_names_every_colour() -> None:
    schemes = _schemes()
    assert set(schemes) == {"light", "@media (prefers-color-scheme: dark)", "paper"}
    assert {frozenset(tokens) for tokens in schemes.values()} == {
        frozenset({"paper", "ink", "soft", "rule", "line", "hold", "open", "link"})
    }


@pytest.mark.parametrize("scheme", _schemes())
def test_text_and_shapes_stand_out_from_the_paper(scheme: str) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for shapes that carry meaning (1.4.11)."""
    tokens = _schemes()[scheme]
    for name in ("ink", "soft", "hold", "open", "link", "line"):
        assert _contrast(tokens[name], tokens["paper"]) >= 4.5, name


def test_compacting_a_stylesheet_leaves_quoted_text_alone() -> None:
    made = compact_css('/* a */ p > b::before { content: ": ;  { }" ; color: red; }\n')
    assert made == 'p>b::before{content:": ;  { }";color:red}\n'


def test_templates_hold_nothing_inline(tmp_path: Path) -> None:
    for path in templates_folder().glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=|\|\s*safe\b|Markup\(", text), path.name


def test_numbers_of_one_sentence_are_all_words_or_all_figures() -> None:
    assert prose.numbers(1, 12) == ["one", "twelve"]
    assert prose.numbers(3, 29, 1_200) == ["3", "29", "1,200"]


@pytest.mark.parametrize(
    ("subject", "title", "says", "shown"),
    [
        ("plan P-031", "“New colours …”", "Approved only by somebody who wrote it", "“New colours …”"),
        ("ig-main", "Instagram @house", "The factor arrives by text message", ""),
        ("Dana Kovács on ig-main", "Dana Kovács", "Dana Kovács has left", ""),
        ("policies/plan.md", "Crisis plan", "The review was due", "Crisis plan"),
    ],
)
def test_a_finding_names_its_subject_once(subject: str, title: str, says: str, shown: str) -> None:
    item = {"subject": subject, "subject_title": title, "says": says, "account": "ig-main", "verdict": "fail"}
    assert views.subject_words(item) == shown


def test_dates_in_our_sentences_read_as_dates_and_quoted_or_linked_ones_stay() -> None:
    assert (
        prose.dated("Left on 2026-10-16; lapsed on 2026-08-01.") == "Left on 16 October 2026; lapsed on 1 August 2026."
    )
    for kept in ("It holds “due 2026-10-16”", "https://a.example/2026-10-16/x", "log 2026-10-16.csv", "on 2026-13-40"):
        assert prose.dated(kept) == kept
    assert visible_data({"says": "On 2026-10-16", "date": "2026-10-16"}) == {
        "says": "On 16 October 2026",
        "date": "2026-10-16",
    }


PROSE = st.text("aZ09 @,.;:?!'\"(){}/%’“”…-_=*#[<&\n", max_size=60)


@given(st.one_of(PROSE, st.lists(PROSE, min_size=1, max_size=4).map(
    lambda parts: "\n".join(f"{number}. A{part}\n   and more" if number % 2 else f"{number}. A{part}"
                            for number, part in enumerate(parts, 1)))))  # fmt: skip
def test_the_short_way_for_plain_guidance_gives_what_the_parser_gives(text: str) -> None:
    made = prose.simple(text)
    assert made is None or made == prose._parsed(text)


def test_guidance_of_the_built_in_checks_takes_the_short_way() -> None:
    from auditgen.audit.checks.packs import load_checks

    checks, _ = load_checks(())
    for text in (text for check in checks for text in (check.why, check.fix)):
        assert prose.simple(text) == prose._parsed(text)


@pytest.mark.parametrize("mark", ["- ", "1. ", "> "])
def test_a_text_nested_without_end_spoils_no_other(mark: str) -> None:
    """The parser is kept from text to text; one that it could not finish must leave nothing behind in it."""
    for depth in (50, 200, 400, 900, 3_000):
        prose._parsed(mark * depth + "deep")
        assert prose._parsed("plain\n\nagain") == "<p>plain</p>\n<p>again</p>", depth
