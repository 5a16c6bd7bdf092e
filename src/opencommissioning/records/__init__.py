"""The people's store: facts about persons in a folder of their own, read only for a named purpose.

Modules: vault keeps and reads; opt_outs says who is left out; pseudonyms replace identifiers, one key per purpose; purposes are a
closed list with an append-only log of every look; spells turn episodes into stays; counting gives numbers per practice and month.
"""
