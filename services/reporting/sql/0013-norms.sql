-- The register of norms and official tools, from referral's facts, and what cites its entries.
-- elements, element_names: of the same order and length. name null: its registration was discarded as unreadable, so it
-- is not listed. withdrawn: why, null while it is listed. document_id: of what people wrote of it.
CREATE TABLE {schema}.norms (
    entry_id      text PRIMARY KEY,
    name          text,
    kind          text,
    level         text,
    subdivision   text,
    article       text,
    valid_from    date,
    valid_until   date,
    source        text,
    link          text,
    consulted_on  date,
    programmes    text[],
    elements      text[],
    element_names text[],
    document_id   uuid,
    withdrawn     text,
    replaced_by   text
);

-- One row per element and what cites it; element '': the entry as a whole. cited: false once it was withdrawn.
CREATE TABLE {schema}.norm_citations (
    entry_id    text    NOT NULL,
    element     text    NOT NULL,
    citing_kind text    NOT NULL,
    citing      text    NOT NULL,
    institution text,
    cited       boolean NOT NULL,
    PRIMARY KEY (entry_id, element, citing_kind, citing)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.norms, {schema}.norm_citations TO {role};
