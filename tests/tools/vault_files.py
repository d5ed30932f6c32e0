"""Makes vault exports in the exact shapes of their products, as bytes. Every password here is invented."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from . import vault_files_keepass

OTP = "otpauth://totp/Example:jo?secret=GEZDGNBVGY3TQOJQ&issuer=Example"
# Spaces at both ends, comma, quote, semicolon, line end, emoji, decomposed é: each a trap of some reader.
HARD = ' a,b"c;d\r\ne\tf 🐄e\u0301 '

KEEPASSXC = ["Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created"]
LASTPASS = ["url", "username", "password", "totp", "extra", "name", "grouping", "fav"]
BROWSER = ["name", "url", "username", "password", "note"]
FIREFOX = ["url", "username", "password", "httpRealm", "formActionOrigin", "guid", "timeCreated", "timeLastUsed",
           "timePasswordChanged"]  # fmt: skip
APPLE = ["Title", "URL", "Username", "Password", "Notes", "OTPAuth"]
ONEPASSWORD = ["Title", "Url", "Username", "Password", "OTPAuth", "Favorite", "Archived", "Tags", "Notes"]
ONEPASSWORD_WEBSITE = ["Title", "Website", "Username", "Password", "One-time password", "Favorite status",
                       "Archived status", "Tags", "Notes"]  # fmt: skip
ONEPASSWORD_4 = ["title", "notes", "username", "password", "url"]
PROTON = ["type", "name", "url", "email", "username", "password", "note", "totp", "createTime", "modifyTime", "vault"]
DASHLANE = ["username", "username2", "username3", "title", "password", "note", "url", "category", "otpSecret"]
NORDPASS = ["name", "url", "additional_urls", "username", "password", "note", "cardholdername", "cardnumber", "cvc",
            "pin", "expirydate", "zipcode", "folder", "full_name", "phone_number", "email", "address1", "address2",
            "city", "country", "state", "type", "custom_fields"]  # fmt: skip
NORDPASS_OLD = ["name", "url", "username", "password", "note", "cardholdername", "cardnumber", "cvc", "expirydate",
                "zipcode", "folder", "full_name", "phone_number", "email", "address1", "address2", "city", "country",
                "state", "type"]  # fmt: skip


def table(
    header: Iterable[str], *rows: Mapping[str, str] | list[str], delimiter: str = ",", quote_all: bool = False
) -> bytes:
    """A CSV with CRLF; a row is a list of cells, or the filled columns by name."""
    header = list(header)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(header)
    for row in rows:
        writer.writerow(row if isinstance(row, list) else [row.get(name, "") for name in header])
    return out.getvalue().encode("utf-8", "surrogatepass")


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def as_json(data: Any) -> bytes:
    return json.dumps(data).encode()


# -- 1Password -----------------------------------------------------------------------------------


def onepux_login(**more: Any) -> dict[str, Any]:
    """A login of a 1PUX with everything in it; `more` replaces details, overview or keys of the item."""
    details = {
        "loginFields": [
            {"value": "jo", "id": "", "name": "username", "fieldType": "T", "designation": "username"},
            {"value": HARD, "id": "", "name": "password", "fieldType": "P", "designation": "password"},
            {"value": "✓", "id": "terms", "name": "terms", "fieldType": "C"},
        ],
        "notesPlain": "Ask Mara.",
        "sections": [
            {
                "title": "",
                "name": "more",
                "fields": [
                    {"title": "one-time password", "id": "TOTP_1", "value": {"totp": OTP}},
                    {"title": "", "id": "TOTP_2", "value": {"totp": "JBSWY3DPEHPK3PXP"}},
                    {"title": "PIN", "id": "p", "value": {"concealed": "9021"}},
                    {"title": "mail", "id": "m", "value": {"email": {"email_address": "jo@x.test", "provider": None}}},
                    {"title": "site", "id": "u", "value": {"url": "https://more.test"}},
                    {"title": "hint", "id": "s", "value": {"string": "left drawer"}},
                ],
            }
        ],
        "passwordHistory": [{"value": "second-9", "time": 1690000000}, {"value": "first-9", "time": 1680000000}],
    } | more.pop("details", {})
    overview = {
        "subtitle": "jo",
        "title": "Instagram",
        "url": "https://instagram.com",
        "urls": [{"label": "", "url": "https://instagram.com"}, {"label": "", "url": "https://help.instagram.com"}],
        "ps": 60,
        "pbe": 0.0,
        "pgrng": False,
        "tags": ["brand"],
        "watchtowerExclusions": None,
    } | more.pop("overview", {})
    item = {"uuid": "u1", "favIndex": 0, "createdAt": 1650000000, "updatedAt": 1700000000, "state": "active",
            "categoryUuid": "001"}  # fmt: skip
    return item | {"details": details, "overview": overview} | more


def onepux(*vaults: tuple[str, str, list[Any]], more: Mapping[str, bytes] | None = None) -> bytes:
    """A 1PUX of one account; a vault is its type, its name and its items."""
    data = {
        "accounts": [
            {
                "attrs": {
                    "accountName": "Hill Farm",
                    "name": "Jo",
                    "email": "jo@x.test",
                    "uuid": "A",
                    "domain": "https://my.1password.com/",
                },
                "vaults": [
                    {"attrs": {"uuid": name, "desc": "", "avatar": "", "name": name, "type": kind}, "items": items}
                    for kind, name, items in vaults
                ],
            }
        ]
    }
    attributes = {"version": 3, "description": "1Password Unencrypted Export", "createdAt": 1732406400}
    return zipped({"export.attributes": as_json(attributes), "export.data": as_json(data), **(more or {})})


# -- Proton --------------------------------------------------------------------------------------


def proton_item(kind: str = "login", *, content: Any = None, **more: Any) -> dict[str, Any]:
    if content is None:
        content = {
            "itemEmail": "jo@x.test",
            "itemUsername": "jo",
            "password": HARD,
            "urls": ["https://x.com/", "https://twitter.com/"],
            "totpUri": OTP,
            "passkeys": [{"keyId": "k", "content": "cGFzc2tleQ==", "domain": "x.com"}],
        }
    data = {
        "metadata": {"name": "X", "note": "brand", "itemUuid": "e8"},
        "extraFields": [
            {"fieldName": "desk", "type": "text", "data": {"content": "third"}},
            {"fieldName": "code", "type": "hidden", "data": {"content": "5521-x"}},
            {"fieldName": "second", "type": "totp", "data": {"totpUri": "JBSWY3DPEHPK3PXP"}},
        ],
        "type": kind,
        "content": content,
    } | more.pop("data", {})
    return {"itemId": "i", "shareId": "s", "data": data, "state": 1, "aliasEmail": None, "contentFormatVersion": 6,
            "createTime": 1689182868, "modifyTime": 1707735349, "pinned": False} | more  # fmt: skip


def proton(*items: Any, version: str = "1.21.2", **vaults: list[Any]) -> dict[str, Any]:
    kept = {"Personal": list(items), **vaults}
    return {
        "version": version,
        "userId": "u",
        "encrypted": False,
        "vaults": {
            f"id-{name}": {"name": name, "description": "", "display": {"color": 0, "icon": 0}, "items": held}
            for name, held in kept.items()
        },
    }


# -- Keeper --------------------------------------------------------------------------------------


def keeper() -> dict[str, Any]:
    def folder(path: str, *people: str) -> dict[str, Any]:
        permissions = [{"name": name, "manage_users": True, "manage_records": True} for name in people]
        return {"path": path, "uid": path, "manage_users": False, "manage_records": True, "can_edit": True,
                "can_share": False, "permissions": permissions}  # fmt: skip

    return {
        "shared_folders": [
            folder("Brand\\Social", "jo@x.test", "mara@x.test", "JO@x.test"),
            folder("Agency", "mara@x.test", "kit@x.test"),
            folder("Nobody"),
        ],
        "records": [
            {
                "title": "Instagram",
                "uid": "r1",
                "login": "jo",
                "password": HARD,
                "login_url": "https://instagram.com",
                "notes": "brand",
                "$type": "login",
                "last_modified": 1762428779,
                "custom_fields": {
                    "$oneTimeCode::1": OTP,
                    "$url": ["https://help.instagram.com", "https://about.instagram.com"],
                    "$url:press:1": "https://press.instagram.com",
                    "$secret:PIN 2:1": "9021",
                    "$text:desk:1": "third",
                    "$name": {"first": "Jo"},
                },
                "folders": [
                    {"shared_folder": "Brand\\Social", "can_edit": True, "can_share": False},
                    {"shared_folder": "Agency", "can_edit": False, "can_share": False},
                ],
            },
            {"title": "TikTok", "uid": "r2", "login": "jo", "password": "tik-9-tok", "login_url": "https://tiktok.com",
             "last_modified": 1762428779, "custom_fields": {"$oneTimeCode": OTP},
             "folders": [{"folder": "A\\Name\\\\with\\B"}]},
            {"title": "Wi-Fi notes", "uid": "r3", "notes": "upstairs", "$type": "encryptedNotes"},
            {"title": "Key", "uid": "r4", "$type": "sshKeys", "custom_fields": {"$keyPair": {"privateKey": "-----BEGIN k"}}},
            {"title": "Unlisted", "uid": "r5", "login": "jo", "password": "un-listed-1", "$type": "login",
             "folders": [{"shared_folder": "Gone", "can_edit": True, "can_share": True}]},
        ],
    }  # fmt: skip


def headless(*rows: list[str]) -> bytes:
    """Keeper's CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


# -- one of each ---------------------------------------------------------------------------------


def every() -> dict[str, tuple[str, bytes]]:
    """A file of each format and variant: what it is called here → name of its format and the file."""
    login = {"url": "https://x.com/", "username": "jo", "password": HARD, "name": "X", "title": "X"}
    cased = {"Title": "X", "URL": "https://x.com/", "Url": "https://x.com/", "Website": "https://x.com/",
             "Username": "jo", "Password": HARD, "OTPAuth": OTP, "One-time password": OTP}  # fmt: skip
    keepass = {**cased, "Group": "Root/Brand", "TOTP": OTP, "Last Modified": "2024-02-03T23:30:00Z",
               "Created": "2023-01-01T00:00:00Z"}  # fmt: skip
    firefox = {**login, "httpRealm": "", "formActionOrigin": "https://x.com", "guid": "{a}", "timeCreated": "1650000000000",
               "timeLastUsed": "1700000000000", "timePasswordChanged": "1690000000000"}  # fmt: skip
    pass_csv = {**login, "type": "login", "createTime": "1689182868", "modifyTime": "1707735349", "vault": "Brand",
                "email": "jo@x.test", "totp": OTP}  # fmt: skip
    dashlane = {**login, "otpSecret": "JBSWY3DPEHPK3PXP", "otpUrl": OTP, "otp": OTP, "category": "Social"}
    nordpass = {**login, "type": "password", "folder": "Brand"}
    notes = table(["title", "note"], {"title": "Door", "note": "code 4711"})
    payments = table(["type", "account_name", "cc_number", "code"], {"type": "card", "cc_number": "4242"})
    files: dict[str, tuple[str, bytes]] = {
        "1pux": ("onepassword-1pux", onepux(("U", "Brand", [onepux_login()]))),
        "1password 8": ("onepassword-csv", table(ONEPASSWORD, cased)),
        "1password website": ("onepassword-csv", table(ONEPASSWORD_WEBSITE, cased)),
        "1password 4": ("onepassword-4-csv", table(ONEPASSWORD_4, login)),
        "proton json": ("proton-json", as_json(proton(proton_item()))),
        "proton zip": ("proton-zip", zipped({"Proton Pass/data.json": as_json(proton(proton_item()))})),
        "proton csv": ("proton-csv", table(PROTON, pass_csv)),
        "proton csv autofill": ("proton-csv", table([*PROTON, "autofillUrls"], pass_csv)),
        "proton csv without email": ("proton-csv", table([name for name in PROTON if name != "email"], pass_csv)),
        "proton csv without vault": ("proton-csv", table([name for name in PROTON if name not in ("email", "vault")], pass_csv)),
        "dashlane": ("dashlane-csv", table(DASHLANE, dashlane)),
        "dashlane otpUrl": ("dashlane-csv", table([*DASHLANE[:-1], "otpUrl"], dashlane)),
        "dashlane otp": ("dashlane-csv", table([*DASHLANE[:-1], "otp"], dashlane)),
        "dashlane without otp": ("dashlane-csv", table(DASHLANE[:-1], dashlane)),
        "dashlane zip": ("dashlane-zip", zipped({"payments.csv": payments, "securenotes.csv": notes,
                                                  "credentials.csv": table(DASHLANE, dashlane)})),
        "dashlane json": ("dashlane-json", as_json({"AUTHENTIFIANT": [{"domain": "x.com", "email": "jo@x.test", "login": "jo",
                          "note": "n", "password": HARD, "secondaryLogin": "j2", "title": "X"}], "EMAIL": []})),
        "keeper json": ("keeper-json", as_json(keeper())),
        "keepassxc": ("keepassxc-csv", table(KEEPASSXC, keepass, quote_all=True)),
        "keepassxc old": ("keepassxc-csv", table(KEEPASSXC[:6], keepass, quote_all=True)),
        "lastpass": ("lastpass-csv", table(LASTPASS, login)),
        "lastpass old": ("lastpass-csv", table([name for name in LASTPASS if name != "totp"], login)),
        "browser": ("browser-csv", table(BROWSER, login)),
        "browser old": ("browser-csv", table(BROWSER[:4], login)),
        "firefox": ("firefox-csv", table(FIREFOX, firefox, quote_all=True)),
        "apple": ("apple-csv", table(APPLE, cased)),
        "safari 15": ("apple-csv", table(["Title", "Url", "Username", "Password", "OTPAuth"], cased)),
        "safari zip": ("apple-zip", zipped({"History.json": b"{}", "Bookmarks.html": b"<html>",
                                            "__MACOSX/._Passwörter.csv": b"\x00\x05\x16\x07", "Passwörter.csv": table(APPLE, cased)})),
        "nordpass": ("nordpass-csv", table(NORDPASS, nordpass)),
        "nordpass old": ("nordpass-csv", table(NORDPASS_OLD, nordpass)),
    }  # fmt: skip
    return files


def others() -> dict[str, tuple[str, bytes]]:
    """Files of Bitwarden and KeePass, only as far as telling them from the rest needs."""
    login = {"username": "jo", "password": HARD, "totp": None, "uris": [{"uri": "https://x.com", "match": None}]}
    items = [{"type": 1, "name": "X", "organizationId": None, "login": login}]
    individual = as_json({"encrypted": False, "folders": [], "items": items})
    one = ["folder", "favorite", "type", "name", "notes", "fields", "reprompt", "login_uri", "login_username",
           "login_password", "login_totp"]  # fmt: skip
    row = {"type": "login", "name": "X", "login_uri": "https://x.com", "login_username": "jo", "login_password": HARD}
    keepass = vault_files_keepass.document(vault_files_keepass.entry("X", HARD))
    return {
        "bitwarden": ("bitwarden-json", individual),
        "bitwarden organisation": ("bitwarden-json", as_json({"encrypted": False, "collections": [], "items": items})),
        "bitwarden zip": ("bitwarden-zip", zipped({"data.json": individual, "attachments/a.csv": table(BROWSER)})),
        "bitwarden csv": ("bitwarden-csv", table(one, row)),
        "bitwarden organisation csv": ("bitwarden-csv", table(["collections", *one[2:]], row)),
        "keepass xml": ("keepass-xml", keepass.encode()),
        "kdbx": ("kdbx", vault_files_keepass.kdbx(keepass)),
    }
