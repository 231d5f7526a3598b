"""Name the likely mistake behind a wrong gradient."""

import numpy as np

from .case import Diagnosis
from .signatures import NEED_JACOBIAN, SIGNATURES, earlier_call


def diagnose(case):
    """The first of the known mistakes that explains what backward returned, or None.

    A diagnosis is given only when its prediction agrees with every element that backward did return.
    """
    if np.isnan(case.analytic).all():
        return Diagnosis("never computed", "there is no gradient: is a return missing?")
    finite = np.isfinite(case.numeric).all() and np.isfinite(case.analytic).all()
    for look in SIGNATURES if finite else [earlier_call]:
        if look in NEED_JACOBIAN and case.jacobian is None:
            continue
        try:
            found = look(case)
        except Exception:
            continue
        if found is not None:
            return found
    return None
