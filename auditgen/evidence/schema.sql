-- The tables of evidence: the contract between readers, analysis and checks.
-- Every row says where it came from (source, locator), when it was seen (seen_on) and on what basis.
-- NULL always means "not known". Readers never guess a boolean, a date or an owner.
-- Each column's comment is its documentation: meaning, unit, allowed values. `auditgen schema` prints them.
-- After "one of:" stand the words a column takes, up to a comma or semicolon; no row with another one gets in.
-- The four columns of provenance end every table and mean the same everywhere:
--   source     file or address the row was read from, relative to the workspace
--   locator    where in the source: line 12, row 12, page 3, sheet accounts row 4, item 17
--   seen_on    date on which the source showed this (export date or file date)
--   basis      one of: probed exported joined declared; the first is the strongest

-- One official account, tool or advertising account of the organisation.
create table accounts (
    account varchar,                 -- id of the account in the inventory, unique
    platform varchar,                -- one of: x facebook instagram threads linkedin youtube tiktok mastodon bluesky pinterest reddit scheduler linkinbio ads other
    handle varchar,                  -- name on the platform, without the leading @
    url varchar,                     -- address of the public profile
    platform_id varchar,             -- id that survives renames: channel id, DID, page number
    status varchar,                  -- one of: active parked archived
    purpose varchar,                 -- what the account is for, one sentence
    language varchar,                -- main language, ISO 639-1
    owner varchar,                   -- person who answers for the account (people.person)
    deputy varchar,                  -- person who stands in (people.person)
    login_kind varchar,              -- one of: delegated sso shared personal
    vault_item varchar,              -- name of the item in the password vault; the name only
    second_factor varchar,           -- one of: none sms call email totp app push security_key passkey sso
    second_factor_seen_on date,      -- date on which the second factor was last looked at
    recovery_email varchar,          -- mailbox that receives password resets
    recovery_email_readers integer,  -- how many people can read that mailbox
    recovery_phone_owner varchar,    -- one of: organisation personal none
    codes_stored boolean,            -- backup codes are kept where a second person can reach them
    recovery_checked_on date,        -- date on which recovery was last tried or read through
    platform_route varchar,          -- address or form that reaches the platform in an emergency
    platform_contact varchar,        -- person or desk at the platform, if there is one
    verification varchar,            -- one of: verified unverified not_offered
    verification_renews_on date,     -- date on which the verification lapses
    access_reviewed_on date,         -- date of the last review of who has access
    sessions_reviewed_on date,       -- date of the last review of signed-in devices
    apps_reviewed_on date,           -- date on which the list of apps was last compared with the platform's own page
    agency varchar,                  -- agency that works on the account (agencies.agency)
    spend_limit boolean,             -- a spending limit is set (advertising accounts only)
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One record of a person as one source holds it, before records are joined.
create table person_records (
    record varchar,                  -- id of the record within its source
    person varchar,                  -- id of the person in the inventory, where the source gives one
    display varchar,                 -- name as written
    email varchar,                   -- first address, lower case
    other_emails varchar[],          -- further addresses, lower case
    kind varchar,                    -- one of: staff agency bot
    agency varchar,                  -- agency of the person (agencies.agency)
    status varchar,                  -- one of: active suspended left
    left_on date,                    -- last day at work; may lie in the future
    last_sign_in_on date,            -- last sign-in at the identity provider; NULL when never or not known
    never_signed_in boolean,         -- the identity provider says the person never signed in
    second_factor boolean,           -- a second factor is enrolled at the identity provider
    second_factor_enforced boolean,  -- the identity provider insists on the second factor
    administrator boolean,           -- administrator of the identity provider
    origin varchar,                  -- one of: inventory identity_provider leavers, or what a reader registers
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One person after all records were joined: who they are and whether they still work here.
create table people (
    person varchar,                  -- id: from the inventory, else the address, else the name
    display varchar,                 -- name to show
    email varchar,                   -- main address, lower case
    kind varchar,                    -- one of: staff agency bot
    agency varchar,                  -- agency of the person (agencies.agency)
    status varchar,                  -- one of: active suspended left; NULL when no source says
    left_on date,                    -- last day at work from the leavers list; may lie in the future
    last_sign_in_on date,            -- last sign-in at the identity provider
    second_factor boolean,           -- a second factor is enrolled at the identity provider, or declared where it says nothing
    in_identity_provider boolean,    -- the identity provider lists the person; NULL when no such export was read
    matched_by varchar,              -- how the records were joined: one of: email name declared single
    maybe_left varchar,              -- a row of the leavers list that may be this person and could not be joined: name and place
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One right of one person on one account.
create table access (
    account varchar,                 -- accounts.account
    person varchar,                  -- people.person
    role varchar,                    -- role as the platform names it
    administers boolean,             -- the role may add and remove other people
    may_post boolean,                -- the role may publish
    since date,                      -- first day of the access
    until date,                      -- agreed last day of the access
    last_used_on date,               -- last day on which the access was used
    sponsor varchar,                 -- person inside who answers for outside access (people.person)
    second_factor boolean,           -- the person signs in with a second factor, as whoever gave the access saw it
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One third-party app or tool connected to an account.
create table apps (
    account varchar,                 -- accounts.account
    app varchar,                     -- name of the app
    kind varchar,                    -- one of: publisher analytics ads moderation other
    may_post boolean,                -- the app may publish or send messages
    scopes varchar,                  -- rights as the platform names them, comma separated
    owner varchar,                   -- person who answers for the app (people.person)
    approved_on date,                -- day on which the connection was allowed
    last_used_on date,               -- last day on which the app was used
    single_sign_on boolean,          -- people reach the app through the organisation's sign-on
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One feature that can be switched off alone and put back.
create table switches (
    switch varchar,                    -- id
    title varchar,                   -- name to show
    feature varchar,                 -- one of: scheduled_posts comments messages ads user_content embeds links automation posting other
    covers varchar[],                -- accounts.account that it reaches
    off_how varchar,                 -- how to switch it off
    on_how varchar,                  -- how to put it back
    people varchar[],                -- people.person who can do it
    minutes integer,                 -- minutes it takes to switch off
    not_covered varchar,             -- what goes on although the switch is off
    tested_on date,                  -- last day on which it was tried
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One rehearsal.
create table drills (
    drill varchar,                   -- id
    kind varchar,                    -- one of: switch takeover recovery holding_statement tabletop
    switch varchar,                    -- switches.switch, for a switch drill
    done_on date,                    -- day of the rehearsal
    minutes_off integer,             -- minutes to switch off
    minutes_on integer,              -- minutes to put back
    person varchar,                  -- people.person who led it
    result varchar,                  -- one of: ok partly failed
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One agency or partner that works on the accounts.
create table agencies (
    agency varchar,                  -- id
    title varchar,                   -- name
    contract_until date,             -- last day of the contract
    sponsor varchar,                 -- person inside who answers for the agency (people.person)
    offboarding_contact varchar,     -- address at the agency that ends access
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One launch or campaign.
create table launches (
    launch varchar,                  -- id
    title varchar,                   -- name to show
    starts_at timestamp,             -- start, UTC
    ends_at timestamp,               -- end, UTC
    accounts varchar[],              -- accounts.account that take part
    on_call varchar[],               -- people.person on call during the launch
    selected boolean,                -- this run judges this launch
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One web site or landing page of the organisation.
create table sites (
    site varchar,                    -- id
    url varchar,                     -- address
    owner varchar,                   -- person who answers for it (people.person)
    renews_on date,                  -- day on which the domain lapses
    in_use_until date,               -- day until which packs, posters or posts lead there
    registrar_lock boolean,          -- the registrar refuses transfers
    registrar_second_factor varchar, -- second factor of the login at the registrar: one of: none sms call email totp app push security_key passkey sso
    purpose varchar,                 -- what it is for
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One password vault or export of one.
create table vaults (
    vault varchar,                   -- id: the file name
    product varchar,                 -- one of: apple bitwarden browser dashlane firefox keepass keeper lastpass nordpass onepassword proton
    format varchar,                  -- kind of file, such as bitwarden-json
    kind varchar,                    -- one of: individual organisation; NULL when the format does not say
    owner varchar,                   -- person whose vault it is, as auditgen.toml says (people.person)
    encrypted boolean,               -- a passphrase or key file is needed to open the file
    items integer,                   -- items in the file
    logins integer,                  -- login items among them that are in use
    deleted integer,                 -- items in its bin; left out of credentials
    archived integer,                -- archived items; left out of credentials
    deleted_in_use integer,          -- passwords of deleted or archived items that a login in use still has
    excluded integer,                -- items the product was told to leave out of its own reports; judged here all the same
    notes_with_secrets integer,      -- notes that give a password away
    broken integer,                  -- items that could not be read
    container varchar,               -- how the file is locked: one of: kdbx3 kdbx4 bitwarden
    derivation varchar,              -- how its key is made: one of: aes argon2d argon2id pbkdf2
    iterations bigint,               -- rounds of the derivation
    memory_kib bigint,               -- memory of one derivation, KiB
    exported_on date,                -- day in the file, else the given day, else the date of the file
    present_since date,              -- first day on which a run found this same export
    readable_by_others boolean,      -- the file's mode lets other users of the machine read it
    in_repository boolean,           -- the file lies in a git work tree and is not ignored
    in_synced_folder boolean,        -- the file lies in a folder that a cloud service copies
    source varchar, locator varchar, seen_on date, basis varchar
);

-- Facts about one login in a vault. Never a password, a hash, an exact length, a title or a user name.
create table credentials (
    credential varchar,              -- neutral label: file and place in it; titles only where auditgen.toml asks for them
    vault varchar,                   -- vaults.vault
    account varchar,                 -- accounts.account it opens, matched by item name, or by address and handle or mail
    domain varchar,                  -- registrable domain of its first address
    shared boolean,                  -- lives in a shared vault or collection; NULL when the format cannot tell
    collection varchar,              -- neutral label of the collection, vault or folder
    people integer,                  -- people who can read the item, where the format lists them
    password_present boolean,        -- a password is recorded
    username_present boolean,        -- a user name is recorded
    length_band varchar,             -- one of: under_8 8_to_14 15_or_more
    strength_band integer,           -- zxcvbn score: one of: 0 1 2 3 4
    common boolean,                  -- among the first 3,000 guesses of a guessing program
    placeholder boolean,             -- empty, equal to user name or site, or a default such as a keyboard walk
    context_word boolean,            -- holds a brand, product or launch word, a handle, or a season with a year
    context_only boolean,            -- fewer than 8 letters and figures are left when those are taken out
    breach_band varchar,             -- times seen in breaches: one of: none 1_to_9 10_to_999 1000_or_more; NULL when not answered
    near_breached boolean,           -- a letter or two apart from a breached password of these vaults, or built on the same core
    reuse_group varchar,             -- neutral label shared by logins with the same password; NULL when unique
    reuse_sites integer,             -- registrable domains that share the password
    family varchar,                  -- neutral label shared by near-copies; NULL when there is none
    family_passwords integer,        -- different passwords in the family
    family_sites integer,            -- registrable domains that the family opens
    totp boolean,                    -- the item holds a one-time-password seed
    passkey boolean,                 -- the item holds a passkey
    codes boolean,                   -- recovery codes stand in the item
    secret_in_text boolean,          -- a note, plain field or address gives a password away
    insecure_address boolean,        -- an address begins with http:// (loopback and private ranges left out)
    address_present boolean,         -- at least one address is recorded
    imitates boolean,                -- an address looks like one of ours or of a platform, and is another
    returned_to_old boolean,         -- the password equals one in its own history
    increments boolean,              -- two changes or more altered two characters at most
    history integer,                 -- passwords in its history
    changed_on date,                 -- day the password was last changed; NULL when the format cannot tell
    revised_on date,                 -- day the item was last edited
    expires_on date,                 -- day on which the item expires
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One comparison of all passwords with those known from breaches.
create table breach_checks (
    method varchar,                  -- one of: file folder online
    list_on date,                  -- day the list was made or fetched
    lines bigint,                    -- estimate of the hashes in the list
    asked integer,                   -- different passwords asked about
    answered integer,                -- of those, answered
    reason varchar,                  -- code of why the answer is not complete; NULL when it is
    says varchar,                    -- the same in words
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One breach, exposure or takeover that is a reason to change a password.
create table incidents (
    incident varchar,                -- id or name
    account varchar,                 -- accounts.account concerned, where one is named
    domain varchar,                  -- registrable domain concerned, where one is named
    app varchar,                     -- apps.app concerned, where one is named
    tool varchar,                    -- tool concerned: name of an app, or accounts.account of a tool
    agency varchar,                  -- agencies.agency concerned, where one is named
    site varchar,                    -- sites.site concerned, where one is named
    happened_on date,                -- day it happened
    looked_at_on date,               -- day on which all that is connected to it was looked at afterwards
    what varchar,                    -- what happened, one sentence
    source varchar, locator varchar, seen_on date, basis varchar
);

-- Second factors and passkeys that one site or platform offers.
create table second_factor_offers (
    domain varchar,                  -- registrable domain
    platform varchar,                -- platform of the inventory, where it is one
    methods varchar[],               -- one of: sms call email totp u2f custom-software custom-hardware; empty when none is offered
    passkey boolean,                 -- a passkey can take the place of the password; NULL when not recorded
    source varchar, locator varchar, seen_on date, basis varchar
);

-- A program or table that answers hang on.
create table instruments (
    instrument varchar,              -- name
    version varchar,                 -- version
    does varchar,                    -- what it is used for
    dated_on date,                   -- day of its data, where it has data
    source varchar, locator varchar, seen_on date, basis varchar
);

-- Every login there is to judge: what stands in a vault, and (held is false) the accounts whose login no vault held. ours: not a private login of a personal vault.
create view logins as
    select c.* exclude (account), c.account, true as held,
           c.account is not null or c.shared is not false as ours,
           c.password_present is false and coalesce(c.passkey, false) as keyed,
           coalesce(c.credential, 'a login') || case when c.account is not null then ' for ' || c.account
               when c.shared is false then '' else coalesce(' at ' || c.domain, '') end as subject,
           coalesce(a.owner, v.owner) as owner, a.login_kind, a.second_factor, a.platform, v.product
    from credentials c left join accounts a on a.account = c.account left join vaults v on v.vault = c.vault
    union all by name
    select account, false as held, true as ours, false as keyed, 'the login of ' || account as subject, owner, login_kind, second_factor, platform,
           source, locator, seen_on, basis
    from accounts
    where status is distinct from 'archived' and login_kind is distinct from 'sso'
      and (exists (select 1 from vaults) or exists (select 1 from credentials))
      and account not in (select account from credentials where account is not null);

-- One planned or published post.
create table posts (
    post varchar,                    -- id in its calendar, unique per calendar
    calendar varchar,                -- id of the calendar
    account varchar,                 -- accounts.account it goes to, as the mapping resolved it
    platform varchar,                -- platform as written, lower case
    launch varchar,                  -- launch or campaign as written
    text varchar,                    -- wording of the post
    language varchar,                -- language as written
    status varchar,                  -- one of: draft submitted approved rejected scheduled published failed paused
    scheduled_at timestamp,          -- planned moment, UTC; NULL when the moment is not known
    zone_known boolean,              -- the planned moment came with a time zone
    published_at timestamp,          -- moment of publication, UTC
    author varchar,                  -- who wrote it, as written
    approver varchar,                -- who approved it last, as written
    approved_at timestamp,           -- moment of the last approval, UTC
    revision varchar,                -- label of the revision that is planned now
    paid boolean,                    -- advertising, endorsement or partner post
    risk varchar,                    -- risk label as written: regulated claim health finance partner none
    link varchar,                    -- address in its own column
    media integer,                   -- number of pictures or videos
    alt_text varchar,                -- alternative text of the media
    context_checked_on date,         -- day on which trend, hashtag and date were checked against the news
    sensitivity_reader varchar,      -- who read it for the audience concerned, as written
    legal_approver varchar,          -- who cleared it legally, as written
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One thing that happened to a post, in the order of its source.
create table post_events (
    post varchar,                    -- posts.post
    calendar varchar,                -- posts.calendar
    sequence bigint,                 -- order in the source; decides between equal moments
    happened_at timestamp,           -- moment, UTC; NULL when not known
    activity varchar,                -- one of: created submitted approved rejected changes_requested edited reset expired scheduled paused resumed published publish_failed deleted
    actor varchar,                   -- who did it, as written
    actor_kind varchar,              -- one of: human bot system external
    revision varchar,                -- label of the revision it was done to
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One address found in a post.
create table post_links (
    post varchar,                    -- posts.post
    calendar varchar,                -- posts.calendar
    account varchar,                 -- posts.account
    url varchar,                     -- the address
    scheme varchar,                  -- one of: http https
    host varchar,                    -- host name, lower case
    source varchar, locator varchar, seen_on date, basis varchar
);

-- Who a name in a calendar is.
create table actors (
    actor varchar,                   -- name as written in posts or post_events
    person varchar,                  -- people.person, when exactly one fits
    matched_by varchar,              -- one of: email name id
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One policy, plan or guideline.
create table documents (
    document varchar,                -- id: path relative to the workspace
    title varchar,                   -- first heading or title
    format varchar,                  -- one of: markdown html docx odt pdf text
    language varchar,                -- as declared or told from its words, ISO 639-1
    owner varchar,                   -- who keeps it, as written
    approved_by varchar,             -- who approved it, as written
    approved_on date,                -- day of the approval
    version varchar,                 -- version as written
    status varchar,                  -- status as written, lower case: final draft expired
    effective_on date,               -- day from which it applies
    reviewed_on date,                -- day of the last review
    review_due_on date,              -- day by which it must be reviewed
    words integer,                   -- words in the body
    links integer,                   -- links found in it; NULL when nobody looked for them
    expires_on date,                 -- day on which it stops to apply
    grade double,                    -- Flesch-Kincaid grade of its sentences; NULL below 100 words of prose
    long_sentences double,           -- share of sentences with more than 35 words, 0 to 1
    state varchar,                   -- one of: read empty links_only foreign unreadable
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One heading, paragraph, list item or table row of a document.
create table passages (
    document varchar,                -- documents.document
    sequence integer,                -- order in the document, from 1
    heading varchar,                 -- path of headings above it, joined by " › "
    kind varchar,                    -- one of: heading paragraph item row code
    line integer,                    -- first line in the source, from 1; of a PDF the line of its page
    page integer,                    -- page, where the format has pages
    text varchar,                    -- plain text; a table row reads "header: cell; header: cell"
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One link of a document.
create table document_links (
    document varchar,                -- documents.document
    sequence integer,                -- order in the document, from 1
    line integer,                    -- line it stands in; of a PDF the line of its page
    page integer,                    -- page, where the format has pages
    text varchar,                    -- words of the link
    address varchar,                 -- the address as written
    host varchar,                    -- host name, lower case, of a web address
    kind varchar,                    -- one of: web mail file anchor private; private is a place that others cannot open
    exists boolean,                  -- the file is there; NULL for every kind that was not looked at
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One tool that is gone, law or standard that was superseded, or name that changed.
create table retired (
    name varchar,                    -- as people call it
    kind varchar,                    -- one of: tool law name
    word varchar,                    -- lower-case text that stands in every mention
    pattern varchar,                 -- mention, RE2
    unless varchar,                  -- what a sentence may also hold, RE2: then it knows of the change
    hosts varchar[],                 -- host names that went with it
    since date,                      -- day from which it counts
    what varchar,                    -- what happened, after "since the day": it is closed
    instead varchar,                 -- what took its place, where something did
    country varchar,                 -- where a law applies: one of: GB EU US DE; NULL for everywhere
    source varchar, locator varchar, seen_on date, basis varchar
);

-- The organisation that is audited, as auditgen.toml tells; one row.
create table organisation (
    name varchar,                    -- its name
    domains varchar[],               -- its domains, lower case, older ones of mail_aliases among them
    brand_words varchar[],           -- names that belong to it
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One thing of which somebody said that the organisation has none, in the table [none] of auditgen.toml.
create table absences (
    thing varchar,                   -- one of: agencies bots paid_posts sites printed_addresses apps personal_vaults incidents
    account varchar,                 -- accounts.account of which it was said; NULL for the whole organisation
    said_by varchar,                 -- who said it, as written
    said_on date,                    -- day on which it was said
    until date,                      -- last day on which it counts
    source varchar, locator varchar, seen_on date, basis varchar
);

-- A passage about a clause, at most two a document. A clause without a row was not found.
create table clauses (
    clause varchar,                  -- id of the clause check
    document varchar,                -- documents.document
    state varchar,                   -- one of: not_applicable accepted found_sure reopened found_check hollow declined referenced not_found_check
    probability double,              -- that the document covers the clause, 0 to 1
    place integer,                   -- 1 the best passage of its document, 2 the second best
    rank integer,                    -- 1 is the best passage of the whole set
    heading varchar,                 -- path of headings above the passage
    line integer,                    -- line of the passage
    page integer,                    -- page of the passage
    text varchar,                    -- the sentence
    why varchar,                     -- what made it a candidate
    hash varchar,                    -- of the sentence, by which people accept or reject it
    source varchar, locator varchar, seen_on date, basis varchar
);

-- One file or address the audit was pointed at, and what became of it.
create table sources (
    origin varchar,                  -- id of the [[source]] entry in auditgen.toml
    reader varchar,                  -- reader that took it
    path varchar,                    -- file, relative to the workspace
    status varchar,                  -- one of: read partly failed empty
    rows_read bigint,                -- rows taken
    rows_refused bigint,             -- rows refused, with the reason in message
    columns_used varchar[],          -- columns taken
    columns_ignored varchar[],       -- columns seen and not taken
    settles varchar[],               -- table.column that this list answers even without a row, such as people.left_on
    message varchar,                 -- one sentence when something needs saying
    seen_on date                     -- date of the file
);
