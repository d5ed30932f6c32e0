"""Writes the long files of the example workspace: plan, log, users, leavers and vaults.

    python -m tests.tools.example_files

Seeded, so that the same files come out every time. What is committed is what ships; this only makes changing
it easier. Passwords are random or invented, and open nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import string
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.tools.example_texts import TOPICS

WORKSPACE = Path(__file__).parents[2] / "auditgen" / "example" / "workspace"
LONDON = ZoneInfo("Europe/London")
EXPORTED = datetime(2026, 11, 23, 17, 0, tzinfo=LONDON)

STAFF = [  # first, last, department, title, last sign-in, active
    ("Mara", "Lindqvist", "Brand", "Head of Brand", "2026/11/20 07:58:11", True),
    ("Tom", "Okafor", "Brand", "Social Lead", "2026/11/20 08:12:40", True),
    ("Priya", "Raman", "Brand", "Social Editor", "2026/11/20 08:31:02", True),
    ("Ellis", "Grant", "Brand", "Content Editor", "2026/11/20 09:02:55", True),
    ("Jonas", "Weber", "Customer Care", "Community Manager", "2026/11/20 06:59:17", True),
    ("Aoife", "Brennan", "Brand", "Video Producer", "2026/11/19 10:20:31", True),
    ("Sam", "Whitlock", "IT", "IT Desk", "2026/11/20 07:30:00", True),
    ("Noor", "Haddad", "IT", "Security Lead", "2026/11/20 08:45:23", True),
    ("Claire", "Dubois", "Legal", "Legal Counsel", "2026/11/19 16:08:44", True),
    ("Ben", "Ashworth", "E-commerce", "Head of E-commerce", "2026/11/20 09:14:09", True),
    ("Ruth", "Adeyemi", "Management", "Managing Director", "2026/11/18 18:40:51", True),
    ("Luca", "Ferri", "People", "Employer Brand", "2026/11/20 08:22:36", True),
    ("Hanna", "Sørensen", "Product", "Materials and Sustainability", "2026/11/20 08:05:12", True),
    ("Owen", "Price", "Workshop", "Head of Repairs", "2026/11/20 06:41:30", True),
    ("Dana", "Kovács", "Brand", "Social Editor", "2026/10/15 15:21:07", False),
    ("Kit", "Marlow", "Brand", "Designer", "2026/11/20 09:31:48", True),
    ("Imani", "Clarke", "Retail", "Retail Manager", "2026/11/19 13:55:20", True),
    ("Greta", "Solberg", "Product", "Product Manager", "2026/11/20 08:58:03", True),
    ("Paul", "Nowak", "Retail", "Events", "2026/09/29 16:44:12", False),
]
GOOGLE_HEADER = [
    "First Name [Required]",
    "Last Name [Required]",
    "Email Address [Required]",
    "Password [Required]",
    "Password Hash Function [UPLOAD ONLY]",
    "Org Unit Path [Required]",
    "New Primary Email [UPLOAD ONLY]",
    "Status [READ ONLY]",
    "Last Sign In [READ ONLY]",
    "Recovery Email",
    "Home Secondary Email",
    "Work Secondary Email",
    "Recovery Phone [MUST BE IN THE E.164 FORMAT]",
    "Work Phone",
    "Home Phone",
    "Mobile Phone",
    "Work Address",
    "Home Address",
    "Employee ID",
    "Employee Type",
    "Employee Title",
    "Manager Email",
    "Department",
    "Cost Center",
    "2sv Enrolled [READ ONLY]",
    "2sv Enforced [READ ONLY]",
    "Building ID",
    "Floor Name",
    "Floor Section",
    "Email Usage [READ ONLY]",
    "Drive Usage [READ ONLY]",
    "Total Storage [READ ONLY]",
    "Change Password at Next Sign-In",
    "New Status [UPLOAD ONLY]",
]
ASCII = str.maketrans("øá", "oa")


def _write(name: str, header: list[str], rows: list[list[str]]) -> None:
    path = WORKSPACE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def google_users() -> None:
    rows = []
    for number, (first, last, department, title, signed_in, active) in enumerate(STAFF, 1):
        email = f"{first}.{last}@larkfell.example".lower().translate(ASCII)
        cells = {
            "First Name [Required]": first,
            "Last Name [Required]": last,
            "Email Address [Required]": email,
            "Password [Required]": "****",
            "Org Unit Path [Required]": f"/{department}",
            "Status [READ ONLY]": "Active" if active else "Suspended",
            "Last Sign In [READ ONLY]": signed_in,
            "Employee ID": f"LF{1000 + number * 7}",
            "Employee Type": "Employee",
            "Employee Title": title,
            "Department": department,
            "2sv Enrolled [READ ONLY]": "True" if last not in ("Price", "Clarke") else "False",
            "2sv Enforced [READ ONLY]": "True" if department in ("Brand", "IT", "E-commerce") else "False",
            "Email Usage [READ ONLY]": f"{0.4 * number:.1f}GB",
            "Drive Usage [READ ONLY]": f"{0.9 * number:.1f}GB",
            "Total Storage [READ ONLY]": f"{1.3 * number:.1f}GB",
            "Change Password at Next Sign-In": "False",
        }
        rows.append([cells.get(column, "") for column in GOOGLE_HEADER])
    _write("exports/google-users.csv", GOOGLE_HEADER, rows)


def leavers() -> None:
    _write(
        "exports/leavers.csv",
        ["Employee ID", "Full Name", "Work Email", "Department", "Last Day", "Employment Status"],
        [
            ["LF1133", "Paul Nowak", "paul.nowak@larkfell.example", "Retail", "2026-09-30", "Terminated"],
            ["LF1105", "Dana Kovács", "dana.kovacs@larkfell.example", "Brand", "2026-10-16", "Terminated"],
            ["LF1126", "Greta Solberg", "greta.solberg@larkfell.example", "Product", "2026-12-31", "Active"],
        ],
    )


# -- vaults ----------------------------------------------------------------------------------------------------

ORGANISATION = "6a0f2f0e-5f0b-4a5e-9d3b-2d1c8f7e4b10"
COLLECTIONS = ("Social", "Shop and sites", "Suppliers", "Office")
WORDS = [
    "anchor",
    "basil",
    "copper",
    "drizzle",
    "ember",
    "fjord",
    "gravel",
    "harbor",
    "iris",
    "juniper",
    "kettle",
    "lantern",
    "meadow",
    "nickel",
    "orbit",
    "pebble",
    "quartz",
    "ribbon",
    "saddle",
    "thistle",
    "umbra",
    "velvet",
    "willow",
    "yonder",
    "zephyr",
]


class Vault:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.items: list[dict[str, object]] = []

    def identifier(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def strong(self) -> str:
        if self.random.random() < 0.25:
            return "-".join(self.random.sample(WORDS, 5)) + f"-{self.random.randint(10, 99)}"
        letters = string.ascii_letters + string.digits + "!#%+=?@_"
        return "".join(self.random.choice(letters) for _ in range(self.random.choice((18, 20, 24))))

    def stamp(self, day: date) -> str:
        moment = datetime(day.year, day.month, day.day, self.random.randint(8, 17), self.random.randint(0, 59))
        return f"{moment.isoformat()}.{self.random.randint(100, 999)}Z"

    def login(
        self,
        name: str,
        address: str | None,
        username: str,
        password: str | None = None,
        *,
        collection: str | None = None,
        totp: bool = False,
        changed: date | None = None,
        history: int = 0,
    ) -> None:
        created = date(2023, 1, 9) + timedelta(days=self.random.randint(0, 700))
        changed = changed or created + timedelta(days=self.random.randint(0, 600))
        organisation = ORGANISATION if collection else None
        seed = "".join(self.random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32))
        self.items.append(
            {
                "passwordHistory": [
                    {"lastUsedDate": self.stamp(changed - timedelta(days=200 * n)), "password": self.strong()}
                    for n in range(1, history + 1)
                ]
                or None,
                "revisionDate": self.stamp(changed + timedelta(days=self.random.randint(0, 60))),
                "creationDate": self.stamp(created),
                "deletedDate": None,
                "id": self.identifier(),
                "organizationId": organisation,
                "folderId": None,
                "type": 1,
                "reprompt": 0,
                "name": name,
                "notes": None,
                "favorite": False,
                "login": {
                    "fido2Credentials": [],
                    "uris": [{"match": None, "uri": address}] if address else [],
                    "username": username,
                    "password": password if password is not None else self.strong(),
                    "totp": seed if totp else None,
                    "passwordRevisionDate": self.stamp(changed),
                },
                "collectionIds": [self.collection(collection)] if collection else None,
            }
        )

    def note(self, name: str, collection: str | None) -> None:
        self.items.append(
            {
                "passwordHistory": None,
                "revisionDate": self.stamp(date(2025, 11, 4)),
                "creationDate": self.stamp(date(2025, 11, 4)),
                "deletedDate": None,
                "id": self.identifier(),
                "organizationId": ORGANISATION if collection else None,
                "folderId": None,
                "type": 2,
                "reprompt": 0,
                "name": name,
                "notes": "The envelope is in the safe of the IT desk.",
                "favorite": False,
                "secureNote": {"type": 0},
                "collectionIds": [self.collection(collection)] if collection else None,
            }
        )

    @staticmethod
    def collection(name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(ORGANISATION), name))

    def save(self, name: str, head: dict[str, object]) -> None:
        path = WORKSPACE / "vaults" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = {"encrypted": False, **head, "items": self.items}
        path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        path.chmod(0o600)


def organisation_vault() -> None:
    vault = Vault(7)
    mail = "social-recovery@larkfell.example"
    social = [
        ("Social / X", "https://x.com/login", "larkfell"),
        ("Social / Facebook", "https://www.facebook.com", mail),
        ("Social / Instagram", "https://www.instagram.com", "larkfell"),
        ("Social / Instagram repairs", "https://www.instagram.com", "larkfell.repairs"),
        ("Social / LinkedIn", "https://www.linkedin.com/login", mail),
        ("Social / YouTube", "https://accounts.google.com", mail),
        ("Social / TikTok", "https://www.tiktok.com/login", "larkfell"),
        ("Social / Bluesky", "https://bsky.app", "larkfell.example"),
        ("Social / Ads", "https://business.facebook.com", mail),
    ]
    for name, address, username in social:
        changed = date(2026, 10, 19) if name.endswith(("Instagram", "TikTok", "Bluesky")) else date(2026, 4, 14)
        vault.login(name, address, username, collection="Social", changed=changed, history=1)
    # One account kept a password somebody could guess, and another the one of a tool that was tried out.
    vault.login("Social / Pinterest", "https://www.pinterest.com/login", mail, "Larkfell-Winter2024",
                collection="Social", changed=date(2024, 11, 21))  # fmt: skip
    shared = vault.strong()
    vault.login("Planner trial", "https://planner.example/login", mail, shared, collection="Social")
    vault.login("Link page", "https://linkpage.example/login", mail, shared, collection="Social")
    for name, address, username in [
        ("Shop back office", "https://www.larkfell.example/admin", "ben.ashworth@larkfell.example"),
        ("Landing page", "https://wintertrail.example/admin", "editor"),
        ("Domain registrar", "https://registrar.example/login", "it-desk@larkfell.example"),
        ("Newsletter", "https://letters.example/login", "news@larkfell.example"),
        ("Picture library", "https://pictures.example/login", "brand@larkfell.example"),
        ("Web statistics", "https://stats.example/login", "brand@larkfell.example"),
        ("Maps listing", "https://listing.example/login", "retail@larkfell.example"),
        ("Review platform", "https://reviews.example/login", "care@larkfell.example"),
    ]:
        vault.login(name, address, username, collection="Shop and sites", totp=name == "Picture library")
    suppliers = ("Canvas mill", "Rubber soles", "Zip maker", "Wool yarns", "Box printer", "Courier north",
                 "Courier south", "Customs broker", "Test laboratory", "Label weaver", "Leather tannery", "Pallet hire",
                 "Photo studio")  # fmt: skip
    for name in suppliers:
        host = name.lower().replace(" ", "-") + ".example"
        scheme = "http" if name == "Pallet hire" else "https"
        vault.login(name, f"{scheme}://{host}/login", "orders@larkfell.example", collection="Suppliers")
    for name in ("Rail tickets", "Hotel desk", "Coffee machine", "Parking", "Print room", "Water delivery",
                 "Training portal", "Trade fair", "Cleaning", "Alarm service", "Locker hire"):  # fmt: skip
        host = name.lower().replace(" ", "-") + ".example"
        vault.login(name, f"https://{host}", "office@larkfell.example", collection="Office")
    vault.note("Where the backup codes are", "Social")
    vault.note("Who may open the safe", "Office")
    collections = [
        {"id": vault.collection(name), "organizationId": ORGANISATION, "name": name, "externalId": None}
        for name in COLLECTIONS
    ]
    vault.save("larkfell-organisation.json", {"collections": collections})


def personal_vault() -> None:
    vault = Vault(11)
    me = "tom.okafor@larkfell.example"
    for name, address in [
        ("Planner", "https://planner.example/login"),
        ("Staff portal", "https://people.larkfell.example"),
        ("Video storage", "https://films.example/login"),
        ("Font shop", "https://fonts.example/login"),
        ("Music library", "https://music.example/login"),
        ("Press list", "https://presslist.example/login"),
        ("Weather service", "https://weather.example/login"),
        ("Survey tool", "https://surveys.example/login"),
        ("Survey tool, old", "https://surveys.example/login"),
        ("Sticker printer", "https://stickers.example/login"),
        ("Hill rescue donations", "https://rescue.example/login"),
        ("Conference", "https://conference.example/login"),
        ("Stock clips", "https://clips.example/login"),
        ("Podcast host", "https://podcast.example/login"),
    ]:
        vault.login(name, address, me, "survey-survey-survey" if name == "Survey tool, old" else None)
    vault.save("tom-okafor.json", {"folders": []})


def browser_export() -> None:
    """What a browser on the customer-care desk had remembered: the login of the older account among private ones."""
    rows = [
        ["x.com", "https://x.com/i/flow/login", "larkfellhelp", "Kind-Answers-42!", ""],
        [
            "answerdesk.example",
            "https://answerdesk.example/login",
            "jonas.weber@larkfell.example",
            "Kind-Answers-43!",
            "",
        ],
        [
            "people.larkfell.example",
            "https://people.larkfell.example/",
            "jonas.weber@larkfell.example",
            "vM4!tRq8zLw2pXc7",
            "",
        ],
        ["climbing-hall.example", "https://climbing-hall.example/book", "jonas.w", "granite-tulip-otter-88", ""],
        ["citybikes.example", "https://citybikes.example/account", "jonas.w", "Zq7#fW2m-Lp9xVt4", ""],
        ["recipes.example", "https://recipes.example/", "jonasw", "umbrella-fennel-41-mast", ""],
    ]
    _write("vaults/jonas-browser.csv", ["name", "url", "username", "password", "note"], rows)
    (WORKSPACE / "vaults" / "jonas-browser.csv").chmod(0o600)


def breached_passwords() -> None:
    """A cut of a list of breached passwords, in the form of the real one: invented hashes, and a few that count."""
    dice = random.Random(29)
    counts = {f"{dice.getrandbits(160):040X}": min(dice.randint(1, 40), dice.randint(1, 4000)) for _ in range(900)}
    for password, count in (("123456", 209_972_844), ("password", 52_256_179), ("Larkfell-Winter2024", 4),
                            ("survey-survey-survey", 17)):  # fmt: skip
        counts[hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()] = count
    path = WORKSPACE / "breached" / "pwned-passwords-sample.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(f"{key}:{counts[key]}\r\n".encode() for key in sorted(counts)))


# -- plan and log ----------------------------------------------------------------------------------------------

AUTHORS = {
    "X": ("Priya Raman", "Jonas Weber", "Tom Okafor"),
    "Bluesky": ("Priya Raman", "Tom Okafor"),
    "Facebook": ("Jonas Weber", "Ellis Grant", "Priya Raman"),
    "Instagram": ("Priya Raman", "Zoë Hartmann", "Ellis Grant"),
    "Instagram Repairs": ("Owen Price", "Ellis Grant"),
    "LinkedIn": ("Luca Ferri", "Ellis Grant"),
    "YouTube": ("Aoife Brennan", "Milo Santos"),
    "TikTok": ("Aoife Brennan", "Milo Santos", "Priya Raman"),
    "Pinterest": ("Ellis Grant", "Freya Lund"),
}
APPROVERS = ("Tom Okafor", "Mara Lindqvist")
PLAN_HEADER = [
    "ID",
    "Goes out",
    "Channel",
    "Campaign",
    "Text",
    "Language",
    "Status",
    "Written by",
    "Approved by",
    "Approved",
    "Went out",
    "Paid",
    "Risk",
    "Link",
    "Pictures",
    "Picture description",
    "News checked",
    "Read for audience",
    "Legal",
]
LOG_HEADER = ["time", "post", "action", "member", "actor type", "revision"]
PICTURELESS = ("X", "Bluesky")
# What happened to single posts, by number; everything else goes the usual way.
BY_AUTHOR = {31, 77}
CHANGED_LATER = {58, 103}
NOT_CHECKED = {88}
NOT_DESCRIBED = {85}
NOT_READ = {105}
NOT_CLEARED = {92}
LATE_WORD = {94}
NOT_APPROVED = {101}
SENT_BACK = {12, 40, 66, 99}


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sheet(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%d/%m/%Y %H:%M")


def _working(moment: datetime) -> datetime:
    """The same moment or the next one in working hours."""
    while moment.weekday() > 4:
        moment += timedelta(days=1)
    if not 8 <= moment.hour < 18:
        moment = moment.replace(hour=9 + moment.minute % 7)
    return moment


# Posts by number and the days they are spread over: the weeks before, the last days, the launch.
SPREAD = ((98, date(2026, 9, 28), date(2026, 11, 25)), (10, date(2026, 11, 26), date(2026, 11, 30)),
          (12, date(2026, 12, 1), date(2026, 12, 3)))  # fmt: skip


def _slots(pick: random.Random) -> list[datetime]:
    slots = []
    for count, first, last in SPREAD:
        for number in range(count):
            day = first + timedelta(days=round(number * (last - first).days / (count - 1)))
            hour, minute = pick.choice((8, 9, 12, 16, 17, 18)), pick.choice((0, 0, 15, 30))
            slots.append(datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON))
    return sorted(slots)


def calendar() -> None:
    pick = random.Random(2026)
    wanted = [(topic, channel, text) for topic in TOPICS for channel, text in topic.posts.items()]
    slots = _slots(pick)
    rows, log = [], []
    for number, ((topic, channel, text), due) in enumerate(zip(wanted, slots, strict=True), 1):
        post = f"P-{number:03d}"
        author = pick.choice(AUTHORS[channel])
        approver = pick.choice([name for name in APPROVERS if name != author])
        if number in BY_AUTHOR:
            author = approver = "Tom Okafor"
        written = _working(due - timedelta(days=pick.randint(14, 18), hours=pick.randint(0, 5)))
        handed_in = _working(written + timedelta(minutes=pick.randint(40, 400)))
        approved = _working(handed_in + timedelta(minutes=pick.randint(25, 1500)))
        live = due <= EXPORTED
        drafted = not live and number in NOT_APPROVED
        events = [(written, "CREATE", author, "MEMBER", 1), (handed_in, "SUBMIT", author, "MEMBER", 1)]
        revision = 1
        if number in SENT_BACK:
            back = approved
            events.append((back, "REJECT", approver, "MEMBER", 1))
            events.append((back + timedelta(minutes=38), "EDIT", author, "MEMBER", 2))
            events.append((back + timedelta(minutes=41), "SUBMIT", author, "MEMBER", 2))
            approved, revision = back + timedelta(minutes=130), 2
        if not drafted:
            events.append((approved, "APPROVE", approver, "MEMBER", revision))
            events.append((approved + timedelta(minutes=3), "SCHEDULE", author, "MEMBER", revision))
            if number in CHANGED_LATER:
                revision += 1
                events.append((approved + timedelta(hours=6), "EDIT", author, "MEMBER", revision))
        if live:
            events.append((due + timedelta(seconds=pick.randint(2, 50)), "SEND", "Planner", "SYSTEM", revision))
        log += [[_clock(at), post, what, who, kind, f"r{label}"] for at, what, who, kind, label in events]

        pictures = 0 if channel in PICTURELESS and pick.random() < 0.7 else pick.choice((1, 1, 1, 3))
        described = topic.picture if pictures else ""
        if number in NOT_DESCRIBED:
            pictures, described = 1, ""
        checked = (due - timedelta(days=pick.randint(0, 3))).date()
        if EXPORTED < due < EXPORTED + timedelta(days=5):
            checked = min(checked, EXPORTED.date())
        looked = number not in NOT_CHECKED and checked <= EXPORTED.date()
        if topic.paid:
            label = "Paid partnership with the hill rescue shop. "
            text = text + " " + label.strip() if number in LATE_WORD else label + text
        rows.append(
            [
                post,
                _sheet(due),
                channel,
                "Winter Trail" if topic.campaign else "",
                text,
                "en",
                "Live" if live else "For approval" if drafted else "Planned",
                author,
                "" if drafted else approver,
                "" if drafted else _sheet(approved),
                _sheet(due) if live else "",
                "yes" if topic.paid else "no",
                topic.risk,
                topic.link,
                str(pictures),
                described,
                checked.isoformat() if looked else "",
                "Hanna Sørensen" if topic.campaign and number not in NOT_READ else "",
                "Claire Dubois" if topic.risk and number not in NOT_CLEARED else "",
            ]
        )
    log.sort()
    assert log[-1][0] <= _clock(EXPORTED), "the log ends before the export"
    _write("calendar/posts.csv", PLAN_HEADER, rows)
    _write("calendar/log.csv", LOG_HEADER, log)


def main() -> None:
    google_users()
    leavers()
    organisation_vault()
    personal_vault()
    browser_export()
    breached_passwords()
    calendar()


if __name__ == "__main__":
    main()
