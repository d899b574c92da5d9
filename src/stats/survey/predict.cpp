#include "stats/survey/predict.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.hpp"
#include "stats/formula.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

std::vector<std::string> names_of(const Formula& formula, bool with_response) {
  std::vector<std::string> out;
  for (const Factor& factor : formula.factors) factor.expression.collect_names(out);
  if (with_response) formula.response.expression.collect_names(out);
  return out;
}

void append(data::Column& to, const data::Column& from, std::size_t row) {
  if (from.is_missing(row))
    to.append_missing(from.reason(row));
  else if (from.type == data::ColumnType::kCategory)
    to.append_code(from.codes[row]);
  else if (from.type == data::ColumnType::kText)
    to.append_text(from.texts[row]);
  else
    to.append_number(from.numbers[row]);
}

// One row of the model for every level that occurs in it, so that the points are coded as the model is.
RowList representatives(const data::Table& table, const RowList& rows, const std::vector<std::string>& names) {
  RowList out = {rows.front()};
  for (const std::string& name : names) {
    const data::Column* column = table.find(name);
    if (column == nullptr || column->is_numeric()) continue;
    const Encoded encoded = encode(*column);
    std::vector<bool> met(encoded.names.size(), false);
    for (const std::uint32_t row : rows) {
      const std::int32_t code = encoded.codes[row];
      if (code < 0 || met[static_cast<std::size_t>(code)]) continue;
      met[static_cast<std::size_t>(code)] = true;
      out.push_back(row);
    }
  }
  return out;
}

Status append_value(data::Column& to, const std::string& value, const data::Column& known) {
  Error bad("stats.predict.bad_value", "The value given for {variable} is no number, or an answer that no row has.",
            {{"variable", to.name}});
  if (to.type == data::ColumnType::kCategory) {
    const auto level = known.find_level(value);
    if (!level || std::find(to.codes.begin(), to.codes.end(), *level) == to.codes.end()) return bad;
    to.append_code(*level);
  } else if (to.type == data::ColumnType::kText) {
    if (std::find(to.texts.begin(), to.texts.end(), value) == to.texts.end()) return bad;
    to.append_text(value);
  } else {
    const auto number = text::parse_number(value);
    if (!number) return bad;
    to.append_number(*number);
  }
  return Done{};
}

// The columns of the model at the representatives, then at the points.
Result<data::Table> small_table(const Formula& formula, const data::Table& table, const RowList& rows,
                                const std::vector<Point>& points) {
  const std::vector<std::string> right = names_of(formula, false);
  const RowList chosen = representatives(table, rows, names_of(formula, true));
  data::Table out;
  out.rows = chosen.size() + points.size();
  for (const std::string& name : names_of(formula, true)) {
    if (out.find(name) != nullptr) continue;
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    data::Column own;
    own.name = name;
    own.type = column->type;
    own.ordered = column->ordered;
    own.levels = column->levels;
    for (const std::uint32_t row : chosen) append(own, *column, row);
    const bool is_right = std::find(right.begin(), right.end(), name) != right.end();
    for (const Point& point : points) {
      const auto given = std::find_if(point.begin(), point.end(), [&](const auto& one) { return one.first == name; });
      if (given != point.end() && is_right) {
        HAMDIL_CHECK(append_value(own, given->second, *column));
      } else if (is_right) {
        return Error("stats.predict.missing_value", "A point has no value for {variable}.", {{"variable", name}});
      } else {
        append(own, *column, chosen.front());  // the response: any that is there
      }
    }
    out.columns.push_back(std::move(own));
  }
  return out;
}

}  // namespace

Result<std::vector<Prediction>> predict(const ResultTable& fit, const std::string& formula_text, Link link,
                                        const data::Table& table, const RowList& rows,
                                        const std::vector<Point>& points) {
  HAMDIL_TRY(const Formula formula, parse_formula(formula_text));
  HAMDIL_TRY(const ModelMatrix whole, make_model_matrix(formula, table, rows));
  if (whole.rows.empty()) return std::vector<Prediction>(points.size());
  HAMDIL_TRY(const data::Table few, small_table(formula, table, whole.rows, points));
  RowList all(few.rows);
  std::iota(all.begin(), all.end(), 0U);
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, few, all));
  std::vector<Prediction> out;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const std::size_t at = model.rows.size() - points.size() + p;
    std::vector<double> x;
    Prediction one;
    one.link = 0;
    for (const Row& row : fit.rows) {
      const auto found = std::find(model.names.begin(), model.names.end(), row.term);
      x.push_back(
          found == model.names.end() ? kNaN : model.columns[static_cast<std::size_t>(found - model.names.begin())][at]);
      one.link += x.back() * row.estimate;
    }
    double variance = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) variance += x[i] * x[j] * fit.vcov.at(i, j);
    one.link_se = std::sqrt(std::max(0.0, variance));
    one.response = mean_at(link, one.link);
    one.response_se = std::fabs(slope_at(link, one.link)) * one.link_se;
    out.push_back(one);
  }
  return out;
}

}  // namespace hamdil::stats::survey
