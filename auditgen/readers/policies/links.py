"""Links of a policy as rows: what kind each is, and whether a file it names lies beside the policy.

Nothing is opened and no address is asked. A place that others cannot open is private: intranets, drives and files of
somebody's own machine, and links whose words say that they are internal.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from auditgen.documents.document import LONGEST_ADDRESS, MAX_LINKS, Document, one_line

_PRIVATE_ENDINGS = (
    ".local", ".internal", ".intranet", ".corp", ".lan", ".home", ".home.arpa", ".localhost", ".private",
    ".sharepoint.com", ".atlassian.net", ".slack.com", ".notion.so",
)  # fmt: skip
_PRIVATE_HOSTS = {
    "localhost", "sharepoint.com", "drive.google.com", "docs.google.com", "sites.google.com", "notion.so",
    "www.notion.so", "onedrive.live.com", "1drv.ms", "www.dropbox.com", "dropbox.com", "teams.microsoft.com",
    "app.slack.com", "app.box.com", "app.asana.com", "trello.com",
}  # fmt: skip
# Addresses on such hosts that their owner opened to everybody.
_PUBLISHED = re.compile(r"^/(?:forms/|(?:document|spreadsheets|presentation|forms)/d/e/)", re.I)
_INTERNAL_HOST = re.compile(r"^(?:intranet|intra|internal|inside|sharepoint|confluence|fileserver)[.-]", re.I)
_INTERNAL_WORDS = re.compile(r"[(\[](?:internal|intranet|private|staff only|internal link)\b[^)\]]*[)\]]", re.I)
_OWN_MACHINE = re.compile(r"^(?:file:|smb:|afp:|[a-z]:[\\/]|\\\\)", re.I)
_MAIL = re.compile(r"^(?:mailto:|tel:|sms:|callto:|[^\s/:@]+@[^\s/:@]+\.[^\s/:@]+$)", re.I)
# A host without https:// before it; .md and .html are endings of files.
_BARE_HOST = re.compile(r"^(?:www\.|[\w.-]+\.(?:com|org|net|edu|gov|int|info|eu|uk|us|de|io|co)(?:[/?#]|$))", re.I)
_ENDINGS = ("", ".md", ".mdx", ".html", ".htm", ".php", ".pdf", ".docx")
_INDEXES = ("index.md", "_index.md", "index.html", "README.md", "index.mdx")


def link_rows(document: Document, file: str, path: Path, root: Path, seen_on: date) -> Iterator[dict[str, object]]:
    """Rows of document_links from `document.found_links`, a list of (address, text, line, page).

    file  the document as the workspace names it, and path where it lies; files are looked for below its folder and
          below root, the folder of the workspace
    """
    for number, (address, text, line, page) in enumerate(document.found_links[:MAX_LINKS], 1):
        address = one_line(address)[:LONGEST_ADDRESS]
        words = one_line(text)[:300]
        kind, host, exists = look_at(address, words, path, root)
        yield {
            "document": file,
            "sequence": number,
            "line": line,
            "page": page,
            "text": words or None,
            "address": address,
            "host": host,
            "kind": kind,
            "exists": exists,
            "source": file,
            "locator": f"page {page}" if page else f"line {line}" if line else None,
            "seen_on": seen_on,
            "basis": "exported",
        }


def look_at(address: str, words: str, path: Path, root: Path) -> tuple[str, str | None, bool | None]:
    """Kind of a link, its host, and whether the file it names is there; None where nobody can tell."""
    if not address or address.startswith("#"):
        return "anchor", None, None
    if _OWN_MACHINE.match(address):
        return "private", None, None
    if _MAIL.match(address):
        return "mail", None, None
    if re.match(r"^(?:https?:)?//", address, re.I) or _BARE_HOST.match(address):
        return _web(address if "//" in address[:8] else f"//{address}", words)
    if re.match(r"^[a-z][a-z0-9+.-]*:", address, re.I):
        # Another scheme, such as one of an app; nothing here can look at it.
        return "web", None, None
    if _INTERNAL_WORDS.search(words):
        return "private", None, None
    return "file", None, _lies_there(address, path, root)


def _web(address: str, words: str) -> tuple[str, str | None, None]:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").lower() or None
    except ValueError:
        return "web", None, None
    if host is None:
        return "web", None, None
    private = bool(_INTERNAL_WORDS.search(words) or _INTERNAL_HOST.match(host)) or _is_private(host, parts.path)
    return "private" if private else "web", host, None


def _is_private(host: str, place: str) -> bool:
    if host in _PRIVATE_HOSTS:
        return not _PUBLISHED.match(place)
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)


def _lies_there(address: str, path: Path, root: Path) -> bool | None:
    plain = unquote(re.split(r"[?#]", address, maxsplit=1)[0]).replace("\\", "/")
    if not plain or re.search(r"[{}<>]", plain):
        return None
    try:
        if plain.startswith("/"):
            # Where the site begins is not known; only a file that is found says something.
            return True if any(_is_file(base / plain.lstrip("/")) for base in (path.parent, root)) else None
        wanted = (path.parent / plain).resolve()
        inside = any(wanted.is_relative_to(base.resolve()) for base in (path.parent, root))
        if not inside:
            return None
        # A name without an ending may be a page of a site of which only a part was exported.
        return _is_file(wanted) or (False if wanted.suffix else None)
    except (OSError, ValueError, RuntimeError):
        return None


def _is_file(wanted: Path) -> bool:
    """A file by that name, with the ending a site leaves out, or the first page of a folder."""
    plain = str(wanted).rstrip("/")
    return any(Path(plain + ending).exists() for ending in _ENDINGS) or any(
        (wanted / name).is_file() for name in _INDEXES
    )
