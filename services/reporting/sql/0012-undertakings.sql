-- Proposals, commitments and joint activities, from referral's facts: one row each. *_id: a document's id; null: there is
-- none. What has no owner had its first fact discarded as unreadable, and is not listed.

CREATE TABLE {schema}.commitments (
    commitment_id uuid PRIMARY KEY,
    owner         text,
    programme     text,
    kind          text,
    subdivision   text,
    subject       text,
    subject_id    uuid,
    document_id   uuid,
    made_at       timestamptz,
    due_on        date,
    status        text,
    kept_on       date,
    late          boolean,
    evidence_id   uuid,
    reason        text
) WITH (fillfactor = 80);
CREATE INDEX commitments_due_idx ON {schema}.commitments (due_on, commitment_id);

CREATE TABLE {schema}.proposals (
    proposal_id uuid PRIMARY KEY,
    owner       text,
    programme   text,
    topic       text,
    subdivision text,
    decide_by   date,
    document_id uuid,
    made_at     timestamptz,
    status      text,
    decided_by  text,
    decided_at  timestamptz,
    decision_id uuid,
    reason      text
) WITH (fillfactor = 80);
CREATE INDEX proposals_made_idx ON {schema}.proposals (made_at DESC, proposal_id DESC);

-- version: of the fact that says so in the proposal's stream.
CREATE TABLE {schema}.proposal_remarks (
    proposal_id uuid    NOT NULL,
    version     integer NOT NULL,
    institution text    NOT NULL,
    stance      text    NOT NULL,
    document_id uuid,
    said_at     timestamptz NOT NULL,
    PRIMARY KEY (proposal_id, version)
);

-- document_id: that of its texts; of what was held, such as its minutes.
CREATE TABLE {schema}.activities (
    activity_id uuid PRIMARY KEY,
    owner       text,
    programme   text,
    kind        text,
    subdivision text,
    on_day      date,
    agencies    text[],
    document_id uuid,
    status      text,
    reason      text
) WITH (fillfactor = 80);
CREATE INDEX activities_day_idx ON {schema}.activities (on_day, activity_id);

-- When each institution was last reminded of an entry that nobody had vouched for lately, and how often.
-- about: a service's id, or the institution's code. vouched_on: when somebody last had, as of then.
CREATE TABLE {schema}.reminders (
    about_kind  text    NOT NULL,
    about       text    NOT NULL,
    institution text    NOT NULL,
    reminded_on date    NOT NULL,
    vouched_on  date,
    times       integer NOT NULL,
    PRIMARY KEY (about_kind, about)
);
CREATE INDEX reminders_institution_idx ON {schema}.reminders (institution, reminded_on);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.commitments, {schema}.proposals, {schema}.proposal_remarks,
    {schema}.activities, {schema}.reminders TO {role};
