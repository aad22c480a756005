-- The access log: who was refused because of who asked, and who read one case. Added to, never changed: no role but the
-- tables' owner may do more than read and insert, and the trigger stops the owner too.
-- route: SERVICE.NAME of what was asked. outcome: shown, made, revoked, or the code of the refusal. times: how many alike.
-- subject, institution: null if nobody was identified. case_id, referral_id, token: what it was about, where it is known.

CREATE TABLE {schema}.access (
    n           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    route       text        NOT NULL,
    outcome     text        NOT NULL,
    subject     text,
    institution text,
    purpose     text,
    case_id     uuid,
    referral_id uuid,
    token       text,
    times       integer     NOT NULL DEFAULT 1 CHECK (times > 0)
);
CREATE INDEX access_institution_idx ON {schema}.access (institution, n DESC);
CREATE INDEX access_case_idx ON {schema}.access (case_id, n DESC) WHERE case_id IS NOT NULL;
CREATE INDEX access_referral_idx ON {schema}.access (referral_id, n DESC) WHERE case_id IS NULL AND referral_id IS NOT NULL;
CREATE INDEX access_token_idx ON {schema}.access (token, n DESC) WHERE token IS NOT NULL;

CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the access log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER access_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.access
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

-- Institutions make and revoke their own tokens through a service. made_by, revoked_by: the subject who did; null: the
-- operator. Whatever that service is made to do, it can neither give a role that sees or governs others, nor bring a
-- revoked token back: the database refuses it. The tables' owner, as whom the operator works, is not bound by this.

ALTER TABLE {schema}.tokens ADD COLUMN made_by text;
ALTER TABLE {schema}.tokens ADD COLUMN revoked_by text;
ALTER TABLE {schema}.tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY anybody_reads ON {schema}.tokens FOR SELECT USING (true);
CREATE POLICY institutions_make ON {schema}.tokens FOR INSERT
    WITH CHECK (made_by IS NOT NULL AND revoked_at IS NULL AND NOT roles && ARRAY['steward', 'auditor', 'monitor']);
CREATE POLICY institutions_revoke ON {schema}.tokens FOR UPDATE
    USING (revoked_at IS NULL) WITH CHECK (revoked_at IS NOT NULL AND revoked_by IS NOT NULL);
ALTER FUNCTION {schema}.count_up() SECURITY DEFINER;
ALTER FUNCTION {schema}.count_up() SET search_path = pg_catalog;
