#include "protect/table_set.hpp"

#include <gtest/gtest.h>

namespace hamdil::protect {

TEST(ReaderReason, FewAndNearlyAllAreOneReason) {
  for (const char* estimator : {"", "proportion", "mean"}) {
    EXPECT_STREQ(reader_reason(Withheld::kSmallCell, estimator), "sensitive");
    EXPECT_STREQ(reader_reason(Withheld::kDominance, estimator), "sensitive");
  }
  for (const char* estimator : {"total", "count", "table"}) {
    EXPECT_STREQ(reader_reason(Withheld::kSmallCell, estimator), "small_cell");
    EXPECT_STREQ(reader_reason(Withheld::kDominance, estimator), "small_cell");
  }
}

TEST(ReaderReason, OtherReasonsKeepTheirNames) {
  for (const Withheld reason :
       {Withheld::kNo, Withheld::kFewRows, Withheld::kFewClusters, Withheld::kComplementary, Withheld::kAudience})
    EXPECT_STREQ(reader_reason(reason, "proportion"), withheld_name(reason));
}

}  // namespace hamdil::protect
