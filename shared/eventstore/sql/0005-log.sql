-- By which secret the ids on this log are derived: a value that tells it from another secret, and nothing about it. Written
-- once, by whoever connects first; with another secret what is repeated would no longer be recognised.

CREATE TABLE {schema}.secret (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    proof bytea   NOT NULL
);
GRANT SELECT, INSERT ON {schema}.secret TO {role};
