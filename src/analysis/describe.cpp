#include "analysis/describe.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/adjustment.hpp"
#include "base/text.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;

std::string str(std::string_view view) { return std::string(view); }

std::string form_text(const stats::Form& form) {
  std::vector<std::string> parts;
  if (!form.with_option.empty()) parts.push_back("the call has " + str(form.with_option));
  if (!form.without_option.empty()) parts.push_back("the call has no " + str(form.without_option));
  if (form.without_design) parts.emplace_back("the specification has no design");
  return parts.empty() ? std::string() : "This form is meant where " + text::join(parts, " and ") + ".";
}

std::string allowed_text(const OptionInfo& option) {
  const std::vector<std::string> words(option.allowed.begin(), option.allowed.end());
  return text::join(words, ", ");
}

std::string option_type_text(const OptionInfo& option) {
  std::string out = stats::option_type_name(option.type);
  if (!option.allowed.empty()) out += ": " + allowed_text(option);
  if (!option.unit.empty()) out += " (" + str(option.unit) + ")";
  return out;
}

std::string initial_text(const OptionInfo& option) {
  if (option.required) return "needed";
  return option.initial.empty() ? "-" : str(option.initial);
}

// Options with those of their objects below them.
std::vector<std::pair<std::string, const OptionInfo*>> flat(const std::vector<OptionInfo>& options,
                                                            const std::string& before = {}) {
  std::vector<std::pair<std::string, const OptionInfo*>> out;
  for (const OptionInfo& option : options) {
    out.emplace_back(before + str(option.name), &option);
    const bool list = option.type == OptionType::kRecords;
    for (auto& below : flat(option.members, before + str(option.name) + (list ? "[]." : ".")))
      out.push_back(std::move(below));
  }
  return out;
}

std::string cell(std::string s) {
  for (std::size_t at = 0; (at = s.find('|', at)) != std::string::npos; at += 2) s.insert(at, "\\");
  return s;
}

// Empty where no cluster computes it.
std::string pushdown_text(const EstimatorInfo& info) {
  if (info.pushdown == 0) return {};
  return "A ClickHouse cluster computes it from sums (--on-cluster), to a relative " +
         text::format_number(info.pushdown) + " of what the rows give" +
         (info.not_pushed.empty() ? "." : ", but for " + str(info.not_pushed) + ".");
}

std::string describe_one(const EstimatorInfo& info) {
  std::string out = str(info.id) + ": " + str(info.title) + "\n" + str(info.what) + "\n";
  if (const std::string form = form_text(info.form); !form.empty()) out += form + "\n";
  out += std::string(stats::basis_text(info.basis)) + "\n";
  if (!info.options.empty()) out += "\noptions\n";
  for (const auto& [name, option] : flat(info.options))
    out += "  " + name + " [" + option_type_text(*option) + "] " + str(option->help) +
           (option->required          ? " (needed)"
            : option->initial.empty() ? ""
                                      : " (" + str(option->initial) + ")") +
           "\n";
  if (!info.figures.empty()) out += "\nfigures\n";
  for (const stats::FigureInfo& figure : info.figures)
    out += "  " + str(figure.name) + ": " + str(figure.meaning) + "\n";
  for (std::size_t i = 0; i < info.statements.size(); ++i)
    out += (i == 0 ? "\nmethod\n  " : "  ") + std::to_string(i + 1) + ". " + str(info.statements[i]) + "\n";
  if (!info.missing.empty()) out += "\nmissing values\n  " + str(info.missing) + "\n";
  if (!info.cost.empty()) out += "\ncost\n  " + str(info.cost) + "\n";
  if (info.pushdown > 0) out += "\non a cluster\n  " + pushdown_text(info) + "\n";
  for (std::size_t i = 0; i < info.references.size(); ++i)
    out += (i == 0 ? "\nsources\n  " : "  ") + str(info.references[i]) + "\n";
  return out;
}

Json option_schema(const OptionInfo& option);

Json object_schema(const std::vector<OptionInfo>& members) {
  Json out = {{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const OptionInfo& member : members) {
    out["properties"][str(member.name)] = option_schema(member);
    if (member.required) required.push_back(str(member.name));
  }
  if (members.empty()) out["additionalProperties"] = true;
  out["properties"]["words"] = Json::object();
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

Json one_number(bool share) {
  if (share) return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  return {{"anyOf", Json::array({Json{{"type", "number"}}, Json{{"enum", {"Inf", "-Inf"}}}})}};
}

Json one_text(const OptionInfo& option) {
  if (!option.allowed.empty() && option.type == OptionType::kWord) {
    return {{"type", "string"},
            {"pattern", "^(" + text::join({option.allowed.begin(), option.allowed.end()}, "|") + ")([ ,;(].*)?$"}};
  }
  Json out = {{"type", {"string", "number", "boolean"}}};
  if (!option.allowed.empty()) {
    out = {{"enum", Json::array()}};
    for (const std::string_view value : option.allowed) out["enum"].push_back(str(value));
  }
  return out;
}

Json list_or_one(const Json& one, bool may_be_null) {
  const Json item = may_be_null ? Json{{"anyOf", Json::array({one, Json{{"type", "null"}}})}} : one;
  return {{"anyOf", Json::array({one, Json{{"type", "array"}, {"items", item}}})}};
}

Json value_schema(const OptionInfo& option) {
  switch (option.type) {
    case OptionType::kText:
    case OptionType::kWord:
    case OptionType::kColumn:
    case OptionType::kFormula:
      return one_text(option);
    case OptionType::kColumns:
    case OptionType::kTexts: {
      Json one = option.allowed.empty() ? Json{{"type", "string"}} : one_text(option);
      return list_or_one(one, false);
    }
    case OptionType::kNumber:
      return one_number(false);
    case OptionType::kCount:
      return {{"type", "integer"}, {"minimum", 0}};
    case OptionType::kShare:
      return one_number(true);
    case OptionType::kNumbers:
    case OptionType::kShares:
      return list_or_one(one_number(option.type == OptionType::kShares), true);
    case OptionType::kFlag:
      return {{"type", "boolean"}};
    case OptionType::kWeights:
      return {{"type", "object"}, {"additionalProperties", {{"type", "number"}}}};
    case OptionType::kMatrix:
      return {{"type", "array"}, {"items", {{"type", "array"}, {"items", {{"type", {"number", "null"}}}}}}};
    case OptionType::kRows:
      return {{"type", "array"}, {"items", {{"type", "array"}, {"items", {{"type", {"number", "string", "null"}}}}}}};
    case OptionType::kObject:
      return object_schema(option.members);
    case OptionType::kRecords:
      return {{"type", "array"}, {"items", object_schema(option.members)}};
    case OptionType::kCalls:
      return {{"type", "array"}, {"items", {{"$ref", "#/$defs/call"}}}};
    case OptionType::kNote:
      break;
  }
  return Json::object();
}

Json option_schema(const OptionInfo& option) {
  Json value = value_schema(option);
  if (option.type == OptionType::kNote) return {{"description", str(option.help)}};
  Json out = {{"anyOf", Json::array({std::move(value), Json{{"type", "null"}}})}};
  std::string description = str(option.help);
  if (!option.initial.empty()) description += " (" + str(option.initial) + ")";
  out["description"] = description;
  return out;
}

Json call_schema(const EstimatorInfo& info) {
  Json out = object_schema(info.options);
  Json properties = {{"estimator", {{"const", str(info.name)}}}};
  for (const char* name : {"as"}) properties[name] = {{"type", "string"}};
  properties["level"] = {{"type", "number"}, {"exclusiveMinimum", 0}, {"exclusiveMaximum", 1}};
  for (const auto& [name, value] : out["properties"].items()) properties[name] = value;
  out["title"] = str(info.title);
  out["description"] = str(info.what);
  out["properties"] = std::move(properties);
  out["required"] = out.value("required", Json::array());
  out["required"].insert(out["required"].begin(), "estimator");
  return out;
}

}  // namespace

std::string list_text() {
  std::vector<const EstimatorInfo*> infos;
  std::size_t width = 0;
  for (const Estimator& one : estimators()) {
    infos.push_back(&one.info);
    width = std::max(width, one.info.id.size());
  }
  std::stable_sort(infos.begin(), infos.end(),
                   [](const EstimatorInfo* a, const EstimatorInfo* b) { return a->family < b->family; });
  std::string out;
  std::string_view family;
  for (const EstimatorInfo* info : infos) {
    if (info->family != family) out += (out.empty() ? "" : "\n") + str(info->family) + "\n";
    family = info->family;
    out += "  " + str(info->id) + std::string(width - info->id.size() + 2, ' ') + str(info->what) +
           (info->pushdown > 0 ? " *" : "") + "\n";
  }
  return out + "\n* also from sums that a cluster gives (--on-cluster)\n";
}

Result<std::string> describe_text(std::string_view name) {
  std::string out;
  std::vector<std::string> known;
  for (const Estimator& one : estimators()) {
    known.emplace_back(one.info.id);
    if (one.info.id != name && one.info.name != name) continue;
    out += (out.empty() ? "" : "\n") + describe_one(one.info);
  }
  if (!out.empty()) return out;
  Error error("analysis.describe.unknown_estimator", "The estimator {name} is not known.", {{"name", str(name)}});
  const std::vector<std::string> near = text::nearest(name, known);
  return error.advise(near.empty() ? "hamdil estimate --list names them."
                                   : "Did you mean " + text::join(near, " or ") + "?");
}

namespace {

std::string list_or(const std::vector<std::string>& names, const char* none) {
  return names.empty() ? none : text::join(names, ", ");
}

std::string design_choices(const AnalysisSpec& spec) {
  const stats::survey::DesignSpec& design = spec.design;
  std::string out =
      "  clusters: " + list_or(design.ids, "none, every row is a unit") +
      "\n  strata: " + list_or(design.strata, "none") + "\n  weights: " +
      (design.weights.empty() ? (design.fpc.empty() ? "all 1" : "from the population sizes") : design.weights) +
      "\n  population sizes: " + list_or(design.fpc, "none, with replacement") +
      "\n  strata with one cluster: " + stats::survey::lonely_rule_name(design.lonely) + "\n";
  if (design.adjustment) out += "  weights are adjusted; errors are those of residuals from what is known\n";
  if (spec.replicates) out += "  variance by replicate weights of " + spec.replicates->weights_file + "\n";
  return out;
}

Result<std::string> call_text(const Call& call) {
  const Estimator* estimator = estimator_with_id(call.id);
  if (estimator == nullptr)
    return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", call.estimator}});
  std::string out;
  for (const OptionInfo& option : estimator->info.options) {
    if (option.type == OptionType::kNote) continue;
    const bool given = call.options.has(option.name);
    const std::string value = given                    ? call.options.json()[str(option.name)].dump()
                              : option.initial.empty() ? std::string("not given")
                                                       : str(option.initial) + " (default)";
    out += "  " + str(option.name) + ": " + value + "\n";
  }
  out += "  confidence level: " + text::format_number(call.level) + "\n\n" + describe_one(estimator->info);
  for (const Call& part : call.parts) {
    HAMDIL_TRY(const std::string own, call_text(part));
    out += "\n" + part.as + "\n" + own;
  }
  return out;
}

}  // namespace

Result<std::string> explain_text(const AnalysisSpec& spec) {
  HAMDIL_TRY(const std::string call, call_text(spec.call));
  const Estimator* estimator = estimator_with_id(spec.call.id);
  const bool with_design =
      estimator->info.basis == stats::Basis::kDesign || estimator->info.basis == stats::Basis::kWeights;
  return "choices\n" + (with_design ? design_choices(spec) : std::string()) +
         "  conditions of the domain: " + (spec.domain.empty() ? "none" : std::to_string(spec.domain.size())) + "\n" +
         call;
}

Json spec_schema() {
  Json calls = Json::array();
  for (const Estimator& one : estimators()) calls.push_back(call_schema(one.info));
  const Json condition = {{"type", "object"},
                          {"properties",
                           {{"var", {{"type", "string"}}},
                            {"op", {{"enum", {"==", "!=", "<", "<=", ">", ">=", "in"}}}},
                            {"value", Json::object()},
                            {"words", Json::object()}}},
                          {"required", {"var", "op", "value"}},
                          {"additionalProperties", false}};
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "AnalysisSpec"},
          {"type", "object"},
          {"properties",
           {{"id", {{"type", "string"}}},
            {"design",
             {{"type", {"object", "null"}}, {"properties", {{"adjustment", object_schema(adjustment_options())}}}}},
            {"domain", {{"type", {"array", "null"}}, {"items", condition}}},
            {"call", {{"$ref", "#/$defs/call"}}}}},
          {"required", {"call"}},
          {"$defs", {{"call", {{"anyOf", std::move(calls)}}}}}};
}

std::string methods_page(const EstimatorInfo& info) {
  std::string out = "# " + str(info.title) + "\n\n`" + str(info.id) + "`" +
                    (info.id == info.name ? "" : ", `\"estimator\": \"" + str(info.name) + "\"`") + ": " +
                    str(info.what) + ". " + form_text(info.form) + (form_text(info.form).empty() ? "" : " ") +
                    stats::basis_text(info.basis) + "\n";
  for (std::size_t i = 0; i < info.statements.size(); ++i)
    out += (i == 0 ? "\n## Method\n" : "") + std::to_string(i + 1) + ". " + str(info.statements[i]) + "\n";
  if (!info.options.empty()) out += "\n## Options\n| option | kind | left out | meaning |\n|---|---|---|---|\n";
  for (const auto& [name, option] : flat(info.options))
    out += "| `" + name + "` | " + cell(option_type_text(*option)) + " | " + cell(initial_text(*option)) + " | " +
           cell(str(option->help)) + " |\n";
  if (!info.figures.empty()) out += "\n## Figures\n| figure | meaning |\n|---|---|\n";
  for (const stats::FigureInfo& figure : info.figures)
    out += "| `" + cell(str(figure.name)) + "` | " + cell(str(figure.meaning)) + " |\n";
  if (!info.missing.empty()) out += "\n## Missing values\n" + str(info.missing) + "\n";
  if (!info.cost.empty()) out += "\n## Cost\n" + str(info.cost) + "\n";
  if (info.pushdown > 0) out += "\n## On a cluster\n" + pushdown_text(info) + "\n";
  for (std::size_t i = 0; i < info.references.size(); ++i)
    out += (i == 0 ? "\n## Sources\n- " : "- ") + str(info.references[i]) + "\n";
  return out;
}

std::string methods_index() {
  std::string out =
      "# Methods\n\nOne page an estimator, written from its descriptor (`hamdil estimate --list`, `--describe NAME`, "
      "`--schema`). Statements are numbered; tests cite them as `id.number`.\n\n"
      "| estimator | family | what it does | on a cluster |\n|---|---|---|---|\n";
  for (const Estimator& one : estimators())
    out += "| [" + str(one.info.id) + "](" + str(one.info.id) + ".md) | " + str(one.info.family) + " | " +
           cell(str(one.info.what)) + " | " + (one.info.pushdown > 0 ? "yes" : "") + " |\n";
  return out;
}

}  // namespace hamdil::analysis
