#include "stats/result.hpp"

#include <array>

namespace hamdil::stats {

const char* flag_name(Flag flag) {
  constexpr std::array<const char*, 8> kNames = {"few_cases",    "few_clusters",    "lonely_stratum", "wide_interval",
                                                 "high_refusal", "not_probability", "not_converged",  "undefined"};
  return kNames[static_cast<std::size_t>(flag)];
}

}  // namespace hamdil::stats
