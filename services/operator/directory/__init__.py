"""A directory's files come in from outside, and go out: HSDS, or any table through a mapping."""
