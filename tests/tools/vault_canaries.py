"""Vault exports of every format in which each secret is a canary, and the search for canaries in what came of them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from . import vault_files as files
from . import vault_files_bitwarden as bitwarden
from . import vault_files_keepass as keepass

# Every secret holds one of the two, so that a piece of it is found as well as the whole.
CORES = ("Kanari7Vogel", "90817263540918")
# What titles, user names and collections are called; no secrets, but not for the report either.
TITLE, USER, COLLECTION = "Buchfink", "zeisig", "Rotkehlchen"


class Canaries:
    """Secrets that nobody else would write; each one is new."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, shape: str = "word") -> str:
        """A new secret.

        shape  word: with blanks and marks; plain: without; seed: in base32; digits; host: looks like an address
        """
        n, core = len(self.made), CORES[0]
        text = {
            "word": f'q{n}Z <{core}>&"5%\u00fc{n}',
            "plain": f"x{n}-{core}!y{n}",
            "seed": f"JBSW{core.upper()}" + "".join("ABCDEFGHIJ"[int(digit)] for digit in str(n)) + "Q",
            "digits": f"{CORES[1]}{n:03}",
            "host": f"geheim.{core.lower()}{n}.pw",
        }[shape]
        self.made.append(text)
        return text


# -- searching ---------------------------------------------------------------------------------------------------


def spellings(text: str) -> dict[str, bytes]:
    """The forms, other than hashes, in which a part of a secret that has no marks could lie about."""
    found: dict[str, bytes] = {}
    for name, raw in (
        ("plain", text.encode()),
        ("utf-16-le", text.encode("utf-16-le")),
        ("utf-16-be", text.encode("utf-16-be")),
        ("reversed", text[::-1].encode()),
    ):
        found[name] = raw
        found[f"{name} as hex"] = raw.hex().encode()
        for shift in range(3):
            # The letters of the base64 text that hang on nothing before or behind.
            coded = base64.b64encode(b"\0" * shift + raw + b"\0" * 3)
            found[f"{name} as base64+{shift}"] = coded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
    return found


def digests(secret: str) -> dict[str, str]:
    """The hashes a secret is known by, in lower-case hex."""
    from Cryptodome.Hash import MD4

    raw = secret.encode()
    found = {name: hashlib.new(name, raw, usedforsecurity=False).hexdigest() for name in ("md5", "sha1", "sha256")}
    return {**found, "ntlm": MD4.new(secret.encode("utf-16-le")).hexdigest()}


class Search:
    """Finds canaries in bytes, whatever form they have.

    Escapes of URL, HTML and JSON leave letters and digits as they are, so the core is found below all of them.
    """

    PREFIX = 8

    def __init__(self, secrets: list[str]) -> None:
        cores = {case(core) for core in CORES for case in (str, str.lower, str.upper)}
        self.needles = {needle: f"{name} of {core}" for core in cores for name, needle in spellings(core).items()}
        # Base64 and hex are written in either case; for the others one look at folded content is enough.
        self.needles |= {needle.upper(): name for needle, name in self.needles.items() if " as hex" in name}
        self.prefixes = {
            digest[: self.PREFIX]: f"{name} of secret {number}"
            for number, secret in enumerate(secrets)
            for name, digest in digests(secret).items()
        }

    def __call__(self, content: bytes) -> list[str]:
        found = [name for needle, name in self.needles.items() if needle in content]
        for run in re.findall(rb"[0-9a-fA-F]{8,}", content):
            text = run.decode().lower()
            starts = range(len(text) - self.PREFIX + 1)
            found += [name for at in starts if (name := self.prefixes.get(text[at : at + self.PREFIX]))]
        return found


def everything(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders and its name; saved evidence also as the text of its tables."""
    from auditgen.evidence.store import Store, schema

    for folder in folders:
        for path in folder.rglob("*"):
            yield f"name of {path}", path.name.encode()
            if path.is_file():
                yield str(path), path.read_bytes()
        for evidence in {path.parent for path in folder.rglob("*.parquet")}:
            with Store.load(evidence) as store:
                for table in schema():
                    yield f"{evidence}:{table}", repr(store.select(f"from {table}")).encode()


# -- one vault of each format ------------------------------------------------------------------------------------

Cells = dict[str, str]


def _logins(make: Canaries, name: str) -> list[Cells]:
    """Logins as every format can hold them, with secrets in right and in wrong places."""
    full = {
        "title": f"{TITLE} {name}",
        "username": f"{USER}.{name}",
        "password": make(),
        "url": f"https://jo:{quote(make('plain'))}@shop.example/login?token={make('plain')}",
        "note": f"Password: {make('plain')}\nPIN: {make('digits')}\nBackup codes: {make('digits')} {make('digits')}",
        "seed": make("seed"),
        "collection": f"{COLLECTION} {name}",
    }
    pasted = make()
    host = make("host")
    return [
        full,
        # The password in place of everything else.
        {**full, "title": pasted, "username": pasted, "password": pasted, "url": pasted, "note": pasted, "seed": ""},
        # Passwords that look like addresses, the item's own and another's.
        {**full, "password": host, "url": host, "note": "", "seed": "", "title": f"{TITLE} {name} second"},
        {**full, "password": make(), "url": host, "title": f"{TITLE} {name} third"},
        # The login of an account.
        {**full, "password": make(), "url": "https://www.instagram.com/", "username": "hillfarm", "seed": ""},
        # The password of another item in the title and user name.
        {**full, "password": make("plain"), "title": f"{TITLE} ({full['password']})", "username": host, "seed": ""},
    ]


def _table(header: list[str], names: Cells, *more: Cells) -> Callable[[Canaries, str], bytes]:
    """A CSV; `names` says which column holds what."""

    def made(make: Canaries, name: str) -> bytes:
        rows = [{column: login[cell] for column, cell in names.items()} for login in _logins(make, name)]
        return files.table(header, *rows, *more)

    return made


LOWER = {"title": "title", "username": "username", "password": "password", "url": "url"}
NAMED = {"name": "title", "username": "username", "password": "password", "url": "url"}
CASED = {"Title": "title", "Username": "username", "Password": "password", "Notes": "note"}
DASHLANE = {**LOWER, "note": "note", "username2": "username", "category": "collection", "otpSecret": "seed"}
APPLE = {**CASED, "URL": "url", "OTPAuth": "seed"}


def _lastpass(make: Canaries, name: str) -> bytes:
    columns = {**NAMED, "extra": "note", "grouping": "collection", "totp": "seed"}
    note = f"NoteType:Server\nHostname:h\nPassword:{make()}\nNotes:PIN: {make('digits')}"
    return _table(files.LASTPASS, columns, {"url": "http://sn", "name": "note", "extra": note})(make, name)


def _nordpass(make: Canaries, name: str) -> bytes:
    hidden = files.as_json([{"type": "hidden", "label": "PIN", "value": make("plain")}]).decode()
    card = {"name": "card", "type": "credit_card", "cardnumber": make("digits"), "cvc": make("digits"),
            "pin": make("digits"), "custom_fields": hidden}  # fmt: skip
    rows = [
        {**{column: login[cell] for column, cell in {**NAMED, "note": "note", "folder": "collection"}.items()},
         "type": "password", "custom_fields": hidden, "additional_urls": files.as_json([login["url"]]).decode()}
        for login in _logins(make, name)
    ]  # fmt: skip
    return files.table(files.NORDPASS, *rows, card)


def _firefox(make: Canaries, name: str) -> bytes:
    sync = {"url": "chrome://FirefoxAccounts", "username": "u", "password": files.as_json({"k": make()}).decode()}
    columns = {"url": "url", "username": "username", "password": "password"}
    return _table(files.FIREFOX, columns, {**sync, "timePasswordChanged": "1690000000000"})(make, name)


def _proton_csv(make: Canaries, name: str) -> bytes:
    rows: list[Cells | list[str]] = [
        {"type": "login", "name": login["title"], "url": login["url"], "email": "jo@x.test", "note": login["note"],
         "username": login["username"], "password": login["password"], "totp": login["seed"],
         "createTime": "1689182868", "modifyTime": "1707735349", "vault": login["collection"]}
        for login in _logins(make, name)
    ]  # fmt: skip
    card = files.as_json({"number": make("digits"), "verificationNumber": make("digits"), "pin": make("digits")})
    return files.table(files.PROTON, *rows, {"type": "creditCard", "name": "card", "note": card.decode()})


def _bitwarden(make: Canaries, name: str, shared: bool = False) -> dict[str, object]:
    items = []
    for login in _logins(make, name):
        inner = {
            "username": login["username"],
            "uris": [{"match": None, "uri": login["url"]}],
            "totp": login["seed"] or None,
            "fido2Credentials": [{"keyValue": make("plain"), "rpId": "x.com"}],
        }
        items.append(
            bitwarden.login(
                login["title"],
                login["password"],
                login=inner,
                notes=login["note"],
                fields=[{"name": "pin", "value": make("digits"), "type": 1},
                        {"name": "open", "value": make("plain"), "type": 0}],
                passwordHistory=[{"password": make(), "lastUsedDate": "2025-01-01T00:00:00Z"},
                                 {"password": f"pin: {make('plain')}", "lastUsedDate": "2025-02-01T00:00:00Z"}],
                collectionIds=[login["collection"]] if shared else None,
            )
        )  # fmt: skip
    binned = bitwarden.login(f"{TITLE} binned", make(), deletedDate="2026-01-01T00:00:00Z")
    others = [
        {"type": 2, "name": f"{TITLE} note", "notes": f"Password: {make('plain')}"},
        {"type": 3, "name": "card", "card": {"number": make("digits"), "code": make("digits")}},
        {"type": 5, "name": "key", "sshKey": {"privateKey": make()}},
    ]
    whole = bitwarden.organisation if shared else bitwarden.individual
    return whole(*items, binned, *others)


def _bitwarden_csv(make: Canaries, name: str) -> bytes:
    rows = [
        {"type": "login", "name": login["title"], "notes": login["note"], "fields": f"pin: {make('digits')}",
         "login_uri": login["url"], "login_username": login["username"], "login_password": login["password"],
         "login_totp": login["seed"], "folder": login["collection"]}
        for login in _logins(make, name)
    ]  # fmt: skip
    note = {"type": "note", "name": "note", "notes": f"Password: {make('plain')}"}
    return bitwarden.table(bitwarden.PERSONAL, *rows, note)


def _onepux(make: Canaries, name: str) -> bytes:
    items = []
    for login in _logins(make, name):
        fields = [{"value": login[kind], "id": "", "name": kind, "fieldType": "T", "designation": kind}
                  for kind in ("username", "password")]  # fmt: skip
        section = [
            {"title": "code", "id": "TOTP_1", "value": {"totp": login["seed"]}},
            {"title": "PIN", "id": "p", "value": {"concealed": make("digits")}},
            {"title": "hint", "id": "s", "value": {"string": make("plain")}},
            {"title": "site", "id": "u", "value": {"url": login["url"]}},
        ]
        details = {
            "loginFields": fields,
            "notesPlain": login["note"],
            "sections": [{"title": "", "name": "s", "fields": section}],
            "passwordHistory": [{"value": make(), "time": 1690000000}, {"value": make(), "time": 1680000000}],
        }
        overview = {"title": login["title"], "url": login["url"], "urls": [{"label": "", "url": login["url"]}]}
        items.append(files.onepux_login(details=details, overview=overview))
    card = {
        "title": "",
        "name": "c",
        "fields": [{"title": "n", "id": "n", "value": {"creditCardNumber": make("digits")}}],
    }
    items.append(files.onepux_login(categoryUuid="002", details={"loginFields": [], "sections": [card]}))
    items.append(files.onepux_login(state="archived", details={"password": make(), "loginFields": []}))
    return files.onepux(("U", f"{COLLECTION} {name}", items))


def _proton(make: Canaries, name: str) -> dict[str, object]:
    items = []
    for login in _logins(make, name):
        content = {"itemEmail": "jo@x.test", "itemUsername": login["username"], "password": login["password"],
                   "urls": [login["url"]], "totpUri": login["seed"],
                   "passkeys": [{"keyId": "k", "content": make("plain"), "domain": "x.com"}]}  # fmt: skip
        extra = [
            {"fieldName": "desk", "type": "text", "data": {"content": make("plain")}},
            {"fieldName": "code", "type": "hidden", "data": {"content": make("plain")}},
            {"fieldName": "second", "type": "totp", "data": {"totpUri": make("seed")}},
        ]
        told = {"metadata": {"name": login["title"], "note": login["note"], "itemUuid": "e"}, "extraFields": extra}
        items.append(files.proton_item(content=content, data=told))
    items.append(files.proton_item("creditCard", content={"number": make("digits"), "pin": make("digits")}))
    binned = files.proton_item(content={"password": make(), "urls": []}, state=2)
    return files.proton(*items, binned, **{f"{COLLECTION} {name}": []})


def _keeper(make: Canaries, name: str) -> dict[str, object]:
    records = [
        {"title": login["title"], "uid": login["title"], "login": login["username"], "password": login["password"],
         "login_url": login["url"], "notes": login["note"], "$type": "login", "last_modified": 1762428779,
         "custom_fields": {"$oneTimeCode::1": login["seed"], "$secret:PIN:1": make("digits"), "$text:t:1": make("plain"),
                           "$passkey": {"privateKey": make("plain")}, "$keyPair": {"privateKey": make()}},
         "folders": [{"shared_folder": login["collection"], "can_edit": True, "can_share": False}]}
        for login in _logins(make, name)
    ]  # fmt: skip
    people = [{"name": f"{USER}@x.test"}, {"name": "mara@x.test"}]
    return {"shared_folders": [{"path": f"{COLLECTION} {name}", "permissions": people}], "records": records}


def _keeper_csv(make: Canaries, name: str) -> bytes:
    return files.headless(
        *(
            [login["collection"], login["title"], login["username"], login["password"], login["url"], login["note"], "",
             "TFC:Keeper", login["seed"], "PIN", make("digits")]
            for login in _logins(make, name)
        )
    )  # fmt: skip


def _keepass(make: Canaries, name: str) -> str:
    entries = []
    for login in _logins(make, name):
        strings = {"Notes": login["note"], "otp": login["seed"], "KP2A_URL": login["url"], "PIN": make("digits"),
                   "Open": make("plain"), "KPEX_PASSKEY_PRIVATE_KEY_PEM": make()}  # fmt: skip
        older = tuple(keepass.entry(login["title"], make(), made=None) for _ in range(2))
        entries.append(
            keepass.entry(login["title"], login["password"], username=login["username"], url=login["url"],
                          strings=strings, history=older)
        )  # fmt: skip
    binned = keepass.group("bin", keepass.entry(f"{TITLE} binned", make()))
    return keepass.document(keepass.group(f"{COLLECTION} {name}", *entries), binned, bin="bin")


def exports(make: Canaries, passphrase: str, key_file: Path) -> dict[str, bytes]:
    """A file of each format by the name of the format. `key_file` is read; it opens the KeePass database."""

    def table(header: list[str], columns: Cells, name: str) -> bytes:
        return _table(header, columns)(make, name)

    safari = table(files.APPLE, APPLE, "safari")
    dashlane_notes = files.table(["title", "note"], {"title": "note", "note": f"Password: {make('plain')}"})
    dashlane_json = [
        {"domain": login["url"], "email": "jo@x.test", "login": login["username"], "note": login["note"],
         "password": login["password"], "secondaryLogin": "j2", "title": login["title"]}
        for login in _logins(make, "dashjson")
    ]  # fmt: skip
    protected = bitwarden.protected(_bitwarden(make, "bwlocked"), passphrase)
    keepassxc = {**CASED, "URL": "url", "TOTP": "seed", "Group": "collection"}
    onepassword = {**CASED, "Url": "url", "OTPAuth": "seed"}
    return {
        "apple-csv": table(files.APPLE, APPLE, "apple"),
        "apple-zip": files.zipped({"Passwords.csv": safari}),
        "bitwarden-csv": _bitwarden_csv(make, "bwcsv"),
        "bitwarden-encrypted": files.as_json(protected),
        "bitwarden-json": files.as_json(_bitwarden(make, "bwjson", shared=True)),
        "bitwarden-zip": bitwarden.zipped(_bitwarden(make, "bwzip")),
        "browser-csv": table(files.BROWSER, {**NAMED, "note": "note"}, "browser"),
        "dashlane-csv": table(files.DASHLANE, DASHLANE, "dashlane"),
        "dashlane-json": files.as_json({"AUTHENTIFIANT": dashlane_json}),
        "dashlane-zip": files.zipped(
            {"credentials.csv": table(files.DASHLANE, DASHLANE, "dashzip"), "securenotes.csv": dashlane_notes}
        ),
        "firefox-csv": _firefox(make, "firefox"),
        "kdbx": keepass.kdbx(_keepass(make, "kdbx"), passphrase, key_file),
        "keepass-xml": _keepass(make, "kxml").encode(),
        "keepassxc-csv": table(files.KEEPASSXC, keepassxc, "kxc"),
        "keeper-csv": _keeper_csv(make, "kcsv"),
        "keeper-json": files.as_json(_keeper(make, "kjson")),
        "lastpass-csv": _lastpass(make, "lastpass"),
        "nordpass-csv": _nordpass(make, "nordpass"),
        "onepassword-1pux": _onepux(make, "onepux"),
        "onepassword-4-csv": table(files.ONEPASSWORD_4, {**LOWER, "notes": "note"}, "onefour"),
        "onepassword-csv": table(files.ONEPASSWORD, onepassword, "onecsv"),
        "proton-csv": _proton_csv(make, "pcsv"),
        "proton-json": files.as_json(_proton(make, "pjson")),
        "proton-zip": files.zipped({"Proton Pass/data.json": files.as_json(_proton(make, "pzip"))}),
    }
