-- Agreements between institutions, from referral's facts, one row each: the terms as they are now. title null: its draft was
-- discarded as unreadable, so it is not listed. parties: institutions' codes. services empty: all kinds. terms: the number of
-- the terms. document_id: of the words. begins: the first day in force, null while signatures of these terms are missing.
-- renewed: renewed_until counts instead of valid_until, null: no end. suspended_on null: not suspended now.
-- announced_days, announced_until: the last step and the last day of which the parties were told.
CREATE TABLE {schema}.agreements (
    agreement_id    uuid PRIMARY KEY,
    kind            text,
    title           text,
    parties         text[],
    programme       text,
    services        text[],
    data_categories text[],
    valid_from      date,
    valid_until     date,
    document_id     uuid,
    terms           integer,
    begins          date,
    renewed         boolean NOT NULL DEFAULT false,
    renewed_until   date,
    suspended_on    date,
    terminated_on   date,
    announced_days  integer,
    announced_until date
);
CREATE INDEX agreements_parties_idx ON {schema}.agreements USING gin (parties);

-- One row per party and number of terms that it signed; only those of an agreement's present terms count.
CREATE TABLE {schema}.agreement_signatures (
    agreement_id   uuid    NOT NULL,
    terms          integer NOT NULL,
    institution    text    NOT NULL,
    signed_on      date    NOT NULL,
    signatory_role text    NOT NULL,
    document_id    uuid,
    PRIMARY KEY (agreement_id, terms, institution)
);

-- Whether every referral of a programme needs an agreement. A programme without a row does not require one.
CREATE TABLE {schema}.agreement_policies (
    programme text PRIMARY KEY,
    required  boolean NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON {schema}.agreements, {schema}.agreement_signatures, {schema}.agreement_policies TO {role};
