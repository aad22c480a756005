"""The words every rule is written in.

Facts, commands, refusals, ids, the clock (standard library only).
"""
