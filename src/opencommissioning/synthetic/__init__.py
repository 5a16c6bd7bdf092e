"""An invented health economy, written as publishers' files with planted truths.

    made = economy(practices=400, products=300, months=60, seed=1)
    write(made, "somewhere")

Modules: organisations, population, products, habits, truths and prices say what exists; model puts them together and draws the
items of a month; each kind of file has its own module; write calls them all.
"""

from opencommissioning.synthetic.model import Economy, Prescribing, economy, expected, prescribing
from opencommissioning.synthetic.national import write_national_month
from opencommissioning.synthetic.truth_file import TRUTH
from opencommissioning.synthetic.truths import Truth
from opencommissioning.synthetic.write import each_written, write

__all__ = [
    "TRUTH",
    "Economy",
    "Prescribing",
    "Truth",
    "each_written",
    "economy",
    "expected",
    "prescribing",
    "write",
    "write_national_month",
]
