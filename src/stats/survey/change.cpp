#include "stats/survey/change.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "stats/survey/contrast.hpp"

namespace hamdil::stats::survey {
namespace {

struct Choice {
  std::string column;
  std::string level;
};

// Rows that hold the chosen level in every chosen column.
Result<RowList> choose(const data::Table& table, RowList rows, const std::vector<Choice>& choices) {
  for (const Choice& choice : choices) {
    HAMDIL_TRY(const data::Column* column, find_column(table, choice.column));
    const Encoded encoded = encode(*column);
    const auto found = std::find(encoded.names.begin(), encoded.names.end(), choice.level);
    if (found == encoded.names.end())
      return Error("stats.change.no_level", "{column} has no value {level}.",
                   {{"column", choice.column}, {"level", choice.level}})
          .advise("Values there are: " + text::join(encoded.names, ", "));
    const auto code = static_cast<std::int32_t>(found - encoded.names.begin());
    std::erase_if(rows, [&](std::uint32_t row) { return encoded.codes[row] != code; });
  }
  return rows;
}

class Changes {
 public:
  Changes(const SurveyDesign& design, const data::Table& table, const RowList& rows, const ChangeRequest& request)
      : design_(design), table_(table), rows_(rows), request_(request) {}

  // One row a cell of `by`: the weighted sum of the estimates over the given choices.
  Result<ResultTable> run(const std::vector<std::vector<Choice>>& choices, const std::vector<double>& weights) {
    if (request_.variable.empty() || request_.round.empty() || request_.from.empty() || request_.to.empty())
      return Error("stats.change.missing_option", "A change needs variable, round, from and to.");
    HAMDIL_TRY(const Terms terms, Terms::make(table_, {request_.variable},
                                              request_.success.empty() ? Reading::kNumbers : Reading::kCategories));
    HAMDIL_TRY(const std::size_t term, find_term(terms));
    HAMDIL_TRY(const std::vector<Cell> cells, split_by(table_, request_.by, rows_));
    ResultTable out;
    out.level = request_.level;
    out.degf = degrees_of_freedom(design_, rows_);
    out.n = rows_.size();
    for (const Cell& cell : cells) {
      HAMDIL_TRY(Row row, change_of(cell, terms, term, choices, weights, out.degf));
      out.rows.push_back(std::move(row));
    }
    return out;
  }

 private:
  Result<std::size_t> find_term(const Terms& terms) const {
    if (request_.success.empty()) return std::size_t{0};
    for (std::size_t i = 0; i < terms.size(); ++i)
      if (terms.list()[i].level == request_.success) return i;
    return Error("stats.change.no_level", "{column} has no value {level}.",
                 {{"column", request_.variable}, {"level", request_.success}});
  }

  Result<Row> change_of(const Cell& cell, const Terms& terms, std::size_t term,
                        const std::vector<std::vector<Choice>>& choices, const std::vector<double>& weights,
                        double degf) const {
    EstimateRequest request;
    request.na_rm = true;
    std::vector<Linear> parts;
    Row smallest;
    std::size_t missing = 0;
    for (const std::vector<Choice>& choice : choices) {
      HAMDIL_TRY(const RowList rows, choose(table_, cell.rows, choice));
      Linear linear = linearize(design_, terms, rows, request);
      Row base;
      fill_base(base, design_, terms.column(0), rows, linear.used);
      missing += base.missing_rows;
      if (parts.empty() || base.base_rows < smallest.base_rows) smallest = std::move(base);
      std::vector<double> only(terms.size(), 0.0);
      only[term] = 1;
      parts.push_back({linear.used, {linear.estimates[term]}, linear.totals.combine({only})});
    }
    HAMDIL_TRY(ResultTable combined, combine_cells(design_, parts, weights, degf, request_.level));
    Row row = std::move(combined.rows[0]);
    row.by = cell.by;
    row.term = terms.list()[term].term;
    row.variable = request_.variable;
    row.level = request_.success;
    row.base_rows = row.cell_rows = smallest.base_rows;
    row.base_clusters = smallest.base_clusters;
    row.base_weight = smallest.base_weight;
    row.missing_rows = missing;
    for (const Flag flag : smallest.flags) add_flag(row, flag);
    return row;
  }

  const SurveyDesign& design_;
  const data::Table& table_;
  const RowList& rows_;
  const ChangeRequest& request_;
};

}  // namespace

Result<ResultTable> estimate_change(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                    const ChangeRequest& request) {
  return Changes(design, table, rows, request)
      .run({{{request.round, request.to}}, {{request.round, request.from}}}, {1, -1});
}

Result<ResultTable> estimate_difference_in_differences(const SurveyDesign& design, const data::Table& table,
                                                       const RowList& rows, const DifferenceRequest& request) {
  if (request.arm.empty() || request.control.empty() || request.treated.empty())
    return Error("stats.change.missing_option", "A difference in differences needs arm, control and treated.");
  const Choice to{request.change.round, request.change.to};
  const Choice from{request.change.round, request.change.from};
  const Choice treated{request.arm, request.treated};
  const Choice control{request.arm, request.control};
  return Changes(design, table, rows, request.change)
      .run({{treated, to}, {treated, from}, {control, to}, {control, from}}, {1, -1, -1, 1});
}

}  // namespace hamdil::stats::survey
