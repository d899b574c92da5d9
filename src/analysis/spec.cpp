#include "analysis/spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/adjustment.hpp"
#include "analysis/registry.hpp"
#include "base/text.hpp"

namespace hamdil::analysis {
namespace {

using stats::survey::DesignSpec;

Error wrong_type(const std::string& pointer, const char* wanted) {
  return Error("analysis.spec.wrong_type", "A {wanted} is expected here.", {{"wanted", wanted}})
      .at({.pointer = pointer});
}

Error unknown_value(const std::string& pointer, const std::string& value, const std::string& known) {
  return Error("analysis.spec.unknown_value", "{value} is not known here; known are {known}.",
               {{"value", value}, {"known", known}})
      .at({.pointer = pointer});
}

Result<std::string> read_text(const Json& value, const std::string& pointer) {
  if (value.is_null()) return std::string();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return text::format_number(value.get<double>());
  if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
  return wrong_type(pointer, "text");
}

Result<bool> read_bool(const Json& value, const std::string& pointer) {
  if (!value.is_boolean()) return wrong_type(pointer, "true or false");
  return value.get<bool>();
}

Result<double> read_number(const Json& value, const std::string& pointer) {
  if (!value.is_number()) return wrong_type(pointer, "number");
  return value.get<double>();
}

// A list of texts; a single text is a list of one, null an empty list.
Result<std::vector<std::string>> read_texts(const Json& value, const std::string& pointer) {
  std::vector<std::string> out;
  if (value.is_null()) return out;
  if (value.is_string()) return std::vector<std::string>{value.get<std::string>()};
  if (!value.is_array()) return wrong_type(pointer, "list of texts");
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value[i].is_string()) return wrong_type(pointer + "/" + std::to_string(i), "text");
    out.push_back(value[i].get<std::string>());
  }
  return out;
}

Error unknown_option(const std::string& pointer, const std::string& key, const std::string& whose) {
  return Error("analysis.spec.unknown_option", "{key} is not an option of {whose}.", {{"key", key}, {"whose", whose}})
      .at({.pointer = pointer + "/" + key});
}

Status read_design_member(const std::string& key, const Json& value, const std::string& place, DesignSpec& out) {
  if (key == "ids") {
    HAMDIL_TRY(out.ids, read_texts(value, place));
  } else if (key == "strata") {
    HAMDIL_TRY(out.strata, read_texts(value, place));
  } else if (key == "fpc") {
    HAMDIL_TRY(out.fpc, read_texts(value, place));
  } else if (key == "weights") {
    HAMDIL_TRY(out.weights, read_text(value, place));
  } else if (key == "nest") {
    HAMDIL_TRY(out.nest, read_bool(value, place));
  } else if (key == "adjust_domain_lonely") {
    HAMDIL_TRY(out.adjust_domain_lonely, read_bool(value, place));
  } else if (key == "hartley_rao_psum") {
    HAMDIL_TRY(out.hartley_rao_psum, read_number(value, place));
  } else if (key == "fpc_meaning") {
    HAMDIL_TRY(const std::string name, read_text(value, place));
    const auto meaning = stats::survey::fpc_meaning_from_name(name);
    if (!meaning) return unknown_value(place, name, "population_size, sampling_fraction, inclusion_probability");
    out.fpc_meaning = *meaning;
  } else if (key == "lonely_psu") {
    HAMDIL_TRY(const std::string name, read_text(value, place));
    const auto rule = stats::survey::lonely_rule_from_name(name);
    if (!rule) return unknown_value(place, name, "fail, remove, certainty, adjust, average");
    out.lonely = *rule;
  } else if (key == "pps") {
    HAMDIL_TRY(const std::string name, read_text(value, place));
    const auto pps = stats::survey::pps_from_name(name.empty() ? "none" : name);
    if (!pps) return unknown_value(place, name, "brewer, overton, hartley_rao");
    out.pps = *pps;
  } else if (key == "adjustment") {
    if (value.is_null()) return Done{};
    HAMDIL_TRY(out.adjustment, read_adjustment(value, place));
  } else if (key != "words") {
    return unknown_option("/design", key, "a design");
  }
  return Done{};
}

Result<Replicates> read_replicates(const Json& json, const std::string& pointer) {
  if (!json.is_object()) return wrong_type(pointer, "object");
  Replicates out;
  for (const auto& [key, value] : json.items()) {
    const std::string place = pointer + "/" + key;
    if (key == "scale") {
      HAMDIL_TRY(out.scale, read_number(value, place));
    } else if (key == "mse") {
      HAMDIL_TRY(out.mse, read_bool(value, place));
    } else if (key == "weights_file") {
      HAMDIL_TRY(out.weights_file, read_text(value, place));
    } else if (key == "combined") {
      HAMDIL_TRY(const bool combined, read_bool(value, place));
      if (!combined)
        return Error("analysis.spec.unsupported_design", "Replicate weights must be final weights, not factors.")
            .at({.pointer = place});
    } else if (key == "rscales") {
      if (!value.is_array() && !value.is_number()) return wrong_type(place, "list of numbers");
      const Json list = value.is_array() ? value : Json::array({value});
      for (std::size_t i = 0; i < list.size(); ++i) {
        HAMDIL_TRY(const double number, read_number(list[i], place + "/" + std::to_string(i)));
        out.rscales.push_back(number);
      }
    } else if (key != "kind" && key != "n" && key != "words" && key != "rho") {
      return unknown_option(pointer, key, "replicate weights");
    }
  }
  return out;
}

Status read_design(const Json& json, AnalysisSpec& out) {
  if (json.is_null()) return Done{};
  if (!json.is_object()) return wrong_type("/design", "object");
  bool replicate = false;
  for (const auto& [key, value] : json.items()) {
    const std::string place = "/design/" + key;
    if (key == "variance") {
      HAMDIL_TRY(const std::string name, read_text(value, place));
      if (name != "taylor" && name != "replicate") return unknown_value(place, name, "taylor, replicate");
      replicate = name == "replicate";
    } else if (key == "replicates") {
      HAMDIL_TRY(out.replicates, read_replicates(value, place));
    } else {
      HAMDIL_CHECK(read_design_member(key, value, place, out.design));
    }
  }
  if (replicate != out.replicates.has_value())
    return Error("analysis.spec.missing_member", "{member} is missing here.",
                 {{"member", replicate ? "replicates" : "variance: replicate"}})
        .at({.pointer = "/design"});
  return Done{};
}

Result<Condition> read_condition(const Json& json, const std::string& pointer) {
  if (!json.is_object()) return wrong_type(pointer, "object with var, op and value");
  Condition out;
  for (const char* member : {"var", "op", "value"}) {
    if (!json.contains(member))
      return Error("analysis.spec.missing_member", "{member} is missing here.", {{"member", member}})
          .at({.pointer = pointer});
  }
  for (const auto& [key, value] : json.items()) {
    const std::string place = pointer + "/" + key;
    if (key == "var") {
      HAMDIL_TRY(out.var, read_text(value, place));
    } else if (key == "op") {
      HAMDIL_TRY(const std::string op, read_text(value, place));
      constexpr std::array<const char*, 7> kOps = {"==", "!=", "<", "<=", ">", ">=", "in"};
      const auto found = std::find_if(kOps.begin(), kOps.end(), [&](const char* name) { return op == name; });
      if (found == kOps.end()) return unknown_value(place, op, "==, !=, <, <=, >, >=, in");
      out.op = static_cast<Compare>(found - kOps.begin());
    } else if (key == "value") {
      const Json list = value.is_array() ? value : Json::array({value});
      for (const Json& one : list) {
        HAMDIL_TRY(std::string as_text, read_text(one, place));
        out.numbers.push_back(text::parse_number(as_text).value_or(std::nan("")));
        out.texts.push_back(std::move(as_text));
      }
    } else if (key != "words") {
      return unknown_option(pointer, key, "a condition");
    }
  }
  if (out.texts.empty() || (out.op != Compare::kIn && out.texts.size() > 1))
    return wrong_type(pointer + "/value", "single value (or op in)");
  return out;
}

Result<Call> read_call(const Json& json, const std::string& pointer, AnalysisSpec& spec, bool with_design, int depth);

// The members of a call that hold options of the same name and kind.
void fill_members(const Options& options, Call& out) {
  const std::array<std::pair<const char*, std::string*>, 20> texts = {{{"variable", &out.variable},
                                                                       {"numerator", &out.numerator},
                                                                       {"denominator", &out.denominator},
                                                                       {"group", &out.group},
                                                                       {"deff", &out.deff},
                                                                       {"success", &out.success},
                                                                       {"of", &out.of},
                                                                       {"expression", &out.expression},
                                                                       {"formula", &out.formula},
                                                                       {"family", &out.family},
                                                                       {"link", &out.link},
                                                                       {"test", &out.test},
                                                                       {"qrule", &out.qrule},
                                                                       {"interval", &out.interval},
                                                                       {"round", &out.round},
                                                                       {"from", &out.from},
                                                                       {"to", &out.to},
                                                                       {"arm", &out.arm},
                                                                       {"control", &out.control},
                                                                       {"treated", &out.treated}}};
  for (const auto& [name, target] : texts) *target = options.text(name);
  out.variables = options.texts("variables");
  out.by = options.texts("by");
  out.methods = options.texts("methods");
  out.statistics = options.texts("statistics");
  if (options.has("na_rm")) out.na_rm = options.flag("na_rm", false);
  if (options.has("mu")) out.mu = options.number("mu", 0);
  out.covmat = options.flag("covmat", false);
  out.term_tests = options.flag("term_tests", true);
  out.weights_by_level = options.weights("weights_by_level");
  out.quantiles = options.numbers("quantiles");
  out.at = options.numbers("at");
  out.p = options.numbers("p");
}

Status read_parts(const Options& options, const std::string& pointer, AnalysisSpec& spec, bool with_design, int depth,
                  Call& out) {
  const Json& json = options.json();
  if (!json.contains("parts")) return Done{};
  const Json& parts = json["parts"];
  if (depth > 0) return wrong_type(pointer + "/parts", "list of calls");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    HAMDIL_TRY(Call part, read_call(parts[i], pointer + "/parts/" + std::to_string(i), spec, with_design, depth + 1));
    out.parts.push_back(std::move(part));
  }
  return Done{};
}

Error unknown_estimator(const std::string& name, const std::string& pointer) {
  Error error = Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", name}})
                    .at({.pointer = pointer + "/estimator"});
  std::vector<std::string> names;
  for (const Estimator& one : estimators()) names.emplace_back(one.info.name);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::vector<std::string> near = text::nearest(name, names);
  if (!near.empty()) error.advise("Did you mean " + text::join(near, " or ") + "?");
  return error;
}

Result<Call> read_call(const Json& json, const std::string& pointer, AnalysisSpec& spec, bool with_design, int depth) {
  if (!json.is_object()) return wrong_type(pointer, "object");
  if (!json.contains("estimator"))
    return Error("analysis.spec.missing_member", "{member} is missing here.", {{"member", "estimator"}})
        .at({.pointer = pointer});
  Call out;
  HAMDIL_TRY(out.estimator, read_text(json["estimator"], pointer + "/estimator"));
  const auto has = [&](std::string_view option) {
    const auto found = json.find(std::string(option));
    return found != json.end() && !found->is_null();
  };
  const Estimator* estimator = find_estimator(out.estimator, has, with_design);
  if (estimator == nullptr) return unknown_estimator(out.estimator, pointer);
  out.id = estimator->info.id;
  HAMDIL_TRY(out.options,
             Options::read(json, estimator->info.options, pointer, out.estimator, {"estimator", "as", "level"}));
  fill_members(out.options, out);
  if (has("as")) {
    HAMDIL_TRY(out.as, read_text(json["as"], pointer + "/as"));
  }
  if (has("level")) {
    HAMDIL_TRY(out.level, read_number(json["level"], pointer + "/level"));
    if (!(out.level > 0 && out.level < 1)) return wrong_type(pointer + "/level", "confidence level between 0 and 1");
  }
  if (has("adjust_domain_lonely")) spec.design.adjust_domain_lonely = out.options.flag("adjust_domain_lonely", false);
  HAMDIL_CHECK(read_parts(out.options, pointer, spec, with_design, depth, out));
  return out;
}

}  // namespace

Result<AnalysisSpec> parse_spec(const Json& json) {
  if (!json.is_object())
    return Error("analysis.spec.not_object", "An analysis is a JSON object with design, domain and call.");
  AnalysisSpec out;
  if (json.contains("id")) {
    HAMDIL_TRY(out.id, read_text(json["id"], "/id"));
  }
  if (!json.contains("call"))
    return Error("analysis.spec.missing_member", "{member} is missing here.", {{"member", "call"}}).at({.pointer = ""});
  if (json.contains("design")) HAMDIL_CHECK(read_design(json["design"], out));
  if (json.contains("domain") && !json["domain"].is_null()) {
    const Json& domain = json["domain"];
    if (!domain.is_array()) return wrong_type("/domain", "list of conditions");
    for (std::size_t i = 0; i < domain.size(); ++i) {
      HAMDIL_TRY(Condition condition, read_condition(domain[i], "/domain/" + std::to_string(i)));
      out.domain.push_back(std::move(condition));
    }
  }
  const bool with_design = json.contains("design") && !json["design"].is_null() && !json["design"].empty();
  HAMDIL_TRY(out.call, read_call(json["call"], "/call", out, with_design, 0));
  return out;
}

Result<AnalysisSpec> parse_spec(std::string_view bytes, const std::string& name) {
  HAMDIL_TRY(const Json json, parse_json(bytes, name));
  return parse_spec(json);
}

}  // namespace hamdil::analysis
