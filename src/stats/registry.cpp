#include "stats/registry.hpp"

namespace hamdil::stats {

const std::vector<EstimatorInfo>& estimators() {
  static const std::vector<EstimatorInfo> kList = {
      {"cdf", "share of values at or below given points", {"variables", "at", "na_rm"}},
      {"change",
       "difference of a mean or share between two rounds",
       {"variable", "success", "round", "from", "to", "by"}},
      {"chisq", "tests of independence of two categories", {"variables", "na_rm", "statistics"}},
      {"contrast", "linear combination of domain means", {"of", "variable", "by", "weights_by_level", "na_rm"}},
      {"contrast_nonlinear", "smooth function of means", {"of", "variables", "expression", "na_rm"}},
      {"covariance_matrix", "population covariances of numbers", {"variables", "na_rm"}},
      {"cronbach_alpha", "internal consistency of items, design-weighted, complete cases", {"variables", "na_rm"}},
      {"design_summary", "degrees of freedom, units, strata, effective sample size", {}},
      {"difference_in_differences",
       "difference of two groups' changes",
       {"variable", "success", "round", "from", "to", "arm", "control", "treated", "by"}},
      {"glm", "generalised linear model", {"family", "link", "formula", "na_rm", "term_tests"}},
      {"mean",
       "weighted mean of numbers; of categories the share of each level",
       {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"p_adjust", "p-values adjusted for several tests", {"p"}},
      {"proportion", "share of each level", {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"proportion_ci",
       "share of one level with intervals of several kinds",
       {"variable", "success", "methods", "na_rm", "ci_df"}},
      {"quantile",
       "quantiles by several rules and intervals",
       {"variables", "quantiles", "qrule", "interval", "ci_df", "by", "na_rm"}},
      {"ranktest", "rank tests between groups", {"variable", "group", "test"}},
      {"ratio",
       "total of one variable over the total of another",
       {"numerator", "denominator", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"reproducibility",
       "coefficient of a ladder of yes-or-no steps, unweighted, complete cases",
       {"variables", "na_rm"}},
      {"several", "several calls on one design", {"parts"}},
      {"spearman_brown", "reliability of two items, design-weighted, complete cases", {"variables", "na_rm"}},
      {"table", "weighted two-way table", {"variables", "na_rm"}},
      {"total",
       "weighted total of numbers; of categories the count of each level",
       {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"ttest", "difference of two groups, or of a mean from a value", {"variable", "group", "mu", "na_rm"}},
      {"variance", "population variance of numbers", {"variables", "na_rm"}},
  };
  return kList;
}

const EstimatorInfo* find_estimator(std::string_view name) {
  for (const EstimatorInfo& info : estimators())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hamdil::stats
