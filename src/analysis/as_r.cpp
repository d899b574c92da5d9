#include "analysis/as_r.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"

namespace hamdil::analysis {
namespace {

Error not_there(const std::string& what) {
  return Error("analysis.as_r.not_there", "{what} cannot be written as R code yet.", {{"what", what}});
}

// A text as R reads it back.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
  }
  return out + "\"";
}

// A column in a formula: backticks, whatever it is called.
std::string name(const std::string& column) {
  std::string out = "`";
  for (const char c : column)
    if (c != '`' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) out += c;
  return out + "`";
}

std::string one_sided(const std::vector<std::string>& columns) {
  if (columns.empty()) return "~1";
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(name(column));
  return "~" + text::join(names, " + ");
}

Result<std::string> design_code(const stats::survey::DesignSpec& design) {
  using stats::survey::FpcMeaning;
  using stats::survey::LonelyRule;
  if (design.adjustment) return not_there("An adjustment of the weights");
  if (design.pps != stats::survey::Pps::kNone || design.fpc_meaning == FpcMeaning::kInclusionProbability)
    return not_there("Sampling with unequal probabilities");
  std::string out = fmt::format("options(survey.lonely.psu = {}, survey.adjust.domain.lonely = {})\n",
                                quoted(stats::survey::lonely_rule_name(design.lonely)),
                                design.adjust_domain_lonely ? "TRUE" : "FALSE");
  out += "d <- svydesign(ids = " + one_sided(design.ids);
  if (!design.strata.empty()) out += ", strata = " + one_sided(design.strata);
  if (!design.fpc.empty()) out += ", fpc = " + one_sided(design.fpc);
  if (!design.weights.empty())
    out += ", weights = ~" + name(design.weights);
  else if (design.fpc.empty())
    out += ", weights = rep(1, nrow(x))";
  return out + (design.nest ? ", nest = TRUE" : "") + ", data = x)\n";
}

std::string value_code(const Condition& condition, std::size_t i) {
  return std::isnan(condition.numbers[i]) ? quoted(condition.texts[i]) : text::format_number(condition.numbers[i]);
}

std::string domain_code(const std::vector<Condition>& domain) {
  std::string out;
  for (const Condition& condition : domain) {
    constexpr const char* kOps[] = {"==", "!=", "<", "<=", ">", ">=", "%in%"};
    const char* op = kOps[static_cast<std::size_t>(condition.op)];
    std::vector<std::string> values;
    for (std::size_t i = 0; i < condition.texts.size(); ++i) values.push_back(value_code(condition, i));
    const std::string right = condition.op == Compare::kIn ? "c(" + text::join(values, ", ") + ")" : values.front();
    const std::string column = name(condition.var);
    out += fmt::format("d <- subset(d, !is.na({0}) & {0} {1} {2})\n", column, op, right);
  }
  return out;
}

// Categories that are to be read by level.
std::string factors_code(const Call& call) {
  std::string out;
  if (call.estimator != "proportion") return out;
  for (const std::string& variable : call.variables)
    out += fmt::format("x[[{0}]] <- factor(x[[{0}]])\n", quoted(variable));
  return out;
}

std::string estimate_code(const Call& call) {
  const bool na_rm = call.na_rm.value_or(false);
  std::string function = call.estimator == "total" ? "svytotal" : "svymean";
  std::string arguments = one_sided(call.variables) + ", ";
  std::string more = std::string(", na.rm = ") + (na_rm ? "TRUE" : "FALSE");
  if (call.estimator == "ratio") {
    function = "svyratio";
    arguments = "~" + name(call.numerator) + ", ";
    more = ", denominator = ~" + name(call.denominator) + more;
  }
  if (call.by.empty()) return "r <- " + function + "(" + arguments + "d" + more + ")\n";
  return "r <- svyby(" + arguments + one_sided(call.by) + ", d, " + function + more + ")\n";
}

Result<std::string> model_code(const Call& call) {
  std::string family = call.family.empty() ? "gaussian" : call.family;
  if (family == "binomial" || family == "poisson") family = "quasi" + family;
  const std::string link = call.link.empty() ? std::string() : "link = " + quoted(call.link);
  if (call.formula.find_first_of("`\"\\\n;{}") != std::string::npos) return not_there("This formula");
  return "r <- svyglm(" + call.formula + ", design = d, family = " + family + "(" + link + "))\n";
}

}  // namespace

Result<std::string> as_r(const AnalysisSpec& spec, const std::string& data) {
  if (spec.replicates) return not_there("A design with replicate weights");
  const Call& call = spec.call;
  const bool is_model = call.id == "glm";
  const bool is_plain = call.id == "mean" || call.id == "total" || call.id == "proportion" || call.id == "ratio";
  if (!is_model && !is_plain) return not_there("The estimator " + call.estimator);
  HAMDIL_TRY(const std::string design, design_code(spec.design));
  std::string out = "library(survey)\nx <- read.csv(" + quoted(data) +
                    ", na.strings = c(\"\", \"NA\"), check.names = FALSE, stringsAsFactors = TRUE)\n" +
                    factors_code(call) + design + domain_code(spec.domain);
  if (is_model) {
    HAMDIL_TRY(const std::string model, model_code(call));
    out += model + "e <- coef(r); s <- sqrt(diag(vcov(r)))\n";
  } else {
    out += estimate_code(call) + "e <- as.vector(coef(r)); s <- as.vector(SE(r))\n";
  }
  return out + "cat(sprintf(\"%.15g %.15g\\n\", as.vector(unlist(e)), as.vector(unlist(s))), sep = \"\")\n";
}

}  // namespace hamdil::analysis
