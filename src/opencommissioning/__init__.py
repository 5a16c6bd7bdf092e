"""OpenCommissioning: compare, find, change, decide, prove, account, share.

>>> from opencommissioning import Area
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """`Area` on first use, so that importing a part of the package does not import all of it."""
    if name == "Area":
        from opencommissioning.area import Area

        return Area
    raise AttributeError(f"module 'opencommissioning' has no attribute '{name}'")
