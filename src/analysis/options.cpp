#include "analysis/options.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hamdil::analysis {
namespace {

using stats::OptionInfo;
using stats::OptionType;

Error wrong_type(const std::string& pointer, const std::string& wanted) {
  return Error("analysis.spec.wrong_type", "A {wanted} is expected here.", {{"wanted", wanted}})
      .at({.pointer = pointer});
}

std::vector<std::string> strings(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }

Error nearest_hint(Error error, const std::string& word, const std::vector<std::string>& known) {
  const std::vector<std::string> near = text::nearest(word, known);
  if (!near.empty()) error.advise("Did you mean " + text::join(near, " or ") + "?");
  return error;
}

Status check_allowed(const std::string& value, const OptionInfo& info, const std::string& pointer) {
  if (info.allowed.empty() || std::find(info.allowed.begin(), info.allowed.end(), value) != info.allowed.end())
    return Done{};
  const std::vector<std::string> known = strings(info.allowed);
  return nearest_hint(Error("analysis.spec.unknown_value", "{value} is not known here; known are {known}.",
                            {{"value", value}, {"known", text::join(known, ", ")}})
                          .at({.pointer = pointer}),
                      value, known);
}

Result<Json> read_text(const Json& value, const OptionInfo& info, const std::string& pointer) {
  std::string out;
  if (value.is_string())
    out = value.get<std::string>();
  else if (value.is_number())
    out = text::format_number(value.get<double>());
  else if (value.is_boolean())
    out = value.get<bool>() ? "true" : "false";
  else
    return wrong_type(pointer, "text");
  if (info.type == OptionType::kWord) out = out.substr(0, out.find_first_of(" ,;("));
  HAMDIL_CHECK(check_allowed(out, info, pointer));
  return Json(out);
}

Result<Json> read_number(const Json& value, OptionType type, const std::string& pointer) {
  if (value == "Inf" || value == "-Inf") return Json(value);
  if (!value.is_number()) return wrong_type(pointer, "number");
  const double number = value.get<double>();
  const bool share = type == OptionType::kShare || type == OptionType::kShares;
  if (share && !(number >= 0 && number <= 1)) return wrong_type(pointer, "number between 0 and 1");
  if (type == OptionType::kCount && !(number >= 0 && number == std::floor(number) && number < 1e15))
    return wrong_type(pointer, "whole number, 0 or more");
  return Json(value);
}

// Each element by `read_one`; `at_least_one` is not asked for: estimators say what they need.
template <class ReadOne>
Result<Json> read_list(const Json& value, const std::string& pointer, const char* wanted, const ReadOne& read_one) {
  if (!value.is_array()) return wrong_type(pointer, wanted);
  Json out = Json::array();
  for (std::size_t i = 0; i < value.size(); ++i) {
    HAMDIL_TRY(Json one, read_one(value[i], pointer + "/" + std::to_string(i)));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Json> read_texts(const Json& value, const OptionInfo& info, const std::string& pointer) {
  if (value.is_string()) {
    HAMDIL_CHECK(check_allowed(value.get<std::string>(), info, pointer));
    return Json::array({value});
  }
  return read_list(value, pointer, "list of texts", [&](const Json& one, const std::string& place) -> Result<Json> {
    if (!one.is_string()) return wrong_type(place, "text");
    HAMDIL_CHECK(check_allowed(one.get<std::string>(), info, place));
    return Json(one);
  });
}

Result<Json> read_numbers(const Json& value, OptionType type, const std::string& pointer) {
  const Json list = value.is_number() ? Json::array({value}) : value;
  return read_list(list, pointer, "list of numbers", [&](const Json& one, const std::string& place) -> Result<Json> {
    if (one.is_null()) return Json();
    return read_number(one, type, place);
  });
}

Result<Json> read_rows(const Json& value, OptionType type, const std::string& pointer) {
  std::size_t columns = 0;
  return read_list(value, pointer, "list of rows", [&](const Json& row, const std::string& place) -> Result<Json> {
    if (!row.is_array()) return wrong_type(place, "list");
    if (columns == 0) columns = row.size();
    if (row.size() != columns) return wrong_type(place, "row as long as the first");
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool fits = row[i].is_null() || row[i].is_number() || (type == OptionType::kRows && row[i].is_string());
      if (!fits)
        return wrong_type(place + "/" + std::to_string(i), type == OptionType::kRows ? "text or number" : "number");
    }
    return Json(row);
  });
}

Result<Json> read_weights(const Json& value, const std::string& pointer) {
  if (!value.is_object()) return wrong_type(pointer, "object of numbers");
  for (const auto& [name, one] : value.items())
    if (!one.is_number()) return wrong_type(pointer + "/" + name, "number");
  return Json(value);
}

Result<Json> read_object(const Json& value, const OptionInfo& info, const std::string& pointer) {
  const Json object = value.is_array() && value.empty() ? Json::object() : value;  // R writes no options as []
  if (info.members.empty()) {                                                      // names that the data give
    if (!object.is_object()) return wrong_type(pointer, "object");
    return Json(object);
  }
  HAMDIL_TRY(const Options read, Options::read(object, info.members, pointer, std::string(info.name)));
  return Json(read.json());
}

Result<Json> read_option(const Json& value, const OptionInfo& info, const std::string& pointer) {
  switch (info.type) {
    case OptionType::kText:
    case OptionType::kWord:
    case OptionType::kColumn:
    case OptionType::kFormula:
      return read_text(value, info, pointer);
    case OptionType::kColumns:
    case OptionType::kTexts:
      return read_texts(value, info, pointer);
    case OptionType::kNumber:
    case OptionType::kCount:
    case OptionType::kShare:
      return read_number(value, info.type, pointer);
    case OptionType::kNumbers:
    case OptionType::kShares:
      return read_numbers(value, info.type, pointer);
    case OptionType::kFlag:
      if (!value.is_boolean()) return wrong_type(pointer, "true or false");
      return Json(value);
    case OptionType::kWeights:
      return read_weights(value, pointer);
    case OptionType::kMatrix:
    case OptionType::kRows:
      return read_rows(value, info.type, pointer);
    case OptionType::kObject:
      return read_object(value, info, pointer);
    case OptionType::kRecords:
      return read_list(value, pointer, "list of objects",
                       [&](const Json& one, const std::string& place) { return read_object(one, info, place); });
    case OptionType::kCalls:
      if (!value.is_array()) return wrong_type(pointer, "list of calls");
      return Json(value);
    case OptionType::kNote:
      break;
  }
  return Json();
}

double number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "Inf") return std::numeric_limits<double>::infinity();
  if (value == "-Inf") return -std::numeric_limits<double>::infinity();
  return stats::kNaN;
}

}  // namespace

Options::Options() : Options(Json::object()) {}
Options::Options(Json json) : json_(std::make_shared<const Json>(std::move(json))) {}

Result<Options> Options::read(const Json& json, const std::vector<OptionInfo>& known, const std::string& pointer,
                              const std::string& whose, const std::vector<std::string_view>& ignored) {
  if (!json.is_object()) return wrong_type(pointer, "object");
  Json out = Json::object();
  for (const auto& [key, value] : json.items()) {
    if (std::find(ignored.begin(), ignored.end(), key) != ignored.end() || key == "words") continue;
    const auto info = std::find_if(known.begin(), known.end(), [&](const OptionInfo& one) { return one.name == key; });
    if (info == known.end()) {
      std::vector<std::string> names = strings(ignored);
      for (const OptionInfo& one : known) names.emplace_back(one.name);
      return nearest_hint(
          Error("analysis.spec.unknown_option", "{key} is not an option of {whose}.", {{"key", key}, {"whose", whose}})
              .at({.pointer = pointer + "/" + key}),
          key, names);
    }
    if (value.is_null() || info->type == OptionType::kNote) continue;
    HAMDIL_TRY(out[key], read_option(value, *info, pointer + "/" + key));
  }
  for (const OptionInfo& one : known)
    if (one.required && !out.contains(one.name))
      return Error("analysis.run.missing_option", "{estimator} needs {option}.",
                   {{"estimator", whose}, {"option", std::string(one.name)}})
          .at({.pointer = pointer});
  return Options(std::move(out));
}

const Json* Options::find(std::string_view name) const {
  const auto found = json_->find(std::string(name));
  return found == json_->end() ? nullptr : &*found;
}

bool Options::has(std::string_view name) const { return find(name) != nullptr; }

std::string Options::text(std::string_view name, std::string otherwise) const {
  const Json* value = find(name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::move(otherwise);
}

double Options::number(std::string_view name, double otherwise) const {
  const Json* value = find(name);
  return value == nullptr ? otherwise : number_of(*value);
}

bool Options::flag(std::string_view name, bool otherwise) const {
  const Json* value = find(name);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : otherwise;
}

std::vector<std::string> Options::texts(std::string_view name) const {
  std::vector<std::string> out;
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) return out;
  for (const Json& one : *value)
    if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

std::vector<double> Options::numbers(std::string_view name) const {
  std::vector<double> out;
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) return out;
  for (const Json& one : *value) out.push_back(number_of(one));
  return out;
}

std::vector<std::pair<std::string, double>> Options::weights(std::string_view name) const {
  std::vector<std::pair<std::string, double>> out;
  const Json* value = find(name);
  if (value == nullptr || !value->is_object()) return out;
  for (const auto& [key, one] : value->items()) out.emplace_back(key, number_of(one));
  return out;
}

stats::Matrix Options::matrix(std::string_view name) const {
  stats::Matrix out;
  for (const std::vector<Cell>& row : rows(name)) {
    ++out.rows;
    out.columns = row.size();
    for (const Cell& cell : row) out.values.push_back(cell.number);
  }
  return out;
}

std::vector<std::vector<Cell>> Options::rows(std::string_view name) const {
  std::vector<std::vector<Cell>> out;
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) return out;
  for (const Json& row : *value) {
    out.emplace_back();
    for (const Json& one : row) {
      Cell cell;
      cell.is_missing = one.is_null();
      if (one.is_number()) cell.text = text::format_number(one.get<double>());
      if (one.is_string()) cell.text = one.get<std::string>();
      if (!cell.is_missing) cell.number = text::parse_number(cell.text).value_or(stats::kNaN);
      out.back().push_back(std::move(cell));
    }
  }
  return out;
}

Options Options::object(std::string_view name) const {
  const Json* value = find(name);
  return value != nullptr && value->is_object() ? Options(*value) : Options();
}

std::vector<Options> Options::records(std::string_view name) const {
  std::vector<Options> out;
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) return out;
  for (const Json& one : *value) out.push_back(one.is_object() ? Options(one) : Options());
  return out;
}

}  // namespace hamdil::analysis
