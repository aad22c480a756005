-- Who a person is: rows that can be destroyed, never events (services/intake/vault). A schema and a role of its own; no
-- other role is let in. Everything but ids, numbers and names of fields is encrypted before it comes here.

-- revision: how often something was put; seal: over all fields of the person with their versions.
CREATE TABLE {schema}.persons (
    person_id uuid   PRIMARY KEY,
    revision  bigint NOT NULL,
    seal      bytea  NOT NULL
);

-- The person's key, wrapped with a master key, and the salt of their commitments, sealed with the person's key. Apart
-- from the fields, so that a backup may leave them out, or keep them for less long. made_at: when this version was made.
CREATE TABLE {schema}.keys (
    person_id  uuid        PRIMARY KEY REFERENCES {schema}.persons ON DELETE CASCADE,
    version    integer     NOT NULL,
    master_key text        NOT NULL,
    wrapped    bytea       NOT NULL,
    salt       bytea       NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX keys_master_idx ON {schema}.keys (master_key, person_id);
CREATE INDEX keys_made_idx ON {schema}.keys (made_at, person_id);

-- version: the revision that put it.
CREATE TABLE {schema}.fields (
    person_id uuid   NOT NULL REFERENCES {schema}.persons ON DELETE CASCADE,
    field     text   NOT NULL,
    version   bigint NOT NULL,
    sealed    bytea  NOT NULL,
    PRIMARY KEY (person_id, field)
);

-- Who was erased, and when: nothing else is known of them. Nobody is taken off this list.
CREATE TABLE {schema}.erasures (
    person_id uuid        PRIMARY KEY,
    erased_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.persons, {schema}.keys, {schema}.fields TO {role};
GRANT SELECT, INSERT ON {schema}.erasures TO {role};
