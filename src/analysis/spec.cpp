#include "analysis/spec.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "stats/registry.hpp"

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

Result<Call> read_call(const Json& json, const std::string& pointer, DesignSpec& design, int depth);

Status read_call_member(const std::string& key, const Json& value, const std::string& place, Call& out,
                        DesignSpec& design, int depth) {
  const std::array<std::pair<const char*, std::string*>, 22> texts = {{{"as", &out.as},
                                                                       {"variable", &out.variable},
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
                                                                       {"treated", &out.treated},
                                                                       {"estimator", &out.estimator}}};
  for (const auto& [name, target] : texts) {
    if (key != name) continue;
    HAMDIL_TRY(*target, read_text(value, place));
    return Done{};
  }
  const std::array<std::pair<const char*, std::vector<std::string>*>, 4> lists = {
      {{"variables", &out.variables}, {"by", &out.by}, {"methods", &out.methods}, {"statistics", &out.statistics}}};
  for (const auto& [name, target] : lists) {
    if (key != name) continue;
    HAMDIL_TRY(*target, read_texts(value, place));
    return Done{};
  }
  if (key == "na_rm") {
    HAMDIL_TRY(out.na_rm, read_bool(value, place));
  } else if (key == "covmat") {
    HAMDIL_TRY(out.covmat, read_bool(value, place));
  } else if (key == "term_tests") {
    HAMDIL_TRY(out.term_tests, read_bool(value, place));
  } else if (key == "adjust_domain_lonely") {
    HAMDIL_TRY(design.adjust_domain_lonely, read_bool(value, place));
  } else if (key == "level") {
    HAMDIL_TRY(out.level, read_number(value, place));
    if (!(out.level > 0 && out.level < 1)) return wrong_type(place, "confidence level between 0 and 1");
  } else if (key == "mu") {
    if (value.is_null()) return Done{};
    HAMDIL_TRY(out.mu, read_number(value, place));
  } else if (key == "weights_by_level") {
    if (!value.is_object()) return wrong_type(place, "object of numbers");
    for (const auto& [level, weight] : value.items()) {
      HAMDIL_TRY(const double number, read_number(weight, place + "/" + level));
      out.weights_by_level.emplace_back(level, number);
    }
  } else if (key == "quantiles" || key == "at") {
    if (!value.is_array()) return wrong_type(place, "list of numbers");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string item = place + "/" + std::to_string(i);
      HAMDIL_TRY(const double number, read_number(value[i], item));
      if (key == "quantiles" && !(number >= 0 && number <= 1)) return wrong_type(item, "number between 0 and 1");
      (key == "at" ? out.at : out.quantiles).push_back(number);
    }
  } else if (key == "p") {
    if (!value.is_array()) return wrong_type(place, "list of p-values");
    for (std::size_t i = 0; i < value.size(); ++i) {
      const std::string item = place + "/" + std::to_string(i);
      HAMDIL_TRY(const double p, value[i].is_null() ? Result<double>(std::nan("")) : read_number(value[i], item));
      if (p < 0 || p > 1) return wrong_type(item, "p-value between 0 and 1");
      out.p.push_back(p);
    }
  } else if (key == "parts") {
    if (!value.is_array() || depth > 0) return wrong_type(place, "list of calls");
    for (std::size_t i = 0; i < value.size(); ++i) {
      HAMDIL_TRY(Call part, read_call(value[i], place + "/" + std::to_string(i), design, depth + 1));
      out.parts.push_back(std::move(part));
    }
  }
  return Done{};
}

Result<Call> read_call(const Json& json, const std::string& pointer, DesignSpec& design, int depth) {
  if (!json.is_object()) return wrong_type(pointer, "object");
  if (!json.contains("estimator"))
    return Error("analysis.spec.missing_member", "{member} is missing here.", {{"member", "estimator"}})
        .at({.pointer = pointer});
  HAMDIL_TRY(const std::string name, read_text(json["estimator"], pointer + "/estimator"));
  const stats::EstimatorInfo* info = stats::find_estimator(name);
  if (info == nullptr)
    return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", name}})
        .at({.pointer = pointer + "/estimator"});
  Call out;
  for (const auto& [key, value] : json.items()) {
    const bool general = key == "estimator" || key == "as" || key == "level" || key == "words";
    if (!general && std::find(info->options.begin(), info->options.end(), key) == info->options.end())
      return unknown_option(pointer, key, name);
    HAMDIL_CHECK(read_call_member(key, value, pointer + "/" + key, out, design, depth));
  }
  if (!out.deff.empty() && out.deff != "wor" && out.deff != "replace")
    return unknown_value(pointer + "/deff", out.deff, "wor, replace");
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
  HAMDIL_TRY(out.call, read_call(json["call"], "/call", out.design, 0));
  return out;
}

Result<AnalysisSpec> parse_spec(std::string_view bytes, const std::string& name) {
  HAMDIL_TRY(const Json json, parse_json(bytes, name));
  return parse_spec(json);
}

}  // namespace hamdil::analysis
