"""Consent: what a person lets institutions do with their data, and what may be done without it."""
