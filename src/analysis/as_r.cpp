#include "analysis/as_r.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

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

std::string numbers(const std::vector<double>& values) {
  std::vector<std::string> out;
  for (const double value : values) out.push_back(text::format_number(value));
  return "c(" + text::join(out, ", ") + ")";
}

// Known counts as the table that survey wants: a column for each that counts go by, and Freq.
std::string counts_code(const stats::survey::KnownCounts& known) {
  std::vector<std::string> columns;
  std::vector<double> counts;
  for (std::size_t i = 0; i < known.by.size(); ++i) {
    std::vector<std::string> levels;
    for (const auto& cell : known.cells) levels.push_back(quoted(cell.levels[i]));
    columns.push_back(name(known.by[i]) + " = c(" + text::join(levels, ", ") + ")");
  }
  for (const auto& cell : known.cells) counts.push_back(cell.count);
  return "data.frame(" + text::join(columns, ", ") + ", Freq = " + numbers(counts) + ", check.names = FALSE)";
}

// Formulas are R's own; nothing else may stand in them.
bool is_plain_formula(const std::string& formula) { return formula.find_first_of("`\"\\\n;{}") == std::string::npos; }

// Weights as they are after `d` was declared. Iterations go on until they agree with the population as closely as here.
Result<std::string> adjustment_code(const stats::survey::Adjustment& adjustment) {
  using Method = stats::survey::Adjustment::Method;
  using Distance = stats::survey::Adjustment::Distance;
  if (adjustment.method == Method::kPostStratify)
    return "d <- postStratify(d, " + one_sided(adjustment.counts[0].by) + ", " + counts_code(adjustment.counts[0]) +
           ")\n";
  if (adjustment.method == Method::kTrim)
    return fmt::format("d <- trimWeights(d, upper = {}, lower = {}, strict = {})\n",
                       std::isinf(adjustment.upper) ? "Inf" : text::format_number(adjustment.upper),
                       text::format_number(adjustment.lower), adjustment.strict ? "TRUE" : "FALSE");
  if (adjustment.method == Method::kRake) {
    std::vector<std::string> margins, counts;
    for (const auto& known : adjustment.counts) {
      margins.push_back(one_sided(known.by));
      counts.push_back(counts_code(known));
    }
    return "d <- rake(d, list(" + text::join(margins, ", ") + "), list(" + text::join(counts, ", ") +
           "), control = list(maxit = 10000, epsilon = 1e-9))\n";
  }
  if (!is_plain_formula(adjustment.formula)) return not_there("This formula");
  std::vector<std::string> totals;
  for (const auto& [column, total] : adjustment.totals)
    totals.push_back(name(column) + " = " + text::format_number(total));
  const char* distance = adjustment.distance == Distance::kRaking  ? "raking"
                         : adjustment.distance == Distance::kLogit ? "logit"
                                                                   : "linear";
  return "d <- calibrate(d, " + adjustment.formula + ", c(" + text::join(totals, ", ") +
         "), calfun = " + quoted(distance) +
         (adjustment.bounds ? ", bounds = " + numbers({adjustment.bounds->first, adjustment.bounds->second}) : "") +
         ", epsilon = 1e-10, maxit = 1000)\n";
}

Result<std::string> design_code(const stats::survey::DesignSpec& design) {
  using stats::survey::FpcMeaning;
  using stats::survey::LonelyRule;
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
  out += std::string(design.nest ? ", nest = TRUE" : "") + ", data = x)\n";
  if (!design.adjustment) return out;
  HAMDIL_TRY(const std::string adjusted, adjustment_code(*design.adjustment));
  return out + adjusted;
}

std::string value_code(const Condition& condition, std::size_t i) {
  return std::isnan(condition.numbers[i]) ? quoted(condition.texts[i]) : text::format_number(condition.numbers[i]);
}

// `of`: the design, or the rows themselves where no design enters.
std::string domain_code(const std::vector<Condition>& domain, const char* of) {
  std::string out;
  for (const Condition& condition : domain) {
    constexpr const char* kOps[] = {"==", "!=", "<", "<=", ">", ">=", "%in%"};
    const char* op = kOps[static_cast<std::size_t>(condition.op)];
    std::vector<std::string> values;
    for (std::size_t i = 0; i < condition.texts.size(); ++i) values.push_back(value_code(condition, i));
    const std::string right = condition.op == Compare::kIn ? "c(" + text::join(values, ", ") + ")" : values.front();
    const std::string column = name(condition.var);
    out += fmt::format("{3} <- subset({3}, !is.na({0}) & {0} {1} {2})\n", column, op, right, of);
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

const char* flag(bool value) { return value ? "TRUE" : "FALSE"; }

// A column as a vector of the rows that are read.
std::string vector_of(const std::string& column) { return "x[[" + quoted(column) + "]]"; }

// What a writer leaves in R: `e` and `s`, printed side by side.
constexpr const char* kEstimates = "e <- as.vector(coef(r)); s <- as.vector(SE(r))\n";
constexpr const char* kTest = "e <- r$statistic; s <- r$p.value\n";

Result<std::string> estimate_code(const Call& call) {
  std::string function = call.estimator == "total" ? "svytotal" : "svymean";
  std::string arguments = one_sided(call.variables) + ", ";
  std::string more = std::string(", na.rm = ") + flag(call.na_rm.value_or(false));
  if (call.estimator == "ratio") {
    function = "svyratio";
    arguments = "~" + name(call.numerator) + ", ";
    more = ", denominator = ~" + name(call.denominator) + more;
  }
  if (call.by.empty()) return "r <- " + function + "(" + arguments + "d" + more + ")\n" + kEstimates;
  return "r <- svyby(" + arguments + one_sided(call.by) + ", d, " + function + more + ")\n" + kEstimates;
}

Result<std::string> model_code(const Call& call) {
  std::string family = call.family.empty() ? "gaussian" : call.family;
  if (family == "binomial" || family == "poisson") family = "quasi" + family;
  const std::string link = call.link.empty() ? std::string() : "link = " + quoted(call.link);
  if (!is_plain_formula(call.formula)) return not_there("This formula");
  return "r <- svyglm(" + call.formula + ", design = d, family = " + family + "(" + link +
         "))\ne <- coef(r); s <- sqrt(diag(vcov(r)))\n";
}

// With na_rm, rows that lack an answer to any of the variables are a domain that is left out.
std::string complete_rows(const Call& call) {
  if (!call.na_rm.value_or(false)) return {};
  std::vector<std::string> answered;
  for (const std::string& variable : call.variables) answered.push_back("!is.na(" + name(variable) + ")");
  return "d <- subset(d, " + text::join(answered, " & ") + ")\n";
}

// One variable after the other: svyvar of several gives their covariances.
Result<std::string> variance_code(const Call& call) {
  std::string out = complete_rows(call) + "e <- s <- numeric(0)\n";
  for (const std::string& variable : call.variables)
    out +=
        "r <- svyvar(~" + name(variable) + ", d); e <- c(e, as.vector(coef(r))[1]); s <- c(s, as.vector(SE(r))[1])\n";
  return out;
}

Result<std::string> quantile_code(const Call& call) {
  if (!call.by.empty()) return not_there("A breakdown of quantiles");
  return complete_rows(call) + "r <- svyquantile(" + one_sided(call.variables) +
         ", d, quantiles = " + numbers(call.quantiles) +
         ", qrule = " + quoted(call.qrule.empty() ? "math" : call.qrule) +
         ", interval.type = " + quoted(call.interval.empty() ? "mean" : call.interval) + ", ci = TRUE)\n" + kEstimates;
}

// The share with its standard error, then the interval of every method.
Result<std::string> share_code(const Call& call) {
  const std::string event = "~I(" + name(call.variable) + " == " + quoted(call.success) + ")";
  std::string out = "d <- subset(d, !is.na(" + name(call.variable) + "))\nr <- svymean(" + event +
                    ", d)\ne <- as.vector(coef(r))[2]; s <- as.vector(SE(r))[2]\n";
  std::vector<std::string> methods = call.methods;
  if (methods.empty()) methods = {"logit"};
  for (const std::string& method : methods)
    out += "i <- as.vector(confint(svyciprop(" + event + ", d, method = " + quoted(method) +
           ", level = " + text::format_number(call.level) + "))); e <- c(e, i[1]); s <- c(s, i[2])\n";
  return out;
}

// A combination of means by one column, with their covariances.
std::string combined(const std::string& variable, const std::string& by, const std::string& weights) {
  return "d <- subset(d, !is.na(" + name(variable) + "))\nm <- svyby(~" + name(variable) + ", " + by +
         ", d, svymean, covmat = TRUE)\nr <- svycontrast(m, c(" + weights + "))\n" + kEstimates;
}

Result<std::string> contrast_code(const Call& call) {
  if (call.by.size() != 1) return not_there("A contrast over several columns");
  std::vector<std::string> weights;
  for (const auto& [level, weight] : call.weights_by_level)
    weights.push_back(name(level) + " = " + text::format_number(weight));
  return combined(call.variable, "~" + name(call.by[0]), text::join(weights, ", "));
}

Result<std::string> change_code(const Call& call) {
  if (!call.by.empty() || !call.success.empty()) return not_there("This change");
  return combined(call.variable, "~" + name(call.round), name(call.from) + " = -1, " + name(call.to) + " = 1");
}

Result<std::string> differences_code(const Call& call) {
  if (!call.by.empty() || !call.success.empty()) return not_there("This difference in differences");
  const auto cell = [&](const std::string& arm, const std::string& round, int weight) {
    return name(arm + "." + round) + " = " + std::to_string(weight);
  };
  return combined(call.variable, "~" + name(call.arm) + " + " + name(call.round),
                  cell(call.treated, call.to, 1) + ", " + cell(call.treated, call.from, -1) + ", " +
                      cell(call.control, call.to, -1) + ", " + cell(call.control, call.from, 1));
}

Result<std::string> independence_code(const Call& call) {
  if (call.variables.size() != 2) return not_there("A test of more than two columns");
  std::vector<std::string> statistics = call.statistics;
  if (statistics.empty()) statistics = {"F"};
  std::string out = "e <- s <- numeric(0)\n";
  for (const std::string& statistic : statistics)
    out += "r <- svychisq(" + one_sided(call.variables) + ", d, statistic = " + quoted(statistic) +
           "); e <- c(e, r$statistic); s <- c(s, r$p.value)\n";
  return out;
}

Result<std::string> t_code(const Call& call) {
  const std::string outcome = name(call.variable);
  const std::string na_rm = std::string(", na.rm = ") + flag(call.na_rm.value_or(false));
  if (call.group.empty())
    return "r <- svyttest(I(" + outcome + " - " + text::format_number(call.mu.value_or(0)) + ") ~ 0, d" + na_rm +
           ")\n" + kTest;
  return "r <- svyttest(" + outcome + " ~ " + name(call.group) + ", d" + na_rm + ")\n" + kTest;
}

Result<std::string> rank_code(const Call& call) {
  return "r <- svyranktest(" + name(call.variable) + " ~ factor(" + name(call.group) + "), subset(d, !is.na(" +
         name(call.variable) + ")), test = " + quoted(call.test.empty() ? "wilcoxon" : call.test) + ")\n" + kTest;
}

// Tests that know no design: of two columns, or of one by groups.
Result<std::string> plain_test(const Call& call) {
  const std::string continuity =
      std::string("exact = FALSE, correct = ") + flag(call.options.text("correction", "continuity") != "none");
  const auto of_groups = [&](const std::string& function, const std::string& more) {
    return "r <- " + function + "(" + vector_of(call.variable) + " ~ factor(" + vector_of(call.group) + ")" +
           (more.empty() ? "" : ", " + more) + ")\n" + kTest;
  };
  const auto of_pairs = [&](const std::string& function, const std::string& more) {
    return "r <- " + function + "(" + vector_of(call.variables[0]) + ", " + vector_of(call.variables[1]) +
           (more.empty() ? "" : ", " + more) + ")\n" + kTest;
  };
  const std::string& id = call.id;
  if (id == "t_test")
    return of_groups("t.test", std::string("var.equal = ") + flag(call.options.flag("var_equal", false)));
  if (id == "mann_whitney") return of_groups("wilcox.test", continuity);
  if (id == "kruskal_wallis") return of_groups("kruskal.test", "");
  if (id == "anova_oneway") return of_groups("oneway.test", "var.equal = TRUE");
  if (id == "welch_anova") return of_groups("oneway.test", "");
  if (call.variables.size() != 2) return not_there("This test");
  // A comparison such as "trust >= 4" is no column.
  for (const std::string& variable : call.variables)
    if (variable.find_first_of("<>=!") != std::string::npos) return not_there("A comparison in place of a column");
  if (id == "t_test_paired")
    return of_pairs("t.test", "paired = TRUE, mu = " + text::format_number(call.mu.value_or(0)));
  if (id == "wilcoxon_signed_rank") return of_pairs("wilcox.test", "paired = TRUE, " + continuity);
  if (id == "mcnemar")
    return of_pairs("mcnemar.test", std::string("correct = ") + flag(call.options.flag("correction", true)));
  if (id == "chisq_unweighted")
    return of_pairs("chisq.test", std::string("correct = ") + flag(call.options.flag("yates", false)));
  const std::string method = id.substr(std::string("cor_").size());
  return of_pairs("cor.test", "exact = FALSE, method = " + quoted(method));
}

// Each point of each variable.
Result<std::string> distribution_code(const Call& call) {
  std::string out = complete_rows(call) + "e <- s <- numeric(0)\n";
  for (const std::string& variable : call.variables)
    for (const double at : call.at)
      out += "r <- svymean(~I(" + name(variable) + " <= " + text::format_number(at) +
             "), d); e <- c(e, as.vector(coef(r))[2]); s <- c(s, as.vector(SE(r))[2])\n";
  return out;
}

// The answer has to be ordered; coefficients, then cut points.
Result<std::string> ordinal_code(const Call& call) {
  const std::size_t tilde = call.formula.find('~');
  if (!is_plain_formula(call.formula) || tilde == std::string::npos) return not_there("This formula");
  const std::string answer = text::trim(call.formula.substr(0, tilde));
  return "d <- update(d, " + name(answer) + " = factor(" + name(answer) + "))\nr <- svyolr(" + call.formula +
         ", design = d)\ne <- c(r$coefficients, r$zeta); s <- sqrt(diag(vcov(r)))\n";
}

Result<std::string> fit_of_shares_code(const Call& call) {
  return "d <- update(d, " + name(call.variables[0]) + " = factor(" + name(call.variables[0]) +
         "))\nr <- svygofchisq(" + one_sided(call.variables) + ", p = " + numbers(call.p) + ", design = d)\n" + kTest;
}

Result<std::string> standardised_code(const Call& call) {
  return "d <- svystandardize(d, by = " + one_sided(call.by) + ", over = " + one_sided(call.options.texts("over")) +
         ", population = " + numbers(call.options.numbers("population")) + ")\nr <- svyby(" +
         one_sided(call.variables) + ", " + one_sided(call.options.texts("over")) + ", d, svymean, na.rm = TRUE)\n" +
         kEstimates;
}

Result<std::string> kappa_code(const Call& call) {
  std::string factors;
  for (const std::string& variable : call.variables) {
    if (variable.find_first_of("<>=!") != std::string::npos) return not_there("A comparison in place of a column");
    factors += ", " + name(variable) + " = factor(" + name(variable) + ")";
  }
  return complete_rows(call) + "d <- update(d" + factors + ")\nr <- svykappa(" + one_sided(call.variables) + ", d)\n" +
         kEstimates;
}

Result<std::string> weighted_alpha_code(const Call& call) {
  return "r <- svycralpha(" + one_sided(call.variables) + ", d, na.rm = TRUE)\ne <- as.vector(r); s <- NA\n";
}

// Some columns of the rows, as a table of their own.
std::string columns_of(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(quoted(column));
  return "x[, c(" + text::join(names, ", ") + ")]";
}

// alpha with its standard error, then standardised alpha and lambda 6, average and median correlation.
Result<std::string> items_code(const Call& call) {
  std::string out = "m <- " + columns_of(call.options.texts("items")) + "\n";
  if (const std::vector<std::string> reversed = call.options.texts("reversed"); !reversed.empty()) {
    const std::string rule = call.options.text("reverse_rule");
    const auto sum = text::parse_number(text::trim(rule.substr(0, rule.find('-'))));
    if (!sum) return not_there("This rule for reversed items");
    for (const std::string& item : reversed)
      out += fmt::format("m[[{0}]] <- {1} - m[[{0}]]\n", quoted(item), text::format_number(*sum));
  }
  return "library(psych)\n" + out +
         "r <- psych::alpha(m, check.keys = FALSE)$total\ne <- c(r$raw_alpha, r$std.alpha, r$average_r); "
         "s <- c(r$ase, r[[\"G6(smc)\"]], r$median_r)\n";
}

// Six forms: each with its F.
Result<std::string> icc_code(const Call& call) {
  return "library(psych)\nr <- psych::ICC(na.omit(" + columns_of(call.options.texts("columns")) +
         "), lmer = FALSE)$results\ne <- r$ICC; s <- r$F\n";
}

Result<std::string> coders_code(const Call& call) {
  if (call.options.texts("columns").size() != 2 || call.options.text("weights", "unweighted") != "unweighted")
    return not_there("A weighted kappa, or one of a table,");  // psych has another standard error for it
  return "library(psych)\nr <- psych::cohen.kappa(na.omit(" + columns_of(call.options.texts("columns")) +
         "))\ne <- r$kappa; s <- sqrt(r$var.kappa)\n";
}

// Raters rank the same units: Friedman's statistic over its greatest value, and its p-value.
Result<std::string> concordance_code(const Call& call) {
  return "m <- t(as.matrix(na.omit(" + columns_of(call.options.texts("columns")) +
         ")))\nr <- friedman.test(m)\ne <- r$statistic / (nrow(m) * (ncol(m) - 1)); s <- r$p.value\n";
}

Result<std::string> propensity_code(const Call& call) {
  const std::string formula = call.formula.empty() ? call.options.text("formula") : call.formula;
  if (!is_plain_formula(formula)) return not_there("This formula");
  return "r <- glm(" + formula +
         ", data = x, family = binomial(), control = list(epsilon = 1e-14, maxit = 100))\n"
         "e <- coef(r); s <- sqrt(diag(vcov(r)))\n";
}

// The fit, chi-square beside its degrees of freedom and so on, then every free parameter.
Result<std::string> factors_of_code(const Call& call) {
  const Options options = call.options.object("options");
  std::string more =
      ", estimator = " + quoted(options.text("estimator", "ML")) + ", std.lv = " + flag(options.flag("std.lv", false));
  if (const std::string missing = options.text("missing"); !missing.empty()) more += ", missing = " + quoted(missing);
  if (const std::vector<std::string> ordered = options.texts("ordered"); !ordered.empty()) {
    std::vector<std::string> names;
    for (const std::string& item : ordered) names.push_back(quoted(item));
    more += ", ordered = c(" + text::join(names, ", ") + ")";
  }
  return "library(lavaan)\nr <- cfa(" + quoted(call.options.text("model")) + ", data = x" + more +
         ")\np <- subset(parameterEstimates(r), se > 0)\n"
         "e <- c(fitMeasures(r, c(\"chisq\", \"cfi\", \"rmsea\")), p$est); "
         "s <- c(fitMeasures(r, c(\"df\", \"tli\", \"srmr\")), p$se)\n";
}

struct Writer {
  const char* id;
  Result<std::string> (*write)(const Call& call);
  bool has_design = true;
};
constexpr Writer kWriters[] = {{"mean", estimate_code},
                               {"total", estimate_code},
                               {"proportion", estimate_code},
                               {"ratio", estimate_code},
                               {"glm", model_code},
                               {"variance", variance_code},
                               {"quantile", quantile_code},
                               {"proportion_ci", share_code},
                               {"contrast", contrast_code},
                               {"change", change_code},
                               {"difference_in_differences", differences_code},
                               {"chisq", independence_code},
                               {"ttest", t_code},
                               {"ranktest", rank_code},
                               {"t_test", plain_test, false},
                               {"t_test_paired", plain_test, false},
                               {"mann_whitney", plain_test, false},
                               {"wilcoxon_signed_rank", plain_test, false},
                               {"kruskal_wallis", plain_test, false},
                               {"anova_oneway", plain_test, false},
                               {"welch_anova", plain_test, false},
                               {"mcnemar", plain_test, false},
                               {"chisq_unweighted", plain_test, false},
                               {"cor_pearson", plain_test, false},
                               {"cor_spearman", plain_test, false},
                               {"cor_kendall", plain_test, false},
                               {"cdf", distribution_code},
                               {"ordinal_logit", ordinal_code},
                               {"chisq_goodness_of_fit", fit_of_shares_code},
                               {"direct_standardisation", standardised_code},
                               {"cohen_kappa_design", kappa_code},
                               {"cronbach_alpha", weighted_alpha_code},
                               {"item_analysis", items_code, false},
                               {"icc", icc_code, false},
                               {"cohen_kappa", coders_code, false},
                               {"kendall_w", concordance_code, false},
                               {"propensity_logit", propensity_code, false},
                               {"cfa", factors_of_code, false}};

// Weights of replicates as they came with the data.
std::string replicates_code(const Replicates& replicates, const stats::survey::DesignSpec& design) {
  std::string out = "d <- svrepdesign(";
  if (!design.weights.empty()) out += "weights = ~" + name(design.weights) + ", ";
  out += "repweights = as.matrix(read.csv(" + quoted(replicates.weights_file) +
         ")), type = \"other\", combined.weights = TRUE, scale = " + text::format_number(replicates.scale);
  out += replicates.rscales.empty() ? ", rscales = 1" : ", rscales = " + numbers(replicates.rscales);
  return out + ", mse = " + flag(replicates.mse) + ", data = x)\n";
}

}  // namespace

Result<std::string> as_r(const AnalysisSpec& spec, const std::string& data) {
  const Call& call = spec.call;
  const auto* writer =
      std::find_if(std::begin(kWriters), std::end(kWriters), [&](const Writer& w) { return call.id == w.id; });
  if (writer == std::end(kWriters)) return not_there("The estimator " + call.estimator);
  std::string out = "library(survey)\nx <- read.csv(" + quoted(data) +
                    ", na.strings = c(\"\", \"NA\"), check.names = FALSE, stringsAsFactors = TRUE)\n" +
                    factors_code(call);
  if (writer->has_design && spec.replicates) {
    out += replicates_code(*spec.replicates, spec.design);
  } else if (writer->has_design) {
    HAMDIL_TRY(const std::string design, design_code(spec.design));
    out += design;
  }
  out += domain_code(spec.domain, writer->has_design ? "d" : "x");
  HAMDIL_TRY(const std::string code, writer->write(call));
  return out + code + "cat(sprintf(\"%.15g %.15g\\n\", as.vector(unlist(e)), as.vector(unlist(s))), sep = \"\")\n";
}

}  // namespace hamdil::analysis
