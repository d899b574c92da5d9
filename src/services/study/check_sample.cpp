#include "services/study/check_sample.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"

namespace hamdil::services::study {
namespace {

constexpr std::size_t kKeysShown = 10;

class SampleCheck {
 public:
  SampleCheck(const exchange::RawTable& table, const std::string& file, const std::vector<std::string>& key,
              const SampleSpec& sample, Diagnostics& problems)
      : table_(table), file_(file), key_(key), sample_(sample), problems_(problems) {}

  void run() {
    if (!sample_.weights.empty()) check_numbers(sample_.weights, "weight", "study.apply.bad_weight");
    for (const std::string& name : sample_.fpc) check_numbers(name, "population size", "study.apply.bad_fpc");
    check_nesting();
    if (sample_.fpc_meaning == "inclusion_probability") return;
    if (!sample_.fpc.empty()) check_constant(sample_.fpc[0], sample_.strata, "stratum");
    if (sample_.fpc.size() > 1 && !sample_.clusters.empty())
      check_constant(sample_.fpc[1], {sample_.clusters[0]}, "cluster");
  }

 private:
  std::string cell(std::size_t row, std::size_t column) const { return text::trim(table_.cell(row, column)); }

  // All columns joined, empty where one of them has no value; empty list when the table lacks one.
  std::optional<std::vector<std::string>> values_of(const std::vector<std::string>& names) const {
    std::vector<std::string> out(table_.rows.size());
    std::vector<bool> is_missing(table_.rows.size(), false);
    for (const std::string& name : names) {
      const auto column = table_.column(name);
      if (!column) return std::nullopt;
      for (std::size_t row = 0; row < out.size(); ++row) {
        const std::string value = cell(row, *column);
        is_missing[row] = is_missing[row] || value.empty();
        out[row] += (out[row].empty() ? "" : " / ") + value;
      }
    }
    for (std::size_t row = 0; row < out.size(); ++row)
      if (is_missing[row]) out[row].clear();
    return out;
  }

  void tell(Error problem, const std::string& column, const std::vector<std::size_t>& rows, const std::string& fix) {
    std::vector<std::size_t> numbers;
    for (const std::size_t row : rows) numbers.push_back(table_.source_rows[row]);
    problem.args.emplace_back("rows", csv_rows(numbers) + keys_of(rows));
    problems_.push_back(
        {Severity::kError,
         std::move(problem.at({.file = file_, .row = numbers.front(), .column_name = column}).advise(fix))});
  }

  static std::string csv_rows(const std::vector<std::size_t>& numbers) { return exchange::csv::describe_rows(numbers); }

  // " (settlement S-05, S-07)": whoever mends a frame looks for the name, not for the row.
  std::string keys_of(const std::vector<std::size_t>& rows) const {
    const auto keys = values_of(key_);
    if (key_.empty() || !keys) return {};
    std::vector<std::string> shown;
    for (const std::size_t row : rows)
      if (!(*keys)[row].empty() && shown.size() < kKeysShown) shown.push_back((*keys)[row]);
    if (shown.empty()) return {};
    return " (" + text::join(key_, " / ") + " " + text::join(shown, ", ") + (rows.size() > shown.size() ? " ..." : "") +
           ")";
  }

  void check_numbers(const std::string& name, const char* role, const char* code) {
    const auto column = table_.column(name);
    if (!column) return;
    std::map<std::string, std::vector<std::size_t>> faults;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      const std::string value = cell(row, *column);
      if (value.empty()) continue;
      const auto number = text::parse_number(value);
      if (!number || !std::isfinite(*number))
        faults["not a number"].push_back(row);
      else if (*number <= 0)
        faults[*number < 0 ? "negative" : "zero"].push_back(row);
    }
    for (const auto& [what, rows] : faults)
      tell(
          Error(code, "The {role} {column} is {what} in rows {rows}.",
                {{"role", role}, {"column", name}, {"what", what}}),
          name, rows,
          "Every unit of a sample has a number above 0 here. Correct it, or take out units that could not be drawn and "
          "what was asked there.");
  }

  void check_nesting() {
    if (sample_.clusters.empty() || sample_.strata.empty() || sample_.nest) return;
    const auto clusters = values_of({sample_.clusters[0]});
    const auto strata = values_of({sample_.strata[0]});
    if (!clusters || !strata) return;
    report_changes(*clusters, *strata,
                   Error("study.apply.cluster_in_two_strata",
                         "Clusters of {cluster} stand in more than one stratum of {column}: rows {rows}.",
                         {{"cluster", sample_.clusters[0]}, {"column", sample_.strata[0]}}),
                   sample_.strata[0],
                   "If cluster numbers start again in every stratum, write nest: true under sample; otherwise correct "
                   "the cluster or the stratum.");
  }

  void check_constant(const std::string& name, const std::vector<std::string>& groups, const std::string& what) {
    const auto values = values_of({name});
    const auto places = values_of(groups);
    if (!values || !places) return;
    report_changes(*places, *values,
                   Error("study.apply.fpc_varies",
                         "The population size {column} is not the same throughout a {what}: rows {rows}.",
                         {{"column", name}, {"what", what}}),
                   name, "Write the same size of the population in every line of the " + what + ".", groups.empty());
  }

  // Rows whose value differs from that of their group's first row, with that first row; without groups all is one.
  void report_changes(const std::vector<std::string>& groups, const std::vector<std::string>& values, Error problem,
                      const std::string& column, const std::string& fix, bool is_whole = false) {
    std::map<std::string, std::size_t> first;
    std::set<std::size_t> rows;
    const auto same = [](const std::string& a, const std::string& b) {
      const auto x = text::parse_number(a), y = text::parse_number(b);
      return x && y ? *x == *y : text::fold(a) == text::fold(b);
    };
    for (std::size_t row = 0; row < groups.size(); ++row) {
      if (values[row].empty() || (groups[row].empty() && !is_whole)) continue;
      const auto [place, is_new] = first.emplace(groups[row], row);
      if (is_new || same(values[place->second], values[row])) continue;
      rows.insert(place->second);
      rows.insert(row);
    }
    if (!rows.empty()) tell(std::move(problem), column, {rows.begin(), rows.end()}, fix);
  }

  const exchange::RawTable& table_;
  const std::string& file_;
  const std::vector<std::string>& key_;
  const SampleSpec& sample_;
  Diagnostics& problems_;
};

}  // namespace

void check_sample_columns(const exchange::RawTable& table, const std::string& file, const std::vector<std::string>& key,
                          const SampleSpec& sample, Diagnostics& problems) {
  SampleCheck(table, file, key, sample, problems).run();
}

std::vector<std::string> sample_columns(const SampleSpec& sample, const std::vector<std::string>& known) {
  std::vector<std::string> out = sample.fpc;
  for (const std::vector<std::string>* names : {&sample.strata, &sample.clusters})
    out.insert(out.end(), names->begin(), names->end());
  out.push_back(sample.weights);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  std::erase_if(out,
                [&](const std::string& name) { return std::find(known.begin(), known.end(), name) == known.end(); });
  return out;
}

void check_sample_columns(const data::Table& answers, const std::string& round, const SampleSpec& sample,
                          Diagnostics& problems) {
  std::vector<std::string> known;
  for (const data::Column& column : answers.columns) known.push_back(column.name);
  exchange::RawTable cells;
  cells.header = sample_columns(sample, known);
  if (cells.header.empty()) return;
  std::vector<const data::Column*> columns;
  for (const std::string& name : cells.header) columns.push_back(answers.find(name));
  for (std::size_t row = 0; row < answers.rows; ++row) {
    cells.rows.emplace_back();
    for (const data::Column* column : columns) cells.rows.back().push_back(column->text_at(row));
    cells.source_rows.push_back(row + 1);
  }
  check_sample_columns(cells, "answers of " + round, {}, sample, problems);
}

}  // namespace hamdil::services::study
