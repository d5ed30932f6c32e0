"""The process in which vault exports are opened: it reads, derives facts, prints them and ends.

Run by path in an isolated interpreter; imports nothing of auditgen. Reads one JSON request on standard input
({files, accounts, words}) and prints one JSON answer ({vaults, credentials, errors}). What comes out can not
rebuild a password: bands and labels, never a hash, prefix, exact length, title or user name. Every exception is
caught here and told as class, item number and field name only.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MAX_BYTES = 500_000_000
LOGIN = 1
STRENGTH_CHARACTERS = 100

HOSTS = {
    "x": {"x.com", "twitter.com"},
    "facebook": {"facebook.com", "fb.com", "messenger.com"},
    "instagram": {"instagram.com"},
    "threads": {"threads.net", "threads.com"},
    "linkedin": {"linkedin.com"},
    "youtube": {"youtube.com", "google.com"},
    "tiktok": {"tiktok.com"},
    "bluesky": {"bsky.app", "bsky.social"},
    "pinterest": {"pinterest.com"},
    "reddit": {"reddit.com"},
}
# Sites that share one login; a password used on both is used once.
SAME = {"twitter.com": "x.com", "fb.com": "facebook.com", "messenger.com": "facebook.com", "youtube.com": "google.com",
        "threads.com": "threads.net", "bsky.social": "bsky.app"}  # fmt: skip
DEFAULTS = {
    "changeme", "changeit", "password", "passwort", "passw0rd", "password1", "admin", "administrator",
    "welcome", "welcome1", "letmein", "default", "secret", "test", "test123", "temp", "temp123", "tbd",
    "todo", "none", "xxx", "iloveyou",
    "change me",
}  # fmt: skip
ROWS = (
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)
LEET = str.maketrans("013457@$!|8", "oieastasiib")
SEASON = re.compile(
    r"(spring|summer|autumn|fall|winter|january|february|march|april|june|july|august|september|october|november"
    r"|december|fruehling|sommer|herbst)\W?(19|20)?\d{2}",
)
PRIVATE = re.compile(
    r"^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1)|\.(local|lan|internal|test)$"
)


# Hosts that no public suffix tells: of apps, private networks and numbers.
HOST = re.compile(PRIVATE.pattern + r"|^app:|^[\d.]+$|:")


def harden() -> None:
    """No core dump and no debugger may copy this process's memory."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
    try:
        import ctypes

        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE = 4 (Linux)
    except (AttributeError, OSError, TypeError):
        pass


class Refused(Exception):
    """A file that cannot be used: a code the parent has words for."""


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def table_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def present(login: dict[str, Any], field: str, kind: type) -> bool | None:
    """Whether a field is filled; None when the export has no such field or something else in it."""
    value = login.get(field)
    if field not in login or not (value is None or isinstance(value, kind)):
        return None
    return bool(value.strip() if isinstance(value, str) else value)


class Domains:
    """Registrable domains from the public suffix list that ships with tldextract; no network, no cache."""

    def __init__(self) -> None:
        import tldextract

        self._extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        self._known: dict[str, str] = {}

    def of(self, scheme: str, host: str) -> str:
        """The domain of a host.

        "" for a bare word of no known ending, which may be a password in the wrong field.
        """
        if host not in self._known:
            found = self._extract(host).top_domain_under_public_suffix
            self._known[host] = SAME.get(found, found)
        return self._known[host] or (host if scheme in ("http", "https") or HOST.search(host) else "")


def host_of(address: str) -> tuple[str, str]:
    """Scheme and host of an address; apps become app:<name>. Never the user part, never the query."""
    text = address.strip()
    if "://" not in text:
        text = "//" + text
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", ""
    if parts.scheme in ("androidapp", "android", "iosapp"):
        return parts.scheme, f"app:{host or parts.path.strip('/')}"
    return parts.scheme, host


def is_walk(folded: str) -> bool:
    """A run along a keyboard row or the alphabet, or one character again and again."""
    if len(folded) < 4:
        return False
    if len(set(folded)) == 1:
        return True
    return any(folded in row or folded in row[::-1] or folded in row * 2 for row in ROWS)


def band(length: int) -> str:
    return "under_8" if length < 8 else "8_to_14" if length < 15 else "15_or_more"


class Vaults:
    """Facts over all files of one request together, so that reuse across vaults is seen."""

    def __init__(self, accounts: list[dict[str, Any]], words: list[str]) -> None:
        self.accounts = accounts
        self.by_item = {
            text_of(a.get("vault_item")).strip().casefold(): a["account"] for a in accounts if a.get("vault_item")
        }
        names = [*words, *(text_of(a.get("handle")) for a in accounts)]
        self.words = sorted({re.sub(r"[\W_]+", "", word.casefold()) for word in names} - {""})
        self.domains = Domains()
        self.rows: list[dict[str, Any]] = []
        self.uses: dict[str, list[tuple[int, str]]] = {}
        self.vaults: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []

    def add(self, file: str, path: str) -> None:
        data = load(path)
        organisation = "collections" in data
        items = data.get("items")
        logins = deleted = 0
        for number, item in enumerate(items if isinstance(items, list) else [], 1):
            field = "item"
            try:
                if not isinstance(item, dict):
                    raise TypeError
                if item.get("deletedDate"):
                    deleted += 1
                    continue
                if item.get("type") != LOGIN:
                    continue
                logins += 1
                field = "login"
                self.login(file, number, item, organisation)
            except Exception as error:  # told without its text, which may quote the item
                self.errors.append({"file": file, "item": number, "field": field, "error": type(error).__name__})
        self.vaults.append(
            {"vault": file, "product": "bitwarden", "kind": "organisation" if organisation else "individual",
             "items": len(items) if isinstance(items, list) else 0, "logins": logins, "deleted": deleted}
        )  # fmt: skip

    def login(self, file: str, number: int, item: dict[str, Any], organisation: bool) -> None:
        login = table_of(item.get("login"))
        password = unicodedata.normalize("NFC", text_of(login.get("password")))
        username = text_of(login.get("username")).strip()
        uris = list_of(login.get("uris"))
        history = list_of(item.get("passwordHistory"))
        old = [
            unicodedata.normalize("NFC", text_of(entry.get("password"))) for entry in history if isinstance(entry, dict)
        ]
        # A password pasted into the wrong field is no address.
        secrets = {text.strip().casefold() for text in (password, text_of(login.get("totp")), *old)}
        addresses = [
            text
            for entry in uris
            if (text := text_of(table_of(entry).get("uri")).strip()) and text.casefold() not in secrets
        ]
        hosts = [host_of(address) for address in addresses]
        domains = [domain for scheme, host in hosts if host and (domain := self.domains.of(scheme, host))]
        collections = list_of(item.get("collectionIds"))
        shared = bool(organisation or item.get("organizationId") or collections)
        changed = login.get("passwordRevisionDate")
        if changed is None and "passwordRevisionDate" in login:
            # The format says "never changed", so the password is as old as the item.
            changed = item.get("creationDate")
        row: dict[str, Any] = {
            "credential": f"{file} item {number}",
            "vault": file,
            "item": number,
            "account": self.account(item, username, hosts, addresses),
            "domain": domains[0] if domains else None,
            "shared": shared,
            "collection": str(collections[0]) if collections else None,
            "password_present": present(login, "password", str),
            "placeholder": self.placeholder(password, username, domains) if password or username else None,
            "totp": present(login, "totp", str),
            # Exports of some apps leave passkeys out, and then say nothing about them.
            "passkey": present(login, "fido2Credentials", list),
            "insecure_address": any(scheme == "http" and not PRIVATE.search(host) for scheme, host in hosts)
            if hosts
            else None,
            "address_present": bool(addresses) if "uris" in login else None,
            "returned_to_old": password in old
            if password and old
            else (False if password and "passwordHistory" in item else None),
            "history": len(old) if "passwordHistory" in item else None,
            "changed_on": day(changed),
            "revised_on": day(item.get("revisionDate")),
        }
        if password:
            row["length_band"] = band(len(password))
            row["strength_band"] = strength(
                password, [username, *re.split(r"\W+", username), *self.words, *domains[:1]]
            )
            row["context_word"] = self.context_word(password)
            self.uses.setdefault(password, []).append(
                (len(self.rows), domains[0] if domains else f"item {file} {number}")
            )
        self.rows.append(row)

    def account(
        self, item: dict[str, Any], username: str, hosts: list[tuple[str, str]], addresses: list[str]
    ) -> str | None:
        """The inventory account an item opens: by its recorded name, else by platform and handle; never a guess."""
        named = self.by_item.get(text_of(item.get("name")).strip().casefold())
        if named:
            return str(named)
        found = {self.domains.of(scheme, host) for scheme, host in hosts if host} - {""}
        user = username.casefold().lstrip("@")
        fits = []
        for account in self.accounts:
            handle = text_of(account.get("handle")).casefold()
            url = text_of(account.get("url")).casefold().rstrip("/")
            on_platform = found & {SAME.get(host, host) for host in HOSTS.get(text_of(account.get("platform")), set())}
            if (handle and on_platform and user == handle) or (
                url and any(a.casefold().rstrip("/") == url for a in addresses)
            ):
                fits.append(account["account"])
        return str(fits[0]) if len(fits) == 1 else None

    def placeholder(self, password: str, username: str, domains: list[str]) -> bool:
        folded = password.casefold().strip()
        user = username.casefold()
        sites = {domain.split(".")[0] for domain in domains}
        names = ({user, user.split("@")[0]} - {""}) | sites | set(domains)
        return not folded or folded in DEFAULTS or folded in names or is_walk(folded)

    def context_word(self, password: str) -> bool:
        folded = password.casefold()
        plain = re.sub(r"[\W_]+", "", folded.translate(LEET))
        straight = re.sub(r"[\W_]+", "", folded)
        if SEASON.search(folded):
            return True
        return any(
            len(word) >= 4 and (word in plain or word in straight or word.translate(LEET) in plain)
            for word in self.words
        )

    def reuse(self) -> None:
        """Label passwords that open more than one item; sites count once however many logins they have."""
        number = 0
        for uses in self.uses.values():
            if len(uses) > 1:
                number += 1
                sites = len({site for _, site in uses})
                for index, _ in uses:
                    self.rows[index]["reuse_group"] = f"group {number}"
                    self.rows[index]["reuse_sites"] = sites
        labels: dict[str, str] = {}
        for row in self.rows:
            if row["collection"] is not None:
                row["collection"] = labels.setdefault(row["collection"], f"collection {len(labels) + 1}")


def strength(password: str, inputs: list[str]) -> int | None:
    """zxcvbn score 0 to 4, or None when the estimator fails."""
    from zxcvbn_rs_py import zxcvbn

    try:
        return int(zxcvbn(password[:STRENGTH_CHARACTERS], [text for text in inputs if len(text) >= 3]).score)
    except Exception:
        return None


def day(value: object) -> str | None:
    match = re.match(r"\d{4}-\d{2}-\d{2}", text_of(value))
    return match[0] if match else None


def load(path: str) -> dict[str, Any]:
    """The export as data, or Refused with a code."""
    if Path(path).stat().st_size > MAX_BYTES:
        raise Refused("too_large")
    content = Path(path).read_bytes()
    if content[:2] == b"PK":
        raise Refused("zip")
    if content.removeprefix(b"\xef\xbb\xbf").startswith((b"folder,favorite,", b"collections,type,")):
        raise Refused("csv")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("not_text") from None
    except (ValueError, RecursionError):
        raise Refused("not_json") from None
    if not isinstance(data, dict):
        raise Refused("not_bitwarden")
    if data.get("encrypted"):
        raise Refused("encrypted_password" if data.get("passwordProtected") else "encrypted_account")
    if not isinstance(data.get("items"), list) or not ("folders" in data or "collections" in data):
        raise Refused("not_bitwarden")
    return data


def main() -> None:
    harden()
    try:
        request = json.load(sys.stdin)
        vaults = Vaults(request["accounts"], request["words"])
        for entry in request["files"]:
            try:
                vaults.add(entry["file"], entry["path"])
            except Refused as error:
                vaults.errors.append({"file": entry["file"], "refused": str(error)})
            except Exception as error:
                vaults.errors.append({"file": entry["file"], "refused": "unreadable", "error": type(error).__name__})
        vaults.reuse()
        answer: dict[str, Any] = {"vaults": vaults.vaults, "credentials": vaults.rows, "errors": vaults.errors}
    except Exception as error:
        answer = {"fault": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
