#include "analysis/result_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace hamdil::analysis {
namespace {

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  if (value == std::floor(value) && std::fabs(value) < 9e15) return static_cast<std::int64_t>(value);
  return value;
}

Json range(const stats::Range& ci) { return Json::array({number(ci.lower), number(ci.upper)}); }

Json matrix(const stats::Matrix& from) {
  Json rows = Json::array();
  for (std::size_t r = 0; r < from.rows; ++r) {
    Json row = Json::array();
    for (std::size_t c = 0; c < from.columns; ++c) row.push_back(number(from.at(r, c)));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json row_json(const stats::Row& row, const std::string& estimator) {
  Json out;
  if (!row.by.empty()) {
    Json by = Json::object();
    for (const auto& [variable, level] : row.by) by[variable] = level;
    out["by"] = std::move(by);
  }
  out["term"] = row.term;
  out["variable"] = row.variable;
  if (!row.level.empty()) out["level"] = row.level;
  if (estimator == "cdf") out["at"] = number(row.at);
  if (estimator == "quantile") {
    out["p"] = number(row.at);
    out["ci"] = range(row.ci_t_domain);
    out["degf"] = number(row.degf_domain);
  }
  out["estimate"] = number(row.estimate);
  out["se"] = number(row.se);
  out["ci_normal"] = range(row.ci_normal);
  out["ci_t"] = range(row.ci_t);
  out["degf_domain"] = number(row.degf_domain);
  out["ci_t_domain"] = range(row.ci_t_domain);
  out["deff"] = number(row.deff);
  out["cv"] = number(row.cv);
  if (!std::isnan(row.statistic)) out["t"] = number(row.statistic);
  out["p_value"] = number(row.p_value);
  out["base_rows"] = row.base_rows;
  out["base_clusters"] = row.base_clusters;
  out["cell_rows"] = row.cell_rows;
  out["base_weight"] = number(row.base_weight);
  out["missing_rows"] = row.missing_rows;
  Json flags = Json::array();
  for (const stats::Flag flag : row.flags) flags.push_back(stats::flag_name(flag));
  out["flags"] = std::move(flags);
  out["ref"] = row.ref;
  return out;
}

Json rows_json(const stats::ResultTable& table) {
  Json rows = Json::array();
  for (const stats::Row& row : table.rows) rows.push_back(row_json(row, table.estimator));
  return rows;
}

Json test_json(const stats::Test& test) {
  Json out;
  out["statistic"] = number(test.statistic);
  if (!std::isnan(test.ddf)) {
    out["ndf"] = number(test.df);
    out["ddf"] = number(test.ddf);
  } else if (!std::isnan(test.df)) {
    out["df"] = number(test.df);
  }
  out["p_value"] = number(test.p_value);
  return out;
}

Json term_test_json(const stats::TermTest& test) {
  Json lambda = number(test.lambda.empty() ? stats::kNaN : test.lambda.front());
  if (test.lambda.size() > 1) {
    lambda = Json::array();
    for (const double value : test.lambda) lambda.push_back(number(value));
  }
  const char* method = test.lambda.size() > 1 ? "F mixture, saddlepoint approximation" : "F(1, ddf)";
  Json out;
  out["wald_F"] = {{"F", number(test.wald / test.df)},
                   {"df", number(test.df)},
                   {"ddf", number(test.ddf)},
                   {"p_value", number(test.p_f)}};
  out["wald_chisq"] = {{"chisq", number(test.wald)}, {"df", number(test.df)}, {"p_value", number(test.p_chisq)}};
  out["rao_scott_lrt"] = {{"p_value_method", method}, {"chisq", number(test.lrt)},   {"df", number(test.df)},
                          {"ddf", number(test.ddf)},  {"lambda", std::move(lambda)}, {"p_value", number(test.p_lrt)}};
  return out;
}

// A named figure; "aic/AIC" stands as a member of "aic".
void add_value(const std::string& name, double value, Json& out) {
  const Json shown = name == "converged" ? Json(value != 0) : number(value);
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos)
    out[name] = shown;
  else
    out[name.substr(0, slash)][name.substr(slash + 1)] = shown;
}

Json figures_json(const stats::Figures& figures);

struct FigureJson {
  Json operator()(double value) const { return number(value); }
  Json operator()(bool value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(const std::vector<double>& list) const {
    Json out = Json::array();
    for (const double value : list) out.push_back(number(value));
    return out;
  }
  Json operator()(const std::vector<std::string>& list) const { return list; }
  Json operator()(const stats::Matrix& value) const { return matrix(value); }
  Json operator()(const stats::Figures& value) const { return figures_json(value); }
  Json operator()(const std::vector<stats::Figures>& records) const {
    Json out = Json::array();
    for (const stats::Figures& record : records) out.push_back(figures_json(record));
    return out;
  }
};

Json figures_json(const stats::Figures& figures) {
  Json out = Json::object();
  for (const stats::Figure& figure : figures) out[figure.name] = std::visit(FigureJson(), figure.value);
  return out;
}

// A result that is nothing but a list.
const Json* list_of(const stats::ResultTable& table, const Json& json) {
  return table.figures.size() == 1 && table.figures.front().name == "list" ? &json["list"] : nullptr;
}

bool is_single(const stats::ResultTable& table) {
  constexpr std::array<const char*, 7> kNames = {
      "contrast", "contrast_nonlinear", "change", "difference_in_differences", "proportion_ci", "ranktest", "ttest"};
  return table.rows.size() == 1 && std::find(kNames.begin(), kNames.end(), table.estimator) != kNames.end();
}

void add_single(const stats::ResultTable& table, Json& out) {
  if (table.rows.empty()) return;
  const stats::Row& row = table.rows.front();
  out["estimate"] = number(row.estimate);
  out["se"] = number(row.se);
  out["ci_t"] = range(row.ci_t);
  out["ci_normal"] = range(row.ci_normal);
  if (!std::isnan(row.statistic)) out["statistic"] = number(row.statistic);
  if (!std::isnan(row.p_value)) out["p_value"] = number(row.p_value);
}

void add_levels(const stats::ResultTable& table, Json& out) {
  if (table.counts.values.empty()) return;
  out["row_levels"] = table.row_levels;
  out["col_levels"] = table.col_levels;
  out["counts"] = matrix(table.counts);
}

void add_parts(const stats::ResultTable& table, Json& out) {
  for (std::size_t i = 0; i < table.parts.size(); ++i) {
    const stats::ResultTable& part = table.parts[i];
    const bool only_rows = part.values.empty() && part.figures.empty() && !is_single(part) && !part.rows.empty();
    Json json = only_rows ? rows_json(part) : to_json(part);
    const Json* list = list_of(part, json);
    out[table.part_names[i]] = list == nullptr ? json : *list;
  }
}

bool has_few_missing(const stats::ResultTable& table, std::size_t min_rows) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const stats::Row& row) { return row.missing_rows > 0 && row.missing_rows < min_rows; }) ||
         std::any_of(table.parts.begin(), table.parts.end(),
                     [&](const stats::ResultTable& part) { return has_few_missing(part, min_rows); });
}

// At any depth: parts stand as objects or as lists of rows.
void leave_out_missing(Json& json) {
  if (json.is_object()) {
    json.erase("missing_rows");
    if (json.contains("estimator")) json.erase("n");
  }
  if (json.is_structured())
    for (Json& one : json) leave_out_missing(one);
}

}  // namespace

Json to_released_json(const stats::ResultTable& table, std::size_t min_rows) {
  Json out = to_json(table);
  if (has_few_missing(table, min_rows)) leave_out_missing(out);
  return out;
}

Json to_json(const stats::ResultTable& table) {
  Json out;
  if (!table.id.empty()) out["id"] = table.id;
  out["estimator"] = table.estimator;
  out["degf"] = number(table.degf);
  out["level"] = table.level;
  out["n"] = table.n;
  if (is_single(table)) add_single(table, out);
  for (const auto& [name, value] : table.values) add_value(name, value, out);
  for (const auto& [name, list] : table.series) {
    out[name] = Json::array();
    for (const double value : list) out[name].push_back(number(value));
  }
  for (const auto& [name, words] : table.texts) out[name] = words;
  if (!table.rows.empty()) out["rows"] = rows_json(table);
  if (!table.vcov.values.empty()) out["vcov"] = matrix(table.vcov);
  add_levels(table, out);
  if (!table.matrix.values.empty()) out["matrix"] = matrix(table.matrix);
  if (!table.matrix_se.values.empty()) out["se"] = matrix(table.matrix_se);
  if (!table.tests.empty()) {
    Json tests = Json::object();
    for (const stats::Test& test : table.tests) tests[test.name] = test_json(test);
    out["tests"] = std::move(tests);
  }
  for (const stats::TermTest& test : table.term_tests) out["term_tests"][test.term] = term_test_json(test);
  if (!table.methods.empty()) {
    Json methods = Json::object();
    for (const stats::MethodInterval& method : table.methods)
      methods[method.method] = {{"estimate", number(method.estimate)}, {"ci", range(method.ci)}};
    out["methods"] = std::move(methods);
  }
  for (const stats::Figure& figure : table.figures) out[figure.name] = std::visit(FigureJson(), figure.value);
  add_parts(table, out);
  if (!table.flags.empty()) {
    out["flags"] = Json::array();
    for (const stats::Flag flag : table.flags) out["flags"].push_back(stats::flag_name(flag));
  }
  if (!table.notes.empty()) out["notes"] = table.notes;
  return out;
}

stats::ResultTable labels_from_json(const Json& json) {
  stats::ResultTable out;
  out.id = json.value("id", "");
  out.estimator = json.value("estimator", "");
  if (!json.contains("rows")) return out;
  for (const Json& one : json["rows"]) {
    stats::Row row;
    row.term = one.value("term", "");
    row.variable = one.value("variable", "");
    row.level = one.value("level", "");
    if (one.contains("by"))
      for (const auto& [variable, level] : one["by"].items()) row.by.emplace_back(variable, level.get<std::string>());
    row.base_rows = one.value("base_rows", std::size_t{0});
    row.base_clusters = one.value("base_clusters", std::size_t{0});
    row.cell_rows = one.value("cell_rows", std::size_t{0});
    row.ref = one.value("ref", "");
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace hamdil::analysis
