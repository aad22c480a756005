-- The directory's services, from referral's facts, one row each. name null: its listing was discarded as unreadable, so it
-- is not listed. cost, eligibility, hours, funding, texts: as they were published. cost null: not stated. subdivisions,
-- municipalities, regions: where people are whom it is for; all empty: anywhere. capacity null: never stated;
-- capacity_stated_by, _at: who said so, and when. assured_on null: nobody has vouched for it.
-- *_position: where on referral's log the last fact stands from which the columns come.
CREATE TABLE {schema}.services (
    service_id         uuid PRIMARY KEY,
    institution        text,
    name               text,
    kind               text,
    taxonomy           integer,
    programmes         text[],
    populations        text[],
    eligibility        jsonb,
    required_documents text[],
    cost               jsonb,
    duration_days      integer,
    hours              jsonb,
    languages          text[],
    accessibility      text[],
    subdivisions       text[],
    municipalities     text[],
    regions            text[],
    funding            jsonb,
    entries            text[],
    texts              jsonb,
    described_position bigint,
    status             text NOT NULL DEFAULT 'offered',
    status_position    bigint,
    capacity           text,
    unit               text,
    places_free        integer,
    capacity_stated_on date,
    capacity_stated_by text,
    capacity_stated_at timestamptz,
    capacity_position  bigint,
    assured_on         date,
    assured_position   bigint
);
CREATE INDEX services_institution_idx ON {schema}.services (institution);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.services TO {role};
