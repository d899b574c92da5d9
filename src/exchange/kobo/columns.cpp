#include "exchange/kobo/columns.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/infer.hpp"
#include "exchange/kobo/missing.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::ColumnType;
using data::Missing;
using data::QuestionType;

constexpr std::size_t kLevelLimit = 5'000;  // of answers that are in no list

ColumnType column_type(CellKind kind) {
  switch (kind) {
    case CellKind::kInteger:
      return ColumnType::kInteger;
    case CellKind::kNumber:
      return ColumnType::kNumber;
    case CellKind::kDate:
      return ColumnType::kDate;
    case CellKind::kDateTime:
      return ColumnType::kDateTime;
    case CellKind::kCategory:
    case CellKind::kOpenCategory:
    case CellKind::kInferred:  // a dictionary of texts until the type is found
    case CellKind::kFlag:
      return ColumnType::kCategory;
    default:
      return ColumnType::kText;
  }
}

const char* expected_word(CellKind kind) {
  switch (kind) {
    case CellKind::kInteger:
      return "a whole number";
    case CellKind::kNumber:
      return "a number";
    case CellKind::kDate:
      return "a date";
    case CellKind::kDateTime:
      return "a date with time";
    case CellKind::kFlag:
      return "0 or 1";
    default:
      return "an answer";
  }
}

// Key under which spellings of one answer meet: case, '_' and kinds of apostrophes do not count.
std::string spelling(std::string_view s) {
  std::string out = text::fold(s);
  for (const char* mark : {"\u2018", "\u2019", "`", "\u00B4"}) out = text::replace_all(std::move(out), mark, "'");
  return out;
}

}  // namespace

CellKind kind_of_question(QuestionType type) {
  switch (type) {
    case QuestionType::kInteger:
      return CellKind::kInteger;
    case QuestionType::kDecimal:
    case QuestionType::kRange:
      return CellKind::kNumber;
    case QuestionType::kDate:
    case QuestionType::kToday:
      return CellKind::kDate;
    case QuestionType::kDateTime:
    case QuestionType::kStart:
    case QuestionType::kEnd:
      return CellKind::kDateTime;
    case QuestionType::kSelectOne:
      return CellKind::kCategory;
    case QuestionType::kCalculate:
    case QuestionType::kHidden:
    case QuestionType::kAcknowledge:
    case QuestionType::kNone:
      return CellKind::kInferred;
    default:
      return CellKind::kText;
  }
}

std::string describe_cell(std::string_view cell) {
  if (text::parse_number(cell)) return "a number";
  if (parse_iso_datetime(cell)) return "a date";
  const auto characters =
      std::count_if(cell.begin(), cell.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  return "a text of " + std::to_string(characters) + " characters";
}

bool is_lost_script(std::string_view cell) {
  return cell.size() >= 3 && cell.find_first_not_of("? ") == std::string_view::npos;
}

Error lost_script(const std::string& column, const std::vector<std::size_t>& rows, Where where) {
  where.row = rows.front();
  return Error(
             "exchange.survey.lost_script",
             "Column {column}: {count} cells hold only question marks (rows {rows}); the letters were lost before the "
             "file was saved.",
             {{"column", column}, {"count", std::to_string(rows.size())}, {"rows", csv::describe_rows(rows)}})
      .at(std::move(where))
      .advise("They cannot be mended; export again as XLSX or as CSV in UTF-8.");
}

ColumnBuilder::ColumnBuilder(std::string name, CellKind kind, ColumnInfo column_info)
    : info(std::move(column_info)), kind_(kind) {
  column_.name = std::move(name);
  column_.type = column_type(kind);
  if (kind == CellKind::kFlag) column_.levels = {{"0", "No"}, {"1", "Yes"}};
}

void ColumnBuilder::use_choices(const data::ChoiceList& list, const std::string& main_language,
                                bool recognise_missing) {
  std::unordered_map<std::string, std::size_t> fold_counts;
  const auto enter = [&](const std::string& key, Entry entry) {
    entries_.try_emplace(key, entry);
    const std::string folded = spelling(key);
    const auto [place, is_new] = folded_.try_emplace(folded, entry);
    if (!is_new && (place->second.code != entry.code || place->second.reason != entry.reason)) fold_counts[folded] = 2;
  };
  std::vector<std::pair<const data::Choice*, Entry>> made;
  for (const data::Choice& choice : list.choices) {
    if (entries_.contains(choice.name)) continue;  // a choice that stands once a filter value
    const Missing reason = recognise_missing ? missing_of_choice(choice) : Missing::kPresent;
    Entry entry;
    if (reason != Missing::kPresent) {
      entry.reason = reason;
      entry.missing_choice = info.missing_choices.size();
      info.missing_choices.push_back({choice.name, choice.label.best(main_language), reason});
    } else {
      entry.code = static_cast<std::int32_t>(column_.levels.size());
      const std::string& label = choice.label.best(main_language);
      column_.levels.push_back({choice.name, label.empty() ? choice.name : label});
    }
    enter(choice.name, entry);
    made.emplace_back(&choice, entry);
  }
  for (auto& [choice, entry] : made) {
    entry.is_label = true;
    for (const auto& [language, label] : choice->label.texts) enter(label, entry);
  }
  for (const auto& [key, count] : fold_counts) folded_.erase(key);
}

void ColumnBuilder::append(std::string_view cell, std::size_t source_row) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  // A choice may be called "n/a" or "NA"; the list decides.
  if (kind_ == CellKind::kCategory && !cell.empty()) {
    if (const auto found = entries_.find(std::string(cell));
        found != entries_.end() && found->second.reason == Missing::kPresent)
      return append_category(cell, source_row);
  }
  const Missing reason = info.question.empty() ? missing_of_cell(cell) : missing_of_question_cell(cell);
  if (reason != Missing::kPresent)
    column_.append_missing(reason);
  else
    append_value(cell, source_row);
}

void ColumnBuilder::append_value(std::string_view cell, std::size_t source_row) {
  if (is_lost_script(cell)) {
    lost_rows_.push_back(source_row);
    return column_.append_missing(Missing::kUnreadable);
  }
  switch (kind_) {
    case CellKind::kText:
      column_.append_text(std::string(cell));
      return;
    case CellKind::kInferred:
      append_to_dictionary(cell);
      return;
    case CellKind::kCategory:
    case CellKind::kOpenCategory:
      append_category(cell, source_row);
      return;
    case CellKind::kFlag:
      append_flag_cell(cell, source_row);
      return;
    case CellKind::kDate:
    case CellKind::kDateTime:
      append_date(cell, source_row);
      return;
    case CellKind::kInteger:
    case CellKind::kNumber: {
      const auto value = text::parse_number(cell);
      if (!value) return unreadable(cell, source_row);
      if (kind_ == CellKind::kInteger && *value != std::floor(*value)) fraction_rows_.push_back(source_row);
      return column_.append_number(*value);
    }
  }
}

void ColumnBuilder::append_to_dictionary(std::string_view cell) {
  const auto [place, is_new] =
      dictionary_.try_emplace(std::string(cell), static_cast<std::int32_t>(column_.levels.size()));
  if (is_new) column_.levels.push_back({place->first, ""});
  column_.append_code(place->second);
}

void ColumnBuilder::append_flag_cell(std::string_view cell, std::size_t source_row) {
  if (cell == "1" || text::equals_ignoring_case(cell, "true") || text::equals_ignoring_case(cell, "yes") ||
      cell == "1.0")
    column_.append_code(1);
  else if (cell == "0" || text::equals_ignoring_case(cell, "false") || text::equals_ignoring_case(cell, "no") ||
           cell == "0.0")
    column_.append_code(0);
  else if (cell == info.choice)
    column_.append_code(1);  // exports that repeat the chosen name
  else
    unreadable(cell, source_row);
}

void ColumnBuilder::append_category(std::string_view cell, std::size_t source_row) {
  const std::string key(cell);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    const auto folded = folded_.find(spelling(cell));
    if (folded != folded_.end()) found = entries_.emplace(key, folded->second).first;
  }
  if (found == entries_.end()) {
    if (column_.levels.size() >= kLevelLimit) return unreadable(cell, source_row);
    Entry entry{.code = static_cast<std::int32_t>(column_.levels.size())};
    column_.levels.push_back({key, key});
    if (kind_ == CellKind::kCategory) ++unlisted_levels_;
    found = entries_.emplace(key, entry).first;
  }
  const Entry& entry = found->second;
  used_label = used_label || entry.is_label;
  if (entry.reason != Missing::kPresent) {
    missing_choice_rows_.emplace_back(column_.size(), entry.missing_choice);
    column_.append_missing(entry.reason);
    return;
  }
  if (kind_ == CellKind::kCategory && entry.code >= static_cast<std::int32_t>(column_.levels.size() - unlisted_levels_))
    unlisted_rows_.push_back(source_row);
  column_.append_code(entry.code);
}

void ColumnBuilder::append_date(std::string_view cell, std::size_t source_row) {
  if (kind_ == CellKind::kDate) {
    if (const auto days = parse_iso_date(cell)) return column_.append_number(static_cast<double>(*days));
  } else if (const auto seconds = parse_iso_datetime(cell)) {
    return column_.append_number(*seconds);
  }
  if (const auto slash = parse_slash_date(cell)) {
    pending_.push_back({column_.size(), source_row, batch, *slash});
    return column_.append_missing(Missing::kUnreadable);  // replaced when the order of day and month is known
  }
  // A date that a spreadsheet turned into its day number.
  const auto serial = text::parse_number(cell);
  if (serial && *serial > 20'000 && *serial < 80'000) {
    const double days = *serial - 25'569;
    return column_.append_number(kind_ == CellKind::kDate ? std::floor(days) : std::round(days * 86'400));
  }
  unreadable(cell, source_row);
}

void ColumnBuilder::unreadable(std::string_view cell, std::size_t source_row) {
  if (unreadable_rows_.empty()) unreadable_found_ = describe_cell(cell);
  unreadable_rows_.push_back(source_row);
  column_.append_missing(Missing::kUnreadable);
}

const std::string* ColumnBuilder::missing_choice(std::size_t row) const {
  const auto found =
      std::lower_bound(missing_choice_rows_.begin(), missing_choice_rows_.end(), std::pair(row, std::size_t{0}));
  if (found == missing_choice_rows_.end() || found->first != row) return nullptr;
  return &info.missing_choices[found->second].name;
}

void ColumnBuilder::add_date_evidence(DateOrders& orders) const {
  for (const Pending& pending : pending_) {
    if (pending.date.first > 12) orders[pending.batch].day_first = true;
    if (pending.date.second > 12) orders[pending.batch].month_first = true;
  }
}

void ColumnBuilder::settle_dates(const DateOrders& orders, const std::string& file, Diagnostics& diagnostics) {
  DateOrders own;
  add_date_evidence(own);
  std::vector<std::size_t> guessed;
  std::vector<std::size_t> left_out;
  for (const Pending& pending : pending_) {
    const SlashDate& date = pending.date;
    // The column itself tells; a column of which all dates could be either follows the others of its file.
    const auto mine = own.find(pending.batch);
    const auto others = orders.find(pending.batch);
    const DateOrder order = mine != own.end() ? mine->second : others != orders.end() ? others->second : DateOrder{};
    const bool is_certain = date.first > 12 || date.second > 12 || date.first == date.second;
    if (order.day_first && order.month_first && !is_certain) {
      left_out.push_back(pending.source_row);
      continue;
    }
    if (!order.day_first && !order.month_first && !is_certain) guessed.push_back(pending.source_row);
    const bool takes_month_first = date.second > 12 || (order.month_first && date.first <= 12);
    const auto days = takes_month_first ? days_from_civil(date.year, date.first, date.second)
                                        : days_from_civil(date.year, date.second, date.first);
    if (!days) continue;
    column_.numbers[pending.row] =
        kind_ == CellKind::kDate ? static_cast<double>(*days) : static_cast<double>(*days) * 86'400 + date.seconds;
    column_.missing[pending.row] = Missing::kPresent;
  }
  pending_.clear();
  const auto warn = [&](const char* text, const std::vector<std::size_t>& rows) {
    if (rows.empty()) return;
    Error problem("exchange.survey.ambiguous_date", text,
                  {{"column", column_.name}, {"rows", csv::describe_rows(rows)}});
    problem.where = {.file = file, .sheet = info.sheet, .row = rows.front(), .column_name = info.header};
    problem.hint = "Export the dates as 2018-07-06.";
    diagnostics.push_back({Severity::kWarning, std::move(problem)});
  };
  warn(
      "Column {column} holds dates with the day first and dates with the month first; those that could be either were "
      "left out (rows {rows}).",
      left_out);
  warn(
      "Column {column} holds dates such as 06/07/2018 and nothing in the file tells the day from the month; they were "
      "read with the day first (rows {rows}).",
      guessed);
}

data::Column ColumnBuilder::finish(const DateOrders& orders, const std::string& file, Diagnostics& diagnostics) {
  settle_dates(orders, file, diagnostics);
  const Where where{.file = file,
                    .sheet = info.sheet,
                    .column = info.source_column > 0 ? std::optional(info.source_column) : std::nullopt,
                    .column_name = info.header};
  if (!unreadable_rows_.empty()) {
    Error problem("exchange.survey.unreadable",
                  "Column {column}: {count} cells hold {found} where {expected} was expected (rows {rows}).",
                  {{"column", column_.name},
                   {"count", std::to_string(unreadable_rows_.size())},
                   {"found", unreadable_found_},
                   {"expected", expected_word(kind_)},
                   {"rows", csv::describe_rows(unreadable_rows_)}});
    problem.where = where;
    problem.where.row = unreadable_rows_.front();
    problem.hint = "They were marked unreadable; correct them in the file when the answers matter.";
    diagnostics.push_back({Severity::kWarning, std::move(problem)});
  }
  if (!unlisted_rows_.empty()) {
    Error problem("exchange.survey.unlisted_choice",
                  "Column {column}: {count} cells hold {levels} answers that are not in the list {list} (rows {rows}).",
                  {{"column", column_.name},
                   {"count", std::to_string(unlisted_rows_.size())},
                   {"levels", std::to_string(unlisted_levels_)},
                   {"list", info.list},
                   {"rows", csv::describe_rows(unlisted_rows_)}});
    problem.where = where;
    problem.where.row = unlisted_rows_.front();
    problem.hint = "They may come from another version of the form; give all versions of the form.";
    diagnostics.push_back({Severity::kWarning, std::move(problem)});
  }
  if (!lost_rows_.empty()) diagnostics.push_back({Severity::kWarning, lost_script(column_.name, lost_rows_, where)});
  if (!fraction_rows_.empty()) {
    Error problem(
        "exchange.survey.fractions",
        "Column {column} should hold whole numbers, but {count} cells have fractions (rows {rows}); they were kept.",
        {{"column", column_.name},
         {"count", std::to_string(fraction_rows_.size())},
         {"rows", csv::describe_rows(fraction_rows_)}});
    problem.where = where;
    problem.where.row = fraction_rows_.front();
    diagnostics.push_back({Severity::kWarning, std::move(problem)});
    column_.type = ColumnType::kNumber;
  }
  if (kind_ == CellKind::kInferred) {
    dictionary_ = {};
    return infer_type(std::move(column_));
  }
  return std::move(column_);
}

}  // namespace hamdil::exchange::kobo
