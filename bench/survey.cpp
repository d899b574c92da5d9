// Means of 20 items over 12 domains with design-based errors, beside R survey and data.table on the same rows.
// hamdil-bench-survey [ROWS]   (1000000). R runs when Rscript with both packages is there; its results must agree.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/text.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/regression.hpp"

namespace {

using namespace hamdil;
using stats::survey::EstimateRequest;

constexpr std::size_t kItems = 20;
constexpr std::size_t kDomains = 12;
constexpr std::size_t kStrata = 50;
constexpr std::size_t kUnitsPerStratum = 40;

// The same numbers in C++ and in R's file: a 64-bit congruential sequence, top bits used.
class Sequence {
 public:
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state_ >> 33) % below);
  }

 private:
  std::uint64_t state_ = 20260101;
};

data::Table make_rows(std::size_t rows) {
  Sequence random;
  std::vector<std::vector<double>> columns(4 + kItems, std::vector<double>(rows));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit = row * kStrata * kUnitsPerStratum / rows;
    columns[0][row] = static_cast<double>(unit / kUnitsPerStratum + 1);
    columns[1][row] = static_cast<double>(unit + 1);
    columns[2][row] = 0.5 + random.next(1000) / 500.0;
    columns[3][row] = 1.0 + random.next(kDomains);
    for (std::size_t item = 0; item < kItems; ++item) columns[4 + item][row] = 1.0 + random.next(5);
  }
  data::Table table;
  const auto name = [](std::size_t i) {
    return i == 0 ? std::string("stratum") : i == 1 ? "psu" : i == 2 ? "w" : i == 3 ? "dom" : fmt::format("q{}", i - 3);
  };
  for (std::size_t i = 0; i < columns.size(); ++i) table.put(data::Column::of_numbers(name(i), std::move(columns[i])));
  return table;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Least CPU time of a few runs: other work on the machine only adds.
template <class Work>
double best_of(int runs, Work work) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

std::size_t peak_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return static_cast<std::size_t>(std::strtoull(line.c_str() + 6, nullptr, 10));
  return 0;
}

void write_raw(const data::Table& table, const std::filesystem::path& path) {
  std::ofstream out(path, std::ios::binary);
  for (const data::Column& column : table.columns)
    out.write(reinterpret_cast<const char*>(column.numbers.data()),
              static_cast<std::streamsize>(column.numbers.size() * 8));
}

// "name seconds" and "estimate item domain value se" lines of survey.R.
struct FromR {
  std::map<std::string, double> seconds;
  std::map<std::string, std::pair<double, double>> estimates;
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
  const std::size_t before = peak_kilobytes();
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
  const std::size_t after = peak_kilobytes();
  EstimateRequest one = request;
  one.variables = {"q1"};
  one.by.clear();
  const double one_time = best_of(5, [&] { (void)stats::survey::estimate(*design, table, all, one); });
  double sink = 0;
  const double stream_time = best_of(5, [&] {
    const std::vector<double>& x = table.find("q1")->numbers;
    const std::vector<double>& w = table.find("w")->numbers;
    double sum = 0;
    for (std::size_t row = 0; row < rows; ++row) sum += x[row] * w[row];
    sink += sum;
  });
  fmt::print("rows {}  (checksum {:.6g})\n", rows, sink + result->rows[0].estimate);
  fmt::print("design                    {:8.4f} CPU s\n", design_time);
  fmt::print("20 items x 12 domains     {:8.4f} CPU s, peak memory above the columns {} MB\n", table_time,
             (after - before) / 1024);
  fmt::print("one item                  {:8.4f} CPU s, plain weighted sum {:.4f}\n", one_time, stream_time);
  const FromR r = run_r(table);
  if (r.seconds.empty())
    return fmt::print("Rscript with survey and data.table is not there: nothing to compare with\n"), 0;
  double worst = 0;
  std::size_t compared = 0;
  for (const stats::Row& row : result->rows) {
    const auto found = r.estimates.find(row.variable + "/" + row.by[0].second);
    if (found == r.estimates.end()) continue;
    ++compared;
    worst = std::max(
        {worst, std::fabs(row.estimate / found->second.first - 1), std::fabs(row.se / found->second.second - 1)});
  }
  for (const auto& [name, seconds] : r.seconds) fmt::print("R {:<23} {:8.4f} CPU s\n", name, seconds);
  const auto ratio = [&](const char* name, double ours) {
    return r.seconds.count(name) > 0 ? r.seconds.at(name) / ours : std::nan("");
  };
  fmt::print("times less CPU than svydesign {:.0f}, than svyby {:.0f}, than data.table's bare sums {:.1f}\n",
             ratio("svydesign", design_time), ratio("svyby", table_time), ratio("datatable", table_time));
  fmt::print("{} of {} estimates compared, largest relative difference {:.2g}\n", compared, result->rows.size(), worst);
  return compared == result->rows.size() && worst < 1e-9 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000); }
