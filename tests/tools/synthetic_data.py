"""Words for the synthetic results: an invented coffee roaster, its checks, barriers and documented disasters."""

from __future__ import annotations

AREAS = (
    ("account_security", "Account security"),
    ("password_hygiene", "Password hygiene"),
    ("content_review", "Content review"),
    ("policy_completeness", "Policy completeness"),
)

PEOPLE = {
    "priya-nair": "Priya Nair",
    "tom-adeyemi": "Tom Adeyemi",
    "ana-duarte": "Ana Duarte",
    "jonas-weber": "Jonas Weber",
    "mei-lin": "Mei Lin",
    "chloe-martin": "Chloé Martin",
    "samir-haddad": "Samir Haddad",
}

# id, platform, platform title, handle, owner, deputy, in launch
ACCOUNTS = (
    ("ig-main", "instagram", "Instagram", "northwindcoffee", "priya-nair", "mei-lin", True),
    ("x-main", "x", "X", "northwind", "tom-adeyemi", "priya-nair", True),
    ("tiktok-main", "tiktok", "TikTok", "northwind.coffee", "mei-lin", None, True),
    ("scheduler", "scheduler", "Scheduler", "northwind-team", "ana-duarte", "tom-adeyemi", True),
    ("facebook-main", "facebook", "Facebook", "NorthwindCoffee", "priya-nair", "mei-lin", False),
    ("linkedin-main", "linkedin", "LinkedIn", "northwind-coffee", "jonas-weber", "ana-duarte", False),
    ("youtube-main", "youtube", "YouTube", "northwindcoffee", "mei-lin", "jonas-weber", False),
    ("threads-main", "threads", "Threads", "northwindcoffee", "priya-nair", None, False),
    ("mastodon", "mastodon", "Mastodon", "northwind@social.example", "tom-adeyemi", "jonas-weber", False),
    ("pinterest", "pinterest", "Pinterest", "northwindcoffee", "chloe-martin", "mei-lin", False),
    ("ig-kiosk", "instagram", "Instagram", "northwind.kiosk", None, None, False),
    ("ads-manager", "ads", "Advertising", "Northwind Ads", "samir-haddad", "ana-duarte", True),
)

# id: short, title, family, scope, state today over everything
BARRIERS = {
    "p-mfa": ("second factor", "A second factor is on for every account", "mfa", "account", "open"),
    "p-mfa-phishproof": ("key or passkey", "Owners sign in with a key or passkey", "mfa", "account", "open"),
    "p-no-sms": ("no phone recovery", "No phone number can take an account", "recovery-phone", "account", "open"),
    "p-recovery-owned": (
        "recovery is ours",
        "Recovery mail goes to a mailbox of ours",
        "recovery-mail",
        "account",
        "stands",
    ),
    "p-registrar-lock": ("registrar lock", "The registrar refuses transfers", "registrar", "organisation", "stands"),
    "p-least-priv": ("named roles", "People work under named roles", "access", "account", "open"),
    "p-leaver": ("access ends on leaving", "Access ends when someone leaves", "access-end", "account", "open"),
    "p-apps": ("apps reviewed", "Connected apps are reviewed", "apps", "account", "open"),
    "p-scheduler": (
        "tool behind sign-on",
        "The scheduler stands behind single sign-on",
        "scheduler",
        "account",
        "unseen",
    ),
    "p-unique-pw": ("unique password", "Every account has its own password", "password", "account", "stands"),
    "p-strong-pw": ("strong password", "Passwords are long and random", "password", "account", "stands"),
    "p-separate-context": (
        "separate context",
        "Brand posting is apart from personal apps",
        "context",
        "account",
        "attested",
    ),
    "p-session-lock": ("session lock", "Sessions lock and end", "session", "account", "unseen"),
    "p-two-person": ("second person", "A second person approves", "approval", "account", "stands"),
    "p-publish-gate": ("publish gate", "The tool refuses what is not approved", "approval", "account", "stands"),
    "p-link-check": ("link check", "Every address leads where it should", "link", "organisation", "stands"),
    "p-asset-check": ("picture check", "Pictures and files are checked", "asset", "organisation", "unseen"),
    "p-context-check": (
        "news check",
        "Trend and date are checked against the news",
        "context-news",
        "organisation",
        "open",
    ),
    "p-sensitivity": (
        "audience reader",
        "Someone from the audience reads first",
        "sensitivity",
        "organisation",
        "unseen",
    ),
    "p-crisis-hold": ("queue hold", "A named role can freeze the queue", "hold", "organisation", "open"),
    "p-ugc-moderation": ("moderation", "A person clears what others send in", "moderation", "organisation", "stands"),
    "p-bot-guardrails": ("guardrails", "Automation is limited and tested", "bot", "organisation", "stands"),
    "p-premortem": ("pre-mortem", "The launch was thought through backwards", "premortem", "organisation", "open"),
    "p-domain-life": ("domain kept", "Campaign domains are kept while links live", "domain", "organisation", "stands"),
    "p-dns-hygiene": ("names tidy", "No name points at what we do not hold", "dns", "organisation", "stands"),
    "p-embed-inventory": ("embeds listed", "Third-party scripts are listed", "embed", "organisation", "unseen"),
    "p-cms-hardening": ("site hardened", "Site software is patched and closed", "cms", "organisation", "stands"),
    "p-cms-creds": ("site logins", "No default or shared site logins", "cms-creds", "organisation", "stands"),
    "p-handle-reserve": ("handles ours", "Every published handle is ours", "handle", "organisation", "stands"),
    "p-official-list": ("official list", "The site lists the official accounts", "official", "organisation", "open"),
    "p-disclosure": ("disclosure word", "Paid posts say so", "disclosure", "organisation", "stands"),
    "p-legal-review": ("legal reading", "Claims are cleared", "legal", "organisation", "stands"),
    "p-secret-free": (
        "no secrets in view",
        "Photographs are cleared of secrets",
        "workplace",
        "organisation",
        "attested",
    ),
    "p-ad-limits": (
        "spending limit",
        "Advertising has a limit and two administrators",
        "ads",
        "organisation",
        "stands",
    ),
    "p-reply-authority": ("who may answer", "It is written who may answer what", "authority", "organisation", "stands"),
    "p-correction-policy": (
        "correction rule",
        "Mistakes are corrected in the open",
        "correction",
        "organisation",
        "open",
    ),
}

# id, title, who, date, top event, threat, barriers, good response
SCENARIOS = (
    ("twitter-counter-2017", "Analytics tool could post", "newsrooms and charities", "2017-03-15", "te-channel", "t-third-party", "p-apps p-least-priv p-scheduler"),
    ("hmv-2013", "Departing colleague still had the login", "a music retailer", "2013-01-31", "te-channel", "t-leaver", "p-leaver p-least-priv p-recovery-owned"),
    ("tesco-2013", "Queued post ran into the news", "a supermarket", "2013-01-18", "te-message", "t-scheduled", "p-crisis-hold p-context-check"),
    ("digiorno-2014", "Hashtag not looked up", "a food brand", "2014-09-08", "te-message", "t-newsjack", "p-context-check p-two-person p-sensitivity"),
    ("sec-2024", "Number taken over at the carrier", "a regulator", "2024-01-09", "te-channel", "t-simswap", "p-no-sms p-mfa p-mfa-phishproof"),
    ("ap-2013", "False news after a convincing mail", "a news agency", "2013-04-23", "te-channel", "t-phish", "p-mfa-phishproof p-mfa p-least-priv"),
    ("mandiant-2024", "Password guessed in a quiet week", "a security firm", "2024-01-03", "te-channel", "t-weak-pw", "p-unique-pw p-strong-pw p-mfa p-least-priv"),
    ("tesla-2015", "Registrar talked into a change", "a car maker", "2015-04-25", "te-channel", "t-recovery", "p-registrar-lock p-recovery-owned p-mfa"),
    ("linus-2023", "Open session carried off by an attachment", "a video maker", "2023-03-24", "te-channel", "t-session", "p-separate-context p-session-lock p-least-priv"),
    ("fcb-2017", "Scheduling tool spoke for the club", "a football club", "2017-08-23", "te-channel", "t-third-party", "p-apps p-scheduler p-least-priv"),
    ("buffer-2013", "The scheduler itself was entered", "a scheduling service", "2013-10-26", "te-channel", "t-third-party", "p-apps p-scheduler p-least-priv"),
    ("ads-agency", "Advertising account emptied overnight", "an agency", "2022", "te-channel", "t-ads", "p-ad-limits p-mfa p-least-priv"),
    ("red-cross-2011", "Personal post from the brand account", "an aid organisation", "2011-02-15", "te-message", "t-wrong-account", "p-separate-context p-two-person p-publish-gate"),
    ("stratcom-2021", "A child at an open keyboard", "a military command", "2021-03-28", "te-message", "t-unattended", "p-session-lock p-separate-context p-publish-gate"),
    ("us-airways-2014", "Wrong picture attached", "an airline", "2014-04-14", "te-message", "t-content-error", "p-asset-check p-link-check p-two-person p-publish-gate"),
    ("adidas-2017", "Subject line read another way", "a sports brand", "2017-04-18", "te-message", "t-misjudged", "p-sensitivity p-two-person p-context-check"),
    ("walkers-2017", "Pictures from strangers, shown unseen", "a snack brand", "2017-05-25", "te-message", "t-ugc-auto", "p-ugc-moderation p-bot-guardrails p-premortem"),
    ("mcdstories-2012", "Open hashtag turned round", "a restaurant chain", "2012-01-19", "te-message", "t-open-invite", "p-premortem p-sensitivity"),
    ("dpd-2024", "Chat bot said it", "a parcel service", "2024-01", "te-message", "t-auto-reply", "p-bot-guardrails p-reply-authority p-premortem"),
    ("nestle-2010", "Sharp replies in public", "a food group", "2010-03-19", "te-response", "t-heated", "p-reply-authority p-two-person p-correction-policy"),
    ("dg-2018", "Mistake blamed on hackers", "a fashion house", "2018-11-21", "te-response", "t-conceal", "p-correction-policy p-reply-authority p-legal-review"),
    ("fast-company-2022", "Site defaced through a default password", "a magazine", "2022-09-27", "te-site", "t-site", "p-cms-hardening p-cms-creds p-mfa"),
    ("vidme-2021", "Dead embed bought by someone else", "news sites", "2021-07-22", "te-site", "t-stale", "p-embed-inventory p-link-check"),
    ("heinz-2015", "Campaign domain lapsed", "a food brand", "2015-06", "te-site", "t-stale", "p-domain-life p-link-check"),
    ("hazy-hawk-2025", "Forgotten name taken over", "public bodies", "2025-05", "te-site", "t-stale", "p-dns-hygiene p-link-check"),
    ("mattel-2024", "Address on the box led elsewhere", "a toy maker", "2024-11-09", "te-site", "t-bad-link", "p-link-check p-two-person p-handle-reserve"),
    ("lilly-2022", "Impostor with a bought badge", "a drug maker", "2022-11-10", "te-impostor", "t-impersonation", "p-handle-reserve p-official-list"),
    ("raf-2012", "Passwords on the wall in a photograph", "an air force", "2012-11", "te-exposure", "t-exposure", "p-secret-free p-asset-check p-two-person"),
    ("lord-taylor-2016", "Paid posts that did not say so", "a fashion store", "2016-03-15", "te-duty", "t-disclosure", "p-disclosure p-legal-review p-two-person"),
    ("twitter-vip-2020", "The platform itself was entered", "well-known people", "2020-07-15", "te-channel", "t-platform", ""),
)  # fmt: skip

TOP_EVENTS = {
    "te-channel": ("Someone else speaks in our name", "detect lead regain voice clean explain return learn"),
    "te-message": ("We publish what we would not have approved", "detect lead stop correct explain support learn"),
    "te-site": ("Our site serves someone else’s content", "detect lead stop clean explain return learn"),
    "te-exposure": ("We publish a secret or personal data", "detect lead correct clean duty learn"),
    "te-duty": ("A required disclosure is missing", "detect correct duty learn"),
    "te-response": ("Our own answer makes it worse", "lead voice correct explain people learn"),
    "te-impostor": ("The public takes an impostor for us", "detect regain voice explain learn"),
}

THREATS = {
    "t-phish": "A convincing message asks for the login",
    "t-weak-pw": "A password is guessed, reused or leaked",
    "t-simswap": "A phone number is taken over at the carrier",
    "t-recovery": "The way to reset a login is taken over",
    "t-session": "A signed-in session is carried off",
    "t-unattended": "A signed-in screen is left open",
    "t-third-party": "A connected tool is entered",
    "t-platform": "The platform itself is entered",
    "t-leaver": "Someone who left still has access",
    "t-wrong-account": "A personal post goes out from the brand",
    "t-content-error": "A wrong link, picture or file goes out",
    "t-misjudged": "An approved idea reads another way",
    "t-newsjack": "A trend is used without looking it up",
    "t-scheduled": "A queued post runs into the news",
    "t-ugc-auto": "Automation shows what strangers send",
    "t-open-invite": "An open invitation is turned round",
    "t-auto-reply": "A bot answers wrongly",
    "t-heated": "A reply in public is heated",
    "t-conceal": "A mistake is hidden or denied",
    "t-site": "The site’s software is entered",
    "t-stale": "An old address falls to someone else",
    "t-bad-link": "A printed address is wrong",
    "t-impersonation": "A lookalike account appears",
    "t-exposure": "A secret stands in published material",
    "t-disclosure": "A paid post does not say so",
    "t-ads": "The advertising account is taken over",
}

# function: title, phase, state
FUNCTIONS = {
    "detect": ("Notice it", "act", "stands"),
    "lead": ("Someone leads", "act", "stands"),
    "stop": ("Stop the queue", "act", "open"),
    "regain": ("Get back in", "act", "attested"),
    "voice": ("Speak elsewhere", "act", "stands"),
    "correct": ("Correct in the open", "cure", "open"),
    "explain": ("Explain plainly", "cure", "stands"),
    "support": ("Help those affected", "cure", "unseen"),
    "clean": ("Clean and restore", "cure", "unseen"),
    "duty": ("Tell who must know", "cure", "stands"),
    "return": ("Switch back on in steps", "recover", "unseen"),
    "learn": ("Review without blame", "recover", "stands"),
    "people": ("Look after our people", "recover", "attested"),
}

# id, area index, severity, title, fail, step, barriers, state, about
CHECKS = (
    ("no-former-colleague-can-still-post", 0, "critical", "No former colleague can still post", "Two people who have left can still post", "End two colleagues’ access to Instagram and the scheduler", "p-leaver", "open", "access"),
    ("analytics-apps-cannot-post", 0, "critical", "Analytics apps cannot post", "Two analytics apps can still post", "Take the right to post away from two analytics apps", "p-apps", "open", "access"),
    ("second-factor-is-on", 0, "critical", "A second factor is on for every account", "An account signs in without a second factor", "Turn on the second factor for the kiosk account", "p-mfa", "open", "account"),
    ("pause-of-scheduled-posts-is-rehearsed", 2, "high", "The pause of scheduled posts is rehearsed", "The pause of scheduled posts was never tried", "Rehearse the pause of all scheduled posts", "p-crisis-hold", "open", "organisation"),
    ("no-phone-recovery", 0, "high", "No phone number can take an account", "A phone number can still take an account", "Remove the phone number from recovery on X", "p-no-sms", "open", "account"),
    ("owners-use-a-key", 0, "high", "Owners sign in with a key or passkey", "Some owners sign in without a key or passkey", "Give account owners a security key", "p-mfa-phishproof", "open", "account"),
    ("named-roles-instead-of-shared-logins", 0, "high", "People work under named roles", "Some accounts are reached through a shared login", "Replace the shared login of the kiosk account", "p-least-priv", "open", "account"),
    ("agency-access-has-an-end", 0, "high", "Agency access has an end date", "An agency’s access outlives its contract", "End the agency’s access to Pinterest", "p-leaver", "open", "access"),
    ("every-account-has-an-owner", 0, "medium", "Every account has an owner", "An account has no owner", "Name an owner for the kiosk account", "", "open", "account"),
    ("every-account-has-a-deputy", 0, "medium", "Every account has a deputy", "Some accounts have no deputy", "Name three deputies", "", "open", "account"),
    ("recovery-mail-is-ours", 0, "high", "Recovery mail goes to a mailbox of ours", "A recovery address is outside the organisation", "Move recovery to a mailbox of ours", "p-recovery-owned", "holds", "account"),
    ("backup-codes-are-stored", 0, "medium", "Backup codes are stored where a second person finds them", "Backup codes are missing", "Store the backup codes", "p-recovery-owned", "unseen", "account"),
    ("scheduler-behind-sign-on", 0, "high", "The scheduler stands behind single sign-on", "The scheduler has its own login", "Put the scheduler behind sign-on", "p-scheduler", "unseen", "account"),
    ("sessions-are-reviewed", 0, "medium", "Signed-in devices are reviewed", "Signed-in devices were not reviewed", "Review signed-in devices", "p-session-lock", "unseen", "account"),
    ("access-is-reviewed", 0, "medium", "Access was reviewed this half-year", "Access was not reviewed this half-year", "Review access", "p-least-priv", "holds", "account"),
    ("spending-limit-is-set", 0, "high", "Advertising has a spending limit", "Advertising has no spending limit", "Set a spending limit", "p-ad-limits", "holds", "account"),
    ("every-password-is-unique", 1, "high", "Every account has its own password", "Two accounts share a password", "Change one reused password", "p-unique-pw", "open", "credential"),
    ("passwords-are-strong", 1, "high", "Passwords are long and random", "A password is easily guessed", "Replace a guessable password", "p-strong-pw", "holds", "credential"),
    ("no-brand-word-in-a-password", 1, "medium", "No password is built on a brand word", "A password is built on a brand word", "Replace a password built on a brand word", "p-strong-pw", "open", "credential"),
    ("every-account-is-in-the-vault", 1, "medium", "Every account is in the vault", "An account is missing from the vault", "Add the account to the vault", "p-unique-pw", "holds", "account"),
    ("no-placeholder-password", 1, "high", "No password is a placeholder", "A password is a placeholder", "Replace it", "p-strong-pw", "holds", "credential"),
    ("vault-items-are-shared", 1, "medium", "Work logins live in a shared collection", "A work login is private", "Share it", "", "holds", "credential"),
    ("seed-and-password-apart", 1, "low", "Seed and password are kept apart", "One vault holds password and seed", "Keep them apart", "", "unseen", "credential"),
    ("vault-export-is-not-left-behind", 1, "medium", "The vault export is not left behind", "The vault export can be read by others", "Remove the export", "", "holds", "vault"),
    ("site-logins-are-named", 1, "medium", "Site logins are named and current", "A site login is shared", "Name it", "p-cms-creds", "holds", "credential"),
    ("a-second-person-approves", 2, "critical", "A second person approves every post", "A post was approved by its author", "Have a second person read one post", "p-two-person", "holds", "post"),
    ("nothing-changes-after-approval", 2, "high", "Nothing changes after approval", "Two posts were changed after approval", "Approve two changed posts again", "p-two-person p-publish-gate", "open", "post"),
    ("context-is-checked-before-posting", 2, "high", "Trend and date are checked against the news", "Some scheduled posts were not checked against the news", "Check 38 scheduled posts against the news", "p-context-check", "open", "post"),
    ("pictures-have-alternative-text", 2, "low", "Pictures have alternative text", "Some pictures have no alternative text", "Write alternative texts", "", "open", "post"),
    ("paid-posts-say-so", 2, "high", "Paid posts say so at the start", "A paid post does not say so", "Add the disclosure word", "p-disclosure", "holds", "post"),
    ("no-placeholder-in-a-post", 2, "high", "No placeholder stands in a post", "A placeholder stands in a post", "Fill it", "p-publish-gate", "holds", "post"),
    ("links-lead-where-they-should", 2, "high", "Every address leads where it should", "An address leads nowhere", "Correct it", "p-link-check p-domain-life", "holds", "post"),
    ("pictures-are-cleared", 2, "medium", "Pictures are checked before they go out", "Pictures were not checked", "Check pictures", "p-asset-check", "unseen", "post"),
    ("an-audience-reader-was-asked", 2, "medium", "Someone from the audience reads first", "No audience reader was asked", "Ask one", "p-sensitivity", "unseen", "post"),
    ("launch-was-thought-backwards", 2, "medium", "The launch was thought through backwards", "Nobody has asked yet how the launch could be turned", "Hold a half-hour pre-mortem", "p-premortem", "open", "organisation"),
    ("approval-left-time-to-read", 2, "low", "Approval left time to read", "An approval was faster than reading", "Read again", "p-two-person", "holds", "post"),
    ("policy-says-who-decides", 3, "high", "The policy says who decides in a crisis", "No policy says who decides in a crisis", "Write down who decides", "", "holds", "clause"),
    ("policy-says-mistakes-are-corrected", 3, "high", "The policy says mistakes are corrected in the open", "No policy says mistakes are corrected in the open", "Add two sentences on correcting mistakes", "p-correction-policy", "open", "clause"),
    ("policy-is-reviewed", 3, "medium", "Every policy was reviewed in time", "A review is overdue", "Review the social media policy", "p-reply-authority", "open", "document"),
    ("policy-has-no-placeholder", 3, "medium", "No placeholder stands in a policy", "A placeholder stands in the crisis plan", "Fill the placeholder in the crisis plan", "", "open", "document"),
    ("policy-has-an-owner", 3, "medium", "Every policy has an owner", "A policy has no owner", "Name an owner", "", "holds", "document"),
    ("named-contacts-still-work-here", 3, "high", "Named contacts still work here", "A named contact has left", "Replace a contact in the crisis plan", "", "open", "document"),
    ("policy-says-what-may-be-switched-off", 3, "high", "The policy says what may be switched off", "No policy says what may be switched off", "Add it", "p-crisis-hold", "unseen", "clause"),
    ("policy-asks-for-a-second-factor", 3, "medium", "The policy asks for a second factor", "No policy asks for a second factor", "Add it", "", "holds", "clause"),
    ("policy-names-the-escalation-path", 3, "medium", "The policy names the escalation path", "No policy names the escalation path", "Add it", "", "holds", "clause"),
    ("official-accounts-are-listed", 3, "medium", "The site lists the official accounts", "The site does not list the official accounts", "Publish the list of official accounts", "p-official-list", "open", "organisation"),
    ("sessions-close-by-themselves", 0, "low", "Sessions lock and end by themselves", "Sessions do not lock", "Set a session limit", "p-session-lock", "unseen", "organisation"),
    ("personal-apps-are-apart", 0, "medium", "Brand posting is apart from personal apps", "Brand and personal apps are mixed", "Separate them", "p-separate-context", "unseen", "organisation"),
)  # fmt: skip

WHY = (
    "People change jobs faster than access lists. A login that outlives a role is found by accident, or by someone "
    "who looks for it. *One* list, compared with another once a week, closes the gap."
)
FIX = (
    "1. Open the account’s settings and find **People and access**.\n"
    "2. Compare the list with [the inventory](https://help.example/access), name by name.\n"
    "3. Remove what is no longer needed, starting with administrators.\n"
    "4. Write today’s date beside the account, so the next review knows where to begin.\n"
)
QUERY = (
    "select a.account || ' · ' || a.person as subject, a.account, a.owner,\n"
    "       case when p.left_on < $as_of then fail(format('{} still holds {} on {}', p.display, a.role, a.account))\n"
    "            else pass(format('{} still holds {} on {}', p.display, a.role, a.account)) end as verdict\n"
    "from access a left join people p using (person)\n"
)
