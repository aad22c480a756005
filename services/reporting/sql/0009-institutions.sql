-- What the directory says of institutions beyond their names, and what they form together, from referral's facts.
-- *_position: where on referral's log the last fact stands from which the columns come.

-- One row per institution that was described or found its entry right. level null: it was not described yet. texts: the
-- document with what is said in words. validated_version: of the entry that it looked at; null: it never did.
CREATE TABLE {schema}.profiles (
    institution        text PRIMARY KEY,
    level              text,
    sector             text,
    jurisdiction       text[],
    municipality       text,
    mandate            text[],
    texts              jsonb,
    described_position bigint,
    validated_version  integer,
    validated_on       date,
    validated_at       timestamptz,
    validated_by       text,
    validated_position bigint
);

-- channel null: it does not answer through that role any more.
CREATE TABLE {schema}.focal_points (
    institution text NOT NULL,
    programme   text NOT NULL,
    role        text NOT NULL,
    channel     text,
    PRIMARY KEY (institution, programme, role)
);

CREATE TABLE {schema}.stakes (
    institution text NOT NULL,
    programme   text NOT NULL,
    interest    text NOT NULL,
    influence   text NOT NULL,
    PRIMARY KEY (institution, programme)
);

-- name null: its forming was discarded as unreadable, so it is not listed.
CREATE TABLE {schema}.networks (
    network   text PRIMARY KEY,
    name      text,
    programme text
);

-- One row per membership. until: its last day; null: it goes on.
CREATE TABLE {schema}.network_members (
    network         text NOT NULL,
    institution     text NOT NULL,
    since           date NOT NULL,
    agreement_id    uuid,
    joined_position bigint,
    until           date,
    PRIMARY KEY (network, institution, since)
);
CREATE INDEX network_members_institution_idx ON {schema}.network_members (institution);

CREATE TABLE {schema}.regions (
    region         text PRIMARY KEY,
    name           text,
    subdivision    text,
    municipalities text[]
);

CREATE TABLE {schema}.commissions (
    commission    text PRIMARY KEY,
    name          text,
    subdivision   text,
    programme     text,
    secretariat   text,
    quorum_rule   text,
    quorum_number integer
);

-- One row per seat. until: its last day; null: it goes on.
CREATE TABLE {schema}.commission_members (
    commission      text NOT NULL,
    institution     text NOT NULL,
    since           date NOT NULL,
    seated_position bigint,
    until           date,
    PRIMARY KEY (commission, institution, since)
);
CREATE INDEX commission_members_institution_idx ON {schema}.commission_members (institution);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.profiles, {schema}.focal_points, {schema}.stakes,
    {schema}.networks, {schema}.network_members, {schema}.regions, {schema}.commissions,
    {schema}.commission_members TO {role};
