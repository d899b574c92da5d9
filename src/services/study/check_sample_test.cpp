// Frames and answers that cannot carry a design.
#include "services/study/check_sample.hpp"

#include <gtest/gtest.h>

namespace hamdil::services::study {
namespace {

exchange::RawTable frame(std::vector<std::vector<std::string>> rows) {
  exchange::RawTable out;
  out.header = {"place", "stratum", "weight", "size"};
  for (std::size_t row = 0; row < rows.size(); ++row) out.source_rows.push_back(row + 2);
  out.rows = std::move(rows);
  return out;
}

SampleSpec sample() {
  SampleSpec out;
  out.strata = {"stratum"};
  out.clusters = {"place"};
  out.weights = "weight";
  out.fpc = {"size"};
  return out;
}

std::vector<std::string> codes(const exchange::RawTable& table, const SampleSpec& spec, Diagnostics* found = nullptr) {
  Diagnostics problems;
  check_sample_columns(table, "frame.csv", {"place"}, spec, problems);
  std::vector<std::string> out;
  for (const Diagnostic& one : problems) out.push_back(one.problem.code);
  if (found != nullptr) *found = problems;
  return out;
}

using Codes = std::vector<std::string>;

TEST(CheckSample, ASoundFrameHasNoProblem) {
  EXPECT_EQ(codes(frame({{"a", "n", "1.5", "40"}, {"b", "n", "2", "40.0"}, {"c", "s", "", "12"}, {"d", "s", "3", ""}}),
                  sample()),
            Codes());
}

TEST(CheckSample, WeightsAreNumbersAboveZeroAndAllRowsAreNamed) {
  Diagnostics problems;
  EXPECT_EQ(codes(frame({{"a", "n", "0", "40"}, {"b", "n", "-1", "40"}, {"c", "s", "0", "12"}, {"d", "s", "x", "12"}}),
                  sample(), &problems),
            (Codes{"study.apply.bad_weight", "study.apply.bad_weight", "study.apply.bad_weight"}));
  EXPECT_EQ(problems[2].problem.message(), "The weight weight is zero in rows 2, 4 (place a, c).");
  EXPECT_EQ(problems[2].problem.where.file, "frame.csv");
  EXPECT_EQ(problems[2].problem.where.row, 2u);
}

TEST(CheckSample, PopulationSizesAreConstantInAStratum) {
  const auto table = frame({{"a", "n", "1", "40"}, {"b", "n", "1", "41"}, {"c", "s", "1", "12"}});
  EXPECT_EQ(codes(table, sample()), Codes{"study.apply.fpc_varies"});
  SampleSpec unstratified = sample();
  unstratified.strata.clear();
  EXPECT_EQ(codes(table, unstratified), Codes{"study.apply.fpc_varies"});
  SampleSpec pps = sample();
  pps.fpc_meaning = "inclusion_probability";
  EXPECT_EQ(codes(table, pps), Codes());
}

TEST(CheckSample, AClusterStandsInOneStratumUnlessNumbersStartAgain) {
  const auto table = frame({{"a", "n", "1", "40"}, {"a", "s", "1", "12"}});
  EXPECT_EQ(codes(table, sample()), Codes{"study.apply.cluster_in_two_strata"});
  SampleSpec nested = sample();
  nested.nest = true;
  EXPECT_EQ(codes(table, nested), Codes());
}

TEST(CheckSample, AnswersAreLookedAtAlike) {
  data::Table answers;
  answers.rows = 3;
  answers.put(data::Column::of_numbers("weight", {1, 0, -2}));
  answers.put(data::Column::of_texts("other", {"x", "y", "z"}));
  Diagnostics problems;
  check_sample_columns(answers, "endline", sample(), problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].problem.message(), "The weight weight is negative in rows 3.");
  EXPECT_EQ(problems[0].problem.where.file, "answers of endline");
}

}  // namespace
}  // namespace hamdil::services::study
