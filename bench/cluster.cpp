// The same rows in memory and on a ClickHouse cluster: time, bytes moved, and whether the answers agree. The nodes
// stand in HAMDIL_CLUSTER_NODES (scripts/bench_cluster.py starts two on this machine).
//   hamdil-bench-cluster [ROWS]     (1000000)
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "analysis/clickhouse/cluster_sums.hpp"
#include "analysis/clickhouse/push.hpp"
#include "analysis/registry.hpp"
#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "base/text.hpp"
#include "measure.hpp"

namespace {

using namespace hamdil;
namespace clickhouse = analysis::clickhouse;

constexpr std::size_t kUnits = 2000;
constexpr const char* kDesign = R"({"ids": ["psu"], "strata": ["stratum"], "weights": "w"})";
constexpr const char* kCalls[] = {
    R"({"estimator": "mean", "variables": ["q1"], "na_rm": true})",
    R"({"estimator": "mean", "variables": ["q1","q2","q3","q4","q5","q6","q7","q8","q9","q10"], "by": ["dom"], "na_rm": true})",
    R"({"estimator": "proportion", "variables": ["q1"], "by": ["dom"], "na_rm": true})",
    R"({"estimator": "ratio", "numerator": "income", "denominator": "q1", "by": ["dom"], "na_rm": true})",
    R"({"estimator": "quantile", "variables": ["income"], "quantiles": [0.5], "na_rm": true})",
    R"({"estimator": "quantile", "variables": ["q1"], "quantiles": [0.5], "by": ["dom"], "na_rm": true})",
    R"({"estimator": "glm", "formula": "income ~ q2 + q3 + q4 + q5 + q6 + q7", "term_tests": false})",
    R"({"estimator": "glm", "formula": "y ~ q2 + q3 + q4 + q5 + q6 + q7", "family": "quasibinomial", "term_tests": false})",
};

data::Table make_rows(std::size_t rows) {
  bench::Sequence random;
  std::vector<std::vector<double>> columns(16, std::vector<double>(rows));
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t unit = row * kUnits / rows;
    columns[0][row] = static_cast<double>(unit / 40);
    columns[1][row] = static_cast<double>(unit);
    columns[2][row] = 0.5 + random.next(1000) / 500.0;
    columns[3][row] = 1.0 + random.next(12);
    double log_odds = -1;
    for (std::size_t item = 0; item < 10; ++item) {
      columns[4 + item][row] = 1.0 + random.next(5);
      if (item >= 1 && item <= 6) log_odds += 0.1 * (static_cast<double>(item) - 3) * columns[4 + item][row];
    }
    columns[14][row] = random.next(1u << 20) / std::exp2(20) < 1 / (1 + std::exp(-log_odds)) ? 1 : 0;
    columns[15][row] = std::exp(3 + random.next(1u << 20) / std::exp2(19) + 0.1 * log_odds);
  }
  data::Table table;
  const char* const names[] = {"stratum", "psu", "w",  "dom", "q1", "q2",  "q3", "q4",
                               "q5",      "q6",  "q7", "q8",  "q9", "q10", "y",  "income"};
  for (std::size_t i = 0; i < columns.size(); ++i) table.put(data::Column::of_numbers(names[i], std::move(columns[i])));
  return table;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The largest relative difference of an estimate or its error.
double difference(const stats::ResultTable& a, const stats::ResultTable& b) {
  if (a.rows.size() != b.rows.size()) return HUGE_VAL;
  double worst = 0;
  for (std::size_t i = 0; i < a.rows.size(); ++i)
    for (const auto member : {&stats::Row::estimate, &stats::Row::se}) {
      const double apart = std::fabs(a.rows[i].*member / b.rows[i].*member - 1);
      worst = apart <= worst ? worst : std::isnan(apart) ? HUGE_VAL : apart;
    }
  return worst;
}

int fail(const Error& error) { return fmt::print(stderr, "{}\n", error.describe()), 1; }

Result<std::vector<clickhouse::Node>> nodes() {
  const char* listed = std::getenv("HAMDIL_CLUSTER_NODES");
  if (listed == nullptr) return Error("bench.nodes", "HAMDIL_CLUSTER_NODES names no node.");
  HAMDIL_TRY(const clickhouse::Credentials credentials, clickhouse::read_credentials(""));
  std::vector<clickhouse::Node> out;
  for (const std::string& url : text::split(listed, ',')) {
    HAMDIL_TRY(clickhouse::Address address, clickhouse::parse_address(url));
    out.emplace_back(std::move(address), "default", credentials);
  }
  return out;
}

Result<Json> run_both(const char* call, const data::Table& table, const clickhouse::PushedTable& pushed,
                      const std::vector<clickhouse::Node>& where) {
  HAMDIL_TRY(const analysis::AnalysisSpec spec,
             analysis::parse_spec(Json{{"design", Json::parse(kDesign)}, {"call", Json::parse(call)}}));
  auto begin = std::chrono::steady_clock::now();
  HAMDIL_TRY(const stats::ResultTable here, analysis::run(spec, table));
  const double memory = seconds_since(begin);
  begin = std::chrono::steady_clock::now();
  HAMDIL_TRY(const auto rows, clickhouse::ClusterSums::open(pushed, where, spec));
  HAMDIL_TRY(const stats::ResultTable there, analysis::run_pushed(spec, *rows));
  const double cluster = seconds_since(begin);
  const clickhouse::Traffic traffic = rows->traffic();
  return Json{{"call", Json::parse(call)},
              {"memory_s", memory},
              {"cluster_s", cluster},
              {"queries", traffic.queries},
              {"sent", traffic.sent},
              {"received", traffic.received},
              {"difference", difference(here, there)},
              {"tolerance", analysis::estimator_with_id(spec.call.id)->info.pushdown}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000000;
  auto where = nodes();
  if (!where) return fail(where.error());
  const data::Table table = make_rows(rows);
  clickhouse::PushRequest request;
  request.design = kDesign;
  for (const data::Column& column : table.columns)
    if (column.name != "stratum" && column.name != "psu" && column.name != "w") request.columns.push_back(column.name);
  const auto begin = std::chrono::steady_clock::now();
  auto pushed = clickhouse::push(table, request, *where);
  if (!pushed) return fail(pushed.error());
  Json out = {
      {"rows", rows}, {"push_s", seconds_since(begin)}, {"push_bytes", pushed->bytes_sent}, {"calls", Json::array()}};
  where = nodes();
  bool good = true;
  for (const char* call : kCalls) {
    auto both = run_both(call, table, pushed->table, *where);
    if (!both) return fail(both.error());
    good = good && (*both)["difference"] <= (*both)["tolerance"];
    out["calls"].push_back(*std::move(both));
  }
  (void)clickhouse::drop(pushed->table, *where);
  fmt::print("{}\n", out.dump(1));
  return good ? 0 : 1;
}
