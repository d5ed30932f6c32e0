"""The results at their edges: what stands first, how much there is of it, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from auditgen.audit.decisions import Attestation, attested_rows
from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.scenarios import ScenarioResult, replay
from auditgen.audit.gate import Coverage
from auditgen.audit.plan.stages import Plan
from auditgen.audit.verdicts import Judged, Row, Tally
from auditgen.evidence.store import Store
from auditgen.results.accounts import accounts, owners
from auditgen.results.build import build_results
from auditgen.results.decisions import attestations
from auditgen.results.disasters import barriers, scenarios
from auditgen.results.findings import Findings
from auditgen.results.logins import logins
from auditgen.results.names import Names, iso
from auditgen.results.policies import policies
from tests.tools.small_results import PEOPLE, item, lacking, outcome, step
from tests.tools.small_world import DAY, barrier, check, judged, known, path, replayed, scenario, vocabulary

# -- disasters ------------------------------------------------------------


def told(name: str, state: str, depth: int, title: str = "t") -> ScenarioResult:
    made = replayed(path(("m", "stands"), depth=depth, ceiling=3), state=state, name=name)
    return ScenarioResult(scenario(name=name, title=title), state, made.paths, 0, made.single_cause, (), (), made.every)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(told("z", "reaches", 0, "z"), told("a", "single", 0), id="what would reach us"),
        pytest.param(told("z", "single", 3), told("a", "held", 2), id="what hangs on one cause"),
        pytest.param(told("z", "held", 3), told("a", "not_preventable", 0), id="what is held"),
        pytest.param(told("z", "not_preventable", 0), told("a", "not_applicable", 0), id="what nobody can stop"),
        pytest.param(told("z", "held", 2, "z"), told("a", "held", 3, "a"), id="the less deep before the title"),
        pytest.param(told("z", "held", 2, "a"), told("a", "held", 2, "b"), id="the title"),
    ],
)
def test_disasters_stand_nearest_first(store: Store, first: ScenarioResult, second: ScenarioResult) -> None:
    made = outcome(store, scenarios=[second, first], vocabulary=vocabulary(barrier("m")))
    assert [row["id"] for row in scenarios(made, Names(made))] == [first.scenario.id, second.scenario.id]


def test_a_disaster_tells_its_weakest_path_and_what_the_answer_lacks(store: Store) -> None:
    store.add("accounts", [{"account": "a", "platform": "x", "handle": "house"}])
    answer = barrier("r", kind="response", function="stop", scope="organisation")
    words = vocabulary(barrier("m"), barrier("n"), answer, functions=("stop", "lead"))
    items = [judged("m", {"a": "pass"}), judged("n", {"a": "fail"}), judged("r", {None: "pass"})]
    world = Barriers(words, items, ["a"], DAY)
    result = replay(world, scenario(("m",), ("m", "n"), ("n",)), {"a": "x"}, ())
    made = outcome(store, items, vocabulary=words, accounts=["a"], scenarios=[result])
    (shown,) = scenarios(made, Names(made))
    assert (shown["path"], shown["depth"], shown["ceiling"], shown["target"], shown["state"]) == (2, 0, 1, 1, "reaches")
    assert (shown["account_title"], shown["chain_missing"]) == ("X @house", ["lead"])
    assert [entry["counts_as_standing"] for entry in shown["paths"][1]["barriers"]] == [True, False]
    states = [
        (row["id"], row["state"], row["counts_as_standing"], len(row["accounts"]), row["scenarios"])
        for row in barriers(made, Names(made))
    ]
    assert states == [("m", "stands", True, 1, ["s"]), ("n", "open", False, 1, ["s"]), ("r", "stands", True, 0, [])]


def test_a_disaster_that_concerns_nobody_aims_at_nothing(store: Store) -> None:
    made = outcome(
        store, scenarios=[ScenarioResult(scenario(), "not_preventable", (), 0, ("not_applicable", None, ""), ())]
    )
    (shown,) = scenarios(made, Names(made))
    assert (shown["target"], shown["depth"], shown["account"], shown["account_title"]) == (0, 0, None, None)


# -- accounts and owners ------------------------------------------------------------


def test_accounts_of_the_launch_come_first_and_count_what_is_theirs(store: Store) -> None:
    store.add("accounts", [{"account": "a", "platform": "x"}, {"account": "b", "platform": "x", "owner": "jo"}])
    items = [
        item("c", Row("fail", "1", "s", account="b"), Row("fail", "2", "s", account="b"), Row("unknown", "3", "s", account="b")),
        item("d", Row("unknown", "1", "s", account="b"), Row("due", "2", "s", account="b")), item("e"),
    ]  # fmt: skip
    for each, tally in zip(
        items, (Tally(failed=2, unknown=1, passed=1), Tally(unknown=2, passed=1), Tally(passed=1)), strict=True
    ):
        each.accounts = {"b": tally, "a": Tally(passed=1, not_applicable=1)}
    made = outcome(store, items, launch={"accounts": ["b"]})
    first, second = accounts(made, Names(made), Findings(made, Names(made)).findings)
    assert (
        first["id"],
        first["in_launch"],
        first["open"],
        first["unseen"],
        first["holds"],
        len(first["findings"]),
    ) == ("b", True, 1, 2, 1, 5)
    assert (second["id"], second["in_launch"], second["open"], second["unseen"], second["holds"]) == (
        "a",
        False,
        0,
        0,
        3,
    )


def test_an_account_shows_the_barriers_of_accounts(store: Store) -> None:
    store.add("accounts", [{"account": "a", "platform": "x"}])
    words = vocabulary(
        barrier("m"), barrier("n", scope="organisation"), barrier("r", kind="response"), barrier("s", kind="safeguard")
    )
    items = [judged(name, {"a": "pass"}) for name in "mnrs"]
    made = outcome(store, items, vocabulary=words, accounts=["a"])
    (shown,) = accounts(made, Names(made), [])
    assert [(row["id"], row["state"]) for row in shown["barriers"]] == [("m", "stands")]


def finding(name: str, owner: str | None, effort: float = 1, id_: str = "") -> dict[str, Any]:
    return {"id": id_ or f"{name}-1", "check": name, "owner": owner, "effort": effort}


def test_whoever_has_most_to_mend_comes_first_and_nobody_before_all(store: Store) -> None:
    store.add(
        "accounts",
        [{"account": "a", "owner": "kim"}, {"account": "b", "owner": "kim"}, {"account": "c", "owner": "lee"}],
    )
    made = outcome(store, effort_unit="hours")
    found = [
        finding("c", "jo", 2), finding("d", "kim", 1, "d-2"), finding("d", "kim", 1, "d-1"), finding("e", "kim", 3), finding("f", "al"),
        finding("g", None),
    ]  # fmt: skip
    shown = owners(made, Names(made), found, [{"checks": ["e"], "rank": 1}, {"checks": ["d"], "rank": 2}])
    assert [row["id"] for row in shown] == [None, "kim", "al", "jo"]
    kim = shown[1]
    assert (kim["findings"], kim["checks"], kim["effort"], kim["effort_says"]) == (
        ["e-1", "d-1", "d-2"],
        ["e", "d"],
        4,
        "4 hours",
    )
    assert (kim["accounts"], shown[0]["title"]) == (["a", "b"], "Nobody named yet")


@pytest.mark.parametrize(
    ("names", "person", "title"),
    [
        ("full", "jo", "Jo Li"), ("initials", "jo", "J. L."), ("initials", "kim@our.org", "k. o."), ("full", "kim", "kim"), ("full", None, None),
        ("full", "al", "al"),
    ],
)  # fmt: skip
def test_names_of_people(store: Store, names: str, person: str | None, title: str | None) -> None:
    store.add("people", [{"person": "jo", "display": "Jo Li"}, {"person": "al"}])
    assert Names(outcome(store, names=names)).person(person) == title


def test_names_of_platforms_and_accounts(store: Store) -> None:
    store.add(
        "accounts",
        [{"account": "a", "platform": "x", "handle": "h"}, {"account": "b"}, {"account": "c", "platform": "tiktok"}],
    )
    names = Names(outcome(store))
    assert [names.account_title(name) for name in ("a", "b", "c", "gone", None)] == [
        "X @h", "Platform not recorded", "tiktok", "gone", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ("Only one barrier stands for ads: A limit.", "Only one barrier stands for Advertising @h: A limit."),
        ("One phone carries the resets of ads-2.", "One phone carries the resets of X @k."),
        ("Everything that stands for ads hangs on one person: Bo.",
         "Everything that stands for Advertising @h hangs on one person: Bo."),
        ("Nothing that ads buy stands.", "Nothing that ads buy stands."),
    ],
)  # fmt: skip
def test_a_cause_names_accounts_as_people_know_them(store: Store, says: str, shown: str) -> None:
    rows = [{"account": "ads", "platform": "ads", "handle": "h"}, {"account": "ads-2", "platform": "x", "handle": "k"}]
    store.add("accounts", rows)
    words = replace(vocabulary(barrier("m")), platforms={"x": "X", "ads": "Advertising"})
    made = ScenarioResult(scenario(("m",)), "single", (), 0, ("broken", "m", says), (), accounts=("ads", "ads-2"))
    found = outcome(store, vocabulary=words, scenarios=[made])
    (story,) = scenarios(found, Names(found))
    assert story["single_cause"]["says"] == shown


def test_which_disasters_a_check_matters_to(store: Store) -> None:
    words = vocabulary(
        barrier("m", all_of=("c", "d")), barrier("n", all_of=("d",)), barrier("s", kind="safeguard", all_of=("e",))
    )
    results = [replayed(name="z"), replayed(name="y")]
    results = [
        ScenarioResult(scenario(("m", "s"), ("m",), name="z"), "held", (), 0, ("met", None, ""), ()),
        ScenarioResult(scenario(("n",), name="y", then=({"barrier": "s"},)), "held", (), 0, ("met", None, ""), ()),
    ]
    names = Names(outcome(store, vocabulary=words, scenarios=results))
    assert [names.scenarios_of(name) for name in ("c", "d", "e", "f")] == [["z"], ["z", "y"], [], []]
    assert names.scenarios_behind(check("e")) == ["z", "y"]
    assert names.scenarios_behind(check("f", clause={"keeps": ["n"]})) == ["y"]
    assert names.scenarios_behind(check("f")) == []


@pytest.mark.parametrize(
    ("value", "text"), [(None, None), (DAY, "2026-11-20"), (datetime(2026, 11, 20, 9, 5), "2026-11-20T09:05:00Z")]
)
def test_days_and_moments_as_text(value: date | None, text: str | None) -> None:
    assert iso(value) == text


# -- answers of people ------------------------------------------------------------


def given(answer: str = "yes", when: date | None = date(2026, 11, 1), subject: str | None = None) -> Attestation:
    return Attestation("c", subject, answer, "Ana", when, None, None, None)


def answered(store: Store, *entries: Attestation, days: int = 90) -> list[dict[str, Any]]:
    asked = check("c", attest={"question": "Was it tried?", "valid_for_days": days})
    each = Judged(asked)
    for row in attested_rows([asked], entries, DAY, None, known(subjects=("1", "2", "3", "4")))["c"]:
        (each.passed if row.verdict == "pass" else each.rows).append(row)
    return attestations(outcome(store, [judged("z"), each], attestations=entries))


@pytest.mark.parametrize(
    ("entry", "days", "state", "until"),
    [
        pytest.param(given(), 48, "lapsing", "2026-12-19", id="29 days left"),
        pytest.param(given(), 49, "lapsing", "2026-12-20", id="30 days left"),
        pytest.param(given(), 50, "given", "2026-12-21", id="31 days left"),
        pytest.param(given(), 19, "lapsing", "2026-11-20", id="its last day"),
        pytest.param(given(), 18, "lapsed", "2026-11-19", id="one day too old"),
        pytest.param(given("no"), 90, "denied", "2027-01-30", id="a no"),
        pytest.param(given("no"), 19, "denied", "2026-11-20", id="a no does not lapse soon"),
        pytest.param(given("maybe"), 90, "lapsed", "2027-01-30", id="no answer"),
        pytest.param(given(when=None), 90, "lapsed", None, id="undated"),
        pytest.param(None, 90, "missing", None, id="nobody answered"),
    ],
)
def test_states_of_an_answer(store: Store, entry: Attestation | None, days: int, state: str, until: str | None) -> None:
    (shown,) = answered(store, *([entry] if entry else []), days=days)
    assert (shown["state"], shown["valid_until"], shown["subject"]) == (state, until, "organisation")


def test_what_is_due_stands_before_what_is_given(store: Store) -> None:
    entries = [given(subject="1"), given("no", subject="2"), given(when=date(2026, 1, 1), subject="3"),
               given(when=date(2026, 9, 1), subject="4")]  # fmt: skip
    assert [(row["subject"], row["state"]) for row in answered(store, *entries)] == [
        ("3", "lapsed"), ("2", "denied"), ("4", "lapsing"), ("1", "given"),
    ]  # fmt: skip


def test_a_no_stands_before_a_question_nobody_answered(store: Store) -> None:
    asked = [check(name, attest={"question": "q"}) for name in ("a", "c")]
    entries = [given("no")]
    items = []
    for each in asked:
        items.append(Judged(each, rows=attested_rows([each], entries, DAY, None, known())[each.id]))
    shown = attestations(outcome(store, items, attestations=entries))
    assert [(row["check"], row["state"]) for row in shown] == [("c", "denied"), ("a", "missing")]


# -- policies and vaults ------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "low", "high", "total"),
    [
        (["found_sure", "accepted"], 2, 2, 2), (["found_check"], 0, 1, 1), (["not_found_check"], 0, 1, 1), (["referenced"], 0, 1, 1),
        (["hollow"], 0, 1, 1), (["declined"], 0, 0, 1), (["reopened"], 0, 0, 1), (["not_applicable"], 0, 0, 0), ([], 0, 0, 1),
        (["accepted", "hollow", "not_applicable", "declined"], 1, 2, 3),
    ],
)  # fmt: skip
def test_how_much_of_the_policies_is_covered(store: Store, states: list[str], low: int, high: int, total: int) -> None:
    store.add("documents", [{"document": "d.md", "state": "read"}])
    store.add(
        "clauses",
        [
            {"clause": f"c{n}", "document": "d.md", "state": state, "place": 1, "rank": 1}
            for n, state in enumerate(states)
        ],
    )
    items = [judged(f"c{n}", clause={"name": f"C{n}"}) for n in range(max(1, len(states)))]
    made = outcome(store, items)
    shown = policies(made, Names(made))
    assert shown is not None and shown["covered"] == {"low": low, "high": high, "total": total}
    assert shown["stages"] == [{"stage": "prevent", "low": low, "high": high, "total": total}]


def test_clauses_stand_by_stage_and_name_and_documents_by_how_much_they_say(store: Store) -> None:
    store.add("documents", [{"document": name, "state": state} for name, state in
                            (("a.md", "read"), ("b.md", "read"), ("c.md", "unreadable"), ("d.md", "read"))])  # fmt: skip
    rows = [("x", "b.md", 1, 1), ("x", "d.md", 1, 2), ("x", "b.md", 2, 3), ("y", "b.md", 1, 1)]
    store.add(
        "clauses", [{"clause": c, "document": d, "place": p, "rank": r, "state": "found_sure"} for c, d, p, r in rows]
    )
    items = [judged("x", clause={"name": "Z"}, stage="act"), judged("y", clause={"name": "B"}, stage="prevent"),
             judged("w", clause={"name": "A"}, stage="act")]  # fmt: skip
    made = outcome(store, items)
    shown = policies(made, Names(made))
    assert shown is not None
    assert [(row["check"], row["state"], len(row["quotes"]), len(row["cells"])) for row in shown["clauses"]] == [
        ("y", "found_sure", 1, 1), ("w", "not_found", 0, 0), ("x", "found_sure", 2, 2),
    ]  # fmt: skip
    assert shown["columns"] == ["b.md", "d.md", "a.md"]


@pytest.mark.parametrize(
    ("documents", "items", "state"),
    [
        ([], [judged("c", clause={})], None), ([{"document": "d", "state": "read"}], [judged("c")], None),
        ([{"document": "d", "state": "read"}], [judged("c", clause={})], "not_found"),
        ([{"document": "d", "state": "unreadable"}], [judged("c", clause={})], "not_seen"),
    ],
)  # fmt: skip
def test_what_was_not_found_and_what_was_not_seen(
    store: Store, documents: list[dict[str, Any]], items: list[Judged], state: str | None
) -> None:
    if documents:
        store.add("documents", documents)
    made = outcome(store, items)
    shown = policies(made, Names(made))
    assert (shown and shown["clauses"][0]["state"]) == state


def credential(name: str, account: str | None = None, shared: bool | None = True, **more: Any) -> dict[str, Any]:
    return {"credential": name, "vault": "v", "account": account, "shared": shared, "password_present": True, **more}


def test_without_a_vault_nothing_is_said_of_logins(store: Store) -> None:
    made = outcome(store)
    assert logins(made, Names(made)) is None


@pytest.mark.parametrize(
    ("account", "credentials", "state", "personal"),
    [
        ({}, [], "none", False), ({"login_kind": "sso"}, [], "sign_on", False), ({}, [True], "held", False), ({}, [False], "held", True),
        ({}, [False, True], "held", False), ({}, [None], "held", False), ({"login_kind": "sso"}, [False], "held", True),
    ],
)  # fmt: skip
def test_which_vault_holds_a_login(
    store: Store, account: dict[str, Any], credentials: list[bool | None], state: str, personal: bool
) -> None:
    store.add("vaults", [{"vault": "v"}, {"vault": "w"}])
    store.add("accounts", [{"account": "a", **account}, {"account": "old", "status": "archived"}])
    rows = [{**credential(str(n), "a", shared), "vault": "vw"[n]} for n, shared in enumerate(credentials)]
    if rows:
        store.add("credentials", rows)
    made = outcome(store)
    shown = logins(made, Names(made))
    assert shown is not None
    (row,) = shown["kept"]
    assert (row["account"], row["state"], row["personal"], len(row["vaults"])) == (
        "a",
        state,
        personal,
        len(credentials),
    )


def test_accounts_without_a_login_stand_first_and_those_behind_sign_on_last(store: Store) -> None:
    store.add("vaults", [{"vault": "v", "product": "keepass", "deleted": 2, "archived": 3}])
    store.add("accounts", [{"account": "a", "login_kind": "sso"}, {"account": "b"}, {"account": "c"}, {"account": "d"}])
    store.add("credentials", [credential("1", "b", True), credential("2", "c", False)])
    made = outcome(store)
    shown = logins(made, Names(made))
    assert shown is not None
    assert [row["account"] for row in shown["kept"]] == ["d", "c", "b", "a"]
    assert (shown["vaults"][0]["product_title"], shown["vaults"][0]["left_out"], shown["vaults"][0]["logins"]) == (
        "KeePass",
        5,
        0,
    )


LOGINS: list[tuple[str, str, dict[str, Any]]] = [
    ("no-password-is-in-a-breach", "with a password known from a breach", {"breach_band": "1_to_9"}),
    ("no-password-is-close-to-a-breached-one", "with a near-copy of one", {"near_breached": True}),
    ("no-common-passwords", "with one of the first 3,000 guesses", {"common": True}),
    ("no-placeholder-passwords", "with a default or placeholder", {"placeholder": True}),
    ("passwords-are-hard-to-guess", "with a password that would be guessed early", {"strength_band": 2}),
    ("passwords-are-long", "with fewer than 8 characters", {"length_band": "under_8"}),
    ("passwords-are-long", "with 8 to 14 characters", {"length_band": "8_to_14"}),
    ("no-password-is-built-on-the-brand", "built on our own words", {"context_only": True}),
    ("each-password-opens-one-site", "that share their password with another site", {"reuse_sites": 2}),
    ("no-near-copies-across-sites", "that have a near-copy at another site", {"family_sites": 2}),
    ("no-return-to-an-old-password", "whose old password came back", {"returned_to_old": True}),
    ("no-passwords-in-notes", "with a password in a note or address", {"secret_in_text": True}),
    ("no-login-leads-to-a-look-alike", "that lead to a look-alike address", {"imitates": True}),
    ("login-addresses-are-encrypted", "with an address that is not encrypted", {"insecure_address": True}),
]
FINE = {"breach_band": "none", "strength_band": 3, "length_band": "15_or_more", "reuse_sites": 1, "family_sites": 1}


def test_logins_are_counted_by_what_is_wrong_with_them_in_one_order(store: Store) -> None:
    store.add("vaults", [{"vault": "v"}])
    store.add(
        "credentials",
        [credential(str(n), **{**FINE, **wrong}) for n, (_, _, wrong) in enumerate(LOGINS)]
        + [credential("ok", **FINE)],
    )
    items = [judged(name) for name in dict.fromkeys(name for name, _, _ in LOGINS) if name != "no-common-passwords"]
    made = outcome(store, items)
    shown = logins(made, Names(made))
    assert shown is not None
    assert [(row["check"], row["says"], row["count"]) for row in shown["counts"]] == [
        (name, says, 1) for name, says, _ in LOGINS if name != "no-common-passwords"
    ]
    assert (shown["vaults"][0]["product_title"], shown["vaults"][0]["left_out"], shown["breach"]) == (
        "not recorded",
        0,
        None,
    )


def test_what_breach_lists_said_is_told_with_its_day(store: Store) -> None:
    store.add("vaults", [{"vault": "v"}])
    store.add("breach_checks", [{"method": "file", "list_on": date(2026, 11, 1), "asked": 3, "answered": 2}])
    made = outcome(store)
    shown = logins(made, Names(made))
    assert shown is not None and shown["breach"] is not None
    assert (shown["breach"]["list_on"], shown["breach"]["asked"], shown["breach"]["answered"]) == ("2026-11-01", 3, 2)


def test_fifty_families_of_passwords_are_shown_largest_first(store: Store) -> None:
    store.add("vaults", [{"vault": "v"}])
    store.add("accounts", [{"account": "a"}, {"account": "b"}])
    rows = [credential(f"{n}-{m}", "a", reuse_group=f"g{n:02}", reuse_sites=2) for n in range(51) for m in range(2)]
    store.add("credentials", rows)
    made = outcome(store)
    shown = logins(made, Names(made))
    assert shown is not None
    assert (len(shown["families"]), shown["families_more"]) == (50, 1)
    store.add("credentials", [credential("big", "b", reuse_group="g40", reuse_sites=2)])
    shown = logins(made, Names(made))
    assert shown is not None and shown["families"][0]["label"] == "g40"
    store.connection.execute("delete from credentials where reuse_group <> 'g40'")
    shown = logins(made, Names(made))
    assert shown is not None and (len(shown["families"]), shown["families_more"]) == (1, 0)


@pytest.mark.parametrize(("count", "columns"), [(11, 11), (12, 12), (13, 12)])
def test_twelve_documents_have_a_column(store: Store, count: int, columns: int) -> None:
    store.add("documents", [{"document": f"{n:02}.md", "state": "read"} for n in range(count)])
    made = outcome(store, [judged("c", clause={})])
    shown = policies(made, Names(made))
    assert shown is not None
    assert (len(shown["columns"]), shown["documents"][0]["words"], len(shown["documents"])) == (columns, 0, count)


def test_a_clause_is_called_by_its_name_or_its_check_and_shows_two_quotes(store: Store) -> None:
    store.add(
        "documents",
        [{"document": "d.md", "state": "read"}, {"document": "e.md", "state": "read", "title": "E", "words": 9}],
    )
    store.add("clauses", [{"clause": "c", "document": doc, "place": place, "rank": rank, "state": "accepted", "text": str(rank)}
                          for rank, (doc, place) in enumerate((("d.md", 1), ("e.md", 1), ("d.md", 2)), 1)])  # fmt: skip
    made = outcome(
        store,
        [judged("c", clause={"name": "Named", "present": "It is said."}), judged("x", clause={}, stage="recover")],
    )
    shown = policies(made, Names(made))
    assert shown is not None
    first, second = shown["clauses"]
    assert (first["name"], first["present"], second["name"], second["present"]) == (
        "Named",
        "It is said.",
        "x holds",
        None,
    )
    assert [(quote["title"], quote["text"]) for quote in first["quotes"]] == [("d.md", "1"), ("E", "2")]
    assert [stage["stage"] for stage in shown["stages"]] == ["prevent", "recover"]
    assert shown["documents"][1]["words"] == 9


# -- the whole ------------------------------------------------------------


def test_what_could_not_be_seen_is_told_missing_sources_first(store: Store) -> None:
    items = [
        item("low", Row("unknown", "x", "Low is dark"), severity="low"), item("high", Row("due", "x", "Ask?"), Row("unknown", "y", "s")),
        item("also", Row("unknown", "x", "Also is dark"), title="A title", adds="Look there."), lacking("gap", "people"),
        item("open", Row("fail", "x", "s")), item("both", Row("fail", "x", "bad"), Row("unknown", "y", "dark"), severity="info"),
    ]  # fmt: skip
    items[3].counts["unknown"] = 1
    made = outcome(store, items, suppliers=(PEOPLE,))
    shown = build_results(made)["unseen"]
    assert [(row["title"], row["says"]) for row in shown] == [
        ("Add: A list of people", "One check could answer with it."), ("A title", "Also is dark."), ("high holds", "Ask? One more like it."),
        ("low holds", "Low is dark."), ("both holds", "dark."),
    ]  # fmt: skip
    assert [row["add"] for row in shown] == ["Who works here.", "Look there.", "", "", ""]


@pytest.mark.parametrize(
    ("starts", "days"),
    [(datetime(2026, 11, 19, 23), -1), (datetime(2026, 11, 20, 0), 0), (datetime(2026, 11, 21, 0), 1), (None, None)],
)
def test_days_to_the_launch(store: Store, starts: datetime | None, days: int | None) -> None:
    launch: Mapping[str, Any] = {
        "launch": "l", "title": None, "starts_at": starts, "ends_at": None, "accounts": None, "on_call": ["jo"],
    }  # fmt: skip
    shown = build_results(outcome(store, launch=launch))["launch"]
    assert (shown["days"], shown["title"], shown["accounts"], shown["on_call"]) == (
        days,
        "l",
        [],
        [{"person": "jo", "title": "jo"}],
    )


def test_a_run_without_a_launch_and_checks_that_failed_themselves(store: Store) -> None:
    items = [judged("a"), judged("b"), judged("c", {"x": "fail"}, effort=2), judged("d", {"x": "fail"}, effort=1.5)]
    items[0].reason, items[0].message = "error", "It failed."
    items[1].reason, items[1].message = "missing", "Not read."
    made = outcome(store, items, plan=Plan((step("c", effort=2), step("d", effort=1.5))), effort_unit="hours", problems=[{"where": "f", "says": "s"}],
                   coverage=Coverage(0.123456, 1, 2, 3))  # fmt: skip
    shown = build_results(made)
    assert shown["launch"] is None
    assert shown["problems"] == [{"where": "f", "says": "s"}, {"where": "check a", "says": "It failed."}]
    assert (shown["plan"]["effort"], shown["plan"]["effort_says"]) == (3.5, "3.5 hours")
    assert (shown["coverage"]["share"], shown["coverage"]["applicable"]) == (0.1235, 6)


def test_the_crisis_page_has_the_quickest_switch_first(store: Store) -> None:
    store.add(
        "accounts", [{"account": "a", "platform": "x"}, {"account": "b", "platform": "x", "platform_route": "form"}]
    )
    store.add(
        "switches",
        [
            {"switch": "slow", "minutes": 9},
            {"switch": "nobody-knows"},
            {"switch": "quick", "minutes": 1, "title": "Quick"},
        ],
    )
    made = outcome(store, crisis={"decides": ["jo", {"person": "lee", "reach": "4401"}, {"person": "max"}], "on_call": [{"person": "kim", "reach": "1"}, {"reach": "2"}]}, launch={
        "launch": "l", "title": "L", "starts_at": None, "ends_at": None, "accounts": ["b"], "on_call": None})  # fmt: skip
    shown = build_results(made)["crisis"]
    assert [row["title"] for row in shown["switches"]] == ["Quick", "slow", "nobody-knows"]
    assert [row["account"] for row in shown["routes"]] == ["b", "a"]
    assert [row["title"] for row in shown["on_call"]] == ["kim", ""]
    assert [(row["title"], row["reach"]) for row in shown["decides"]] == [("jo", ""), ("lee", "4401"), ("max", "")]
    assert "How to reach jo and max is not written down. Add reach under [crisis] in auditgen.toml." in shown["gaps"]
