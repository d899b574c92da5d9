// A round goes out.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "exchange/xlsx_write/workbook.hpp"
#include "model/labels.hpp"
#include "services/records/for_export.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/rounds/columns.hpp"
#include "services/records/rounds/round.hpp"

namespace hamdil::services::records::rounds {
namespace {

using exchange::CellStyle;
using exchange::Sheet;
using exchange::SheetCell;

constexpr std::size_t kMostRows = 5'000;
constexpr std::size_t kNewRows = 20;  // open ones below
constexpr std::size_t kHeadRows = 4;  // title, what to do, names of fields (hidden), labels
constexpr std::size_t kNameRow = 2;

SheetCell cell(const std::string& text, CellStyle style) { return {.text = guarded_cell(text), .style = style}; }

Result<std::vector<model::Record>> records_of(const store::Workspace& workspace, store::RecordQuery query) {
  std::vector<model::Record> out;
  query.limit = 1000;
  query.cursor.clear();
  do {
    HAMDIL_TRY(store::RecordPage page, workspace.query(query));
    for (model::Record& record : page.records)
      if (for_export(record)) out.push_back(std::move(record));
    query.cursor = page.next;
    if (out.size() > kMostRows)
      return Error("records.round.too_many", "A round has at most {count} rows.",
                   {{"count", std::to_string(kMostRows)}})
          .advise("Filter the list.");
  } while (!query.cursor.empty());
  return out;
}

class Sender {
 public:
  Sender(store::Workspace& workspace, const SendRequest& request)
      : workspace_(workspace), request_(request), id_(fresh_id()) {}

  Result<Sent> run(const store::Author& author) {
    for (const store::RecordQuery& part : request_.parts) HAMDIL_CHECK(add_part(part));
    if (rows_ == 0) return Error("records.round.empty", "There is no row to send.");
    Sent out;
    out.name = request_.parts.front().kind + ".xlsx";
    lists_.name = kListSheet;
    lists_.is_hidden = true;
    sheets_.push_back(std::move(lists_));
    sheets_.push_back(key_sheet());
    HAMDIL_TRY(out.bytes, exchange::write_workbook(sheets_, {.title = "Hamdil"}));
    HAMDIL_CHECK(workspace_.write(author, [&](store::Transaction& transaction) -> Status {
      HAMDIL_TRY(const std::string snapshot, transaction.put_blob(snapshot_.dump()));
      model::Record round = model::new_record("mail_round", title(), fields(snapshot));
      round.id = id_;
      HAMDIL_TRY(out.round, transaction.save(round, "send round"));
      return Done{};
    }));
    return out;
  }

 private:
  std::string title() const {
    std::vector<std::string> names;
    for (const store::RecordQuery& part : request_.parts)
      names.push_back(model::plural_of_kind(part.kind, request_.language));
    return text::join(names, ", ");
  }
  Json fields(const std::string& snapshot) const {
    Json kinds = Json::array();
    for (const store::RecordQuery& part : request_.parts) kinds.push_back(part.kind);
    Json out = {{"kinds_sent", kinds},
                {"sent_on", format_timestamp(workspace_.env().now())},
                {"language", request_.language},
                {"rows", rows_},
                {"snapshot", snapshot}};
    if (!text::trim(request_.sent_to).empty()) out["sent_to"] = text::trim(request_.sent_to);
    return out;
  }
  // What the file is, and a keyed digest of it that only this workspace can make.
  Sheet key_sheet() const {
    const std::string manifest = Json{
        {"format", 1},
        {"workspace", workspace_.pseudonym("rounds", "workspace")},
        {"round", id_},
        {"language",
         request_.language}}.dump();
    Sheet out;
    out.name = kKeySheet;
    out.is_hidden = true;
    out.rows = {{{.text = manifest}}, {{.text = workspace_.pseudonym("rounds", manifest)}}};
    return out;
  }

  Status add_part(const store::RecordQuery& query) {
    const model::KindDefinition* kind = model::find_kind(query.kind);
    if (kind == nullptr || kind->made_by_program)
      return Error("records.round.kind", "Records of the kind {kind} do not go round.", {{"kind", query.kind}});
    HAMDIL_TRY(const RoundColumns columns, RoundColumns::make(workspace_, *kind, request_.language));
    HAMDIL_TRY(const std::vector<model::Record> records, records_of(workspace_, query));
    Sheet sheet = begin_sheet(*kind, columns);
    for (const model::Record& record : records) add_record(sheet, columns, record);
    for (std::size_t i = 0; i < kNewRows; ++i) {
      sheet.rows.emplace_back(1);
      for (std::size_t c = 0; c < columns.all().size(); ++c) sheet.rows.back().push_back(cell("", CellStyle::kOpen));
    }
    add_choices(sheet, columns);
    rows_ += records.size();
    sheets_.push_back(std::move(sheet));
    return Done{};
  }
  Sheet begin_sheet(const model::KindDefinition& kind, const RoundColumns& columns) {
    const std::string plural = model::plural_of_kind(kind.name, request_.language);
    Sheet sheet;
    sheet.name = exchange::sheet_name(plural);
    while (!names_.insert(sheet.name).second)
      sheet.name = exchange::sheet_name(std::to_string(names_.size()) + " " + plural);
    const Catalogue& words = Catalogue::built_in();
    sheet.rows.push_back(
        {{}, cell(words.text(request_.language, "round.title", {{"kind", plural}}), CellStyle::kTitle)});
    sheet.rows.push_back({{}, cell(words.text(request_.language, "round.how"), CellStyle::kNote)});
    sheet.rows.push_back({{.text = kKeyHead + kind.name}});
    sheet.rows.push_back({cell(words.text(request_.language, "round.id"), CellStyle::kHead)});
    sheet.widths = {20};
    for (const RoundColumn& column : columns.all()) {
      sheet.rows[kNameRow].push_back({.text = kFieldHead + column.name});
      sheet.rows[kNameRow + 1].push_back(cell(column.label, CellStyle::kHead));
      const bool is_long = column.field == nullptr || column.field->type == model::FieldType::kLongText ||
                           column.field->type == model::FieldType::kTranslated;
      sheet.widths.push_back(is_long ? 36 : 18);
    }
    sheet.hidden_rows = {kNameRow};
    sheet.hidden_columns = {0};
    sheet.frozen_rows = kHeadRows;
    sheet.is_locked = true;
    sheet.right_to_left = is_right_to_left(request_.language);
    return sheet;
  }
  void add_record(Sheet& sheet, const RoundColumns& columns, const model::Record& record) {
    const std::string key = workspace_.pseudonym("round " + id_, record.kind + " " + record.id).substr(0, 32);
    Json cells = Json::object();
    std::vector<SheetCell> row = {{.text = key}};
    const bool named = for_export(record)->title != record.title;
    for (const RoundColumn& column : columns.all()) {
      // Where the title is a person's name it stays here.
      const std::string text =
          column.field == nullptr && named ? for_export(record)->title : columns.text_of(record, column);
      cells[column.name] = text;
      SheetCell one = cell(text, column.field == nullptr && named ? CellStyle::kNormal : CellStyle::kOpen);
      const bool is_number = column.field != nullptr && (column.field->type == model::FieldType::kNumber ||
                                                         column.field->type == model::FieldType::kInteger);
      if (const auto number = text::parse_number(text); is_number && number) one.number = *number;
      row.push_back(std::move(one));
    }
    snapshot_["rows"][key] = {
        {"kind", record.kind}, {"id", record.id}, {"title", for_export(record)->title}, {"cells", cells}};
    sheet.rows.push_back(std::move(row));
  }
  void add_choices(Sheet& sheet, const RoundColumns& columns) {
    for (std::size_t i = 0; i < columns.all().size(); ++i) {
      const RoundColumn& column = columns.all()[i];
      if (column.texts.empty()) continue;
      for (std::size_t row = 0; row < column.texts.size(); ++row) {
        if (lists_.rows.size() <= row) lists_.rows.emplace_back();
        lists_.rows[row].resize(lists_used_);
        lists_.rows[row].push_back(cell(column.texts[row], CellStyle::kNormal));
      }
      sheet.choices.push_back({i + 1, kHeadRows, sheet.rows.size() - 1, kListSheet, lists_used_, column.texts.size()});
      ++lists_used_;
    }
  }

  store::Workspace& workspace_;
  const SendRequest& request_;
  std::string id_;
  std::vector<Sheet> sheets_;
  Sheet lists_;
  std::size_t lists_used_ = 0;
  std::set<std::string> names_;
  Json snapshot_ = {{"rows", Json::object()}};
  std::size_t rows_ = 0;
};

}  // namespace

std::vector<std::string> kinds_of_set(const std::string& name) {
  if (name == "matrix") return {"objective", "activity", "monitoring_indicator", "indicator_target", "measurement"};
  if (name == "plan") return {"milestone", "activity", "budget_line"};
  if (name == "comments") return {"comment"};
  return {};
}

Result<Sent> send_round(store::Workspace& workspace, const store::Author& author, const SendRequest& request) {
  if (request.parts.empty()) return Error("records.round.empty", "There is no row to send.");
  return Sender(workspace, request).run(author);
}

}  // namespace hamdil::services::records::rounds
