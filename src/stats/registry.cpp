#include "stats/registry.hpp"

namespace hamdil::stats {

const std::vector<EstimatorInfo>& estimators() {
  static const std::vector<EstimatorInfo> kList = {
      {"mean",
       "weighted mean of numbers; of categories the share of each level",
       {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"proportion", "share of each level", {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"ratio",
       "total of one variable over the total of another",
       {"numerator", "denominator", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
      {"several", "several calls on one design", {"parts"}},
      {"total",
       "weighted total of numbers; of categories the count of each level",
       {"variables", "by", "na_rm", "deff", "covmat", "adjust_domain_lonely"}},
  };
  return kList;
}

const EstimatorInfo* find_estimator(std::string_view name) {
  for (const EstimatorInfo& info : estimators())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hamdil::stats
