-- Two persons are two subjects: several tokens of one person share a subject, which facts carry.
-- A token of before is its own subject.

ALTER TABLE {schema}.tokens RENAME COLUMN subject TO token;
ALTER TABLE {schema}.tokens ADD COLUMN subject text;
UPDATE {schema}.tokens SET subject = token;
ALTER TABLE {schema}.tokens ALTER COLUMN subject SET NOT NULL;
CREATE INDEX tokens_subject_idx ON {schema}.tokens (subject);
CREATE INDEX tokens_institution_idx ON {schema}.tokens (institution);
