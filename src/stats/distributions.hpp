// Quantiles and tail areas of the distributions that surveys need. All return NaN outside their domain; none throws.
#pragma once

#include <vector>

namespace hamdil::stats {

double normal_quantile(double p);
double normal_upper(double x);            // P(Z > x)
double t_quantile(double p, double df);   // df = infinity gives the normal
double t_two_sided(double t, double df);  // P(|T| > |t|)
double beta_quantile(double p, double a, double b);
double f_upper(double f, double ndf, double ddf);
double f_quantile(double p, double ndf, double ddf);
double chisq_upper(double x, double df);
double normal_two_sided(double z);  // P(|Z| > |z|)
double normal_density(double x);
double t_upper(double t, double df);  // P(T > t)
double chisq_quantile(double p, double df);
// Distribution functions with a noncentrality; `ncp` of t may be negative.
double noncentral_t_lower(double t, double df, double ncp);
double noncentral_chisq_lower(double x, double df, double ncp);
double noncentral_f_lower(double f, double ndf, double ddf, double ncp);

// P(sum_i lambda_i X_i > x), X_i chi-square with df_i: saddlepoint approximation of D. Kuonen (1999), Biometrika 86,
// 929-935. Weights may be negative. NaN without weights.
double chisq_mixture_upper(double x, const std::vector<double>& weights, const std::vector<double>& df);
// P(sum_i lambda_i X_i > f * Y / ddf) with Y chi-square(ddf): the F analogue, by the same approximation.
// A fractional ddf is cut to a whole number of terms, each still divided by ddf, as R's pFsum does: p-values agree with
// it.
double f_mixture_upper(double f, const std::vector<double>& weights, double ddf);

}  // namespace hamdil::stats
