#include "services/reporting/study_data.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "data/combine.hpp"
#include "exchange/csv/read.hpp"
#include "protect/policy.hpp"
#include "services/reporting/derived_columns.hpp"
#include "services/reporting/rewordings.hpp"
#include "services/study/check_sample.hpp"
#include "stats/scale/score.hpp"

namespace hamdil::services::reporting {
namespace {

using study::MeasureSpec;

// A frame's columns: numbers where every filled cell is one, text otherwise.
data::Table typed(const exchange::RawTable& raw) {
  data::Table table;
  table.name = raw.name;
  table.rows = raw.rows.size();
  for (std::size_t c = 0; c < raw.header.size(); ++c) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    bool numeric = true;
    for (std::size_t r = 0; r < raw.rows.size(); ++r) {
      const std::string cell = text::trim(raw.cell(r, c));
      const auto number = text::parse_number(cell);
      numeric = numeric && (cell.empty() || number);
      numbers.push_back(number.value_or(std::nan("")));
      texts.push_back(cell);
    }
    table.columns.push_back(numeric ? data::Column::of_numbers(raw.header[c], std::move(numbers))
                                    : data::Column::of_texts(raw.header[c], std::move(texts)));
  }
  return table;
}

Status join_frames(const store::Workspace& workspace, StudyData& data) {
  for (const study::FrameSpec& frame : data.study.spec.sample.frames) {
    HAMDIL_TRY(const std::string bytes, workspace.read_blob(frame.digest));
    Diagnostics ignored;  // shown when the study was applied
    HAMDIL_TRY(const exchange::RawTable raw, exchange::csv::read_csv_bytes(bytes, frame.file, {}, ignored));
    Diagnostics faults;  // of a frame that an older program kept
    study::check_sample_columns(raw, frame.file, frame.join, data.study.spec.sample, faults);
    if (!faults.empty()) return std::move(faults.front().problem);
    HAMDIL_TRY(const data::JoinReport report, data::join(data.table, typed(raw), frame.join, frame.take));
    data.unmatched_keys.insert(data.unmatched_keys.end(), report.unmatched_keys.begin(), report.unmatched_keys.end());
  }
  return Done{};
}

// Leaves out rows that the design cannot place, and rows whose flags the study drops.
void leave_out_rows(StudyData& data) {
  const study::SampleSpec& sample = data.study.spec.sample;
  std::vector<std::string> needed = sample.strata;
  needed.insert(needed.end(), sample.clusters.begin(), sample.clusters.end());
  needed.insert(needed.end(), sample.fpc.begin(), sample.fpc.end());
  if (!sample.weights.empty()) needed.push_back(sample.weights);
  std::vector<bool> keep(data.table.rows, true);
  for (const std::string& name : needed)
    if (const data::Column* column = data.table.find(name))
      for (std::size_t row = 0; row < data.table.rows; ++row)
        if (column->is_missing(row) && keep[row]) {
          keep[row] = false;
          ++data.without_design;
        }
  for (const std::string& flag : data.study.spec.drop_flagged)
    if (const data::Column* column = data.table.find("_flag_" + flag))
      for (std::size_t row = 0; row < data.table.rows; ++row)
        if (keep[row] && column->codes[row] == 1) {
          keep[row] = false;
          ++data.dropped_flagged;
        }
  if (std::find(keep.begin(), keep.end(), false) != keep.end()) data.table = data::select_rows(data.table, keep);
}

// The scale of an item: as the study file says, else the numbers of the form's choices, else those of a codebook's
// values. What was answered says nothing about the scale: one mistyped 99 would stretch it.
Result<std::pair<double, double>> item_range(const study::ItemSpec& item, const data::Column& column,
                                             const Json& instrument) {
  std::pair<double, double> range{INFINITY, -INFINITY};
  const auto widen = [&range](const std::string& textual) {
    if (const auto value = text::parse_number(textual))
      range = {std::min(range.first, *value), std::max(range.second, *value)};
  };
  const std::string& asked = item.questions.empty() ? item.question : item.questions.begin()->second;
  if (!item.values.empty()) {
    for (const auto& [answer, value] : item.values)
      range = {std::min(range.first, value), std::max(range.second, value)};
    return range;
  }
  if (item.minimum && item.maximum) return std::pair<double, double>{*item.minimum, *item.maximum};
  if (instrument.is_object()) {
    // A choice that means "don't know" may have a number of its own (98, -99); it is missing and so no level of the
    // column.
    for (const Json& question : instrument["questions"]) {
      if (question.value("name", "") != asked || !instrument["lists"].contains(question.value("list", ""))) continue;
      for (const Json& choice : instrument["lists"][question.value("list", "")])
        if (column.find_level(choice.value("name", ""))) widen(choice.value("name", ""));
    }
  }
  if (!(range.first < range.second)) {  // a table whose labels no questionnaire holds
    for (const data::Level& level : column.levels)
      if (level.label != level.value && !level.label.empty()) widen(level.value);  // named by a codebook, not inferred
  }
  if (!(range.first < range.second))
    return Error("reporting.item_range_unknown", "The scale of {question} is not known.", {{"question", item.question}})
        .advise(
            "Give minimum and maximum beside the question in the study file, or use numbers as names of the form's "
            "choices.");
  return range;
}

// The answers on the measure's scale. A question whose answers changed has another scale in each round.
Result<std::vector<double>> rescaled_item(const MeasureSpec& measure, const study::ItemSpec& item,
                                          const data::Column& column, const Json& instrument, const StudyData& data) {
  std::vector<double> answers;
  answers.reserve(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) {
    const auto value = item.values.find(column.text_at(row));
    answers.push_back(item.values.empty()                                    ? column.number_at(row)
                      : value == item.values.end() || column.is_missing(row) ? std::nan("")
                                                                             : value->second);
  }
  const auto on_scale_of = [&](const Json& form) -> Result<std::vector<double>> {
    HAMDIL_TRY(const auto range, item_range(item, column, form));
    return stats::scale::rescale(answers, range.first, range.second, item.reverse, measure.maximum);
  };
  HAMDIL_TRY(std::vector<double> out, on_scale_of(instrument));
  const std::string& asked_name = item.questions.empty() ? item.question : item.questions.begin()->second;
  const auto reworded = std::find_if(data.reworded.begin(), data.reworded.end(),
                                     [&](const RewordedQuestion& one) { return one.question == asked_name; });
  if (reworded == data.reworded.end()) return out;
  const data::Column& rounds = *data.table.find(kRoundColumn);
  for (std::size_t round = 0; round < data.rounds.size(); ++round) {
    if (reworded->asked[round].empty()) continue;
    const Json asked = Json::parse(reworded->asked[round]);
    HAMDIL_TRY(const std::vector<double> own, on_scale_of({{"questions", Json::array({asked})},
                                                           {"lists", {{asked.value("list", ""), asked["choices"]}}}}));
    for (std::size_t row = 0; row < out.size(); ++row)
      if (rounds.text_at(row) == data.rounds[round].name) out[row] = own[row];
  }
  return out;
}

// One value a person: the mean of the items, or the closest relation accepted.
std::vector<double> scores_of(const MeasureSpec& measure, const std::vector<std::vector<double>>& items,
                              const std::vector<double>* exclusion) {
  if (!measure.is_ladder()) {
    std::vector<double> weights;
    for (const study::ItemSpec& item : measure.items) weights.push_back(item.weight);
    const bool equal = std::adjacent_find(weights.begin(), weights.end(), std::not_equal_to<>()) == weights.end();
    return equal ? stats::scale::person_scores(items, measure.minimum_answered)
                 : stats::scale::weighted_scores(items, weights, measure.minimum_answered);
  }
  std::vector<double> out;
  std::vector<double> steps(items.size());
  for (std::size_t row = 0; row < items.front().size(); ++row) {
    for (std::size_t step = 0; step < items.size(); ++step) steps[step] = items[step][row] / measure.maximum;
    const auto shut_out = exclusion == nullptr ? std::nullopt : std::optional((*exclusion)[row] / measure.maximum);
    out.push_back(stats::scale::ladder_score(steps, shut_out).inverted * measure.maximum / 10);
  }
  return out;
}

// Answers that the scale has no place for count for no score; they are named once, however many measures ask them.
void name_outside(const study::ItemSpec& item, const data::Column& column, const std::pair<double, double>& range,
                  const std::vector<double>& scores, StudyData& data) {
  if (!item.values.empty()) return;  // what has no value is left out on purpose
  std::size_t below = 0, above = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const double answer = column.number_at(row);
    if (std::isnan(scores[row]) && !std::isnan(answer)) ++(answer < range.first ? below : above);
  }
  const auto is_named = [&](const Diagnostic& one) {
    return one.problem.code == "reporting.outside_scale" && one.problem.where.column_name == item.question;
  };
  if (below + above == 0 || std::any_of(data.problems.begin(), data.problems.end(), is_named)) return;
  Error problem(
      "reporting.outside_scale",
      "{count} answers to {question} lie outside its scale from {lowest} to {highest} and count for no score: "
      "{below} below, {above} above.",
      {{"question", item.question},
       {"count", std::to_string(below + above)},
       {"lowest", text::format_number(range.first)},
       {"highest", text::format_number(range.second)},
       {"below", std::to_string(below)},
       {"above", std::to_string(above)}});
  problem.where.column_name = item.question;
  problem.hint = "Correct them in the file and import it again, or give the scale that was asked.";
  data.problems.push_back({Severity::kWarning, std::move(problem)});
}

void put_items(const MeasureSpec& measure, std::vector<std::vector<double>> items, StudyData& data) {
  const data::Column& round = *data.table.find(kRoundColumn);
  std::set<std::string> other_words;
  for (std::size_t i = 0; i + 1 < data.rounds.size(); ++i)
    if (is_reworded(data, measure, i, data.rounds.size() - 1)) other_words.insert(data.rounds[i].name);
  const std::vector<std::string> names = item_columns(measure);
  for (std::size_t item = 0; item < items.size(); ++item) {
    std::vector<double>& values = items[item];
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (measure.is_ladder()) values[row] /= measure.maximum;
      if (!other_words.empty() && other_words.contains(round.text_at(row))) values[row] = std::nan("");
    }
    data.table.put(data::Column::of_numbers(names[item], std::move(values)));
  }
}

Status add_score(const MeasureSpec& measure, const Json& instrument, StudyData& data) {
  std::vector<std::vector<double>> items;
  std::optional<std::vector<double>> exclusion;
  for (const study::ItemSpec& item : measure.items) {
    const data::Column* column = data.table.find(item.question);
    if (column == nullptr)
      return Error("reporting.no_question", "The answers have no question {question}.", {{"question", item.question}});
    HAMDIL_TRY(std::vector<double> scores, rescaled_item(measure, item, *column, instrument, data));
    if (const auto range = item_range(item, *column, instrument)) name_outside(item, *column, *range, scores, data);
    if (item.role == "exclusion")
      exclusion = std::move(scores);
    else
      items.push_back(std::move(scores));
  }
  data::Column scores =
      data::Column::of_numbers(measure_column(measure), scores_of(measure, items, exclusion ? &*exclusion : nullptr));
  if (items.size() > 1) put_items(measure, std::move(items), data);
  // A single item's reason for being missing is the measure's.
  if (measure.items.size() == 1)
    for (std::size_t row = 0; row < data.table.rows; ++row)
      if (scores.is_missing(row))
        scores.set_missing(row, data.table.find(measure.items[0].question)->reason(row) == data::Missing::kPresent
                                    ? data::Missing::kUnreadable
                                    : data.table.find(measure.items[0].question)->reason(row));
  data.table.put(std::move(scores));
  return Done{};
}

Status add_share(const MeasureSpec& measure, StudyData& data) {
  const data::Column* column = data.table.find(measure.items[0].question);
  if (column == nullptr)
    return Error("reporting.no_question", "The answers have no question {question}.",
                 {{"question", measure.items[0].question}});
  data::Column share;
  share.name = measure_column(measure);
  share.type = data::ColumnType::kNumber;
  for (std::size_t row = 0; row < data.table.rows; ++row) {
    if (column->is_missing(row))
      share.append_missing(column->reason(row));
    else
      share.append_number(
          std::find(measure.success.begin(), measure.success.end(), column->text_at(row)) != measure.success.end() ? 1
                                                                                                                   : 0);
  }
  data.table.put(std::move(share));
  return Done{};
}

Result<std::string> newest_instrument(const store::Workspace& workspace, const std::vector<model::Record>& datasets) {
  for (auto dataset = datasets.rbegin(); dataset != datasets.rend(); ++dataset) {
    const std::string id = dataset->fields().value("instrument", "");
    if (id.empty()) continue;
    HAMDIL_TRY(const auto record, workspace.find("instrument", id));
    if (record) return record->fields()["questions"].dump();
  }
  return std::string("null");
}

// By round: the same digest, the same answers of the same people.
std::map<std::string, std::string> people_digests(const std::map<std::string, std::string>& contents,
                                                  const data::Table& table) {
  std::map<std::string, std::string> texts = contents;
  const data::Column* respondents = table.find("respondent");
  const data::Column& rounds = *table.find(kRoundColumn);
  for (std::size_t row = 0; respondents != nullptr && row < table.rows; ++row)
    texts[rounds.text_at(row)] += "\n" + respondents->text_at(row);
  for (auto& [round, text] : texts) text = digest_hex(text).substr(0, 16);
  return texts;
}

// What was sensitive when something left stays so, whatever the study file says now.
Result<std::set<std::string>> sensitive_ever(const store::Workspace& workspace, const study::StudySpec& spec) {
  std::set<std::string> out{spec.sensitive.begin(), spec.sensitive.end()};
  HAMDIL_TRY(const std::vector<model::Record> releases, workspace.list("release"));
  for (const model::Record& release : releases) {
    const Json fields = release.fields();
    if (fields.contains("sensitive"))
      for (const Json& name : fields["sensitive"]) out.insert(name.get<std::string>());
  }
  return out;
}

Result<std::string> run_of(const store::Workspace& workspace, const std::string& study, const std::string& contents) {
  HAMDIL_TRY(const auto record, workspace.find("study", study));
  return digest_hex(std::string(kVersion) + "\n" + contents + record->fields()["specification"].dump()).substr(0, 8);
}

Result<std::vector<model::Record>> rounds_in_order(const store::Workspace& workspace, const std::string& study) {
  HAMDIL_TRY(std::vector<model::Record> rounds, workspace.list("round", "study", study));
  std::stable_sort(rounds.begin(), rounds.end(), [](const auto& a, const auto& b) {
    return a.fields().value("order", 0) < b.fields().value("order", 0);
  });
  return rounds;
}

}  // namespace

Result<std::string> current_run(const store::Workspace& workspace) {
  HAMDIL_TRY(const study::AppliedStudy study, study::load_study(workspace));
  HAMDIL_TRY(const std::vector<model::Record> rounds, rounds_in_order(workspace, study.id));
  std::string contents;
  for (const model::Record& round : rounds) {
    HAMDIL_TRY(const std::vector<model::Record> versions, workspace.list("dataset", "round", round.id));
    if (!versions.empty())
      contents += round.fields().value("name", "") + "=" + versions.back().fields().value("content", "") + "\n";
  }
  return run_of(workspace, study.id, contents);
}

std::string measure_column(const MeasureSpec& measure) { return "measure_" + measure.id; }

std::vector<std::string> item_columns(const MeasureSpec& measure) {
  std::vector<std::string> out;
  for (const study::ItemSpec& item : measure.items)
    if (item.role != "exclusion") out.push_back("item_" + measure.id + "_" + item.question);
  return out;
}

Result<StudyData> load_study_data(const store::Workspace& workspace) {
  StudyData data;
  HAMDIL_TRY(data.study, study::load_study(workspace));
  HAMDIL_TRY(const std::vector<model::Record> rounds, rounds_in_order(workspace, data.study.id));
  std::vector<data::Table> parts;
  std::string contents;
  std::map<std::string, std::string> contents_of;  // by round
  for (const model::Record& round : rounds) {
    HAMDIL_TRY(const std::vector<model::Record> versions, workspace.list("dataset", "round", round.id));
    if (versions.empty()) continue;
    HAMDIL_TRY(data::Table answers, workspace.read_columns(versions.back().id));
    answers.name = round.fields().value("name", "");
    contents_of[answers.name] = versions.back().fields().value("content", "");
    contents += answers.name + "=" + contents_of[answers.name] + "\n";
    const auto described = std::find_if(data.study.spec.rounds.begin(), data.study.spec.rounds.end(),
                                        [&](const auto& r) { return r.name == answers.name; });
    data.rounds.push_back(described != data.study.spec.rounds.end()
                              ? *described
                              : study::RoundSpec{answers.name, {{"en", round.title}}, "", ""});
    data.datasets.push_back(versions.back());
    parts.push_back(std::move(answers));
  }
  if (parts.empty())
    return Error("reporting.no_answers", "No answers are imported yet.")
        .advise("Import the rounds first: hamdil import survey.");
  HAMDIL_TRY(data.run, run_of(workspace, data.study.id, contents));
  HAMDIL_TRY(data.instrument_json, newest_instrument(workspace, data.datasets));
  HAMDIL_TRY(data.reworded, find_reworded_questions(workspace, data));
  Diagnostics faults;  // of answers that came after the study file was applied
  for (const data::Table& part : parts) study::check_sample_columns(part, part.name, data.study.spec.sample, faults);
  if (!faults.empty()) return std::move(faults.front().problem);
  data.table = data::stack(parts, kRoundColumn);
  HAMDIL_CHECK(join_frames(workspace, data));
  leave_out_rows(data);
  add_flagged(data);
  if (const Status raked = add_raked_weights(data); !raked)
    data.problems.push_back({Severity::kWarning, raked.error()});
  HAMDIL_CHECK(join_mirrored_items(data));
  data.people = people_digests(contents_of, data.table);
  HAMDIL_TRY(data.sensitive, sensitive_ever(workspace, data.study.spec));
  const Json instrument = Json::parse(data.instrument_json);
  for (const MeasureSpec& measure : data.study.spec.measures)
    HAMDIL_CHECK(measure.is_share() ? add_share(measure, data) : add_score(measure, instrument, data));
  return data;
}

Diagnostics design_problems(const StudyData& data) {
  Diagnostics out = data.problems;
  const study::StudySpec& spec = data.study.spec;
  const protect::DisclosurePolicy& policy = protect::disclosure_policy();
  if ((spec.min_rows > 0 && spec.min_rows < policy.min_rows) ||
      (spec.min_clusters > 0 && spec.min_clusters < policy.min_clusters))
    out.push_back(
        {Severity::kWarning,
         Error("reporting.thresholds_lowered",
               "The study file lets figures of fewer people or places be printed than the policy of {rows} "
               "answers and {places} places; its reason is printed with them.",
               {{"rows", std::to_string(policy.min_rows)}, {"places", std::to_string(policy.min_clusters)}})});
  if (!data.unmatched_keys.empty()) {
    constexpr std::size_t kShown = 10;
    const auto end =
        data.unmatched_keys.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, data.unmatched_keys.size()));
    std::string keys = text::join({data.unmatched_keys.begin(), end}, "; ");
    if (data.unmatched_keys.size() > kShown) keys += "; ...";
    out.push_back({Severity::kWarning,
                   Error("reporting.frame_unmatched", "The answers name what no frame holds: {keys}.", {{"keys", keys}})
                       .advise("Write it in the frame as it stands in the answers.")});
  }
  if (data.without_design > 0)
    out.push_back({Severity::kWarning,
                   Error("reporting.without_design",
                         "{count} rows are left out: their stratum, cluster, weight or population size is missing.",
                         {{"count", std::to_string(data.without_design)}})});
  return out;
}

}  // namespace hamdil::services::reporting
