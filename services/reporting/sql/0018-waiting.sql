-- What waits for whom, until when; which referral was made again by which; and who was told that custody moved.

-- turn: whose turn it is by the status, of the list relations; null: nobody's. replaces: the referral that is made again.
ALTER TABLE {schema}.referrals ADD COLUMN turn text;
ALTER TABLE {schema}.referrals ADD COLUMN replaces uuid;
UPDATE {schema}.referrals SET turn = CASE status WHEN 'requested' THEN 'addressee' WHEN 'acknowledged' THEN 'addressee'
    WHEN 'information-awaited' THEN 'sender' WHEN 'accepted' THEN 'follower' WHEN 'on-hold' THEN 'follower' END;
UPDATE {schema}.referrals r SET replaces = (convert_from(h.data, 'UTF8')::json ->> 'replaces')::uuid
FROM {schema}.history h
WHERE h.source = 'referral' AND h.key = r.case_id::text AND h.type LIKE 'mx.canaliza.referral.referral-requested.v%'
    AND h.data LIKE '%"replaces"%'::bytea AND (convert_from(h.data, 'UTF8')::json ->> 'referral_id')::uuid = r.referral_id;
CREATE INDEX referrals_replaces_idx ON {schema}.referrals (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX referrals_addressee_waiting_idx ON {schema}.referrals (addressee) WHERE turn IS NOT NULL;
CREATE INDEX referrals_sender_waiting_idx ON {schema}.referrals (sender) WHERE turn IS NOT NULL;

-- The clock of each referral that ever had one. Up to escalation_level from referral's facts, the rest from followup's.
-- A reminder or an escalation counts if its position is after that of the fact that started the clock. said_version: of
-- the last fact of the follow-up; what was told about one before it (told_version) counts no more. told_level: null if
-- whoever follows up was reminded.
CREATE TABLE {schema}.referral_clocks (
    referral_id        uuid PRIMARY KEY,
    case_id            uuid NOT NULL,
    clock              text,
    started_at         timestamptz,
    due_at             timestamptz,
    remind_at          timestamptz,
    escalate_at        timestamptz,
    coordinate_at      timestamptz,
    expires_at         timestamptz,
    calendar           text,
    started_position   bigint,
    coordinator        text,
    reminded_at        timestamptz,
    reminded_position  bigint,
    escalated_at       timestamptz,
    escalated_position bigint,
    escalation_level   text,
    said_version       integer,
    told_version       integer,
    told_at            timestamptz,
    told_due_at        timestamptz,
    told_next_at       timestamptz,
    told_level         text
) WITH (fillfactor = 80);
CREATE INDEX referral_clocks_case_idx ON {schema}.referral_clocks (case_id);

-- When custody moved, who has it since then, and which other institutions were told so. version: of that fact in its stream.
CREATE TABLE {schema}.custody_notices (
    case_id      uuid        NOT NULL,
    version      integer     NOT NULL,
    custodian    text        NOT NULL,
    institutions text[]      NOT NULL,
    announced_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, version)
);
CREATE INDEX custody_notices_told_idx ON {schema}.custody_notices USING gin (institutions);
CREATE INDEX custody_notices_latest_idx ON {schema}.custody_notices (announced_at DESC, case_id DESC);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.referral_clocks, {schema}.custody_notices TO {role};
