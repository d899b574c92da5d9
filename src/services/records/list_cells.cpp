#include "services/records/list_cells.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/calendar.hpp"
#include "base/code_lists.hpp"
#include "base/text.hpp"
#include "exchange/csv/write.hpp"
#include "services/records/list_words.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;

bool survives_joining(const std::string& value) {
  return !value.empty() && value.find(';') == std::string::npos && value.front() != '[' && text::trim(value) == value;
}

// The texts of a JSON list; none where the cell is anything else.
std::optional<std::vector<std::string>> list_in(const std::string& cell) {
  const Json list = Json::parse(cell, nullptr, false);
  if (!list.is_array() || !std::all_of(list.begin(), list.end(), [](const Json& one) { return one.is_string(); }))
    return std::nullopt;
  return list.get<std::vector<std::string>>();
}

Error not_taken(const FieldDefinition& field, const std::string& what) {
  return Error("records.import.cell", "The column {field} takes {expected}.",
               {{"field", field.name}, {"expected", what}});
}

Error no_such(const FieldDefinition& field) {
  return Error("records.import.reference",
               "The column {field} takes the id, or the title of exactly one record of the kind {kind}.",
               {{"field", field.name}, {"kind", field.refers_to}});
}

Result<std::vector<std::string>> split_cell(const std::string& cell, const FieldDefinition& field) {
  if (cell.starts_with('[') && !list_in(cell)) return not_taken(field, "values parted by semicolons");
  return parts_of_cell(cell, false);
}

Result<Json> to_boolean(const std::string& cell, const FieldDefinition& field) {
  const auto value = boolean_of(cell);
  if (!value) return not_taken(field, "true or false");
  return Json(*value);
}

Result<Json> to_number(const std::string& cell, const FieldDefinition& field) {
  if (field.type == FieldType::kInteger) {
    const auto whole = text::parse_integer(cell);
    if (!whole) return not_taken(field, "a whole number");
    return Json(*whole);
  }
  // A number without a point stays a whole one, so that it reads back as it was written.
  if (const auto whole = text::parse_integer(cell)) return Json(*whole);
  const auto number = text::parse_number(cell);
  if (!number) return not_taken(field, "a number");
  return Json(*number);
}

Result<Json> to_time(const std::string& cell, const FieldDefinition& field) {
  const std::string day = cell.substr(0, 10);
  if (!parse_date(day)) return not_taken(field, "a date like 2026-11-22");
  if (field.type == FieldType::kDate) {
    if (cell.size() > 10 && cell.substr(10) != "T00:00:00") return not_taken(field, "a date like 2026-11-22");
    return Json(day);
  }
  if (cell.size() == 10) return Json(day + "T00:00:00Z");
  if (cell.size() == 19) return Json(cell + "Z");  // as spreadsheets keep it
  return Json(cell);                               // checked with the record
}

Result<Json> to_choice(const std::string& cell, const FieldDefinition& field) {
  for (const std::string& choice : field.choices)
    if (choice == cell || text::fold(choice) == text::fold(cell)) return Json(choice);
  return Error("records.import.choice", "The column {field} takes one of: {choices}.",
               {{"field", field.name}, {"choices", text::join(field.choices, ", ")}});
}

}  // namespace

std::string join_cell(const std::vector<std::string>& values) {
  if (std::all_of(values.begin(), values.end(), survives_joining) && !values.empty()) return text::join(values, "; ");
  return Json(values).dump();
}

std::vector<std::string> parts_of_cell(const std::string& cell, bool is_one) {
  if (cell.starts_with('['))
    if (auto list = list_in(cell)) return *std::move(list);
  std::vector<std::string> out;
  for (const std::string& part : is_one ? std::vector{cell} : text::split(cell, ';'))
    if (std::string value = text::trim(part); !value.empty()) out.push_back(std::move(value));
  return out;
}

std::string value_to_cell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_string(); }))
    return join_cell(value.get<std::vector<std::string>>());
  if (value.is_number_float()) return text::format_number(value.get<double>());
  return value.dump();
}

Result<Json> cell_to_value(const std::string& cell, const FieldDefinition& field, const FindReference& find) {
  const std::string trimmed = text::trim(cell);
  switch (field.type) {
    case FieldType::kText:
      return Json(field.list.empty() ? cell : find_code(field.list, trimmed).value_or(cell));
    case FieldType::kLongText:
    case FieldType::kDigest:
      return Json(cell);
    case FieldType::kNumber:
    case FieldType::kInteger:
      return to_number(trimmed, field);
    case FieldType::kBoolean:
      return to_boolean(trimmed, field);
    case FieldType::kDate:
    case FieldType::kTimestamp:
      return to_time(trimmed, field);
    case FieldType::kChoice:
      return to_choice(trimmed, field);
    case FieldType::kReference: {
      const std::vector<std::string> parts = parts_of_cell(trimmed, true);
      const auto id = parts.size() == 1 ? find(field.refers_to, parts.front()) : std::nullopt;
      if (!id) return no_such(field);
      return Json(*id);
    }
    case FieldType::kReferences: {
      Json out = Json::array();
      HAMDIL_TRY(const auto parts, split_cell(cell, field));
      for (const std::string& part : parts) {
        const auto id = find(field.refers_to, part);
        if (!id) return no_such(field);
        out.push_back(*id);
      }
      return out;
    }
    case FieldType::kTags: {
      HAMDIL_TRY(auto parts, split_cell(cell, field));
      for (std::string& part : parts) part = find_code(field.list, part).value_or(part);
      return Json(parts);
    }
    case FieldType::kFiles:  // never a column
      break;
    case FieldType::kTranslated:
    case FieldType::kData: {
      Json value = Json::parse(cell, nullptr, false);
      if (value.is_discarded()) return not_taken(field, "JSON");
      return value;
    }
  }
  return not_taken(field, "something else");
}

namespace {
// What stands behind the apostrophes in front.
std::string_view bare(std::string_view cell) {
  return cell.substr(std::min(cell.find_first_not_of('\''), cell.size()));
}
}  // namespace

std::string guarded_cell(const std::string& cell) {
  return exchange::csv::looks_like_formula(bare(cell)) ? "'" + cell : cell;
}

std::string unguarded_cell(const std::string& cell) {
  return cell.starts_with('\'') && exchange::csv::looks_like_formula(bare(cell)) ? cell.substr(1) : cell;
}

}  // namespace hamdil::services::records
