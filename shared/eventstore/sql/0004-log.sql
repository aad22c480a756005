-- Called by the statement that appends, once it has locked the head. It must be VOLATILE: its query then sees all that is
-- committed when it runs, which is everything before the batch; the calling statement sees what was committed before it
-- waited for the lock. No sequential scan, because a plan that was cached for a small table would be slow later.

CREATE FUNCTION {schema}.require_versions(streams uuid[], versions bigint[]) RETURNS void
    LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(streams, versions) AS leans(stream, version)
        JOIN {schema}.events e ON e.originator_id = leans.stream AND e.originator_version = leans.version + 1
    ) THEN
        RAISE EXCEPTION 'a stream that the batch leans on has moved on'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
