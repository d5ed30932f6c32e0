"""Policies as Word, OpenDocument, PDF and plain text: the same as from Markdown, and no file that means harm does any."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditgen.readers.policies.reader import READER
from tests.tools import document_files as make
from tests.tools.evidence import Rows, context

pytestmark = pytest.mark.slow

MADE = Path(__file__).parents[1] / "data" / "policies"
NAMES = ("crisis-plan", "social-media-policy")
FORMATS = ("docx", "odt", "html", "pdf")
FACTS = ("title", "owner", "approved_by", "approved_on", "version", "status", "effective_on", "reviewed_on",
         "review_due_on", "words", "state")  # fmt: skip


def read(path: Path) -> Rows:
    rows = Rows()
    rows["reports"] = [vars(report) for report in READER.read(path, context(path.parent), rows)]
    return rows


def made(folder: Path, name: str, data: bytes | str) -> Rows:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return read(path)


def document(rows: Rows) -> dict[str, Any]:
    (row,) = rows["documents"]
    return row


def said(rows: Rows) -> str:
    (report,) = rows["reports"]
    return str(report["message"] or "")


def passages(rows: Rows) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["heading"], row["text"]) for row in rows.get("passages", [])]


def texts(rows: Rows) -> list[str]:
    return [row["text"] for row in rows.get("passages", [])]


# The same policy in every format


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_policy_is_the_same_in_every_format(name: str, form: str) -> None:
    origin, other = read(MADE / f"{name}.md"), read(MADE / f"{name}.{form}")
    assert passages(other) == passages(origin)
    assert {key: document(other).get(key) for key in FACTS} == {key: document(origin).get(key) for key in FACTS}
    assert (document(other)["format"], document(other)["language"]) == (form, "en")
    assert said(other) == ""
    for row in other["passages"]:
        place = f"page {row['page']}" if form == "pdf" else f"line {row['line']}"
        assert row["locator"] == place
        assert row["line"] >= 1


def verdicts(paths: list[Path]) -> dict[str, tuple[str, float, str]]:
    """Clause → state, probability and sentence of its best passage."""
    from auditgen.analysis.clauses import find_clauses
    from auditgen.audit.checks.packs import load_checks
    from auditgen.evidence.store import Store

    checks, _ = load_checks()
    clauses = {check.id: check.clause for check in checks if check.clause is not None}
    with Store() as store:
        for path in paths:
            READER.read(path, context(path.parent), store)
        assert find_clauses(store, clauses) == {}
        rows = store.select("select clause, state, probability, text from clauses where rank = 1")
    return {row["clause"]: (row["state"], row["probability"], row["text"]) for row in rows}


@pytest.fixture(scope="module")
def from_markdown() -> dict[str, tuple[str, float, str]]:
    found = verdicts([MADE / f"{name}.md" for name in NAMES])
    assert len({state for state, *_ in found.values()}) > 1
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_clauses_are_found_the_same_in_every_format(
    form: str, from_markdown: dict[str, tuple[str, float, str]]
) -> None:
    assert verdicts([MADE / f"{name}.{form}" for name in NAMES]) == from_markdown


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Markdown converted anew by the programs that are installed here."""
    missing = [name for name in ("pandoc", "soffice") if shutil.which(name) is None]
    if missing:
        words = f"needs {' and '.join(missing)}"
        if os.environ.get("AUDITGEN_NO_SKIP"):
            pytest.fail(words)
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("converted")
    for name in NAMES:
        origin = str(MADE / f"{name}.md")
        for form in ("docx", "odt", "html"):
            command = ["pandoc", "-s", "-f", "gfm", "-M", "lang=en", "-M", f"pagetitle={name}", origin, "-o"]
            subprocess.run([*command, str(folder / f"{name}.{form}")], check=True)
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    office = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*office, *(str(folder / f"{name}.docx") for name in NAMES)], check=True, capture_output=True)
    yield folder


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_converted_anew_says_the_same(
    form: str, converted: Path, from_markdown: dict[str, tuple[str, float, str]]
) -> None:
    for name in NAMES:
        other, origin = read(converted / f"{name}.{form}"), read(MADE / f"{name}.md")
        assert sorted(" ".join(texts(other)).split()) == sorted(" ".join(texts(origin)).split())
        assert document(other)["owner"] == document(origin)["owner"]
    found = verdicts([converted / f"{name}.{form}" for name in NAMES])
    assert {clause: state for clause, (state, *_) in found.items()} == {
        clause: state for clause, (state, *_) in from_markdown.items()
    }


# Word

P = make.paragraph


def styled(text: str, style: str) -> str:
    return P(text, f'<w:pStyle w:val="{style}"/>')


def test_headings_of_word_by_style_and_outline_in_any_language(tmp_path: Path) -> None:
    body = (
        styled("Handbook", "Titel") + styled("One", "berschrift1") + styled("Two", "Titre2") + styled("House", "House")
        + P("Direct", '<w:outlineLvl w:val="1"/>') + P("Text", '<w:outlineLvl w:val="9"/>')
        + styled("One . . . 3", "TOC1") + styled("Loop", "Loop") + styled("Unknown", "Nobody")
    )  # fmt: skip
    rows = made(tmp_path, "plan.docx", make.docx(body))
    assert passages(rows) == [
        ("heading", "", "Handbook"),
        ("heading", "Handbook", "One"),
        ("heading", "Handbook › One", "Two"),
        ("heading", "Handbook", "House"),
        ("heading", "Handbook › House", "Direct"),
        ("paragraph", "Handbook › House › Direct", "Text"),
        ("paragraph", "Handbook › House › Direct", "Loop"),
        ("paragraph", "Handbook › House › Direct", "Unknown"),
    ]
    assert (document(rows)["title"], document(rows)["language"]) == ("Handbook", "en")
    # Lines count paragraphs, those that are left out too.
    assert [row["line"] for row in rows["passages"]] == [1, 2, 3, 4, 5, 6, 8, 9]


def test_text_of_word_as_a_reader_sees_it(tmp_path: Path) -> None:
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        P("Direct item", number.format(1)) + styled("Item by style", "Liste")
        + P("No item", '<w:pStyle w:val="Liste"/>' + number.format(0))
        + "<w:p><w:r><w:t>Post\xading</w:t><w:tab/><w:t>is</w:t><w:br/><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r></w:p>"
        + f"<w:p>{run.format('Kept')}<w:del><w:r><w:delText> gone</w:delText></w:r></w:del>"
        + f"<w:ins>{run.format(' added')}</w:ins><w:moveFrom>{run.format(' moved')}</w:moveFrom>"
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>"
        + '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> seen</w:t></w:r></w:p>'
        + "<w:p><mc:AlternateContent><mc:Choice><w:r><w:txbxContent>" + P("In a box") + "</w:txbxContent></w:r></mc:Choice>"
        + "<mc:Fallback>" + P("In a box") + "</mc:Fallback></mc:AlternateContent>" + run.format("Around the box") + "</w:p>"
    )  # fmt: skip
    notes = f'<w:footnotes xmlns:w="{make.W}"><w:footnote w:type="separator">{P("line")}</w:footnote><w:footnote>{P("A note")}</w:footnote></w:footnotes>'
    comments = f'<w:comments xmlns:w="{make.W}"><w:comment>{P("A comment")}</w:comment></w:comments>'
    parts = {"word/footnotes.xml": notes, "word/comments.xml": comments}
    assert [(kind, text) for kind, _, text in passages(made(tmp_path, "plan.docx", make.docx(body, parts)))] == [
        ("item", "Direct item"), ("item", "Item by style"), ("paragraph", "No item"), ("paragraph", "Posting is e-mail"),
        ("paragraph", "Kept added seen"), ("paragraph", "In a box"), ("paragraph", "Around the box"),
        ("paragraph", "A note"),
    ]  # fmt: skip


def table(*rows: list[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cells)}</w:tr>" for cells in rows) + "</w:tbl>"


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def test_tables_of_word(tmp_path: Path) -> None:
    wide, tall, below = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    inner = table([cell(P("Key")), cell(P("Value"))], [cell(P("Ring")), cell(P("4410"))])
    body = (
        table([cell(P("Role")), cell(P("Who")), cell(P("How"))],
              [cell(P("Legal"), tall), cell(P("Ana")), cell(P("by") + P("phone"))],
              [cell("<w:p/>", below), cell(P("Both"), wide)])
        + table([cell(P("A frame") + P("around text"))])
        + table([cell(P("Duty")), cell(inner)], [cell(P("Day")), cell(P("Bo"))])
        + table([cell(P("Only")), cell(P("row"))])
    )  # fmt: skip
    rows = made(tmp_path, "plan.docx", make.docx(body))
    assert [(row["kind"], row["text"]) for row in rows["passages"]] == [
        ("row", "Role: Legal; Who: Ana; How: by phone"), ("row", "Role: Legal; Who: Both"),
        ("paragraph", "A frame"), ("paragraph", "around text"),
        ("row", "Key: Ring; Value: 4410"), ("row", "Duty: Day; Bo"), ("row", "Only; row"),
    ]  # fmt: skip


def test_facts_in_headers_of_word_and_a_main_part_of_another_name(tmp_path: Path) -> None:
    header = f'<w:hdr xmlns:w="{make.W}">{P("Owner: Ana Duarte")}</w:hdr>'
    footer = f'<w:ftr xmlns:w="{make.W}">{table([cell(P("Version")), cell(P("Next review"))], [cell(P("2.1")), cell(P("1 March 2027"))])}</w:ftr>'
    core = '<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>From the properties</dc:title></a>'
    relations = '<r xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Type="x/officeDocument" Target="/word/document2.xml"/></r>'
    body = f'<w:document xmlns:w="{make.STRICT}"><w:body>{P("Every post is approved by a second person.")}</w:body></w:document>'
    parts = {"_rels/.rels": relations, "word/document2.xml": body, "word/header1.xml": header,
             "word/footer1.xml": footer, "docProps/core.xml": core}  # fmt: skip
    rows = made(tmp_path, "plan.docx", make.packed(parts))
    row = document(rows)
    assert (row["owner"], row["version"], row["review_due_on"]) == ("Ana Duarte", "2.1", date(2027, 3, 1))
    assert row["title"] == "From the properties"
    assert texts(rows) == ["Every post is approved by a second person."]


def test_a_page_of_links_in_word_only_points_elsewhere(tmp_path: Path) -> None:
    link = "<w:p><w:hyperlink><w:r><w:t>{}</w:t></w:r></w:hyperlink></w:p>"
    field = ('<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "a"</w:instrText>'
             '<w:fldChar w:fldCharType="separate"/><w:t>The rules for everybody who answers complaints in public</w:t>'
             '<w:fldChar w:fldCharType="end"/></w:r></w:p>')  # fmt: skip
    body = P("Policies") + link.format("The social media policy for everybody who writes or films here") + field
    rows = made(tmp_path, "plan.docx", make.docx(body))
    assert document(rows)["state"] == "links_only"
    assert "only points elsewhere" in said(rows)


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/hyperlink" Target="https://form.example/f" TargetMode="External"/>'
    '<Relationship Id="r2" Type="http://x/hyperlink" Target="annex.docx" TargetMode="External"/>'
    '<Relationship Id="r3" Type="http://x/image" Target="media/a.png"/></Relationships>'
)
OFFICE = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def links(rows: Rows) -> list[tuple[str, str | None, int | None]]:
    assert document(rows)["links"] == len(rows["document_links"])
    return [(row["address"], row["text"], row["line"]) for row in rows["document_links"]]


def test_links_of_word(tmp_path: Path) -> None:
    def link(attributes: str, text: str, style: str = "") -> str:
        run = f"<w:r><w:t>{text}</w:t></w:r>"
        return f"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>See </w:t></w:r><w:hyperlink {OFFICE} {attributes}>{run}</w:hyperlink></w:p>"

    def field(code: str) -> str:
        return (f'<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>{code}</w:instrText>'
                '<w:fldChar w:fldCharType="separate"/><w:t>words</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>')  # fmt: skip

    body = (
        P("The rules") + link('r:id="r1"', "the form") + link('r:id="r2" w:anchor="two"', "the annex")
        + link('w:anchor="top"', "above") + link('r:id="r9"', "nowhere") + link('r:id="r3"', "no link")
        + link('w:anchor="one"', "One . . . 3", '<w:pStyle w:val="TOC1"/>')
        + "<w:p><w:del>" + link('r:id="r1"', "deleted") + "</w:del></w:p>"
        + field(' HYPERLINK "https://a.example/b" \\o "a tip" \\h ') + field('HYPERLINK \\l "place"')
        + field('HYPERLINK "plan.docx" \\l "place"') + field("HYPERLINK https://c.example") + field("PAGE")
        + "<w:p><w:fldSimple w:instr='HYPERLINK \"list.docx\"'><w:r><w:t>the list</w:t></w:r></w:fldSimple></w:p>"
    )  # fmt: skip
    rows = made(tmp_path, "plan.docx", make.docx(body, {"word/_rels/document.xml.rels": RELATIONS}))
    assert links(rows) == [
        ("https://form.example/f", "the form", 2),
        ("annex.docx#two", "the annex", 3),
        ("#top", "above", 4),
        ("https://a.example/b", "words", 9),
        ("#place", "words", 10),
        ("plan.docx#place", "words", 11),
        ("https://c.example", "words", 12),
        ("list.docx", "the list", 14),
    ]
    kinds = {row["address"]: (row["kind"], row["exists"]) for row in rows["document_links"]}
    assert kinds["plan.docx#place"] == ("file", True)
    assert kinds["annex.docx#two"] == ("file", False)


def test_a_watermark_of_word_is_a_status(tmp_path: Path) -> None:
    mark = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="DRAFT"/></v:shape></w:pict></w:r></w:p>'
    header = f'<w:hdr xmlns:w="{make.W}">{P("Hill Farm Tea")}{mark}</w:hdr>'
    rows = made(tmp_path, "plan.docx", make.docx(P("Every post is approved."), {"word/header1.xml": header}))
    assert (document(rows)["status"], texts(rows)) == ("draft", ["Every post is approved."])
    rows = made(tmp_path, "text.docx", make.docx(P("Every post is approved.") + mark))
    assert (document(rows).get("status"), texts(rows)) == (None, ["Every post is approved."])


# OpenDocument


def test_links_of_opendocument(tmp_path: Path) -> None:
    (tmp_path / "list.odt").write_bytes(b"x")
    link = '<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{}">{}</text:a>'
    body = (
        f"<text:p>The rules</text:p><text:p>See {link.format('https://form.example', 'the <text:span>form</text:span>')}"
        f" or {link.format('../list.odt', 'the list')}</text:p>"
        f'<text:section text:display="none"><text:p>{link.format("https://unseen.example", "no")}</text:p></text:section>'
        f"<text:table-of-content><text:p>{link.format('#one', 'One')}</text:p></text:table-of-content>"
    )
    rows = made(tmp_path, "plan.odt", make.odt(body))
    assert links(rows) == [("https://form.example", "the form", 2), ("list.odt", "the list", 2)]
    assert rows["document_links"][1]["exists"] is True


def test_text_of_opendocument_as_a_reader_sees_it(tmp_path: Path) -> None:
    body = (
        '<text:tracked-changes><text:p>Deleted</text:p></text:tracked-changes><text:p text:style-name="P1">Handbook</text:p>'
        '<text:table-of-content><text:p>One 3</text:p></text:table-of-content>'
        '<text:h text:outline-level="1">One</text:h><text:h text:outline-level="2">Two</text:h>'
        '<text:p>Every<text:s text:c="3"/>post<text:tab/>is<text:line-break/>seen<office:annotation><text:p>A comment'
        "</text:p></office:annotation> twice<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>A note</text:p></text:note-body></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>An item</text:p><text:list><text:list-item><text:p>Within</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        '<text:section text:display="none"><text:p>Hidden</text:p></text:section>'
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Role</text:p></table:table-cell>"
        "<table:table-cell><text:p>Who</text:p></table:table-cell><table:table-cell><text:p>How</text:p></table:table-cell>"
        "</table:table-row></table:table-header-rows>"
        '<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Legal</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2"><text:p>Ana</text:p></table:table-cell></table:table-row>'
        "<table:table-row><table:covered-table-cell/>"
        '<table:table-cell table:number-columns-spanned="2"><text:p>Both</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row></table:table>"
        "<text:p><draw:frame xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\"><draw:text-box><text:p>In a box"
        "</text:p></draw:text-box></draw:frame>Around the box</text:p>"
    )  # fmt: skip
    styles = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    page = make.odt_styles(
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties fo:language="en"/>'
        "</style:default-style></office:styles><office:master-styles><style:footer><text:p>Owner: Ana Duarte</text:p>"
        "</style:footer></office:master-styles>"
    )
    rows = made(tmp_path, "plan.odt", make.odt(body, {"styles.xml": page}, styles))
    under = "Handbook › One › Two"
    assert passages(rows) == [
        ("heading", "", "Handbook"), ("heading", "Handbook", "One"), ("heading", "Handbook › One", "Two"),
        ("paragraph", under, "A note"), ("paragraph", under, "Every post is seen twice."),
        ("item", under, "An item"), ("item", under, "Within"),
        ("row", under, "Role: Legal; Who: Ana"), ("row", under, "Role: Legal; Who: Both"),
        ("paragraph", under, "In a box"), ("paragraph", under, "Around the box"),
    ]  # fmt: skip
    assert (document(rows)["owner"], document(rows)["language"], document(rows)["title"]) == (
        "Ana Duarte", "en", "Handbook",
    )  # fmt: skip


def test_an_opendocument_text_with_a_password_says_so(tmp_path: Path) -> None:
    manifest = (
        f'<m:manifest xmlns:m="{make.ODF}:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    rows = made(tmp_path, "plan.odt", make.odt("", {"META-INF/manifest.xml": manifest}))
    assert (document(rows)["state"], "protected by a password" in said(rows)) == ("unreadable", True)


# PDF


def pages(*content: list[str | tuple[str, float]]) -> bytes:
    pdf = make.Pdf()
    for lines in content:
        pdf.lines(*lines)
    return pdf.save()


def test_running_heads_go_and_lines_become_paragraphs(tmp_path: Path) -> None:
    head, under = ("Hill Farm Tea, social media policy", 9), "Version: 2.1    Owner: Ana Duarte"
    data = pages(
        [head, "", ("Social media policy", 18), "", "Every post is approved by a second person before it goes out. The au-",
         "thor never approves the text, and the on-", "call folder holds the rules that everybody who writes here fol-",
         "lows.", "", ("2.1 Who may answer", 11), "", "Only the community team may answer, which is why each and every question is", under, "Page 1 of 3"],
        [head, "", "passed on to it.", "", "• The first item goes on for so long that it needs a second line to be told", "whole.",
         "• The on-call phone is never off.", "1. A numbered one.", under, "Page 2 of 3"],
        [head, "", "GETTING IT WRONG", "", "Mistakes are corrected in the open.", under, "Page 3 of 3"],
    )  # fmt: skip
    rows = made(tmp_path, "policy.pdf", data)
    first, second = "Social media policy", "Social media policy › 2.1 Who may answer"
    found = [(row["kind"], row["page"], row["heading"], row["text"]) for row in rows["passages"]]
    assert found[:5] == [
        ("heading", 1, "", "Social media policy"),
        ("paragraph", 1, first, "Every post is approved by a second person before it goes out. The author never approves "
         "the text, and the on-call folder holds the rules that everybody who writes here follows."),
        ("heading", 1, first, "2.1 Who may answer"),
        ("paragraph", 1, second, "Only the community team may answer, which is why each and every question is passed on to it."),
        ("item", 2, second, "The first item goes on for so long that it needs a second line to be told whole."),
    ]  # fmt: skip
    assert [(kind, text) for kind, _, _, text in found[5:]] == [
        ("item", "The on-call phone is never off."), ("item", "A numbered one."), ("heading", "GETTING IT WRONG"),
        ("paragraph", "Mistakes are corrected in the open."),
    ]  # fmt: skip
    assert (document(rows)["owner"], document(rows)["version"]) == ("Ana Duarte", "2.1")
    assert rows["passages"][0]["locator"] == "page 1"
    assert said(rows) == ""


def noted(pdf: make.Pdf, page: int, notes: bytes) -> None:
    pdf.objects[page - 1] = pdf.objects[page - 1].replace(b"/Type /Page ", b"/Type /Page /Annots " + notes + b" ")


def test_links_of_pdf(tmp_path: Path) -> None:
    pdf = make.Pdf()
    pdf.lines("The first page has no link.")
    page = pdf.lines("The rules", "See the form")
    link = b"<< /Type /Annot /Subtype /Link %s /A << /S /URI /URI %s >> >>"
    place = b"/Rect [72 762 200 776]"
    form, again = pdf.add(link % (place, b"(https://form.example/f)")), pdf.add(b"(https://second.example)")
    noted(pdf, page, b"[%d 0 R %d 0 R 5 null 99 0 R << /Subtype /Link >> << /Subtype /Text /A << /URI (https://no.example) >> >> %s %s]"
          % (form, form, link % (b"/Rect [1 2 /x 3]", b"%d 0 R" % again), link % (b"", b"<ff00fe>")))  # fmt: skip
    rows = made(tmp_path, "plan.pdf", pdf.save())
    assert said(rows) == ""
    assert links(rows)[:2] == [("https://form.example/f", "See the form", 2), ("https://second.example", None, 1)]
    assert [row["page"] for row in rows["document_links"][:2]] == [2, 2]
    assert rows["document_links"][0]["locator"] == "page 2"


def test_links_of_pdf_are_bounded(tmp_path: Path) -> None:
    pdf = make.Pdf()
    many = b"".join(b"<< /Subtype /Link /A << /URI (https://a.example/%d) >> >>" % number for number in range(3_000))
    for word in ("post", "film", "reply", "story"):
        noted(pdf, pdf.lines(f"Every {word} is approved by a second person."), b"[%s]" % many)
    rows = made(tmp_path, "plan.pdf", pdf.save())
    assert document(rows)["state"] == "read"
    assert len(rows["document_links"]) == document(rows)["links"] == 5_000
    for notes in (b"5", b"<< >>", b"(x)", b"[[[]]]", b"1 0 R", b"[1 0 R 2 0 R]"):
        pdf = make.Pdf()
        noted(pdf, pdf.lines("Every post is approved by a second person."), notes)
        rows = made(tmp_path, "odd.pdf", pdf.save())
        assert (texts(rows), links(rows)) == (["Every post is approved by a second person."], [])


def scan() -> make.Pdf:
    pdf = make.Pdf()
    image = pdf.stream(
        b"\x00" * 12, b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    for _ in range(2):
        pdf.page(b"q 595 0 0 842 0 0 cm /I Do Q          ", b"/XObject << /I %d 0 R >>" % image)
    return pdf


def test_a_scan_is_named_and_half_a_scan_is_read(tmp_path: Path) -> None:
    rows = made(tmp_path, "scan.pdf", scan().save())
    assert document(rows)["state"] == "unreadable"
    assert said(rows) == (
        "scan.pdf has no text: 2 pages hold none; it is probably a scan: run text recognition over it, or give the original."
    )
    half = scan()
    half.lines("Every post is approved by a second person.")
    rows = made(tmp_path, "half.pdf", half.save())
    assert document(rows)["state"] == "read"
    assert said(rows) == "half.pdf: 2 of 3 pages hold no text and are probably scans (the first is page 1)."
    empty = make.Pdf()
    empty.page(b"")
    rows = made(tmp_path, "blank.pdf", empty.save())
    assert (document(rows)["state"], said(rows)) == ("empty", "blank.pdf holds no text.")


@pytest.mark.parametrize("way", ["RC4-128", "AES-256"])
@pytest.mark.parametrize(("password", "state"), [("hill-farm-4410", "unreadable"), ("", "read")])
def test_a_pdf_with_a_password(tmp_path: Path, way: str, password: str, state: str) -> None:
    from pypdf import PdfWriter

    path = tmp_path / "plan.pdf"
    path.write_bytes(pages(["Every post is approved by a second person."]))
    writer = PdfWriter(clone_from=path)
    writer.encrypt(password, "owner-word", algorithm=way)
    writer.write(path)
    rows = read(path)
    assert document(rows)["state"] == state
    assert ("is protected by a password" in said(rows)) == bool(password)


def test_one_process_reads_all_pdf_files_and_a_new_one_follows_a_dead_one() -> None:
    from auditgen.documents.pdf.reader import _PROCESS

    read(MADE / "crisis-plan.pdf")
    first = _PROCESS._child
    read(MADE / "social-media-policy.pdf")
    assert first is not None
    assert _PROCESS._child is first
    first.kill()
    first.wait()
    assert document(read(MADE / "crisis-plan.pdf"))["state"] == "read"
    assert _PROCESS._child is not first


# Plain text


def test_plain_text(tmp_path: Path) -> None:
    text = (
        "Social media policy\n===================\n\nOwner: Ana Duarte\nNext review: 1 March 2027\n\nEvery post is approved\n"
        "by a second person.\n\nACCESS\n\n- Nobody shares a login.\n- A leaver loses access\n  the same day.\n\n"
        "3.2 Answering people\n\nReplies are friendly. See https://hillfarm.example/tone for more.\n\nSmall print\n-----------\n\n"
        "1. Level one: call the lead.\n2) Level two: call the head.\n"
    )
    rows = made(tmp_path, "policy.txt", text)
    assert passages(rows) == [
        ("heading", "", "Social media policy"),
        ("paragraph", "Social media policy", "Owner: Ana Duarte Next review: 1 March 2027"),
        ("paragraph", "Social media policy", "Every post is approved by a second person."),
        ("heading", "Social media policy", "ACCESS"),
        ("item", "Social media policy › ACCESS", "Nobody shares a login."),
        ("item", "Social media policy › ACCESS", "A leaver loses access the same day."),
        ("heading", "Social media policy", "3.2 Answering people"),
        ("paragraph", "Social media policy › 3.2 Answering people", "Replies are friendly. See https://hillfarm.example/tone for more."),
        ("heading", "Social media policy", "Small print"),
        ("item", "Social media policy › Small print", "Level one: call the lead."),
        ("item", "Social media policy › Small print", "Level two: call the head."),
    ]  # fmt: skip
    row = document(rows)
    assert (row["format"], row["owner"], row["review_due_on"]) == ("text", "Ana Duarte", date(2027, 3, 1))
    assert [item["line"] for item in rows["passages"]] == [1, 4, 7, 10, 12, 13, 16, 18, 20, 23, 24]


def test_restructured_text(tmp_path: Path) -> None:
    text = (
        "=============\nCrisis plan\n=============\n\n:Owner: Ana Duarte\n:Version: 2.1\n\n.. note::\n   Keep **calm**.\n\n.. image:: a.png\n"
        "   :alt: a picture\n\n.. a comment\n   that goes on\n\nWho decides\n~~~~~~~~~~~\n\nSee `the list <https://hillfarm.example/list>`_.\n\n"
        "+------+-----+\n| Role | Who |\n+------+-----+\n| Lead | Ana |\n+------+-----+\n\nAfter\n~~~~~\n\n#. Rest.\n"
    )
    rows = made(tmp_path, "plan.rst", text)
    everything = " ".join(texts(rows))
    assert passages(rows)[0] == ("heading", "", "Crisis plan")
    assert ("heading", "Crisis plan", "Who decides") in passages(rows)
    assert ("item", "Crisis plan › After", "Rest.") in passages(rows)
    assert ("row", "Crisis plan › Who decides", "Role: Lead; Who: Ana") in passages(rows)
    assert "Keep calm." in everything
    assert "See the list." in everything
    for markup in ("image", "picture", "comment", "goes on", "**", "https"):
        assert markup not in everything
    assert (document(rows)["owner"], document(rows)["version"]) == ("Ana Duarte", "2.1")


def test_links_of_plain_text(tmp_path: Path) -> None:
    text = (
        "Plan\n====\n\nThe rules are told here, see https://a.example/b.\nThen (http://c.example/d) and <https://e.example>.\n\n"
        ".. a comment\n   https://unseen.example\n\n- See `the list <list.rst>`_\n"
    )
    assert links(made(tmp_path, "plan.rst", text)) == [
        ("https://a.example/b", None, 4), ("http://c.example/d", None, 5), ("https://e.example", None, 5),
        ("list.rst", "the list", 10),
    ]  # fmt: skip


# What a file is


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("plan.doc", OLE + "WordDocument".encode("utf-16-le"), "is a Word 97 document; save it as .docx"),
        ("plan.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        ("plan.pdf", OLE + "Workbook".encode("utf-16-le"), "is an Excel workbook"),
        ("plan.doc", OLE, "is a document of an old Office program"),
        ("plan.rtf", b"{\\rtf1 Every post}", "is an RTF document; save it as .docx"),
        ("plan.pages", make.packed({"Index/Document.iwa": "x"}), "is a Pages document; export it to Word or PDF"),
        ("plan.pdf", make.packed({"xl/workbook.xml": "x"}), "is an Excel workbook"),
        ("plan.docx", make.packed({"ppt/presentation.xml": "x"}), "is a PowerPoint presentation"),
        ("plan.pdf", make.packed({"a.txt": "x"}), "is a zip and no document; unpack it"),
        ("plan.odt", make.packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "but no text"),
        ("plan.docx", make.packed({"mimetype": "application/epub+zip"}), "is a book (EPUB)"),
        ("plan.pdf", b"\x89PNG\r\n\x1a\n" + bytes(40), "is a picture; run text recognition"),
        ("plan.docx", b"\xff\xd8\xff\xe0" + bytes(40), "is a picture; run text recognition"),
        ("plan.docx", b"Every post is approved.", "holds plain text, but is called .docx"),
        ("plan.pdf", b"", "holds no text"),
        ("plan.docx", b"PK\x03\x04" + bytes(100), "is damaged"),
        ("plan.fodt", b'<?xml version="1.0"?><office:document/>', "save it as .odt"),
        ("plan.doc", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "of the form of 2003"),
        ("plan.md", b"\x00\x01\x02" * 50, "is not text"),
        ("plan.pdf", b"%PDF-1.7\nnothing", "is damaged or no whole PDF"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_what_helps(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    rows = made(tmp_path, name, data)
    assert says in said(rows)
    assert said(rows).startswith(f"{name} ")
    assert "\n" not in said(rows)
    assert document(rows)["state"] == ("unreadable" if data else "empty")


def test_content_goes_before_the_ending(tmp_path: Path) -> None:
    text = "Every post is approved by a second person."
    cases = {
        "a.docx": (pages([text]), "pdf", "is a PDF file and was read as one; name it .pdf"),
        "b.md": (f"<!DOCTYPE html><html><body><p>{text}</p></body></html>".encode(), "html", "is an HTML page"),
        "c.pdf": (make.docx(P(text)), "docx", "is a Word document and was read as one; name it .docx"),
        "d.doc": (make.odt(f"<text:p>{text}</text:p>"), "odt", "is an OpenDocument text"),
        "e": (make.docx(P(text)), "docx", "is a Word document"),
    }
    for name, (data, form, says) in cases.items():
        rows = made(tmp_path, name, data)
        assert (document(rows)["format"], texts(rows)) == (form, [text])
        assert says in said(rows)
    rows = made(tmp_path, "style.css", "p { color: red }")
    assert ("documents" not in rows, rows["reports"][0]["status"]) == (True, "empty")


# Languages

GERMAN = (
    "Jeder Beitrag wird von einer zweiten Person geprüft, bevor er veröffentlicht wird. Die Zugänge werden am letzten "
    "Arbeitstag gesperrt, und niemand teilt sich ein Passwort mit anderen. Wer einen Fehler macht, sagt es offen und "
    "berichtigt ihn. Die Leitung entscheidet in einer Krise, ob die Beiträge pausiert werden."
)
FRENCH = (
    "Chaque publication est approuvée par une deuxième personne avant d'être mise en ligne. Les accès sont retirés le "
    "dernier jour de travail et personne ne partage un mot de passe. En cas de crise, la direction décide si les "
    "publications sont suspendues, et elle le dit à toute l'équipe sans attendre."
)
GREEK = (
    "Κάθε ανάρτηση εγκρίνεται από δεύτερο πρόσωπο πριν δημοσιευτεί. Η πρόσβαση αφαιρείται την τελευταία ημέρα εργασίας."
)
ENGLISH = (
    "Every post is approved by a second person before it goes out. Access ends on the last working day, and nobody shares "
    "a password with anybody else. In a crisis the head of brand decides whether posts are paused, and says so to all."
)


@pytest.mark.parametrize(
    ("text", "name", "language"), [(GERMAN, "German", "de"), (FRENCH, "French", "fr"), (GREEK, "Greek", "el")]
)
@pytest.mark.parametrize("form", ["md", "docx"])
def test_another_language_is_named(tmp_path: Path, text: str, name: str, language: str, form: str) -> None:
    # Word says English of every document that was begun in an English Word.
    rows = made(tmp_path, f"plan.{form}", make.docx(P(text)) if form == "docx" else text)
    assert (document(rows)["state"], document(rows)["language"]) == ("foreign", language)
    assert said(rows) == f"plan.{form} is in {name}; the clauses are looked for in English only."


def test_english_stays_english_whatever_it_declares(tmp_path: Path) -> None:
    rows = made(tmp_path, "a.html", f'<html lang="de"><body><p>{ENGLISH}</p></body></html>')
    assert (document(rows)["state"], document(rows)["language"]) == ("read", "de")
    rows = made(tmp_path, "b.md", ENGLISH)
    assert (document(rows)["state"], document(rows)["language"]) == ("read", "en")
    rows = made(tmp_path, "c.md", "Wer entscheidet? Die Leitung.")
    assert (document(rows)["state"], document(rows)["language"]) == ("read", None)
    mixed = f"{ENGLISH}\n\n{ENGLISH}\n\n{GERMAN}"
    assert document(made(tmp_path, "d.md", mixed))["state"] == "read"
    names = "\n".join(f"- Person {number}, Team {number}, 020 555 01{number}" for number in range(10, 60))
    assert document(made(tmp_path, "e.md", names))["state"] == "read"


# Files that mean harm


@pytest.mark.parametrize("name", make.HOSTILE)
def test_no_file_takes_long_or_much(tmp_path: Path, name: str) -> None:
    path = make.write_hostile(tmp_path, name)
    script = Path(__file__).parents[1] / "tools" / "read_policy.py"
    done = subprocess.run([sys.executable, str(script), str(path)], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["seconds"] < 10
    assert told["megabytes"] < 300
    assert told["state"] in ("read", "empty", "unreadable", "foreign")
    if told["state"] != "read":
        assert told["message"].startswith(f"{name} ")
        assert "\n" not in told["message"]
        assert len(told["message"]) < 200


def test_more_pages_than_a_policy_has_are_counted(tmp_path: Path) -> None:
    rows = read(make.write_hostile(tmp_path, "pages.pdf"))
    assert document(rows)["state"] == "read"
    assert "of 2,000 pages were read" in said(rows)
    assert "Handbook of the Hill Farm" not in texts(rows)
    assert max(row["page"] for row in rows["passages"]) <= 300


def test_errors_never_quote_what_a_file_holds(tmp_path: Path) -> None:
    secret = "hill-farm-secret-4410"
    for name, data in {
        "a.docx": make.docx(f"<w:p><w:r><w:t>{secret}</w:t>"),
        "b.odt": make.odt(f"<text:p>{secret}"),
        "c.pdf": b"%PDF-1.7\n1 0 obj\n<< /" + secret.encode() + b" (" + secret.encode(),
        "d.docx": secret.encode(),
    }.items():
        rows = made(tmp_path, name, data)
        assert document(rows)["state"] == "unreadable"
        assert secret not in said(rows)


_BYTES = st.one_of(
    st.binary(max_size=400),
    st.binary(max_size=200).map(lambda data: b"%PDF-1.7\n" + data),
    st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data),
    st.text(max_size=200).map(lambda text: make.packed({"word/document.xml": text})),
    st.text(max_size=200).map(
        lambda text: make.packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": text})
    ),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_BYTES, st.sampled_from(["a.docx", "a.odt", "a.pdf", "a.md", "a.txt", "a.rst", "a.html", "a"]))
def test_any_bytes_end_in_a_document_or_one_sentence(tmp_path: Path, data: bytes, name: str) -> None:
    rows = made(tmp_path, name, data)
    if "documents" not in rows or document(rows)["state"] == "unreadable":
        assert said(rows).startswith(name)
        assert "\n" not in said(rows)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 12_000), st.integers(0, 255), st.sampled_from(["docx", "odt", "pdf"]))
def test_a_damaged_byte_ends_in_a_document_or_one_sentence(tmp_path: Path, place: int, value: int, form: str) -> None:
    data = bytearray((MADE / f"crisis-plan.{form}").read_bytes())
    data[place % len(data)] = value
    rows = made(tmp_path, f"plan.{form}", bytes(data))
    assert document(rows)["state"] in ("read", "empty", "unreadable", "foreign")


_WORDS = st.from_regex(r"[A-Za-z][a-z]{2,9}( [a-z]{2,9}){2,8}", fullmatch=True)
_BLOCK = st.tuples(st.sampled_from(["heading", "paragraph", "item"]), _WORDS)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_BLOCK, min_size=1, max_size=12))
def test_random_text_comes_back_from_word_and_opendocument(tmp_path: Path, blocks: list[tuple[str, str]]) -> None:
    word = {"heading": "berschrift1", "paragraph": "Standard", "item": "Liste"}
    office = {
        "heading": '<text:h text:outline-level="1">{}</text:h>',
        "paragraph": "<text:p>{}</text:p>",
        "item": "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
    }
    files = {
        "a.docx": make.docx("".join(styled(text, word[kind]) for kind, text in blocks)),
        "a.odt": make.odt("".join(office[kind].format(text) for kind, text in blocks)),
    }
    for name, data in files.items():
        rows = made(tmp_path, name, data)
        assert [(row["kind"], row["line"], row["text"]) for row in rows["passages"]] == [
            (kind, number, text) for number, (kind, text) in enumerate(blocks, 1)
        ]


def test_readers_are_imported_only_when_they_are_needed() -> None:
    code = "import sys, auditgen.readers.policies.reader; print([n for n in ('pypdf', 'zipfile', 'subprocess') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=MADE.parents[2])
    assert done.stdout.strip() == "[]"


def test_made_up_files_are_small() -> None:
    for path in MADE.iterdir():
        assert path.stat().st_size < 50_000
