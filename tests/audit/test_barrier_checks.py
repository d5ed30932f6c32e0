"""The checks that barriers stand on, at their edges: apps, domains, registrars, the way around the approval, the news."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from auditgen.audit.checks.answers import define_macros
from auditgen.audit.checks.check import Check
from auditgen.audit.checks.examples import EXAMPLE_DAY
from auditgen.audit.checks.packs import builtin_folder, load_pack
from auditgen.evidence.store import Store

CHECKS: dict[str, Check] = {check.id: check for check in load_pack(builtin_folder(), "auditgen")[0]}
TODAY = EXAMPLE_DAY


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


def verdicts(name: str, **tables: list[dict[str, Any]]) -> dict[str, str]:
    """Subject → verdict of a check over these tables."""
    with Store() as store:
        define_macros(store)
        for table, rows in tables.items():
            store.add(table, rows)
        check = CHECKS[name]
        rows = store.select(check.sql or "", check.parameters(TODAY))
    return {row["subject"]: row["verdict"]["verdict"] for row in rows}


APP = {"account": "x", "app": "Planner", "owner": "ana", "approved_on": before(500)}
LIST = "the list of apps of x"


@pytest.mark.parametrize(
    ("account", "app", "verdict"),
    [
        pytest.param({}, {}, "unknown", id="written by hand"),
        pytest.param({"apps_reviewed_on": before(91)}, {}, "pass", id="a day younger than it may be"),
        pytest.param({"apps_reviewed_on": before(92)}, {}, "pass", id="as old as it may be"),
        pytest.param({"apps_reviewed_on": before(93)}, {}, "unknown", id="a day older"),
        pytest.param({"apps_reviewed_on": before(0)}, {}, "pass", id="today"),
        pytest.param({"apps_reviewed_on": before(-1)}, {}, "unknown", id="still to come"),
        pytest.param({}, {"basis": "exported", "seen_on": before(92)}, "pass", id="exported"),
        pytest.param({}, {"basis": "exported", "seen_on": before(93)}, "unknown", id="exported too long ago"),
        pytest.param({}, {"basis": "declared", "seen_on": before(1)}, "unknown", id="a fresh list by hand"),
        pytest.param({"access_reviewed_on": before(10)}, {}, "unknown", id="a look at the people alone"),
        pytest.param({"access_reviewed_on": before(92)}, {"scopes": "read"}, "pass", id="rights copied at that look"),
        pytest.param({"access_reviewed_on": before(93)}, {"scopes": "read"}, "unknown", id="copied too long ago"),
        pytest.param({}, {"scopes": "read"}, "unknown", id="rights copied, nobody knows when"),
    ],
)
def test_a_list_of_apps_is_complete_only_after_a_look(
    account: dict[str, Any], app: dict[str, Any], verdict: str
) -> None:
    found = verdicts("connected-apps-are-known", accounts=[{"account": "x", **account}], apps=[{**APP, **app}])
    assert found == {"Planner on x": "pass", LIST: verdict}


@pytest.mark.parametrize(
    ("account", "found"),
    [
        ({"apps_reviewed_on": before(1)}, {LIST: "pass"}),
        ({"apps_reviewed_on": before(93)}, {LIST: "unknown"}),
        ({"access_reviewed_on": before(1)}, {"x": "unknown"}),
        ({"status": "archived", "apps_reviewed_on": before(1)}, {}),
    ],
)
def test_a_look_that_found_no_app(account: dict[str, Any], found: dict[str, str]) -> None:
    assert verdicts("connected-apps-are-known", accounts=[{"account": "x", **account}]) == found


BREAK_IN = {"incident": "i", "what": "The maker of Planner was broken into", "happened_on": before(30)}


@pytest.mark.parametrize(
    ("looked_on", "incident", "verdict"),
    [
        pytest.param(before(29), {}, "pass", id="looked at the day after"),
        pytest.param(before(30), {}, "fail", id="looked at on the day, perhaps before the news"),
        pytest.param(before(31), {}, "fail", id="looked at the day before"),
        pytest.param(None, {}, "fail", id="never looked at"),
        pytest.param(before(-1), {}, "unknown", id="the look is still to come"),
        pytest.param(before(29), {"happened_on": None}, "unknown", id="nobody knows when it happened"),
        pytest.param(None, {"what": None, "domain": "planner.example"}, "fail", id="told by its site"),
        pytest.param(None, {"what": "planner: tokens taken"}, "fail", id="in small letters"),
        pytest.param(None, {"app": "planner", "what": None}, "fail", id="told by its name"),
        pytest.param(None, {"tool": "Planner", "what": None}, "fail", id="told as a tool"),
        pytest.param(None, {"app": "Countr"}, "n/a", id="another app is named"),
        pytest.param(None, {"looked_at_on": before(30)}, "pass", id="the incident itself was looked at"),
        pytest.param(None, {"looked_at_on": before(31)}, "fail", id="looked at before it happened"),
        pytest.param(None, {"happened_on": before(-1)}, "n/a", id="still to come"),
        pytest.param(None, {"what": "A day planners met"}, "n/a", id="a longer word"),
        pytest.param(None, {"what": "A password was seen"}, "n/a", id="about something else"),
    ],
)
def test_an_app_after_a_break_in_at_its_maker(looked_on: date | None, incident: dict[str, Any], verdict: str) -> None:
    found = verdicts(
        "apps-were-looked-at-after-a-break-in",
        accounts=[{"account": "x", "apps_reviewed_on": looked_on, "access_reviewed_on": TODAY}],
        apps=[APP],
        incidents=[{**BREAK_IN, **incident}],
    )
    assert found == {"Planner on x": verdict}


@pytest.mark.parametrize(
    ("url", "renews", "in_use", "verdict"),
    [
        pytest.param("https://www.our.example", before(-60), None, "pass", id="under our own domain"),
        pytest.param("https://our.example:443/a?b", before(-60), None, "pass", id="our own domain itself"),
        pytest.param("www.our.example", before(-60), None, "pass", id="without a scheme"),
        pytest.param("https://www.our.example", before(-59), None, "fail", id="our own, lapsing a day too early"),
        pytest.param("https://notour.example", before(-600), None, "unknown", id="a name that only ends like ours"),
        pytest.param("https://our.example.evil", before(-600), None, "unknown", id="a name that only begins like ours"),
        pytest.param("https://spring.example", before(-600), before(-599), "pass", id="paid a day longer than in use"),
        pytest.param("https://spring.example", before(-600), before(-600), "pass", id="paid to the last day of use"),
        pytest.param("https://spring.example", before(-600), before(-601), "fail", id="in use a day longer than paid"),
        pytest.param("https://spring.example", before(-59), before(-10), "fail", id="lapsing soon all the same"),
        pytest.param("https://spring.example", before(-60), before(-10), "pass", id="paid well beyond the launch"),
        pytest.param("https://spring.example", before(1), before(10), "fail", id="lapsed"),
        pytest.param("https://spring.example", None, before(-10), "unknown", id="nobody knows when it lapses"),
        pytest.param(None, before(-600), None, "unknown", id="no address"),
        pytest.param("https://www.our.example", before(-600), before(-601), "fail", id="our own, in use for longer"),
    ],
)
def test_a_domain_is_paid_for_as_long_as_it_is_in_use(
    url: str | None, renews: date | None, in_use: date | None, verdict: str
) -> None:
    found = verdicts(
        "domains-outlive-their-campaigns",
        organisation=[{"name": "Our", "domains": ["our.example"]}],
        sites=[{"site": "s", "url": url, "renews_on": renews, "in_use_until": in_use}],
    )
    assert found == {"s": verdict}


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("spring-ourname.example", True), ("www.our.example", False), ("listed-ourname.example", False),
        ("news.example", False), ("ourname.social.example", False),
    ],
)  # fmt: skip
def test_an_address_of_our_name_that_no_list_holds(host: str, listed: bool) -> None:
    found = verdicts(
        "domains-outlive-their-campaigns",
        organisation=[{"name": "Our", "domains": ["our.example"], "brand_words": ["our name", "our"]}],
        accounts=[{"account": "m", "url": "https://ourname.social.example/"}],
        sites=[{"site": "s", "url": "https://listed-ourname.example", "renews_on": before(-99), "in_use_until": TODAY}],
        post_links=[{"post": str(n), "calendar": "c", "url": f"https://{host}/{n}", "host": host} for n in (1, 2)],
    )
    assert found == {"s": "pass"} | ({f"the address {host}": "unknown"} if listed else {})


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [
        (None, "unknown"), ("none", "fail"), ("sms", "fail"), ("call", "fail"), ("email", "fail"), ("totp", "pass"),
        ("app", "pass"), ("push", "pass"), ("security_key", "pass"), ("passkey", "pass"), ("sso", "pass"),
    ],
)  # fmt: skip
def test_what_guards_the_login_at_the_registrar(factor: str | None, verdict: str) -> None:
    found = verdicts("registrar-logins-have-a-second-factor", sites=[{"site": "s", "registrar_second_factor": factor}])
    assert found == {"s": verdict}


TOOL = {"account": "x", "app": "Planner", "kind": "publisher", "may_post": True}


@pytest.mark.parametrize(
    ("account", "access", "apps", "verdict"),
    [
        pytest.param({}, [False, False], [{}], "pass", id="only the tool may post"),
        pytest.param({}, [True, False], [{}], "unknown", id="one person can post there"),
        pytest.param({}, [None], [{}], "unknown", id="nobody knows whether somebody can"),
        pytest.param({}, [], [{}], "unknown", id="no list of people"),
        pytest.param({}, [False], [], "unknown", id="no list of apps"),
        pytest.param({}, [False], [{"may_post": None}], "unknown", id="nobody knows what the tool may"),
        pytest.param({}, [False], [{}, {"app": "Care", "kind": "moderation"}], "fail", id="another app may post"),
        pytest.param({}, [False], [{}, {"app": "Care", "kind": "moderation", "may_post": False}], "pass",
                     id="another app may only read"),
        pytest.param({}, [False], [{}, {"app": "Care", "kind": None}], "unknown", id="an app of unknown use may post"),
        pytest.param({}, [False], [{"may_post": False}], "unknown", id="no way to post is known"),
        pytest.param({"login_kind": "shared"}, [False], [{}], "unknown", id="a shared login"),
        pytest.param({"login_kind": "personal"}, [False], [{}], "unknown", id="a private login"),
        pytest.param({"platform": "scheduler"}, [True], [], "n/a", id="the tool itself"),
        pytest.param({"platform": "ads"}, [True], [], "n/a", id="nothing is posted there"),
    ],
)  # fmt: skip
def test_who_can_post_around_the_approval(
    account: dict[str, Any], access: list[bool | None], apps: list[dict[str, Any]], verdict: str
) -> None:
    found = verdicts(
        "nobody-can-post-around-the-approval",
        accounts=[{"account": "x", "platform": "x", "login_kind": "delegated", **account}],
        access=[{"account": "x", "person": f"p{n}", "may_post": may} for n, may in enumerate(access)],
        apps=[{**TOOL, **app} for app in apps],
    )
    assert found == {"x": verdict}


def post(days: int, checked: int | None, **more: Any) -> dict[str, Any]:
    """A post that goes out so many days ago, held against the news so many days ago."""
    moment = datetime.combine(before(days), datetime.min.time()).replace(hour=9)
    looked = None if checked is None else before(checked)
    return {"post": "1", "calendar": "c", "account": "x", "status": "scheduled", "scheduled_at": moment,
            "context_checked_on": looked, **more}  # fmt: skip


OTHER = {"post": "0", "calendar": "c", "account": "y", "status": "draft", "context_checked_on": before(9)}


@pytest.mark.parametrize(
    ("days", "checked", "tested", "verdict"),
    [
        pytest.param(2, 2, None, "pass", id="on the day"),
        pytest.param(2, 3, 400, "fail", id="the day before"),
        pytest.param(2, 1, 400, "fail", id="the day after"),
        pytest.param(2, None, 400, "fail", id="not at all"),
        pytest.param(2, 3, None, "unknown", id="the day before, and nobody knows whether the queue can be stopped"),
        pytest.param(2, None, None, "unknown", id="not at all, and nobody knows whether the queue can be stopped"),
        pytest.param(0, 0, None, "pass", id="today, looked at today"),
        pytest.param(0, 1, None, "unknown", id="today, looked at yesterday: the day is not over"),
        pytest.param(-1, 0, None, "unknown", id="tomorrow's news is still to come"),
        pytest.param(-1, None, None, "unknown", id="tomorrow's look is still to come"),
        pytest.param(2, 3, 92, "n/a", id="the queue can be stopped"),
        pytest.param(2, 3, 93, "fail", id="the stop was tried too long ago"),
        pytest.param(2, 3, -1, "fail", id="the stop is still to be tried"),
    ],
)
def test_the_news_of_the_day(days: int, checked: int | None, tested: int | None, verdict: str) -> None:
    switches = [] if tested is None else [
        {"switch": "q", "feature": "scheduled_posts", "covers": ["x"], "tested_on": before(tested)}
    ]  # fmt: skip
    found = verdicts("queued-posts-meet-the-news-of-their-day", posts=[post(days, checked), OTHER], switches=switches)
    assert found == {"c 1": verdict}


@pytest.mark.parametrize(
    ("factor", "mailbox", "phone", "offers", "verdict"),
    [
        ("email", "a@our.example", "none", ["totp"], "fail"),
        ("email", "a@our.example", "none", ["email"], "n/a"),
        ("email", "a@our.example", "none", None, "unknown"),
        ("email", None, "none", ["totp"], "unknown"),
        ("totp", "a@our.example", "none", None, "pass"),
        ("sms", "a@our.example", "none", None, "pass"),
        ("sms", "a@our.example", "personal", None, "fail"),
        ("email", "a@our.example", None, ["totp"], "fail"),
        ("totp", "a@our.example", None, None, "unknown"),
    ],
)
def test_code_and_reset_in_one_place(
    factor: str, mailbox: str | None, phone: str | None, offers: list[str] | None, verdict: str
) -> None:
    account = {
        "account": "x",
        "platform": "x",
        "second_factor": factor,
        "recovery_email": mailbox,
        "recovery_phone_owner": phone,
    }
    table = [] if offers is None else [{"platform": "x", "methods": offers}]
    found = verdicts("factor-and-recovery-do-not-share-a-phone", accounts=[account], second_factor_offers=table)
    assert found == {"x": verdict}


@pytest.mark.parametrize(("days", "verdict"), [(91, "pass"), (92, "pass"), (93, "unknown"), (-1, "unknown")])
def test_a_second_factor_counts_for_a_quarter(days: int, verdict: str) -> None:
    account = {"account": "x", "second_factor": "totp", "second_factor_seen_on": before(days)}
    assert verdicts("second-factor-is-on", accounts=[account]) == {"x": verdict}


@pytest.mark.parametrize(("methods", "verdict"), [(["email"], "n/a"), (["email", "totp"], "fail"), ([], "n/a")])
def test_mail_is_no_choice_where_nothing_else_is_offered(methods: list[str], verdict: str) -> None:
    account = {"account": "b", "platform": "bluesky", "second_factor": "email", "recovery_email": "a@our.example"}
    offers = [{"platform": "bluesky", "methods": methods}]
    found = verdicts("factor-and-recovery-do-not-share-a-phone", accounts=[account], second_factor_offers=offers)
    assert found == {"b": verdict}


def test_an_account_behind_the_sign_on_has_no_password_of_its_own() -> None:
    accounts = [{"account": "tool", "login_kind": "sso", "second_factor": "sso"}, {"account": "x"}]
    vaults = [{"vault": "v"}]
    login = {"credential": "C1", "account": "x", "password_present": True, "vault": "v"}
    found = verdicts("each-password-opens-one-site", accounts=accounts, vaults=vaults, credentials=[login])
    assert found == {"C1 for x": "pass", "tool": "n/a"}


@pytest.mark.parametrize(
    ("may_post", "scopes", "verdict"),
    [
        (False, "read", "pass"), (False, "ads_read", "pass"), (False, None, "pass"), (False, "read, tweet.write", "unknown"),
        (False, "publish_video", "unknown"), (False, "rewrite_notes", "pass"), (None, "read", "unknown"), (True, "read", "fail"),
    ],
)  # fmt: skip
def test_rights_that_contradict_what_is_said_of_an_app(may_post: bool | None, scopes: str | None, verdict: str) -> None:
    app = {"account": "x", "app": "Chartly", "kind": "analytics", "may_post": may_post, "scopes": scopes}
    assert verdicts("only-publishing-tools-can-post", apps=[app]) == {"Chartly on x": verdict}


@pytest.mark.parametrize(
    ("vaults", "verdict"),
    [
        ([], "unknown"),
        ([{"vault": "b", "product": "browser"}], "unknown"),
        ([{"vault": "b", "kind": "individual", "product": "bitwarden"}], "unknown"),
        (
            [{"vault": "b", "product": "browser"}, {"vault": "t", "kind": "organisation", "product": "bitwarden"}],
            "fail",
        ),
        ([{"vault": "k", "product": "keepass"}], "fail"),
    ],
)
def test_a_login_is_missing_only_where_a_shared_vault_was_read(vaults: list[dict[str, Any]], verdict: str) -> None:
    account = {"account": "x", "login_kind": "shared"}
    assert verdicts("every-login-is-in-the-vault", accounts=[account], vaults=vaults) == {"x": verdict}


def test_a_list_that_names_no_owner_at_all_leaves_owners_not_checked() -> None:
    app = {"account": "x", "app": "Planner", "approved_on": before(10)}
    other = {"account": "x", "app": "Inbox", "owner": "ana", "approved_on": before(10)}
    assert verdicts("connected-apps-are-known", apps=[app])["Planner on x"] == "unknown"
    assert verdicts("connected-apps-are-known", apps=[app, other])["Planner on x"] == "fail"
