"""The global holdout: customers whom no run writes to, the same ones in every run and list.

Who is held out follows from the plan's salt and the customer's id alone, so neither a run's seed nor its list, segments
or order matter. Who may be written to at all is decided before.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared.domain.randomness import customer_keys
from shared.experiment_contracts import Holdout
from shared.run_config import HoldoutConfig

HOLDOUT = "holdout"
"""Stands where customers in arms have their arm's name."""
NO_VARIANT = "none"


def global_holdout(config: HoldoutConfig) -> Holdout | None:
    """The holdout as a plan has it; None where nobody is held out."""
    return Holdout(percent=config.percent, salt=config.salt) if config.percent else None


def held_out(customer_ids: Sequence[str] | pd.Series, holdout: Holdout | None) -> npt.NDArray[np.bool_]:
    """Whether each customer is held out; nobody is without a ``holdout``, and then nothing is hashed.

    A customer is where SipHash-2-4 of the id, under a key from the salt, is below ``percent`` of 2**64. A greater
    percentage therefore keeps those whom a smaller one held out.
    """
    if holdout is None:
        return np.zeros(len(customer_ids), dtype=np.bool_)
    limit = np.uint64(int(holdout.percent / 100 * 2.0**64))
    return customer_keys(customer_ids, f"holdout:{holdout.salt}") < limit
