"""Open Referral HSDS 3.0 and 3.1: read from JSON and from tabular CSV, written as both; pure.

A file becomes a list of organisations with their services nested, in HSDS's own words. What names a
person is left out and reported; everything else is kept, known to us or not.
"""
