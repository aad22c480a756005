-- One service's log. {schema} and {role} are filled in by shared/postgres/migrations.py.
-- The names of the columns are the library's; the order of positions is ours (see shared/eventstore/recorder.py).

CREATE TABLE {schema}.events (
    originator_id      uuid   NOT NULL,
    originator_version bigint NOT NULL CHECK (originator_version > 0),
    topic              text   NOT NULL,
    state              bytea  NOT NULL,
    notification_id    bigint NOT NULL CHECK (notification_id > 0),
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX events_notification_id_idx ON {schema}.events (notification_id);

-- The last position. The statement that appends counts it up.
CREATE TABLE {schema}.head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint  NOT NULL
) WITH (fillfactor = 10);
INSERT INTO {schema}.head (position) VALUES (0);

-- Commands that were carried out, so that a repetition gets the same answer.
CREATE TABLE {schema}.commands (
    id          uuid  PRIMARY KEY,
    fingerprint bytea NOT NULL,
    receipt     bytea NOT NULL
);

-- How far this service has come in each log that it follows, and how far its relay has come in its own.
-- bus_offset is where the bus keeps the next message: a hint for seeking, never the truth.
CREATE TABLE {schema}.tracking (
    application_name text   PRIMARY KEY,
    notification_id  bigint NOT NULL,
    bus_offset       bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Parked messages: those that could not be used, and those of the same key behind them. What happened to them is on the
-- log; their bytes are here.
CREATE TABLE {schema}.parked (
    id         uuid        PRIMARY KEY,
    n          bigint      GENERATED ALWAYS AS IDENTITY,
    source     text        NOT NULL,
    partition  integer     NOT NULL,
    bus_offset bigint      NOT NULL,
    position   bigint      NOT NULL,
    key        text        NOT NULL,
    value      bytea       NOT NULL,
    reason     text        NOT NULL,
    parked_at  timestamptz NOT NULL,
    resolved_at timestamptz
);
CREATE INDEX parked_open_idx ON {schema}.parked (key, n) WHERE resolved_at IS NULL;

CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.events
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
CREATE TRIGGER commands_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}.commands
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();

GRANT SELECT, INSERT ON {schema}.events, {schema}.commands TO {role};
GRANT SELECT, UPDATE ON {schema}.head TO {role};
GRANT SELECT, INSERT, UPDATE ON {schema}.tracking, {schema}.parked TO {role};
