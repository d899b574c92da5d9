// One item with its design-based error, beside a plain sum over the columns it needs, for growing numbers of rows.
// hamdil-bench-stream [MOST_ROWS]   (10000000)
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "measure.hpp"
#include "stats/survey/estimate.hpp"

namespace {

using namespace hamdil;
using bench::best_of;

constexpr std::size_t kStrata = 50;
constexpr std::size_t kUnits = 2000;

enum class Kind { kSorted, kShuffled, kMissing };
constexpr std::array<std::pair<Kind, const char*>, 3> kKinds = {
    {{Kind::kSorted, "rows by cluster"}, {Kind::kShuffled, "rows in any order"}, {Kind::kMissing, "2 % missing"}}};

data::Table make_rows(std::size_t rows, Kind kind) {
  bench::Sequence random;
  std::array<std::vector<double>, 4> columns;
  for (auto& column : columns) column.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit =
        kind == Kind::kShuffled ? random.next(kUnits) : static_cast<std::size_t>(row * kUnits / rows);
    columns[0][row] = static_cast<double>(unit / (kUnits / kStrata) + 1);
    columns[1][row] = static_cast<double>(unit + 1);
    columns[2][row] = 0.5 + random.next(1000) / 500.0;
    columns[3][row] = kind == Kind::kMissing && random.next(50) == 0 ? std::nan("") : 1.0 + random.next(5);
  }
  data::Table table;
  const std::array<const char*, 4> names = {"stratum", "psu", "w", "x"};
  for (std::size_t i = 0; i < names.size(); ++i) table.put(data::Column::of_numbers(names[i], std::move(columns[i])));
  return table;
}

struct Sums {
  double weight = 0;
  double product = 0;
};

// The plain streaming sum, with as many running sums as keep the adders busy. A missing value adds nothing.
Sums plain_sums(const std::vector<double>& w, const std::vector<double>& x, bool missing) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> weight{};
  std::array<double, kLanes> product{};
  const double* const weights = w.data();
  const double* const values = x.data();
  for (std::size_t row = 0; row + kLanes <= x.size(); row += kLanes)
    for (std::size_t i = 0; i < kLanes; ++i)
      product[i] += weights[row + i] * (missing && values[row + i] != values[row + i] ? 0.0 : values[row + i]);
  if (missing)
    for (std::size_t row = 0; row + kLanes <= x.size(); row += kLanes)
      for (std::size_t i = 0; i < kLanes; ++i) weight[i] += values[row + i] != values[row + i] ? 0.0 : weights[row + i];
  Sums out;
  for (std::size_t i = 0; i < kLanes; ++i) {
    out.weight += weight[i];
    out.product += product[i];
  }
  return out;
}

bool run(std::size_t rows, Kind kind, const char* name, double& per_row) {
  const data::Table table = make_rows(rows, kind);
  stats::survey::DesignSpec spec;
  spec.ids = {"psu"};
  spec.strata = {"stratum"};
  spec.weights = "w";
  const auto design = stats::survey::SurveyDesign::make(spec, table);
  if (!design) return fmt::print("{}\n", design.error().describe()), false;
  stats::survey::EstimateRequest request;
  request.variables = {"x"};
  request.na_rm = true;
  const stats::survey::RowList all = stats::survey::all_rows(*design);
  const std::vector<double>& x = table.find("x")->numbers;
  Sums plain;
  const double plain_time = best_of(5, [&] { plain = plain_sums(design->weights(), x, kind == Kind::kMissing); });
  if (kind != Kind::kMissing)
    for (const double weight : design->weights()) plain.weight += weight;
  bench::reset_peak();
  const std::size_t before = bench::kilobytes("VmRSS");
  const double time = best_of(5, [&] { (void)stats::survey::estimate(*design, table, all, request); });
  const std::size_t after = bench::kilobytes("VmHWM");
  const auto result = stats::survey::estimate(*design, table, all, request);
  if (!result) return fmt::print("{}\n", result.error().describe()), false;
  // Beside value and weight the unit is read where rows are not in the order of the units.
  const double bytes = static_cast<double>(rows) * (kind == Kind::kSorted ? 16 : 20);
  const double difference = std::fabs(result->rows[0].estimate / (plain.product / plain.weight) - 1);
  per_row = time / static_cast<double>(rows);
  fmt::print(
      "{:<18} {:>9} rows {:8.4f} CPU s = {:5.1f} GB/s, plain sum {:8.4f} = {:5.1f} GB/s: {:3.0f} %; memory above "
      "the columns {:.2f} of theirs; difference {:.1g}\n",
      name, rows, time, bytes / time / 1e9, plain_time, static_cast<double>(rows) * 16 / plain_time / 1e9,
      100 * (bytes / time) / (static_cast<double>(rows) * 16 / plain_time),
      static_cast<double>(after > before ? after - before : 0) * 1024 / bytes, difference);
  return difference < 1e-12;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000000;
  bool good = true;
  for (const auto& [kind, name] : kKinds) {
    double first = 0;
    double last = 0;
    for (const std::size_t rows : {most / 10, most / 2, most}) {
      good = run(rows, kind, name, last) && good;
      if (first == 0) first = last;
    }
    fmt::print("{:<18} time a row at {} rows over that at {}: {:.2f}\n", name, most, most / 10, last / first);
  }
  return good ? 0 : 1;
}
