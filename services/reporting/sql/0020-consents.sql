-- What persons consented to, in its last version, from intake's facts: of whom is not here. recipients, kinds: for whom.
-- partly_withdrawn: whether a part was taken back since it was given or renewed. purpose null: its recording was discarded.
CREATE TABLE {schema}.consents (
    consent_id       uuid PRIMARY KEY,
    case_id          uuid NOT NULL,
    institution      text,
    subdivision      text,
    purpose          text,
    recipients       text[],
    kinds            text[],
    categories       text[],
    services         text[],
    valid_from       date,
    valid_until      date,
    language         text,
    mode             text,
    version          integer,
    expires_at       timestamptz,
    status           text,
    partly_withdrawn boolean
) WITH (fillfactor = 80);
CREATE INDEX consents_case_idx ON {schema}.consents (case_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.consents TO {role};
