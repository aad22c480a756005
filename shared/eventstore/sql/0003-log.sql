-- Which fact it was that a reader took in last (its id and when it was recorded), so that a source that was restored and
-- went on with another history is noticed. Empty: not known.

ALTER TABLE {schema}.tracking ADD COLUMN mark text NOT NULL DEFAULT '';
