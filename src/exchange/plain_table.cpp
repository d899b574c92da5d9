#include "exchange/plain_table.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/file.hpp"
#include "base/file_stream.hpp"
#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/datetime.hpp"
#include "exchange/dta/read.hpp"
#include "exchange/infer.hpp"
#include "exchange/kobo/columns.hpp"
#include "exchange/kobo/missing.hpp"
#include "exchange/sav/read.hpp"
#include "exchange/sav/statfile.hpp"
#include "exchange/typed_column.hpp"
#include "exchange/workbook.hpp"

namespace hamdil::exchange {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;

kobo::CellKind cell_kind(const data::CodebookEntry* entry) {
  if (entry == nullptr) return kobo::CellKind::kInferred;
  if (!entry->levels.empty()) return kobo::CellKind::kCategory;
  if (!entry->type) return entry->minimum || entry->maximum ? kobo::CellKind::kNumber : kobo::CellKind::kInferred;
  switch (*entry->type) {
    case ColumnType::kInteger:
      return kobo::CellKind::kInteger;
    case ColumnType::kNumber:
      return kobo::CellKind::kNumber;
    case ColumnType::kDate:
      return kobo::CellKind::kDate;
    case ColumnType::kDateTime:
      return kobo::CellKind::kDateTime;
    case ColumnType::kCategory:
      return kobo::CellKind::kOpenCategory;
    case ColumnType::kText:
      return kobo::CellKind::kText;
  }
  return kobo::CellKind::kInferred;
}

kobo::ColumnBuilder make_builder(const std::string& name, const std::string& header, std::size_t column,
                                 const data::CodebookEntry* entry) {
  kobo::ColumnInfo info;
  info.header = header;
  info.source_column = column + 1;
  kobo::ColumnBuilder builder(name, cell_kind(entry), info);
  if (entry == nullptr) return builder;
  builder.set_label(entry->label);
  if (!entry->levels.empty()) {
    data::ChoiceList list{.name = entry->name};
    for (const data::Level& level : entry->levels) {
      data::Choice choice{.name = level.value};
      choice.label.set("", level.label);
      for (const auto& [value, labels] : entry->level_labels)
        if (value == level.value)
          for (const auto& [language, words] : labels.texts) choice.label.set(language, words);
      list.choices.push_back(std::move(choice));
    }
    builder.use_choices(list, "", false);
    builder.column().ordered = entry->ordered;
  }
  return builder;
}

std::optional<Missing> coded_missing(const data::CodebookEntry* entry, std::string_view cell) {
  if (entry == nullptr) return std::nullopt;
  for (const auto& [value, reason] : entry->missing)
    if (value == cell) return reason;
  return std::nullopt;
}

Result<PlainTable> from_stat_file(Result<data::Table> read) {
  if (!read) return std::move(read.error());
  PlainTable out;
  out.table = std::move(*read);
  for (const Column& column : out.table.columns) out.headers.push_back(column.name);
  for (std::size_t row = 0; row < out.table.rows; ++row) out.source_rows.push_back(row + 1);
  return out;
}

// SPSS and Stata files by their first bytes (Stata before 117 has a version number there).
std::optional<sav::StatFormat> stat_format(std::string_view head) {
  if (head.starts_with("$FL2") || head.starts_with("$FL3")) return sav::StatFormat::kSav;
  if (head.starts_with("<stata_dta>")) return sav::StatFormat::kDta;
  const bool is_old_dta = head.size() > 4 && static_cast<unsigned char>(head[0]) >= 104 &&
                          static_cast<unsigned char>(head[0]) <= 115 && (head[1] == 1 || head[1] == 2) &&
                          head[2] == 1 && head[3] == 0;
  return is_old_dta ? std::optional(sav::StatFormat::kDta) : std::nullopt;
}

// What a cell says when nothing is known about its column.
void append_unknown(TypedColumn& column, std::string_view cell, std::size_t row, std::vector<std::size_t>& lost) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) cell.remove_suffix(1);
  if (const Missing reason = kobo::missing_of_cell(cell); reason != Missing::kPresent)
    return column.append_missing(reason);
  if (!kobo::is_lost_script(cell)) return column.append(cell);
  lost.push_back(row);
  column.append_missing(Missing::kUnreadable);
}

class PlainReader {
 public:
  PlainReader(const data::Codebook* codebook, std::string file, std::optional<char> separator)
      : codebook_(codebook), file_(std::move(file)), separator_(separator) {}

  void header(const RowView& row) {
    std::set<std::string> taken;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string given = text::trim(row.cells[i]);
      const std::string base = given.empty() ? "column_" + column_letters(i + 1) : given;
      std::string name = base;
      for (std::size_t n = 2; !taken.insert(name).second; ++n) name = base + "_" + std::to_string(n);
      if (name != base) renamed_.emplace_back(i, name);
      out_.headers.push_back(given);
      entries_.push_back(codebook_ == nullptr ? nullptr : codebook_->find(given));
      columns_.push_back({});
      if (cell_kind(entries_.back()) == kobo::CellKind::kInferred)
        columns_.back().inferred.emplace(name);
      else
        columns_.back().known.emplace(make_builder(name, given, i, entries_.back()));
    }
  }

  void row(const RowView& row) {
    out_.source_rows.push_back(row.number);
    for (std::size_t i = 0; i < columns_.size(); ++i) append(i, row);
  }

  // Another file in the place of the first one would leave columns of unequal length.
  bool came_again_whole() const { return rows_again_ == out_.source_rows.size(); }

  // Columns whose numbers were followed by something else come a second time.
  bool must_read_again() {
    for (Incoming& column : columns_) {
      if (!column.inferred || !column.inferred->is_lost()) continue;
      column.is_again = true;
      column.lost_rows.clear();
      column.inferred->restart_as_text();
    }
    return std::any_of(columns_.begin(), columns_.end(), [](const Incoming& column) { return column.is_again; });
  }
  void row_again(const RowView& row) {
    ++rows_again_;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].is_again) append(i, row);
  }

  PlainTable finish(Diagnostics& diagnostics) {
    for (const auto& [i, name] : renamed_)
      diagnostics.push_back(
          {Severity::kWarning,
           Error("exchange.table.doubled_header", "Another column is called {column}, too; this one became {name}.",
                 {{"column", out_.headers[i]}, {"name", name}})
               .at(place_of(i))
               .advise("Give every column a name of its own.")});
    kobo::DateOrders orders;
    for (const Incoming& column : columns_)
      if (column.known) column.known->add_date_evidence(orders);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      Incoming& column = columns_[i];
      if (column.known) {
        out_.table.columns.push_back(column.known->finish(orders, file_, diagnostics));
        continue;
      }
      if (!column.lost_rows.empty())
        diagnostics.push_back(
            {Severity::kWarning, kobo::lost_script(column.inferred->name(), column.lost_rows, place_of(i))});
      settle_commas(i, diagnostics);
      out_.table.columns.push_back(column.inferred->finish());
      if (entries_[i] != nullptr) out_.table.columns.back().label = entries_[i]->label;
    }
    out_.table.rows = out_.source_rows.size();
    if (codebook_ != nullptr)
      for (const data::CodebookEntry& entry : codebook_->entries)
        if (std::find(entries_.begin(), entries_.end(), &entry) == entries_.end())
          out_.not_in_data.push_back(entry.name);
    return std::move(out_);
  }

 private:
  struct Incoming {
    std::optional<TypedColumn> inferred;
    std::optional<kobo::ColumnBuilder> known;  // of what the codebook describes
    std::vector<std::size_t> lost_rows;
    bool is_again = false;
  };

  Where place_of(std::size_t i) const { return {.file = file_, .column = i + 1, .column_name = out_.headers[i]}; }

  void settle_commas(std::size_t i, Diagnostics& diagnostics) {
    TypedColumn& column = *columns_[i].inferred;
    const TypedColumn::Commas commas = column.commas();
    if (commas == TypedColumn::Commas::kNone) return;
    if (commas == TypedColumn::Commas::kDecimal && separator_ != ',') {
      column.read_decimal_commas();
      diagnostics.push_back(
          {Severity::kInfo, Error("exchange.table.decimal_comma",
                                  "The numbers of column {column} have a decimal comma and were read as numbers.",
                                  {{"column", column.name()}})
                                .at(place_of(i))});
      return;
    }
    diagnostics.push_back(
        {Severity::kWarning,
         Error("exchange.table.comma_text", "Column {column} stays text: its numbers hold commas, and {why}.",
               {{"column", column.name()},
                {"why", separator_ == ',' ? "commas part the cells of this file"
                                          : "they may part thousands as well as decimals"}})
             .at(place_of(i))
             .advise("Write the numbers with a point, without marks between thousands.")});
  }

  void append(std::size_t i, const RowView& row) {
    Incoming& column = columns_[i];
    const std::string_view cell = row.cell(i);
    const auto reason = entries_[i] == nullptr ? std::nullopt : coded_missing(entries_[i], text::trim(cell));
    if (column.known)
      reason ? column.known->append_missing(*reason) : column.known->append(cell, row.number);
    else if (reason)
      column.inferred->append_missing(*reason);
    else
      append_unknown(*column.inferred, cell, row.number, column.lost_rows);
  }

  const data::Codebook* codebook_;
  std::string file_;
  std::optional<char> separator_;
  std::size_t rows_again_ = 0;
  std::vector<std::pair<std::size_t, std::string>> renamed_;  // columns whose name was taken
  PlainTable out_;
  std::vector<Incoming> columns_;
  std::vector<const data::CodebookEntry*> entries_;
};

// "1=Yes; 2=No" or one pair a line.
std::vector<std::pair<std::string, std::string>> split_pairs(std::string_view cell) {
  std::vector<std::pair<std::string, std::string>> out;
  const std::string whole = text::replace_all(text::replace_all(std::string(cell), "\n", ";"), "|", ";");
  for (const std::string& part : text::split(whole, ';')) {
    const std::size_t at = part.find('=');
    const std::string value = text::trim(part.substr(0, at));
    if (!value.empty())
      out.emplace_back(value, at == std::string::npos ? std::string() : text::trim(part.substr(at + 1)));
  }
  return out;
}

Missing reason_of(const std::string& words) {
  if (const auto reason = data::missing_from_name(words)) return *reason;
  const Missing reason = sav::reason_of_label(words);
  return reason == Missing::kPresent ? Missing::kBlank : reason;
}

// What a column of a codebook holds, and in which language: "label::Tajik (tg)", "values (fa-AF)", "label_tg". The
// language "" is that of a header without one.
struct CodebookHeader {
  std::string what;  // folded
  std::string language;
};

CodebookHeader codebook_header(const std::string& given) {
  const std::size_t colon = given.find(':');
  if (colon != std::string::npos)
    return {text::fold(given.substr(0, colon)), text::trim(text::replace_all(given.substr(colon), ":", " "))};
  const std::size_t open = given.find('(');
  const std::size_t close = given.rfind(')');
  if (open != std::string::npos && open > 0 && close != std::string::npos && close > open + 1)
    return {text::fold(given.substr(0, open)), text::trim(given.substr(open + 1, close - open - 1))};
  static const std::set<std::string> kTags = {"en", "tg", "fa", "prs", "ru", "ps", "ar", "fr", "es", "uz", "ky", "ku"};
  const std::string folded = text::fold(given);
  const std::size_t space = folded.rfind(' ');
  if (space != std::string::npos && kTags.contains(folded.substr(space + 1)))
    return {folded.substr(0, space), folded.substr(space + 1)};
  return {folded, ""};
}

class CodebookReader {
 public:
  explicit CodebookReader(const RawTable& table) : table_(table) {
    for (std::size_t i = 0; i < table.header.size(); ++i) {
      const CodebookHeader header = codebook_header(text::trim(table.header[i]));
      auto& columns = columns_[header.what];
      const bool is_new = std::none_of(columns.begin(), columns.end(),
                                       [&](const auto& column) { return column.first == header.language; });
      // The words without a language first: they are the main ones.
      if (is_new) columns.emplace(header.language.empty() ? columns.begin() : columns.end(), header.language, i);
    }
  }

  Result<data::Codebook> run() {
    const auto* name_columns = first_of({"name", "variable", "variable name", "column", "question"});
    if (name_columns == nullptr)
      return Error("exchange.codebook.no_name", "The codebook has no column name.")
          .at({.file = table_.name, .row = table_.header_row})
          .advise("Give it the columns name, label and values.");
    std::string current;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      const std::string given = text::trim(table_.cell(row, name_columns->front().second));
      if (!given.empty()) current = given;
      if (!current.empty()) read_row(row, current);
    }
    return std::move(out_);
  }

 private:
  using Columns = std::vector<std::pair<std::string, std::size_t>>;  // language and place

  const Columns* first_of(std::initializer_list<const char*> names) const {
    for (const char* name : names)
      if (const auto found = columns_.find(name); found != columns_.end()) return &found->second;
    return nullptr;
  }
  std::string cell(std::size_t row, std::initializer_list<const char*> names) const {
    const Columns* columns = first_of(names);
    return columns == nullptr ? std::string() : text::trim(table_.cell(row, columns->front().second));
  }
  data::Translated words(std::size_t row, std::initializer_list<const char*> names) const {
    data::Translated out;
    if (const Columns* columns = first_of(names))
      for (const auto& [language, column] : *columns)
        if (std::string given = text::trim(table_.cell(row, column)); !given.empty())
          out.set(language, std::move(given));
    return out;
  }

  void read_row(std::size_t row, const std::string& name) {
    data::CodebookEntry* entry = out_.find(name);
    if (entry == nullptr) {
      out_.entries.push_back({.name = name});
      entry = &out_.entries.back();
    }
    if (data::Translated label = words(row, {"label", "variable label", "question text"}); !label.empty()) {
      entry->label = label.best("");
      entry->labels = std::move(label);
    }
    if (const std::string type = cell(row, {"type"}); !type.empty())
      entry->type = data::column_type_from_name(text::to_lower_ascii(type));
    if (const auto least = text::parse_number(cell(row, {"minimum", "min"}))) entry->minimum = *least;
    if (const auto most = text::parse_number(cell(row, {"maximum", "max"}))) entry->maximum = *most;
    const std::string ordered = text::to_lower_ascii(cell(row, {"ordered"}));
    if (ordered == "yes" || ordered == "true" || ordered == "1") entry->ordered = true;
    std::vector<std::pair<std::string, data::Translated>> levels;
    for (const auto& [language, pairs] : words(row, {"values", "value labels", "choices"}).texts)
      for (auto& [value, label] : split_pairs(pairs)) {
        auto known = std::find_if(levels.begin(), levels.end(), [&](const auto& one) { return one.first == value; });
        if (known == levels.end()) known = levels.insert(levels.end(), {value, data::Translated()});
        if (!label.empty()) known->second.set(language, std::move(label));
      }
    for (auto& [value, labels] : levels) add_level(*entry, value, std::move(labels));
    const std::string missing = cell(row, {"missing", "missing values"});
    if (const std::string value = cell(row, {"value", "code"}); !value.empty()) {
      if (missing.empty())
        add_level(*entry, value, words(row, {"value label", "choice label"}));
      else
        entry->missing.emplace_back(value, reason_of(missing));
    } else {
      for (const auto& [code, reason] : split_pairs(missing)) entry->missing.emplace_back(code, reason_of(reason));
    }
  }

  // A value whose words name a reason in any language is a missing one.
  static void add_level(data::CodebookEntry& entry, const std::string& value, data::Translated labels) {
    for (const auto& [language, label] : labels.texts)
      if (const Missing reason = sav::reason_of_label(label); reason != Missing::kPresent) {
        entry.missing.emplace_back(value, reason);
        return;
      }
    const std::string& main = labels.best("");
    entry.levels.push_back({value, main.empty() ? value : main});
    if (!labels.empty()) entry.level_labels.emplace_back(value, std::move(labels));
  }

  const RawTable& table_;
  std::map<std::string, Columns> columns_;  // by what they hold
  data::Codebook out_;
};

}  // namespace

Result<PlainTable> read_plain_table(const std::string& path, const data::Codebook* codebook, Diagnostics& diagnostics) {
  if (!is_folder(path)) {
    HAMDIL_TRY(const std::string head, read_file_head(path, 16));
    const auto format = stat_format(head);
    if (format == sav::StatFormat::kSav) return from_stat_file(sav::read_sav(path, {}, diagnostics));
    if (format == sav::StatFormat::kDta) return from_stat_file(dta::read_dta(path, {}, diagnostics));
  }
  HAMDIL_TRY(Workbook workbook, open_workbook(path));
  if (const auto page = workbook.page(); page && !page->is_whole()) HAMDIL_CHECK(json::check_pages({*page}, path));
  const auto& sheets = workbook.sheets();
  const auto shown =
      std::find_if(sheets.begin(), sheets.end(), [](const WorkbookSheet& sheet) { return !sheet.is_hidden; });
  const std::size_t sheet = shown == sheets.end() ? 0 : static_cast<std::size_t>(shown - sheets.begin());
  PlainReader reader(codebook, path, workbook.separator());
  bool is_header = true;
  HAMDIL_CHECK(workbook.stream(
      sheet,
      [&](const RowView& row) {
        if (is_header)
          reader.header(row);
        else
          reader.row(row);
        is_header = false;
        return true;
      },
      diagnostics));
  if (is_header) return Error("exchange.table.empty", "The table has no header row.").at({.file = path});
  if (reader.must_read_again()) {
    Diagnostics told;  // the first time
    is_header = true;
    HAMDIL_CHECK(workbook.stream(
        sheet,
        [&](const RowView& row) {
          if (!is_header) reader.row_again(row);
          is_header = false;
          return true;
        },
        told));
    if (!reader.came_again_whole()) return file_changed(path);
  }
  return reader.finish(diagnostics);
}

Result<data::Table> read_typed_columns(const std::string& path,
                                       const std::function<bool(const std::string&)>& is_wanted) {
  HAMDIL_TRY(Workbook workbook, open_workbook(path));
  data::Table out;
  out.name = workbook.sheets().empty() ? std::string() : workbook.sheets().front().name;
  std::vector<std::pair<std::size_t, TypedColumn>> columns;  // with their place in the file
  const auto read = [&](const std::vector<std::size_t>* only) {
    Diagnostics ignored;
    bool is_header = true;
    return workbook.stream(
        0,
        [&](const RowView& row) {
          if (is_header) {
            for (std::size_t i = 0; i < row.cells.size() && only == nullptr; ++i)
              if (std::string name(row.cells[i]); is_wanted(name)) columns.emplace_back(i, TypedColumn(name));
            is_header = false;
            return true;
          }
          if (only == nullptr) ++out.rows;
          const std::size_t count = only == nullptr ? columns.size() : only->size();
          for (std::size_t i = 0; i < count; ++i) {
            auto& [at, column] = columns[only == nullptr ? i : (*only)[i]];
            const std::string_view cell = row.cell(at);
            if (cell.empty() || cell == "NA")
              column.append_missing(Missing::kBlank);
            else
              column.append(cell);
          }
          return true;
        },
        ignored);
  };
  HAMDIL_CHECK(read(nullptr));
  std::vector<std::size_t> lost;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].second.is_lost()) {
      columns[i].second.restart_as_text();
      lost.push_back(i);
    }
  if (!lost.empty()) HAMDIL_CHECK(read(&lost));
  for (auto& [at, column] : columns) out.columns.push_back(column.finish());
  return out;
}

Result<data::Codebook> read_codebook(const std::string& path, Diagnostics& diagnostics) {
  HAMDIL_TRY(Workbook workbook, open_workbook(path));
  HAMDIL_TRY(RawTable table, workbook.read(0, diagnostics));
  table.name = path;
  return CodebookReader(table).run();
}

}  // namespace hamdil::exchange
