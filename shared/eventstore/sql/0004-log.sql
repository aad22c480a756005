-- Called by the statement that appends, once it has locked the head. VOLATILE matters: the query in here sees what is
-- committed when it runs, all that stands before the batch; the statement around it sees what was when it began to wait.
-- Without seqscan, because a plan that was kept from a small table would be a slow one later.

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
