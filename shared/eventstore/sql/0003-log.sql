-- Which fact a reader processed last (its id and when it was recorded), so that it notices a source that was restored and
-- went on with another history. Empty: not known.

ALTER TABLE {schema}.tracking ADD COLUMN mark text NOT NULL DEFAULT '';
