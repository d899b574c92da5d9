// Means of 20 items over 12 domains with design-based errors, and a logistic regression on 6 of them, beside R survey
// and data.table on the same rows. hamdil-bench-survey [ROWS]   (1000000). R runs when Rscript with both packages is
// there; its results must agree.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/text.hpp"
#include "measure.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/regression.hpp"

namespace {

using namespace hamdil;
using bench::best_of;
using stats::survey::EstimateRequest;

constexpr std::size_t kItems = 20;
constexpr std::size_t kDomains = 12;
constexpr std::size_t kStrata = 50;
constexpr std::size_t kUnitsPerStratum = 40;
constexpr std::size_t kColumns = 4 + kItems + 1;
constexpr const char* kModel = "y ~ q2 + q3 + q4 + q5 + q6 + q7";

data::Table make_rows(std::size_t rows) {
  bench::Sequence random;
  std::vector<std::vector<double>> columns(kColumns, std::vector<double>(rows));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit = row * kStrata * kUnitsPerStratum / rows;
    columns[0][row] = static_cast<double>(unit / kUnitsPerStratum + 1);
    columns[1][row] = static_cast<double>(unit + 1);
    columns[2][row] = 0.5 + random.next(1000) / 500.0;
    columns[3][row] = 1.0 + random.next(kDomains);
    for (std::size_t item = 0; item < kItems; ++item) columns[4 + item][row] = 1.0 + random.next(5);
    double log_odds = -1;
    for (std::size_t item = 1; item <= 6; ++item)
      log_odds += 0.1 * (static_cast<double>(item) - 3) * columns[4 + item][row];
    columns[kColumns - 1][row] = random.next(1u << 20) / std::exp2(20) < 1 / (1 + std::exp(-log_odds)) ? 1 : 0;
  }
  data::Table table;
  const auto name = [](std::size_t i) {
    return i == 0              ? std::string("stratum")
           : i == 1            ? "psu"
           : i == 2            ? "w"
           : i == 3            ? "dom"
           : i == kColumns - 1 ? "y"
                               : fmt::format("q{}", i - 3);
  };
  for (std::size_t i = 0; i < columns.size(); ++i) table.put(data::Column::of_numbers(name(i), std::move(columns[i])));
  return table;
}

void write_raw(const data::Table& table, const std::filesystem::path& path) {
  std::ofstream out(path, std::ios::binary);
  for (const data::Column& column : table.columns)
    out.write(reinterpret_cast<const char*>(column.numbers.data()),
              static_cast<std::streamsize>(column.numbers.size() * 8));
}

// "time name seconds" and "estimate item domain value se" lines of survey.R.
struct FromR {
  std::map<std::string, double> seconds;
  std::map<std::string, std::pair<double, double>> estimates;  // by item/domain, glm/term
};

struct Comparison {
  std::size_t rows = 0;
  std::size_t compared = 0;
  double worst = 0;  // largest relative difference of an estimate or its error

  void add(const FromR& r, const std::string& name, const stats::Row& row) {
    ++rows;
    const auto found = r.estimates.find(name);
    if (found == r.estimates.end()) return;
    ++compared;
    worst = std::max(
        {worst, std::fabs(row.estimate / found->second.first - 1), std::fabs(row.se / found->second.second - 1)});
  }
  bool good() const { return compared == rows && worst < 1e-7; }
};

FromR run_r(const data::Table& table) {
  FromR out;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "hamdil-bench-survey";
  std::filesystem::create_directories(folder);
  write_raw(table, folder / "rows.bin");
  const std::string command = fmt::format("Rscript --vanilla '{}' '{}' {} 2>/dev/null", HAMDIL_BENCH_R,
                                          (folder / "rows.bin").string(), table.rows);
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char line[512];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
      const std::vector<std::string> words = text::split_words(line);
      if (words.size() == 3 && words[0] == "time") out.seconds[words[1]] = text::parse_number(words[2]).value_or(0);
      if (words.size() == 5 && words[0] == "estimate")
        out.estimates[words[1] + "/" + words[2]] = {text::parse_number(words[3]).value_or(0),
                                                    text::parse_number(words[4]).value_or(0)};
    }
    pclose(pipe);
  }
  std::filesystem::remove_all(folder);
  return out;
}

int run(std::size_t rows) {
  const data::Table table = make_rows(rows);
  const std::size_t before = bench::kilobytes("VmHWM");
  stats::survey::DesignSpec spec;
  spec.ids = {"psu"};
  spec.strata = {"stratum"};
  spec.weights = "w";
  const double design_time = best_of(5, [&] { (void)stats::survey::SurveyDesign::make(spec, table); });
  const auto design = stats::survey::SurveyDesign::make(spec, table);
  if (!design) return fmt::print("{}\n", design.error().describe()), 1;
  EstimateRequest request;
  for (std::size_t item = 1; item <= kItems; ++item) request.variables.push_back(fmt::format("q{}", item));
  request.by = {"dom"};
  request.na_rm = true;
  const stats::survey::RowList all = stats::survey::all_rows(*design);
  const double table_time = best_of(5, [&] { (void)stats::survey::estimate(*design, table, all, request); });
  const auto result = stats::survey::estimate(*design, table, all, request);
  if (!result) return fmt::print("{}\n", result.error().describe()), 1;
  const std::size_t after = bench::kilobytes("VmHWM");
  stats::survey::GlmRequest model{kModel, stats::survey::Family::kBinomial, stats::survey::Link::kLogit, 0.95, false};
  const double glm_time = best_of(3, [&] { (void)stats::survey::estimate_glm(*design, table, all, model); });
  model.term_tests = true;
  const double tests_time = best_of(3, [&] { (void)stats::survey::estimate_glm(*design, table, all, model); });
  const auto fitted = stats::survey::estimate_glm(*design, table, all, model);
  if (!fitted) return fmt::print("{}\n", fitted.error().describe()), 1;
  fmt::print("rows {}\n", rows);
  fmt::print("design                    {:8.4f} CPU s\n", design_time);
  fmt::print("20 items x 12 domains     {:8.4f} CPU s, peak memory above the columns {} MB\n", table_time,
             (after - before) / 1024);
  fmt::print("logistic, 6 predictors    {:8.4f} CPU s, {} iterations; {:.4f} with tests of every term\n", glm_time,
             fitted->values[4].second, tests_time);
  const FromR r = run_r(table);
  if (r.seconds.empty())
    return fmt::print("Rscript with survey and data.table is not there: nothing to compare with\n"), 0;
  Comparison comparison;
  for (const stats::Row& row : result->rows) comparison.add(r, row.variable + "/" + row.by[0].second, row);
  for (const stats::Row& row : fitted->rows) comparison.add(r, "glm/" + row.term, row);
  for (const auto& [name, seconds] : r.seconds) fmt::print("R {:<23} {:8.4f} CPU s\n", name, seconds);
  const auto ratio = [&](const char* name, double ours) {
    return r.seconds.count(name) > 0 ? r.seconds.at(name) / ours : std::nan("");
  };
  fmt::print(
      "times less CPU than svydesign {:.0f}, than svyby {:.0f}, than data.table's bare sums {:.1f}, than svyglm "
      "{:.0f}\n",
      ratio("svydesign", design_time), ratio("svyby", table_time), ratio("datatable", table_time),
      ratio("svyglm", glm_time));
  fmt::print("{} of {} estimates compared, largest relative difference {:.2g}\n", comparison.compared, comparison.rows,
             comparison.worst);
  return comparison.good() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000); }
