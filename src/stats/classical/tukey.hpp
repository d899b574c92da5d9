// The studentised range.
#pragma once

namespace hamdil::stats::classical {

// P(range of `groups` independent normals, divided by an independent standard deviation on df degrees of freedom, <=
// q): the double integral of Copenhaver and Holland (1988) by Gauss-Legendre in panels, error below 1e-10. NaN outside
// q >= 0, groups >= 2, df >= 2.
double tukey_lower(double q, double groups, double df);
// Its quantile by the secant method of Lund and Lund (1983), AS 190.1, from the start of Odeh and Evans (1974), stopped
// when two steps are within 1e-4 of each other: R's qtukey does the same, and limits agree with it.
double tukey_quantile(double p, double groups, double df);

}  // namespace hamdil::stats::classical
