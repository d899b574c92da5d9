#include "analysis/memory_sums.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/run.hpp"
#include "base/text.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using stats::Expression;
using stats::survey::SumGroup;
using stats::survey::SumRequest;
using stats::survey::SurveyDesign;

class MemorySums : public stats::survey::RowSums {
 public:
  MemorySums(const data::Table& table, SurveyDesign design)
      : design_(std::move(design)), columns_(columns_without_values(table)) {
    for (const data::Column& column : table.columns) {
      values_.push_back(column_to_push(column));
    }
    units_ = SurveyDesign::of_units(design_.spec(), design_.stages()[0], design_.stratum_names());
  }

  Status set_domain(const std::vector<Condition>& domain) {
    HAMDIL_TRY(domain_, domain_expressions(domain, columns_));
    return Done{};
  }

  const SurveyDesign& design() const override { return *units_; }
  const data::Table& columns() const override { return columns_; }
  bool has_missing(const std::string& column) const override { return !values_[index_of(column)].missing.empty(); }

  Result<std::vector<SumGroup>> sum(const SumRequest& request) override {
    std::map<std::tuple<std::vector<double>, std::uint32_t>, SumGroup> groups;
    for (row_ = 0; row_ < design_.rows(); ++row_) {
      std::vector<double> key;
      if (!enters(request) || !read_key(request, key)) continue;
      const std::vector<double> reversed(key.rbegin(), key.rend());
      const auto unit =
          request.by_unit ? static_cast<std::uint32_t>(design_.stages()[0].unit_of_row[row_]) : std::uint32_t{0};
      SumGroup& group = groups[{reversed, unit}];
      group.unit = unit;
      group.key = key;
      add(request, group);
    }
    std::vector<SumGroup> out;
    for (auto& [key, group] : groups) out.push_back(std::move(group));
    for (const SumGroup& group : out)
      for (const std::vector<double>* list : {&group.weighted, &group.plain})
        for (const double value : *list)
          if (!std::isfinite(value)) return Error("analysis.memory_sums.not_finite", "A sum is not a finite number.");
    return out;
  }

 private:
  std::size_t index_of(const std::string& name) const { return *columns_.index_of(name); }

  bool enters(const SumRequest& request) {
    lets_.clear();
    for (std::size_t i = 0; !request.whole_sample && i < domain_.size(); ++i)
      if (value_of(domain_[i]) == 0) return false;
    for (const std::string& name : request.complete)
      if (is_missing(values_[index_of(name)])) return false;
    for (const Expression& one : request.finite)
      if (!std::isfinite(value_of(one))) return false;
    define(request);
    return std::none_of(request.where.begin(), request.where.end(),
                        [&](const Expression& one) { return value_of(one) == 0; });
  }

  bool is_missing(const data::Column& column) const {
    return column.is_missing(row_) || (column.is_numeric() ? std::isnan(column.numbers[row_]) : column.codes[row_] < 0);
  }

  bool read_label(const std::string& name, double& out) const {
    const data::Column& column = values_[index_of(name)];
    if (is_missing(column)) return false;
    out = column.is_numeric() ? column.numbers[row_] : column.codes[row_];
    return true;
  }

  bool read_key(const SumRequest& request, std::vector<double>& key) {
    for (const std::string& name : request.by)
      if (!read_label(name, key.emplace_back())) return false;
    for (const Expression& one : request.parted_by) key.push_back(value_of(one));
    return true;
  }

  void define(const SumRequest& request) {
    std::vector<double> key;
    bool in_cell = !request.by_cell.empty();
    for (const std::string& name : request.cell_columns) in_cell = in_cell && read_label(name, key.emplace_back());
    const auto found = in_cell ? std::find(request.cells.begin(), request.cells.end(), key) : request.cells.end();
    for (const SumRequest::CellValue& one : request.by_cell)
      lets_[one.name] =
          found == request.cells.end() ? 0 : one.values[static_cast<std::size_t>(found - request.cells.begin())];
    for (const auto& [name, value] : request.values) lets_[name] = value_of(value);
  }

  void add(const SumRequest& request, SumGroup& group) {
    const double weight = design_.weights()[row_];
    const bool first = group.base.rows == 0;
    group.base.weight += weight;
    group.base.square += weight * weight;
    ++group.base.rows;
    group.base.positive += weight != 0;
    group.weighted.resize(request.weighted.size());
    group.plain.resize(request.plain.size());
    for (std::size_t i = 0; i < request.weighted.size(); ++i)
      group.weighted[i] += weight * value_of(request.weighted[i]);
    for (std::size_t i = 0; i < request.plain.size(); ++i) group.plain[i] += value_of(request.plain[i]);
    for (const Expression& one : request.extremes) {
      const double value = value_of(one);
      group.least = first ? value : std::min(group.least, value);
      group.greatest = first ? value : std::max(group.greatest, value);
    }
  }

  double name_value(const std::string& name) const {
    if (name == "$weight") return design_.weights()[row_];
    if (name.starts_with('$')) return lets_.at(name);
    const data::Column& column = values_[index_of(name)];
    if (is_missing(column)) return 0;
    if (column.is_numeric()) return column.numbers[row_];
    return text::parse_number(column.levels[static_cast<std::size_t>(column.codes[row_])].value).value_or(std::nan(""));
  }

  double of_column(const std::string& function, const data::Column& column) const {
    const bool missing = is_missing(column);
    if (function == "code") return missing ? -1 : column.codes[row_];
    if (function == "missing") return missing;
    if (!missing) return 0;
    const data::Missing reason = column.is_missing(row_) ? column.reason(row_) : data::Missing::kBlank;
    return stats::survey::was_asked(reason) == (function == "unanswered");
  }

  double value_of(const Expression& node) const {
    using Kind = Expression::Kind;
    if (node.kind == Kind::kNumber) return node.number;
    if (node.kind == Kind::kName) return name_value(node.text);
    for (const char* function : {"code", "missing", "unanswered", "not_asked"})
      if (node.text == function) return of_column(node.text, values_[index_of(node.arguments[0].text)]);
    if (node.text == "if") return value_of(node.arguments[value_of(node.arguments[0]) != 0 ? 1 : 2]);
    const double a = value_of(node.arguments[0]);
    if (node.text == "floor") return std::floor(a);
    if (node.arguments.size() == 1) return stats::apply_function(node.text, a);
    const double b = value_of(node.arguments[1]);
    if (node.text == "max") return std::max(a, b);
    if (node.text == "min") return std::min(a, b);
    return stats::apply_operator(node.text, a, b);
  }

  SurveyDesign design_;
  data::Table columns_;
  std::vector<data::Column> values_;
  std::optional<SurveyDesign> units_;
  std::vector<Expression> domain_;
  std::size_t row_ = 0;
  std::map<std::string, double> lets_;
};

}  // namespace

data::Column column_to_push(const data::Column& column) {
  data::Column out = column;
  if (column.type != data::ColumnType::kText) return out;
  stats::survey::Encoded encoded = stats::survey::encode(column);
  out.texts.clear();
  out.codes = std::move(encoded.codes);
  for (std::string& name : encoded.names) out.levels.push_back({std::move(name), ""});
  return out;
}

data::Table columns_without_values(const data::Table& table) {
  data::Table out;
  for (const data::Column& from : table.columns) {
    data::Column column = column_to_push(from);
    column.numbers.clear();
    column.codes.clear();
    column.missing.clear();
    out.columns.push_back(std::move(column));
  }
  return out;
}

Result<std::unique_ptr<stats::survey::RowSums>> memory_sums(const data::Table& table, const AnalysisSpec& spec) {
  HAMDIL_CHECK(stats::survey::check_sums_are_enough(spec.design));
  HAMDIL_TRY(SurveyDesign design, SurveyDesign::make(spec.design, table));
  auto out = std::make_unique<MemorySums>(table, std::move(design));
  HAMDIL_CHECK(out->set_domain(spec.domain));
  return std::unique_ptr<stats::survey::RowSums>(std::move(out));
}

}  // namespace hamdil::analysis
