#include "services/study/apply_study.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "services/study/check_study.hpp"
#include "services/study/framework_measures.hpp"

namespace hamdil::services::study {
namespace {

using model::Record;

// Makes the record, or changes what the study file says of it; fields that people filled in elsewhere stay as they are.
// A null empties a field. Nothing is written when nothing is new. Gives the record's id.
Result<std::string> save_changed(store::Transaction& transaction, const Record* known, const std::string& kind,
                                 const std::string& title, const Json& fields, const std::string& state = {}) {
  Record record = known == nullptr ? model::new_record(kind, title, Json::object()) : *known;
  const std::string before = record.fields_json + record.title + record.state;
  Json all = record.fields();
  for (const auto& [name, value] : fields.items()) {
    if (value.is_null())
      all.erase(name);
    else
      all[name] = value;
  }
  record.title = title;
  record.set_fields(all);
  if (!state.empty()) record.state = state;
  if (known != nullptr && record.fields_json + record.title + record.state == before) return record.id;
  HAMDIL_TRY(const Record saved, transaction.save(std::move(record)));
  return saved.id;
}

// The record among them that fits; none when there is none.
template <typename Fits>
const Record* find_record(const std::vector<Record>& records, Fits fits) {
  const auto found = std::find_if(records.begin(), records.end(), fits);
  return found == records.end() ? nullptr : &*found;
}

Json texts_json(const Texts& texts) {
  Json out = Json::object();
  for (const auto& [language, words] : texts) out[language] = words;
  return out;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Status save_rounds(store::Workspace& workspace, store::Transaction& transaction, const StudySpec& spec,
                   const std::string& study) {
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round", "study", study));
  for (std::size_t i = 0; i < spec.rounds.size(); ++i) {
    const auto& round = spec.rounds[i];
    const Record* known =
        find_record(rounds, [&](const Record& r) { return r.fields().value("name", "") == round.name; });
    const std::string& label = text_in(round.label, "en");
    HAMDIL_CHECK(save_changed(transaction, known, "round", label.empty() ? round.name : label,
                              {{"study", study},
                               {"name", round.name},
                               {"order", i + 1},
                               {"starts", text_or_null(round.starts)},
                               {"ends", text_or_null(round.ends)}}));
  }
  return Done{};
}

// One record of a kind for the study: changed when it is there, made when it is not.
Status save_single(store::Workspace& workspace, store::Transaction& transaction, const std::string& kind,
                   const std::string& title, const std::string& study, Json fields) {
  HAMDIL_TRY(const std::vector<Record> known, workspace.list(kind, "study", study));
  fields["study"] = study;
  HAMDIL_CHECK(save_changed(transaction, known.empty() ? nullptr : &known.back(), kind, title, fields));
  return Done{};
}

// The programme that the study belongs to; before the study knows one, that of the same name or the only one.
Result<std::string> save_programme(const store::Workspace& workspace, store::Transaction& transaction,
                                   const StudySpec& spec, const Record& study) {
  HAMDIL_TRY(const std::vector<Record> known, workspace.list("programme"));
  const ProgrammeSpec& programme = spec.programme;
  const std::string& name = text_in(programme.title, "en");
  const std::string title = name.empty() ? text_in(spec.title, "en") : name;
  const std::string of_study = study.fields().value("programme", "");
  const Record* own = find_record(known, [&](const Record& one) { return one.id == of_study; });
  if (own == nullptr) own = find_record(known, [&](const Record& one) { return one.title == title; });
  if (own == nullptr && known.size() == 1) own = &known.front();
  Json activities = Json::array();
  for (const Texts& activity : programme.activities) activities.push_back(texts_json(activity));
  const auto texts_or_null = [](const Texts& texts) { return texts.empty() ? Json() : texts_json(texts); };
  return save_changed(transaction, own, "programme", title,
                      {{"organisation", spec.organisation},
                       {"activities", activities},
                       {"demo", spec.demo},
                       {"objectives", texts_or_null(programme.objectives)},
                       {"users", texts_or_null(programme.users)},
                       {"starts", text_or_null(programme.starts)},
                       {"ends", text_or_null(programme.ends)},
                       {"donors", text_or_null(programme.donors)}});
}

// One place for each feature of the boundaries; a property "name" and "name:LANGUAGE" name it.
Status save_places(const store::Workspace& workspace, store::Transaction& transaction, const StudySpec& spec,
                   const std::string& boundaries) {
  if (boundaries.empty()) return Done{};
  HAMDIL_TRY(const Json collection, parse_json(boundaries, spec.boundaries_file));
  HAMDIL_TRY(const std::vector<Record> known, workspace.list("place", "code_list", spec.boundaries_file));
  for (const Json& feature : collection.value("features", Json::array())) {
    if (!feature.is_object() || !feature.contains("properties") || !feature["properties"].is_object()) continue;
    const Json& properties = feature["properties"];
    const auto word = [](const Json& value) {
      return value.is_string() ? value.get<std::string>() : value.is_number() ? value.dump() : std::string();
    };
    const std::string code =
        properties.contains(spec.boundaries_property) ? word(properties[spec.boundaries_property]) : std::string();
    if (code.empty()) continue;
    Json names = Json::object();
    for (const auto& [key, value] : properties.items()) {
      if (!value.is_string()) continue;
      if (key == "name") names["en"] = value;
      if (key.starts_with("name:")) names[key.substr(5)] = value;
    }
    const std::string title = names.contains("en") ? names["en"].get<std::string>() : code;
    const Record* same =
        find_record(known, [&](const Record& place) { return place.fields().value("code", "") == code; });
    Json fields = {{"code", code}, {"code_list", spec.boundaries_file}, {"level", 1}};
    if (!names.empty()) fields["names"] = names;
    if (feature.contains("geometry")) fields["geometry"] = feature["geometry"];
    HAMDIL_CHECK(save_changed(transaction, same, "place", title, fields));
  }
  return Done{};
}

Json cites_json(const std::vector<CitedCell>& cites) {
  Json out = Json::array();
  for (const CitedCell& cell : cites) {
    Json one = {{"table", cell.table}};
    for (const auto& [variable, level] : cell.by) one["by"][variable] = level;
    if (!cell.answer.empty()) one["answer"] = cell.answer;
    out.push_back(std::move(one));
  }
  return out;
}

// What a list shows of a finding: its statement, cut between words where it is long.
std::string finding_title(const FindingSpec& finding) {
  constexpr std::size_t kLongest = 120;  // bytes
  std::string title = text_in(finding.statement, "en");
  if (title.empty() && !finding.statement.empty()) title = finding.statement.begin()->second;
  if (title.empty()) return finding.id;
  if (const std::size_t blank = title.rfind(' ', kLongest); title.size() > kLongest && blank != std::string::npos)
    title.replace(blank, std::string::npos, " …");
  return title;
}

// Findings of the file are kept by their id there; one that the file no longer has is withdrawn, not deleted. Findings
// that people made elsewhere have no such id and stay as they are.
Status save_findings(const store::Workspace& workspace, store::Transaction& transaction, const StudySpec& spec,
                     const std::string& study) {
  HAMDIL_TRY(const std::vector<Record> known, workspace.list("finding", "study", study));
  const auto id_in_file = [](const Record& finding) { return finding.fields().value("id_in_study_file", ""); };
  std::set<std::string> kept;
  for (const FindingSpec& finding : spec.findings) {
    kept.insert(finding.id);
    HAMDIL_CHECK(save_changed(transaction,
                              find_record(known, [&](const Record& one) { return id_in_file(one) == finding.id; }),
                              "finding", finding_title(finding),
                              {{"study", study},
                               {"id_in_study_file", finding.id},
                               {"statement", texts_json(finding.statement)},
                               {"strength", text_or_null(finding.strength)},
                               {"cites", cites_json(finding.cites)}},
                              finding.confirmed ? "confirmed" : "draft"));
  }
  for (const Record& finding : known)
    if (const std::string id = id_in_file(finding); !id.empty() && !kept.contains(id))
      HAMDIL_CHECK(save_changed(transaction, &finding, "finding", finding.title, Json::object(), "withdrawn"));
  return Done{};
}

}  // namespace

Status apply_study(store::Workspace& workspace, const std::string& path, const store::Author& author,
                   Diagnostics& problems) {
  HAMDIL_TRY(Json file, read_yaml_file(path));
  if (file.is_null() || (file.is_structured() && file.empty()))
    return Error("study.file.empty", "The study file is empty.")
        .at({.file = path})
        .advise("docs/study-file.md lists what stands in it; hamdil demo make writes a complete example.");
  if (!file.is_object())
    return Error("study.file.not_a_mapping", "This is no study file: it does not hold keys with values.")
        .at({.file = path})
        .advise("docs/study-file.md lists what stands in it; hamdil demo make writes a complete example.");
  HAMDIL_TRY(const std::vector<Record> instruments, workspace.list("instrument"));
  HAMDIL_CHECK(
      expand_frameworks(file, instruments.empty() ? Json() : instruments.back().fields()["questions"], problems));
  const StudySpec spec = parse_study(file, problems);
  HAMDIL_TRY(KnownAnswers known, known_answers(workspace));
  if (known.rounds.empty())
    return Error("study.apply.no_answers", "No answers are imported yet.")
        .advise("Import the rounds first: hamdil import survey.");
  HAMDIL_TRY(const Attachments attachments, read_attachments(path, spec, known, problems));
  check_against_answers(spec, known, problems);
  HAMDIL_CHECK(check_sample_of_answers(workspace, spec.sample, problems));
  if (has_errors(problems))
    return Error("study.apply.refused", "The study file does not fit the answers; nothing was changed.")
        .at({.file = path});

  HAMDIL_TRY(const std::vector<Record> studies, workspace.list("study"));
  return workspace.write(author, [&](store::Transaction& transaction) -> Status {
    // What stands beside the file goes into the workspace; the kept specification names it by its address.
    Json& sample = file["sample"];
    for (std::size_t i = 0; i < attachments.frames.size(); ++i) {
      HAMDIL_TRY(const std::string address, transaction.put_blob(attachments.frames[i]));
      (sample["frame"].is_array() ? sample["frame"][i] : sample["frame"])["digest"] = address;
    }
    if (!attachments.boundaries.empty()) {
      HAMDIL_TRY(const std::string address, transaction.put_blob(attachments.boundaries));
      file["districts"]["boundaries_digest"] = address;
    }
    Record study = studies.empty() ? model::new_record("study", "Study", Json::object()) : studies.front();
    if (const std::string& title = text_in(spec.title, "en"); !title.empty()) study.title = title;
    HAMDIL_TRY(const std::string programme, save_programme(workspace, transaction, spec, study));
    HAMDIL_CHECK(save_places(workspace, transaction, spec, attachments.boundaries));
    Json fields = study.fields();
    fields["programme"] = programme;
    fields["specification"] = file;
    study.set_fields(fields);
    HAMDIL_TRY(const Record saved, transaction.save(study));
    HAMDIL_CHECK(save_rounds(workspace, transaction, spec, saved.id));
    HAMDIL_CHECK(save_findings(workspace, transaction, spec, saved.id));
    HAMDIL_CHECK(save_single(workspace, transaction, "design", "Design: " + saved.title, saved.id,
                             {{"how_chosen", spec.sample.how_chosen}, {"specification", sample}}));
    return save_single(
        workspace, transaction, "framework", "Measures: " + saved.title, saved.id,
        {{"mapping",
          {{"dimensions", file.value("dimensions", Json::array())}, {"shares", file.value("shares", Json::array())}}}});
  });
}

Result<AppliedStudy> load_study(const store::Workspace& workspace) {
  HAMDIL_TRY(const std::vector<Record> studies, workspace.list("study"));
  if (studies.empty() || !studies.front().fields().contains("specification"))
    return Error("study.apply.not_applied",
                 "The workspace does not know yet how the study was drawn and what it measures.")
        .advise("Write a study file and run: hamdil study apply WORKSPACE STUDY.yaml.");
  AppliedStudy out;
  out.id = studies.front().id;
  Diagnostics problems;
  out.spec = parse_study(studies.front().fields()["specification"], problems);
  if (out.spec.title.empty()) out.spec.title["en"] = studies.front().title;
  return out;
}

}  // namespace hamdil::services::study
