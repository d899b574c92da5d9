#include "stats/psychometrics/cfa.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "stats/psychometrics/cfa_fit.hpp"
#include "stats/psychometrics/cfa_moments.hpp"
#include "stats/psychometrics/cfa_ordered.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Index at(std::size_t i) { return static_cast<Index>(i); }

std::size_t place_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t*+~=()\"'") == std::string_view::npos;
}

Error syntax_error(std::size_t line) {
  return Error("stats.cfa.syntax", "Line {line} of the model is not of the form factor =~ item + item.",
               {{"line", std::to_string(line)}})
      .at({.pointer = "/call/model"});
}

Status parse_line(std::string_view text, std::size_t line, FactorModel& out) {
  const std::size_t sign = text.find("=~");
  if (sign == std::string_view::npos) return syntax_error(line);
  const std::string factor = text::trim(text.substr(0, sign));
  if (!is_name(factor)) return syntax_error(line);
  const std::size_t number = place_of(out.factors, factor);
  std::string_view rest = text.substr(sign + 2);
  while (true) {
    const std::size_t plus = rest.find('+');
    const std::string item = text::trim(rest.substr(0, plus));
    if (!is_name(item)) return syntax_error(line);
    const std::size_t place = place_of(out.items, item);
    if (std::any_of(out.loadings.begin(), out.loadings.end(),
                    [&](const auto& one) { return one.factor == number && one.item == place; }))
      return Error("stats.cfa.repeated", "{item} stands twice on {factor}.", {{"item", item}, {"factor", factor}})
          .at({.pointer = "/call/model"});
    out.loadings.push_back({number, place});
    if (plus == std::string_view::npos) return Done{};
    rest = rest.substr(plus + 1);
  }
}

// Names of a cell as results print it.
CfaParameter named(const Cell& cell, const FactorModel& model) {
  CfaParameter out;
  out.group = cell.group;
  switch (cell.place) {
    case Place::kLoading:
      out.left = model.factors[cell.column], out.op = "=~", out.right = model.items[cell.row];
      break;
    case Place::kResidual:
      out.left = out.right = model.items[cell.row], out.op = "~~";
      break;
    case Place::kFactorCovariance:
      out.left = model.factors[cell.row], out.op = "~~", out.right = model.factors[cell.column];
      break;
    case Place::kIntercept:
      out.left = model.items[cell.row], out.op = "~1";
      break;
    case Place::kFactorMean:
      out.left = model.factors[cell.row], out.op = "~1";
      break;
  }
  return out;
}

// Scales an estimate to factors, and to items, of variance 1.
void standardise(const Cell& cell, const VectorXd& factor_sd, const VectorXd& item_sd, CfaParameter& out) {
  const Index row = at(cell.row);
  const Index column = at(cell.column);
  switch (cell.place) {
    case Place::kLoading:
      out.standardised_factor = out.estimate * factor_sd[column];
      out.standardised = out.standardised_factor / item_sd[row];
      break;
    case Place::kResidual:
      out.standardised_factor = out.estimate;
      out.standardised = out.estimate / (item_sd[row] * item_sd[row]);
      break;
    case Place::kFactorCovariance:
      out.standardised = out.standardised_factor = out.estimate / (factor_sd[row] * factor_sd[column]);
      break;
    case Place::kIntercept:
      out.standardised_factor = out.estimate;
      out.standardised = out.estimate / item_sd[row];
      break;
    case Place::kFactorMean:
      out.standardised = out.standardised_factor = out.estimate / factor_sd[row];
      break;
  }
}

std::vector<CfaParameter> parameters_of(const FactorModel& model, const Structure& structure, const CfaSolution& found,
                                        const MatrixXd& covariance) {
  std::vector<CfaParameter> out;
  for (const Cell& cell : structure.cells()) {
    CfaParameter one = named(cell, model);
    one.estimate = structure.value(cell, found.free);
    one.fixed = !cell.free;
    if (cell.free) one.se = std::sqrt(covariance(at(*cell.free), at(*cell.free)));
    standardise(cell, structure.factor_variances(cell.group, found.free).cwiseSqrt(),
                structure.implied(cell.group, found.free).covariance.diagonal().cwiseSqrt(), one);
    out.push_back(std::move(one));
  }
  return out;
}

// A figure that is given, not estimated, and the same on every scale.
CfaParameter given(std::string left, std::string op, std::string right, double value) {
  CfaParameter out{.left = std::move(left), .op = std::move(op), .right = std::move(right)};
  out.estimate = out.standardised_factor = out.standardised = value;
  out.fixed = true;
  return out;
}

// In the order in which results list them: loadings, cut points, what factors leave of items, factors, scales, means.
std::vector<CfaParameter> ordered_parameters(const FactorModel& model, const Structure& structure,
                                             const OrderedMoments& moments, const OrderedFit& found) {
  const VectorXd left = VectorXd::Ones(at(model.items.size())) - structure.communalities(0, found.free);
  std::vector<CfaParameter> out;
  bool cuts_are_listed = false;
  for (CfaParameter& one : parameters_of(model, structure, {found.free}, found.covariance)) {
    if (one.op == "=~") {
      out.push_back(std::move(one));
      continue;
    }
    Index next = 0;
    for (std::size_t i = 0; !cuts_are_listed && i < model.items.size(); ++i)
      for (std::size_t cut = 0; cut < moments.cuts[i].size(); ++cut, ++next) {
        CfaParameter here = given(model.items[i], "|", "t" + std::to_string(cut + 1), moments.cuts[i][cut]);
        here.fixed = false;
        here.se = std::sqrt(moments.covariance(next, next) / moments.n);
        out.push_back(std::move(here));
      }
    cuts_are_listed = true;
    const auto item = std::find(model.items.begin(), model.items.end(), one.left);
    if (item != model.items.end()) one = given(one.left, "~~", one.left, left[item - model.items.begin()]);
    out.push_back(std::move(one));
  }
  for (const std::string& item : model.items) out.push_back(given(item, "~*~", item, 1));
  for (const std::string& item : model.items) out.push_back(given(item, "~1", "", 0));
  for (const std::string& factor : model.factors) out.push_back(given(factor, "~1", "", 0));
  return out;
}

Error not_identified(std::size_t free, std::size_t moments) {
  return Error("stats.cfa.not_identified", "The model has {free} parameters, but the answers give {moments} figures.",
               {{"free", std::to_string(free)}, {"moments", std::to_string(moments)}})
      .at({.pointer = "/call/model"})
      .advise("Give each factor three items or more.");
}

Result<Cfa> fit_ordered_cfa(const FactorModel& model, const std::vector<Items>& groups, const CfaOptions& options) {
  if (groups.size() != 1)
    return Error("stats.cfa.ordered_groups", "Ordered items can be fitted in one group only.")
        .at({.pointer = "/call/options/ordered"})
        .advise("Fit each group apart, or treat the items as numbers with the estimator MLR.");
  HAMDIL_TRY(const OrderedMoments moments, ordered_moments(groups[0]));
  Sample sample;
  sample.n = moments.n;
  sample.mean = VectorXd::Zero(moments.correlation.rows());
  sample.covariance = moments.correlation;
  const Structure structure(model, options, {sample});
  const std::size_t pairs = model.items.size() * (model.items.size() - 1) / 2;
  if (structure.free_count() > pairs) return not_identified(structure.free_count(), pairs);
  const OrderedFit found = fit_ordered(structure, moments);
  Cfa out;
  out.n = static_cast<std::size_t>(moments.n);
  out.converged = found.converged;
  out.parameters = ordered_parameters(model, structure, moments, found);
  out.fit = found.fit;
  return out;
}

}  // namespace

Result<FactorModel> parse_factor_model(std::string_view source) {
  FactorModel out;
  std::size_t number = 0;
  while (!source.empty()) {
    const std::size_t end = source.find('\n');
    const std::string_view written = source.substr(0, end);
    source = end == std::string_view::npos ? std::string_view() : source.substr(end + 1);
    ++number;
    const std::string line = text::trim(written.substr(0, written.find('#')));
    if (!line.empty()) HAMDIL_CHECK(parse_line(line, number, out));
  }
  if (out.loadings.empty()) return syntax_error(1);
  return out;
}

double Cfa::measure(std::string_view name) const {
  const auto found = std::find_if(fit.begin(), fit.end(), [&](const auto& one) { return one.first == name; });
  return found == fit.end() ? kNaN : found->second;
}

Result<Cfa> fit_cfa(const FactorModel& model, const std::vector<Items>& groups, const CfaOptions& options) {
  if (options.ordered) return fit_ordered_cfa(model, groups, options);
  std::vector<Sample> samples;
  for (const Items& items : groups) {
    HAMDIL_TRY(Sample sample, sample_of(items, options.keep_incomplete));
    samples.push_back(std::move(sample));
  }
  if (options.errors != CfaErrors::kExpected &&
      std::any_of(samples.begin(), samples.end(), [](const Sample& one) { return !one.complete(); }))
    return Error("stats.cfa.robust_incomplete", "Robust errors are not defined here for persons who left items out.")
        .at({.pointer = "/call/options/estimator"})
        .advise("Keep the estimator ML, or count only persons who answered every item (missing: listwise).");
  const Structure structure(model, options, samples);
  const std::size_t p = model.items.size();
  const std::size_t moments = groups.size() * (p * (p + 1) / 2 + (structure.with_means() ? p : 0));
  if (structure.free_count() > moments) return not_identified(structure.free_count(), moments);
  const CfaSolution found = minimise(structure, samples);
  Cfa out;
  out.converged = found.converged;
  for (const Sample& sample : samples) out.n += static_cast<std::size_t>(sample.n);
  const RobustParts robust = robust_parts(structure, samples, found, options.errors);
  out.parameters = parameters_of(model, structure, found, robust.covariance);
  out.fit = fit_measures(structure, samples, found, static_cast<double>(moments), robust);
  return out;
}

}  // namespace hamdil::stats::psychometrics
