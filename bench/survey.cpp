// Means of items over domains with design-based errors, and a logistic regression on 6 of them, beside R survey and
// data.table on the same rows, and beside the limit: a bare loop of the same sums. R runs when Rscript with both
// packages is there; its results must agree.
//   hamdil-bench-survey [ROWS [ITEMS [DOMAINS [UNITS_PER_STRATUM]]]] [--no-r] [--json]     (1000000 20 12 40)
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
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

constexpr std::size_t kStrata = 50;
struct Shape {
  std::size_t rows = 1000000;
  std::size_t items = 20;  // at least 7: the model takes 6 of them
  std::size_t domains = 12;
  std::size_t units_per_stratum = 40;
  bool with_r = true;
  bool json = false;
  std::size_t columns() const { return 4 + items + 1; }
  std::size_t units() const { return kStrata * units_per_stratum; }
};
constexpr const char* kModel = "y ~ q2 + q3 + q4 + q5 + q6 + q7";

data::Table make_rows(const Shape& shape) {
  const std::size_t rows = shape.rows, last = shape.columns() - 1;
  bench::Sequence random;
  std::vector<std::vector<double>> columns(shape.columns(), std::vector<double>(rows));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit = row * shape.units() / rows;
    columns[0][row] = static_cast<double>(unit / shape.units_per_stratum + 1);
    columns[1][row] = static_cast<double>(unit + 1);
    columns[2][row] = 0.5 + random.next(1000) / 500.0;
    columns[3][row] = 1.0 + random.next(static_cast<std::uint32_t>(shape.domains));
    for (std::size_t item = 0; item < shape.items; ++item) columns[4 + item][row] = 1.0 + random.next(5);
    double log_odds = -1;
    for (std::size_t item = 1; item <= 6; ++item)
      log_odds += 0.1 * (static_cast<double>(item) - 3) * columns[4 + item][row];
    columns[last][row] = random.next(1u << 20) / std::exp2(20) < 1 / (1 + std::exp(-log_odds)) ? 1 : 0;
  }
  data::Table table;
  const auto name = [&](std::size_t i) {
    return i == 0      ? std::string("stratum")
           : i == 1    ? "psu"
           : i == 2    ? "w"
           : i == 3    ? "dom"
           : i == last ? "y"
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

// The sums behind the table, written by hand: weights and products by sampling unit and domain, an item after another.
double bare_loop(const data::Table& table, const Shape& shape, std::vector<double>& sums) {
  const std::vector<double>& unit = table.find("psu")->numbers;
  const std::vector<double>& domain = table.find("dom")->numbers;
  const std::vector<double>& w = table.find("w")->numbers;
  std::vector<std::uint32_t> cell(shape.rows);
  for (std::size_t row = 0; row < shape.rows; ++row)
    cell[row] = static_cast<std::uint32_t>((unit[row] - 1) * static_cast<double>(shape.domains) + domain[row] - 1);
  return best_of(5, [&] {
    sums.assign(shape.items * shape.units() * shape.domains, 0.0);
    for (std::size_t item = 0; item < shape.items; ++item) {
      double* const out = sums.data() + item * shape.units() * shape.domains;
      const double* const x = table.columns[4 + item].numbers.data();
      for (std::size_t row = 0; row < shape.rows; ++row) out[cell[row]] += w[row] * x[row];
    }
  });
}

// The whole of one item's products by domain, as the bare loop and as the estimates have them.
double largest_difference(const stats::ResultTable& result, const std::vector<double>& sums, const Shape& shape) {
  double worst = 0;
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const stats::Row& row = result.rows[i];
    const std::size_t item = i / shape.domains;
    const auto domain = static_cast<std::size_t>(text::parse_number(row.by[0].second).value_or(0)) - 1;
    double sum = 0;
    for (std::size_t unit = 0; unit < shape.units(); ++unit)
      sum += sums[(item * shape.units() + unit) * shape.domains + domain];
    const double difference = std::fabs(sum / row.base_weight / row.estimate - 1);
    worst = difference <= worst ? worst : std::isnan(difference) ? HUGE_VAL : difference;
  }
  return worst;
}

struct Times {
  double design = 0, table = 0, glm = 0, tests = 0, bare = 0, wall = 0;
  std::size_t megabytes = 0;
  double iterations = 0;
};

void print_json(const Shape& shape, const Times& times, const FromR& r, double difference) {
  fmt::print(
      "{{\"rows\": {}, \"items\": {}, \"domains\": {}, \"units\": {}, \"design\": {:.5f}, \"table\": {:.5f}, "
      "\"table_wall\": "
      "{:.5f}, \"bare\": {:.5f}, \"glm\": {:.5f}, \"megabytes\": {}, \"difference\": {:.3g}",
      shape.rows, shape.items, shape.domains, shape.units(), times.design, times.table, times.wall, times.bare,
      times.glm, times.megabytes, difference);
  for (const auto& [name, seconds] : r.seconds) fmt::print(", \"r_{}\": {:.4f}", name, seconds);
  fmt::print("}}\n");
}

void print_words(const Shape& shape, const Times& times, const FromR& r) {
  fmt::print("rows {}, items {}, domains {}, units {}\n", shape.rows, shape.items, shape.domains, shape.units());
  fmt::print("design                    {:8.4f} CPU s\n", times.design);
  fmt::print(
      "items x domains           {:8.4f} CPU s, bare loop of the same sums {:.4f}; peak memory above the columns {} "
      "MB\n",
      times.table, times.bare, times.megabytes);
  fmt::print("logistic, 6 predictors    {:8.4f} CPU s, {} iterations; {:.4f} with tests of every term\n", times.glm,
             times.iterations, times.tests);
  for (const auto& [name, seconds] : r.seconds) fmt::print("R {:<23} {:8.4f} CPU s\n", name, seconds);
  const auto ratio = [&](const char* name, double ours) {
    return r.seconds.count(name) > 0 ? r.seconds.at(name) / ours : std::nan("");
  };
  if (!r.seconds.empty())
    fmt::print(
        "times less CPU than svydesign {:.0f}, than svyby {:.0f}, than data.table's bare sums {:.1f}, than svyglm "
        "{:.0f}\n",
        ratio("svydesign", times.design), ratio("svyby", times.table), ratio("datatable", times.table),
        ratio("svyglm", times.glm));
}

int run(const Shape& shape) {
  const data::Table table = make_rows(shape);
  stats::survey::DesignSpec spec;
  spec.ids = {"psu"};
  spec.strata = {"stratum"};
  spec.weights = "w";
  Times times;
  times.design = best_of(5, [&] { (void)stats::survey::SurveyDesign::make(spec, table); });
  const auto design = stats::survey::SurveyDesign::make(spec, table);
  if (!design) return fmt::print("{}\n", design.error().describe()), 1;
  EstimateRequest request;
  for (std::size_t item = 1; item <= shape.items; ++item) request.variables.push_back(fmt::format("q{}", item));
  request.by = {"dom"};
  request.na_rm = true;
  const stats::survey::RowList all = stats::survey::all_rows(*design);
  bench::reset_peak();
  const std::size_t before = bench::kilobytes("VmRSS");
  times.table = best_of(5, [&] { (void)stats::survey::estimate(*design, table, all, request); });
  const std::size_t after = bench::kilobytes("VmHWM");
  times.megabytes = (after > before ? after - before : 0) / 1024;
  const auto begin = std::chrono::steady_clock::now();
  const auto result = stats::survey::estimate(*design, table, all, request);
  times.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (!result) return fmt::print("{}\n", result.error().describe()), 1;
  std::vector<double> sums;
  times.bare = bare_loop(table, shape, sums);
  const double from_bare = largest_difference(*result, sums, shape);
  stats::survey::GlmRequest model{kModel, stats::survey::Family::kBinomial, stats::survey::Link::kLogit, 0.95, false};
  times.glm = best_of(3, [&] { (void)stats::survey::estimate_glm(*design, table, all, model); });
  model.term_tests = true;
  times.tests = best_of(1, [&] { (void)stats::survey::estimate_glm(*design, table, all, model); });
  const auto fitted = stats::survey::estimate_glm(*design, table, all, model);
  if (!fitted) return fmt::print("{}\n", fitted.error().describe()), 1;
  times.iterations = fitted->values[4].second;
  const FromR r = shape.with_r ? run_r(table) : FromR{};
  Comparison comparison;
  if (!r.seconds.empty()) {
    for (const stats::Row& row : result->rows) comparison.add(r, row.variable + "/" + row.by[0].second, row);
    for (const stats::Row& row : fitted->rows) comparison.add(r, "glm/" + row.term, row);
  }
  const double worst = std::max(from_bare, comparison.worst);
  if (shape.json) {
    print_json(shape, times, r, worst);
  } else {
    print_words(shape, times, r);
    fmt::print("{} of {} estimates compared with R, all with the bare loop; largest relative difference {:.2g}\n",
               comparison.compared, comparison.rows, worst);
    if (shape.with_r && r.seconds.empty())
      fmt::print("Rscript with survey and data.table is not there: nothing of R's to compare with\n");
  }
  return comparison.good() && from_bare < 1e-9 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Shape shape;
  std::size_t* const numbers[] = {&shape.rows, &shape.items, &shape.domains, &shape.units_per_stratum};
  std::size_t next = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--no-r") {
      shape.with_r = false;
    } else if (word == "--json") {
      shape.json = true;
    } else if (next < std::size(numbers)) {
      *numbers[next++] = std::strtoull(argv[i], nullptr, 10);
    }
  }
  return run(shape);
}
