#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "stats/survey/model_tests.hpp"
#include "stats/survey/pushed_cells.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;
using Lets = std::vector<std::pair<std::string, Expression>>;

constexpr double kEpsilon = 2.220446049250313e-16;  // as family.cpp keeps means inside their range

Expression operator+(Expression a, Expression b) { return call_of("+", {std::move(a), std::move(b)}); }
Expression operator-(Expression a, Expression b) { return call_of("-", {std::move(a), std::move(b)}); }
Expression operator*(Expression a, Expression b) { return call_of("*", {std::move(a), std::move(b)}); }
Expression operator/(Expression a, Expression b) { return call_of("/", {std::move(a), std::move(b)}); }
Expression at_least(Expression a, double bound) { return call_of("max", {std::move(a), number_of(bound)}); }
Expression at_most(Expression a, double bound) { return call_of("min", {std::move(a), number_of(bound)}); }
Expression function_of(const char* name, Expression a) { return call_of(name, {std::move(a)}); }

Expression times(Expression a, Expression b) {
  if (a.kind == Expression::Kind::kNumber && a.number == 1) return b;
  return std::move(a) * std::move(b);
}

// A factor's expression over pushed columns. A text is compared by the code of its level.
Result<Expression> resolve(const Expression& node, const RowSums& rows) {
  using Kind = Expression::Kind;
  const auto text_in_arithmetic = [] {
    return Error("stats.expression.text_in_arithmetic", "A text can only be compared with a column, by == or !=.");
  };
  if (node.kind == Kind::kNumber) return node;
  if (node.kind == Kind::kText) return text_in_arithmetic();
  if (node.kind == Kind::kName) {
    HAMDIL_CHECK(find_pushed(rows, node.text));
    return node;
  }
  for (std::size_t i = 0; node.arguments.size() == 2 && i < 2; ++i) {
    if (node.arguments[i].kind != Kind::kText) continue;
    const Expression& name = node.arguments[1 - i];
    if (name.kind != Kind::kName || (node.text != "==" && node.text != "!=")) return text_in_arithmetic();
    HAMDIL_TRY(const data::Column* column, find_pushed(rows, name.text));
    return call_of(node.text, equal_sides(*column, name, node.arguments[i].text));
  }
  Expression out = node;
  for (Expression& argument : out.arguments) {
    HAMDIL_TRY(argument, resolve(argument, rows));
  }
  return out;
}

// What the rows of a model have in common: which they are, and how its factors read.
struct ModelSource {
  RowSums& rows;
  std::vector<std::string> complete;
  std::vector<Expression> finite;
  Expression response;
  Family family = Family::kGaussian;
  Link link = Link::kIdentity;
  double mean_weight = 1;

  SumRequest request() const {
    SumRequest out;
    out.complete = complete;
    out.finite = finite;
    return out;
  }
  Status add(const Factor& factor) {
    std::vector<std::string> names;
    factor.expression.collect_names(names);
    for (const std::string& name : names)
      if (std::find(complete.begin(), complete.end(), name) == complete.end()) complete.push_back(name);
    if (is_category(factor, rows.columns())) return Done{};
    HAMDIL_TRY(Expression value, resolve(factor.expression, rows));
    if (value.kind != Expression::Kind::kName) finite.push_back(std::move(value));
    return Done{};
  }
};

// The columns of a formula over the rows of a model, as expressions.
struct PushedColumns {
  std::vector<std::string> names;
  std::vector<std::size_t> term_of_column;
  std::vector<Expression> values;
};

Expression by_levels(const Expression& name, const std::vector<double>& codes, const Values& by_level) {
  const Expression code = function_of("code", name);
  std::optional<Expression> sum;
  for (std::size_t level = 0; level < codes.size(); ++level) {
    if (by_level[level] == 0) continue;
    Expression part = times(number_of(by_level[level]), call_of("==", {code, number_of(codes[level])}));
    sum = sum ? *sum + std::move(part) : std::move(part);
  }
  return sum ? *sum : number_of(0);
}

Result<PushedColumns> make_columns(const Formula& formula, const ModelSource& source) {
  std::vector<FactorCoding> codings;
  std::vector<Expression> values;
  std::vector<std::vector<double>> codes;
  for (const Factor& factor : formula.factors) {
    FactorCoding coding{number_name(factor), {}, false};
    codes.emplace_back();
    if (is_category(factor, source.rows.columns())) {
      HAMDIL_TRY(const data::Column* column, find_pushed(source.rows, factor.expression.text));
      coding = {factor.text, {}, column->ordered};
      SumRequest request = source.request();
      request.by = {column->name};
      HAMDIL_TRY(const std::vector<SumGroup> groups, source.rows.sum(request));
      for (const SumGroup& group : groups) {
        coding.levels.push_back(label_of(*column, group.key[0]));
        codes.back().push_back(group.key[0]);
      }
      values.push_back(name_of(column->name));
    } else {
      HAMDIL_TRY(Expression value, resolve(factor.expression, source.rows));
      values.push_back(std::move(value));
    }
    codings.push_back(std::move(coding));
  }
  PushedColumns out;
  for (const ColumnPlan& plan : plan_columns(formula, codings)) {
    Expression value = number_of(1);
    for (const ColumnPlan::Part& part : plan.parts)
      value = times(std::move(value), part.by_level.empty()
                                          ? values[part.factor]
                                          : by_levels(values[part.factor], codes[part.factor], part.by_level));
    out.names.push_back(plan.name);
    out.term_of_column.push_back(plan.term);
    out.values.push_back(std::move(value));
  }
  return out;
}

Expression y_log_ratio(const Expression& y, const Expression& mean) {
  return call_of("if", {call_of("==", {y, number_of(0)}), number_of(0), y * function_of("log", y / mean)});
}

Expression deviance_expression(Family family, const Expression& y, const Expression& mean) {
  if (family == Family::kGaussian) return (y - mean) * (y - mean);
  if (family == Family::kPoisson) return number_of(2) * (y_log_ratio(y, mean) - (y - mean));
  const Expression one = number_of(1);
  return number_of(2) * (y_log_ratio(y, mean) + y_log_ratio(one - y, one - mean));
}

// Working values at a linear predictor, as family.cpp has them, each under a name that begins with `prefix`.
struct Working {
  Expression eta, mean, variance, weight, score;  // weight and score without the row's own weight
};

Working add_working(Family family, Link link, const std::string& prefix, Expression eta, Lets& lets) {
  const auto let = [&](const char* name, Expression value) {
    lets.emplace_back(prefix + name, std::move(value));
    return name_of(prefix + name);
  };
  const Expression one = number_of(1);
  Working out;
  out.eta = let("eta", std::move(eta));
  Expression slope = one;
  if (link == Link::kLogit) {
    const Expression share = let("share", one / (one + function_of("exp", function_of("-", out.eta))));
    out.mean = let("mean", at_most(at_least(share, kEpsilon), 1 - kEpsilon));
    slope = let("slope", at_least(share * (one - share), kEpsilon));
  } else if (link == Link::kLog) {
    out.mean = let("mean", at_least(function_of("exp", out.eta), kEpsilon));
    slope = out.mean;
  } else {
    out.mean = out.eta;
  }
  out.variance = family == Family::kGaussian  ? one
                 : family == Family::kPoisson ? out.mean
                                              : let("variance", out.mean * (one - out.mean));
  const Expression gain = let("gain", slope / out.variance);
  out.weight = let("weight", slope * gain);
  out.score = let("score", gain * (name_of("$y") - out.mean));
  return out;
}

class PushedPasses : public ModelPasses {
 public:
  PushedPasses(const ModelSource& source, std::vector<Expression> columns) : source_(source) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const bool plain = columns[c].kind != Expression::Kind::kCall;
      columns_.push_back(plain ? columns[c] : name_of("$x" + std::to_string(c)));
      if (!plain) column_lets_.emplace_back("$x" + std::to_string(c), std::move(columns[c]));
    }
  }

  std::size_t columns() const override { return columns_.size(); }

  Result<Step> start() override {
    SumRequest request = open();
    const Working at = add_start(request.values);
    return equations(std::move(request), at.weight, at.score + at.weight * at.eta, at);
  }

  Result<Values> unexplained(const Values& coefficients) override {
    SumRequest request = open();
    const Working at = add_start(request.values);
    const Expression left = at.weight * (at.eta - combination(coefficients)) + at.score;
    for (const Expression& column : columns_) request.weighted.push_back(times(column, left));
    return sum_whole(request);
  }

  Result<Step> step(const Values& coefficients) override {
    SumRequest request = open();
    const Working at = add_working(source_.family, source_.link, "$at_", combination(coefficients), request.values);
    return equations(std::move(request), at.weight, at.score, at);
  }

  // What the rows of a fit amount to: scores of the kept coefficients by unit, sums of Pearson residuals.
  struct Shown {
    std::optional<Totals> scores;
    double deviance = 0;
    double pearson_variance = kNaN;
  };
  Result<Shown> show(const Fit& fit) {
    SumRequest request = open();
    request.by_unit = true;
    Working before;
    if (fit.before.empty())
      before = add_start(request.values);
    else
      before = add_working(source_.family, source_.link, "$before_", combination(fit.before), request.values);
    const Working at =
        add_working(source_.family, source_.link, "$now_", combination(fit.coefficients), request.values);
    request.values.emplace_back("$influence", call_of("if", {call_of("==", {at.weight, number_of(0)}), number_of(0),
                                                             before.weight * (at.score / at.weight)}));
    for (const std::size_t column : fit.kept)
      request.weighted.push_back(times(columns_[column], name_of("$influence")));
    request.values.emplace_back("$pearson", (name_of("$y") - at.mean) / function_of("sqrt", at.variance));
    request.weighted.push_back(name_of("$pearson"));
    request.weighted.push_back(name_of("$pearson") * name_of("$pearson"));
    request.weighted.push_back(deviance_expression(source_.family, name_of("$y"), at.mean));
    HAMDIL_TRY(const std::vector<SumGroup> groups, source_.rows.sum(request));
    const std::size_t k = fit.kept.size();
    Shown out;
    out.scores.emplace(source_.rows.design(), k);
    double weight = 0, sum = 0, square = 0, n = 0;
    for (const SumGroup& group : groups) {
      out.scores->mark_unit(group.unit);
      for (std::size_t c = 0; c < k; ++c) out.scores->set(group.unit, c, group.weighted[c] / source_.mean_weight);
      weight += group.base.weight;
      sum += group.weighted[k];
      square += group.weighted[k + 1];
      n += group.base.positive;
      out.deviance += group.weighted[k + 2] / source_.mean_weight;
    }
    out.pearson_variance = variance_of_sums(weight, sum, square, n);
    return out;
  }

  // sum(w f(residual)) over the rows of a fit, weights scaled.
  Result<double> sum_of_residuals(const Fit& fit, const std::function<Expression(const Expression&)>& f) {
    SumRequest request = open();
    const Working at = add_working(source_.family, source_.link, "$at_", combination(fit.coefficients), request.values);
    request.values.emplace_back("$residual", name_of("$y") - at.mean);
    request.weighted = {f(name_of("$residual"))};
    HAMDIL_TRY(const Values sums, sum_whole(request));
    return sums[0];
  }

 private:
  SumRequest open() const {
    SumRequest out = source_.request();
    out.values.emplace_back("$y", source_.response);
    out.values.insert(out.values.end(), column_lets_.begin(), column_lets_.end());
    return out;
  }

  Expression combination(const Values& coefficients) const {
    Expression sum = number_of(0);
    for (std::size_t c = 0; c < columns_.size(); ++c)
      if (!std::isnan(coefficients[c])) sum = std::move(sum) + times(columns_[c], number_of(coefficients[c]));
    return sum;
  }

  // Starting values: the response itself, drawn away from the ends of its range.
  Working add_start(Lets& lets) const {
    const Expression y = name_of("$y");
    const Expression one = number_of(1);
    Expression mean = y;
    if (source_.family == Family::kPoisson) mean = y + number_of(0.1);
    if (source_.family == Family::kBinomial) {
      lets.emplace_back("$prior", name_of("$weight") / number_of(source_.mean_weight));
      mean = (name_of("$prior") * y + number_of(0.5)) / (name_of("$prior") + one);
    }
    lets.emplace_back("$start", std::move(mean));
    const Expression start = name_of("$start");
    Expression eta = source_.link == Link::kLogit ? function_of("log", start / (one - start))
                     : source_.link == Link::kLog ? function_of("log", start)
                                                  : start;
    return add_working(source_.family, source_.link, "$start_", std::move(eta), lets);
  }

  // Sums over all rows, weights scaled; zeros when there is no row.
  Result<Values> sum_whole(const SumRequest& request) {
    HAMDIL_TRY(const std::vector<SumGroup> groups, source_.rows.sum(request));
    Values out = groups.empty() ? Values(request.weighted.size(), 0.0) : groups[0].weighted;
    for (double& sum : out) sum /= source_.mean_weight;
    return out;
  }

  Result<Step> equations(SumRequest request, const Expression& weight, const Expression& score, const Working& at) {
    request.values.emplace_back("$right", score);
    for (std::size_t r = 0; r < columns_.size(); ++r) {
      const Expression weighted = times(columns_[r], weight);
      for (std::size_t c = 0; c <= r; ++c) request.weighted.push_back(times(columns_[c], weighted));
    }
    for (const Expression& column : columns_) request.weighted.push_back(times(column, name_of("$right")));
    request.weighted.push_back(deviance_expression(source_.family, name_of("$y"), at.mean));
    HAMDIL_TRY(const Values sums, sum_whole(request));
    const std::size_t k = columns_.size();
    Matrix products{k, k, Values(k * k, 0.0)};
    std::size_t next = 0;
    for (std::size_t r = 0; r < k; ++r)
      for (std::size_t c = 0; c <= r; ++c) products.at(r, c) = sums[next++];
    Values right(sums.begin() + static_cast<std::ptrdiff_t>(next), sums.end() - 1);
    return Step{NormalEquations(std::move(products), std::move(right)), sums.back()};
  }

  const ModelSource& source_;
  std::vector<Expression> columns_;
  Lets column_lets_;
};

class PushedModelRows : public ModelRows {
 public:
  PushedModelRows(const ModelSource& source, const PushedColumns& columns) : source_(source), columns_(columns) {}
  const std::vector<std::string>& names() const override { return columns_.names; }
  const std::vector<std::size_t>& term_of_column() const override { return columns_.term_of_column; }

  Result<double> deviance_without(const Fit& fit, const std::vector<std::size_t>& columns) override {
    std::vector<Expression> rest;
    for (std::size_t c = 0; c < columns_.values.size(); ++c)
      if (!std::binary_search(columns.begin(), columns.end(), c)) rest.push_back(columns_.values[c]);
    PushedPasses passes(source_, std::move(rest));
    return search_without(passes, fit, columns_.values.size(), columns);
  }

  Result<double> deviance_of(const Formula& formula, const Fit& like) override {
    HAMDIL_TRY(const PushedColumns columns, make_columns(formula, source_));
    PushedPasses passes(source_, columns.values);
    Fit fit;
    fit.family = like.family;
    fit.link = like.link;
    HAMDIL_CHECK(search_coefficients(passes, fit, nullptr));
    return fit.deviance;
  }

  Result<double> variance_score_square(const Fit& fit, double variance) override {
    PushedPasses passes(source_, columns_.values);
    return passes.sum_of_residuals(fit, [&](const Expression& residual) {
      const Expression score =
          residual * residual * number_of(1 / (2 * variance * variance)) - number_of(1 / (2 * variance));
      return score * score;
    });
  }

 private:
  const ModelSource& source_;
  const PushedColumns& columns_;
};

Error bad_response() {
  return Error("stats.glm.bad_response",
               "The response lies outside the range of the family (0 to 1 for binomial, 0 and above for poisson).");
}

// Begins a fit: its weights, and the deviance of the model that gives every row the same mean.
Result<Fit> begin_fit(const ModelSource& source) {
  SumRequest request = source.request();
  request.values.emplace_back("$y", source.response);
  request.extremes = {name_of("$y")};
  request.weighted = {name_of("$y")};
  request.plain = {
      call_of("|", {call_of("==", {name_of("$y"), number_of(0)}), call_of("==", {name_of("$y"), number_of(1)})})};
  HAMDIL_TRY(const std::vector<SumGroup> groups, source.rows.sum(request));
  if (groups.empty() || !(groups[0].base.weight > 0))
    return Error("stats.glm.no_rows", "No row has all the values of the model and a positive weight.");
  const SumGroup& all = groups[0];
  if (!in_range(source.family, all.least) || !in_range(source.family, all.greatest)) return bad_response();
  Fit fit;
  fit.family = source.family;
  fit.link = source.link;
  fit.mean_weight = source.mean_weight;
  fit.weight = all.base.weight / fit.mean_weight;
  const double sum = all.weighted[0] / fit.mean_weight;
  const double mean = sum / fit.weight;
  const bool zero_one = source.family == Family::kBinomial && all.plain[0] == all.base.rows;
  if (zero_one && sum > 0 && sum < fit.weight) {
    fit.null_deviance = sum * deviance_of(fit.family, 1, mean) + (fit.weight - sum) * deviance_of(fit.family, 0, mean);
    return fit;
  }
  request.extremes.clear();
  request.plain.clear();
  request.weighted = {deviance_expression(source.family, name_of("$y"), number_of(mean))};
  HAMDIL_TRY(const std::vector<SumGroup> deviances, source.rows.sum(request));
  fit.null_deviance = deviances[0].weighted[0] / fit.mean_weight;
  return fit;
}

Totals influence_of(const Totals& scores, const Matrix& bread) {
  std::vector<Values> lines;
  for (std::size_t r = 0; r < bread.rows; ++r) {
    const auto line = bread.values.begin() + static_cast<std::ptrdiff_t>(r * bread.columns);
    lines.emplace_back(line, line + static_cast<std::ptrdiff_t>(bread.columns));
  }
  return scores.combine(lines);
}

}  // namespace

Result<ResultTable> estimate_glm(RowSums& rows, const GlmRequest& request) {
  if (request.link != Link::kIdentity && request.link != Link::kLogit && request.link != Link::kLog)
    return not_pushed("link", request.link == Link::kProbit ? "probit" : "cloglog", "identity, logit and log");
  HAMDIL_TRY(const Formula formula, formula_with_response(request.formula));
  HAMDIL_TRY(const SampleBase domain, sample_base(rows, {}));
  ModelSource source{rows, {}, {}, {}, request.family, request.link, domain.weight / static_cast<double>(domain.rows)};
  HAMDIL_TRY(source.response, resolve(formula.response.expression, rows));
  HAMDIL_CHECK(source.add(formula.response));
  if (source.response.kind == Expression::Kind::kName) source.finite.push_back(source.response);
  for (const Factor& factor : formula.factors) HAMDIL_CHECK(source.add(factor));
  HAMDIL_TRY(const SampleBase used, sample_base(rows, source.request()));
  HAMDIL_TRY(Fit fit, begin_fit(source));
  HAMDIL_TRY(const PushedColumns columns, make_columns(formula, source));
  PushedPasses passes(source, columns.values);
  PushedPasses::Shown shown;
  HAMDIL_CHECK(search_coefficients(passes, fit, [&](const Fit& found) -> Result<double> {
    HAMDIL_TRY(shown, passes.show(found));
    return shown.deviance;
  }));
  HAMDIL_TRY(Matrix matrix, covariance(rows.design(), influence_of(*shown.scores, fit.bread)));
  const double used_mean_weight = used.weight / static_cast<double>(used.rows);
  const ModelFacts facts{used.rows, used.clusters, used.degf, domain.degf,
                         shown.pearson_variance * used_mean_weight / source.mean_weight};
  PushedModelRows asked(source, columns);
  return model_table(formula, asked, fit, std::move(matrix), facts, request);
}

}  // namespace hamdil::stats::survey
