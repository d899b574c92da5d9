#include "analysis/clickhouse/pushed_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "stats/survey/row_sums.hpp"

namespace hamdil::analysis::clickhouse {
namespace {

constexpr const char* kFormat = "hamdil-cluster-1";

Error wrong(const std::string& pointer) {
  return Error("analysis.clickhouse.legend", "This is no legend of a pushed table, or it was changed.")
      .at({.pointer = pointer})
      .advise("Push the table again; hamdil cluster push writes the legend.");
}

template <class T>
Result<T> member(const Json& json, const char* name, const std::string& pointer) {
  if (!json.is_object() || !json.contains(name)) return wrong(pointer + "/" + name);
  const Json& value = json[name];
  const bool fits = std::is_same_v<T, std::string>   ? value.is_string()
                    : std::is_same_v<T, bool>        ? value.is_boolean()
                    : std::is_same_v<T, std::size_t> ? value.is_number_unsigned()
                                                     : value.is_array();
  if (!fits) return wrong(pointer + "/" + name);
  if constexpr (std::is_same_v<T, Json>)
    return value;
  else
    return value.get<T>();
}

Json column_json(const StoredColumn& column) {
  Json levels = Json::array();
  for (const data::Level& level : column.description.levels) levels.push_back(level.value);
  return {{"name", column.description.name},
          {"type", data::column_type_name(column.description.type)},
          {"ordered", column.description.ordered},
          {"number", column.number},
          {"small", column.small},
          {"has_gaps", column.has_gaps},
          {"levels", std::move(levels)}};
}

Result<StoredColumn> read_column(const Json& json, const std::string& pointer) {
  StoredColumn out;
  HAMDIL_TRY(out.description.name, member<std::string>(json, "name", pointer));
  HAMDIL_TRY(const std::string type, member<std::string>(json, "type", pointer));
  const auto known = data::column_type_from_name(type);
  if (!known) return wrong(pointer + "/type");
  out.description.type = *known;
  HAMDIL_TRY(out.description.ordered, member<bool>(json, "ordered", pointer));
  HAMDIL_TRY(out.number, member<std::size_t>(json, "number", pointer));
  HAMDIL_TRY(out.small, member<bool>(json, "small", pointer));
  HAMDIL_TRY(out.has_gaps, member<bool>(json, "has_gaps", pointer));
  HAMDIL_TRY(const Json levels, member<Json>(json, "levels", pointer));
  for (const Json& level : levels) {
    if (!level.is_string()) return wrong(pointer + "/levels");
    out.description.levels.push_back({level.get<std::string>(), ""});
  }
  return out;
}

Status read_units(const Json& json, PushedTable& out) {
  HAMDIL_TRY(const Json strata, member<Json>(json, "strata", ""));
  for (const Json& name : strata) {
    if (!name.is_string()) return wrong("/strata");
    out.strata.push_back(name.get<std::string>());
  }
  HAMDIL_TRY(const Json stratum_of_unit, member<Json>(json, "stratum_of_unit", ""));
  for (const Json& stratum : stratum_of_unit) {
    if (!stratum.is_number_integer() || stratum.get<std::int64_t>() < 0 ||
        stratum.get<std::uint64_t>() >= out.strata.size())
      return wrong("/stratum_of_unit");
    out.first_stage.group_of_unit.push_back(stratum.get<std::int32_t>());
  }
  HAMDIL_TRY(const Json populations, member<Json>(json, "population_of_unit", ""));
  for (const Json& population : populations) {
    if (!population.is_null() && !(population.is_number() && population.get<double>() > 0))
      return wrong("/population_of_unit");
    out.first_stage.population_of_unit.push_back(population.is_null() ? std::numeric_limits<double>::infinity()
                                                                      : population.get<double>());
  }
  if (!populations.empty() && populations.size() != stratum_of_unit.size()) return wrong("/population_of_unit");
  return Done{};
}

}  // namespace

const StoredColumn* PushedTable::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const StoredColumn& one) { return one.description.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

Json to_json(const PushedTable& table) {
  Json nodes = Json::array();
  for (const PushedTable::Place& node : table.nodes)
    nodes.push_back({{"address", node.address.text()}, {"rows", node.rows}});
  Json columns = Json::array();
  for (const StoredColumn& column : table.columns) columns.push_back(column_json(column));
  Json populations = Json::array();
  const std::vector<double>& known = table.first_stage.population_of_unit;
  if (std::any_of(known.begin(), known.end(), [](double value) { return std::isfinite(value); }))
    for (const double value : known) populations.push_back(std::isfinite(value) ? Json(value) : Json());
  return {{"format", kFormat},
          {"table", table.name},
          {"cluster", table.cluster},
          {"database", table.database},
          {"nodes", std::move(nodes)},
          {"rows", table.rows},
          {"source", table.source},
          {"design", Json::parse(table.design)},
          {"columns", std::move(columns)},
          {"strata", table.strata},
          {"stratum_of_unit", table.first_stage.group_of_unit},
          {"population_of_unit", std::move(populations)}};
}

Result<PushedTable> read_pushed_table(const Json& json) {
  HAMDIL_TRY(const std::string format, member<std::string>(json, "format", ""));
  if (format != kFormat) return wrong("/format");
  PushedTable out;
  HAMDIL_TRY(out.name, member<std::string>(json, "table", ""));
  HAMDIL_TRY(out.cluster, member<std::string>(json, "cluster", ""));
  HAMDIL_TRY(out.database, member<std::string>(json, "database", ""));
  for (const std::string* name : {&out.name, &out.cluster, &out.database})
    HAMDIL_CHECK(check_identifier(*name, "name in the legend"));
  HAMDIL_TRY(out.rows, member<std::size_t>(json, "rows", ""));
  HAMDIL_TRY(out.source, member<std::string>(json, "source", ""));
  HAMDIL_TRY(const Json nodes, member<Json>(json, "nodes", ""));
  if (nodes.empty()) return wrong("/nodes");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string pointer = "/nodes/" + std::to_string(i);
    HAMDIL_TRY(const std::string address, member<std::string>(nodes[i], "address", pointer));
    PushedTable::Place place;
    HAMDIL_TRY(place.address, parse_address(address));
    HAMDIL_TRY(place.rows, member<std::size_t>(nodes[i], "rows", pointer));
    out.nodes.push_back(std::move(place));
  }
  if (!json.contains("design") || !json["design"].is_object()) return wrong("/design");
  out.design = json["design"].dump();
  HAMDIL_TRY(const Json columns, member<Json>(json, "columns", ""));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    HAMDIL_TRY(StoredColumn column, read_column(columns[i], "/columns/" + std::to_string(i)));
    out.columns.push_back(std::move(column));
  }
  HAMDIL_CHECK(read_units(json, out));
  return out;
}

Result<stats::survey::DesignSpec> read_design(const std::string& json) {
  HAMDIL_TRY(const Json design, parse_json(json, "design"));
  HAMDIL_TRY(const AnalysisSpec spec,
             parse_spec(Json{{"design", design}, {"call", {{"estimator", "design_summary"}}}}));
  if (spec.replicates)
    return Error("stats.pushed.design", "A design with {what} needs the rows themselves, not only sums of them.",
                 {{"what", "replicate weights"}})
        .at({.pointer = "/design"})
        .advise("Run it where the rows are: leave --on-cluster out.");
  HAMDIL_CHECK(stats::survey::check_sums_are_enough(spec.design));
  return spec.design;
}

Status check_same_design(const PushedTable& table, const stats::survey::DesignSpec& asked) {
  HAMDIL_TRY(stats::survey::DesignSpec own, read_design(table.design));
  own.lonely = asked.lonely;
  own.adjust_domain_lonely = asked.adjust_domain_lonely;
  if (own == asked) return Done{};
  return Error("analysis.clickhouse.other_design", "The rows on the cluster were pushed with another design.")
      .at({.pointer = "/design"})
      .advise("Take the design that they were pushed with, or push them with this one.");
}

Status check_identifier(const std::string& name, const char* what) {
  const bool good = !name.empty() && name.size() <= 64 && (name[0] < '0' || name[0] > '9') &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (good) return Done{};
  return Error("analysis.clickhouse.identifier", "A {what} has letters, digits and underscores, at most 64.",
               {{"what", what}});
}

}  // namespace hamdil::analysis::clickhouse
