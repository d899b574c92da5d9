#include "analysis/as_stata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "stats/formula.hpp"

namespace hamdil::analysis {
namespace {

Error not_there(const std::string& what) {
  return Error("analysis.as_stata.not_there", "{what} cannot be written as Stata code.", {{"what", what}});
}

// A text as Stata reads it back: compound quotes end at "' alone, and a backquote would open a macro.
std::string quoted(const std::string& text) {
  std::string out = "`\"";
  for (const char c : text)
    if (c != '`' && c != '$' && c != '"' && static_cast<unsigned char>(c) >= 0x20) out += c;
  return out + "\"'";
}

bool is_stata_name(const std::string& name) {
  static const std::vector<std::string> kReserved = {"_all",  "_b",  "byte",  "_coef", "_cons", "double", "float",
                                                     "if",    "in",  "int",   "long",  "_n",    "_N",     "_pi",
                                                     "_pred", "_rc", "_skip", "using", "with",  "str"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= 32 && is_letter(name[0]) && !name.starts_with("hamdil_") &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); }) &&
         std::find(kReserved.begin(), kReserved.end(), name) == kReserved.end();
}

// The columns that the code names, each once.
class Names {
 public:
  Status add(const std::string& name) {
    if (name.empty()) return Done{};
    if (!is_stata_name(name)) return not_there("The name " + quoted(name));
    if (std::find(list_.begin(), list_.end(), name) == list_.end()) list_.push_back(name);
    return Done{};
  }
  Status add(const std::vector<std::string>& names) {
    for (const std::string& name : names) HAMDIL_CHECK(add(name));
    return Done{};
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  std::vector<std::string> list_;
};

const char* single_unit(stats::survey::LonelyRule rule) {
  switch (rule) {
    case stats::survey::LonelyRule::kFail:
      return "missing";
    case stats::survey::LonelyRule::kAdjust:
      return "centered";
    case stats::survey::LonelyRule::kAverage:
      return "scaled";
    default:
      return "certainty";
  }
}

Result<std::string> design_code(const stats::survey::DesignSpec& design) {
  using stats::survey::FpcMeaning;
  if (design.adjustment) return not_there("An adjustment of the weights");
  if (design.pps != stats::survey::Pps::kNone || design.fpc_meaning == FpcMeaning::kInclusionProbability)
    return not_there("Sampling with unequal probabilities");
  if (design.weights.empty() && !design.fpc.empty())
    return not_there("A design whose weights follow from population sizes");
  std::string out = "svyset ";
  const std::size_t stages = std::max<std::size_t>(1, design.ids.size());
  for (std::size_t stage = 0; stage < stages; ++stage) {
    out += (stage > 0 ? " || " : "") + (design.ids.empty() ? "_n" : design.ids[stage]);
    if (stage == 0 && !design.weights.empty()) out += " [pweight = " + design.weights + "]";
    std::string options;
    if (stage < design.strata.size()) options += " strata(" + design.strata[stage] + ")";
    if (stage < design.fpc.size()) options += " fpc(" + design.fpc[stage] + ")";
    if (stage == 0) options += std::string(" singleunit(") + single_unit(design.lonely) + ")";
    if (!options.empty()) out += "," + options;
  }
  return out + "\n";
}

std::string value_code(const Condition& condition, std::size_t i) {
  return std::isnan(condition.numbers[i]) ? quoted(condition.texts[i]) : text::format_number(condition.numbers[i]);
}

// Who is of the domain and answered everything: `hamdil_in` is 1 for them.
std::string domain_code(const std::vector<Condition>& domain, const std::vector<std::string>& answered, bool na_rm) {
  std::string out = "generate byte hamdil_in = 1\n";
  for (const Condition& condition : domain) {
    constexpr const char* kOps[] = {"==", "!=", "<", "<=", ">", ">=", "=="};
    std::vector<std::string> any;
    for (std::size_t i = 0; i < condition.texts.size(); ++i)
      any.push_back(condition.var + " " + kOps[static_cast<std::size_t>(condition.op)] + " " +
                    value_code(condition, i));
    out += "replace hamdil_in = 0 if missing(" + condition.var + ") | !(" + text::join(any, " | ") + ")\n";
  }
  for (const std::string& name : answered) {
    if (!na_rm) {
      out += "assert !missing(" + name + ") if hamdil_in\n";
      continue;
    }
    out += "replace hamdil_in = 0 if missing(" + name + ")\n";
  }
  return out;
}

// Texts become numbered levels, in the order of their bytes. What stays missing is filled, so that Stata keeps the row
// in the design; it is outside the subpopulation.
std::string prepare(const std::vector<std::string>& names) {
  return "foreach v of varlist " + text::join(names, " ") +
         " {\n"
         "  local i_`v' \"c.`v'\"\n"
         "  capture confirm string variable `v'\n"
         "  if !_rc {\n"
         "    encode `v', generate(hamdil_level)\n"
         "    drop `v'\n"
         "    rename hamdil_level `v'\n"
         "    local i_`v' \"i.`v'\"\n"
         "  }\n"
         "}\n";
}

std::string fill(const std::vector<std::string>& names) {
  return "foreach v of varlist " + text::join(names, " ") +
         " {\n"
         "  quietly summarize `v', meanonly\n"
         "  replace `v' = r(min) if missing(`v')\n"
         "}\n";
}

constexpr const char* kSvy = "svy, subpop(hamdil_in): ";

std::string estimate_code(const Call& call) {
  const std::string over = call.by.empty() ? std::string() : ", over(" + text::join(call.by, " ") + ")";
  if (call.estimator == "ratio")
    return kSvy + std::string("ratio ") + call.numerator + " / " + call.denominator + over + "\n";
  if (call.estimator == "proportion") {
    std::string out;
    for (const std::string& variable : call.variables)
      out += kSvy + std::string("proportion ") + variable + over + "\nmatrix list e(b), format(%20.15g)\n";
    return out;
  }
  return kSvy + call.estimator + " " + text::join(call.variables, " ") + over + "\n";
}

// "I(x > 3)" as the condition that Stata reads; none where it is anything else.
std::optional<std::string> condition_of(const stats::Expression& expression) {
  using Kind = stats::Expression::Kind;
  if (expression.kind != Kind::kCall) return {};
  if (expression.arguments.size() == 1 &&
      (expression.text == "I" || expression.text == "as.integer" || expression.text == "as.numeric"))
    return condition_of(expression.arguments[0]);
  const auto number = [](const stats::Expression& one) { return one.kind == Kind::kNumber; };
  if (!expression.is_comparison() || expression.arguments.size() != 2 || expression.arguments[0].kind != Kind::kName ||
      !number(expression.arguments[1]))
    return {};
  return expression.arguments[0].text + " " + expression.text + " " +
         text::format_number(expression.arguments[1].number);
}

struct Model {
  std::string code;
  std::string estimation;
  std::vector<std::string> columns;
};

Result<std::string> term_of(const stats::Factor& factor, Model& model) {
  if (factor.expression.kind == stats::Expression::Kind::kName) {
    model.columns.push_back(factor.expression.text);
    return "`i_" + factor.expression.text + "'";
  }
  const auto condition = condition_of(factor.expression);
  if (!condition) return not_there("The part " + quoted(factor.text) + " of the formula");
  factor.expression.collect_names(model.columns);
  const std::string name = "hamdil_x" + std::to_string(model.columns.size());
  model.code += "generate byte " + name + " = " + *condition + " if !missing(" + model.columns.back() + ")\n";
  return "i." + name;
}

Result<Model> model_code(const Call& call) {
  HAMDIL_TRY(const stats::Formula formula, stats::parse_formula(call.formula));
  if (!formula.has_response || !formula.intercept) return not_there("A model without an answer or a constant");
  Model out;
  std::string response = formula.response.text;
  if (formula.response.expression.kind == stats::Expression::Kind::kName) {
    out.columns.push_back(response);
  } else {
    const auto condition = condition_of(formula.response.expression);
    if (!condition) return not_there("The part " + quoted(formula.response.text) + " of the formula");
    formula.response.expression.collect_names(out.columns);
    out.code += "generate byte hamdil_y = " + *condition + " if !missing(" + out.columns.back() + ")\n";
    response = "hamdil_y";
  }
  std::vector<std::string> factors;
  for (const stats::Factor& factor : formula.factors) {
    HAMDIL_TRY(const std::string term, term_of(factor, out));
    factors.push_back(term);
  }
  std::string right;
  for (const auto& term : formula.terms) {
    std::vector<std::string> parts;
    for (const std::size_t factor : term) parts.push_back(factors[factor]);
    right += " " + text::join(parts, "#");
  }
  const std::string family = call.family.empty() ? "gaussian" : call.family;
  const std::string link = call.link;
  std::string command;
  if (family == "gaussian" && (link.empty() || link == "identity")) command = "regress";
  if (family.ends_with("binomial") && (link.empty() || link == "logit")) command = "logit";
  if (family.ends_with("poisson") && (link.empty() || link == "log")) command = "poisson";
  if (command.empty()) return not_there("A model of the family " + family + " with the link " + link);
  out.estimation = kSvy + command + " " + response + right + "\n";
  return out;
}

}  // namespace

Result<std::string> as_stata(const AnalysisSpec& spec, const std::string& data) {
  if (spec.replicates) return not_there("A design with replicate weights");
  const Call& call = spec.call;
  const bool is_model = call.id == "glm";
  if (!is_model && call.id != "mean" && call.id != "total" && call.id != "proportion" && call.id != "ratio")
    return not_there("The estimator " + call.estimator);
  Names names;
  Model model;
  std::vector<std::string> answered = call.variables;
  if (is_model) {
    HAMDIL_TRY(model, model_code(call));
    answered = model.columns;
  } else if (call.estimator == "ratio") {
    answered = {call.numerator, call.denominator};
  }
  HAMDIL_CHECK(names.add(answered));
  answered = names.list();
  const std::vector<std::string> measured = answered;
  HAMDIL_CHECK(names.add(call.by));
  HAMDIL_CHECK(names.add(spec.design.ids));
  HAMDIL_CHECK(names.add(spec.design.strata));
  HAMDIL_CHECK(names.add(spec.design.fpc));
  HAMDIL_CHECK(names.add(spec.design.weights));
  for (const Condition& condition : spec.domain) HAMDIL_CHECK(names.add(condition.var));
  HAMDIL_TRY(const std::string design, design_code(spec.design));

  std::vector<std::string> read = measured;
  read.insert(read.end(), call.by.begin(), call.by.end());
  const bool na_rm = is_model || call.na_rm.value_or(false);
  std::string out = "version 16\nclear all\nimport delimited using " + quoted(data) + ", varnames(1) case(preserve)\n";
  out += domain_code(spec.domain, measured, na_rm);
  if (!call.by.empty()) out += "replace hamdil_in = 0 if missing(" + text::join(call.by, ", ") + ")\n";
  out += prepare(read);
  if (is_model) out += model.code;
  out += fill(read);
  if (is_model && model.code.find("hamdil_") != std::string::npos)
    out += "foreach v of varlist hamdil_[xy]* {\n  replace `v' = 0 if missing(`v')\n}\n";
  out += design;
  out += is_model ? model.estimation : estimate_code(call);
  return out +
         "matrix list e(b), format(%20.15g)\nmatrix hamdil_v = vecdiag(e(V))\nmatrix list hamdil_v, format(%20.15g)\n";
}

}  // namespace hamdil::analysis
