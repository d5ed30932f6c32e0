"""What the vaults showed as a whole: counts, families, and which account's login lies in which vault.

Labels only; no title, user name or address of a private login.
"""

from __future__ import annotations

from typing import Any

from auditgen.results.names import Names, Outcome, iso

PRODUCTS = {
    "apple": "Apple Passwords",
    "bitwarden": "Bitwarden",
    "browser": "Chrome, Edge or Brave",
    "dashlane": "Dashlane",
    "firefox": "Firefox",
    "keepass": "KeePass",
    "keeper": "Keeper",
    "lastpass": "LastPass",
    "nordpass": "NordPass",
    "onepassword": "1Password",
    "proton": "Proton Pass",
}
FAMILIES_SHOWN = 50
# What is counted: the check that tells more, in words after "logins", and which logins it is true for.
_COUNTED = (
    ("no-password-is-in-a-breach", "with a password known from a breach", "breach_band <> 'none'"),
    ("no-password-is-close-to-a-breached-one", "with a near-copy of one", "near_breached"),
    ("no-common-passwords", "with one of the first 3,000 guesses", "common"),
    ("no-placeholder-passwords", "with a default or placeholder", "placeholder and not keyed"),
    ("passwords-are-hard-to-guess", "with a password that would be guessed early", "strength_band < 3"),
    ("passwords-are-long", "with fewer than 8 characters", "length_band = 'under_8'"),
    ("passwords-are-long", "with 8 to 14 characters", "length_band = '8_to_14'"),
    ("no-password-is-built-on-the-brand", "built on our own words", "context_only"),
    ("each-password-opens-one-site", "that share their password with another site", "reuse_sites > 1"),
    ("no-near-copies-across-sites", "that have a near-copy at another site", "family_sites > 1"),
    ("no-return-to-an-old-password", "whose old password came back", "returned_to_old"),
    ("no-passwords-in-notes", "with a password in a note or address", "secret_in_text"),
    ("no-login-leads-to-a-look-alike", "that lead to a look-alike address", "imitates"),
    ("login-addresses-are-encrypted", "with an address that is not encrypted", "insecure_address"),
)


def logins(outcome: Outcome, names: Names) -> dict[str, Any] | None:
    """The section `logins` of the results; None when no vault was read."""
    select = outcome.store.select
    vaults = select("select * from vaults order by vault")
    if not vaults:
        return None
    ran = {judged.check.id for judged in outcome.judged}
    counted = ", ".join(f"count(*) filter ({condition}) as c{i}" for i, (_, _, condition) in enumerate(_COUNTED))
    (row,) = select(
        f"select {counted}, count(*) as total, count(*) filter (not ours) as private from logins where held"
    )
    breach = select("select method, list_on, lines, asked, answered, reason, says from breach_checks")
    return {
        "total": row["total"],
        "private": row["private"],
        "fix_lists": outcome.fix_lists,
        "vaults": [
            {
                "vault": vault["vault"],
                "product_title": PRODUCTS.get(vault["product"], vault["product"] or "not recorded"),
                "owner": vault["owner"],
                "owner_title": names.person(vault["owner"]),
                "logins": vault["logins"] or 0,
                "left_out": (vault["deleted"] or 0) + (vault["archived"] or 0),
                "locked": vault["encrypted"],
                "exported_on": iso(vault["exported_on"]),
            }
            for vault in vaults
        ],
        "counts": [
            {"check": check, "says": says, "count": row[f"c{i}"]}
            for i, (check, says, _) in enumerate(_COUNTED)
            if check in ran and row[f"c{i}"]
        ],
        **_families(outcome),
        "kept": _kept(outcome),
        "breach": {**breach[0], "list_on": iso(breach[0]["list_on"])} if breach else None,
        "instruments": [
            {"title": item["instrument"], "version": item["version"], "does": item["does"],
             "dated_on": iso(item["dated_on"])}
            for item in select("select distinct instrument, version, does, dated_on from instruments order by all")
        ],
    }  # fmt: skip


def _families(outcome: Outcome) -> dict[str, Any]:
    """Passwords that open several logins, and families of near-copies: the largest first, one entry each."""
    found = outcome.store.select(
        """
        with groups as (
            select reuse_group as label, 'same' as kind, 1 as passwords, reuse_sites as sites, account, ours
            from logins where reuse_group is not null
            union all
            select family, 'near', family_passwords, family_sites, account, ours from logins where family is not null
        )
        select label, kind, max(passwords) as passwords, max(sites) as sites, count(*) as logins,
               coalesce(list(distinct account order by account) filter (account is not null), []) as accounts
        from groups group by label, kind having bool_or(ours)
        order by len(accounts) desc, logins desc, kind desc, label
        """
    )
    return {"families": found[:FAMILIES_SHOWN], "families_more": max(0, len(found) - FAMILIES_SHOWN)}


def _kept(outcome: Outcome) -> list[dict[str, Any]]:
    """Each account in use, and the vaults that hold its login."""
    rows = outcome.store.select(
        """
        select a.account, a.login_kind, c.vault, bool_or(c.shared) as shared, count(c.credential) as logins
        from accounts a left join credentials c on c.account = a.account
        where a.status is distinct from 'archived' group by all order by a.account, c.vault
        """
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = found.setdefault(
            row["account"],
            {"account": row["account"], "state": "none", "personal": False, "vaults": []},
        )
        if row["vault"] is not None:
            entry["state"] = "held"
            entry["vaults"].append({"vault": row["vault"], "shared": row["shared"], "logins": row["logins"]})
        elif row["login_kind"] == "sso":
            entry["state"] = "sign_on"
    for entry in found.values():
        entry["personal"] = bool(entry["vaults"]) and all(vault["shared"] is False for vault in entry["vaults"])
    order = {"none": 0, "held": 1, "sign_on": 2}
    return sorted(found.values(), key=lambda entry: (order[entry["state"]], not entry["personal"], entry["account"]))
