"""What every rule is written with: facts, commands, refusals, code lists, ids and the clock.

It imports the standard library only, and msgspec for what a value is.
"""
