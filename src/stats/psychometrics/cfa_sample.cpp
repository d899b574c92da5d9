// What the answers of a group say of means and covariances, with all persons or with the complete ones alone.
#include <algorithm>
#include <cmath>
#include <map>

#include "stats/psychometrics/cfa_moments.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kMostSteps = 20000;
constexpr double kSmallestStep = 1e-11;  // of means and covariances, in standard deviations

// Persons by which items they answered.
std::map<std::vector<Index>, std::vector<std::size_t>> persons_by_pattern(const Items& items, bool keep_incomplete) {
  std::map<std::vector<Index>, std::vector<std::size_t>> out;
  for (std::size_t person = 0; !items.empty() && person < items[0].size(); ++person) {
    std::vector<Index> seen;
    for (std::size_t item = 0; item < items.size(); ++item)
      if (!std::isnan(items[item][person])) seen.push_back(static_cast<Index>(item));
    if (seen.size() == items.size() || (keep_incomplete && !seen.empty())) out[seen].push_back(person);
  }
  return out;
}

MatrixXd answers_of(const Items& items, const std::vector<Index>& seen, const std::vector<std::size_t>& persons) {
  MatrixXd out(static_cast<Index>(persons.size()), static_cast<Index>(seen.size()));
  for (Index j = 0; j < out.cols(); ++j)
    for (Index i = 0; i < out.rows(); ++i)
      out(i, j) =
          items[static_cast<std::size_t>(seen[static_cast<std::size_t>(j)])][persons[static_cast<std::size_t>(i)]];
  return out;
}

Pattern pattern_of(std::vector<Index> seen, MatrixXd& answers) {
  Pattern out{std::move(seen), static_cast<double>(answers.rows()), answers.colwise().mean(), {}};
  answers.rowwise() -= out.mean.transpose();
  out.covariance = answers.transpose() * answers / out.n;
  return out;
}

std::vector<Index> unseen(const Pattern& pattern, Index items) {
  std::vector<Index> out;
  for (Index item = 0; item < items; ++item)
    if (std::find(pattern.seen.begin(), pattern.seen.end(), item) == pattern.seen.end()) out.push_back(item);
  return out;
}

// Sums of answers and of their products, with what is expected of those not given.
struct Expected {
  VectorXd sum;
  MatrixXd products;
};
void add_expected(const Pattern& pattern, const Sample& at, Expected& out) {
  const std::vector<Index>& seen = pattern.seen;
  const std::vector<Index> missing = unseen(pattern, at.mean.size());
  VectorXd mean(at.mean.size());
  MatrixXd spread(at.mean.size(), at.mean.size());
  mean(seen) = pattern.mean;
  spread(seen, seen) = pattern.covariance;
  if (!missing.empty()) {
    const MatrixXd across = at.covariance(seen, missing);
    const MatrixXd slopes = MatrixXd(at.covariance(seen, seen)).ldlt().solve(across);  // seen x missing
    mean(missing) = at.mean(missing) + slopes.transpose() * (pattern.mean - at.mean(seen));
    spread(seen, missing) = pattern.covariance * slopes;
    spread(missing, seen) = MatrixXd(spread(seen, missing)).transpose();
    spread(missing, missing) = slopes.transpose() * pattern.covariance * slopes + at.covariance(missing, missing) -
                               across.transpose() * slopes;
  }
  out.sum += pattern.n * mean;
  out.products += pattern.n * (spread + mean * mean.transpose());
}

void maximise_likelihood(Sample& sample, Index items) {
  const Implied apart = independent_items(sample);
  sample.mean = apart.mean;
  sample.covariance = apart.covariance;
  const VectorXd scale = sample.covariance.diagonal().cwiseSqrt().cwiseMax(1e-300);
  for (int step = 0; step < kMostSteps; ++step) {
    Expected next{VectorXd::Zero(items), MatrixXd::Zero(items, items)};
    for (const Pattern& one : sample.patterns) add_expected(one, sample, next);
    const VectorXd mean = next.sum / sample.n;
    const MatrixXd covariance = next.products / sample.n - mean * mean.transpose();
    const double moved =
        std::max((mean - sample.mean).cwiseQuotient(scale).cwiseAbs().maxCoeff(),
                 (covariance - sample.covariance).cwiseQuotient(scale * scale.transpose()).cwiseAbs().maxCoeff());
    sample.mean = mean;
    sample.covariance = covariance;
    if (!(moved > kSmallestStep)) return;
  }
}

Error singular() {
  return Error("stats.cfa.singular", "An item does not vary, or others determine it completely.")
      .advise("Leave out one of the items that say the same.");
}

// Pairs of items that nobody answered both say nothing of how they go together.
Status every_pair_was_answered(const std::vector<Pattern>& patterns, Index items) {
  MatrixXd together = MatrixXd::Zero(items, items);
  for (const Pattern& one : patterns) together(one.seen, one.seen).array() += one.n;
  if (together.minCoeff() > 1) return Done{};
  return Error("stats.cfa.apart", "Two of the items were answered together by nobody, or by one person only.")
      .advise("Leave one of them out, or fit the items of each version of the questionnaire apart.");
}

}  // namespace

double misfit(const Pattern& pattern, const VectorXd& mean, const MatrixXd& covariance) {
  const Eigen::LLT<MatrixXd> factor(MatrixXd(covariance(pattern.seen, pattern.seen)));
  if (factor.info() != Eigen::Success) return kNaN;
  const VectorXd away = pattern.mean - mean(pattern.seen);
  return pattern.n * (2 * factor.matrixLLT().diagonal().array().log().sum() + factor.solve(pattern.covariance).trace() +
                      away.dot(factor.solve(away)));
}

Implied independent_items(const Sample& sample) {
  const Index items = sample.mean.size();
  VectorXd count = VectorXd::Zero(items), sum = VectorXd::Zero(items), squares = VectorXd::Zero(items);
  // About one mean of all, so that large answers lose nothing.
  for (const Pattern& one : sample.patterns) {
    count(one.seen).array() += one.n;
    sum(one.seen) += one.n * one.mean;
  }
  const VectorXd mean = sum.cwiseQuotient(count);
  for (const Pattern& one : sample.patterns)
    squares(one.seen) += one.n * (one.covariance.diagonal() + (one.mean - mean(one.seen)).cwiseAbs2());
  return {mean, squares.cwiseQuotient(count).asDiagonal()};
}

Implied pairwise_moments(const Sample& sample) {
  const Implied apart = independent_items(sample);
  const Index items = sample.mean.size();
  // By pair: how many answered both, the sum of the first item's deviations over them, the sum of products.
  MatrixXd count = MatrixXd::Zero(items, items), sum = count, products = count;
  for (const Pattern& one : sample.patterns) {
    const VectorXd away = one.mean - apart.mean(one.seen);
    count(one.seen, one.seen).array() += one.n;
    sum(one.seen, one.seen) += one.n * away * VectorXd::Ones(away.size()).transpose();
    products(one.seen, one.seen) += one.n * (one.covariance + away * away.transpose());
  }
  const MatrixXd within = products - sum.cwiseProduct(sum.transpose()).cwiseQuotient(count);
  return {apart.mean, within.cwiseQuotient((count.array() - 1).matrix()) * ((sample.n - 1) / sample.n)};
}

Result<Sample> sample_of(const Items& items, bool keep_incomplete) {
  const auto size = static_cast<Index>(items.size());
  Sample out;
  for (auto& [seen, persons] : persons_by_pattern(items, keep_incomplete)) {
    MatrixXd answers = answers_of(items, seen, persons);
    out.patterns.push_back(pattern_of(seen, answers));
    out.n += out.patterns.back().n;
    if (seen.size() == items.size()) out.deviations = std::move(answers);
  }
  if (!(out.n > static_cast<double>(size)))
    return Error("stats.cfa.few_cases",
                 keep_incomplete ? "{n} persons answered any of the {items} items; more persons than items are needed."
                                 : "{n} persons answered all {items} items; more persons than items are needed.",
                 {{"n", std::to_string(static_cast<std::size_t>(out.n))}, {"items", std::to_string(items.size())}});
  HAMDIL_CHECK(every_pair_was_answered(out.patterns, size));
  if (out.patterns.size() == 1) {
    out.mean = out.patterns[0].mean;
    out.covariance = out.patterns[0].covariance;
  } else {
    out.deviations.resize(0, 0);
    out.mean = VectorXd::Zero(size);
    maximise_likelihood(out, size);
  }
  const Eigen::LDLT<MatrixXd> factor(out.covariance);
  if (!out.covariance.allFinite() || !(factor.vectorD().minCoeff() > 1e-12 * out.covariance.diagonal().maxCoeff()))
    return singular();
  for (const Pattern& one : out.patterns) out.saturated += misfit(one, out.mean, out.covariance);
  return out;
}

}  // namespace hamdil::stats::psychometrics
