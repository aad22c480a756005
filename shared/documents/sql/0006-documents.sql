-- What people write freely, and every file: the bytes of documents, which the log names by id and digest. Unlike the log
-- this table forgets: an erased document's row is deleted, and nothing here says that there was one.
-- digest: SHA-256 of content. kept: whether the fact that names it is known to be on the log; what has no fact a day after
-- it was put is swept away (shared/documents/sweeper.py).

CREATE TABLE {schema}.documents (
    document_id uuid        PRIMARY KEY,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 32),
    media_type  text        NOT NULL,
    content     bytea       NOT NULL,
    put_at      timestamptz NOT NULL DEFAULT now(),
    kept        boolean     NOT NULL DEFAULT false
);
ALTER TABLE {schema}.documents ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX documents_loose_idx ON {schema}.documents (put_at) WHERE NOT kept;
GRANT SELECT, INSERT, DELETE, UPDATE (put_at, kept) ON {schema}.documents TO {role};
