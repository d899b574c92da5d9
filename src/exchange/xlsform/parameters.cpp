#include "exchange/xlsform/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "exchange/xlsform/references.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;
using data::QuestionType;
using Report = std::function<void(std::string)>;

std::vector<std::string> allowed_keys(const FormItem& item) {
  switch (item.type) {
    case QuestionType::kGeopoint:
      return {"allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry"};
    case QuestionType::kGeotrace:
    case QuestionType::kGeoshape:
      return {"allow-mock-accuracy", "incremental", "reference-geometry"};
    case QuestionType::kAudit:
      return {"location-priority", "location-min-interval", "location-max-age",
              "track-changes",     "track-changes-reasons", "identify-user"};
    case QuestionType::kRange:
      return {"start", "end", "step", "tick_interval", "placeholder", "tick_labelset"};
    case QuestionType::kImage:
      return {"max-pixels", "app"};
    case QuestionType::kAudio:
    case QuestionType::kBackgroundAudio:
      return {"quality"};
    case QuestionType::kText:
      return {"rows"};
    case QuestionType::kSelectOne:
    case QuestionType::kSelectMultiple:
    case QuestionType::kRank:
      if (item.choice_source == FormItem::ChoiceSource::kFile || item.choice_source == FormItem::ChoiceSource::kRepeat)
        return {"randomize", "seed", "value", "label"};
      return {"randomize", "seed"};
    default:
      return {};
  }
}

bool is_truth_value(std::string_view s) {
  return text::equals_ignoring_case(s, "true") || text::equals_ignoring_case(s, "false");
}

// Whether (value - from) is a whole number of steps, within what decimal input can be off in binary.
bool is_on_step(double value, double from, double step) {
  const double steps = (value - from) / step;
  return std::fabs(steps - std::round(steps)) < 1e-6;
}

void check_audit(const FormItem& item, const Report& report) {
  for (const char* key : {"track-changes", "identify-user"})
    if (const std::string* value = item.parameter(key); value != nullptr && !is_truth_value(*value))
      report(std::string(key) + " must be true or false.");
  if (const std::string* value = item.parameter("track-changes-reasons"); value != nullptr && *value != "on-form-edit")
    report("track-changes-reasons must be on-form-edit.");
  const std::string* priority = item.parameter("location-priority");
  const std::string* interval = item.parameter("location-min-interval");
  const std::string* age = item.parameter("location-max-age");
  if (priority == nullptr && interval == nullptr && age == nullptr) return;
  if (priority == nullptr || interval == nullptr || age == nullptr) {
    report("location-priority, location-min-interval and location-max-age go together: give all three.");
    return;
  }
  const auto least = text::parse_number(*interval);
  const auto most = text::parse_number(*age);
  if (!least || *least < 0) report("location-min-interval must be a number of seconds, zero or more.");
  if (!most || *most < 0) report("location-max-age must be a number of seconds, zero or more.");
  if (least && most && *most < *least) report("location-max-age must not be less than location-min-interval.");
  const std::string lower = text::to_lower_ascii(*priority);
  if (lower != "no-power" && lower != "low-power" && lower != "balanced" && lower != "high-accuracy")
    report("location-priority must be no-power, low-power, balanced or high-accuracy.");
}

void check_range(const data::Form& form, const FormItem& item, const Report& report) {
  const auto number = [&](const char* key, double standard) -> std::optional<double> {
    const std::string* value = item.parameter(key);
    if (value == nullptr) return standard;
    const auto parsed = text::parse_number(*value);
    if (!parsed) report(std::string(key) + " must be a number.");
    return parsed;
  };
  const auto start = number("start", 1);
  const auto end = number("end", 10);
  const auto step = number("step", 1);
  if (!start || !end || !step) return;
  if (*step == 0) return report("step must not be zero.");
  if (std::fabs(*step) > std::fabs(*end - *start) + 1e-9)
    report("step must not be larger than the distance from start to end.");
  const auto is_inside = [&](double value) {
    return value >= std::min(*start, *end) - 1e-9 && value <= std::max(*start, *end) + 1e-9;
  };
  const auto interval = number("tick_interval", *step);
  if (!interval) return;
  if (*interval == 0 || !is_on_step(*interval, 0, *step)) return report("tick_interval must be a multiple of step.");
  if (std::fabs(*interval) > std::fabs(*end - *start) + 1e-9)
    report("tick_interval must not be larger than the distance from start to end.");
  if (const auto placeholder = number("placeholder", *start)) {
    if (!is_inside(*placeholder))
      report("placeholder must lie between start and end.");
    else if (!is_on_step(*placeholder, *start, *step))
      report("placeholder must be a whole number of steps away from start.");
  }
  const std::string* labels = item.parameter("tick_labelset");
  if (labels == nullptr) return;
  const data::ChoiceList* list = form.find_list(*labels);
  if (list == nullptr) return report("tick_labelset names no list of the choices sheet.");
  const bool has_ticks = item.appearance.find("no-ticks") == std::string::npos;
  std::set<std::string> names;
  for (const data::Choice& choice : list->choices) names.insert(choice.name);
  if (!has_ticks && names.size() > 2) report("Without ticks, tick_labelset may label only start and end.");
  for (const data::Choice& choice : list->choices) {
    const auto value = text::parse_number(choice.name);
    if (!value)
      report("The names of the choices of tick_labelset must be numbers.");
    else if (!is_inside(*value))
      report("The choices of tick_labelset must lie between start and end.");
    else if (!has_ticks && *value != *start && *value != *end)
      report("Without ticks, tick_labelset may label only start and end.");
    else if (!is_on_step(*value, *start, *interval))
      report("The choices of tick_labelset must fall on ticks.");
  }
}

void check_geometry(const data::Form& form, const FormItem& item, const Report& report) {
  for (const char* key : {"capture-accuracy", "warning-accuracy"})
    if (const std::string* value = item.parameter(key); value != nullptr && !text::parse_number(*value))
      report(std::string(key) + " must be a number of metres.");
  if (const std::string* value = item.parameter("allow-mock-accuracy"); value != nullptr && !is_truth_value(*value))
    report("allow-mock-accuracy must be true or false.");
  if (const std::string* value = item.parameter("incremental");
      value != nullptr && *value != "true" && *value != "true()" && *value != "yes")
    report("incremental may only be true; leave it out otherwise.");
  const std::string* reference = item.parameter("reference-geometry");
  if (reference == nullptr) return;
  bool is_known = form.find_list(*reference) != nullptr;
  for (const data::EntityDeclaration& entity : form.entities) is_known = is_known || entity.list == *reference;
  const std::vector<Reference> references = find_references(*reference);
  for (const data::PlacedItem& placed : data::walk(form)) {
    const FormItem& other = *placed.item;
    const bool is_external = other.type == QuestionType::kCsvExternal || other.type == QuestionType::kXmlExternal;
    if (is_external && other.name == *reference) is_known = true;
    if (other.choice_source == FormItem::ChoiceSource::kFile &&
        other.list.substr(0, other.list.rfind('.')) == *reference)
      is_known = true;
    if (other.choice_source == FormItem::ChoiceSource::kExternalList && *reference == "itemsets") is_known = true;
    if (other.kind == data::ItemKind::kRepeat && references.size() == 1 && references[0].name == other.name)
      is_known = true;
  }
  if (!is_known)
    report(
        "reference-geometry must name a choice list, an entity list, an attached file (without its ending) or a repeat "
        "as ${name}.");
}

}  // namespace

void check_parameters(const data::Form& form, const FormItem& item, const Report& report) {
  if (item.parameters.empty()) return;
  const std::vector<std::string> allowed = allowed_keys(item);
  if (allowed.empty()) return;  // kept as they are
  for (const auto& [key, value] : item.parameters)
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
      report("This type does not take the parameter " + key + "; it takes " + text::join(allowed, ", ") + ".");
  if (item.type == QuestionType::kAudit) check_audit(item, report);
  if (item.type == QuestionType::kRange) check_range(form, item, report);
  if (item.type == QuestionType::kGeopoint || item.type == QuestionType::kGeotrace ||
      item.type == QuestionType::kGeoshape)
    check_geometry(form, item, report);
  const std::string* randomize = item.parameter("randomize");
  if (randomize != nullptr && !is_truth_value(*randomize)) report("randomize must be true or false.");
  if (item.parameter("seed") != nullptr && (randomize == nullptr || !text::equals_ignoring_case(*randomize, "true")))
    report("A seed needs randomize=true.");
  if (const std::string* seed = item.parameter("seed");
      seed != nullptr && !text::parse_number(*seed) && !seed->starts_with("${"))
    report("The seed must be a number or a reference such as ${name}.");
  if (const std::string* quality = item.parameter("quality")) {
    std::vector<std::string> known = {"voice-only", "low", "normal"};
    if (item.type == QuestionType::kAudio) known.push_back("external");
    if (std::find(known.begin(), known.end(), *quality) == known.end())
      report("quality must be one of " + text::join(known, ", ") + ".");
  }
  if (const std::string* pixels = item.parameter("max-pixels"); pixels != nullptr && !text::parse_integer(*pixels))
    report("max-pixels must be a whole number.");
  if (const std::string* rows = item.parameter("rows"); rows != nullptr && !text::parse_integer(*rows))
    report("rows must be a whole number.");
}

}  // namespace hamdil::exchange::xlsform
