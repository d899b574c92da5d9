#include "model/kind.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/code_lists.hpp"
#include "base/text.hpp"

namespace hamdil::model {
namespace {

Error field_error(const std::string& name, const char* code, const char* message, const FieldDefinition* field) {
  return Error(code, message, {{"field", name}, {"expected", field == nullptr ? "" : field_type_name(field->type)}})
      .at({.pointer = "/" + name});
}

// What was typed where a number or a day belongs and the field says nothing of a person: whoever typed it needs to see
// it.
void say_typed(Error& error, const Json& value, const FieldDefinition& field) {
  const bool measured = field.type == FieldType::kNumber || field.type == FieldType::kInteger ||
                        field.type == FieldType::kDate || field.type == FieldType::kTimestamp;
  if (!measured || field.personal != PersonalClass::kNone || value.is_structured()) return;
  const std::string typed = value.is_string() ? value.get<std::string>() : value.dump();
  if (typed.size() > 40 || !text::is_valid_utf8(typed)) return;
  error.args.emplace_back("value", typed);
  if (field.least) error.args.emplace_back("least", text::format_number(*field.least));
  if (field.greatest) error.args.emplace_back("greatest", text::format_number(*field.greatest));
}

bool is_date(const std::string& s) {
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9})
    if (s[i] < '0' || s[i] > '9') return false;
  const int month = std::stoi(s.substr(5, 2));
  const int day = std::stoi(s.substr(8, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_timestamp(const std::string& s) {
  return s.size() == 20 && is_date(s.substr(0, 10)) && s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[19] == 'Z';
}

bool is_translations(const Json& value) {
  return value.is_object() &&
         std::all_of(value.begin(), value.end(), [](const Json& text) { return text.is_string(); });
}

bool is_within(const Json& value, const FieldDefinition& field) {
  const double number = value.get<double>();
  return number >= field.least.value_or(number) && number <= field.greatest.value_or(number);
}

bool is_file(const Json& value) {
  const auto has = [&](const char* member, auto is_right) { return value.contains(member) && is_right(value[member]); };
  return value.is_object() && value.size() == 3 &&
         has("address", [](const Json& it) { return it.is_string() && !it.get_ref<const std::string&>().empty(); }) &&
         has("name", [](const Json& it) { return it.is_string() && is_file_name(it.get_ref<const std::string&>()); }) &&
         has("size", [](const Json& it) { return it.is_number_integer() && it.get<std::int64_t>() > 0; });
}

bool is_file_list(const Json& value) {
  return value.is_array() && value.size() <= kMostFiles && std::all_of(value.begin(), value.end(), is_file);
}

bool is_of_type(const Json& value, const FieldDefinition& field) {
  const auto is_string = [&] { return value.is_string() && text::is_valid_utf8(value.get_ref<const std::string&>()); };
  switch (field.type) {
    case FieldType::kText:
    case FieldType::kLongText:
    case FieldType::kReference:
    case FieldType::kDigest:
      return is_string();
    case FieldType::kTranslated:
      return is_translations(value);
    case FieldType::kNumber:
      return value.is_number() && is_within(value, field);
    case FieldType::kInteger:
      return value.is_number_integer() && is_within(value, field);
    case FieldType::kBoolean:
      return value.is_boolean();
    case FieldType::kDate:
      return is_string() && is_date(value.get<std::string>());
    case FieldType::kTimestamp:
      return is_string() && is_timestamp(value.get<std::string>());
    case FieldType::kChoice:
      return is_string() &&
             std::find(field.choices.begin(), field.choices.end(), value.get<std::string>()) != field.choices.end();
    case FieldType::kReferences:
    case FieldType::kTags:
      return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& id) { return id.is_string(); });
    case FieldType::kData:
      return true;
    case FieldType::kFiles:
      return is_file_list(value);
  }
  return false;
}

// The first code that is not in the field's list; nullptr when all are.
const Json* foreign_code(const Json& value, const FieldDefinition& field) {
  if (value.is_string()) return is_in_code_list(field.list, value.get_ref<const std::string&>()) ? nullptr : &value;
  for (const Json& one : value)
    if (!is_in_code_list(field.list, one.get_ref<const std::string&>())) return &one;
  return nullptr;
}

void check_codes(const Json& value, const FieldDefinition& field, const std::function<void(Error)>& add) {
  if (field.list.empty() || value.is_null()) return;
  const Json* foreign = foreign_code(value, field);
  if (foreign == nullptr) return;
  Error wrong =
      field_error(field.name, "model.record.not_in_list", "The field {field} takes codes of its list.", &field);
  wrong.args.emplace_back("value", foreign->get<std::string>().substr(0, 40));
  wrong.args.emplace_back("list", field.list);
  add(std::move(wrong));
}

}  // namespace

const char* field_type_name(FieldType type) {
  constexpr std::array<const char*, 15> kNames = {
      "text",      "translated text", "number", "whole number", "yes or no", "date",          "time", "choice",
      "reference", "references",      "digest", "data",         "long text", "list of words", "files"};
  return kNames[static_cast<std::size_t>(type)];
}

bool is_file_name(const std::string& name) {
  constexpr std::size_t kLongest = 400;  // bytes
  return !name.empty() && name.size() <= kLongest && text::is_valid_utf8(name) && text::trim(name) == name &&
         name.find_first_of("/\\") == std::string::npos &&
         std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
}

bool is_of_machine(const FieldDefinition& field) {
  return field.type == FieldType::kData || field.type == FieldType::kDigest || field.type == FieldType::kFiles;
}

const FieldDefinition* KindDefinition::find(std::string_view field) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const FieldDefinition& f) { return f.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

const FieldDefinition* KindDefinition::part_of() const {
  const auto found = std::find_if(fields.begin(), fields.end(), [](const FieldDefinition& f) { return f.whole; });
  return found == fields.end() ? nullptr : &*found;
}

const KindDefinition* find_kind(std::string_view name) {
  const auto& kinds = all_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const KindDefinition& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

std::vector<std::string> settled_states(const KindDefinition& kind, const FieldDefinition& field) {
  std::vector<std::string> out = field.done_in;
  for (const Transition& step : kind.transitions)
    if (step.gives_up && std::find(out.begin(), out.end(), step.to) == out.end()) out.push_back(step.to);
  return out;
}

std::vector<std::string> usual_columns(const KindDefinition& kind) {
  if (!kind.columns.empty()) return kind.columns;
  constexpr std::size_t kFew = 4;
  std::vector<std::string> out;
  for (const FieldDefinition& field : kind.fields) {
    const bool is_plain = field.type != FieldType::kLongText && field.type != FieldType::kTranslated &&
                          field.type != FieldType::kTags && !is_of_machine(field);
    if (is_plain && field.name != "programme" && field.name != "owner" && out.size() < kFew) out.push_back(field.name);
  }
  return out;
}

std::optional<double> calculate(const Calculated& calculated, const Json& fields) {
  double product = 1;
  const auto number = [&](const std::string& name) {
    const auto value = fields.find(name);
    return value != fields.end() && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
  };
  for (const std::string& factor : calculated.factors) {
    const auto value = number(factor);
    if (!value) return std::nullopt;
    product *= *value;
  }
  for (const std::string& factor : calculated.factors_or_one) product *= number(factor).value_or(1);
  // 3 x 0.1 is 0.3 to people and to spreadsheets.
  constexpr int kDigits = 12;
  if (product == 0 || !std::isfinite(product)) return product;
  const double scale = std::pow(10.0, kDigits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(product)))));
  const double rounded = std::round(product * scale) / scale;
  return std::isfinite(rounded) ? rounded : product;
}

std::string code_of_title(const std::string& id) { return "#" + id.substr(0, 6); }

Json Record::fields() const { return Json::parse(fields_json); }
void Record::set_fields(const Json& fields) { fields_json = fields.dump(); }
bool Record::is_filled(const std::string& field) const {
  const Json all = fields();
  const auto value = all.find(field);
  return (value != all.end() && !value->is_null()) ||
         std::find(withheld.begin(), withheld.end(), field) != withheld.end();
}

Record new_record(const std::string& kind, std::string title, const Json& fields) {
  Record record;
  record.kind = kind;
  record.title = std::move(title);
  record.state = find_kind(kind)->states.front();
  record.set_fields(fields);
  return record;
}

Diagnostics validate(const Record& record) {
  Diagnostics out;
  const auto add = [&out](Error problem) { out.push_back({Severity::kError, std::move(problem)}); };
  const KindDefinition* kind = find_kind(record.kind);
  if (kind == nullptr) {
    add(Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", record.kind}}));
    return out;
  }
  if (text::trim(record.title).empty())
    add(Error("model.record.no_title", "A record needs a title.").at({.pointer = "/title"}));
  if (std::find(kind->states.begin(), kind->states.end(), record.state) == kind->states.end())
    add(Error("model.record.unknown_state", "A {kind} has no state {state}.",
              {{"kind", record.kind}, {"state", record.state}})
            .at({.pointer = "/state"}));
  const Json fields = record.fields();
  for (const auto& [name, value] : fields.items()) {
    const FieldDefinition* field = kind->find(name);
    if (field == nullptr)
      add(field_error(name, "model.record.unknown_field", "There is no field {field} in this kind of record.",
                      nullptr));
    else if (!value.is_null() && !is_of_type(value, *field)) {
      Error wrong = field_error(name, "model.record.wrong_type", "The field {field} takes a {expected}.", field);
      say_typed(wrong, value, *field);
      add(std::move(wrong));
    } else {
      check_codes(value, *field, add);
    }
  }
  if (record.state != kind->states.front() || kind->complete_at_once)
    for (const FieldDefinition& field : kind->fields)
      if (field.required && !record.is_filled(field.name))
        add(field_error(field.name, "model.record.field_missing", "The field {field} is needed.", &field));
  return out;
}

Json to_json(const Record& record) {
  return {{"id", record.id},       {"kind", record.kind},       {"version", record.version}, {"title", record.title},
          {"state", record.state}, {"deleted", record.deleted}, {"fields", record.fields()}};
}

Result<Record> record_from_json(const Json& json) {
  if (!json.is_object() || !json.contains("kind") || !json["kind"].is_string())
    return Error("model.record.shape", "A record is an object with at least kind and title.");
  Record record;
  record.kind = json["kind"].get<std::string>();
  record.id = json.value("id", "");
  record.title = json.value("title", "");
  record.version = json.value("version", std::int64_t{0});
  const KindDefinition* kind = find_kind(record.kind);
  record.state = json.value("state", kind == nullptr ? "" : kind->states.front());
  record.deleted = json.value("deleted", false);
  record.set_fields(json.value("fields", Json::object()));
  const Diagnostics problems = validate(record);
  if (!problems.empty()) return problems.front().problem;
  return record;
}

}  // namespace hamdil::model
