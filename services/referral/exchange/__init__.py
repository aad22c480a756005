"""The directory in HSDS: others' records become commands, and what we know becomes records.

A record says more than we have fields for. All of it is kept in the entry's document, and what goes
out is that record, corrected where the facts say otherwise by now: so what came in goes out again
as it came. Each value of ours is read from a record in one place, and written there the same way.
"""
