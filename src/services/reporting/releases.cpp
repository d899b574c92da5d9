#include "services/reporting/releases.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/result_json.hpp"
#include "base/version.hpp"

namespace hamdil::services::reporting {
namespace {

using model::Record;
using protect::Audience;
using protect::Withheld;

const std::string kEngine = std::string("hamdil ") + kVersion;

bool knows(Audience audience, const std::string& released_to) {
  return released_to == audience_name(Audience::kPublic) ||
         (audience == Audience::kNamedRecipients && released_to == audience_name(audience));
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

Result<std::vector<protect::EarlierRelease>> earlier_releases(const store::Workspace& workspace, const StudyData& data,
                                                              Audience audience) {
  std::vector<protect::EarlierRelease> out;
  if (audience == Audience::kTeam) return out;
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release", "people", data.people));
  std::set<std::string> seen;
  for (const Record& release : releases) {
    const Json fields = release.fields();
    if (!knows(audience, fields.value("audience", ""))) continue;
    for (const Json& one : fields["tables"]) {
      if (!seen.insert(one.dump()).second) continue;
      HAMDIL_TRY(const auto result, workspace.find("result", one.value("result", "")));
      if (!result) continue;
      HAMDIL_TRY(const std::string sealed, workspace.read_blob(result->fields().value("table", "")));
      HAMDIL_TRY(const Json json, parse_json(sealed, "result"));
      protect::EarlierRelease earlier{analysis::labels_from_json(json), {}};
      for (std::size_t row = 1; row <= earlier.table.rows.size(); ++row)
        earlier.withheld.push_back(withheld_in(one["withheld"], row));
      out.push_back(std::move(earlier));
    }
  }
  return out;
}

Result<Diagnostics> other_versions_released(const store::Workspace& workspace, const StudyData& data,
                                            Audience audience) {
  Diagnostics out;
  if (audience == Audience::kTeam) return out;
  HAMDIL_TRY(const std::vector<Record> releases, workspace.list("release", "study", data.study.id));
  const auto other = std::find_if(releases.rbegin(), releases.rend(), [&](const Record& release) {
    const Json fields = release.fields();
    return fields.value("people", "") != data.people && knows(audience, fields.value("audience", ""));
  });
  if (other != releases.rend())
    out.push_back({Severity::kWarning,
                   Error("reporting.release.other_answers",
                         "Tables of other answers left before (run {run}): who compares both can learn about the "
                         "interviews that make the difference.",
                         {{"run", other->fields().value("run", "")}})
                       .advise("Where only a few interviews changed, replace the earlier product instead of "
                               "publishing both.")});
  return out;
}

Status record_release(const store::Workspace& workspace, store::Transaction& transaction, const StudyData& data,
                      const std::vector<stats::ResultTable>& tables, const std::vector<std::string>& specifications,
                      const protect::TableSet& released, const std::string& what) {
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
  HAMDIL_TRY(const Record saved, transaction.save(model::new_record("release", what,
                                                                    {{"study", data.study.id},
                                                                     {"audience", audience},
                                                                     {"run", data.run},
                                                                     {"people", data.people},
                                                                     {"tables", rows}})));
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
