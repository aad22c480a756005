"""The mapping language: how a file's columns become a case, as data."""
