-- What became of the service that a follow-up is about. scheduled_for: the last appointment. completed_at, confirmed_at:
-- when it was given, and when provider and person had both said so. delivered, undelivered: of what was asked for, as said
-- last. enrolment: of the list enrolment_statuses. Null: it was not said.
ALTER TABLE {schema}.follow_ups ADD COLUMN scheduled_for timestamptz;
ALTER TABLE {schema}.follow_ups ADD COLUMN completed_at timestamptz;
ALTER TABLE {schema}.follow_ups ADD COLUMN delivered text[];
ALTER TABLE {schema}.follow_ups ADD COLUMN undelivered text[];
ALTER TABLE {schema}.follow_ups ADD COLUMN confirmed_at timestamptz;
ALTER TABLE {schema}.follow_ups ADD COLUMN enrolment text;
