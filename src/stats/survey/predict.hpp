// What a fitted model says of people with given values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"
#include "stats/survey/family.hpp"

namespace hamdil::stats::survey {

// Values by variable, as text.
using Point = std::vector<std::pair<std::string, std::string>>;

struct Prediction {
  double link = kNaN;  // linear predictor
  double link_se = kNaN;
  double response = kNaN;  // mean at it; standard error by the derivative of the link (delta method)
  double response_se = kNaN;
};

// `fit` holds coefficients by term and their covariance, as estimate_glm gives them for `formula` and `rows`. Every
// variable of the right side needs a value. Codes stats.predict.missing_value, .bad_value (no number, or a level that
// no row has).
Result<std::vector<Prediction>> predict(const ResultTable& fit, const std::string& formula, Link link,
                                        const data::Table& table, const RowList& rows,
                                        const std::vector<Point>& points);

}  // namespace hamdil::stats::survey
