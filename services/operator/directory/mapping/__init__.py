"""The mapping language: which column of a table is which field of an organisation's record."""
