#include "stats/survey/proportion_ci.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "stats/distributions.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/likelihood_interval.hpp"

namespace hamdil::stats::survey {
namespace {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

struct Share {
  double p;
  double variance;
  double n;
  double degf;
  double level;
};

Range beta_interval(const Share& share) {
  const double tail = (1 - share.level) / 2;
  const double simple = share.p * (1 - share.p);
  const double ratio = t_quantile(tail, share.n - 1) / t_quantile(tail, share.degf);
  // Without any variance (all or none) the sample itself is the effective one.
  const double effective = (share.variance > 0 ? simple / share.variance : share.n) * ratio * ratio;
  return {beta_quantile(tail, effective * share.p, effective * (1 - share.p) + 1),
          beta_quantile(1 - tail, effective * share.p + 1, effective * (1 - share.p))};
}

Result<Range> interval(const Share& share, const std::string& method) {
  const double t = t_quantile(0.5 + share.level / 2, share.degf);
  const double p = share.p;
  const double simple = p * (1 - p);
  const double se = std::sqrt(share.variance);
  if (method == "xlogit") {
    const double centre = std::log(p / (1 - p));
    return Range{logistic(centre - t * se / simple), logistic(centre + t * se / simple)};
  }
  if (method == "asin") {
    const double centre = std::asin(std::sqrt(p));
    const double half = t * se / (2 * std::sqrt(simple));
    const auto back = [](double x) { return std::sin(x) * std::sin(x); };
    return Range{back(centre - half), back(centre + half)};
  }
  if (method == "mean") return Range{p - t * se, p + t * se};
  if (method == "beta") return beta_interval(share);
  return Error("stats.proportion_ci.unknown_method",
               "The interval {method} is not known; known are logit, xlogit, asin, beta, likelihood, mean.",
               {{"method", method}});
}

}  // namespace

Result<ResultTable> proportion_ci(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                  const ProportionCiRequest& request) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, {request.variable}, Reading::kCategories));
  const auto numeric_success = text::parse_number(request.success);
  const auto is_success = [&](const Term& term) {
    return term.level == request.success || (numeric_success && text::parse_number(term.level) == numeric_success);
  };
  const auto found = std::find_if(terms.list().begin(), terms.list().end(), is_success);
  EstimateRequest share_request;
  share_request.variables = {request.variable};
  share_request.reading = Reading::kCategories;
  share_request.na_rm = request.na_rm;
  share_request.level = request.level;
  if (found == terms.list().end())
    return Error("stats.proportion_ci.no_level", "{variable} has no value {level}.",
                 {{"variable", request.variable}, {"level", request.success}});
  HAMDIL_TRY(ResultTable out, estimate(design, table, rows, share_request));
  const auto index = static_cast<std::size_t>(found - terms.list().begin());
  Row row = out.rows[index];
  const RowList used = request.na_rm ? terms.complete(rows) : rows;
  // Of all rows asked, as R's svychisq and svyciprop(df = degf(design)) count them: a missing answer takes no cluster
  // out of the design. The effective sample of `beta` and the likelihood count those who answered (golden/README.md).
  out.degf = degrees_of_freedom(design, rows);
  const Share share{row.estimate, row.se * row.se, static_cast<double>(used.size()), out.degf, request.level};
  std::vector<double> successes;
  terms.values(index, used, successes);
  for (const std::string& method : request.methods) {
    if (method == "likelihood" || method == "logit") {
      const auto by_model = method == "logit" ? logit_interval : likelihood_interval;
      HAMDIL_TRY(MethodInterval found_interval, by_model(design, used, successes, out.degf, request.level));
      out.methods.push_back(std::move(found_interval));
      continue;
    }
    HAMDIL_TRY(const Range ci, interval(share, method));
    out.methods.push_back({method, row.estimate, ci});
  }
  out.values.emplace_back("se_logit", row.se / (share.p * (1 - share.p)));
  out.rows = {std::move(row)};
  out.vcov = {};
  return out;
}

}  // namespace hamdil::stats::survey
