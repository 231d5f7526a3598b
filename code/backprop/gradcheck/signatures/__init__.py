"""What a wrong array looks like: each known mistake predicts what it would return.

One function for each family of mistakes: from a Case to its guesses. They are asked in this order: what is simple and
common stands first.
"""

from .coupled import (
    jacobian_transposed,
    loss_of_rows,
    parts_of_the_sum,
    softmax_wrong,
    statistics_wrong,
    summed_wrongly,
    treated_apart,
    treated_as_elementwise,
)
from .dependence import (
    constant_too_large,
    exchanged,
    local_derivative_left_out,
    of_another,
    off_by_a_multiple,
    only_the_value,
    other_values,
    term,
    two_values_alone,
    upstream_ignored,
)
from .elementwise import (
    formula_of_another,
    mask_of_parameter_wrong,
    mask_of_values_wrong,
    mask_replaced,
    mask_wrong,
    not_the_derivative,
    summed_formula,
    upstream_masked,
    wrong_end,
    wrong_formula,
    wrong_in_a_part,
)
from .numbers import (
    affine,
    altered,
    axis_of_length_one,
    constant_factor,
    multiple_in_each_call,
    never_computed,
    one_part_only,
    only_signs,
    power_too_many,
    rearranged,
    reduced,
    rows_stretched,
    same_everywhere,
    some_factor,
    wrong_sign,
)

SIGNATURES = (
    never_computed, upstream_ignored, mask_wrong, mask_of_parameter_wrong, mask_of_values_wrong,
    local_derivative_left_out, exchanged, wrong_sign, constant_factor, some_factor, of_another, rearranged,
    loss_of_rows, other_values, treated_as_elementwise, statistics_wrong, wrong_end, softmax_wrong,
    axis_of_length_one, summed_wrongly, parts_of_the_sum, jacobian_transposed, treated_apart, only_the_value,
    upstream_masked, term, constant_too_large, wrong_in_a_part, not_the_derivative, wrong_formula, summed_formula,
    altered, one_part_only, same_everywhere, reduced, formula_of_another, mask_replaced, power_too_many, only_signs,
    two_values_alone, multiple_in_each_call, rows_stretched, off_by_a_multiple, affine,
)  # fmt: skip  # names in rows
