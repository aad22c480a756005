-- Who may call. Tokens are kept as hashes; services read, only the operator writes.

CREATE TABLE {schema}.tokens (
    subject     text        PRIMARY KEY,
    hash        bytea       NOT NULL UNIQUE,
    institution text        NOT NULL,
    roles       text[]      NOT NULL CHECK (cardinality(roles) > 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);

-- Counted up by every change of a token, so that what a service remembers is good exactly as long as this stands still.
CREATE TABLE {schema}.revision (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    number bigint  NOT NULL
);
INSERT INTO {schema}.revision (number) VALUES (1);

CREATE FUNCTION {schema}.count_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE {schema}.revision SET number = number + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER tokens_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {schema}.tokens
    FOR EACH STATEMENT EXECUTE FUNCTION {schema}.count_up();
