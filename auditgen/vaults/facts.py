"""From items to facts: everything that is known about a password without being able to rebuild it.

Bands and labels that are new in every run; never a password, hash, prefix, exact length, number of guesses or matched
word. All vaults of one run are looked at together, so that reuse across them is seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha1
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from auditgen.reference import sites
from auditgen.vaults.entry import Entry, Vault
from auditgen.vaults.passwords import words
from auditgen.vaults.passwords.lookalikes import LookAlikes, holds_secret

if TYPE_CHECKING:
    from auditgen.vaults.breaches.answer import Answer

# Names of items and people shorter than this cannot give a password away.
_TELLING = 4
# What people put around a word in a title.
_MARKS = ",;:|/()<>{}[]\"'"
_BETWEEN = re.compile(rf"[\s{re.escape(_MARKS)}]+")


@dataclass
class Request:
    """What the audit tells of the organisation.

    accounts  account, platform, handle, url, vault_item, recovery_email of each account of the inventory
    words     brand words, product and launch names; handles and site names are added here
    domains   the organisation's own domains
    """

    accounts: Sequence[Mapping[str, Any]]
    words: Sequence[str]
    domains: Sequence[str]


@dataclass(repr=False)
class _Use:
    """One live login beside its row, while the process lives.

    bare  the address that names the site when it was written without https://, in lower case
    """

    row: dict[str, Any]
    raw: str
    password: str
    site: str
    old: list[str] = field(default_factory=list)
    bare: str = ""

    @property
    def forms(self) -> set[str]:
        """As stored, composed and decomposed: services hash any of them."""
        return {self.raw, self.password, unicodedata.normalize("NFD", self.password)} - {""}


class Facts:
    """Rows for the tables vaults and credentials."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.domains = sites.Domains()
        self.by_item = {
            str(account["vault_item"]).strip().casefold(): account["account"]
            for account in request.accounts
            if account.get("vault_item")
        }
        self._doors = [_door(account) for account in request.accounts]
        handles = [str(account.get("handle") or "") for account in request.accounts]
        labels = [domain.split(".")[0] for domain in request.domains]
        self.own = words.OwnWords([*request.words, *handles, *labels])
        platforms = [host for hosts in sites.HOSTS.values() for host in hosts]
        self.alike = LookAlikes([*request.domains, *platforms])
        self.rows: list[dict[str, Any]] = []
        self.vaults: list[dict[str, Any]] = []
        self.names: dict[str, tuple[str, str]] = {}
        self._uses: list[_Use] = []
        self._guesses: list[tuple[dict[str, Any], str, list[str]]] = []
        self._secrets: set[str] = set()
        self._binned: list[tuple[dict[str, Any], list[str]]] = []

    # -- one vault ---------------------------------------------------------------------------------

    def add(self, file: str, vault: Vault, format_name: str, protected: bool) -> None:
        """Take one vault; an item that fails is counted as broken and the others stay."""
        row: dict[str, Any] = {
            "vault": file,
            "product": vault.product,
            "format": format_name,
            "kind": vault.kind,
            "encrypted": protected,
            "items": len({entry.number for entry in vault.entries} | {number for number, _, _ in vault.broken}),
            "logins": 0,
            "deleted": 0,
            "archived": 0,
            "excluded": 0,
            "notes_with_secrets": 0,
            "written_on": iso(vault.exported_on),
        }
        if vault.container is not None:
            box = vault.container
            row |= {"container": box.kind, "derivation": box.derivation, "iterations": box.iterations,
                    "memory_kib": box.memory}  # fmt: skip
        binned: list[str] = []
        numbers: dict[int, _Use] = {}
        for entry in vault.entries:
            try:
                hidden = (value for _, value, kept in entry.fields if kept)
                secrets = (entry.password or "", *(entry.history or ()), *entry.secrets, *hidden)
                self._secrets.update(text.strip().casefold() for text in secrets if len(text.strip()) >= _TELLING)
                if entry.place != "live":
                    row["deleted" if entry.place == "bin" else "archived"] += 1
                    binned += [entry.password] if entry.password else []
                elif entry.kind == "login":
                    row["logins"] += 1
                    use = self._login(file, entry)
                    numbers[entry.number] = use
                elif words.told_in_text(entry.notes, ()):
                    row["notes_with_secrets"] += 1
                row["excluded"] += entry.excluded
            except Exception as error:  # told without its text, which may quote the item
                vault.broken.append((entry.number, "item", type(error).__name__))
        # An item that only points to the password of another is the same credential, not a second use.
        for entry in vault.entries:
            if entry.alias is not None and entry.alias in numbers and entry.number in numbers:
                numbers[entry.number].row["_same_as"] = numbers[entry.alias].row["credential"]
        self._binned.append((row, binned))
        self.vaults.append(row)

    def _login(self, file: str, entry: Entry) -> _Use:
        password = unicodedata.normalize("NFC", entry.password or "")
        old = [unicodedata.normalize("NFC", text) for text in entry.history or ()]
        username = entry.username.strip()
        secret = {text.strip().casefold() for text in (password, *old, *entry.secrets)}
        # A password pasted into the wrong field is no address.
        addresses = [text for text in entry.addresses if text.strip() and text.strip().casefold() not in secret]
        hosts = [sites.host_of(address) for address in addresses]
        named = [
            (domain, "" if "://" in address else address.strip().casefold())
            for address, (scheme, host) in zip(addresses, hosts, strict=True)
            if host and (domain := self.domains.of(scheme, host))
        ]
        domains = [domain for domain, _ in named]
        # The name of a field is the label of what stands in it.
        plain = "\n".join([entry.notes, *(f"{name}: {value}" for name, value, kept in entry.fields if not kept)])
        every = "\n".join([entry.notes, *(f"{name}: {value}" for name, value, _ in entry.fields)])
        label = f"{file} item {entry.number}"
        row: dict[str, Any] = {
            "credential": label,
            "vault": file,
            "item": entry.number,
            "account": self._account(entry.title, username, hosts, addresses),
            "domain": domains[0] if domains else None,
            "shared": entry.shared,
            "collection": entry.collection,
            "people": entry.people,
            "password_present": None if entry.password is None else bool(password),
            "username_present": bool(username),
            "placeholder": words.is_placeholder(password, username, domains)
            if password or (username and entry.password is not None)
            else None,
            "totp": entry.totp,
            "passkey": entry.passkey,
            "codes": words.holds_codes(entry.title, every),
            "secret_in_text": words.told_in_text(plain, [password])
            or any(holds_secret(address) for address in addresses),
            "insecure_address": any(scheme == "http" and not sites.PRIVATE.search(host) for scheme, host in hosts)
            if hosts
            else None,
            "address_present": bool(addresses),
            "imitates": any(self.alike.imitates(domain) for domain in domains) if domains else None,
            "history": None if entry.history is None else len(old),
            "returned_to_old": None,
            "increments": None,
            "changed_on": iso(entry.changed_on),
            "revised_on": iso(entry.revised_on),
            "expires_on": iso(entry.expires_on),
        }
        if entry.history is not None and password:
            row |= self._history(password, old)
        if password:
            row["length_band"] = band(len(password))
            parts = [domains[0], domains[0].split(".")[0]] if domains else []
            inputs = [username, *re.split(r"\W+", username), *self.own.words, *parts]
            self._guesses.append((row, password, inputs))
            row["context_word"], row["context_only"] = self.own.built_on(password)
        self.rows.append(row)
        self.names[label] = (entry.title, username)
        site, bare = named[0] if named else (label, "")
        use = _Use(row, entry.password or "", password, site, old, bare)
        self._uses.append(use)
        return use

    def _history(self, password: str, old: Sequence[str]) -> dict[str, Any]:
        """Return to an old password; and changes that were hardly any, which rotation by the calendar breeds."""
        from rapidfuzz.distance import Levenshtein

        steps = 0
        for before, after in pairwise([*old, password]):
            apart = Levenshtein.distance(before, after, score_cutoff=2)
            steps += 0 < apart <= 2 and len(before) > 4
        return {"returned_to_old": password in old, "increments": steps >= 2}

    def _account(
        self, title: str, username: str, hosts: Sequence[tuple[str, str]], addresses: Sequence[str]
    ) -> str | None:
        """The account an item opens: by its recorded name, else by platform and handle or mail; never a guess."""
        named = self.by_item.get(title.strip().casefold())
        if named:
            return str(named)
        found = {self.domains.of(scheme, host) for scheme, host in hosts if host} - {""}
        user = username.casefold().lstrip("@")
        fits = []
        plain = {address.casefold().rstrip("/") for address in addresses}
        for account, names, url, platform in self._doors:
            if (user in names and found & platform) or url in plain:
                fits.append(account)
        return str(fits[0]) if len(fits) == 1 else None

    # -- all vaults together -----------------------------------------------------------------------

    def hashes(self) -> set[str]:
        """SHA-1 of every form of every live password; for the breach stage, inside this process only."""
        return {digest(form) for use in self._uses for form in use.forms}

    def finish(self, answer: Answer | None) -> None:
        """Everything that needs all passwords at once. `answer` is that of the breach list, if one was asked."""
        self._strength()
        self._places()
        self._breaches(answer)
        self._reuse()
        self._families(complete=answer is not None and answer.reason is None)
        self._labels()

    def _strength(self) -> None:
        from auditgen.vaults.passwords.strength import estimate_all

        found = estimate_all([(password, inputs) for _, password, inputs in self._guesses])
        for (row, _, _), guess in zip(self._guesses, found, strict=True):
            row["strength_band"], row["common"] = guess.score, guess.common
        self._guesses.clear()

    def _places(self) -> None:
        """Take back a site whose address is the password of some other item, pasted into the wrong field."""
        for use in self._uses:
            if use.bare in self._secrets and use.site not in self.alike.known:
                use.row["domain"], use.site = None, use.row["credential"]

    def _breaches(self, answer: Answer | None) -> None:
        if answer is None:
            return
        for use in self._uses:
            if not use.password:
                continue
            count = max((answer.counts.get(digest(form), 0) for form in use.forms), default=0)
            # Without a complete answer a miss proves nothing; a hit is a hit.
            if count or answer.reason is None:
                use.row["breach_band"] = breach_band(count)

    def _reuse(self) -> None:
        """Label passwords that open more than one item; sites count once however many logins they have."""
        groups: dict[str, list[_Use]] = {}
        for use in self._uses:
            if use.password and "_same_as" not in use.row:
                groups.setdefault(use.password, []).append(use)
        live = set(groups)
        for row, binned in self._binned:
            row["deleted_in_use"] = len(live & {unicodedata.normalize("NFC", text) for text in binned})
        number = 0
        for found in groups.values():
            if len(found) > 1:
                number += 1
                for use in found:
                    use.row["reuse_group"] = f"group {number}"
                    use.row["reuse_sites"] = len({other.site for other in found})

    def _families(self, *, complete: bool) -> None:
        """Near-copies: passwords a letter or two apart, or the same but for the figures and marks round them."""
        from auditgen.vaults.passwords.near_copies import families, near_any

        members: dict[str, list[_Use]] = {}
        for use in self._uses:
            if use.password:
                members.setdefault(use.password, []).append(use)
        distinct = list(members)
        labels = families(distinct)
        sizes: dict[int, list[str]] = {}
        for text, label in zip(distinct, labels, strict=True):
            sizes.setdefault(label, []).append(text)
        number = 0
        for texts in sizes.values():
            if len(texts) > 1:
                number += 1
                uses = [use for text in texts for use in members[text]]
                for use in uses:
                    use.row["family"] = f"family {number}"
                    use.row["family_passwords"] = len(texts)
                    use.row["family_sites"] = len({other.site for other in uses})
        leaked = [any(use.row.get("breach_band") not in (None, "none") for use in members[text]) for text in distinct]
        near = near_any(distinct, leaked) if any(leaked) else [False] * len(distinct)
        for text, hit in zip(distinct, near, strict=True):
            for use in members[text]:
                use.row["near_breached"] = True if hit else False if complete else None

    def _labels(self) -> None:
        """Collections by number, and no name of an item that gives a password away."""
        labels: dict[str, str] = {}
        for row in self.rows:
            row.pop("_same_as", None)
            if row["collection"] is not None:
                row["collection"] = labels.setdefault(row["collection"], f"collection {len(labels) + 1}")
        own = {use.row["credential"]: use for use in self._uses}
        # Secrets with blanks are found in no single word; one look at all names tells which of them matter.
        every = "\n".join(text.casefold() for names in self.names.values() for text in names)
        blank = [text for text in self._secrets if len(text.split()) > 1 and text in every]
        for label, (title, username) in self.names.items():
            use = own[label]
            hidden = [text.casefold() for text in (use.password, *use.old) if len(text) >= _TELLING] + blank
            self.names[label] = (_cleared(title, self._secrets, hidden), _cleared(username, self._secrets, hidden))

    def other_forms(self) -> dict[str, int]:
        """Passwords of each vault that are stored in another Unicode form than usual; all forms count as one."""
        return dict(Counter(use.row["vault"] for use in self._uses if use.raw != use.password))


def _door(account: Mapping[str, Any]) -> tuple[str, set[str], str | None, set[str]]:
    """What tells that a login opens an account: user names, address, and sites of its platform."""
    names = {str(account.get(key) or "").casefold() for key in ("handle", "recovery_email")} - {""}
    url = str(account.get("url") or "").casefold().rstrip("/")
    hosts = sites.HOSTS.get(str(account.get("platform") or ""), set())
    return str(account["account"]), names, url or None, {sites.SAME.get(host, host) for host in hosts}


def _cleared(text: str, secrets: set[str], hidden: Sequence[str]) -> str:
    """A title or user name, or a word in its place when it holds a password of any item."""
    folded = text.casefold()
    said = folded.split()
    # As it stands, without the marks around it, and between any two marks.
    parts = {folded.strip(), *said, *(word.strip(_MARKS) for word in said), *_BETWEEN.split(folded)}
    if parts & secrets or any(word in folded for word in hidden):
        return "(left out: it holds a password)"
    return text


def digest(text: str) -> str:
    """SHA-1 in upper-case hexadecimal, as breach lists hold it."""
    return sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()


def band(length: int) -> str:
    return "under_8" if length < 8 else "8_to_14" if length < 15 else "15_or_more"


def breach_band(count: int) -> str:
    return "none" if count == 0 else "1_to_9" if count < 10 else "10_to_999" if count < 1000 else "1000_or_more"


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
