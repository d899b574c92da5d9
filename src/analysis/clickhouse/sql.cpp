#include "analysis/clickhouse/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis::clickhouse {
namespace {

using stats::Expression;
using stats::survey::SumGroup;
using stats::survey::SumRequest;

constexpr std::size_t kMostCombinations = 100'000;

// A literal that ClickHouse takes for a Float64.
std::string literal(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "(-inf)";
  if (!std::isnormal(value)) return "0.0";
  std::string out = fmt::format("{}", value);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return value < 0 ? "(" + out + ")" : out;
}

std::string literals(const std::vector<double>& values) {
  std::vector<std::string> out;
  for (const double value : values) out.push_back(literal(value));
  return "[" + text::join(out, ",") + "]";
}

class QueryWriter {
 public:
  explicit QueryWriter(const PushedTable& table) : table_(table) {}

  Result<std::string> run(const std::vector<Expression>& domain, const SumRequest& request) {
    HAMDIL_CHECK(define(request));
    HAMDIL_CHECK(filter(domain, request));
    std::vector<std::string> keys;
    std::vector<std::string> selected;
    if (request.by_unit) keys.emplace_back("u");
    selected = keys;
    for (const std::string& name : request.by) {
      HAMDIL_TRY(const StoredColumn* column, find(name));
      keys.push_back(fmt::format("k{}", keys.size()));
      selected.push_back(fmt::format("toFloat64({}) AS {}", value_of(*column), keys.back()));
    }
    for (const Expression& part : request.parted_by) {
      HAMDIL_TRY(const std::string value, write(part));
      keys.push_back(fmt::format("k{}", keys.size()));
      selected.push_back(fmt::format("{} AS {}", value, keys.back()));
    }
    for (const char* base : {"count()", "sum(w != 0)", "sum(w)", "sum(w * w)"}) selected.emplace_back(base);
    for (const Expression& one : request.weighted) {
      HAMDIL_TRY(const std::string value, write(one));
      selected.push_back("sum(w * " + value + ")");
    }
    for (const Expression& one : request.plain) {
      HAMDIL_TRY(const std::string value, write(one));
      selected.push_back("sum(" + value + ")");
    }
    for (const Expression& one : request.extremes) {
      HAMDIL_TRY(const std::string value, write(one));
      selected.push_back("min(" + value + ")");
      selected.push_back("max(" + value + ")");
    }
    std::string out = lets_.empty() ? "" : "WITH " + text::join(lets_, ", ") + " ";
    out += "SELECT " + text::join(selected, ", ") + " FROM " + table_.name + "_all";
    if (!conditions_.empty()) out += " WHERE " + text::join(conditions_, " AND ");
    if (!keys.empty()) out += " GROUP BY " + text::join(keys, ", ") + " WITH TOTALS";
    return out + " FORMAT TabSeparated";
  }

 private:
  Result<const StoredColumn*> find(const std::string& name) const {
    const StoredColumn* column = table_.find(name);
    if (column != nullptr) return column;
    return Error("analysis.clickhouse.no_column", "The column {column} was not pushed.", {{"column", name}})
        .advise("Push the table for a specification that needs it.");
  }

  static std::string value_of(const StoredColumn& column) { return fmt::format("c{}", column.number); }
  static std::string missing(const StoredColumn& column) {
    return column.has_gaps ? fmt::format("(m{} != 0)", column.number) : "0";
  }

  void let(const std::string& name, std::string value) {
    const std::string alias = fmt::format("v{}", lets_.size());
    lets_.push_back(std::move(value) + " AS " + alias);
    alias_of_[name] = alias;
  }

  Status define(const SumRequest& request) {
    if (!request.by_cell.empty()) HAMDIL_CHECK(define_by_cell(request));
    for (const auto& [name, value] : request.values) {
      HAMDIL_TRY(std::string written, write(value));
      let(name, std::move(written));
    }
    return Done{};
  }

  // Constants of cells stand in an array over all combinations of labels; a row in no cell finds the 0 before them.
  // (transform() would be the function for this: of floating numbers that of ClickHouse 18.16 gives what is not there.)
  Status define_by_cell(const SumRequest& request) {
    std::vector<std::size_t> place(request.cells.size(), 1);
    std::vector<std::string> known;
    std::vector<std::string> places;
    std::size_t combinations = 1;
    for (std::size_t i = 0; i < request.cell_columns.size(); ++i) {
      HAMDIL_TRY(const StoredColumn* column, find(request.cell_columns[i]));
      std::set<double> distinct;
      for (const std::vector<double>& key : request.cells) distinct.insert(key[i]);
      const std::vector<double> labels(distinct.begin(), distinct.end());
      for (std::size_t cell = 0; cell < place.size(); ++cell)
        place[cell] +=
            combinations * static_cast<std::size_t>(std::distance(
                               labels.begin(), std::lower_bound(labels.begin(), labels.end(), request.cells[cell][i])));
      const std::string name = "$label" + std::to_string(i);
      let(name, fmt::format("indexOf({}, toFloat64({}))", literals(labels), value_of(*column)));
      known.push_back(fmt::format("({} != 0 AND {} = 0)", alias_of_[name], missing(*column)));
      places.push_back(fmt::format("{} * ({} - 1)", combinations, alias_of_[name]));
      combinations *= std::max<std::size_t>(1, labels.size());
      if (combinations > kMostCombinations)
        return Error("analysis.clickhouse.cells", "There are too many combinations of {columns}.",
                     {{"columns", text::join(request.cell_columns, ", ")}})
            .advise("Break down by fewer columns at a time.");
    }
    if (!places.empty())
      let("$cell", fmt::format("if({}, 2 + {}, 1)", text::join(known, " AND "), text::join(places, " + ")));
    for (const SumRequest::CellValue& one : request.by_cell) {
      std::vector<double> values(combinations + 1, 0.0);
      for (std::size_t cell = 0; cell < place.size(); ++cell) values[place[cell]] = one.values[cell];
      let(one.name, places.empty() ? literal(one.values.at(0))
                                   : fmt::format("{}[toUInt32({})]", literals(values), alias_of_["$cell"]));
    }
    return Done{};
  }

  Status filter(const std::vector<Expression>& domain, const SumRequest& request) {
    const auto add = [&](const Expression& one, const char* pattern) -> Status {
      HAMDIL_TRY(const std::string value, write(one));
      conditions_.push_back(fmt::format(fmt::runtime(pattern), value));
      return Done{};
    };
    for (std::size_t i = 0; !request.whole_sample && i < domain.size(); ++i) HAMDIL_CHECK(add(domain[i], "({} != 0)"));
    std::vector<std::string> answered = request.complete;
    answered.insert(answered.end(), request.by.begin(), request.by.end());
    for (const std::string& name : answered) {
      HAMDIL_TRY(const StoredColumn* column, find(name));
      if (column->has_gaps) conditions_.push_back(fmt::format("(m{} = 0)", column->number));
    }
    for (const Expression& one : request.finite) HAMDIL_CHECK(add(one, "isFinite({})"));
    for (const Expression& one : request.where) HAMDIL_CHECK(add(one, "({} != 0)"));
    return Done{};
  }

  Result<std::string> write_name(const std::string& name) const {
    if (name == "$weight") return std::string("w");
    if (name.starts_with('$')) return alias_of_.at(name);
    HAMDIL_TRY(const StoredColumn* column, find(name));
    if (column->description.is_numeric()) return "toFloat64(" + value_of(*column) + ")";
    std::vector<double> numbers = {0};  // of a missing answer, whose place is -1
    for (const data::Level& level : column->description.levels)
      numbers.push_back(text::parse_number(level.value).value_or(std::nan("")));
    return fmt::format("{}[toUInt32({} + 2)]", literals(numbers), value_of(*column));
  }

  Result<std::string> write_of_column(const std::string& function, const std::string& name) const {
    HAMDIL_TRY(const StoredColumn* column, find(name));
    if (function == "code") return "toFloat64(" + value_of(*column) + ")";
    if (!column->has_gaps) return std::string("0.0");
    if (function == "missing") return "toFloat64(" + missing(*column) + ")";
    return fmt::format("toFloat64(m{} = {})", column->number, function == "unanswered" ? 1 : 2);
  }

  // Numbers, columns and what was defined are numbers where rows were let in; anything else may be none.
  static bool is_surely_number(const Expression& node) {
    return node.kind != Expression::Kind::kCall || node.text == "code";
  }

  Result<std::string> write_two(const Expression& node) const {
    static const std::map<std::string, const char*> kArithmetic = {
        {"+", "({} + {})"},   {"-", "({} - {})"},          {"*", "({} * {})"},      {"/", "({} / {})"},
        {"^", "pow({}, {})"}, {"max", "greatest({}, {})"}, {"min", "least({}, {})"}};
    static const std::map<std::string, const char*> kLogic = {{"==", "toFloat64({} = {})"},
                                                              {"!=", "toFloat64({} != {})"},
                                                              {"<", "toFloat64({} < {})"},
                                                              {"<=", "toFloat64({} <= {})"},
                                                              {">", "toFloat64({} > {})"},
                                                              {">=", "toFloat64({} >= {})"},
                                                              {"&", "toFloat64(({} != 0) AND ({} != 0))"},
                                                              {"|", "toFloat64(({} != 0) OR ({} != 0))"}};
    HAMDIL_TRY(const std::string a, write(node.arguments[0]));
    HAMDIL_TRY(const std::string b, write(node.arguments[1]));
    if (const auto found = kArithmetic.find(node.text); found != kArithmetic.end())
      return fmt::format(fmt::runtime(found->second), a, b);
    const std::string value = fmt::format(fmt::runtime(kLogic.at(node.text)), a, b);
    const bool sure = (is_surely_number(node.arguments[0]) && is_surely_number(node.arguments[1])) ||
                      node.text == "&" || node.text == "|";
    return sure ? value : fmt::format("if(isNaN({}) OR isNaN({}), nan, {})", a, b, value);
  }

  Result<std::string> write(const Expression& node) const {
    using Kind = Expression::Kind;
    if (node.kind == Kind::kNumber) return literal(node.number);
    if (node.kind == Kind::kName) return write_name(node.text);
    for (const char* function : {"code", "missing", "unanswered", "not_asked"})
      if (node.text == function) return write_of_column(node.text, node.arguments[0].text);
    if (node.text == "if") {
      std::array<std::string, 3> parts;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        HAMDIL_TRY(parts[i], write(node.arguments[i]));
      }
      return fmt::format("if({} != 0, {}, {})", parts[0], parts[1], parts[2]);
    }
    if (node.arguments.size() == 2) return write_two(node);
    static const std::map<std::string, const char*> kFunctions = {{"-", "(-({}))"},       {"!", "toFloat64({} = 0)"},
                                                                  {"abs", "abs({})"},     {"as.integer", "trunc({})"},
                                                                  {"exp", "exp({})"},     {"log", "log({})"},
                                                                  {"log10", "log10({})"}, {"sqrt", "sqrt({})"},
                                                                  {"floor", "floor({})"}, {"I", "({})"},
                                                                  {"as.numeric", "({})"}};
    HAMDIL_TRY(const std::string a, write(node.arguments[0]));
    return fmt::format(fmt::runtime(kFunctions.at(node.text)), a);
  }

  const PushedTable& table_;
  std::vector<std::string> lets_;
  std::vector<std::string> conditions_;
  std::map<std::string, std::string> alias_of_;
};

Error bad_answer(const char* why) {
  return Error("analysis.clickhouse.bad_answer", "The answer of the cluster cannot be used: {why}.", {{"why", why}})
      .advise("Nothing was computed. See whether every node runs the same version of ClickHouse, and try again.");
}

class AnswerReader {
 public:
  AnswerReader(const PushedTable& table, const SumRequest& request) : table_(table), request_(request) {}

  Result<std::vector<SumGroup>> run(std::string_view answer) {
    std::vector<SumGroup> out;
    const std::size_t keys = request_.by.size() + request_.parted_by.size() + (request_.by_unit ? 1 : 0);
    bool totals = false;
    double rows = 0;
    double total = -1;
    while (!answer.empty()) {
      const std::size_t end = answer.find('\n');
      if (end == std::string_view::npos) return bad_answer("its last line is not complete");
      const std::string_view line = answer.substr(0, end);
      answer.remove_prefix(end + 1);
      if (line.empty()) {
        totals = true;
        continue;
      }
      HAMDIL_TRY(const std::vector<double> figures, read_line(line, keys));
      if (totals) {
        total = figures[keys];
        continue;
      }
      HAMDIL_TRY(SumGroup group, read_group(figures));
      rows += figures[keys];
      if (group.base.rows > 0) out.push_back(std::move(group));
    }
    if (keys == 0 ? out.size() > 1 : total != rows) return bad_answer("its groups are not all there");
    std::sort(out.begin(), out.end(), [](const SumGroup& a, const SumGroup& b) {
      if (a.key != b.key)
        return std::lexicographical_compare(a.key.rbegin(), a.key.rend(), b.key.rbegin(), b.key.rend());
      return a.unit < b.unit;
    });
    return out;
  }

 private:
  Result<std::vector<double>> read_line(std::string_view line, std::size_t keys) const {
    const std::size_t wanted =
        keys + 4 + request_.weighted.size() + request_.plain.size() + 2 * request_.extremes.size();
    std::vector<double> out;
    out.reserve(wanted);
    while (true) {
      const std::size_t tab = line.find('\t');
      const auto number = text::parse_number(line.substr(0, tab));
      if (!number || !std::isfinite(*number)) return bad_answer("a figure in it is no finite number");
      if (out.size() == wanted) return bad_answer("it has other columns than were asked for");
      out.push_back(*number);
      if (tab == std::string_view::npos) break;
      line.remove_prefix(tab + 1);
    }
    if (out.size() != wanted) return bad_answer("it has other columns than were asked for");
    return out;
  }

  Result<SumGroup> read_group(const std::vector<double>& figures) const {
    constexpr double kMostRows = 4294967295.0;
    SumGroup out;
    std::size_t next = 0;
    const auto is_place = [](double value, std::size_t count) {
      return value >= 0 && value < static_cast<double>(count) && value == std::floor(value);
    };
    if (request_.by_unit) {
      if (!is_place(figures[next], table_.first_stage.units())) return bad_answer("it names a unit that there is not");
      out.unit = static_cast<std::uint32_t>(figures[next++]);
    }
    for (const std::string& name : request_.by) {
      const data::Column& column = table_.find(name)->description;
      if (!column.is_numeric() && !is_place(figures[next], column.levels.size()))
        return bad_answer("it names a level that there is not");
      out.key.push_back(figures[next++]);
    }
    for (std::size_t i = 0; i < request_.parted_by.size(); ++i) out.key.push_back(figures[next++]);
    if (!is_place(figures[next], static_cast<std::size_t>(kMostRows)) ||
        !is_place(figures[next + 1], static_cast<std::size_t>(kMostRows)))
      return bad_answer("a number of rows in it is none");
    out.base.rows = static_cast<std::uint32_t>(figures[next++]);
    out.base.positive = static_cast<std::uint32_t>(figures[next++]);
    out.base.weight = figures[next++];
    out.base.square = figures[next++];
    for (std::size_t i = 0; i < request_.weighted.size(); ++i) out.weighted.push_back(figures[next++]);
    for (std::size_t i = 0; i < request_.plain.size(); ++i) out.plain.push_back(figures[next++]);
    if (!request_.extremes.empty()) {
      out.least = figures[next++];
      out.greatest = figures[next++];
    }
    return out;
  }

  const PushedTable& table_;
  const SumRequest& request_;
};

}  // namespace

Result<std::string> sum_query(const PushedTable& table, const std::vector<Expression>& domain,
                              const SumRequest& request) {
  return QueryWriter(table).run(domain, request);
}

Result<std::vector<SumGroup>> read_groups(const PushedTable& table, const SumRequest& request,
                                          std::string_view answer) {
  return AnswerReader(table, request).run(answer);
}

}  // namespace hamdil::analysis::clickhouse
