// A survey of two rounds, and short ways to ask about it, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

using Values = std::vector<double>;

// Two rounds in shared settlements, two arms, an answer of 1 to 5 with some missing, made from a fixed seed.
inline data::Table two_rounds(std::size_t rows = 600, unsigned seed = 7) {
  std::mt19937_64 random(seed);
  Values stratum;
  Values cluster;
  Values weight;
  Values answer;
  Values round;
  Values arm;
  Values group;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t settlement = random() % 24;
    cluster.push_back(static_cast<double>(settlement));
    stratum.push_back(static_cast<double>(settlement % 4));
    arm.push_back(static_cast<double>(settlement / 4 % 2));
    round.push_back(static_cast<double>(random() % 2));
    group.push_back(static_cast<double>(random() % 3));
    weight.push_back(1 + static_cast<double>(random() % 100) / 20);
    const double value = std::min(5.0, 1 + static_cast<double>(random() % 4) + round.back() * arm.back());
    answer.push_back(random() % 10 == 0 ? std::nan("") : value);
  }
  data::Table table;
  table.put(data::Column::of_numbers("stratum", stratum));
  table.put(data::Column::of_numbers("cluster", cluster));
  table.put(data::Column::of_numbers("weight", weight));
  table.put(data::Column::of_numbers("answer", answer));
  table.put(data::Column::of_numbers("round", round));
  table.put(data::Column::of_numbers("arm", arm));
  table.put(data::Column::of_numbers("group", group));
  return table;
}

inline DesignSpec clustered() {
  DesignSpec spec;
  spec.ids = {"cluster"};
  spec.strata = {"stratum"};
  spec.weights = "weight";
  return spec;
}

inline EstimateRequest mean_of(const std::string& variable) {
  EstimateRequest request;
  request.variables = {variable};
  request.na_rm = true;
  return request;
}

inline SurveyDesign design_of(const DesignSpec& spec, const data::Table& table) {
  Result<SurveyDesign> design = SurveyDesign::make(spec, table);
  EXPECT_TRUE(design) << design.error().describe();
  return *std::move(design);
}

}  // namespace hamdil::stats::survey
