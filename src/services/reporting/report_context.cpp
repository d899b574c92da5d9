#include "services/reporting/report_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "base/version.hpp"
#include "services/reporting/rewordings.hpp"

namespace hamdil::services::reporting {
namespace {

using study::text_in;

// {"en": ..., "tg": ...} in the language, its base language, English or the first.
std::string label_in(const Json& labels, const std::string& language) {
  if (!labels.is_object() || labels.empty()) return {};
  for (const std::string& tag : {language, language.substr(0, 2), std::string("en"), std::string("")})
    if (labels.contains(tag)) return labels[tag].get<std::string>();
  return labels.begin()->get<std::string>();
}

const Json* find_question(const Json& instrument, const std::string& name) {
  if (!instrument.is_object()) return nullptr;
  for (const Json& question : instrument["questions"])
    if (question.value("name", "") == name) return &question;
  return nullptr;
}

std::vector<report::LevelLabel> answers_of(const Json& instrument, const Json& question, const std::string& language) {
  std::vector<report::LevelLabel> out;
  const std::string list = question.value("list", "");
  if (!instrument["lists"].contains(list)) return out;
  for (const Json& choice : instrument["lists"][list]) {
    const std::string label = label_in(choice["label"], language);
    out.push_back({choice["name"].get<std::string>(), label.empty() ? choice["name"].get<std::string>() : label});
  }
  return out;
}

std::string question_text(const Json& instrument, const std::string& name, const std::string& language) {
  const Json* question = find_question(instrument, name);
  const std::string label = question == nullptr ? "" : label_in((*question)["label"], language);
  return label.empty() ? name : label;
}

// The question's words; a column that no questionnaire knows may have brought a label of its own.
std::string question_text(const StudyData& data, const Json& instrument, const std::string& name,
                          const std::string& language) {
  std::string words = question_text(instrument, name, language);
  const data::Column* column = words == name ? data.table.find(name) : nullptr;
  return column == nullptr || column->label.empty() ? words : column->label;
}

// Mirrored questions stand side by side, each with its group.
std::string item_text(const StudyData& data, const Json& instrument, const study::ItemSpec& item,
                      const std::string& language) {
  if (item.questions.empty()) return question_text(data, instrument, item.question, language);
  const Json* group = find_question(instrument, data.study.spec.group_variable);
  const auto answers = group == nullptr ? std::vector<report::LevelLabel>() : answers_of(instrument, *group, language);
  std::vector<std::string> parts;
  for (const auto& [level, question] : item.questions) {
    const auto known =
        std::find_if(answers.begin(), answers.end(), [&](const auto& one) { return one.value == level; });
    parts.push_back((known == answers.end() ? level : known->label) + ": " +
                    question_text(data, instrument, question, language));
  }
  return text::join(parts, " / ");
}

const study::ItemSpec* find_mirrored(const study::StudySpec& spec, const std::string& name) {
  for (const study::MeasureSpec& measure : spec.measures)
    for (const study::ItemSpec& item : measure.items)
      if (item.question == name && !item.questions.empty()) return &item;
  return nullptr;
}

report::VariableLabel variable_label(const StudyData& data, const Json& instrument, const std::string& name,
                                     const std::string& language) {
  report::VariableLabel out{name, question_text(data, instrument, name, language), {}};
  const study::StudySpec& spec = data.study.spec;
  const study::Texts own = name == spec.group_variable      ? spec.group_label
                           : name == spec.district_variable ? spec.district_label
                                                            : study::Texts();
  if (!own.empty()) out.label = text_in(own, language);
  const study::ItemSpec* mirrored = find_mirrored(spec, name);
  if (mirrored != nullptr) out.label = item_text(data, instrument, *mirrored, language);
  if (const Json* question =
          find_question(instrument, mirrored == nullptr ? name : mirrored->questions.begin()->second))
    out.levels = answers_of(instrument, *question, language);
  const data::Column* column = data.table.find(name);
  if (column == nullptr) return out;
  // Only levels that occur, in the form's order; what the form does not know keeps its own name.
  std::vector<report::LevelLabel> present;
  const std::vector<std::string> order =
      name == data.study.spec.group_variable ? data.study.spec.group_levels : std::vector<std::string>();
  std::set<std::string> seen;
  const auto add = [&](const std::string& value) {
    if (value.empty() || !seen.insert(value).second) return;
    const auto known =
        std::find_if(out.levels.begin(), out.levels.end(), [&](const auto& l) { return l.value == value; });
    const auto code = known == out.levels.end() ? column->find_level(value) : std::nullopt;
    const std::string& label = code ? column->levels[static_cast<std::size_t>(*code)].label : value;
    present.push_back({value, known != out.levels.end() ? known->label : label.empty() ? value : label});
  };
  for (const std::string& value : order) add(value);
  for (const data::Level& level : column->levels) add(level.value);
  if (column->type != data::ColumnType::kCategory) {
    std::set<std::string> values;
    for (std::size_t row = 0; row < column->size() && values.size() < 200; ++row) values.insert(column->text_at(row));
    for (const std::string& value : values) add(value);
  }
  out.levels = std::move(present);
  if (const auto words = spec.labels.find(name); words != spec.labels.end()) {
    if (!words->second.label.empty()) out.label = text_in(words->second.label, language);
    for (report::LevelLabel& level : out.levels)
      if (const auto named = words->second.levels.find(level.value); named != words->second.levels.end())
        level.label = text_in(named->second, language);
  }
  return out;
}

report::Sampling sampling_of(const std::string& how) {
  static const std::map<std::string, report::Sampling> kKinds = {
      {"probability", report::Sampling::kProbability},
      {"list_known_coverage", report::Sampling::kList},
      {"list_unknown_coverage", report::Sampling::kList},
      {"time_location", report::Sampling::kTimeLocation},
      {"respondent_driven", report::Sampling::kRespondentDriven},
      {"quota", report::Sampling::kQuota},
      {"snowball", report::Sampling::kSnowball},
      {"census_of_participants", report::Sampling::kCensus}};
  const auto found = kKinds.find(how);
  return found == kKinds.end() ? report::Sampling::kUnknown : found->second;
}

report::DesignFacts design_facts(const StudyData& data, const Json& instrument, const Analysed& analysed,
                                 const std::string& language) {
  const study::SampleSpec& sample = data.study.spec.sample;
  report::DesignFacts facts;
  facts.sampling = sampling_of(sample.how_chosen);
  facts.selection_words = text_in(sample.words, language);
  if (!sample.strata.empty()) facts.strata_label = question_text(data, instrument, sample.strata[0], language);
  if (!sample.clusters.empty() && sample.clusters[0] != "respondent")
    facts.cluster_label = question_text(data, instrument, sample.clusters[0], language);
  facts.strata = sample.strata.empty() ? 0 : analysed.strata;
  facts.clusters = facts.cluster_label.empty() ? 0 : analysed.clusters;
  facts.weighted = !sample.weights.empty();
  facts.finite_population = !sample.fpc.empty();
  facts.lonely_strata = analysed.lonely_strata.size();
  facts.lonely_names = analysed.lonely_strata;
  facts.lonely_rule = analysed.lonely_strata.empty() ? "" : sample.lonely_psu;
  for (const study::KnownShares& known : sample.known_shares)
    facts.known_shares.push_back({known.variable, known.shares, text_in(known.source, language)});
  facts.degrees_of_freedom = analysed.design_degf;
  facts.same_clusters = data.rounds.size() > 1 && !facts.cluster_label.empty();
  return facts;
}

std::vector<report::RoundReceipt> receipts(const StudyData& data, const protect::Thresholds& thresholds) {
  std::vector<report::RoundReceipt> out;
  for (std::size_t i = 0; i < data.rounds.size(); ++i) {
    // The totals of all files of the round; versions written before there were any have only their own file's.
    const Json last_file = data.datasets[i].fields()["receipt"];
    const Json receipt = last_file.value("round_totals", last_file);
    report::RoundReceipt one;
    one.round = data.rounds[i].name;
    one.read = receipt.value("read", std::size_t{0});
    one.kept = receipt.value("kept", std::size_t{0});
    for (const auto& [reason, rows] : receipt.at("rejected").items()) {
      one.rejected.push_back({reason, text::replace_all(reason, "_", " "), rows.get<std::size_t>()});
      if (reason == "consent_refused") one.refusals = rows.get<std::size_t>();
    }
    for (const auto& [flag, rows] : receipt.at("flagged").items())
      one.flagged.push_back({flag, text::replace_all(flag, "_", " "), rows.get<std::size_t>()});
    const data::Column* group = data.table.find(data.study.spec.group_variable);
    const data::Column* round = data.table.find(kRoundColumn);
    if (group != nullptr) {
      std::map<std::string, std::size_t> counts;
      for (std::size_t row = 0; row < data.table.rows; ++row)
        if (round->text_at(row) == one.round && !group->is_missing(row)) ++counts[group->text_at(row)];
      // Interviews by group are shown only when every group is large enough, so that none follows from the total.
      if (std::all_of(counts.begin(), counts.end(), [&](const auto& c) { return c.second >= thresholds.min_rows; }))
        for (const auto& [value, count] : counts) one.by_group.emplace_back(value, count);
    }
    out.push_back(std::move(one));
  }
  return out;
}

report::ConsentFacts consent_facts(const StudyData& data) {
  report::ConsentFacts facts;
  facts.basis = "gate_question_only";
  for (const model::Record& dataset : data.datasets) {
    const Json fields = dataset.fields();
    if (!fields.contains("consent_basis")) continue;
    facts.basis = "asserted_by_owner";
    facts.asserted_by = fields["consent_basis"].value("stated_by", "");
    facts.asserted_on = fields["consent_basis"].value("stated_at", "").substr(0, 10);
    facts.words = fields["consent_basis"].value("text", "");
  }
  return facts;
}

std::vector<report::Dimension> dimensions(const StudyData& data, const Json& instrument, const std::string& language) {
  std::vector<report::Dimension> out;
  for (std::size_t i = 0; i < data.study.spec.measures.size(); ++i) {
    const study::MeasureSpec& measure = data.study.spec.measures[i];
    report::Dimension one;
    one.id = measure.id;
    one.title = text_in(measure.title, language).empty() ? measure.id : text_in(measure.title, language);
    one.description = text_in(measure.description, language);
    one.section = measure.section;
    one.unit = measure.is_share() ? report::Unit::kShare : report::Unit::kPoints;
    one.minimum = 0;
    one.maximum = measure.maximum;
    one.higher_is_better = measure.higher_is_better;
    for (const study::ItemSpec& item : measure.items)
      one.items.push_back({item.question, item_text(data, instrument, item, language), item.reverse});
    one.ladder = measure.is_ladder();
    one.mirrored = measure.is_mirrored();
    one.equivalence = text_in(measure.equivalence, language);
    out.push_back(std::move(one));
  }
  return out;
}

// Named once, with the first round that asked it otherwise than the first one did.
void add_reworded(const StudyData& data, const RewordedQuestion& question, const std::string& language,
                  report::Context& context) {
  std::size_t first = 0;
  while (question.series[first] == kNotAskedInRound) ++first;
  for (std::size_t round = first + 1; round < question.series.size(); ++round) {
    if (question.series[round] == kNotAskedInRound || question.series[round] == question.series[first]) continue;
    const std::string text =
        question_text({{"questions", Json::array({Json::parse(question.asked[round])})}}, question.question, language);
    context.reworded.push_back({text, data.rounds[round].name, question.same_because});
    return;
  }
}

// The words of rounds other than the newest form's, each with its round.
void add_earlier_words(const StudyData& data, const RewordedQuestion& question, const std::string& language,
                       report::Context& context) {
  const std::size_t newest = question.series.back();
  for (std::size_t round = 0; round < question.series.size(); ++round) {
    if (question.series[round] != round || question.series[round] == newest) continue;
    const Json asked = Json::parse(question.asked[round]);
    const Json form = {{"questions", Json::array({asked})}, {"lists", {{asked.value("list", ""), asked["choices"]}}}};
    auto answers = answers_of(form, asked, language);
    if (answers.size() > 30) answers.clear();
    const study::RoundSpec& spec = data.rounds[round];
    const std::string& label = text_in(spec.label, language);
    context.questionnaire.push_back({question.question + " (" + (label.empty() ? spec.name : label) + ")",
                                     question_text(form, question.question, language), std::move(answers)});
  }
}

void fill_questionnaire(const StudyData& data, const Json& instrument, const std::string& language,
                        report::Context& context) {
  if (!instrument.is_object()) return;
  std::set<std::string> sealed;
  for (const model::Record& dataset : data.datasets) {
    const Json fields = dataset.fields();
    for (const Json& column : fields["receipt"]["sealed"]) sealed.insert(column.value("column", ""));
  }
  for (const Json& question : instrument["questions"]) {
    const std::string type = question.value("type", "");
    const std::string name = question.value("name", "");
    if (type == "note" || type == "calculate" || type == "hidden" || sealed.contains(name)) continue;
    auto answers = answers_of(instrument, question, language);
    if (answers.size() > 30) answers.clear();  // lists of places
    context.questionnaire.push_back(
        {name, question_text(instrument, name, language), std::move(answers), question.value("relevant", "")});
    for (const RewordedQuestion& reworded : data.reworded)
      if (reworded.question == name) add_earlier_words(data, reworded, language, context);
  }
}

// Every column of the newest rounds that hold it, but the program's own.
void fill_codebook(const StudyData& data, const Json& instrument, const std::string& language,
                   report::Context& context) {
  std::set<std::string> seen;
  for (auto dataset = data.datasets.rbegin(); dataset != data.datasets.rend(); ++dataset) {
    const Json fields = dataset->fields();
    for (const Json& column : fields["columns"]) {
      const std::string name = column.value("name", "");
      if (name.starts_with('_') || !seen.insert(name).second) continue;
      report::CodebookColumn one{name, question_text(instrument, name, language), column.value("type", "text"), {}};
      if (one.text == name) one.text = column.value("label", "");
      // One choice of a question with several answers: "sources/radio".
      const std::size_t slash = name.find('/');
      const Json* whole = slash == std::string::npos ? nullptr : find_question(instrument, name.substr(0, slash));
      if (whole != nullptr) {
        one.text = question_text(instrument, name.substr(0, slash), language);
        for (const report::LevelLabel& choice : answers_of(instrument, *whole, language))
          if (choice.value == name.substr(slash + 1)) one.text += ": " + choice.label;
        one.type = "chosen";
        context.codebook.push_back(std::move(one));
        continue;
      }
      if (const Json* question = find_question(instrument, name))
        one.answers = answers_of(instrument, *question, language);
      if (one.answers.empty())
        for (const Json& level : column["levels"])
          one.answers.push_back({level[0].get<std::string>(), level[1].get<std::string>()});
      if (one.answers.size() > 60) one.answers.clear();  // lists of places
      context.codebook.push_back(std::move(one));
    }
  }
}

// Confirmed findings, in the order they were recorded.
std::vector<report::Finding> findings(const store::Workspace& workspace, const std::string& study,
                                      const std::string& language) {
  std::vector<report::Finding> out;
  const auto records = workspace.list("finding", "study", study);
  if (!records) return out;
  for (const model::Record& record : *records) {
    if (record.state != "confirmed") continue;
    const Json fields = record.fields();
    report::Finding finding{label_in(fields["statement"], language), fields.value("strength", "unrated"), {}};
    for (const Json& cite : fields.value("cites", Json::array())) {
      report::CitedCell cell{cite.value("table", ""), {}, cite.value("answer", "")};
      if (cite.contains("by"))
        for (const auto& [variable, level] : cite["by"].items())
          cell.by.emplace_back(variable, level.get<std::string>());
      finding.cites.push_back(std::move(cell));
    }
    out.push_back(std::move(finding));
  }
  return out;
}

// Districts that the form does not name are named by their place records.
void name_places(const store::Workspace& workspace, const std::string& language, report::VariableLabel& districts) {
  const auto places = workspace.list("place");
  if (!places) return;
  for (report::LevelLabel& level : districts.levels)
    for (const model::Record& place : *places) {
      const Json fields = place.fields();
      if (level.label == level.value && fields.value("code", "") == level.value && fields.contains("names"))
        level.label = label_in(fields["names"], language);
    }
}

// The clock of a report: the same inputs give the same bytes, today, tomorrow and from a restored backup.
std::string inputs_last_changed(const store::Workspace& workspace) {
  std::string last;
  for (const char* kind : {"study", "round", "dataset", "instrument", "finding", "programme", "place"}) {
    const auto newest = workspace.query({.kind = kind, .sort = "changed_at", .descending = true, .limit = 1});
    if (newest && !newest->records.empty()) last = std::max(last, newest->records.front().changed_at);
  }
  return last.empty() ? format_timestamp(workspace.env().now()) : last;
}

}  // namespace

report::Context report_context(const store::Workspace& workspace, const StudyData& data, const Analysed& analysed,
                               const protect::Thresholds& thresholds, protect::Audience audience,
                               const std::string& language) {
  const study::StudySpec& spec = data.study.spec;
  const Json instrument = Json::parse(data.instrument_json);
  report::Context out;
  out.language = language;
  out.study_title = text_in(spec.title, language);
  const study::ProgrammeSpec& programme = spec.programme;
  out.programme.title = programme.title.empty() ? out.study_title : text_in(programme.title, language);
  out.programme.users = text_in(programme.users, language);
  for (const study::Texts& activity : programme.activities)
    out.programme.activities.push_back(text_in(activity, language));
  out.programme.organisation = spec.organisation;
  out.programme.place = text_in(spec.place, language);
  out.programme.purpose = text_in(spec.purpose, language);
  out.programme.scope = text_in(spec.scope, language);
  out.programme.background = text_in(spec.background, language);
  if (const std::string& aims = text_in(programme.objectives, language); !aims.empty())
    out.programme.background += (out.programme.background.empty() ? "" : " ") + aims;
  for (const study::RoundSpec& round : data.rounds)
    out.rounds.push_back({round.name,
                          text_in(round.label, language).empty() ? round.name : text_in(round.label, language),
                          parse_date(round.starts), parse_date(round.ends)});
  if (data.rounds.size() > 1) out.comparisons.push_back({"change", data.rounds.front().name, data.rounds.back().name});
  out.design = design_facts(data, instrument, analysed, language);
  out.receipts = receipts(data, thresholds);
  out.consent = consent_facts(data);
  out.dropped_flags = spec.drop_flagged;
  out.dropped_rows = data.dropped_flagged;
  out.rows_without_design = data.without_design;
  for (const RewordedQuestion& one : data.reworded) {
    const bool is_measured = std::any_of(spec.measures.begin(), spec.measures.end(), [&](const study::MeasureSpec& m) {
      return std::any_of(m.items.begin(), m.items.end(),
                         [&](const study::ItemSpec& item) { return asks(item, one.question); });
    });
    if (is_measured) add_reworded(data, one, language, out);
  }
  out.dimensions = dimensions(data, instrument, language);
  std::set<std::string> labelled = {spec.group_variable, spec.district_variable, spec.comparison_variable};
  for (const study::MeasureSpec& measure : spec.measures)
    for (const study::ItemSpec& item : measure.items) labelled.insert(item.question);
  for (const study::KnownShares& known : spec.sample.known_shares) labelled.insert(known.variable);
  for (const std::string& name : labelled)
    if (!name.empty()) out.variables.push_back(variable_label(data, instrument, name, language));
  for (report::VariableLabel& variable : out.variables)
    if (variable.name == spec.district_variable) name_places(workspace, language, variable);
  out.findings = findings(workspace, data.study.id, language);
  out.group_variable = spec.group_variable;
  out.district_variable = spec.district_variable;
  if (!spec.boundaries_digest.empty()) {
    if (auto boundaries = workspace.read_blob(spec.boundaries_digest)) out.district_geojson = *std::move(boundaries);
    out.district_property = spec.boundaries_property;
  }
  fill_questionnaire(data, instrument, language, out);
  fill_codebook(data, instrument, language, out);
  for (std::size_t i = 0; i < data.rounds.size(); ++i) {
    const Json fields = data.datasets[i].fields();
    out.datasets.push_back({data.rounds[i].name, data.datasets[i].title, fields.value("content", ""),
                            fields.value("rows", std::size_t{0})});
  }
  out.policy = {thresholds.min_rows,
                spec.sample.clusters.empty() || spec.sample.clusters[0] == "respondent" ? 0 : thresholds.min_clusters};
  out.policy.reason = spec.threshold_reason;
  // A comparison group alone does not make an effect: its assumption must be stated.
  out.comparison_group = !spec.comparison_variable.empty() && !spec.comparison_assumption.empty();
  out.comparison_assumption = text_in(spec.comparison_assumption, language);
  out.created = inputs_last_changed(workspace);
  out.report_date = out.created.substr(0, 10);
  out.software_version = std::string("Hamdil ") + kVersion;
  out.run = data.run;
  out.demo = spec.demo;
  out.not_for_release = audience == protect::Audience::kTeam;
  return out;
}

}  // namespace hamdil::services::reporting
