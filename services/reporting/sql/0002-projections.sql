-- What reporting stores of the published facts. Every row follows from them alone: if the tables are emptied and the
-- facts are read again from the first, the same rows come back. services/reporting/projections.py is the only writer.
-- The tables that rows.py declares have the columns of the rows in batch.py, and no others (a test compares them).
-- The attributes of a status (addressee_sees, open) are stored with it, as its code list had them when the fact was
-- folded, so that no view looks them up, and a tally is changed by exactly what was counted. If a later version of the
-- list changes the attributes of a status, canaliza rebuild reporting brings the rows up to date.
-- *_recorded: when a fact was recorded. *_at: any other moment. *_local: the wall clock's time at that moment, without
-- its offset, because days are counted on it.

-- Every published fact, unchanged. key: the case, or for facts of the directory the institution's code.
-- import_*, legal_basis: the source of imported history; null for what happened live.
CREATE TABLE {schema}.history (
    source         text        NOT NULL,
    position       bigint      NOT NULL,
    id             text        NOT NULL,
    type           text        NOT NULL,
    key            text        NOT NULL,
    happened_at    timestamptz NOT NULL,
    happened_local timestamp   NOT NULL,
    recorded_at    timestamptz NOT NULL,
    institution    text        NOT NULL,
    role           text        NOT NULL,
    subject        text        NOT NULL,
    causation      text        NOT NULL,
    import_mapping text,
    import_file    text,
    legal_basis    text,
    data           bytea       NOT NULL,
    PRIMARY KEY (source, position)
);
CREATE INDEX history_key_idx ON {schema}.history (key, recorded_at);

-- name null: its registration was discarded as unreadable, so it is not listed. reachable: it has a way to answer, up to
-- reachable_until; null: until told otherwise.
CREATE TABLE {schema}.institutions (
    code            text PRIMARY KEY,
    name            text,
    kind            text,
    subdivision     text,
    programmes      text[],
    status          text NOT NULL DEFAULT 'active',
    reachable       boolean NOT NULL DEFAULT false,
    reachable_until timestamptz
);

-- One row per case. custodian and closed_*, closing_class (all null again once it is reopened) come from referral's
-- facts, everything else from intake's; either may come first.
-- registered_at null: the registration has not arrived, and until it does the case is neither counted nor listed.
-- last_custodian: who has custody, or had it when the case was entered in error.
CREATE TABLE {schema}.cases (
    case_id             uuid PRIMARY KEY,
    institution         text,
    folio               text,
    programme           text,
    registered_at       timestamptz,
    subdivision         text,
    municipality        text,
    channel             text,
    opened_at           timestamptz,
    opened_local        timestamp,
    age_band            text,
    sex                 text,
    nationality         text,
    migratory_condition text,
    sector              text,
    occupation          text,
    violations          text[],
    in_error            boolean NOT NULL DEFAULT false,
    custodian           text,
    last_custodian      text,
    closed_at           timestamptz,
    closed_local        timestamp,
    closing_class       text
) WITH (fillfactor = 80);
-- What is the same for all ways to write a folio (shared/kernel/folios.py).
CREATE INDEX cases_folio_idx ON {schema}.cases (translate(folio, 'OIL-', '011'));
CREATE INDEX cases_registered_idx ON {schema}.cases (registered_at DESC, case_id DESC);

-- One row per referral that was shown to its addressee, from intake's facts: what that sees until it answers.
CREATE TABLE {schema}.previews (
    referral_id uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    programme   text NOT NULL,
    subdivision text NOT NULL,
    age_band    text,
    sex         text
);
CREATE INDEX previews_case_idx ON {schema}.previews (case_id);

-- One row per referral, from referral's facts. addressee_sees: what its addressee sees of the case by it.
-- followed: whether its follow-up may say what its status is. *_recorded, *_position: of the last such fact.
-- decided_at says nothing while it is open (again).
CREATE TABLE {schema}.referrals (
    referral_id     uuid PRIMARY KEY,
    case_id         uuid NOT NULL,
    sender          text,
    addressee       text,
    kind            text,
    priority        text,
    status          text NOT NULL,
    addressee_sees  text NOT NULL,
    open            boolean NOT NULL,
    followed        boolean NOT NULL,
    requested_at    timestamptz,
    acknowledged_at timestamptz,
    decided_at      timestamptz,
    reason          text,
    reason_class    text,
    accepted_recorded timestamptz,
    revoked_recorded  timestamptz,
    closed_recorded   timestamptz,
    closed_position   bigint,
    reopened_position bigint
) WITH (fillfactor = 80);
CREATE INDEX referrals_case_idx ON {schema}.referrals (case_id);
CREATE INDEX referrals_requested_idx ON {schema}.referrals (requested_at DESC, referral_id DESC);

-- One row per follow-up, from followup's facts. status, open: null if its opening was discarded as unreadable.
-- open: whether there is still something to do. in_error: true or null. closed_*: null again once it is reopened.
-- referral_status: the status that the follow-up gives its referral; null if referral's own fact decides it.
CREATE TABLE {schema}.follow_ups (
    referral_id     uuid PRIMARY KEY,
    case_id         uuid NOT NULL,
    institution     text,
    status          text,
    open            boolean,
    in_error        boolean,
    opened_at       timestamptz,
    closed_at       timestamptz,
    closing_class   text,
    referral_status text,
    contacts        integer NOT NULL,
    services        integer NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX follow_ups_case_idx ON {schema}.follow_ups (case_id);

-- One row per fact that says what came of a follow-up. version: of that fact in its stream. measures: what its amount
-- is (owed, recovered), from the code list. replaced: true once a later fact corrected it or entered it in error; it
-- then counts no more. outcome null: its fact was discarded as unreadable, and only the one that replaces it is known.
CREATE TABLE {schema}.outcomes (
    referral_id   uuid    NOT NULL,
    version       integer NOT NULL,
    case_id       uuid    NOT NULL,
    outcome       text,
    outcome_class text,
    measures      text,
    amount        numeric,
    currency      text,
    effective_on  date,
    replaced      boolean,
    PRIMARY KEY (referral_id, version)
);
CREATE INDEX outcomes_case_idx ON {schema}.outcomes (case_id);

-- What each institution sees of a case (the rule is in shared/kernel/sight.py), stored for lists.
-- sees: preview, past or case, of the list sights. until: of the past, up to when. listed_at: the place in lists, which
-- is that of the registration; of a preview, that of the request. referral_id: of a preview, whose.
CREATE TABLE {schema}.parties (
    institution text NOT NULL,
    case_id     uuid NOT NULL,
    sees        text NOT NULL,
    until       timestamptz,
    listed_at   timestamptz,
    referral_id uuid,
    PRIMARY KEY (case_id, institution)
);
CREATE INDEX parties_list_idx ON {schema}.parties (institution, listed_at DESC, case_id DESC);

-- until: infinity for the case, which has no end; -infinity for a preview. The widest counts: it is the latest.
CREATE VIEW {schema}.parties_now AS
SELECT c.case_id, p.institution,
    CASE p.until WHEN 'infinity' THEN 'case' WHEN '-infinity' THEN 'preview' ELSE 'past' END AS sees,
    CASE WHEN isfinite(p.until) THEN p.until END AS until,
    CASE WHEN p.until = '-infinity' THEN p.requested_at ELSE c.registered_at END AS listed_at,
    CASE WHEN p.until = '-infinity' THEN p.referral_id END AS referral_id
FROM {schema}.cases c CROSS JOIN LATERAL (
    SELECT DISTINCT ON (s.institution) s.* FROM (
        SELECT coalesce(c.last_custodian, c.institution) AS institution, 'infinity'::timestamptz AS until,
            NULL::timestamptz AS requested_at, NULL::uuid AS referral_id
        UNION ALL
        SELECT CASE r.kind WHEN 'transfer' THEN r.sender ELSE r.addressee END,
            CASE r.kind WHEN 'transfer' THEN r.accepted_recorded ELSE coalesce(least(r.revoked_recorded,
                CASE WHEN r.closed_position > coalesce(r.reopened_position, 0) THEN r.closed_recorded END
            ), 'infinity') END, NULL, NULL
        FROM {schema}.referrals r WHERE r.case_id = c.case_id AND r.accepted_recorded IS NOT NULL
        UNION ALL
        SELECT r.addressee, '-infinity', r.requested_at, r.referral_id
        FROM {schema}.referrals r JOIN {schema}.previews USING (referral_id)
        WHERE r.case_id = c.case_id AND r.addressee_sees = 'preview'
    ) s WHERE s.institution IS NOT NULL
    ORDER BY s.institution, s.until DESC, s.requested_at DESC, s.referral_id DESC
) p;

-- The result of a case. Closed: its custodian closed it, and has not reopened it. Decided: a favourable outcome was
-- recorded, or the case or one of its follow-ups was closed with one. days: whole days by the wall clock, opening to
-- closing.
CREATE VIEW {schema}.case_results AS
SELECT c.case_id, c.programme, c.subdivision, c.custodian, c.closed_at, c.closed_local,
    coalesce(c.closing_class = 'favourable', false) OR coalesce(f.favourable, false)
        OR coalesce(o.favourable, false) AS decided,
    floor(extract(epoch FROM c.closed_local - c.opened_local) / 86400) AS days,
    coalesce(o.with_amount, false) AS with_amount, coalesce(o.with_payment, false) AS with_payment
FROM {schema}.cases c
CROSS JOIN LATERAL (
    SELECT bool_or(f.closing_class = 'favourable') AS favourable
    FROM {schema}.follow_ups f WHERE f.case_id = c.case_id AND f.in_error IS NOT TRUE
) f
CROSS JOIN LATERAL (
    SELECT bool_or(true) AS favourable,
        bool_or(o.measures = 'owed' AND o.amount IS NOT NULL) AS with_amount,
        bool_or(o.measures = 'recovered' AND o.amount > 0) AS with_payment
    FROM {schema}.outcomes o JOIN {schema}.follow_ups f USING (referral_id)
    WHERE o.case_id = c.case_id AND o.outcome_class = 'favourable'
        AND o.replaced IS NOT TRUE AND f.in_error IS NOT TRUE
) o
WHERE c.registered_at IS NOT NULL AND NOT c.in_error;

-- What each case adds to the tallies: the measures that every indicator is computed from. Amounts are those of
-- favourable outcomes, added up exactly for each currency. A query for some cases reads the rows of those cases only.
CREATE VIEW {schema}.counted AS
SELECT r.case_id, r.programme, r.subdivision, v.measure, v.label, v.key, 1::bigint AS n, 0::numeric AS total
FROM {schema}.case_results r CROSS JOIN LATERAL (VALUES
    ('cases', '', 0::numeric, true),
    ('open', coalesce(r.custodian, ''), 0, r.closed_at IS NULL),
    ('decided', '', 0, r.decided),
    ('days', '', r.days, r.decided AND r.days >= 0),
    ('closed-before-opened', '', 0, r.decided AND r.days < 0),
    ('with-amount', '', 0, r.decided AND r.with_amount),
    ('with-payment', '', 0, r.decided AND r.with_payment)
) AS v(measure, label, key, wanted)
WHERE v.wanted
UNION ALL
SELECT c.case_id, c.programme, c.subdivision, v.measure, a.currency, v.key, 1, v.total
FROM {schema}.cases c CROSS JOIN LATERAL (
    SELECT coalesce(o.currency, '') AS currency,
        sum(o.amount) FILTER (WHERE o.measures = 'owed') AS owed,
        sum(o.amount) FILTER (WHERE o.measures = 'recovered') AS paid
    FROM {schema}.outcomes o JOIN {schema}.follow_ups f USING (referral_id)
    WHERE o.case_id = c.case_id AND o.amount IS NOT NULL AND o.outcome_class = 'favourable'
        AND o.replaced IS NOT TRUE AND f.in_error IS NOT TRUE
    GROUP BY 1
) a CROSS JOIN LATERAL (VALUES
    ('owed', a.owed, a.owed, a.owed > 0),
    ('owed-something', 0, a.owed, a.owed > 0),
    ('owed-nothing', 0, 0, a.owed = 0),
    ('paid', 0, a.paid, a.paid > 0)
) AS v(measure, key, total, wanted)
WHERE c.registered_at IS NOT NULL AND NOT c.in_error AND v.wanted
UNION ALL
SELECT c.case_id, c.programme, c.subdivision, 'referrals',
    coalesce(CASE WHEN r.followed THEN f.referral_status END, r.status), 0, 1, 0
FROM {schema}.cases c JOIN {schema}.referrals r USING (case_id) LEFT JOIN {schema}.follow_ups f USING (referral_id)
WHERE c.registered_at IS NOT NULL AND NOT c.in_error;

-- How often each value occurs in all the cases, so that no number becomes slower as the history grows.
-- programme, subdivision: '*' for all of them. label: the custodian, the currency or the status of a referral.
-- Measures with a '~' count the same values by their first two digits, so that a median is found quickly.
CREATE TABLE {schema}.tallies (
    measure     text    NOT NULL,
    programme   text    NOT NULL,
    subdivision text    NOT NULL,
    label       text    NOT NULL,
    key         numeric NOT NULL,
    n           bigint  NOT NULL,
    total       numeric NOT NULL,
    PRIMARY KEY (measure, programme, subdivision, label, key)
) WITH (fillfactor = 70);

-- A value rounded down to its first two digits; it never falls as the value rises.
CREATE FUNCTION {schema}.coarse(value numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value < 1 THEN 0 ELSE trunc(value, 2 - length(trunc(value)::text)) END;

GRANT SELECT, INSERT, DELETE ON {schema}.history TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.institutions, {schema}.cases, {schema}.referrals,
    {schema}.previews, {schema}.follow_ups, {schema}.outcomes, {schema}.parties, {schema}.tallies TO {role};
GRANT SELECT ON {schema}.parties_now, {schema}.case_results, {schema}.counted TO {role};
