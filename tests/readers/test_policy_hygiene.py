"""Hygiene of policies: real documents through the reader to verdicts, the table of retired things, links, readability."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditgen.analysis.readability import LEAST_WORDS, measure, measure_documents, sentences, syllables
from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.documents.document import Document
from auditgen.evidence.store import Store
from auditgen.readers import Context
from auditgen.readers.policies.links import link_rows, look_at
from auditgen.readers.policies.reader import READER
from auditgen.reference.retired import shipped

DAY = date(2026, 11, 24)
US = {"name": "Larkfell Outdoor", "domains": ["larkfell.example", "larkfell.co.example"], "brand_words": ["larkfell"]}
PEOPLE = [
    {"person": "ana", "display": "Ana Duarte", "email": "ana.duarte@larkfell.example", "kind": "staff", "status": "active", "in_identity_provider": True},
    {"person": "priya", "display": "Priya Raman", "email": "priya.raman@larkfell.example", "kind": "staff", "status": "left", "left_on": date(2026, 10, 1)},
]  # fmt: skip


@cache
def pack() -> Mapping[str, Check]:
    return {check.id: check for check in load_pack(builtin_folder(), "auditgen", verify=False)[0]}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store() as made:
        yield made


def fill(store: Store, folder: Path, files: Mapping[str, str], people: list[dict[str, Any]] = PEOPLE) -> None:
    context = Context(folder, DAY, US, {"seen_on": DAY})
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        READER.read(path, context, store)
    store.add("organisation", [US])
    store.add("people", people)
    store.add("accounts", [{"account": "x-main", "recovery_email": "social@larkfell.example"}])
    store.add("retired", shipped())
    measure_documents(store)


def judge(store: Store, name: str, day: date = DAY, **params: Any) -> dict[str, dict[str, Any]]:
    check = pack()[name]
    check = replace(check, params={**check.params, **params})
    define_macros(store)
    rows = [row | row["verdict"] for row in store.select(check.sql or "", check.parameters(day))]
    found = {row["subject"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def one(store: Store, folder: Path, name: str, text: str, day: date = DAY, file: str = "plan.md") -> dict[str, Any]:
    fill(store, folder, {file: text})
    return judge(store, name, day)[file]


PLACEHOLDER = "no-placeholder-is-left-in-a-policy"
TABLE = "no-table-of-a-policy-is-left-empty"
CONTACTS = "contacts-in-a-policy-belong-to-somebody"
TOOLS = "no-policy-relies-on-retired-tools"
LAW = "no-policy-cites-superseded-law"
NAMES = "policies-use-the-current-names-of-platforms"
RIGHT = "a-policy-names-the-right-organisation"
ADVICE = "no-template-advice-is-left-in-a-policy"
READING = "policies-can-be-read-quickly"
PASSWORDS = "no-policy-asks-for-outdated-password-rules"
FORCE = "every-policy-is-in-force"
LINKS = "links-in-policies-lead-somewhere"
OPEN = "policies-link-to-what-readers-can-open"
ALL = (PLACEHOLDER, TABLE, CONTACTS, TOOLS, LAW, NAMES, RIGHT, ADVICE, READING, PASSWORDS, FORCE, LINKS, OPEN)


# -- gaps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Duty phone: TBD", "fail"),
        ("The number is still to be added.", "fail"),
        ("The deputy is to be decided.", "fail"),
        ("Template reply: To be added", "fail"),
        ("Call [name of the duty manager].", "fail"),
        ("Signed: ________", "fail"),
        ("We need to identify who owns these channels.", "fail"),
        ("The duty lead needs to decide who is in charge of the call.", "pass"),
        ("We need to find out who posted it.", "pass"),
        ("Ask the social lead to be added to the list.", "pass"),
        ("The work is expected to be completed before Friday.", "pass"),
        ("Wording is to be agreed with legal before it goes out.", "pass"),
        ("Label it mktg: 202x-xx-xx.", "pass"),
        ("Shipped: Thank you for your idea. It is in [name of the version].", "pass"),
        (
            "Read [the team guide](https://larkfell.example/guide), which says who may answer, when to ask and whom to call.",
            "pass",
        ),
    ],
)
def test_a_gap_is_told_from_a_rule(store: Store, tmp_path: Path, text: str, verdict: str) -> None:
    assert one(store, tmp_path, PLACEHOLDER, f"# Plan\n\n## Contacts\n\n{text}\n")["verdict"] == verdict


def test_a_slot_in_a_prepared_message_is_no_gap(store: Store, tmp_path: Path) -> None:
    text = "# Plan\n\n## Holding statements\n\nOn [date] we noticed that [name of account] was taken over.\n"
    assert one(store, tmp_path, PLACEHOLDER, text)["verdict"] == "pass"


def test_a_gap_is_quoted_with_its_heading_and_line(store: Store, tmp_path: Path) -> None:
    row = one(store, tmp_path, PLACEHOLDER, "# Plan\n\n## Contacts\n\nDuty phone: to be added\n")
    assert row["says"] == "Plan still holds “to be added” under “Plan › Contacts”"
    assert row["locator"] == "line 5"


def test_a_page_is_named_where_there_are_pages(store: Store) -> None:
    store.add("documents", [{"document": "plan.pdf", "title": "Plan", "state": "read", "locator": "page 1"}])
    store.add("passages", [{"document": "plan.pdf", "sequence": 1, "kind": "row", "line": 4, "page": 3,
                            "text": "Role: Legal; Phone:"}, {"document": "plan.pdf", "sequence": 2, "kind": "paragraph",
                            "line": 9, "page": 4, "text": "TBD. Passwords expire every 90 days, and [delete this section] too."}])  # fmt: skip
    assert judge(store, TABLE)["plan.pdf"]["locator"] == "page 3"
    for name in (PLACEHOLDER, ADVICE, PASSWORDS):
        assert judge(store, name)["plan.pdf"]["locator"] == "page 4", name


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        ("| Role | Who | Phone |\n|---|---|---|\n| Legal | | 020 |", "fail"),
        ("| Role | Who | Phone |\n|---|---|---|\n| Legal | Ana | ? |", "fail"),
        ("| Role | Who | Deputy |\n|---|---|---|\n| Legal | Ana | n/a |", "fail"),
        ("| Role | Who | Phone |\n|---|---|---|\n| Legal | Ana | 020 |", "pass"),
        ("| Role | Who | Deputy |\n|---|---|---|\n| Legal | Ana | none |", "pass"),
        ("| Channel | Notes |\n|---|---|\n| X | |", "pass"),
        ("| File name | Page number |\n|---|---|\n| | |", "pass"),
        ("| Name | Signature |\n|---|---|\n| | |", "pass"),
        ("| Channel | Number of followers |\n|---|---|\n| X | - |", "pass"),
        ("| Task | Social lead | Legal contact |\n|---|---|---|\n| Approve | R | |", "pass"),
    ],
)
def test_empty_cells_count_where_they_say_who(store: Store, tmp_path: Path, table: str, verdict: str) -> None:
    assert one(store, tmp_path, TABLE, f"# Plan\n\n## People\n\n{table}\n")["verdict"] == verdict


def test_a_form_may_be_empty(store: Store, tmp_path: Path) -> None:
    text = "# Plan\n\n## Incident log template\n\n| Time | Who | Contact |\n|---|---|---|\n| 09:00 | | |\n"
    assert one(store, tmp_path, TABLE, text)["verdict"] == "pass"


# -- contacts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("Write to Ana.Duarte@Larkfell.example.", "pass", "people here have"),
        ("Write to ana.duarte@larkfell.co.example.", "pass", "people here have"),
        ("Write to ana.duarte+crisis@larkfell.example.", "pass", "people here have"),
        ("Write to social@larkfell.example.", "pass", "people here have"),
        ("Write to priya.raman@larkfell.example.", "fail", "Priya Raman, who has left"),
        ("Write to praman@larkfell.example.", "fail", "Priya Raman, who has left"),
        ("Write to lee.marsh@larkfell.example.", "fail", "nobody on the list"),
        ("Write to press@larkfell.example.", "unknown", "no list says who reads it"),
        ("Write to press.office@larkfell.example.", "unknown", "no list says who reads it"),
        ("Write to larkfellpress@gmail.com.", "fail", "a private mailbox"),
        ("A fake sender looks like support.team@gmail.com.", "n/a", "no mail address of ours"),
        ("Write to abuse@platform.example.", "n/a", "no mail address of ours"),
        ("Addresses read firstname.lastname@larkfell.example.", "n/a", "no mail address of ours"),
        ("Post as @larkfell and call 020 5550 0142.", "n/a", "no mail address of ours"),
    ],
)
def test_a_contact_is_held_against_the_list_of_people(
    store: Store, tmp_path: Path, text: str, verdict: str, says: str
) -> None:
    row = one(store, tmp_path, CONTACTS, f"# Plan\n\n## Contacts\n\n{text}\n")
    assert row["verdict"] == verdict
    assert says in row["says"]


def test_shared_mailboxes_can_be_listed(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path, {"plan.md": "# Plan\n\nWrite to press@larkfell.example.\n"})
    assert judge(store, CONTACTS, mailboxes=["Press@larkfell.example"])["plan.md"]["verdict"] == "pass"


def test_without_a_list_of_people_nobody_can_tell(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path, {"plan.md": "# Plan\n\nWrite to lee.marsh@larkfell.example.\n"}, people=[])
    assert judge(store, CONTACTS)["plan.md"]["verdict"] == "unknown"


def test_an_inventory_alone_does_not_know_everybody(store: Store, tmp_path: Path) -> None:
    people = [{**person, "in_identity_provider": None} for person in PEOPLE]
    fill(store, tmp_path, {"plan.md": "# Plan\n\nWrite to lee.marsh@larkfell.example.\n"}, people=people)
    row = judge(store, CONTACTS)["plan.md"]
    assert row["verdict"] == "unknown"
    assert "no directory" in row["says"]


def test_a_second_address_of_somebody_counts(store: Store, tmp_path: Path) -> None:
    records = [{"record": "1", "person": "ana", "display": "Ana Duarte", "email": "ana.duarte@larkfell.example",
                "other_emails": ["ana.d.silva@larkfell.example"], "origin": "inventory"}]  # fmt: skip
    store.add("person_records", records)
    row = one(store, tmp_path, CONTACTS, "# Plan\n\nWrite to ana.d.silva@larkfell.example.\n")
    assert row["verdict"] == "pass"


# -- what is retired ---------------------------------------------------------------------------------------


def test_the_table_of_retired_things_is_complete_and_usable(store: Store) -> None:
    rows = list(shipped())
    store.add("retired", rows)
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names)) >= 30
    for row in rows:
        assert row["kind"] in ("tool", "law", "name"), row["name"]
        assert isinstance(row["since"], date), row["name"]
        assert row["since"] <= DAY, row["name"]
        assert str(row["word"]) == str(row["word"]).lower(), row["name"]
        assert row.get("country") in (None, "GB", "EU", "US", "DE"), row["name"]
        assert row["what"], row["name"]
        assert row["kind"] != "law" or row["instead"], row["name"]
    # A text with the entry's own name meets word and pattern, or the entry says why it is narrower.
    narrow = {"Vine", "Workplace from Meta", "US-CERT", "Telemediengesetz", "Safe Harbour decision",
              "Hootsuite's free plan", "Authy on the desktop", "NIST Cybersecurity Framework 1.1"}  # fmt: skip
    query = "select name from retired where not contains(lower(name), word) or not regexp_matches(name, pattern)"
    assert {row["name"] for row in store.select(query)} - narrow <= {
        "NIST SP 800-63B, revision 3", "NIST SP 800-61, revision 2", "Consumer Protection from Unfair Trading Regulations 2008"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Watch mentions in CrowdTangle every morning.", "CrowdTangle"),
        ("Schedule posts with Tweetdeck.", "TweetDeck"),
        ("Schedule posts with X Pro (TweetDeck).", None),
        ("CrowdTangle was closed in 2024.", None),
        ("Do not use TrueCrypt.", None),
        ("Encrypt the list with TrueCrypt.", "TrueCrypt"),
        ("Members of closed groups on Google+ see it.", "Google+"),
        ("Post it on Instagram, Vine and YouTube.", "Vine"),
        ("Tomatoes on the vine. Vine leaves.", None),
        ("Call them on Skype.", "Skype"),
        ("Call them with Skype for Business.", None),
        ("Our workplace from Metafell on.", None),
        ("Report it to US-CERT.", "US-CERT"),
        ("Get codes from Authy on your phone.", None),
        ("Install the Authy desktop app.", "Authy on the desktop"),
        ("Plan posts in Hootsuite. Feel free to ask.", None),
    ],
)
def test_tools_that_are_gone(store: Store, tmp_path: Path, text: str, hit: str | None) -> None:
    row = one(store, tmp_path, TOOLS, f"# Plan\n\n{text}\n")
    assert row["verdict"] == ("fail" if hit else "pass"), row["says"]
    assert hit is None or f"names {hit}" in row["says"]


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("You may not use data in a way that breaches the Data Protection Act 1998.", "Data Protection Act 1998"),
        ("We follow the Data Protection Act (1998).", "Data Protection Act 1998"),
        ("We follow the Data Protection Act 2018.", None),
        ("The Data Protection Act 1998 was replaced by the Data Protection Act 2018.", None),
        ("Until 2018 the Data Protection Act 1998 applied.", None),
        ("Transfers rest on the Privacy Shield.", "EU–US Privacy Shield"),
        ("Since Schrems II the Privacy Shield is no ground.", None),
        ("We comply with Directive 95/46/EC.", "Directive 95/46/EC"),
        ("Continuity follows ISO 22301:2012.", "ISO 22301:2012"),
        ("Continuity follows ISO 22301:2019.", None),
        ("Certified to ISO/IEC 27001:2013.", "ISO/IEC 27001:2013"),
        ("Logins follow NIST SP 800-63B Rev. 3.", "NIST SP 800-63B, revision 3"),
        ("Logins follow NIST SP 800-63B-4.", None),
        ("Incidents follow NIST SP 800-61 Revision 2.", "NIST SP 800-61, revision 2"),
        ("Payments follow PCI DSS v3.2.1.", "PCI DSS 3.2.1"),
        ("Payments follow PCI DSS 4.0.1.", None),
        ("Newsletters follow the CAN-SPAM Act of 2003.", None),
    ],
)
def test_law_that_was_superseded(store: Store, tmp_path: Path, text: str, hit: str | None) -> None:
    row = one(store, tmp_path, LAW, f"# Policy\n\n{text}\n")
    assert row["verdict"] == ("fail" if hit else "pass"), row["says"]
    assert hit is None or f"names {hit}" in row["says"]


def test_the_day_of_the_audit_decides_what_is_retired(store: Store, tmp_path: Path) -> None:
    fill(store, tmp_path, {"plan.md": "# Plan\n\nCall them on Skype. We follow ISO/IEC 27001:2013.\n"})
    for name, since in ((TOOLS, date(2025, 5, 5)), (LAW, date(2025, 10, 31))):
        assert judge(store, name, since)["plan.md"]["verdict"] == "fail"
        assert judge(store, name, date.fromordinal(since.toordinal() - 1))["plan.md"]["verdict"] == "pass"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("Ask Twitter.", "fail"), ("Ask X (formerly Twitter). Twitter answers.", "pass"), ("Ask us.", "pass")],
)
def test_an_old_name_is_a_hint_where_no_new_one_stands(store: Store, tmp_path: Path, text: str, verdict: str) -> None:
    assert one(store, tmp_path, NAMES, f"# Plan\n\n{text}\n")["verdict"] == verdict
    assert pack()[NAMES].severity == "info"


# -- whose policy it is ------------------------------------------------------------------------------------


def test_the_policy_of_another_company_is_noticed(store: Store, tmp_path: Path) -> None:
    text = "# Social media policy\n\n" + "When you post for Acmesoft, remember that Acmesoft is public.\n\n" * 4
    row = one(store, tmp_path, RIGHT, text)
    assert row["verdict"] == "fail"
    assert "names Acmesoft" in row["says"]


def test_the_policy_of_another_council_is_noticed(store: Store, tmp_path: Path) -> None:
    text = "# Policy\n\n" + "Wrenbury Parish Council answers. Nobody speaks for Wrenbury Parish Council alone.\n\n" * 3
    row = one(store, tmp_path, RIGHT, text)
    assert row["verdict"] == "fail"
    assert "Wrenbury" in row["says"]


@pytest.mark.parametrize(
    "text",
    [
        "At Larkfell we like Acmesoft. " + "We post with Acmesoft, and Acmesoft helps. " * 4,
        "We post on Facebook and on Instagram, in January and on Monday. " * 8,
        "Tell the Manager. A manager answers, and the Manager decides. " * 8,
        "Ask Ana before you post, and tell Ana when it is out. " * 8,
        "The Community Council decides. Nobody but the Community Council speaks. " * 8,
        "We write what we know. " * 8,
    ],
)
def test_other_words_with_a_capital_are_no_organisation(store: Store, tmp_path: Path, text: str) -> None:
    row = one(store, tmp_path, RIGHT, f"# Policy\n\n{text}\n")
    assert row["verdict"] == "pass", row["says"]


# -- template, password, force -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("HubSpot Tip: name who is responsible.", "fail"),
        ("[Delete this section before publishing]", "fail"),
        ("Replace this text with your own.", "fail"),
        ("Insert your logo above.", "fail"),
        ("This template will help you write a policy.", "fail"),
        ("Customise this template to your needs.", "fail"),
        ("Company name here", "fail"),
        ("Drafting note: legal may want more.", "fail"),
        ("Tip: describe what a picture shows.", "pass"),
        ("Use the template for requests.", "pass"),
        ("[Editor’s note: the talk is on our channel]", "pass"),
        ("Remove the post and keep a screenshot.", "pass"),
        ("Insert a line break before the hashtags.", "pass"),
    ],
)
def test_advice_to_the_author(store: Store, tmp_path: Path, text: str, verdict: str) -> None:
    row = one(store, tmp_path, ADVICE, f"# Policy\n\n## Purpose\n\n{text}\n")
    assert row["verdict"] == verdict, row["says"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Passwords are changed every 90 days.", "fail"),
        ("Change your password every three months.", "fail"),
        ("Passwords expire after 60 days.", "fail"),
        ("We follow a 90-day password rotation.", "fail"),
        ("Regularly update passwords.", "fail"),
        ("Passwords must contain an upper-case letter, a number and a symbol.", "fail"),
        ("Use a mix of letters, numbers and symbols in each password.", "fail"),
        ("Passwords must have:\n\n- at least 8 characters\n- at least one special character", "fail"),
        ("Do not force people to change passwords regularly.", "pass"),
        ("Change the password at once after a leak.", "pass"),
        ("Passwords change only when somebody leaves, not every 90 days.", "pass"),
        ("There is no need for upper-case letters or symbols in a password.", "pass"),
        ("Passwords are long. Review access every 90 days.", "pass"),
        ("Passwords need no:\n\n- upper-case letters and numbers", "pass"),
        ("Keep passwords secret. Change them every 90 days.", "fail"),
        ("Keep passwords secret. Update the list of accounts every 90 days.", "pass"),
        ("IT resets a password within 3 days.", "pass"),
        ("IT updates the password list every month.", "n/a"),
        ("Review access every 90 days.", "n/a"),
    ],
)
def test_password_rules_of_yesterday(store: Store, tmp_path: Path, text: str, verdict: str) -> None:
    row = one(store, tmp_path, PASSWORDS, f"# Policy\n\n## Logins\n\n{text}\n")
    assert row["verdict"] == verdict, row["says"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("# Plan\n\nVerification: Expired\n", "fail"),
        ("# Plan\n\nStatus: In Review\n", "fail"),
        ("# Plan\n\nStatus: Pending\n", "fail"),
        ("---\nstatus: final\n---\n# DRAFT Crisis plan\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan (draft)\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\nDRAFT\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\nDRAFT – NOT FOR DISTRIBUTION\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\nThis policy is still in draft.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\nValid until 31 March 2026\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\n| Field | Value |\n|---|---|\n| Expires | 2026-03-31 |\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan\n\nValid until 31 March 2027\n", "pass"),
        ("---\nstatus: final\n---\n# Draft social media policy\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Crisis plan – draft 2\n\nWe act.\n", "fail"),
        ("---\nstatus: final\n---\n# Posts: draft, approve, publish\n\nWe act.\n", "pass"),
        ("---\nstatus: final\n---\n# Drafting posts\n\nA draft goes to the social lead.\n", "pass"),
        ("---\nstatus: final\n---\n# Publishing\n\n## Draft\n\nWrite it.\n\n- Draft\n- Approve\n", "pass"),
        ("---\nstatus: final\n---\n# Publishing\n\nThe code expires on 03/04/2026.\n", "pass"),
        ("# Plan\n\nWe act.\n", "unknown"),
    ],
)
def test_a_draft_or_expired_page_is_noticed(store: Store, tmp_path: Path, text: str, verdict: str) -> None:
    row = one(store, tmp_path, FORCE, text)
    assert row["verdict"] == verdict, row["says"]


def test_a_day_of_expiry_the_reader_found_counts(store: Store) -> None:
    store.add("documents", [
        {"document": name, "state": "read", "status": "final", "expires_on": day}
        for name, day in (("old", date(2026, 1, 1)), ("new", date(2027, 1, 1)), ("today", DAY))
    ])  # fmt: skip
    verdicts = {name: row["verdict"] for name, row in judge(store, FORCE).items()}
    assert verdicts == {"old": "fail", "new": "pass", "today": "pass"}


# -- links -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "words", "kind"),
    [
        ("https://www.cisa.gov/report", "CISA", "web"),
        ("//larkfell.example/a", "a", "web"),
        ("www.larkfell.example", "a", "web"),
        ("go.usa.gov", "a", "web"),
        ("README.md", "a", "file"),
        ("mailto:press@larkfell.example", "press", "mail"),
        ("press@larkfell.example", "press", "mail"),
        ("tel:+442055500142", "call", "mail"),
        ("#contacts", "Contacts", "anchor"),
        ("", "", "anchor"),
        ("file:///c:/plan.docx", "plan", "private"),
        ("C:\\plans\\plan.docx", "plan", "private"),
        ("\\\\server\\share\\plan.docx", "plan", "private"),
        ("http://intranet/plan", "plan", "private"),
        ("https://intranet.larkfell.example/plan", "plan", "private"),
        ("https://wiki.internal/plan", "plan", "private"),
        ("http://localhost:8000/", "plan", "private"),
        ("http://10.1.2.3/", "plan", "private"),
        ("http://[::1]/", "plan", "private"),
        ("https://larkfell.sharepoint.com/x", "plan", "private"),
        ("https://docs.google.com/document/d/abc/edit", "plan", "private"),
        ("https://docs.google.com/document/d/e/abc/pub", "plan", "web"),
        ("https://docs.google.com/forms/d/abc", "form", "web"),
        ("https://notion.so/x", "plan", "private"),
        ("https://gitlab.example/i/1", "issue (internal link)", "private"),
        ("http://[broken", "x", "web"),
        ("javascript:alert(1)", "x", "web"),
        ("plan.md", "plan", "file"),
    ],
)
def test_the_kind_of_a_link(tmp_path: Path, address: str, words: str, kind: str) -> None:
    assert look_at(address, words, tmp_path / "policies" / "plan.md", tmp_path)[0] == kind


def test_a_file_is_looked_for_beside_the_policy_and_nowhere_else(tmp_path: Path) -> None:
    policy = tmp_path / "policies" / "plan.md"
    (tmp_path / "policies" / "annex").mkdir(parents=True)
    (tmp_path / "policies" / "contact list.md").write_text("x", encoding="utf-8")
    (tmp_path / "policies" / "annex" / "index.md").write_text("x", encoding="utf-8")

    def there(address: str) -> bool | None:
        return look_at(address, "", policy, tmp_path)[2]

    assert there("contact%20list.md#top") is True
    assert there("contact list") is True
    assert there("annex/") is True
    assert there("missing.md") is False
    assert there("../missing.md") is False
    assert there("/handbook/brand") is None
    assert there("./incident-response-policy") is None
    assert there("../../../../etc/passwd") is None
    assert there("{{ref}}") is None
    assert there("a\x00b") is None
    assert there("a" * 1500) is None


def test_links_reach_their_verdicts(store: Store, tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("x", encoding="utf-8")
    links: dict[str, list[tuple[str, str, int, int | None]]] = {
        "good.md": [("there.md", "there", 3, None), ("https://www.cisa.gov", "CISA", 4, None)],
        "dead.md": [("gone.md", "gone", 7, None)],
        "old.md": [("https://plus.google.com/larkfell", "us", 3, 2)],
        "deep.md": [("https://www.us-cert.gov/report", "report", 1, None)],
        "inside.md": [("http://intranet/plan", "plan", 5, None)],
        "site.md": [("/handbook", "handbook", 5, None)],
    }
    for name, found in links.items():
        document = Document()
        document.found_links = list(found)
        store.add("document_links", link_rows(document, name, tmp_path / name, tmp_path, DAY))
        store.add("documents", [{"document": name, "state": "read", "links": len(found), "locator": "line 1"}])
    store.add(
        "documents", [{"document": "none.md", "state": "read", "links": 0}, {"document": "dark.md", "state": "read"}]
    )
    store.add("retired", shipped())
    found = judge(store, LINKS)
    assert {name: row["verdict"] for name, row in found.items()} == {
        "good.md": "pass", "dead.md": "fail", "old.md": "fail", "deep.md": "fail", "inside.md": "pass",
        "site.md": "unknown", "none.md": "n/a", "dark.md": "unknown",
    }  # fmt: skip
    assert found["dead.md"]["says"] == "dead.md links to gone.md, and there is no such file"
    assert found["old.md"]["says"].endswith("which went with Google+")
    assert found["old.md"]["locator"] == "page 2"
    assert judge(store, LINKS, date(2019, 1, 1))["old.md"]["verdict"] == "pass"
    private = {name: row["verdict"] for name, row in judge(store, OPEN).items()}
    assert {name for name, verdict in private.items() if verdict == "fail"} == {"inside.md"}


def test_links_go_from_the_file_to_the_verdict(store: Store, tmp_path: Path) -> None:
    rule = "Every post is approved by a second person before it goes out, and nobody shares a password."
    fill(store, tmp_path, {
        "policies/dead.md": f"# Dead\n\n{rule} See [the list][l].\n\n[l]: gone.md\n",
        "policies/old.html": f"<main><h1>Old</h1><p>See <a href='https://www.crowdtangle.com/x'>us</a>.</p><p>{rule}</p></main>",
        "policies/inside.md": f"# Inside\n\n{rule} See [the plan](http://intranet/plan).\n",
        "policies/none.md": f"# None\n\n{rule}\n",
        "policies/good.md": f"# Good\n\n{rule} See [the other](dead.md).\n",
    })  # fmt: skip
    found = {name.rpartition("/")[2]: row for name, row in judge(store, LINKS).items()}
    assert {name: row["verdict"] for name, row in found.items()} == {
        "good.md": "pass", "dead.md": "fail", "old.html": "fail", "inside.md": "pass", "none.md": "n/a",
    }  # fmt: skip
    assert found["dead.md"]["locator"] == "line 3"
    assert {row["verdict"] for name, row in judge(store, OPEN).items() if name.endswith("inside.md")} == {"fail"}


def test_a_document_without_found_links_gives_no_rows(tmp_path: Path) -> None:
    assert list(link_rows(Document(), "plan.md", tmp_path / "plan.md", tmp_path, DAY)) == []


# -- readability -------------------------------------------------------------------------------------------

WORDS = {
    "made": 1, "called": 1, "wanted": 2, "table": 2, "changes": 2, "media": 3, "policy": 3, "social": 2, "create": 2,
    "information": 4, "organisation": 5, "employees": 3, "guideline": 2, "website": 2, "quickly": 2, "reviewed": 2,
    "responsible": 4, "science": 2, "idea": 3, "crisis": 2, "companies": 3, "people": 2, "password": 2, "the": 1,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), WORDS.items())
def test_syllables_of_common_words(word: str, count: int) -> None:
    assert syllables(word) == count


@given(st.text(max_size=40))
def test_a_word_has_a_syllable_and_no_more_than_letters(word: str) -> None:
    assert 1 <= syllables(word) <= max(1, len(word.lower()))


@given(st.lists(st.text(max_size=200), max_size=20))
def test_any_text_can_be_measured(texts: list[str]) -> None:
    grade, share = measure(texts)
    assert (grade is None) == (share is None)
    if share is not None:
        assert 0 <= share <= 1


@given(st.integers(1, 30), st.integers(1, 8))
@settings(max_examples=40)
def test_longer_sentences_and_words_read_harder(length: int, more: int) -> None:
    def text(words: int, word: str) -> list[str]:
        return [" ".join([word] * words) + "."] * (LEAST_WORDS // words + 1)

    plain, longer, harder = (measure(text(*pair))[0] for pair in
                             ((length, "cat"), (length + more, "cat"), (length, "policy")))  # fmt: skip
    assert plain is not None
    assert longer is not None
    assert harder is not None
    assert plain < longer
    assert plain < harder


def test_the_grade_follows_the_formula() -> None:
    grade, share = measure(["The cat sat on the mat. " * 20])
    assert grade == round(0.39 * 6 + 11.8 - 15.59, 1)
    assert share == 0
    assert measure(["word " * 36 + "."] * 3)[1] == 1
    assert measure(["word " * 35 + "."] * 3)[1] == 0
    assert measure(["too short"]) == (None, None)


def test_short_forms_and_addresses_end_no_sentence() -> None:
    assert len(sentences("Ask Dr. Lee, e.g. by mail, at https://larkfell.example/a.b. Then wait.")) == 2


def test_hard_pages_are_told_from_easy_ones(store: Store, tmp_path: Path) -> None:
    easy = "We write short lines. Each line says one thing. " * 20
    hard = "Notwithstanding any contradictory organisational communication, responsibilities regarding dissemination of information remain attributable to departmental representatives. "
    fill(
        store,
        tmp_path,
        {"easy.md": f"# Easy\n\n{easy}\n", "hard.md": f"# Hard\n\n{hard * 12}\n", "short.md": "# S\n\nWe act.\n"},
    )
    found = {name: row["verdict"] for name, row in judge(store, READING).items()}
    assert found == {"easy.md": "pass", "hard.md": "fail", "short.md": "unknown"}


def test_measuring_takes_less_than_three_milliseconds_a_page() -> None:
    page = ["Everybody who writes for us asks a second person before anything goes out. " * 5] * 6
    pages = [" ".join(page)] * 50
    started = time.process_time()
    measure(pages)
    assert (time.process_time() - started) / 50 < 0.003


# -- everything at once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_hostile_documents_break_no_check(store: Store, tmp_path: Path, name: str) -> None:
    files = {
        "braces.md": "# {} {0} %s\n\n{} {name} %d ' \" \\ $1 ${x}\n\n| Who {} | ; : |\n|---|---|\n| ; | : |\n",
        "mail.md": "# @\n\n@@ a@b a@b.c @x.example x@ .@larkfell.example %@larkfell.example 'o''x@larkfell.example'\n",
        "long.md": "# Long\n\n" + "password every [name] TBD a@larkfell.example Twitter CrowdTangle; " * 3000 + "\n",
        "names.md": "# N\n\n" + "the " + "Aa Bb Cc Dd Ee Ff " * 3000 + "\n",
        "marks.md": "# \u202e\u0000\n\n\ufeff\u200b\ud7ff 😀 ß ÄÖ \u0301\u0301\n",
        "regex.md": "# (((\n\n[[[[ ((( *** +++ ??? \\b \\ ^$ [a-z\n",
        "empty.md": "",
    }
    fill(store, tmp_path, files)
    store.add(
        "people",
        [{"person": "x", "display": "((( ***", "status": "left"}, {"person": "y", "display": " ", "status": "left"}],
    )
    rows = judge(store, name)
    assert set(rows) == set(files)
    for row in rows.values():
        assert row["says"]
        assert len(row["says"]) < 900
        assert row["verdict"] in ("pass", "fail", "unknown", "n/a")
    assert rows["empty.md"]["verdict"] == "unknown"


@pytest.mark.parametrize("name", [item for item in ALL if item not in (LINKS, OPEN, READING, FORCE)])
def test_a_document_whose_text_is_lost_passes_nothing(store: Store, name: str) -> None:
    store.add("documents", [{"document": "plan.md", "state": "read"}])
    store.add("organisation", [US])
    store.add("retired", shipped())
    assert judge(store, name)["plan.md"]["verdict"] == "unknown"


def test_gathering_keeps_what_policies_are_held_against(tmp_path: Path) -> None:
    """So that saved evidence gives the same answers, whatever a later auditgen knows."""
    from auditgen.run.audit import gather_into
    from auditgen.run.load import load
    from auditgen.run.options import Options

    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "plan.md").write_text("# Plan\n\n" + "We say what we know. " * 30, encoding="utf-8")
    (tmp_path / "auditgen.toml").write_text(
        'schema = "auditgen.workspace/1"\n[organisation]\nname = "Larkfell Outdoor"\ndomains = ["Larkfell.example"]\n'
        'mail_aliases = { "larkfell.co.example" = "larkfell.example" }\nbrand_words = ["fellproof"]\n'
        '[[source]]\nid = "policies"\nreader = "policies"\npath = "policies"\n',
        encoding="utf-8",
    )
    with Store() as store:
        gather_into(store, load(tmp_path), Options(tmp_path, DAY))
        (row,) = store.select("select name, domains, brand_words from organisation")
        assert row == {"name": "Larkfell Outdoor", "domains": ["larkfell.co.example", "larkfell.example"],
                       "brand_words": ["fellproof"]}  # fmt: skip
        assert store.counts()["retired"] == len(list(shipped()))
        (document,) = store.select("select grade, long_sentences, words from documents")
        assert document["grade"] is not None
        store.save(tmp_path / "evidence")
    with Store.load(tmp_path / "evidence") as again:
        assert again.lacking == []
        assert judge(again, READING)["policies/plan.md"]["verdict"] == "pass"
        assert judge(again, TOOLS)["policies/plan.md"]["verdict"] == "pass"
