-- What later figures need: closings of which nobody knows the date, payments in full or as claimed, the first day of
-- opening.

-- closed_undated: closed_at is the latest moment at which the case can have been closed, and no length is counted up to it.
ALTER TABLE {schema}.cases ADD COLUMN closed_undated boolean NOT NULL DEFAULT false;

-- paid_in_full: something is owed, and in each currency at least that was paid; paid_more: in one of them more.
-- paid_as_claimed: something was paid, and of every payment whoever recorded it says that it is exactly what was claimed.
CREATE OR REPLACE VIEW {schema}.case_results AS
SELECT c.case_id, c.programme, c.subdivision, c.custodian, c.closed_at, c.closed_local,
    coalesce(c.closing_class = 'favourable', false) OR coalesce(f.favourable, false)
        OR coalesce(o.favourable, false) AS decided,
    CASE WHEN NOT c.closed_undated
        THEN floor(extract(epoch FROM c.closed_local - c.opened_local) / 86400) END AS days,
    coalesce(o.with_amount, false) AS with_amount, coalesce(o.with_payment, false) AS with_payment,
    c.opened_local, c.closed_undated, coalesce(o.paid_in_full, false) AS paid_in_full,
    coalesce(o.paid_in_full AND o.paid_more, false) AS paid_more, coalesce(o.as_claimed, false) AS paid_as_claimed
FROM {schema}.cases c
CROSS JOIN LATERAL (
    SELECT bool_or(f.closing_class = 'favourable') AS favourable
    FROM {schema}.follow_ups f WHERE f.case_id = c.case_id AND f.in_error IS NOT TRUE
) f
CROSS JOIN LATERAL (
    SELECT bool_or(true) AS favourable, bool_or(a.owed IS NOT NULL) AS with_amount, bool_or(a.paid > 0) AS with_payment,
        bool_and(coalesce(a.paid, 0) >= a.owed) FILTER (WHERE a.owed > 0) AS paid_in_full,
        bool_or(a.paid > a.owed) FILTER (WHERE a.owed > 0) AS paid_more, bool_and(a.as_claimed) AS as_claimed
    FROM (
        SELECT sum(o.amount) FILTER (WHERE o.measures = 'owed') AS owed,
            sum(o.amount) FILTER (WHERE o.measures = 'recovered') AS paid,
            bool_and(o.outcome = 'payment-as-claimed') FILTER (WHERE o.measures = 'recovered' AND o.amount > 0) AS as_claimed
        FROM {schema}.outcomes o JOIN {schema}.follow_ups f USING (referral_id)
        WHERE o.case_id = c.case_id AND o.outcome_class = 'favourable'
            AND o.replaced IS NOT TRUE AND f.in_error IS NOT TRUE
        GROUP BY o.currency
    ) a
) o
WHERE c.registered_at IS NOT NULL AND NOT c.in_error;

-- opened: by day, counted from 1970-01-01; its label says which cases were decided.
CREATE OR REPLACE VIEW {schema}.counted AS
SELECT r.case_id, r.programme, r.subdivision, v.measure, v.label, v.key, 1::bigint AS n, 0::numeric AS total
FROM {schema}.case_results r CROSS JOIN LATERAL (VALUES
    ('cases', '', 0::numeric, true),
    ('open', coalesce(r.custodian, ''), 0, r.closed_at IS NULL),
    ('opened', CASE WHEN r.decided THEN 'decided' ELSE '' END, r.opened_local::date - DATE '1970-01-01',
        r.opened_local IS NOT NULL),
    ('decided', '', 0, r.decided),
    ('days', '', r.days, r.decided AND r.days >= 0),
    ('closed-before-opened', '', 0, r.decided AND r.days < 0),
    ('closed-undated', '', 0, r.decided AND r.closed_undated),
    ('with-amount', '', 0, r.decided AND r.with_amount),
    ('with-payment', '', 0, r.decided AND r.with_payment),
    ('paid-in-full', '', 0, r.decided AND r.paid_in_full),
    ('paid-more', '', 0, r.decided AND r.paid_more),
    ('paid-as-claimed', '', 0, r.decided AND r.paid_as_claimed)
) AS v(measure, label, key, wanted)
WHERE v.wanted
UNION ALL
SELECT c.case_id, c.programme, c.subdivision, v.measure, a.currency, v.key, 1, v.total
FROM {schema}.cases c CROSS JOIN LATERAL (
    SELECT coalesce(o.currency, '') AS currency,
        sum(o.amount) FILTER (WHERE o.measures = 'owed') AS owed,
        sum(o.amount) FILTER (WHERE o.measures = 'recovered') AS paid
    FROM {schema}.outcomes o JOIN {schema}.follow_ups f USING (referral_id)
    WHERE o.case_id = c.case_id AND o.amount IS NOT NULL AND o.outcome_class = 'favourable'
        AND o.replaced IS NOT TRUE AND f.in_error IS NOT TRUE
    GROUP BY 1
) a CROSS JOIN LATERAL (VALUES
    ('owed', a.owed, a.owed, a.owed > 0),
    ('owed-something', 0, a.owed, a.owed > 0),
    ('owed-nothing', 0, 0, a.owed = 0),
    ('paid', 0, a.paid, a.paid > 0)
) AS v(measure, key, total, wanted)
WHERE c.registered_at IS NOT NULL AND NOT c.in_error AND v.wanted
UNION ALL
SELECT c.case_id, c.programme, c.subdivision, 'referrals',
    coalesce(CASE WHEN r.followed THEN f.referral_status END, r.status), 0, 1, 0
FROM {schema}.cases c JOIN {schema}.referrals r USING (case_id) LEFT JOIN {schema}.follow_ups f USING (referral_id)
WHERE c.registered_at IS NOT NULL AND NOT c.in_error;

-- The cases that are there already add to the new measures what they would have added.
INSERT INTO {schema}.tallies
SELECT measure, coalesce(programme, '*'), coalesce(subdivision, '*'), label, key, sum(n), sum(total)
FROM {schema}.counted WHERE measure IN ('opened', 'paid-in-full', 'paid-more', 'paid-as-claimed')
GROUP BY GROUPING SETS ((measure, programme, subdivision, label, key), (measure, programme, label, key),
    (measure, subdivision, label, key), (measure, label, key));
