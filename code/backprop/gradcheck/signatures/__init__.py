"""What a wrong gradient looks like: each known mistake predicts what backward would return.

One function for each mistake: from a Case to a Diagnosis, or None. They are asked in this order.
"""

from .coupled import loss_of_rows, softmax_of_the_input, statistics_constant, summed_wrongly, treated_as_elementwise
from .elementwise import mask_of_parameter_wrong, mask_wrong, wrong_end
from .general import (
    constant_factor,
    earlier_call,
    exchanged,
    local_derivative_left_out,
    never_computed,
    not_used,
    transposed,
    upstream_ignored,
)

SIGNATURES = [
    earlier_call,
    never_computed,
    upstream_ignored,
    mask_wrong,
    mask_of_parameter_wrong,
    local_derivative_left_out,
    exchanged,
    constant_factor,
    transposed,
    treated_as_elementwise,
    statistics_constant,
    wrong_end,
    softmax_of_the_input,
    summed_wrongly,
    loss_of_rows,
    not_used,
]
NEED_JACOBIAN = {
    upstream_ignored, mask_wrong, mask_of_parameter_wrong, treated_as_elementwise, statistics_constant, wrong_end,
    summed_wrongly,
}  # fmt: skip
