-- registered_local: the wall clock's time at which a case was registered, so that its moment is told with its offset.
ALTER TABLE {schema}.cases ADD COLUMN registered_local timestamp;
UPDATE {schema}.cases c SET registered_local = h.happened_local FROM {schema}.history h
WHERE h.source = 'intake' AND h.key = c.case_id::text AND h.type LIKE 'mx.canaliza.intake.case-registered.v%'
    AND h.happened_at = c.registered_at;
