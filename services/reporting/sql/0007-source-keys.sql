-- source_key: the number by which an import's source knows the case, sealed (shared/identity/source_keys.py); null for a
-- case that was registered live, or imported before numbers were kept.
ALTER TABLE {schema}.cases ADD COLUMN source_key text;
CREATE INDEX cases_source_key_idx ON {schema}.cases (source_key) WHERE source_key IS NOT NULL;
