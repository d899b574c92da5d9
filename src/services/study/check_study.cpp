#include "services/study/check_study.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "services/study/check_sample.hpp"

namespace hamdil::services::study {
namespace {

using model::Record;

void need_column(const KnownAnswers& known, const std::string& name, const std::string& pointer,
                 Diagnostics& problems) {
  if (name.empty() || known.columns.contains(name)) return;
  const auto near = text::nearest(name, {known.columns.begin(), known.columns.end()});
  Error problem("study.apply.no_column", "There is no column {column} in the answers or the frames.",
                {{"column", name}});
  if (!near.empty()) problem.advise("Near to it: " + text::join(near, ", ") + ".");
  problems.push_back({Severity::kError, std::move(problem).at({.pointer = pointer})});
}

// A level that answers or frames hold; nothing is said of columns whose levels are not known.
void need_level(const KnownAnswers& known, const std::string& variable, const std::string& level,
                const std::string& pointer, Diagnostics& problems) {
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

}  // namespace

Result<KnownAnswers> known_answers(const store::Workspace& workspace) {
  KnownAnswers known;
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

Result<Attachments> read_attachments(const std::string& path, const StudySpec& spec, KnownAnswers& known,
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

void check_against_answers(const StudySpec& spec, const KnownAnswers& known, Diagnostics& problems) {
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

Status check_sample_of_answers(const store::Workspace& workspace, const SampleSpec& sample, Diagnostics& problems) {
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

}  // namespace hamdil::services::study
