#include "services/reporting/releases.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/result_json.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "protect/policy.hpp"

namespace hamdil::services::reporting {
namespace {

using model::Record;
using protect::Audience;
using protect::Withheld;

const std::string kEngine = std::string("hamdil ") + kVersion;

using Respondents = std::map<std::string, std::set<std::string>>;  // by round

Respondents respondents_of(const StudyData& data) {
  Respondents out;
  const data::Column* ids = data.table.find("respondent");
  const data::Column& rounds = *data.table.find(kRoundColumn);
  for (std::size_t row = 0; ids != nullptr && row < data.table.rows; ++row)
    out[rounds.text_at(row)].insert(ids->text_at(row));
  return out;
}

Result<Respondents> respondents_of(const store::Workspace& workspace, const Json& release) {
  HAMDIL_TRY(const std::string sealed, workspace.read_blob(release.value("respondents", "")));
  HAMDIL_TRY(const Json json, parse_json(sealed, "release"));
  Respondents out;
  for (const auto& [round, ids] : json.items())
    for (const Json& id : ids) out[round].insert(id.get<std::string>());
  return out;
}

// How each measure is made, to know it from another of the same name.
Json definitions_of(const StudyData& data) {
  Json out = Json::object();
  for (const study::MeasureSpec& measure : data.study.spec.measures) {
    std::string text =
        measure.rule + text::format_number(measure.maximum) + text::format_number(measure.minimum_answered);
    for (const study::ItemSpec& item : measure.items) {
      text += "\n" + item.question + (item.reverse ? "-" : "+") + text::format_number(item.weight);
      for (const auto& [answer, value] : item.values) text += answer + "=" + text::format_number(value);
    }
    for (const std::string& answer : measure.success) text += "\n" + answer;
    out[measure_column(measure)] = digest_hex(text).substr(0, 12);
  }
  return out;
}

std::set<std::string> same_rounds(const StudyData& data, const Json& release) {
  std::set<std::string> out;
  for (const auto& [round, digest] : release["people"].items())
    if (const auto now = data.people.find(round); now != data.people.end() && now->second == digest.get<std::string>())
      out.insert(round);
  return out;
}

// {"3": "few_rows"}: rows from 1 that were not printed.
Json withheld_json(const std::vector<Withheld>& withheld) {
  Json out = Json::object();
  for (std::size_t row = 0; row < withheld.size(); ++row)
    if (withheld[row] != Withheld::kNo) out[std::to_string(row + 1)] = protect::withheld_name(withheld[row]);
  return out;
}

Withheld withheld_in(const Json& rows, std::size_t row) {
  const auto found = rows.find(std::to_string(row));
  return found == rows.end() ? Withheld::kNo : protect::withheld_of(found->get<std::string>());
}

// Ids of the run's results by table; what is missing is saved.
Result<std::map<std::string, std::string>> keep_results(const store::Workspace& workspace,
                                                        store::Transaction& transaction, const StudyData& data,
                                                        const std::vector<stats::ResultTable>& tables,
                                                        const std::vector<std::string>& specifications) {
  std::map<std::string, std::string> ids;
  HAMDIL_TRY(const std::vector<Record> known, workspace.list("result", "run", data.run));
  for (const Record& result : known) ids[result.title] = result.id;
  Json datasets = Json::array();
  for (const Record& dataset : data.datasets) datasets.push_back(dataset.id);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string& id = tables[i].id;
    if (ids.contains(id)) continue;
    HAMDIL_TRY(const Record analysis,
               transaction.save(model::new_record(
                   "analysis", id,
                   {{"study", data.study.id}, {"specification", Json::parse(specifications[i])}, {"table_id", id}})));
    HAMDIL_TRY(const std::string address, transaction.put_blob(analysis::to_json(tables[i]).dump()));
    HAMDIL_TRY(const Record result, transaction.save(model::new_record("result", id,
                                                                       {{"analysis", analysis.id},
                                                                        {"run", data.run},
                                                                        {"datasets", datasets},
                                                                        {"table", address},
                                                                        {"engine", kEngine}})));
    ids[id] = result.id;
  }
  return ids;
}

}  // namespace

const char* audience_name(Audience audience) {
  switch (audience) {
    case Audience::kTeam:
      return "team";
    case Audience::kNamedRecipients:
      return "named_recipients";
    case Audience::kPublic:
      break;
  }
  return "public";
}

Result<std::vector<protect::EarlierRelease>> earlier_releases(const store::Workspace& workspace,
                                                              const StudyData& data) {
  std::vector<protect::EarlierRelease> out;
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release", "study", data.study.id));
  const Json definitions = definitions_of(data);
  std::set<std::string> seen;
  for (const Record& release : releases) {
    const Json fields = release.fields();
    const std::set<std::string> same = same_rounds(data, fields);
    if (same.empty()) continue;
    const bool whole = same.size() == fields["people"].size() && same.size() == data.people.size();
    std::set<std::string> changed;
    for (const auto& [variable, digest] : fields["definitions"].items())
      if (!definitions.contains(variable) || definitions[variable] != digest) changed.insert(variable);
    for (const Json& one : fields["tables"]) {
      if (!seen.insert(one.dump() + fields["people"].dump()).second) continue;
      HAMDIL_TRY(const auto result, workspace.find("result", one.value("result", "")));
      if (!result)
        return Error("reporting.release.no_result", "A table that left before is gone from the workspace.")
            .advise("Run hamdil verify; restore a backup that is sound.");
      HAMDIL_TRY(const std::string sealed, workspace.read_blob(result->fields().value("table", "")));
      HAMDIL_TRY(const Json json, parse_json(sealed, "result"));
      const stats::ResultTable kept = analysis::labels_from_json(json);
      protect::EarlierRelease earlier{kept, {}, changed};
      earlier.table.rows.clear();
      for (std::size_t r = 0; r < kept.rows.size(); ++r) {
        stats::Row row = kept.rows[r];
        const auto round =
            std::find_if(row.by.begin(), row.by.end(), [](const auto& pair) { return pair.first == kRoundColumn; });
        if (round != row.by.end() ? !same.contains(round->second) : !whole && fields["people"].size() > 1) continue;
        // Of a study with one round, everybody was that round.
        if (round == row.by.end() && !whole) row.by.emplace_back(kRoundColumn, *same.begin());
        earlier.table.rows.push_back(std::move(row));
        earlier.withheld.push_back(withheld_in(one["withheld"], r + 1));
      }
      out.push_back(std::move(earlier));
    }
  }
  return out;
}

Status check_versions(const store::Workspace& workspace, const StudyData& data, const std::string& despite_earlier) {
  if (!despite_earlier.empty()) return Done{};
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release", "study", data.study.id));
  const Respondents now = respondents_of(data);
  std::set<std::string> seen;
  for (const Record& release : releases) {
    const Json fields = release.fields();
    if (!seen.insert(fields["people"].dump()).second || same_rounds(data, fields).size() == fields["people"].size())
      continue;
    HAMDIL_TRY(const Respondents then, respondents_of(workspace, fields));
    for (const auto& [round, people] : then) {
      const auto today = now.find(round);
      if (today == now.end()) continue;
      std::vector<std::string> differ;
      std::set_symmetric_difference(people.begin(), people.end(), today->second.begin(), today->second.end(),
                                    std::back_inserter(differ));
      if (differ.empty() || differ.size() >= protect::disclosure_policy().min_rows) continue;
      return Error("reporting.release.few_differ",
                   "Tables of the round {round} left before, about nearly the same people (run {run}): who compares "
                   "both can work out the answers of the few who make the difference.",
                   {{"round", round}, {"run", fields.value("run", "")}})
          .advise(
              "Leave the interviews as they were, or replace the earlier product everywhere and pass "
              "--despite-earlier \"REASON\"; the reason is kept.");
    }
  }
  return Done{};
}

Result<Diagnostics> corrected_since_release(const store::Workspace& workspace, const StudyData& data) {
  Diagnostics out;
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release", "study", data.study.id));
  for (auto release = releases.rbegin(); release != releases.rend(); ++release) {
    const Json fields = release->fields();
    for (const auto& [round, digest] : fields["people"].items()) {
      const auto now = data.people.find(round);
      if (now == data.people.end() || now->second == digest.get<std::string>()) continue;
      out.push_back({Severity::kWarning,
                     Error("reporting.release.other_answers",
                           "Tables of other answers of the round {round} left before (run {run}): who compares both "
                           "can learn about the interviews that make the difference.",
                           {{"round", round}, {"run", fields.value("run", "")}})
                         .advise("Where only a few interviews changed, replace the earlier product instead of "
                                 "publishing both.")});
      return out;
    }
  }
  return out;
}

Status record_release(const store::Workspace& workspace, store::Transaction& transaction, const StudyData& data,
                      const std::vector<stats::ResultTable>& tables, const std::vector<std::string>& specifications,
                      const protect::TableSet& released, const std::string& what, const std::string& despite_earlier) {
  HAMDIL_TRY(const auto results, keep_results(workspace, transaction, data, tables, specifications));
  if (released.audience == Audience::kTeam) return Done{};
  const std::string audience = audience_name(released.audience);
  Json rows = Json::array();
  for (std::size_t i = 0; i < tables.size(); ++i)
    rows.push_back({{"result", results.at(tables[i].id)}, {"withheld", withheld_json(released.tables[i].withheld)}});
  HAMDIL_TRY(const std::vector<Record> known, workspace.list("release", "run", data.run));
  for (const Record& release : known) {
    const Json fields = release.fields();
    if (fields.value("audience", "") == audience && fields["tables"] == rows) return Done{};
  }
  Json ids = Json::object();
  for (const auto& [round, people] : respondents_of(data)) ids[round] = people;
  HAMDIL_TRY(const std::string respondents, transaction.put_blob(ids.dump()));
  Json fields = {{"study", data.study.id},
                 {"audience", audience},
                 {"run", data.run},
                 {"people", data.people},
                 {"respondents", respondents},
                 {"sensitive", data.sensitive},
                 {"definitions", definitions_of(data)},
                 {"tables", rows}};
  if (!despite_earlier.empty()) fields["despite_earlier"] = despite_earlier;
  HAMDIL_TRY(const Record saved, transaction.save(model::new_record("release", what, fields)));
  (void)saved;
  return Done{};
}

Result<Withheld> withheld_everywhere(const store::Workspace& workspace, const std::string& result, std::size_t row) {
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release"));
  Withheld out = Withheld::kAudience;
  for (const Record& release : releases) {
    const Json fields = release.fields();
    for (const Json& table : fields["tables"]) {
      if (table.value("result", "") != result) continue;
      out = withheld_in(table["withheld"], row);
      if (out == Withheld::kNo) return out;
    }
  }
  return out;
}

}  // namespace hamdil::services::reporting
