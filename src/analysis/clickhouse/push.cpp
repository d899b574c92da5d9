#include "analysis/clickhouse/push.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/memory_sums.hpp"
#include "analysis/registry.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "protect/identifiers.hpp"
#include "stats/formula.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/row_sums.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis::clickhouse {
namespace {

constexpr std::size_t kChunk = std::size_t{32} << 20;  // bytes of rows sent to a node at a time
constexpr std::size_t kMostLevels = 10'000;
constexpr std::size_t kRowsPerText = 5;  // a text that is a list of answers repeats: on average at least as often
constexpr double kSmall = 32'000;

// Values of one column as they are stored.
struct Values {
  StoredColumn column;
  const data::Column* from = nullptr;
  std::vector<std::int32_t> codes;  // of a category or text
  std::vector<std::uint8_t> gaps;   // empty when nothing is missing
};

Error about(const char* code, const char* text, const std::string& column, const char* advice) {
  return Error(std::string("analysis.clickhouse.") + code, text, {{"column", column}})
      .at({.column_name = column})
      .advise(advice);
}

Status check_column(const data::Column& column) {
  constexpr const char* kAdvice = "Leave it out of the specification, or compute where the rows are.";
  if (column.name.starts_with('$'))
    return about("column_name", "The name of the column {column} begins with $.", column.name, "Give it another name.");
  if (protect::classify_column({.name = column.name, .labels = {column.label}, .values = &column}))
    return about("identifying", "The column {column} may single people out, so it does not leave this machine.",
                 column.name, kAdvice);
  if (column.type == data::ColumnType::kDate || column.type == data::ColumnType::kDateTime)
    return about("date", "The column {column} holds dates, which may single people out.", column.name, kAdvice);
  return Done{};
}

Result<Values> prepare(const data::Column& column, std::size_t number) {
  HAMDIL_CHECK(check_column(column));
  Values out;
  out.from = &column;
  const data::Column pushed = column_to_push(column);
  out.column.number = number;
  out.column.description.name = column.name;
  out.column.description.type = column.type;
  out.column.description.ordered = column.ordered;
  out.column.description.levels = pushed.levels;
  if (column.type == data::ColumnType::kText && pushed.levels.size() * kRowsPerText > column.size() &&
      column.size() > 0)
    return about("text", "The column {column} holds words that hardly repeat: they do not leave this machine.",
                 column.name, "Code its answers first, or leave it out.");
  if (pushed.levels.size() > kMostLevels)
    return about("levels", "The column {column} has more levels than can be pushed.", column.name,
                 "Join its levels to fewer.");
  out.codes = pushed.codes;
  out.column.small =
      !column.is_numeric() || std::all_of(column.numbers.begin(), column.numbers.end(), [](double value) {
        return std::isnan(value) || (value == std::floor(value) && std::fabs(value) <= kSmall);
      });
  for (std::size_t row = 0; row < column.size(); ++row) {
    const bool missing =
        column.is_missing(row) || (column.is_numeric() ? std::isnan(column.numbers[row]) : out.codes[row] < 0);
    if (column.is_numeric() && std::isinf(column.numbers[row]))
      return about("infinite", "The column {column} holds an infinite number.", column.name, "Correct it first.");
    if (!missing) continue;
    if (out.gaps.empty()) out.gaps.assign(column.size(), 0);
    const data::Missing reason = column.is_missing(row) ? column.reason(row) : data::Missing::kBlank;
    out.gaps[row] = stats::survey::was_asked(reason) ? 1 : 2;
  }
  out.column.has_gaps = !out.gaps.empty();
  return out;
}

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);  // RowBinary is little-endian, as every machine that this is built for
  out.append(bytes, sizeof value);
}

// Spreads neighbouring numbers over the nodes (Steele et al. 2014, SplittableRandom).
std::size_t node_of_unit(std::uint64_t unit, std::size_t nodes) {
  std::uint64_t x = unit + 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return (x ^ (x >> 31)) % nodes;
}

class Push {
 public:
  Push(const data::Table& table, const PushRequest& request, std::vector<Node>& nodes, const Control& control)
      : table_(table), request_(request), nodes_(nodes), control_(control) {}

  Result<PushSummary> run() {
    HAMDIL_CHECK(check_nodes());
    HAMDIL_CHECK(check_identifier(request_.cluster, "name of a cluster"));
    HAMDIL_CHECK(check_identifier(request_.database, "name of a database"));
    HAMDIL_CHECK(prepare_all());
    PushSummary out;
    if (const Status done = send_where_needed(); !done) {
      take_back();
      return done.error();
    }
    out.was_there = sent_to_.empty();
    for (const Node& node : nodes_) out.bytes_sent += node.bytes_sent();
    out.table = std::move(pushed_);
    return out;
  }

 private:
  Status send_where_needed() {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      HAMDIL_TRY(const bool complete, is_complete(node));
      if (complete) continue;
      sent_to_.push_back(node);
      HAMDIL_CHECK(send(node));
    }
    return join();
  }

  // After a failure nothing stays on nodes that no legend would tell of; a node that is gone keeps what it has.
  void take_back() {
    for (const std::size_t node : sent_to_)
      for (const char* ending : {"_all", "_part", ""})
        (void)nodes_[node].query("DROP TABLE IF EXISTS " + pushed_.name + ending);
  }

  Status check_nodes() const {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (nodes_[i].address().text() == nodes_[j].address().text())
          return Error("analysis.clickhouse.node_twice", "The node {node} is named twice.",
                       {{"node", nodes_[i].address().text()}})
              .advise("Name every node of the cluster once.");
    return Done{};
  }

  Status prepare_all() {
    HAMDIL_TRY(const stats::survey::DesignSpec design, read_design(request_.design));
    HAMDIL_TRY(design_, stats::survey::SurveyDesign::make(design, table_));
    for (const std::string& name : request_.columns) {
      HAMDIL_TRY(const data::Column* column, stats::survey::find_column(table_, name));
      HAMDIL_TRY(Values values, prepare(*column, values_.size()));
      values_.push_back(std::move(values));
    }
    const stats::survey::Stage& stage = design_->stages()[0];
    rows_of_node_.resize(nodes_.size());
    for (std::size_t row = 0; row < table_.rows; ++row)
      rows_of_node_[node_of_unit(static_cast<std::uint64_t>(stage.unit_of_row[row]), nodes_.size())].push_back(
          static_cast<std::uint32_t>(row));
    pushed_.cluster = request_.cluster;
    pushed_.database = request_.database;
    pushed_.design = request_.design;
    pushed_.source = request_.source;
    pushed_.rows = table_.rows;
    pushed_.strata = design_->stratum_names();
    pushed_.first_stage.group_of_unit = stage.group_of_unit;
    pushed_.first_stage.population_of_unit = stage.population_of_unit;
    for (const Values& values : values_) pushed_.columns.push_back(values.column);
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      pushed_.nodes.push_back({nodes_[node].address(), rows_of_node_[node].size()});
    pushed_.name = "hamdil_" + content_digest().substr(0, 24);
    return Done{};
  }

  // Of every value and of what it means; chunk by chunk, so that no copy of all rows is made.
  std::string content_digest() const {
    std::string chain = to_json(pushed_).dump();
    std::string bytes;
    for (std::size_t row = 0; row < table_.rows; ++row) {
      write_row(row, bytes);
      if (bytes.size() < kChunk && row + 1 < table_.rows) continue;
      chain = digest_hex(chain + digest_hex(bytes));
      bytes.clear();
    }
    return digest_hex(chain);
  }

  void write_row(std::size_t row, std::string& out) const {
    put(out, static_cast<std::uint32_t>(design_->stages()[0].unit_of_row[row]));
    put(out, design_->weights()[row]);
    for (const Values& values : values_) {
      const bool gap = !values.gaps.empty() && values.gaps[row] != 0;
      const data::Column& from = *values.from;
      const double value = !from.is_numeric() ? values.codes[row] : gap ? 0 : from.numbers[row];
      if (values.column.small)
        put(out, static_cast<std::int16_t>(gap && !from.is_numeric() ? -1 : value));
      else
        put(out, value);
      if (values.column.has_gaps) put(out, values.gaps[row]);
    }
  }

  std::string columns_sql() const {
    std::string out = "u UInt32, w Float64";
    for (const Values& values : values_) {
      out += fmt::format(", c{} {}", values.column.number, values.column.small ? "Int16" : "Float64");
      if (values.column.has_gaps) out += fmt::format(", m{} UInt8", values.column.number);
    }
    return out;
  }

  Result<std::size_t> count(std::size_t node, const std::string& name) {
    HAMDIL_TRY(const std::string answer,
               nodes_[node].query("SELECT count() FROM " + name + " FORMAT TabSeparated", {}, control_));
    const auto rows = text::parse_integer(text::trim(answer));
    if (!rows || *rows < 0)
      return Error("analysis.clickhouse.bad_answer", "The answer of the cluster cannot be used: {why}.",
                   {{"why", "a number of rows in it is none"}});
    return static_cast<std::size_t>(*rows);
  }

  Result<bool> is_complete(std::size_t node) {
    HAMDIL_TRY(const std::string there,
               nodes_[node].query("EXISTS TABLE " + pushed_.name + " FORMAT TabSeparated", {}, control_));
    if (text::trim(there) != "1") return false;
    HAMDIL_TRY(const std::size_t rows, count(node, pushed_.name));
    return rows == rows_of_node_[node].size();
  }

  Status send(std::size_t node) {
    const std::string part = pushed_.name + "_part";
    for (const std::string& name : {part, pushed_.name})
      HAMDIL_CHECK(nodes_[node].query("DROP TABLE IF EXISTS " + name));
    HAMDIL_CHECK(nodes_[node].query("CREATE TABLE " + part + " (" + columns_sql() + ") ENGINE = MergeTree ORDER BY u"));
    const std::vector<std::uint32_t>& rows = rows_of_node_[node];
    std::string bytes;
    bytes.reserve(std::min(kChunk + 1024, rows.size() * 64));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      write_row(rows[i], bytes);
      if (bytes.size() < kChunk && i + 1 < rows.size()) continue;
      HAMDIL_CHECK(control_.step(static_cast<double>(node + (i + 1.0) / static_cast<double>(rows.size())) /
                                 static_cast<double>(nodes_.size())));
      HAMDIL_CHECK(nodes_[node].query("INSERT INTO " + part + " FORMAT RowBinary", bytes, control_));
      bytes.clear();
    }
    HAMDIL_TRY(const std::size_t arrived, count(node, part));
    if (arrived != rows.size()) return incomplete(nodes_[node].address().text(), arrived, rows.size());
    HAMDIL_CHECK(nodes_[node].query("RENAME TABLE " + part + " TO " + pushed_.name));
    return Done{};
  }

  // The table over all nodes, on each of them; it must find every row.
  Status join() {
    const std::string all = pushed_.name + "_all";
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      HAMDIL_CHECK(nodes_[node].query("DROP TABLE IF EXISTS " + all));
      HAMDIL_CHECK(nodes_[node].query("CREATE TABLE " + all + " (" + columns_sql() + ") ENGINE = Distributed(" +
                                      pushed_.cluster + ", " + pushed_.database + ", " + pushed_.name + ")"));
      const auto rows = count(node, all);
      if (rows && *rows == pushed_.rows) continue;
      if (!rows && rows.error().code != "analysis.clickhouse.server_error") return rows.error();
      return Error("analysis.clickhouse.not_one_cluster",
                   "{node} finds {found} of {wanted} rows in the cluster {cluster}.",
                   {{"node", nodes_[node].address().text()},
                    {"found", rows ? std::to_string(*rows) : "not all"},
                    {"wanted", std::to_string(pushed_.rows)},
                    {"cluster", pushed_.cluster}})
          .advise(
              "Name every node of the cluster once with --cluster, and let remote_servers on each list the same "
              "nodes.");
    }
    return Done{};
  }

  static Error incomplete(const std::string& node, std::size_t found, std::size_t wanted) {
    return Error("analysis.clickhouse.incomplete", "{node} holds {found} of {wanted} rows.",
                 {{"node", node}, {"found", std::to_string(found)}, {"wanted", std::to_string(wanted)}})
        .advise("Push the table again.");
  }

  const data::Table& table_;
  const PushRequest& request_;
  std::vector<Node>& nodes_;
  const Control& control_;
  std::optional<stats::survey::SurveyDesign> design_;
  std::vector<Values> values_;
  std::vector<std::vector<std::uint32_t>> rows_of_node_;
  std::vector<std::size_t> sent_to_;  // nodes that got rows now
  PushedTable pushed_;
};

void add_new(std::vector<std::string> names, std::vector<std::string>& out) {
  for (std::string& name : names)
    if (!name.empty() && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
}

Status add_columns_of(const Call& call, std::vector<std::string>& out) {
  const Estimator* estimator = estimator_with_id(call.id);
  for (const stats::OptionInfo& option : estimator->info.options) {
    if (option.type == stats::OptionType::kColumns) add_new(call.options.texts(option.name), out);
    if (option.type == stats::OptionType::kColumn) add_new({call.options.text(option.name)}, out);
    if (option.type != stats::OptionType::kFormula || !call.options.has(option.name)) continue;
    HAMDIL_TRY(const stats::Formula formula, stats::parse_formula(call.options.text(option.name)));
    std::vector<std::string> names;
    if (formula.has_response) formula.response.expression.collect_names(names);
    for (const stats::Factor& factor : formula.factors) factor.expression.collect_names(names);
    add_new(std::move(names), out);
  }
  for (const Call& part : call.parts) HAMDIL_CHECK(add_columns_of(part, out));
  return Done{};
}

}  // namespace

Result<std::vector<std::string>> asked_columns(const AnalysisSpec& spec) {
  std::vector<std::string> out;
  HAMDIL_CHECK(add_columns_of(spec.call, out));
  for (const Condition& condition : spec.domain) add_new({condition.var}, out);
  return out;
}

Result<PushSummary> push(const data::Table& table, const PushRequest& request, std::vector<Node>& nodes,
                         const Control& control) {
  return Push(table, request, nodes, control).run();
}

Status drop(const PushedTable& table, std::vector<Node>& nodes) {
  for (Node& node : nodes)
    for (const char* ending : {"_all", "_part", ""})
      HAMDIL_CHECK(node.query("DROP TABLE IF EXISTS " + table.name + ending));
  return Done{};
}

}  // namespace hamdil::analysis::clickhouse
