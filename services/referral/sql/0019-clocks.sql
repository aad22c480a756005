-- Referrals have clocks now: the log is read once more for the timers of those that were asked for before. A timer that
-- has fired already fires again, and its rule answers that there is nothing to do (docs/adr/0057, 0064).
UPDATE {schema}.timers_read SET position = 0;
