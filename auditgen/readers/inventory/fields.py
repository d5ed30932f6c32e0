"""What an inventory may say: entities, their keys, synonyms and kinds, for YAML, CSV and XLSX alike.

A key is written the way it stands in the evidence tables, or nested as people find it natural
(`two_factor: {kind: totp}`), or under a name of the US Digital Registry in a CSV.
"""

# ruff: noqa: E501 (tables of words read best one word a line or one set a line)

from __future__ import annotations

# Entity → evidence table.
TABLES = {
    "people": "person_records", "accounts": "accounts", "access": "access", "apps": "apps", "switches": "switches",
    "agencies": "agencies", "launches": "launches", "drills": "drills", "sites": "sites",
    "incidents": "incidents",
}  # fmt: skip
ENTITY_ALIASES = {
    "limbs": "switches",
    "campaigns": "launches",
    "agency": "agencies",
    "person": "people",
    "account": "accounts",
}

# Entity → column → (kind, keys that mean it). Kinds: text bool factor date moment int list person people word:<set>.
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "people": {
        "person": ("text", "id person"),
        "display": ("text", "name display full_name"),
        "email": ("emails", "emails email e_mail mail work_email"),
        "kind": ("word:person_kind", "kind type"),
        "agency": ("text", "agency"),
        "status": ("word:person_status", "status"),
        "second_factor": ("factor", "second_factor two_factor 2fa mfa second_factor.kind two_factor.kind"),
    },
    "accounts": {
        "account": ("text", "id account account_id"),
        "platform": ("word:platform", "platform account_platform service network"),
        "handle": ("handle", "handle account_name username"),
        "url": ("text", "url account_url address link"),
        "platform_id": ("text", "platform_id"),
        "status": ("word:account_status", "status"),
        "purpose": ("text", "purpose short_description description notes long_description"),
        "language": ("text", "language"),
        "owner": ("person", "owner owner_email contacts primary_contact"),
        "deputy": ("person", "deputy deputy_email secondary_contact"),
        "login_kind": ("word:login_kind", "login_kind login"),
        "vault_item": ("text", "vault_item"),
        "second_factor": ("word:second_factor", "two_factor.kind two_factor second_factor 2fa mfa second_factor.kind"),
        "second_factor_seen_on": (
            "date",
            "two_factor.as_of second_factor_seen_on second_factor.as_of two_factor_as_of",
        ),
        "recovery_email": ("text", "recovery.email recovery_email"),
        "recovery_email_readers": ("int", "recovery.email_readers recovery_email_readers"),
        "recovery_phone_owner": ("word:phone_owner", "recovery.phone_owner recovery_phone_owner"),
        "codes_stored": ("bool", "recovery.codes_in_vault codes_in_vault codes_stored recovery.codes_stored"),
        "recovery_checked_on": ("date", "recovery.checked recovery_checked recovery_checked_on"),
        "platform_route": ("text", "recovery.platform_route platform_route"),
        "platform_contact": ("text", "recovery.contact platform_contact recovery.platform_contact"),
        "verification": ("word:verification", "verification.state verification verified"),
        "verification_renews_on": ("date", "verification.renews verification_renews verification_renews_on"),
        "access_reviewed_on": ("date", "reviewed.access access_reviewed access_reviewed_on"),
        "sessions_reviewed_on": ("date", "reviewed.sessions sessions_reviewed sessions_reviewed_on"),
        "apps_reviewed_on": ("date", "reviewed.apps apps_reviewed apps_reviewed_on"),
        "agency": ("text", "agency"),
        "spend_limit": ("bool", "spend_limit"),
    },
    "access": {
        "account": ("text", "account"),
        "person": ("person", "person email who"),
        "role": ("text", "role"),
        "administers": ("bool", "administers admin administrator"),
        "may_post": ("bool", "may_post can_post"),
        "since": ("date", "since from"),
        "until": ("date", "until"),
        "last_used_on": ("date", "last_used last_used_on"),
        "sponsor": ("person", "sponsor"),
        "second_factor": ("factor", "second_factor two_factor 2fa mfa second_factor.kind two_factor.kind"),
    },
    "apps": {
        "account": ("text", "account"),
        "app": ("text", "name app"),
        "kind": ("word:app_kind", "kind"),
        "may_post": ("bool", "may_post can_post"),
        "scopes": ("joined", "scopes permissions"),
        "owner": ("person", "owner"),
        "approved_on": ("date", "approved approved_on"),
        "last_used_on": ("date", "last_used last_used_on"),
        "single_sign_on": ("bool", "single_sign_on sso"),
    },
    "switches": {
        "switch": ("text", "id switch limb"),
        "title": ("text", "title name"),
        "feature": ("word:feature", "feature"),
        "covers": ("list", "covers accounts"),
        "off_how": ("text", "off off_how"),
        "on_how": ("text", "on on_how"),
        "people": ("people", "who people"),
        "minutes": ("int", "minutes"),
        "not_covered": ("joined", "not_covered"),
        "tested_on": ("date", "tested tested_on"),
    },
    "agencies": {
        "agency": ("text", "id agency"),
        "title": ("text", "name title"),
        "contract_until": ("date", "contract_until until"),
        "sponsor": ("person", "sponsor"),
        "offboarding_contact": ("text", "offboarding_contact"),
    },
    "launches": {
        "launch": ("text", "id launch"),
        "title": ("text", "title name"),
        "starts_at": ("moment", "starts starts_at start"),
        "ends_at": ("moment", "ends ends_at end"),
        "accounts": ("list", "accounts"),
        "on_call": ("people", "on_call"),
    },
    "drills": {
        "drill": ("text", "id drill"),
        "kind": ("word:drill_kind", "kind"),
        "switch": ("text", "switch limb"),
        "done_on": ("date", "date done_on done"),
        "minutes_off": ("int", "minutes_off"),
        "minutes_on": ("int", "minutes_on"),
        "person": ("person", "by person"),
        "result": ("word:drill_result", "result"),
    },
    "sites": {
        "site": ("text", "id site"),
        "url": ("text", "url address"),
        "owner": ("person", "owner"),
        "renews_on": ("date", "renews renews_on"),
        "in_use_until": ("date", "in_use_until used_until"),
        "registrar_lock": ("bool", "registrar_lock"),
        "registrar_second_factor": ("word:second_factor", "registrar_second_factor registrar_two_factor registrar_2fa"),
        "purpose": ("text", "purpose"),
    },
    "incidents": {
        "incident": ("text", "id incident"),
        "account": ("text", "account"),
        "domain": ("text", "domain"),
        "app": ("text", "app"),
        "tool": ("text", "tool"),
        "agency": ("text", "agency"),
        "site": ("text", "site"),
        "happened_on": ("date", "date happened_on happened on"),
        "looked_at_on": ("date", "looked_at looked_at_on reviewed_on"),
        "what": ("text", "what title description"),
    },
}

# Keys that only the one-row-an-account CSV has; they become an agency and a switch of their own.
CSV_EXTRAS = {
    "agency_until": "agency_until",
    "pause_how": "pause_how",
    "pause_tested": "pause_tested",
    "agencies": "agency",
}
# Keys any entry may carry about itself.
ABOUT = {"seen_on", "as_of", "source", "basis"}

WORDS: dict[str, dict[str, str]] = {
    "platform": {
        **{word: word for word in ("x", "facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "mastodon",
                                   "bluesky", "pinterest", "reddit", "scheduler", "linkinbio", "ads", "other")},
        "twitter": "x", "x twitter": "x", "fb": "facebook", "facebook page": "facebook", "ig": "instagram", "insta": "instagram",
        "linked in": "linkedin", "yt": "youtube", "you tube": "youtube", "tik tok": "tiktok", "bsky": "bluesky",
        "hootsuite": "scheduler", "buffer": "scheduler", "sprout": "scheduler", "later": "scheduler",
        "link in bio": "linkinbio", "linktree": "linkinbio", "meta ads": "ads", "google ads": "ads", "ad account": "ads",
        "advertising": "ads", "snapchat": "other", "tumblr": "other", "telegram": "other", "whatsapp": "other",
    },
    "account_status": {"active": "active", "parked": "parked", "archived": "archived", "published": "active",
                       "under review": "active", "closed": "archived", "inactive": "parked"},
    "login_kind": {"delegated": "delegated", "roles": "delegated", "role": "delegated", "sso": "sso",
                   "single sign on": "sso", "shared": "shared", "personal": "personal", "private": "personal"},
    "second_factor": {
        "none": "none", "no": "none", "off": "none", "sms": "sms", "text message": "sms", "text": "sms", "call": "call",
        "phone call": "call", "email": "email", "e mail": "email", "totp": "totp", "authenticator": "totp",
        "authenticator app": "totp", "app": "app", "push": "push", "prompt": "push", "security key": "security_key",
        "key": "security_key", "u2f": "security_key", "fido2": "security_key", "yubikey": "security_key",
        "passkey": "passkey", "sso": "sso", "single sign on": "sso",
    },
    "phone_owner": {"organisation": "organisation", "organization": "organisation", "company": "organisation",
                    "personal": "personal", "private": "personal", "none": "none", "no": "none"},
    "verification": {"verified": "verified", "yes": "verified", "true": "verified", "unverified": "unverified",
                     "no": "unverified", "not offered": "not_offered"},
    "person_kind": {"staff": "staff", "employee": "staff", "agency": "agency", "freelancer": "agency",
                    "contractor": "agency", "bot": "bot", "system": "bot"},
    "person_status": {"active": "active", "left": "left", "suspended": "suspended"},
    "app_kind": {"publisher": "publisher", "analytics": "analytics", "ads": "ads", "moderation": "moderation",
                 "other": "other", "scheduler": "publisher"},
    "feature": {word.replace("_", " "): word for word in ("scheduled_posts", "comments", "messages", "ads", "user_content",
                                                          "embeds", "links", "automation", "posting", "other")},
    "drill_kind": {"switch": "switch", "limb": "switch", "takeover": "takeover", "recovery": "recovery",
                   "holding statement": "holding_statement", "tabletop": "tabletop"},
    "drill_result": {"ok": "ok", "passed": "ok", "partly": "partly", "partial": "partly", "failed": "failed"},
}  # fmt: skip


def keys_of(entity: str) -> dict[str, str]:
    """Every key that is known for an entity → its column."""
    return {key: column for column, (_, keys) in FIELDS[entity].items() for key in keys.split()}
