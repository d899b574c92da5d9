#include "stats/survey/pushed_cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/text.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;
using Key = std::vector<double>;

constexpr std::size_t kMostSlots = std::size_t{1} << 23;  // units x cells x levels that are worked on here

Status check_slots(std::size_t slots) {
  if (slots <= kMostSlots) return Done{};
  return Error("stats.pushed.cells",
               "There are {slots} combinations of sampling units, cells and levels, more than {most}.",
               {{"slots", std::to_string(slots)}, {"most", std::to_string(kMostSlots)}})
      .advise("Break down by fewer columns, or by columns with fewer levels.");
}

// Sorted as split_by() sorts cells: the last label slowest.
bool comes_before(const Key& a, const Key& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

std::vector<Term> terms_of(const std::vector<PushedVariable>& variables) {
  std::vector<Term> out;
  for (std::size_t source = 0; source < variables.size(); ++source) {
    const PushedVariable& from = variables[source];
    const std::string& name = from.column->name;
    if (!from.by_level) out.push_back({name, name, "", source, -1});
    for (std::size_t level = 0; level < from.levels.size(); ++level)
      out.push_back({name + from.levels[level], name, from.levels[level], source, static_cast<std::int32_t>(level)});
  }
  return out;
}

class CellPass {
 public:
  CellPass(RowSums& rows, const std::vector<PushedVariable>& variables, const EstimateRequest& request)
      : rows_(rows), variables_(variables), request_(request) {}

  Result<PushedCells> run() {
    HAMDIL_TRY(out_.sample, sample_base(rows_, {}));
    out_.sums.rows = out_.sample.rows;
    out_.sums.degf = out_.sample.degf;
    out_.sums.held = out_.sample.held;
    HAMDIL_CHECK(find_cells());
    out_.sums.terms = terms_of(variables_);
    HAMDIL_CHECK(sum_numbers());
    for (std::size_t source = 0; source < variables_.size(); ++source)
      if (variables_[source].by_level) HAMDIL_CHECK(sum_levels(source));
    return std::move(out_);
  }

 private:
  std::size_t slot(const SumGroup& group, const Key& key) const {
    return group.unit * out_.sums.cells() + cell_of_key_.at(key);
  }

  // All rows by unit and cell, and how many of them did not answer.
  Status find_cells() {
    SumRequest all;
    all.by = request_.by;
    all.by_unit = true;
    for (const PushedVariable& variable : variables_)
      for (const char* reason : {"unanswered", "not_asked"})
        all.plain.push_back(call_of(reason, {name_of(variable.column->name)}));
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(all));
    for (const SumGroup& group : groups) cell_of_key_.emplace(group.key, 0);
    if (request_.by.empty()) cell_of_key_.emplace(Key(), 0);
    for (const auto& [key, place] : cell_of_key_) out_.keys.push_back(key);
    std::sort(out_.keys.begin(), out_.keys.end(), comes_before);
    for (const Key& key : out_.keys) {
      cell_of_key_[key] = out_.sums.labels.size();
      CellSums::Labels labels;
      for (std::size_t i = 0; i < key.size(); ++i) {
        HAMDIL_TRY(const data::Column* column, find_pushed(rows_, request_.by[i]));
        labels.emplace_back(column->name, label_of(*column, key[i]));
      }
      out_.sums.labels.push_back(std::move(labels));
    }
    CellSums& sums = out_.sums;
    sums.units = rows_.design().stages()[0].units();
    HAMDIL_CHECK(check_slots(sums.slots()));
    sums.all.resize(sums.slots());
    sums.variables.resize(variables_.size());
    Values asked(sums.cells() * variables_.size());
    Values unanswered(asked.size());
    for (const SumGroup& group : groups) {
      sums.all[slot(group, group.key)] = group.base;
      for (std::size_t source = 0; source < variables_.size(); ++source) {
        const std::size_t at = source * sums.cells() + cell_of_key_.at(group.key);
        asked[at] += group.base.rows - group.plain[2 * source + 1];
        unanswered[at] += group.plain[2 * source];
      }
    }
    for (std::size_t at = 0; at < asked.size(); ++at)
      sums.variables[at / sums.cells()].unanswered.push_back(asked[at] == 0 ? 0 : unanswered[at] / asked[at]);
    return Done{};
  }

  // The rows used, and the sums of all variables that are numbers.
  Status sum_numbers() {
    SumRequest asked;
    asked.by = request_.by;
    asked.by_unit = true;
    if (request_.na_rm) keep_complete(variables_, asked);
    std::vector<std::size_t> sources;
    for (std::size_t source = 0; source < variables_.size(); ++source) {
      if (variables_[source].by_level) continue;
      sources.push_back(source);
      asked.weighted.push_back(variables_[source].value);
      asked.plain.push_back(variables_[source].gap);
    }
    CellSums& sums = out_.sums;
    for (const std::size_t source : sources) sums.variables[source].sums.assign(sums.slots(), 0.0);
    const auto has_missing = [&](const PushedVariable& variable) { return rows_.has_missing(variable.column->name); };
    if (sources.empty() && std::none_of(variables_.begin(), variables_.end(), has_missing)) {
      sums.used = sums.all;
      return Done{};
    }
    sums.used.resize(sums.slots());
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(asked));
    for (const SumGroup& group : groups) {
      const std::size_t at = slot(group, group.key);
      sums.used[at] = group.base;
      for (std::size_t i = 0; i < sources.size(); ++i)
        sums.variables[sources[i]].sums[at] = group.plain[i] > 0 ? kNaN : group.weighted[i];
    }
    return Done{};
  }

  // Weights by level of one variable. Without na_rm a missing answer leaves its cell undefined.
  Status sum_levels(std::size_t source) {
    const PushedVariable& variable = variables_[source];
    const std::size_t levels = variable.levels.size();
    CellSums& sums = out_.sums;
    HAMDIL_CHECK(check_slots(sums.slots() * levels));
    VariableSums& own = sums.variables[source];
    own.terms = levels;
    own.sums.assign(sums.slots() * levels, 0.0);
    own.rows.assign(sums.cells() * levels, 0);
    SumRequest asked;
    asked.by = request_.by;
    asked.by.push_back(variable.column->name);
    asked.by_unit = true;
    if (request_.na_rm) keep_complete(variables_, asked);
    HAMDIL_TRY(const std::vector<SumGroup> groups, rows_.sum(asked));
    std::vector<std::uint32_t> answered(sums.slots(), 0);
    for (const SumGroup& group : groups) {
      const Key key(group.key.begin(), group.key.end() - 1);
      const auto found = std::lower_bound(variable.keys.begin(), variable.keys.end(), group.key.back());
      const auto level = static_cast<std::size_t>(found - variable.keys.begin());
      const std::size_t at = slot(group, key);
      own.sums[at * levels + level] = group.base.weight;
      own.rows[cell_of_key_.at(key) * levels + level] += group.base.positive;
      answered[at] += group.base.rows;
    }
    for (std::size_t at = 0; at < sums.slots(); ++at)
      if (answered[at] < sums.used[at].rows)
        std::fill_n(own.sums.begin() + static_cast<std::ptrdiff_t>(at * levels), levels, kNaN);
    return Done{};
  }

  RowSums& rows_;
  const std::vector<PushedVariable>& variables_;
  const EstimateRequest& request_;
  std::map<Key, std::size_t> cell_of_key_;
  PushedCells out_;
};

double sum_over_units(const CellSums& sums, std::size_t term, std::size_t cell) {
  double sum = 0;
  for (std::size_t unit = 0; unit < sums.units; ++unit) sum += sums.sum_at(term, unit * sums.cells() + cell);
  return sum;
}

// sum(w (v - mean)^2) of every term and cell: of levels from what is there, of numbers and ratios by one more request.
Status add_simple_squares(RowSums& rows, const std::vector<PushedVariable>& variables, const EstimateRequest& request,
                          PushedCells& cells) {
  CellSums& sums = cells.sums;
  const bool ratio = request.quantity == Quantity::kRatio;
  const std::size_t columns = ratio ? 1 : sums.terms.size();
  sums.simple_squares.assign(columns * sums.cells(), kNaN);
  SumRequest asked;
  asked.by = asked.cell_columns = request.by;
  asked.cells = cells.keys;
  if (request.na_rm) keep_complete(variables, asked);
  std::vector<std::size_t> numbers;
  for (std::size_t term = 0; term < columns; ++term) {
    const bool by_level = sums.terms[term].code >= 0;
    Values centre;
    for (std::size_t cell = 0; cell < sums.cells(); ++cell) {
      const double weight = cell_base(rows.design(), sums, cell).sum.weight;
      const double own = sum_over_units(sums, term, cell);
      centre.push_back(ratio ? own / sum_over_units(sums, 1, cell) : own / weight);
      if (by_level) sums.simple_squares[term * sums.cells() + cell] = own * (1 - own / weight);
      if (std::isnan(centre.back())) centre.back() = 0;
    }
    if (by_level) continue;
    const std::string name = "$m" + std::to_string(numbers.size());
    asked.by_cell.push_back({name, std::move(centre)});
    const Expression beside = ratio ? call_of("*", {name_of(name), variables[1].value}) : name_of(name);
    const Expression distance = call_of("-", {variables[sums.terms[term].source].value, beside});
    asked.weighted.push_back(call_of("*", {distance, distance}));
    numbers.push_back(term);
  }
  if (numbers.empty()) return Done{};
  HAMDIL_TRY(const std::vector<SumGroup> groups, rows.sum(asked));
  for (const SumGroup& group : groups) {
    const auto cell =
        static_cast<std::size_t>(std::find(cells.keys.begin(), cells.keys.end(), group.key) - cells.keys.begin());
    for (std::size_t i = 0; i < numbers.size(); ++i)
      sums.simple_squares[numbers[i] * sums.cells() + cell] = group.weighted[i];
  }
  return Done{};
}

// Estimated moments of two variables and their influences, as variance.hpp has them.
class Moments {
 public:
  Moments(RowSums& rows, const std::vector<std::string>& variables, bool na_rm) : rows_(rows), names_(variables) {
    request.na_rm = na_rm;
  }

  Status run() {
    HAMDIL_TRY(const std::vector<PushedVariable> variables, read_variables(rows_, names_, Reading::kNumbers));
    HAMDIL_TRY(cells, sum_cells(rows_, variables, request));
    base = cell_base(rows_.design(), cells.sums, 0);
    SumRequest asked;
    asked.by_unit = true;
    if (request.na_rm) keep_complete(variables, asked);
    std::vector<Expression> centred;
    for (std::size_t term = 0; term < names_.size(); ++term) {
      const double mean = sum_over_units(cells.sums, term, 0) / base.sum.weight;
      defined_.push_back(std::isfinite(mean));
      centred.push_back(call_of("-", {variables[term].value, number_of(defined_.back() ? mean : 0)}));
    }
    for (std::size_t r = 0; r < names_.size(); ++r)
      for (std::size_t c = r; c < names_.size(); ++c) asked.weighted.push_back(call_of("*", {centred[r], centred[c]}));
    HAMDIL_TRY(groups_, rows_.sum(asked));
    return Done{};
  }

  struct Moment {
    double estimate = kNaN;
    double variance = kNaN;
  };
  Result<Moment> at(std::size_t r, std::size_t c) const {
    const std::size_t k = names_.size();
    const std::size_t index = r * k - r * (r + 1) / 2 + c;
    const double n = base.sum.positive;
    if (!defined_[r] || !defined_[c] || !(n > 1)) return Moment{};
    double mean = 0;
    for (const SumGroup& group : groups_) mean += group.weighted[index];
    mean *= n / (n - 1) / base.sum.weight;
    Totals totals(rows_.design(), 1);
    for (const SumGroup& group : groups_) {
      totals.mark_unit(group.unit);
      totals.set(group.unit, 0, (group.weighted[index] * n / (n - 1) - mean * group.base.weight) / base.sum.weight);
    }
    HAMDIL_TRY(const Matrix matrix, covariance(rows_.design(), totals));
    return Moment{mean, matrix.at(0, 0)};
  }

  EstimateRequest request;
  PushedCells cells;
  CellBase base;

 private:
  RowSums& rows_;
  const std::vector<std::string>& names_;
  std::vector<bool> defined_;
  std::vector<SumGroup> groups_;
};

}  // namespace

Result<const data::Column*> find_pushed(const RowSums& rows, const std::string& name) {
  if (const data::Column* column = rows.columns().find(name); column != nullptr) return column;
  return Error("stats.pushed.no_column", "The column {column} was not brought to the cluster.", {{"column", name}})
      .advise("Push the rows for all specifications that you mean to ask.");
}

std::vector<Expression> equal_sides(const data::Column& column, const Expression& name, const std::string& written) {
  if (!column.is_numeric()) {
    const auto level = column.find_level(written);
    return {call_of("code", {name}), number_of(level ? *level : -2)};
  }
  const auto number = text::parse_number(written);
  if (number && text::format_number(*number) == written) return {name, number_of(*number)};
  return {number_of(0), number_of(1)};
}

Error not_pushed(const char* option, const char* value, const char* known) {
  return Error("stats.pushed.option",
               "{option} {value} needs the rows themselves, not only sums of them; sums give {known}.",
               {{"option", option}, {"value", value}, {"known", known}})
      .at({.pointer = std::string("/call/") + option})
      .advise("Take one of those, or run it where the rows are: leave --on-cluster out.");
}

std::string label_of(const data::Column& column, double key) {
  return column.is_numeric() ? text::format_number(key) : column.levels[static_cast<std::size_t>(key)].value;
}

namespace {

// The number of a row and where there is none; 0 stands in for it.
void read_value(Reading reading, PushedVariable& variable) {
  const std::string& name = variable.column->name;
  variable.value = name_of(name);
  variable.gap = call_of("missing", {name_of(name)});
  if (reading != Reading::kNumbers || variable.column->is_numeric()) return;
  const std::vector<data::Level>& levels = variable.column->levels;
  for (std::size_t level = 0; level < levels.size(); ++level) {
    if (text::parse_number(levels[level].value)) continue;
    variable.levels_as_numbers = true;
    const Expression here = call_of("==", {call_of("code", {name_of(name)}), number_of(static_cast<double>(level))});
    variable.gap = call_of("|", {variable.gap, here});
  }
  if (variable.levels_as_numbers) variable.value = call_of("if", {variable.gap, number_of(0), variable.value});
}

}  // namespace

void keep_complete(const std::vector<PushedVariable>& variables, SumRequest& request) {
  for (const PushedVariable& variable : variables) {
    request.complete.push_back(variable.column->name);
    if (variable.levels_as_numbers) request.where.push_back(call_of("!", {variable.gap}));
  }
}

Result<std::vector<PushedVariable>> read_variables(RowSums& rows, const std::vector<std::string>& names,
                                                   Reading reading) {
  std::vector<PushedVariable> out;
  for (const std::string& name : names) {
    PushedVariable variable;
    HAMDIL_TRY(variable.column, find_pushed(rows, name));
    variable.by_level =
        reading == Reading::kCategories || (reading == Reading::kAsStored && !variable.column->is_numeric());
    read_value(reading, variable);
    if (variable.by_level && variable.column->is_numeric()) {
      SumRequest distinct;
      distinct.whole_sample = true;
      distinct.by = {name};
      HAMDIL_TRY(const std::vector<SumGroup> groups, rows.sum(distinct));
      for (const SumGroup& group : groups) variable.keys.push_back(group.key[0]);
    } else if (variable.by_level) {
      variable.keys.resize(variable.column->levels.size());
      std::iota(variable.keys.begin(), variable.keys.end(), 0.0);
    }
    for (const double key : variable.keys) variable.levels.push_back(label_of(*variable.column, key));
    out.push_back(std::move(variable));
  }
  return out;
}

Result<PushedCells> sum_cells(RowSums& rows, const std::vector<PushedVariable>& variables,
                              const EstimateRequest& request) {
  return CellPass(rows, variables, request).run();
}

Result<SampleBase> sample_base(RowSums& rows, SumRequest request) {
  request.by_unit = true;
  request.weighted.clear();
  request.plain.clear();
  HAMDIL_TRY(const std::vector<SumGroup> groups, rows.sum(request));
  const Stage& stage = rows.design().stages()[0];
  SampleBase out;
  out.held.assign(stage.units(), 0);
  std::vector<bool> strata(stage.groups(), false);
  for (const SumGroup& group : groups) {
    out.rows += group.base.rows;
    out.weight += group.base.weight;
    out.square += group.base.square;
    out.positive += group.base.positive;
    out.held[group.unit] = 1;
    if (group.base.positive == 0) continue;
    ++out.clusters;
    strata[static_cast<std::size_t>(stage.group_of_unit[group.unit])] = true;
  }
  out.degf = static_cast<double>(out.clusters) - static_cast<double>(std::count(strata.begin(), strata.end(), true));
  return out;
}

Result<ResultTable> estimate(RowSums& rows, const EstimateRequest& request) {
  HAMDIL_TRY(const std::vector<PushedVariable> variables, read_variables(rows, request.variables, request.reading));
  HAMDIL_TRY(PushedCells cells, sum_cells(rows, variables, request));
  if (request.deff != Deff::kNone) HAMDIL_CHECK(add_simple_squares(rows, variables, request, cells));
  return estimate_from_sums(rows.design(), cells.sums, request);
}

Result<ResultTable> estimate_variance(RowSums& rows, const std::vector<std::string>& variables, bool na_rm,
                                      double level) {
  Moments moments(rows, variables, na_rm);
  HAMDIL_CHECK(moments.run());
  ResultTable out;
  out.level = level;
  out.degf = moments.cells.sample.degf;
  out.n = moments.cells.sample.rows;
  for (std::size_t term = 0; term < variables.size(); ++term) {
    HAMDIL_TRY(const Moments::Moment found, moments.at(term, term));
    Row row;
    row.term = row.variable = variables[term];
    row.estimate = found.estimate;
    fill_intervals(row, found.variance, out.degf, level);
    row.degf_domain = out.degf;
    row.ci_t_domain = row.ci_t;
    fill_base(row, moments.base, moments.cells.sums.variables[term].unanswered[0]);
    add_estimate_flags(row, moments.base.lonely);
    out.rows.push_back(std::move(row));
  }
  return out;
}

Result<ResultTable> estimate_covariance_matrix(RowSums& rows, const std::vector<std::string>& variables, bool na_rm) {
  Moments moments(rows, variables, na_rm);
  HAMDIL_CHECK(moments.run());
  const std::size_t k = variables.size();
  ResultTable out;
  out.degf = moments.cells.sample.degf;
  out.n = moments.cells.sample.rows;
  out.matrix = out.matrix_se = Matrix{k, k, Values(k * k, kNaN)};
  for (std::size_t r = 0; r < k; ++r) {
    for (std::size_t c = r; c < k; ++c) {
      HAMDIL_TRY(const Moments::Moment found, moments.at(r, c));
      out.matrix.at(r, c) = out.matrix.at(c, r) = found.estimate;
      out.matrix_se.at(r, c) = out.matrix_se.at(c, r) = std::sqrt(found.variance);
    }
  }
  if (k == 2)
    out.values.emplace_back("correlation", out.matrix.at(0, 1) / std::sqrt(out.matrix.at(0, 0) * out.matrix.at(1, 1)));
  return out;
}

Result<ResultTable> estimate_distribution(RowSums& rows, const std::vector<std::string>& variables,
                                          const Values& points, bool na_rm, double level) {
  HAMDIL_TRY(const std::vector<PushedVariable> numbers, read_variables(rows, variables, Reading::kNumbers));
  EstimateRequest request;
  request.na_rm = na_rm;
  request.level = level;
  std::vector<PushedVariable> shares;
  for (const PushedVariable& number : numbers) {
    for (const double point : points) {
      shares.push_back(number);
      shares.back().value = call_of("<=", {number.value, number_of(point)});
    }
  }
  HAMDIL_TRY(const PushedCells cells, sum_cells(rows, shares, request));
  HAMDIL_TRY(ResultTable out, estimate_from_sums(rows.design(), cells.sums, request));
  for (std::size_t i = 0; i < out.rows.size(); ++i) out.rows[i].at = points[i % points.size()];
  out.vcov = {};
  return out;
}

Result<ResultTable> design_summary(RowSums& rows) {
  HAMDIL_TRY(const SampleBase sample, sample_base(rows, {}));
  ResultTable out;
  out.n = sample.rows;
  out.degf = sample.degf;
  const double effective = sample.weight * sample.weight / sample.square;
  out.values = {{"sum_weights", sample.weight},
                {"n_psu", static_cast<double>(sample.clusters)},
                {"n_strata", static_cast<double>(sample.clusters) - sample.degf},
                {"kish_n_eff", effective},
                {"kish_deff_w", static_cast<double>(sample.positive) / effective}};
  return out;
}

}  // namespace hamdil::stats::survey
