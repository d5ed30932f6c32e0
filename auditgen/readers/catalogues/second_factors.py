"""Which second factors sites offer: the 2FA Directory (API v4) and the Passkeys Directory, or the table that ships.

A small table of platforms ships with auditgen, typed in with source and date. `auditgen data update` fetches both
directories into one file; the plain all.json of the 2FA Directory is read as well. Only domains are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from auditgen.files.errors import ReadError
from auditgen.files.json_file import read_json
from auditgen.readers import Context, Sink, SourceReport
from auditgen.reference.sites import HOSTS, SAME

SCHEMA = "auditgen.second-factors/1"
METHODS = ("sms", "call", "email", "totp", "u2f", "custom-software", "custom-hardware")
_PLATFORMS = {SAME.get(host, host): platform for platform, hosts in HOSTS.items() for host in sorted(hosts)}


class SecondFactors:
    name = "second-factors"
    title = "Directory of second factors"
    options: Mapping[str, str] = {}
    tables = ("second_factor_offers",)
    after: tuple[str, ...] = ()
    missing = "Run `auditgen data update` and name the file it writes as a source with reader second-factors."

    def read(self, path: Path, context: Context, sink: Sink) -> list[SourceReport]:
        """Fill second_factor_offers. Raises ReadError for a file that is no directory."""
        file = context.relative(path)
        data = read_json(path, file, "the JSON that `auditgen data update` writes")
        ours = isinstance(data, dict) and data.get("schema") == SCHEMA
        two_factor = data.get("two_factor") if ours else data
        passkeys = data.get("passkeys") if ours else None
        if not isinstance(two_factor, dict) or not (set(map(type, two_factor.values())) <= {dict}):
            raise ReadError(f"{file}: expected domains with the methods they offer, as API v4 gives them")
        seen_on = _fetched(data) if ours else None
        seen_on = seen_on or context.seen_on(path)
        rows = list(_rows(two_factor, passkeys if isinstance(passkeys, dict) else None))
        if not any(row["methods"] for row in rows):
            raise ReadError(f"{file}: expected domains with the methods they offer, as API v4 gives them")
        place = {"source": file, "seen_on": seen_on, "basis": "exported"}
        sink.add("second_factor_offers", [{**row, **place} for row in rows])
        version = SCHEMA if ours else "API v4"
        row = {"instrument": "directory of second factors", "version": version, "dated_on": seen_on, **place}
        sink.add("instruments", [{**row, "does": "tells which second factors a site offers"}])
        return [SourceReport(file, "read", len(rows), seen_on=seen_on)]


def _fetched(data: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(data.get("fetched_on")))
    except ValueError:
        return None


def _rows(two_factor: Mapping[str, Any], passkeys: Mapping[str, Any] | None) -> Iterator[dict[str, object]]:
    """One row a domain; sites that share one login are one, with what any of them offers."""
    offers: dict[str, tuple[set[str], bool | None]] = {}
    for domain in {*two_factor, *(passkeys or ())}:
        name = SAME.get(domain.casefold(), domain.casefold())
        methods, passkey = offers.get(name, (set(), None))
        listed = two_factor.get(domain, {}).get("methods")
        methods |= {method for method in listed if method in METHODS} if isinstance(listed, list) else set()
        if passkeys is not None:
            told = passkeys.get(domain)
            passkey = bool(passkey) or (isinstance(told, dict) and bool(told.get("passwordless") or told.get("mfa")))
        offers[name] = (methods, passkey)
    for name, (methods, passkey) in sorted(offers.items()):
        yield {"domain": name, "platform": _PLATFORMS.get(name), "methods": sorted(methods, key=METHODS.index),
               "passkey": passkey, "locator": name}  # fmt: skip


READER = SecondFactors()
