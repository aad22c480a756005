"""The demonstration: made-up cases for a first look."""
