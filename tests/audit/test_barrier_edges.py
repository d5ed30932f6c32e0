"""Barriers at their edges: age of the evidence, tolerance, several checks, accounts and the organisation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from auditgen.audit.disasters.barriers import Barriers
from auditgen.audit.disasters.vocabulary import Cause, Stop
from auditgen.audit.verdicts import Judged, Tally
from tests.tools.small_world import DAY, barrier, check, judged, vocabulary, world


def standing(tally: Tally, **more: object) -> tuple[str, str]:
    item = Judged(check("c"), accounts={"a": tally})
    one = barrier("c", **more)
    found = Barriers(vocabulary(one), [item], ["a"], DAY).standing(one, "a")
    return found.state, found.says


@pytest.mark.parametrize(
    ("days", "oldest", "undated", "state", "says"),
    [
        pytest.param(90, date(2026, 8, 23), False, "stands", "c holds", id="the day before it is as old as it may be"),
        pytest.param(90, date(2026, 8, 22), False, "stands", "c holds", id="as old as it may be"),
        pytest.param(90, date(2026, 8, 21), False, "unseen",
                     "Last seen on 2026-08-21, longer ago than 90 days: c holds", id="one day older"),
        pytest.param(90, DAY, False, "stands", "c holds", id="seen today"),
        pytest.param(90, date(2026, 11, 21), False, "stands", "c holds", id="exported after the day that is judged"),
        pytest.param(0, DAY, False, "stands", "c holds", id="only today counts, and it is today's"),
        pytest.param(0, date(2026, 11, 19), False, "unseen",
                     "Last seen on 2026-11-19, longer ago than 0 days: c holds", id="only today counts"),
        pytest.param(None, date(1999, 1, 1), False, "stands", "c holds", id="any age"),
        pytest.param(90, None, True, "unseen", "No source says when this was seen: c holds", id="undated"),
        pytest.param(90, DAY, True, "unseen", "No source says when this was seen: c holds", id="one of several undated"),
        pytest.param(90, None, False, "unseen", "No source says when this was seen: c holds", id="no day at all"),
        pytest.param(None, None, True, "stands", "c holds", id="undated where any age will do"),
    ],
)  # fmt: skip
def test_age_of_the_evidence(days: int | None, oldest: date | None, undated: bool, state: str, says: str) -> None:
    assert standing(Tally(passed=1, oldest=oldest, undated=undated), max_age_days=days) == (state, says)


@pytest.mark.parametrize(
    ("tolerance", "tally", "state", "says"),
    [
        pytest.param(0, Tally(passed=9, failed=1, says="one is bad"), "open", "one is bad", id="none may fail"),
        pytest.param(2, Tally(passed=9, failed=1), "stands", "9 of 10: c holds", id="one below"),
        pytest.param(2, Tally(passed=9, failed=2), "stands", "9 of 11: c holds", id="as many as may fail"),
        pytest.param(2, Tally(passed=9, failed=3), "open", "c is open", id="one more"),
        pytest.param(2, Tally(failed=2), "unseen", "Nothing was there to look at: c holds", id="tolerated and none passes"),
        pytest.param(2, Tally(passed=9, failed=2, unknown=1), "unseen", "Not seen: c holds", id="tolerated, one not seen"),
        pytest.param(0, Tally(failed=1, unknown=1, unseen="dark", says="bad"), "open", "bad", id="open before unseen"),
        pytest.param(0, Tally(passed=9, unknown=1, unseen="no file"), "unseen", "no file", id="one of ten not seen"),
        pytest.param(0, Tally(passed=1, not_applicable=9), "stands", "c holds", id="n/a takes nothing away"),
        pytest.param(0, Tally(not_applicable=1), "not_applicable", "Does not concern this account: c holds", id="n/a only"),
        pytest.param(0, Tally(not_applicable=1, unknown=1), "unseen", "Not seen: c holds", id="n/a and not seen"),
        pytest.param(0, Tally(), "unseen", "Nothing was there to look at: c holds", id="nothing at all"),
        pytest.param(0, Tally(passed=1, attested=True), "attested", "Vouched for, not observed: c holds", id="a word for it"),
        pytest.param(0, Tally(passed=1, attested=True, failed=1), "open", "c is open", id="open before a word for it"),
        pytest.param(1, Tally(passed=1, attested=True, failed=1), "attested", "Vouched for, not observed: c holds",
                     id="a word stays a word within tolerance"),
    ],
)  # fmt: skip
def test_one_check(tolerance: int, tally: Tally, state: str, says: str) -> None:
    assert standing(tally, tolerance=tolerance) == (state, says)


def test_an_old_word_for_it_is_not_seen() -> None:
    tally = Tally(passed=1, attested=True, oldest=date(2026, 8, 21))
    assert standing(tally, max_age_days=90)[0] == "unseen"


@pytest.mark.parametrize(
    ("one", "two", "both", "either"),
    [
        ("pass", "pass", "stands", "stands"),
        ("pass", "attested", "attested", "stands"),
        ("pass", "unknown", "unseen", "stands"),
        ("pass", "fail", "open", "stands"),
        ("pass", "n/a", "stands", "stands"),
        ("attested", "unknown", "unseen", "attested"),
        ("attested", "fail", "open", "attested"),
        ("attested", "n/a", "attested", "attested"),
        ("unknown", "fail", "open", "unseen"),
        ("unknown", "n/a", "unseen", "unseen"),
        ("fail", "n/a", "open", "open"),
        ("n/a", "n/a", "not_applicable", "not_applicable"),
    ],
)
def test_all_of_is_as_good_as_the_worst_and_any_of_as_the_best(one: str, two: str, both: str, either: str) -> None:
    for first, second in ((one, two), (two, one)):
        all_of, any_of = barrier("all", all_of=("c", "d")), barrier("any", any_of=("c", "d"))
        barriers = world({"c": {"a": first}, "d": {"a": second}}, all_of, any_of)
        assert (barriers.standing(all_of, "a").state, barriers.standing(any_of, "a").state) == (both, either)


@pytest.mark.parametrize(
    ("must", "one", "two", "state", "check"),
    [
        pytest.param("pass", "fail", "pass", "stands", "m", id="one way is enough"),
        pytest.param("pass", "fail", "unknown", "unseen", "two", id="the better of two ways decides"),
        pytest.param("fail", "pass", "pass", "open", "m", id="what must hold is open"),
        pytest.param("unknown", "fail", "fail", "open", "one", id="every way is open"),
        pytest.param("pass", "n/a", "n/a", "stands", "m", id="ways that concern nothing"),
        pytest.param("n/a", "n/a", "pass", "stands", "two", id="what must hold concerns nothing"),
        pytest.param("n/a", "n/a", "n/a", "not_applicable", "m", id="nothing concerns it"),
    ],
)
def test_all_of_beside_any_of(must: str, one: str, two: str, state: str, check: str) -> None:
    item = barrier("b", all_of=("m",), any_of=("one", "two"))
    found = world({"m": {"a": must}, "one": {"a": one}, "two": {"a": two}}, item).standing(item, "a")
    assert (found.state, found.check) == (state, check)


@pytest.mark.parametrize(
    ("heart", "one", "two", "state"),
    [
        pytest.param("c", "n/a", "pass", "not_applicable", id="the heart concerns nothing"),
        pytest.param("c", "n/a", "fail", "not_applicable", id="then what else is open does not matter"),
        pytest.param("d", "n/a", "pass", "stands", id="the heart holds, the other concerns nothing"),
        pytest.param("c", "pass", "n/a", "stands", id="the other concerns nothing"),
        pytest.param("d", "fail", "n/a", "open", id="what is asked before the heart is open"),
        pytest.param("d", "unknown", "n/a", "not_applicable", id="what is asked before the heart was not seen"),
        pytest.param("c", "unknown", "pass", "unseen", id="the heart was not seen"),
        pytest.param(None, "n/a", "pass", "stands", id="no heart"),
    ],
)
def test_the_heart_of_a_barrier(heart: str | None, one: str, two: str, state: str) -> None:
    item = barrier("b", all_of=("c", "d"), heart=heart)
    assert world({"c": {"a": one}, "d": {"a": two}}, item).standing(item, "a").state == state


@pytest.mark.parametrize(
    ("scope", "about", "states", "account", "state"),
    [
        pytest.param("account", "account", {"a": "pass", "b": "fail"}, "a", "stands", id="another account's trouble"),
        pytest.param("account", "account", {"a": "pass", "b": "fail"}, "b", "open", id="its own trouble"),
        pytest.param("account", "account", {"b": "pass"}, "a", "unseen", id="another account's pass is no credit"),
        pytest.param("account", "person", {None: "pass"}, "a", "stands", id="what holds for all holds here"),
        pytest.param(
            "account", "person", {"a": "pass", None: "fail"}, "a", "open", id="what is open for all is open here"
        ),
        pytest.param("account", "person", {"a": "pass", None: "unknown"}, "a", "unseen", id="what nobody saw for all"),
        pytest.param("account", "account", {"a": "pass"}, None, "unseen", id="without an inventory no account stands"),
        pytest.param(
            "organisation", "account", {"a": "pass", "b": "fail"}, "a", "open", id="the organisation as a whole"
        ),
        pytest.param(
            "organisation", "account", {"a": "pass", None: "pass"}, None, "stands", id="the organisation stands"
        ),
        pytest.param("site", "site", {"a": "pass", None: "fail"}, "a", "open", id="a site belongs to no account"),
        pytest.param("site", "site", {None: "pass"}, None, "stands", id="a site needs no inventory"),
        pytest.param("account", "credential", {"a": "pass", None: "fail"}, "a", "stands", id="a login of no account"),
        pytest.param("account", "credential", {None: "pass"}, "a", "unseen", id="a good login of no account"),
        pytest.param("account", "credential", {"a": "pass", None: "unknown"}, "a", "unseen", id="a login nobody saw"),
        pytest.param("account", "post", {"a": "pass", None: "fail"}, "a", "open", id="a bad post of who knows where"),
        pytest.param("account", "post", {None: "pass"}, "a", "unseen", id="a good post of who knows where"),
        pytest.param("account", "post", {"a": "pass", None: "unknown"}, "a", "unseen", id="a post nobody saw"),
        pytest.param(
            "organisation", "credential", {"a": "pass", None: "fail"}, None, "open", id="every login is ours here"
        ),
    ],
)
def test_scope(scope: str, about: str, states: dict[str | None, str], account: str | None, state: str) -> None:
    item = barrier("c", scope=scope)
    barriers = Barriers(vocabulary(item), [judged("c", states, about=about)], ["a", "b"], DAY)
    assert barriers.standing(item, account).state == state


@pytest.mark.parametrize(
    ("about", "posting", "state"),
    [
        ("post", ("a",), "not_applicable"),
        ("post", ("b",), "unseen"),
        ("post", (), "unseen"),
        ("account", ("a",), "unseen"),
    ],
)
def test_an_account_whose_posts_were_seen_and_hold_nothing_to_examine(about: str, posting: tuple, state: str) -> None:  # type: ignore[type-arg]
    item = barrier("c")
    barriers = Barriers(vocabulary(item), [judged("c", {"b": "pass"}, about=about)], ["a", "b"], DAY, posting=posting)
    assert barriers.standing(item, "a").state == state


def test_what_nothing_looks_at_and_what_was_left_out_is_not_seen() -> None:
    nothing, absent = barrier("n", all_of=()), barrier("gone")
    barriers = world({}, nothing, absent)
    assert barriers.standing(nothing, "a").says == "No check looks at this yet."
    left_out = barriers.standing(absent, "a")
    assert (left_out.state, left_out.check, left_out.says) == ("unseen", "gone", "The check was left out of this run.")


@pytest.mark.parametrize(
    ("state", "without", "with_attested"),
    [("pass", True, True), ("attested", False, True), ("unknown", False, False), ("fail", False, False),
     ("n/a", False, False)],
)  # fmt: skip
def test_what_earns_credit(state: str, without: bool, with_attested: bool) -> None:
    for counted, credit in ((False, without), (True, with_attested)):
        item = barrier("c")
        barriers = world({"c": {"a": state}}, item, count_attested=counted)
        assert barriers.counts(barriers.standing(item, "a")) is credit


@pytest.mark.parametrize(
    ("states", "state", "says"),
    [
        pytest.param(("pass", "pass", "pass"), "stands", "c holds", id="all stand"),
        pytest.param(("pass", "attested", "pass"), "attested", "On 1 of 3 accounts. Vouched for, not observed: c holds",
                     id="a word on one"),
        pytest.param(("unknown", "attested", "pass"), "unseen", "On 1 of 3 accounts. Not seen: c holds", id="unseen on one"),
        pytest.param(("unknown", "fail", "fail"), "open", "On 2 of 3 accounts. c is open", id="open on two"),
        pytest.param(("n/a", "fail", "pass"), "open", "On 1 of 2 accounts. c is open", id="of those it concerns"),
        pytest.param(("n/a", "n/a", "fail"), "open", "c is open", id="one alone is not counted"),
        pytest.param(("n/a", "n/a", "n/a"), "not_applicable", "Does not concern this account: c holds", id="it concerns none"),
    ],
)  # fmt: skip
def test_the_worst_of_all_accounts(states: tuple[str, ...], state: str, says: str) -> None:
    item = barrier("c")
    found = world({"c": dict(zip("abd", states, strict=True))}, item, accounts=("a", "b", "d")).overall(item)
    assert (found.state, found.says.replace("one is bad", "")) == (state, says)


def test_without_accounts_nothing_of_accounts_was_seen_and_the_organisation_is_judged() -> None:
    of_accounts, of_all = barrier("c"), barrier("d", scope="organisation")
    barriers = world({"c": {None: "pass"}, "d": {None: "pass"}}, of_accounts, of_all, accounts=())
    assert (barriers.overall(of_accounts).state, barriers.overall(of_all).state) == ("unseen", "stands")
    assert barriers.overall(of_accounts).says == "No inventory of accounts was read."


@pytest.mark.parametrize(
    ("states", "account", "state"),
    [
        pytest.param({"a": "fail"}, "a", "there", id="its check fails"),
        pytest.param({"a": "pass"}, "a", "absent", id="its check passes"),
        pytest.param({"a": "n/a"}, "a", "absent", id="it concerns nothing here"),
        pytest.param({"a": "unknown"}, "a", "unseen", id="nobody could see"),
        pytest.param({}, "a", "unseen", id="nobody looked"),
        pytest.param({"b": "pass"}, "a", "unseen", id="somebody looked elsewhere"),
        pytest.param({"b": "fail", "a": "pass"}, "a", "absent", id="it is there elsewhere"),
        pytest.param({"b": "fail", "a": "pass"}, None, "there", id="it is there somewhere"),
        pytest.param({"a": "pass", None: "unknown"}, "a", "unseen", id="passes here, not seen for all"),
        pytest.param({"a": "pass", None: "fail"}, "a", "there", id="passes here, there for all"),
        pytest.param({"a": "n/a", "b": "unknown"}, None, "unseen", id="n/a here, not seen there"),
    ],
)
def test_a_shared_cause(states: dict[str | None, str], account: str | None, state: str) -> None:
    cause = Cause("cc", "one phone", "One phone.", "c", ("p", "q"))
    assert world({"c": states}).cause(cause, account) == state


def test_a_shared_cause_whose_check_fails_and_was_not_seen_is_there() -> None:
    item = Judged(check("c"), accounts={"a": Tally(failed=1, unknown=3, passed=5)})
    cause = Cause("cc", "one phone", "One phone.", "c", ("p", "q"))
    assert Barriers(vocabulary(), [item], ["a"], DAY).cause(cause, "a") == "there"


def test_a_shared_cause_whose_check_was_left_out_is_not_seen() -> None:
    assert world({}).cause(Cause("cc", "one phone", "One phone.", "gone", ("p", "q")), "a") == "unseen"


@pytest.mark.parametrize(
    ("stop", "asked", "state", "decided"),
    [
        pytest.param(Stop("w"), (("c",), ()), "stands", "c", id="as in general"),
        pytest.param(Stop("w", all_of=("d",)), (("d",), ()), "open", "d", id="another check"),
        pytest.param(Stop("w", all_of=("c", "d")), (("c", "d"), ()), "open", "d", id="one check more"),
        pytest.param(Stop("w", any_of=("c", "d")), ((), ("c", "d")), "stands", "c", id="one of two"),
        pytest.param(Stop("w", all_of=()), ((), ()), "unseen", None, id="nothing shows it"),
        pytest.param(Stop("w", max_age_days=10), (("c",), ()), "unseen", "c", id="younger evidence"),
        pytest.param(Stop("w", max_age_days=11), (("c",), ()), "stands", "c", id="young enough"),
    ],
)
def test_a_barrier_is_judged_against_a_threat(
    stop: Stop, asked: tuple[tuple[str, ...], tuple[str, ...]], state: str, decided: str | None
) -> None:
    item = barrier("c", max_age_days=90)
    seen = [Judged(item_check, accounts={"a": tally}) for item_check, tally in (
        (check("c"), Tally(passed=1, oldest=DAY - timedelta(days=11))), (check("d"), Tally(failed=1)),
    )]  # fmt: skip
    barriers = Barriers(vocabulary(item, stops={"c": stop}), seen, ["a"], DAY)
    found = barriers.standing(item, "a", "t")
    assert (barriers.asked(item, "t"), found.state, found.check, found.why) == (asked, state, decided, "w")
    general = barriers.standing(item, "a")
    assert (barriers.asked(item), general.state, general.why) == ((("c",), ()), "stands", "")


def test_a_heart_that_is_not_asked_about_a_threat_is_none_there() -> None:
    item = barrier("b", all_of=("c", "d"), heart="c")
    states = {"c": {"a": "n/a"}, "d": {"a": "pass"}}
    for all_of, state in ((("c", "d"), "not_applicable"), (("d",), "stands")):
        barriers = world(states, item, threat={"stops": {"b": Stop("w", all_of=all_of)}})  # type: ignore[arg-type]
        assert barriers.standing(item, "a", "t").state == state
