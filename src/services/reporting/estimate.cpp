#include "services/reporting/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/run.hpp"
#include "analysis/spec.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/plain_table.hpp"
#include "protect/gate.hpp"
#include "services/reporting/release_input.hpp"
#include "services/reporting/releases.hpp"

namespace hamdil::services::reporting {
namespace {

Error not_released(const std::string& why) {
  return Error("reporting.estimate.not_released", "This cannot be shown outside the team: {why}.", {{"why", why}})
      .advise(
          "Ask for means, shares or totals by groups and places, or use --audience team where you may see the "
          "answers.");
}

// Enumerators stand in the answers under a pseudonym: their own interviews are not for others to compare.
bool is_pseudonym(const StudyData& data, const std::string& name) {
  for (const model::Record& dataset : data.datasets) {
    const Json fields = dataset.fields();
    for (const Json& column : fields["columns"])
      if (column.value("name", "") == name && column.value("role", "") == "pseudonym") return true;
  }
  return false;
}

// What people may be parted by outside the team: the study's groups, districts, comparison and rounds, and what its
// file lists under `breakdowns`. Not who or where somebody is, and nothing sensitive.
bool may_break_down(const StudyData& data, const std::string& name) {
  const study::StudySpec& spec = data.study.spec;
  const auto listed = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const data::Column* column = data.table.find(name);
  const bool declared = name == kRoundColumn || name == spec.group_variable || name == spec.district_variable ||
                        name == spec.comparison_variable || listed(spec.breakdowns);
  return declared && column != nullptr && name != "respondent" && !name.starts_with('_') && !is_pseudonym(data, name) &&
         !listed(spec.sample.clusters) && !data.sensitive.contains(name);
}

// What may be asked about outside the team: the measures, the questions behind them, and the breakdowns themselves.
bool may_be_asked(const StudyData& data, const std::string& name) {
  for (const study::MeasureSpec& measure : data.study.spec.measures) {
    if (name == measure_column(measure)) return true;
    for (const study::ItemSpec& item : measure.items)
      if (name == item.question) return true;
  }
  return may_break_down(data, name);
}

// Members in which a specification's design differs from the study's.
std::vector<std::string> differing_members(const analysis::AnalysisSpec& spec, const stats::survey::DesignSpec& own) {
  const stats::survey::DesignSpec& asked = spec.design;
  std::vector<std::string> out;
  const auto compare = [&](const char* name, bool is_same) {
    if (!is_same) out.emplace_back(name);
  };
  compare("ids", asked.ids == own.ids);
  compare("strata", asked.strata == own.strata);
  compare("weights", asked.weights == own.weights);
  compare("fpc", asked.fpc == own.fpc);
  compare("fpc_meaning", asked.fpc_meaning == own.fpc_meaning || (asked.fpc.empty() && own.fpc.empty()));
  compare("nest", asked.nest == own.nest);
  compare("lonely_psu", asked.lonely == own.lonely);
  compare("adjust_domain_lonely", asked.adjust_domain_lonely == own.adjust_domain_lonely);
  compare("pps", asked.pps == own.pps && asked.hartley_rao_psum == own.hartley_rao_psum);
  compare("replicates", !spec.replicates);
  return out;
}

// The study's own design may stand in a specification, as the study file has it or as it is used over the rounds;
// another one would look at other people than the gate does.
Status check_design(const analysis::AnalysisSpec& spec, const StudyData& data) {
  std::vector<std::string> fewest;
  for (const std::size_t rounds : {data.rounds.size(), std::size_t{1}}) {
    const Json own = {{"design", design_json(data.study.spec.sample, rounds)},
                      {"call", {{"estimator", "design_summary"}}}};
    HAMDIL_TRY(const analysis::AnalysisSpec parsed, analysis::parse_spec(own));
    std::vector<std::string> members = differing_members(spec, parsed.design);
    if (members.empty()) return Done{};
    if (fewest.empty() || members.size() < fewest.size()) fewest = std::move(members);
  }
  return not_released("a design of its own, which differs from the study's in " + text::join(fewest, ", ") +
                      "; leave \"design\" out and the study's is used");
}

// Outside the team a query may not be built so that the gate looks at other people than the query does: the study's own
// design, plain estimators, and conditions only of the kind that tables have.
Status check_public_query(const analysis::AnalysisSpec& spec, const StudyData& data) {
  static const std::vector<std::string> kPlain = {"mean", "proportion", "total"};
  const analysis::Call& call = spec.call;
  if (std::find(kPlain.begin(), kPlain.end(), call.estimator) == kPlain.end())
    return not_released("the estimator " + call.estimator);
  double combinations = 1;
  std::vector<std::string> places = call.by;
  for (const analysis::Condition& condition : spec.domain) {
    if (condition.op != analysis::Compare::kEqual || condition.texts.size() != 1)
      return not_released("a condition other than ==");
    places.push_back(condition.var);
  }
  for (const std::string& place : places) {
    if (!may_break_down(data, place))
      return not_released("a breakdown by " + place + ", which the study file does not list under breakdowns");
    combinations *= static_cast<double>(data.table.find(place)->levels.size() + 1);
  }
  if (combinations > 3000) return not_released("a breakdown into " + text::format_number(combinations) + " places");
  for (const std::string& variable : call.variables)
    if (!may_be_asked(data, variable))
      return not_released("the column " + variable + ", which is no measure of the study");
  return Done{};
}

// Of the whole table only the rows that meet the conditions.
protect::TableSet asked_rows(const protect::TableSet& whole, const std::vector<analysis::Condition>& conditions) {
  protect::TableSet out{whole.audience, {whole.tables.front()}};
  protect::ReleasedTable& shown = out.tables.front();
  shown.table.rows.clear();
  shown.withheld.clear();
  for (std::size_t r = 0; r < whole.tables.front().withheld.size(); ++r) {
    const stats::Row& row = whole.tables.front().table.rows[r];
    const bool asked = std::all_of(conditions.begin(), conditions.end(), [&](const analysis::Condition& condition) {
      return std::any_of(row.by.begin(), row.by.end(), [&](const auto& pair) {
        return pair.first == condition.var && pair.second == condition.texts.front();
      });
    });
    if (!asked) continue;
    shown.table.rows.push_back(row);
    shown.withheld.push_back(whole.tables.front().withheld[r]);
  }
  return out;
}

// Rounds that asked in other words are not one population of answers.
Status check_one_series(const analysis::AnalysisSpec& spec, const StudyData& data) {
  const auto is_round = [](const std::string& name) { return name == kRoundColumn; };
  if (std::any_of(spec.call.by.begin(), spec.call.by.end(), is_round)) return Done{};
  for (const analysis::Condition& condition : spec.domain)
    if (is_round(condition.var) && condition.op == analysis::Compare::kEqual && condition.texts.size() == 1)
      return Done{};
  for (const std::string& variable : spec.call.variables)
    if (!is_one_series(data, variable))
      return Error("reporting.estimate.reworded",
                   "The rounds asked {variable} in other words; they cannot be taken together.",
                   {{"variable", variable}})
          .advise(
              "Add round to \"by\", or a condition on one round; or declare the words equivalent in the study file.");
  return Done{};
}

// All texts of the specification, keys included: a column whose name stands in none of them is not needed.
void collect_texts(const Json& json, std::string& out) {
  if (json.is_string()) out += json.get<std::string>() + "\n";
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    out += key + "\n";
    collect_texts(value, out);
  }
}

// A figure that cannot be worked out would leave nothing but its place, and be protected for ever after.
Status check_defined(const analysis::AnalysisSpec& spec, const stats::ResultTable& table) {
  const bool all = std::none_of(table.rows.begin(), table.rows.end(),
                                [](const stats::Row& row) { return std::isnan(row.estimate); });
  if (all || spec.call.na_rm.value_or(false)) return Done{};
  return Error("reporting.estimate.undefined", "The {estimator} of {variables} is not defined: answers are missing.",
               {{"estimator", table.estimator}, {"variables", text::join(spec.call.variables, ", ")}})
      .at({.pointer = "/call/na_rm"})
      .advise("Add \"na_rm\": true to \"call\" to take those who answered. Nothing was released.");
}

}  // namespace

Result<stats::ResultTable> run_in_memory(const analysis::AnalysisSpec& spec, const StudyData& data) {
  return analysis::run(spec, data.table);
}

analysis::AnalysisSpec whole_table(analysis::AnalysisSpec spec) {
  for (const analysis::Condition& condition : spec.domain)
    if (std::find(spec.call.by.begin(), spec.call.by.end(), condition.var) == spec.call.by.end())
      spec.call.by.push_back(condition.var);
  spec.domain.clear();
  return spec;
}

Result<protect::Released<protect::TableSet>> estimate_in_workspace(
    store::Workspace& workspace, const std::string& spec_path, protect::Audience audience, const store::Author& author,
    const std::string& despite_earlier, const Runner& run) {
  HAMDIL_TRY(Json json, read_json_file(spec_path));
  HAMDIL_TRY(const StudyData data, load_study_data(workspace));
  Json with_design = json;
  if (json.is_object() && !json.contains("design"))
    with_design["design"] = design_json(data.study.spec.sample, data.rounds.size());
  HAMDIL_TRY(analysis::AnalysisSpec spec, analysis::parse_spec(with_design));
  if (audience != protect::Audience::kTeam && json.contains("design")) {
    HAMDIL_CHECK(check_design(spec, data));
    with_design.erase("design");  // in the same place as where it is added: the reference is made of the whole
    with_design["design"] = design_json(data.study.spec.sample, data.rounds.size());
    HAMDIL_TRY(spec, analysis::parse_spec(with_design));
  }
  HAMDIL_CHECK(check_one_series(spec, data));
  if (audience == protect::Audience::kTeam) {
    HAMDIL_TRY(stats::ResultTable table, run(spec, data));
    Analysed analysed;
    analysed.tables.push_back(std::move(table));
    return protect::Gate::release(release_input(data, analysed, audience));
  }
  HAMDIL_CHECK(check_public_query(spec, data));
  HAMDIL_CHECK(check_versions(workspace, data, despite_earlier));
  HAMDIL_TRY(stats::ResultTable table, run(whole_table(spec), data));
  HAMDIL_CHECK(check_defined(spec, table));
  set_references(table, data.run, kQueryTable + digest_hex(with_design.dump()).substr(0, 8));
  // The report's tables come first, printed or not yet: a query tells nothing that they withhold, and takes nothing
  // from them.
  HAMDIL_TRY(Analysed analysed, analyse(data));
  protect::GateInput report = release_input(data, analysed, audience);
  HAMDIL_TRY(report.earlier, earlier_releases(workspace, data));
  const auto planned = protect::Gate::release(report);
  Analysed asked;
  asked.tables = {table};
  protect::GateInput input = release_input(data, asked, audience);
  input.earlier = std::move(report.earlier);
  for (std::size_t i = 0; i < analysed.tables.size(); ++i)
    input.earlier.push_back({analysed.tables[i], planned->tables[i].withheld, {}});
  const auto last = protect::Gate::release(std::move(input));
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
    return record_release(workspace, transaction, data, {table}, {with_design.dump()}, *last, "estimate",
                          despite_earlier);
  }));
  return last.derive(asked_rows, spec.domain);
}

Result<stats::ResultTable> estimate_on_file(const std::string& spec_path, const std::string& data_path) {
  HAMDIL_TRY(const Json json, read_json_file(spec_path));
  HAMDIL_TRY(const analysis::AnalysisSpec spec, analysis::parse_spec(json));
  std::string texts;
  collect_texts(json, texts);
  HAMDIL_TRY(const data::Table table, exchange::read_typed_columns(data_path, [&](const std::string& name) {
               return texts.find(name) != std::string::npos;
             }));
  HAMDIL_TRY(stats::ResultTable out, analysis::run(spec, table));
  if (const data::Column* weights = table.find(spec.design.weights); weights != nullptr && !spec.replicates) {
    std::size_t outside = 0;
    for (std::size_t row = 0; row < table.rows; ++row) outside += weights->number_at(row) == 0 ? 1 : 0;
    if (outside > 0)
      out.notes.push_back("zero_weight: " + std::to_string(outside) + " rows have the weight 0 in " +
                          spec.design.weights + " and count as outside the sample, as in R");
  }
  return out;
}

}  // namespace hamdil::services::reporting
