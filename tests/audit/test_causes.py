"""Each shared cause on a small world of evidence in which it is the only thing that all that stands hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditgen.audit.checks.packs import builtin_folder, load_builtin
from auditgen.audit.disasters.causes import Thing, find_things
from auditgen.audit.disasters.scenario_files import load_scenarios
from auditgen.audit.disasters.vocabulary import Scenario, Vocabulary, load_vocabulary
from auditgen.evidence.store import Store
from auditgen.run.judge import judge_store
from auditgen.run.load import load
from auditgen.run.options import Options

TODAY = date(2026, 11, 20)
SEEN = {"source": "made up", "seen_on": TODAY, "basis": "exported"}
Tables = Mapping[str, list[dict[str, Any]]]


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"person": name, "display": name.title(), "email": f"{name}@our.example", "kind": "staff", "status": "active",
            "in_identity_provider": True, "second_factor": True, "matched_by": "single", **SEEN, **more}  # fmt: skip


ACCOUNT = {
    "account": "x", "platform": "x", "status": "active", "login_kind": "delegated", "owner": "ana", "deputy": "bo",
    "second_factor": "totp", "second_factor_seen_on": TODAY, "recovery_email": "reset@our.example",
    "recovery_email_readers": 3, "recovery_phone_owner": "none", "recovery_checked_on": TODAY, **SEEN,
}  # fmt: skip
LOGIN = {
    "credential": "C1", "vault": "team.json", "account": "x", "domain": "x.com", "shared": True, "password_present": True,
    "username_present": True, "length_band": "15_or_more", "strength_band": 4, "common": False, "placeholder": False,
    "context_word": False, "context_only": False, "breach_band": "none", "near_breached": False, "totp": False,
    "passkey": False, "codes": False, "address_present": True, "imitates": False, "changed_on": TODAY, **SEEN,
}  # fmt: skip
LOGINS = {
    "vaults": [{"vault": "team.json", "product": "bitwarden", "kind": "organisation", "logins": 1, "items": 1, **SEEN}],
    "credentials": [LOGIN],
    "breach_checks": [{"method": "file", "list_on": TODAY, "asked": 1, "answered": 1, **SEEN}],
}


def roles(*people: str, may_post: bool = True) -> list[dict[str, Any]]:
    return [
        {"account": "x", "person": name, "role": "admin", "administers": True, "may_post": may_post, **SEEN}
        for name in people
    ]


def posts(approver: str, reader: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Two campaign posts written by Ana, approved by one person and read for their audience by another."""
    moment = datetime(2026, 11, 18, 9)
    return {
        "posts": [
            {"post": str(n), "calendar": "plan", "account": "x", "launch": "spring", "text": f"A good morning, {n}.",
             "status": "published", "scheduled_at": moment, "zone_known": True, "published_at": moment, "author": "ana",
             "approver": approver, "approved_at": moment - timedelta(days=1), "sensitivity_reader": reader, **SEEN}
            for n in (1, 2)
        ],
        "post_events": [
            {"post": str(n), "calendar": "plan", "sequence": 10 * n + place, "activity": activity, "actor": actor,
             "actor_kind": "human", "happened_at": moment - timedelta(hours=hours), **SEEN}
            for n in (1, 2)
            for place, (activity, actor, hours) in enumerate(
                [("created", "ana", 48 + n), ("submitted", "ana", 40 + n), ("edited", "ana", 30 + n), ("approved", approver, 24 - 4 * n),
                 ("published", "ana", 0)])
        ],
        "actors": [{"actor": name, "person": name, "matched_by": "id", **SEEN} for name in ("ana", "bo", "cy", "zoe", "max")],
    }  # fmt: skip


def changed(row: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [{**row, **more}]


STAFF = [person(name) for name in ("ana", "bo", "cy")]
AGENCY = [person(name, kind="agency", agency="bright", email=f"{name}@bright.example") for name in ("zoe", "max")]
GONE = person("rolf", status="left", left_on=date(2026, 1, 31), in_identity_provider=False)
OFFER = {"platform": "x", "methods": ["sms", "totp", "u2f"], "passkey": True, **SEEN}
PLANNER = {"account": "x", "app": "Planner", "kind": "publisher", "may_post": True, "scopes": "write", "owner": "ana",
           "approved_on": TODAY, "last_used_on": TODAY, "single_sign_on": True, **SEEN}  # fmt: skip
RULES = ["Only the community team may reply to complaints, and a colleague reads the reply first.",
         "When we make a mistake, we admit it, correct it visibly in the same place and say what was wrong."]  # fmt: skip
DOCUMENT = {"document": "rules.md", "title": "House rules", "format": "markdown", "language": "en", "state": "read", "words": 60,
            **SEEN}  # fmt: skip
PASSAGES = [{"document": "rules.md", "sequence": n, "heading": "House rules", "kind": "paragraph", "line": n, "text": text,
             **SEEN} for n, text in enumerate(RULES, 1)]  # fmt: skip
PLAIN = {"accounts": [ACCOUNT], "people": [*STAFF, *AGENCY, GONE], "access": roles("ana", "bo"), "apps": [PLANNER],
    "second_factor_offers": [OFFER],
         "agencies": [{"agency": "bright", "title": "Bright", "contract_until": date(2027, 6, 30), "sponsor": "ana",
                       "offboarding_contact": "x@bright.example", **SEEN}]}  # fmt: skip
DRILL = {"drill": "d", "kind": "takeover", "done_on": TODAY, "result": "ok", **SEEN}

# Cause, disaster, what the sentence names, the world in which it takes everything, and what is different where it does not.
CAUSES = [
    ("cc-one-phone", "mandiant-2024", "the phone of ours that receives the resets of X",
     {**LOGINS, "accounts": changed(ACCOUNT, second_factor="sms", recovery_phone_owner="organisation")},
     {"accounts": changed(ACCOUNT, second_factor="sms")}),
    ("cc-one-mailbox", "mandiant-2024", "the recovery mailbox reset@our.example",
     {**LOGINS, "accounts": changed(ACCOUNT, second_factor="email")}, {"accounts": [ACCOUNT]}),
    ("cc-vault", "mandiant-2024", "the vault team.json", {**LOGINS, "credentials": changed(LOGIN, totp=True)},
     {"credentials": [LOGIN]}),
    ("cc-idp", "onion-2013", "the work sign-on of our.example",
     {"accounts": changed(ACCOUNT, login_kind="sso", second_factor="sso")}, {"accounts": [ACCOUNT]}),
    ("cc-one-person", "adidas-2017", "Bo", posts("bo", "bo"), posts("bo", "cy")),
    ("cc-agency", "adidas-2017", "the agency Bright", posts("zoe", "max"), posts("zoe", "cy")),
    ("cc-tool", "hawaii-2018", "the publishing tool Planner", {**posts("bo"), "access": roles("ana", "bo", may_post=False)},
     {"apps": [PLANNER, {**PLANNER, "app": "Sender"}]}),
    ("cc-device", "stratcom-2021", "the device of Ana", {"access": roles("ana")}, {"access": roles("ana", "bo")}),
    ("cc-paper", "nestle-2010", "the document “House rules”", {"documents": [DOCUMENT], "passages": PASSAGES},
     {"drills": [DRILL]}),
]  # fmt: skip
VOUCHED = ("brand-posting-is-kept-apart", "screens-and-sessions-lock-on-their-own")


@cache
def words() -> tuple[Vocabulary, dict[str, Scenario]]:
    vocabulary = load_vocabulary(builtin_folder(), [check.id for check in load_builtin()[0]])
    return vocabulary, {item.id: item for item in load_scenarios([builtin_folder() / "scenarios"], vocabulary)}


def asked(scenario: str) -> tuple[str, ...]:
    """The checks that decide how far a disaster would come, those of the shared causes among them."""
    vocabulary, scenarios = words()
    found = {cause.check for cause in vocabulary.causes}
    for path in scenarios[scenario].paths:
        for name in path.barriers:
            found.update(vocabulary.against(vocabulary.barriers[name], path.threat).checks)
    return tuple(sorted(found))


def replayed(folder: Path, scenario: str, tables: Tables) -> dict[str, Any]:
    """The disaster as the results of a run over these tables hold it."""
    answers = "".join(
        f'[[attestation]]\ncheck = "{name}"\nanswer = "yes"\nwho = "ana"\nwhen = 2026-11-19\nevidence = "seen"\n'
        for name in VOUCHED
    )
    (folder / "attestations.toml").write_text(answers, encoding="utf-8")
    (folder / "auditgen.toml").write_text(
        'schema = "auditgen.workspace/1"\n[organisation]\nname = "Our"\ndomains = ["our.example"]\n'
        '[barriers]\ncount_attested = true\n[decisions]\nattestations = "attestations.toml"\n',
        encoding="utf-8",
    )
    with Store() as store:
        for table, rows in {**PLAIN, **tables}.items():
            store.add(table, rows)
        results = judge_store(store, load(folder), Options(folder, TODAY, only=asked(scenario)), [])
    return next(item for item in results["scenarios"] if item["id"] == scenario)


@pytest.mark.parametrize(("cause", "scenario", "thing", "world", "apart"), CAUSES, ids=[case[0] for case in CAUSES])
def test_a_shared_cause_is_named(
    tmp_path: Path, cause: str, scenario: str, thing: str, world: Tables, apart: Tables
) -> None:
    found = replayed(tmp_path, scenario, world)
    assert (found["state"], found["depth"], found["single_cause"]["cause"]) == ("single", 2, cause), found
    assert thing in found["single_cause"]["says"]
    # It is the only one: with that thing in two places nothing else takes all away.
    found = replayed(tmp_path, scenario, {**world, **apart})
    assert (found["state"], found["single_cause"]["state"]) == ("held", "met"), found


def test_every_cause_can_be_named_and_has_a_sentence_for_it() -> None:
    vocabulary, _ = words()
    assert [cause.id for cause in vocabulary.causes] == [case[0] for case in CAUSES]
    for cause in vocabulary.causes:
        assert cause.named.count("{thing}") == cause.named.count("{where}") == 1, cause.id


def things(**tables: list[dict[str, Any]]) -> dict[tuple[str, str], set[str]]:
    with Store() as store:
        for table, rows in tables.items():
            store.add(table, rows)
        found = find_things(store, ["x"], TODAY)
    return {key: {thing.title for thing in values} for key, values in found.items()}


@pytest.mark.parametrize(
    ("world", "barrier", "found"),
    [
        pytest.param(LOGINS, "p-mfa", None, id="codes elsewhere"),
        pytest.param({"credentials": [LOGIN, {**LOGIN, "vault": "ana.json"}]}, "p-unique-pw", None, id="in two vaults"),
        pytest.param({"accounts": changed(ACCOUNT, second_factor="sms")}, "p-mfa", None, id="no reset by phone"),
        pytest.param({"accounts": changed(ACCOUNT, status="archived", second_factor="email")}, "p-mfa", None, id="archived"),
        pytest.param({"people": STAFF, "accounts": changed(ACCOUNT, recovery_email="a@else.example")}, "p-recovery-owned",
                     {"the recovery mailbox a@else.example"}, id="a mailbox elsewhere is not behind our sign-on"),
        pytest.param(posts("bo"), "p-two-person", None, id="approved by nobody in the lists"),
        pytest.param({**posts("bo"), "people": STAFF}, "p-two-person", {"Bo"}, id="approved by one"),
        pytest.param({**posts("bo"), "people": STAFF, "posts": [*posts("bo")["posts"], {**posts("cy")["posts"][0], "post": "3"}]},
                     "p-two-person", None, id="one post of three by another"),
        pytest.param({**posts("bo"), "people": STAFF, "posts": [*posts("bo")["posts"], {**posts("no")["posts"][0], "post": "3"}]},
                     "p-two-person", None, id="one post of three by somebody unknown"),
        pytest.param({"apps": [PLANNER, {**PLANNER, "app": "Sender"}]}, "p-publish-gate", None, id="two tools"),
        pytest.param({"apps": [PLANNER], "switches": [{"switch": "s", "feature": "scheduled_posts", "covers": ["x"], "off_how": "planner > off"}]},
                     "p-crisis-hold", {"the publishing tool Planner"}, id="the pause is in the tool"),
        pytest.param({"apps": [PLANNER], "switches": [{"switch": "s", "feature": "scheduled_posts", "covers": ["x"], "off_how": "ask IT"}]},
                     "p-crisis-hold", None, id="the pause is elsewhere"),
        pytest.param({"access": roles("ana", "bo")}, "p-session-lock", None, id="two people, two devices"),
    ],
)  # fmt: skip
def test_what_a_barrier_hangs_on(world: dict[str, list[dict[str, Any]]], barrier: str, found: set[str] | None) -> None:
    assert things(**world).get((barrier, "x")) == found


@pytest.mark.parametrize(
    ("drill", "named"),
    [
        ({}, False), ({"done_on": TODAY - timedelta(days=365)}, False), ({"done_on": TODAY - timedelta(days=366)}, True),
        ({"done_on": TODAY + timedelta(days=1)}, True), ({"result": "failed"}, True), ({"kind": "switch"}, True),
    ],
)  # fmt: skip
def test_a_rehearsal_takes_the_answer_off_the_paper(drill: dict[str, Any], named: bool) -> None:
    clause = {"clause": "replies-have-rules", "document": "rules.md", "state": "found_sure", **SEEN}
    found = things(clauses=[clause], documents=[DOCUMENT], drills=changed(DRILL, **drill))
    assert (("p-reply-authority", "x") in found) is named


def test_a_thing_is_the_same_thing_by_its_id() -> None:
    assert Thing("cc-vault", "v", "the vault v") == Thing("cc-vault", "v", "the vault v")
