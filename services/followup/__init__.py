"""Follow-up: what the receiver does, and what came of it."""
