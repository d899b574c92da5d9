#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/calendar.hpp"
#include "base/digest.hpp"
#include "base/file_stream.hpp"
#include "base/text.hpp"
#include "data/combine.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/xlsform/read.hpp"
#include "protect/identifiers_distinct.hpp"
#include "services/intake/column_roles.hpp"
#include "services/intake/consent.hpp"
#include "services/intake/file_kind.hpp"
#include "services/intake/import_survey.hpp"
#include "services/intake/instrument.hpp"
#include "services/intake/quality_flags.hpp"
#include "services/intake/read_tables.hpp"
#include "services/intake/scales.hpp"
#include "services/intake/split_identifiers.hpp"
#include "services/intake/table_questions.hpp"

namespace hamdil::services::intake {
namespace {

using exchange::kobo::SurveyExport;
using exchange::kobo::SurveyTable;

// Seconds of an ISO time with or without offset ("2024-04-01T11:39:55.000+05:00"); NaN when it is not one.
double seconds_of(const std::string& time) {
  if (time.size() < 19 || time[4] != '-' || (time[10] != 'T' && time[10] != ' ')) return std::nan("");
  const auto part = [&](std::size_t at, std::size_t length) { return text::parse_integer(time.substr(at, length)); };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2), minute = part(14, 2),
             second = part(17, 2);
  if (!year || !month || !day || !hour || !minute || !second || *month < 1 || *month > 12) return std::nan("");
  double seconds =
      static_cast<double>(days_from_date({static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day)})) *
          86400 +
      static_cast<double>(*hour * 3600 + *minute * 60 + *second);
  const std::size_t sign = time.find_first_of("+-", 19);
  if (sign != std::string::npos && time.size() >= sign + 6) {
    const auto hours = part(sign + 1, 2), minutes = part(sign + 4, 2);
    if (hours && minutes) seconds -= (time[sign] == '+' ? 1 : -1) * static_cast<double>(*hours * 3600 + *minutes * 60);
  }
  return seconds;
}

Json vault_values(const data::Table& table, const std::vector<std::size_t>& columns, std::size_t row) {
  Json out = Json::object();
  for (const std::size_t index : columns)
    if (const std::string value = table.columns[index].text_at(row); !value.empty())
      out[table.columns[index].name] = value;
  return out;
}

// A plain table has no keys unless a column was named: nothing is held for its rows then.
const exchange::kobo::RowKey& key_of(const SurveyTable& table, std::size_t row) {
  static const exchange::kobo::RowKey kNone;
  return table.keys.empty() ? kNone : table.keys[row];
}

bool has_key(const SurveyTable& table, std::size_t row) {
  return !key_of(table, row).root_uuid.empty() || !key_of(table, row).uuid.empty();
}

// Rows without a key get one from their content; the occurrence tells equal rows apart.
std::vector<std::string> row_identifiers(const SurveyTable& table) {
  constexpr std::string_view kStart = "row:";
  constexpr std::size_t kDigest = 64;
  std::vector<std::string> out(table.table.rows);
  const auto digest_of = [&](std::size_t row) { return std::string_view(out[row]).substr(kStart.size(), kDigest); };
  const auto same = [&](std::size_t a, std::size_t b) { return digest_of(a) == digest_of(b); };
  const protect::ValueHash hash_of;
  protect::DistinctRows distinct;
  std::unordered_map<std::size_t, std::size_t> repeated;  // by the first row with the content
  std::string content;
  for (std::size_t row = 0; row < table.table.rows; ++row) {
    if (const auto& key = key_of(table, row); has_key(table, row)) {
      out[row] = "submission:" + (key.root_uuid.empty() ? key.uuid : key.root_uuid);
      continue;
    }
    content.clear();
    for (const data::Column& column : table.table.columns) {
      if (column.type == data::ColumnType::kText)
        content += column.texts[row];
      else
        content += column.text_at(row);
      content += '\x1F';
    }
    out[row].reserve(kStart.size() + kDigest + 2);
    out[row].append(kStart).append(digest_hex(content));
    const std::size_t first = distinct.first_of(hash_of(digest_of(row)), row, same);
    out[row] += ":" + std::to_string(first == row ? 1 : ++repeated[first] + 1);
  }
  return out;
}

// Counts of the refused interviews by the answers given before consent was asked (district, settlement, group ...),
// each question for itself: crossed answers would single out who refused.
data::Table count_refusals(const SurveyTable& main, const std::vector<std::size_t>& before_consent,
                           const std::vector<bool>& refused) {
  std::vector<std::string> questions, answers;
  std::vector<double> numbers;
  for (const std::size_t column : before_consent) {
    std::map<std::string, double> counts;
    for (std::size_t row = 0; row < main.table.rows; ++row)
      if (refused[row]) ++counts[main.table.columns[column].text_at(row)];
    for (const auto& [answer, count] : counts) {
      questions.push_back(main.table.columns[column].name);
      answers.push_back(answer);
      numbers.push_back(count);
    }
  }
  data::Table out;
  out.rows = numbers.size();
  out.put(data::Column::of_texts("question", std::move(questions)));
  out.put(data::Column::of_texts("answer", std::move(answers)));
  out.put(data::Column::of_numbers("refusals", std::move(numbers), data::ColumnType::kInteger));
  return out;
}

// The values of a column; `take` leaves the table's column without them, so that a table of a million rows is not held
// twice.
data::Column column_values(data::Column& from, bool take) {
  if (!take) return from;
  data::Column out;
  out.name = from.name;
  out.label = from.label;
  out.type = from.type;
  out.ordered = from.ordered;
  out.levels = from.levels;
  out.numbers.swap(from.numbers);
  out.codes.swap(from.codes);
  out.texts.swap(from.texts);
  out.missing.swap(from.missing);
  return out;
}

// The dataset has columns `respondent` and `round` of its own; a question of such a name gets another one there.
data::Column answer_column(SurveyTable& table, std::size_t index, bool take, Diagnostics& problems) {
  data::Column column = column_values(table.table.columns[index], take);
  if (column.name != "respondent" && column.name != "round") return column;
  std::string name = column.name + "_answer";
  for (std::size_t n = 2; table.table.find(name) != nullptr; ++n) name = column.name + "_answer_" + std::to_string(n);
  problems.push_back(
      {Severity::kInfo, Error("intake.column.reserved_name", "The column {column} is called {name} in the dataset.",
                              {{"column", column.name}, {"name", name}})
                            .advise("Hamdil uses respondent and round itself; write the new name in the study file.")});
  column.name = std::move(name);
  return column;
}

// The answers that the form or codebook lists for a column, so that they may stand in records; what people wrote may
// not.
std::set<std::string> listed_levels(const exchange::kobo::ColumnInfo& info, const data::Column& column,
                                    const std::optional<data::Form>& form,
                                    const std::optional<data::Codebook>& codebook) {
  std::set<std::string> out;
  if (!info.choice.empty()) return {"0", "1"};
  if (form) {
    if (info.type == data::QuestionType::kAcknowledge) return {"OK", "ok", "yes", "no", "true", "false", "1", "0"};
    for (const auto* lists : {&form->lists, &form->external_lists})
      for (const data::ChoiceList& list : *lists)
        if (!info.list.empty() && list.name == info.list)
          for (const data::Choice& choice : list.choices) out.insert(choice.name);
    return out;
  }
  if (const data::CodebookEntry* entry = codebook ? codebook->find(column.name) : nullptr)
    for (const data::Level& level : entry->levels) out.insert(level.value);
  // Value labels of SPSS and Stata files; levels found in the data are their own labels.
  for (const data::Level& level : column.levels)
    if (!level.label.empty() && level.label != level.value) out.insert(level.value);
  return out;
}

std::vector<std::vector<std::string>> scales_of(const data::Form& form) {
  std::map<std::string, std::vector<std::string>> by_list;
  for (const data::PlacedItem& placed : data::walk(form))
    if (placed.repeat() == nullptr && placed.item->type == data::QuestionType::kSelectOne)
      by_list[placed.item->list].push_back(placed.item->name);
  std::vector<std::vector<std::string>> out;
  for (auto& [list, names] : by_list)
    if (const data::ChoiceList* choices = form.find_list(list); choices != nullptr && choices->choices.size() > 3)
      out.push_back(std::move(names));
  return out;
}

struct Consented {
  std::vector<bool> keep;
  std::vector<bool> refused;
};

Result<Consented> apply_consent(const SurveyTable& main, const std::optional<data::Form>& form,
                                const ImportRequest& request, Receipt& receipt) {
  Consented out{std::vector<bool>(main.table.rows, true), std::vector<bool>(main.table.rows, false)};
  const auto question = form ? find_consent_question(*form) : std::nullopt;
  const data::Column* answers = nullptr;
  if (question)
    for (std::size_t i = 0; i < main.columns.size(); ++i)
      if (leaf_name(main.columns[i].question) == question->name) answers = &main.table.columns[i];
  if (answers == nullptr) {
    if (request.consent_basis.empty())
      return Error("intake.consent.missing",
                   "No question of this survey asks for consent, so a statement is needed on what basis the answers "
                   "may be used.")
          .advise(
              "Say it with --consent-basis \"text: who asked for consent, when, in which words\"; it is printed under "
              "limitations.");
    receipt.consent = "basis";
    return out;
  }
  receipt.consent = "question:" + question->name;
  for (std::size_t row = 0; row < main.table.rows; ++row) {
    const Consent consent = consent_of(*answers, row, *question);
    out.keep[row] = consent == Consent::kGiven;
    out.refused[row] = consent == Consent::kRefused;
    if (consent == Consent::kRefused) ++receipt.rejected[kRefusedReason];
    if (consent == Consent::kNotRecorded) ++receipt.rejected[kNotRecordedReason];
  }
  return out;
}

void add_meta_columns(data::Table& answers, const SurveyTable& main, std::vector<double>& minutes) {
  std::vector<double> days(main.table.rows, std::nan(""));
  std::vector<std::string> versions(main.table.rows);
  minutes.assign(main.table.rows, std::nan(""));
  for (std::size_t row = 0; row < main.table.rows; ++row) {
    const double start = seconds_of(key_of(main, row).start);
    const double end = seconds_of(key_of(main, row).end);
    if (end > start) minutes[row] = (end - start) / 60;
    const double when = std::isnan(start) ? seconds_of(key_of(main, row).submitted) : start;
    if (!std::isnan(when)) days[row] = std::floor(when / 86400);
    versions[row] = key_of(main, row).version;
  }
  answers.put(data::Column::of_numbers("_day", std::move(days), data::ColumnType::kDate));
  answers.put(data::Column::of_numbers("_minutes", minutes));
  answers.put(data::Column::of_texts("_version", std::move(versions)));
}

Result<std::optional<data::Form>> read_forms(const ImportRequest& request, PreparedImport& out, Diagnostics& problems) {
  if (request.forms.empty()) return std::optional<data::Form>();
  std::vector<data::Form> versions;
  for (const std::string& path : request.forms) {
    auto form = exchange::xlsform::read_xlsform_file(path, out.form_problems);
    if (!form && form.error().code == "exchange.xlsform.no_survey") return not_a_form(path);
    if (!form) return std::move(form.error());
    versions.push_back(std::move(*form));
  }
  problems.insert(problems.end(), out.form_problems.begin(), out.form_problems.end());
  if (has_errors(out.form_problems) && !request.accept_form_errors)
    return Error("intake.form.unusable", "The form has errors that must be mended first; all of them are listed.")
        .at({.file = request.forms.front()})
        .advise("Mend the form, or go on with what could be understood: --accept-form-errors.");
  return std::optional<data::Form>(merge_versions(std::move(versions), problems));
}

// Answers of people who did not consent are not kept: what the receipt counts of them would mislead.
exchange::kobo::ReadOptions reading_of(const data::Form& form) {
  exchange::kobo::ReadOptions out;
  if (const auto question = find_consent_question(form)) {
    out.counted_by = question->name;
    out.counts = [question](const data::Column& answers, std::size_t row) {
      return consent_of(answers, row, *question) == Consent::kGiven;
    };
  }
  return out;
}

// Answers to another form: hardly a column is one of its questions, and hardly a question has a column.
Status check_fit(const SurveyExport& exported) {
  std::size_t columns = 0, matched = 0;
  for (const SurveyTable& table : exported.tables)
    for (const auto& column : table.columns) {
      ++columns;
      matched += column.question.empty() ? 0 : 1;
    }
  const std::size_t questions = matched + exported.not_in_data.size();
  if (columns < 8 || questions < 8 || matched * 4 >= columns || matched * 4 >= questions) return Done{};
  return Error("intake.form.does_not_fit",
               "The answers are not those of this form: of {columns} columns {matched} are questions of it, and "
               "{missing} of its questions have no column.",
               {{"columns", std::to_string(columns)},
                {"matched", std::to_string(matched)},
                {"missing", std::to_string(exported.not_in_data.size())}})
      .advise("Give the form that these answers were collected with, in all its versions (--form twice).");
}

// A column named on the command line that no table has would leave names readable without a word.
Status check_named_columns(const std::vector<std::string>& named, const char* option, const SurveyExport& exported) {
  std::vector<std::string> known;
  for (const SurveyTable& table : exported.tables)
    for (const data::Column& column : table.table.columns) known.push_back(column.name);
  for (const std::string& name : named) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = text::nearest(name, known);
    return Error("intake.option.no_column", "{option} names {column}, which no column is called.",
                 {{"option", option}, {"column", name}})
        .advise(near.empty() ? "" : "Near to it: " + text::join(near, ", ") + ".");
  }
  return Done{};
}

// The scale of an answer, where form or codebook give one; columns under a pseudonym have none.
std::optional<Scale> scale_of(const exchange::kobo::ColumnInfo& info, const data::Column& column,
                              const Questions& questions, const std::optional<data::Codebook>& codebook,
                              const PreparedImport& prepared) {
  if (prepared.pseudonymised.contains(column.name) || !info.choice.empty()) return std::nullopt;
  if (column.type == data::ColumnType::kCategory) {
    const auto listed = prepared.listed_levels.find(column.name);
    return listed == prepared.listed_levels.end() ? std::nullopt : scale_of_answers(listed->second);
  }
  const auto question = questions.find(info.question);
  if (question != questions.end()) return scale_of_question(*question->second.item);
  const data::CodebookEntry* entry = codebook ? codebook->find(column.name) : nullptr;
  return entry == nullptr ? std::nullopt : scale_of_entry(*entry);
}

}  // namespace

Result<PreparedImport> prepare_import(const ImportRequest& request, Diagnostics& problems) {
  PreparedImport out;
  out.receipt.round = request.round;
  for (const std::string& path : request.data) {
    HAMDIL_CHECK(check_data_file(path));
    HAMDIL_TRY(std::string digest, file_digest_hex(path));
    out.sources.emplace_back(path.substr(path.rfind('/') + 1), std::move(digest));
  }
  HAMDIL_TRY(const auto form, read_forms(request, out, problems));
  std::optional<data::Codebook> codebook;
  HAMDIL_TRY(SurveyExport exported,
             form ? exchange::kobo::read_survey_export(request.data, &*form, reading_of(*form), problems)
                  : read_plain_tables(request, codebook, problems));
  SurveyTable& main = exported.tables.front();
  if (main.table.rows == 0 && exported.rejected.empty())
    return Error("intake.data.no_rows", "The file holds no answers: there is no row below its header.")
        .at({.file = request.data.front()})
        .advise("Export it again with its rows; nothing was written.");
  if (!form) HAMDIL_CHECK(take_ids(request.id_column, main));
  out.receipt.dialect = exchange::kobo::dialect_name(exported.dialect);
  out.receipt.not_in_form = exported.not_in_form;
  out.receipt.not_in_data = exported.not_in_data;
  for (const auto& [question, not_asked, blank, answered, unknown] : exported.relevance)
    out.receipt.relevance.push_back({question, not_asked, blank, answered, unknown});
  out.receipt.read = main.table.rows;
  if (form) HAMDIL_CHECK(check_fit(exported));
  HAMDIL_CHECK(check_named_columns(request.seal_columns, "--seal", exported));
  HAMDIL_CHECK(check_named_columns(request.keep_columns, "--keep", exported));
  const auto digest_of = [&](const std::string& file) {
    for (std::size_t i = 0; i < request.data.size(); ++i)
      if (request.data[i] == file) return out.sources[i].second;
    return file;
  };
  for (const auto& rejected : exported.rejected) {
    if (rejected.of_repeat) continue;  // read and counted with its submission
    ++out.receipt.rejected[rejected.reason];
    ++out.receipt.read;
    out.rejected.push_back(
        {"file row:" + digest_of(rejected.file) + ":" + rejected.sheet + ":" + std::to_string(rejected.row),
         rejected.reason, false});
  }
  Questions questions;
  if (form) {
    for (const data::PlacedItem& placed : data::walk(*form)) questions.emplace(placed.path(), placed);
    out.form_title = form->settings.title.empty() ? form->settings.id : form->settings.title;
    out.instrument_id = form->settings.id;
    out.instrument_version = form->settings.version;
    out.instrument_json = instrument_json(*form).dump();
  }

  HAMDIL_TRY(const Consented consent, apply_consent(main, form, request, out.receipt));
  std::vector<std::string> identifiers = row_identifiers(main);
  const std::vector<Split> splits = split_columns(exported, questions, request, out.receipt);
  const Split& split = splits.front();
  if (form) leave_out_lists(exported, splits, out.instrument_json);
  auto declared = declared_roles(questions, problems);
  if (!request.codebook.empty()) {
    HAMDIL_TRY(declared, declared_roles(request.codebook, problems));
  }
  const ColumnRoles roles = column_roles(exported, split, questions, declared);
  std::vector<std::size_t> before_consent;
  const std::string consent_name = out.receipt.consent.starts_with("question:") ? out.receipt.consent.substr(9) : "";
  for (const std::size_t index : split.answers) {
    if (leaf_name(main.columns[index].question) == consent_name) break;
    if (!listed(split.pseudonymised, index) && main.table.columns[index].type == data::ColumnType::kCategory)
      before_consent.push_back(index);
  }
  if (!consent_name.empty()) out.refusals = count_refusals(main, before_consent, consent.refused);

  data::Table answers;
  answers.rows = main.table.rows;
  std::vector<double> minutes;
  std::map<std::string, Scale> scales;
  add_meta_columns(answers, main, minutes);
  for (const std::size_t index : split.answers) {
    // A pseudonymised column goes to the vault, too.
    const bool take = !listed(split.pseudonymised, index);
    const data::Column& put = answers.put(answer_column(main, index, take, problems));
    if (const auto role = roles.find(main.table.columns[index].name); role != roles.end())
      out.roles[put.name] = role->second;
    if (listed(split.pseudonymised, index))
      out.pseudonymised.insert(put.name);
    else if (put.type == data::ColumnType::kCategory)
      out.listed_levels[put.name] = listed_levels(main.columns[index], main.table.columns[index], form, codebook);
    if (const auto scale = scale_of(main.columns[index], put, questions, codebook, out))
      scales.emplace(put.name, *scale);
  }
  if (!form)
    out.instrument_json =
        table_questions_json(answers, codebook ? &*codebook : nullptr, out.listed_levels, out.pseudonymised);
  std::vector<Json> vault(main.table.rows);
  for (std::size_t row = 0; row < main.table.rows; ++row)
    if (consent.keep[row])
      vault[row] = vault_values(main.table, split.sealed, row);
    else
      out.rejected.push_back(
          {identifiers[row], consent.refused[row] ? kRefusedReason : kNotRecordedReason, has_key(main, row)});

  std::vector<std::size_t> new_row(main.table.rows, exchange::kobo::kNoParent);
  for (std::size_t row = 0, next = 0; row < main.table.rows; ++row)
    if (consent.keep[row]) new_row[row] = next++;
  for (std::size_t t = 1; t < exported.tables.size(); ++t) {
    SurveyTable& repeat = exported.tables[t];
    const Split& parts = splits[t];
    // A repeat inside a repeat hangs on its person all the same.
    std::vector<std::size_t> person(repeat.table.rows);
    std::vector<bool> keep(repeat.table.rows);
    std::vector<double> parent_row;
    for (std::size_t row = 0; row < repeat.table.rows; ++row) {
      std::size_t at = repeat.parent_rows[row];
      for (std::size_t table = repeat.parent_table; table != 0 && at != exchange::kobo::kNoParent;
           table = exported.tables[table].parent_table)
        at = exported.tables[table].parent_rows[at];
      person[row] = at;
      keep[row] = at != exchange::kobo::kNoParent && new_row[at] != exchange::kobo::kNoParent;
      if (!keep[row]) continue;
      parent_row.push_back(static_cast<double>(new_row[at]));
      const Json values = vault_values(repeat.table, parts.sealed, row);
      if (!values.empty()) vault[at][repeat.repeat].push_back(values);
    }
    data::Table kept;
    for (const std::size_t index : parts.answers) {
      const data::Column& put = kept.put(answer_column(repeat, index, false, problems));
      if (listed(parts.pseudonymised, index)) out.pseudonymised_in_repeats[leaf_name(repeat.repeat)].insert(put.name);
    }
    kept.rows = repeat.table.rows;
    kept = data::select_rows(kept, keep);
    kept.name = leaf_name(repeat.repeat);
    kept.put(data::Column::of_numbers("_parent", std::move(parent_row), data::ColumnType::kInteger));
    out.receipt.repeats[kept.name] = kept.rows;
    out.repeats.push_back(std::move(kept));
  }

  const bool keeps_all = std::find(consent.keep.begin(), consent.keep.end(), false) == consent.keep.end();
  for (std::size_t row = 0; row < main.table.rows; ++row)
    if (consent.keep[row] && !vault[row].empty()) out.vault.push_back({new_row[row], vault[row].dump(), ""});
  std::vector<Json>().swap(vault);
  std::vector<double> kept_minutes;
  for (std::size_t row = 0; row < main.table.rows && !keeps_all; ++row)
    if (consent.keep[row]) {
      kept_minutes.push_back(minutes[row]);
      out.people.push_back(std::move(identifiers[row]));
    }
  if (keeps_all) {
    kept_minutes = std::move(minutes);
    out.people = std::move(identifiers);
  }
  out.answers = keeps_all ? std::move(answers) : data::select_rows(answers, consent.keep);
  report_outside_scales(out.answers, scales, problems);
  add_quality_flags(out.answers, kept_minutes, form ? scales_of(*form) : std::vector<std::vector<std::string>>(), {});
  for (const char* flag : {"speeder", "duplicate_answers", "straight_lining"})
    out.receipt.flagged[flag] = count_flag(out.answers, flag);
  out.receipt.kept = out.answers.rows;
  out.receipt.problems = group_problems(problems);
  return out;
}

}  // namespace hamdil::services::intake
