"""Intake: a person's situation becomes a case."""
