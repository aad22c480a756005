-- What a service will do by itself, and when (shared/timers). Every row follows from the service's own log.
-- cause: the fact that set it; institution: whose act that was. next_at: when it is tried next: due_at, and later if it
-- failed. failed: why, the last time; null if it has not.

CREATE TABLE {schema}.timers (
    kind        text        NOT NULL,
    key         text        NOT NULL,
    due_at      timestamptz NOT NULL,
    cause       text        NOT NULL,
    institution text        NOT NULL,
    next_at     timestamptz NOT NULL,
    attempts    integer     NOT NULL DEFAULT 0,
    failed      text,
    PRIMARY KEY (kind, key)
);
CREATE INDEX timers_next_idx ON {schema}.timers (next_at);

-- Up to which position of the log timers are set.
CREATE TABLE {schema}.timers_read (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO {schema}.timers_read (position) VALUES (0);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.timers TO {role};
GRANT SELECT, UPDATE ON {schema}.timers_read TO {role};
