// How many interviews a survey needs.
#pragma once

namespace hamdil::stats {

// Interviews for a share p to be known within +- margin at the given confidence, from `population` people (infinity: no
// correction): n0 = z^2 p (1-p) / margin^2; n_fpc = n0 / (1 + (n0 - 1)/population); n = n_fpc * deff / response,
// rounded up.
struct ShareSize {
  double n0;
  double n_fpc;
  double n_final;
};
// z is taken as printed in survey handbooks where given (1.96), otherwise from `confidence`.
ShareSize sample_size_share(double p, double margin, double z, double population, double deff, double response);

// Interviews a round to find a change from p1 to p2, two-sided: normal approximation with the pooled share under no
// change (Fleiss 1981).
struct ChangeSize {
  double n_srs;
  double n_final;  // times deff, rounded up
};
ChangeSize sample_size_change(double p1, double p2, double alpha, double power, double deff);

// Interviews a group to find a difference of d standard deviations between two means, two-sided, by the noncentral t;
// not rounded. NaN outside 0 < alpha, power < 1 or for d = 0.
double sample_size_two_means(double d, double alpha, double power);
double power_two_means(double d, double alpha, double n_per_group);

}  // namespace hamdil::stats
