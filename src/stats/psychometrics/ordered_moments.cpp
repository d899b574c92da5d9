#include "stats/psychometrics/ordered_moments.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/psychometrics/polychoric.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Index at(std::size_t i) { return static_cast<Index>(i); }

// Items as categories, of the persons who answered all of them.
std::vector<Ordered> complete_categories(const Items& items) {
  std::vector<std::vector<double>> kept(items.size());
  for (std::size_t person = 0; !items.empty() && person < items[0].size(); ++person) {
    if (std::any_of(items.begin(), items.end(), [&](const auto& item) { return std::isnan(item[person]); })) continue;
    for (std::size_t i = 0; i < items.size(); ++i) kept[i].push_back(items[i][person]);
  }
  std::vector<Ordered> out;
  for (const auto& answers : kept) out.push_back(ordered_categories(answers));
  return out;
}

// Scores of persons by all moments: persons x (cuts, correlations). And what the sum of each score falls by when a
// moment rises: a score of a cut point knows nothing of correlations, since these were found after the cuts.
struct Estimating {
  MatrixXd scores;
  MatrixXd slopes;
};

void add_cuts(const Ordered& item, const std::vector<double>& cuts, Index first, Estimating& out) {
  std::vector<double> counts(item.values.size(), 0.0);
  for (const int category : item.category) ++counts[static_cast<std::size_t>(category)];
  for (std::size_t person = 0; person < item.category.size(); ++person) {
    const auto category = static_cast<std::size_t>(item.category[person]);
    const double probability = counts[category] / static_cast<double>(item.category.size());
    if (category < cuts.size())
      out.scores(at(person), first + at(category)) += normal_density(cuts[category]) / probability;
    if (category > 0)
      out.scores(at(person), first + at(category) - 1) -= normal_density(cuts[category - 1]) / probability;
  }
  const Index size = at(cuts.size());
  const auto own = out.scores.middleCols(first, size);
  out.slopes.block(first, first, size, size) = own.transpose() * own;
}

struct Place {
  const Ordered* item;
  const std::vector<double>* cuts;
  Index first;  // of its cut points among all
};
void add_correlation(const Place& x, const Place& y, double rho, Index row, Estimating& out) {
  const CellScores cells = cell_scores(*x.cuts, *y.cuts, rho);
  for (std::size_t person = 0; person < x.item->category.size(); ++person) {
    const auto a = static_cast<std::size_t>(x.item->category[person]);
    const auto b = static_cast<std::size_t>(y.item->category[person]);
    const double own = cells.by_rho.at(a, b);
    out.scores(at(person), row) = own;
    out.slopes(row, row) += own * own;
    for (std::size_t cut = 0; cut < x.cuts->size(); ++cut)
      out.slopes(row, x.first + at(cut)) += own * cells.by_row_cut[cut].at(a, b);
    for (std::size_t cut = 0; cut < y.cuts->size(); ++cut)
      out.slopes(row, y.first + at(cut)) += own * cells.by_column_cut[cut].at(a, b);
  }
}

}  // namespace

Index OrderedMoments::cut_count() const {
  Index out = 0;
  for (const auto& one : cuts) out += at(one.size());
  return out;
}

Result<OrderedMoments> ordered_moments(const Items& items) {
  const std::vector<Ordered> ordered = complete_categories(items);
  const std::size_t persons = ordered.empty() ? 0 : ordered[0].category.size();
  if (persons <= items.size())
    return Error("stats.cfa.few_cases", "{n} persons answered all {items} items; more persons than items are needed.",
                 {{"n", std::to_string(persons)}, {"items", std::to_string(items.size())}});
  OrderedMoments out;
  out.n = static_cast<double>(persons);
  for (const Ordered& item : ordered) {
    if (item.values.size() < 2)
      return Error("stats.cfa.few_categories", "All persons gave the same answer to an item.").advise("Leave it out.");
    if (item.values.size() > kMostCategories)
      return Error("stats.cfa.many_categories",
                   "An item has {count} different answers; ordered items have up to {most}.",
                   {{"count", std::to_string(item.values.size())}, {"most", std::to_string(kMostCategories)}})
          .at({.pointer = "/call/options/ordered"})
          .advise("Treat it as a number: leave out ordered, and take the estimator MLR.");
    out.cuts.push_back(thresholds(item));
  }
  const std::size_t size = items.size();
  const Index cuts = out.cut_count();
  const Index all = cuts + at(size * (size - 1) / 2);
  Estimating all_scores{MatrixXd::Zero(at(persons), all), MatrixXd::Zero(all, all)};
  std::vector<Place> places;
  Index first = 0;
  for (std::size_t i = 0; i < size; ++i) {
    places.push_back({&ordered[i], &out.cuts[i], first});
    add_cuts(ordered[i], out.cuts[i], first, all_scores);
    first += at(out.cuts[i].size());
  }
  out.correlation = MatrixXd::Identity(at(size), at(size));
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = i + 1; j < size; ++j, ++first) {
      const double rho = polychoric_pair(ordered[i], ordered[j], PolychoricMethod::kTwoStep).rho;
      out.correlation(at(i), at(j)) = out.correlation(at(j), at(i)) = rho;
      add_correlation(places[i], places[j], rho, first, all_scores);
    }
  const Eigen::PartialPivLU<MatrixXd> slopes(all_scores.slopes);
  const MatrixXd half = slopes.solve(MatrixXd(all_scores.scores.transpose() * all_scores.scores));
  out.covariance = out.n * out.n / (out.n - 1) * slopes.solve(MatrixXd(half.transpose()));
  return out;
}

}  // namespace hamdil::stats::psychometrics
