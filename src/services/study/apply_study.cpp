#include "services/study/apply_study.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "services/study/check_sample.hpp"
#include "services/study/framework_measures.hpp"

namespace hamdil::services::study {
namespace {

using model::Record;

// Columns of all imported rounds, with the levels of each, from the dataset records (no answers are opened).
struct Known {
  std::set<std::string> columns;
  std::map<std::string, std::set<std::string>> levels;
  std::set<std::string> open;  // hold answers that no form or codebook lists, so that `levels` are not all
  std::set<std::string> rounds;
};

Result<Known> known_columns(const store::Workspace& workspace) {
  Known known;
  HAMDIL_TRY(const std::vector<Record> datasets, workspace.list("dataset"));
  for (const Record& dataset : datasets) {
    const Json fields = dataset.fields();
    for (const Json& column : fields["columns"]) {
      const std::string name = column["name"].get<std::string>();
      known.columns.insert(name);
      for (const Json& level : column["levels"]) known.levels[name].insert(level[0].get<std::string>());
      if (column.value("other_levels", 0) > 0) known.open.insert(name);
    }
  }
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round"));
  for (const Record& round : rounds) known.rounds.insert(round.fields().value("name", ""));
  return known;
}

void need_column(const Known& known, const std::string& name, const std::string& pointer, Diagnostics& problems) {
  if (name.empty() || known.columns.contains(name)) return;
  const auto near = text::nearest(name, {known.columns.begin(), known.columns.end()});
  Error problem("study.apply.no_column", "There is no column {column} in the answers or the frames.",
                {{"column", name}});
  if (!near.empty()) problem.advise("Near to it: " + text::join(near, ", ") + ".");
  problems.push_back({Severity::kError, std::move(problem).at({.pointer = pointer})});
}

// A level that answers or frames hold; nothing is said of columns whose levels are not known.
void need_level(const Known& known, const std::string& variable, const std::string& level, const std::string& pointer,
                Diagnostics& problems) {
  const auto levels = known.levels.find(variable);
  if (levels == known.levels.end() || levels->second.empty() || known.open.contains(variable) ||
      levels->second.contains(level))
    return;
  problems.push_back(
      {Severity::kError,
       Error("study.apply.no_level", "{variable} has no level {level}.", {{"variable", variable}, {"level", level}})
           .at({.pointer = pointer})
           .advise("Its levels: " + text::join({levels->second.begin(), levels->second.end()}, ", ") + ".")});
}

// A finding cites a table of a measure or of a question behind one.
void check_findings(const StudySpec& spec, Diagnostics& problems) {
  std::set<std::string> known;
  for (const MeasureSpec& measure : spec.measures) {
    known.insert(measure.id);
    for (const ItemSpec& item : measure.items) known.insert(item.question);
  }
  for (const FindingSpec& finding : spec.findings)
    for (const CitedCell& cell : finding.cites)
      if (const std::string of = cell.table.substr(0, cell.table.rfind('.')); !known.contains(of))
        problems.push_back(
            {Severity::kError,
             Error("study.apply.finding_table", "The finding {finding} cites {table}, which no measure has.",
                   {{"finding", finding.id}, {"table", cell.table}})
                 .at({.pointer = "/findings"})
                 .advise("Tables are called MEASURE.overall, .by_group, .by_district, .change, .gap, .did ...")});
}

void check_against_answers(const StudySpec& spec, const Known& known, Diagnostics& problems) {
  for (const RoundSpec& round : spec.rounds)
    if (!known.rounds.contains(round.name))
      problems.push_back(
          {Severity::kWarning, Error("study.apply.round_not_imported",
                                     "No answers of the round {round} are imported yet.", {{"round", round.name}})
                                   .at({.pointer = "/rounds"})});
  for (const std::string& name : spec.sample.strata) need_column(known, name, "/sample/strata", problems);
  for (const std::string& name : spec.sample.clusters) need_column(known, name, "/sample/clusters", problems);
  for (const std::string& name : spec.sample.fpc) need_column(known, name, "/sample/fpc", problems);
  need_column(known, spec.sample.weights, "/sample/weights", problems);
  need_column(known, spec.group_variable, "/groups/variable", problems);
  need_column(known, spec.district_variable, "/districts/variable", problems);
  need_column(known, spec.comparison_variable, "/comparison/variable", problems);
  for (const std::string& name : spec.sensitive) need_column(known, name, "/sensitive", problems);
  for (const KnownShares& shares : spec.sample.known_shares) {
    need_column(known, shares.variable, "/sample/known_shares", problems);
    const auto levels = known.levels.find(shares.variable);
    for (const auto& [level, share] : shares.shares)
      if (levels != known.levels.end() && !known.open.contains(shares.variable) && !levels->second.contains(level))
        problems.push_back(
            {Severity::kError, Error("study.apply.no_answer", "The question {question} has no answer {answer}.",
                                     {{"question", shares.variable}, {"answer", level}})
                                   .at({.pointer = "/sample/known_shares"})});
  }
  for (const std::string& name : spec.breakdowns) need_column(known, name, "/breakdowns", problems);
  for (const std::string& name : spec.keys) need_column(known, name, "/disclosure/keys", problems);
  for (const std::string& name : spec.not_keys) need_column(known, name, "/disclosure/not_keys", problems);
  check_findings(spec, problems);
  for (const std::string& level : spec.group_levels)
    need_level(known, spec.group_variable, level, "/groups/levels", problems);
  for (const std::string& arm : {spec.comparison_treated, spec.comparison_control})
    if (!arm.empty()) need_level(known, spec.comparison_variable, arm, "/comparison", problems);
  for (const EquivalentWording& one : spec.equivalent_wordings)
    need_column(known, one.question, "/equivalent_wording", problems);
  for (std::size_t i = 0; i < spec.measures.size(); ++i) {
    const std::string pointer = "/dimensions or shares: " + spec.measures[i].id;
    for (const ItemSpec& item : spec.measures[i].items) {
      if (item.questions.empty()) need_column(known, item.question, pointer, problems);
      for (const auto& [group, question] : item.questions) {
        need_column(known, question, pointer, problems);
        const auto& groups = spec.group_levels;
        if (std::find(groups.begin(), groups.end(), group) == groups.end())
          problems.push_back(
              {Severity::kError,
               Error("study.apply.no_group", "{group} is not among the levels of the groups.", {{"group", group}})
                   .at({.pointer = pointer})});
      }
    }
    for (const std::string& answer : spec.measures[i].success) {
      const auto levels = known.levels.find(spec.measures[i].items[0].question);
      if (levels != known.levels.end() && !levels->second.empty() && !known.open.contains(levels->first) &&
          !levels->second.contains(answer))
        problems.push_back(
            {Severity::kError,
             Error("study.apply.no_answer", "The question {question} has no answer {answer}.",
                   {{"question", spec.measures[i].items[0].question}, {"answer", answer}})
                 .at({.pointer = pointer})
                 .advise("Its answers: " + text::join({levels->second.begin(), levels->second.end()}, ", ") + ".")});
    }
  }
}

// A file named in the study file, read from beside it. Only plain names: a study file from outside cannot reach
// elsewhere.
Result<std::string> read_beside(const std::string& study_path, const std::string& name) {
  if (name.find('/') != std::string::npos || name.find("..") != std::string::npos)
    return Error("study.apply.file_elsewhere", "The file {name} must stand beside the study file.", {{"name", name}})
        .at({.file = study_path});
  const std::size_t slash = study_path.rfind('/');
  return read_file((slash == std::string::npos ? "" : study_path.substr(0, slash + 1)) + name);
}

// A column's cells as the join compares them: numbers by value where all of them are numbers, texts folded.
std::vector<std::string> join_keys(const exchange::RawTable& table, std::size_t column) {
  std::vector<std::string> texts, numbers;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string cell = text::trim(table.cell(row, column));
    const auto number = text::parse_number(cell);
    if (number || cell.empty()) numbers.push_back(number ? text::format_number(*number) : std::string());
    texts.push_back(text::fold(cell));
  }
  return numbers.size() == texts.size() ? numbers : texts;
}

// Two lines with one key would give people two weights.
void check_frame_keys(const exchange::RawTable& table, const FrameSpec& frame, Diagnostics& problems) {
  std::vector<std::string> keys(table.rows.size());
  for (const std::string& name : frame.join) {
    const auto column = table.column(name);
    if (!column) return;  // told already
    const std::vector<std::string> cells = join_keys(table, *column);
    for (std::size_t row = 0; row < keys.size(); ++row) keys[row] += cells[row] + '\x1F';
  }
  std::map<std::string, std::size_t> first;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const auto [place, is_new] = first.emplace(keys[row], row);
    if (is_new) continue;
    problems.push_back(
        {Severity::kError,
         Error("study.apply.frame_key_twice", "The frame holds the same {columns} twice: here and in row {first}.",
               {{"columns", text::join(frame.join, ", ")}, {"first", std::to_string(table.source_rows[place->second])}})
             .at({.file = frame.file, .row = table.source_rows[row]})
             .advise("Keep one line per unit in the frame.")});
  }
}

// The frame without the columns that the study does not use. Strata and clusters count where the answers have them,
// too: what the frame says of them must agree all the same.
exchange::RawTable used_columns(exchange::RawTable table, const FrameSpec& frame, const SampleSpec& sample) {
  for (std::string& name : table.header) {
    const auto has = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!has(frame.join) && !has(frame.take) && !has(sample.strata) && !has(sample.clusters)) name.clear();
  }
  return table;
}

// Weights, strata and clusters that the answers carry themselves, in the newest version of every round.
Status check_answers(const store::Workspace& workspace, const SampleSpec& sample, Diagnostics& problems) {
  HAMDIL_TRY(const std::vector<Record> rounds, workspace.list("round"));
  for (const Record& round : rounds) {
    HAMDIL_TRY(const std::vector<Record> versions, workspace.list("dataset", "round", round.id));
    if (versions.empty()) continue;
    std::vector<std::string> known;
    const Json fields = versions.back().fields();
    for (const Json& column : fields["columns"]) known.push_back(column.value("name", ""));
    const std::vector<std::string> names = sample_columns(sample, known);
    if (names.empty()) continue;
    HAMDIL_TRY(const data::Table answers, workspace.read_columns(versions.back().id, names));
    check_sample_columns(answers, round.fields().value("name", ""), sample, problems);
  }
  return Done{};
}

struct Attachments {
  std::vector<std::string> frames;
  std::string boundaries;
};

Result<Attachments> read_attachments(const std::string& path, const StudySpec& spec, Known& known,
                                     Diagnostics& problems) {
  Attachments out;
  for (const FrameSpec& frame : spec.sample.frames) {
    HAMDIL_TRY(std::string bytes, read_beside(path, frame.file));
    HAMDIL_TRY(const auto table, exchange::csv::read_csv_bytes(bytes, frame.file, {}, problems));
    known.columns.insert(table.header.begin(), table.header.end());
    for (std::size_t column = 0; column < table.header.size(); ++column) {
      std::set<std::string> values;
      for (std::size_t row = 0; row < table.rows.size() && values.size() <= 50; ++row)
        values.insert(text::trim(table.cell(row, column)));
      if (values.size() <= 50) known.levels[table.header[column]].insert(values.begin(), values.end());
    }
    for (const std::vector<std::string>* names : {&frame.join, &frame.take})
      for (const std::string& name : *names)
        if (!table.column(name))
          problems.push_back({Severity::kError,
                              Error("study.apply.frame_column", "The frame has no column {column}.", {{"column", name}})
                                  .at({.file = frame.file})});
    check_frame_keys(table, frame, problems);
    check_sample_columns(used_columns(table, frame, spec.sample), frame.file, frame.join, spec.sample, problems);
    out.frames.push_back(std::move(bytes));
  }
  if (!spec.boundaries_file.empty()) {
    HAMDIL_TRY(out.boundaries, read_beside(path, spec.boundaries_file));
    HAMDIL_TRY(const Json features, parse_json(out.boundaries, spec.boundaries_file));
    if (!features.is_object() || features.value("type", "") != "FeatureCollection")
      return Error("study.apply.not_geojson", "The boundaries are not a GeoJSON FeatureCollection.")
          .at({.file = spec.boundaries_file});
    const Json list = features.value("features", Json::array());
    const bool any = std::any_of(list.begin(), list.end(), [&](const Json& feature) {
      return feature.is_object() && feature.contains("properties") && feature["properties"].is_object() &&
             feature["properties"].contains(spec.boundaries_property);
    });
    if (!any)
      problems.push_back({Severity::kError, Error("study.apply.no_property", "No boundary has the property {property}.",
                                                  {{"property", spec.boundaries_property}})
                                                .at({.file = spec.boundaries_file, .pointer = "/districts/property"})});
  }
  known.columns.insert("respondent");
  return out;
}

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
  HAMDIL_TRY(Known known, known_columns(workspace));
  if (known.rounds.empty())
    return Error("study.apply.no_answers", "No answers are imported yet.")
        .advise("Import the rounds first: hamdil import survey.");
  HAMDIL_TRY(const Attachments attachments, read_attachments(path, spec, known, problems));
  check_against_answers(spec, known, problems);
  HAMDIL_CHECK(check_answers(workspace, spec.sample, problems));
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
