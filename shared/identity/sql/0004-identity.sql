-- Documents are read too: which one a line of the access log is about.

ALTER TABLE {schema}.access ADD COLUMN document_id uuid;
CREATE INDEX access_document_idx ON {schema}.access (document_id, n DESC) WHERE document_id IS NOT NULL;
