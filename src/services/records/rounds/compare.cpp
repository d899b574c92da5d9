// A round comes back: every cell beside what was sent and what stands here now.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "services/records/for_export.hpp"
#include "services/records/rounds/columns.hpp"
#include "services/records/rounds/round.hpp"

namespace hamdil::services::records::rounds {
namespace {

constexpr std::size_t kHeadWithin = 40;  // rows above the names of the fields that people may have added
constexpr exchange::TableLimits kLimits{.rows = 20'000, .columns = 400, .cell_bytes = 100'000};
const char* const kRound = "mail_round";

using Cells = std::vector<std::string>;
struct FileSheet {
  std::string name;
  std::vector<std::pair<std::size_t, Cells>> rows;
};

Error no_keys() {
  return Error("records.round.no_keys", "This file does not carry the keys of a round.")
      .advise("A list in a form of its own is taken in by the import, where its columns are mapped once.");
}

Result<std::vector<FileSheet>> read_sheets(const std::string& bytes) {
  HAMDIL_TRY(exchange::Workbook book, exchange::open_workbook_bytes(bytes, "upload"));
  std::vector<FileSheet> out;
  for (std::size_t i = 0; i < book.sheets().size(); ++i) {
    FileSheet sheet{book.sheets()[i].name, {}};
    if (sheet.name == kListSheet) continue;
    Diagnostics ignored;
    HAMDIL_CHECK(book.stream(
        i,
        [&](const exchange::RowView& row) {
          Cells cells;
          for (const std::string_view one : row.cells)
            cells.push_back(text::trim(text::replace_all(unguarded_cell(std::string(one)), "\r", "")));
          sheet.rows.emplace_back(row.number, std::move(cells));
          return true;
        },
        ignored, kLimits));
    out.push_back(std::move(sheet));
  }
  return out;
}

// The id of the round that the file says it is, once its keyed digest fits.
Result<std::string> round_of(const store::Workspace& workspace, const std::vector<FileSheet>& sheets) {
  const auto keys = std::find_if(sheets.begin(), sheets.end(), [](const auto& s) { return s.name == kKeySheet; });
  if (keys == sheets.end() || keys->rows.size() < 2) return no_keys();
  const std::string manifest = keys->rows[0].second.empty() ? "" : keys->rows[0].second[0];
  const std::string digest = keys->rows[1].second.empty() ? "" : keys->rows[1].second[0];
  const auto json = parse_json(manifest, "keys", {.bytes = 10'000, .depth = 4});
  if (!json || !json->is_object()) return no_keys();
  if (json->value("workspace", Json()) != Json(workspace.pseudonym("rounds", "workspace")))
    return Error("records.round.foreign", "This file went out from another workspace.");
  if (digest != workspace.pseudonym("rounds", manifest) || !json->value("round", Json()).is_string())
    return Error("records.round.tampered", "The keys in this file were changed; it cannot be taken in.")
        .advise("Ask for the file as it was sent, or take it in as a list of its own.");
  return (*json)["round"].get<std::string>();
}

class Comparer {
 public:
  Comparer(const store::Workspace& workspace, Comparison& out, const Json& snapshot, std::string language)
      : workspace_(workspace), out_(out), snapshot_(snapshot), language_(std::move(language)) {}

  Status run(const std::vector<FileSheet>& sheets) {
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      sheet_ = sheets.size() > 1 && i > 0 ? "s" + std::to_string(i) : "";
      if (sheets[i].name != kKeySheet) HAMDIL_CHECK(read_sheet(sheets[i]));
    }
    for (const auto& [key, sent] : snapshot_["rows"].items())
      if (!seen_.contains(key)) out_.not_returned.push_back(sent["title"].get<std::string>());
    return Done{};
  }

 private:
  struct Head {
    std::size_t at = 0;  // of the rows of the sheet
    const model::KindDefinition* kind = nullptr;
    std::size_t key = 0;                                       // column
    std::vector<std::pair<std::size_t, std::string>> columns;  // column, name of the field
  };

  static std::optional<Head> head_of(const FileSheet& sheet) {
    for (std::size_t i = 0; i < std::min(kHeadWithin, sheet.rows.size()); ++i) {
      Head head;
      head.at = i;
      const Cells& cells = sheet.rows[i].second;
      for (std::size_t c = 0; c < cells.size(); ++c) {
        if (cells[c].starts_with(kKeyHead)) {
          head.kind = model::find_kind(cells[c].substr(kKeyHead.size()));
          head.key = c;
        } else if (cells[c].starts_with(kFieldHead)) {
          head.columns.emplace_back(c, cells[c].substr(kFieldHead.size()));
        }
      }
      if (head.kind != nullptr && !head.columns.empty()) return head;
    }
    return std::nullopt;
  }

  Status read_sheet(const FileSheet& sheet) {
    const std::optional<Head> head = head_of(sheet);
    if (!head) {  // a sheet that somebody added
      if (!sheet.rows.empty()) out_.columns_unknown.push_back(sheet.name);
      return Done{};
    }
    HAMDIL_TRY(const RoundColumns columns, RoundColumns::make(workspace_, *head->kind, language_));
    tell_columns(sheet, *head, columns);
    // Above stand the title and what to do; the row after the names are the labels.
    for (std::size_t i = head->at + 2; i < sheet.rows.size(); ++i)
      HAMDIL_CHECK(read_row(sheet.rows[i].first, sheet.rows[i].second, *head, columns));
    return Done{};
  }
  void tell_columns(const FileSheet& sheet, const Head& head, const RoundColumns& columns) {
    for (const RoundColumn& column : columns.all())
      if (std::none_of(head.columns.begin(), head.columns.end(),
                       [&](const auto& c) { return c.second == column.name; }))
        out_.columns_missing.push_back(column.label);
    if (head.at + 1 >= sheet.rows.size()) return;
    const Cells& labels = sheet.rows[head.at + 1].second;
    for (std::size_t c = 0; c < labels.size(); ++c) {
      const bool known = c == head.key || std::any_of(head.columns.begin(), head.columns.end(),
                                                      [&](const auto& one) { return one.first == c; });
      if (!known && !labels[c].empty()) out_.columns_unknown.push_back(labels[c]);
    }
  }
  static std::string at(const Cells& cells, std::size_t column) { return column < cells.size() ? cells[column] : ""; }

  Status read_row(std::size_t number, const Cells& cells, const Head& head, const RoundColumns& columns) {
    const std::string key = at(cells, head.key);
    if (key.empty()) {
      read_new_row(number, cells, head, columns);
      return Done{};
    }
    const auto sent = snapshot_["rows"].find(key);
    const bool known = sent != snapshot_["rows"].end() && (*sent)["kind"] == head.kind->name;
    if (!known || !seen_.insert(key).second) {
      out_.problems.push_back(
          {Severity::kError, Error(known ? "records.round.twice" : "records.round.key",
                                   known ? "This row is in the file twice; the first one counts."
                                         : "The key of this row was not given by this round; the row is not read.")
                                 .at({.row = number})});
      return Done{};
    }
    HAMDIL_TRY(const auto record, workspace_.find(head.kind->name, (*sent)["id"].get<std::string>()));
    if (!record || record->deleted) {
      out_.problems.push_back(
          {Severity::kError, Error("records.import.in_bin", "This record is in the bin.").at({.row = number})});
      return Done{};
    }
    for (const auto& [place, name] : head.columns) {
      const RoundColumn* column = columns.find(name);
      if (column != nullptr) compare_cell(number, at(cells, place), *column, *record, (*sent)["cells"], columns);
    }
    return Done{};
  }
  void compare_cell(std::size_t number, const std::string& theirs, const RoundColumn& column,
                    const model::Record& record, const Json& sent_cells, const RoundColumns& columns) {
    const std::string sent = text::trim(sent_cells.value(column.name, std::string()));
    if (is_same(theirs, sent, column)) return;
    const std::string now = text::trim(columns.text_of(record, column));
    if (is_same(theirs, now, column)) return;  // somebody wrote the same here
    CellDifference one;
    one.cell = sheet_ + "r" + std::to_string(number) + "." + column.name;
    one.kind = record.kind;
    one.id = record.id;
    one.title = for_export(record)->title;
    one.field = column.name;
    one.label = column.label;
    one.row = number;
    one.sent = sent;
    one.theirs = theirs;
    one.now = now;
    one.conflict = now != sent;
    const auto value = columns.value_of(theirs, column);
    if (!value)
      one.problem = value.error();
    else if (column.field == nullptr && theirs.empty())
      one.problem = Error("model.record.no_title", "A record needs a title.");
    else if (column.field == nullptr && for_export(record)->title != record.title)
      one.problem = Error("records.round.locked", "The title of this record cannot be changed from outside.");
    out_.cells.push_back(std::move(one));
  }
  // Blanks and ways of writing a number or a day say nothing.
  static bool is_same(const std::string& a, const std::string& b, const RoundColumn& column) {
    if (a == b) return true;
    if (column.field == nullptr) return false;
    using enum model::FieldType;
    if (column.field->type == kNumber || column.field->type == kInteger) {
      const auto one = text::parse_number(a);
      return one && one == text::parse_number(b);
    }
    if (column.field->type == kDate) return a == b + "T00:00:00" || a == b + " 00:00:00";
    return column.field->type == kBoolean && text::fold(a) == text::fold(b);
  }
  void read_new_row(std::size_t number, const Cells& cells, const Head& head, const RoundColumns& columns) {
    NewRow row{sheet_ + "r" + std::to_string(number), head.kind->name, number, {}, {}};
    bool has_title = false;
    for (const auto& [place, name] : head.columns) {
      const RoundColumn* column = columns.find(name);
      const std::string theirs = at(cells, place);
      if (column == nullptr || theirs.empty()) continue;
      has_title = has_title || column->field == nullptr;
      row.values.emplace_back(column->name, theirs);
      if (auto value = columns.value_of(theirs, *column); !value) row.problems.push_back(value.error());
    }
    if (row.values.empty()) return;
    if (!has_title) row.problems.emplace_back("model.record.no_title", "A record needs a title.");
    out_.rows.push_back(std::move(row));
  }

  const store::Workspace& workspace_;
  Comparison& out_;
  const Json& snapshot_;
  std::string language_;
  std::string sheet_;
  std::set<std::string> seen_;
};

Result<Comparison> compare(const store::Workspace& workspace, model::Record round,
                           const std::vector<FileSheet>& sheets) {
  const Json fields = round.fields();
  HAMDIL_TRY(const std::string kept, workspace.read_blob(fields.value("snapshot", std::string())));
  HAMDIL_TRY(const Json snapshot, parse_json(kept, "snapshot"));
  Comparison out;
  out.round = std::move(round);
  HAMDIL_CHECK(Comparer(workspace, out, snapshot, fields.value("language", std::string("en"))).run(sheets));
  return out;
}

Result<model::Record> find_round(const store::Workspace& workspace, const std::string& id) {
  HAMDIL_TRY(const auto round, workspace.find(kRound, id));
  if (!round || round->deleted)
    return Error("records.round.unknown", "The round of this file is not in this workspace any more.");
  return *round;
}

}  // namespace

Result<Comparison> receive_round(store::Workspace& workspace, const store::Author& author, const std::string& bytes,
                                 const std::string& returned_by) {
  if (!bytes.starts_with("PK")) return no_keys();
  HAMDIL_TRY(const std::vector<FileSheet> sheets, read_sheets(bytes));
  HAMDIL_TRY(const std::string id, round_of(workspace, sheets));
  HAMDIL_TRY(model::Record round, find_round(workspace, id));
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    Json fields = round.fields();
    HAMDIL_TRY(fields["returned_file"], transaction.put_blob(bytes));
    fields["returned_on"] = format_timestamp(workspace.env().now());
    if (!text::trim(returned_by).empty()) fields["returned_by"] = text::trim(returned_by);
    round.set_fields(fields);
    HAMDIL_TRY(round, transaction.save(round, "receive round"));
    return Done{};
  }));
  return compare(workspace, std::move(round), sheets);
}

Result<Comparison> compare_round(const store::Workspace& workspace, const std::string& id) {
  HAMDIL_TRY(model::Record round, find_round(workspace, id));
  const std::string file = round.fields().value("returned_file", std::string());
  if (file.empty()) return Error("records.round.not_returned", "This round has not come back yet.");
  HAMDIL_TRY(const std::string bytes, workspace.read_blob(file));
  HAMDIL_TRY(const std::vector<FileSheet> sheets, read_sheets(bytes));
  return compare(workspace, std::move(round), sheets);
}

}  // namespace hamdil::services::records::rounds
