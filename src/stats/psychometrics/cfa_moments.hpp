// Inner parts of confirmatory factor analysis: what a model says of means and covariances, and what the answers say.
// For .cpp files of this folder only.
#pragma once

#include <Eigen/Dense>
#include <optional>
#include <vector>

#include "stats/psychometrics/cfa.hpp"

namespace hamdil::stats::psychometrics {

// Persons of a group who answered the same items: means and covariances (divided by n) of those.
struct Pattern {
  std::vector<Eigen::Index> seen;
  double n = 0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

// The answers of a group. Means and covariances (divided by n) of the items are those of the maximum of the likelihood:
// the plain ones when all persons are complete, otherwise found by expectation and maximisation (Dempster, Laird and
// Rubin 1977, JRSS B 39, 1-38).
struct Sample {
  double n = 0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
  Eigen::MatrixXd deviations;  // persons x items; only when all persons are complete
  std::vector<Pattern> patterns;
  bool complete() const { return patterns.size() == 1; }
  double saturated = 0;  // of these moments: -2 log-likelihood without the constant of the normal density
};
Result<Sample> sample_of(const Items& items, bool keep_incomplete);

// What a pattern adds to -2 log-likelihood, without the constant of the normal density; NaN where the covariance is not
// positive definite.
double misfit(const Pattern& pattern, const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance);

// Second derivatives of half of -2 log-likelihood a person by means and distinct covariances (column by column from the
// diagonal down): `inverse` of the covariance, `turned` = inverse * (second moments about the mean) * inverse, `away` =
// inverse * (mean of the answers - mean). With turned = inverse and away = 0 it is the expected information.
Eigen::MatrixXd moment_information(const Eigen::MatrixXd& inverse, const Eigen::MatrixXd& turned,
                                   const Eigen::VectorXd& away, bool with_means);
// The information of free means and covariances at these values, a person, over all patterns.
enum class Information : std::uint8_t { kObserved, kExpected };
Eigen::MatrixXd saturated_information(const Sample& sample, const Eigen::VectorXd& mean,
                                      const Eigen::MatrixXd& covariance, Information kind);
// Means (when they are in the model) and distinct covariances in one column, column by column from the diagonal down.
Eigen::VectorXd moments_of(const Eigen::VectorXd& mean, const Eigen::MatrixXd& covariance, bool with_means);
// The expected information of them, a person who is complete.
Eigen::MatrixXd moment_weight(const Eigen::MatrixXd& covariance, bool with_means);
// The model of items that have nothing to do with each other: means and variances of those who answered each.
struct Implied;
Implied independent_items(const Sample& sample);
// Means of those who answered each item, covariances of those who answered both of two (divided by their number less
// one, times the share that all persons less one are of all).
Implied pairwise_moments(const Sample& sample);

// What a model implies for a group.
struct Implied {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

// Derivatives of the moments by what is in `slopes`: moments x parameters.
Eigen::MatrixXd jacobian(const std::vector<Implied>& slopes, bool with_means);

// Where a parameter stands in the matrices of its group.
enum class Place : std::uint8_t { kLoading, kResidual, kFactorCovariance, kIntercept, kFactorMean };

struct Cell {
  Place place = Place::kLoading;
  std::size_t row = 0;
  std::size_t column = 0;
  std::size_t group = 0;
  std::optional<std::size_t> free;  // which free parameter; none: fixed
  double value = 0;                 // of a fixed one, or where the search begins
};

// The cells of all groups, in the order in which results list them, and what they imply.
class Structure {
 public:
  Structure(const FactorModel& model, const CfaOptions& options, const std::vector<Sample>& samples);

  std::size_t free_count() const { return free_count_; }
  std::size_t groups() const { return groups_; }
  bool with_means() const { return with_means_; }
  const std::vector<Cell>& cells() const { return cells_; }
  Eigen::VectorXd start() const;

  double value(const Cell& cell, const Eigen::VectorXd& free) const;
  Implied implied(std::size_t group, const Eigen::VectorXd& free) const;
  // Derivatives of what is implied for a group, by free parameter.
  std::vector<Implied> derivatives(std::size_t group, const Eigen::VectorXd& free) const;
  // Variances of the factors of a group.
  Eigen::VectorXd factor_variances(std::size_t group, const Eigen::VectorXd& free) const;
  // What the factors account for of each item's variance in a group.
  Eigen::VectorXd communalities(std::size_t group, const Eigen::VectorXd& free) const;

 private:
  struct Matrices {
    Eigen::MatrixXd loadings, factor_covariance;
    Eigen::VectorXd residuals, intercepts, factor_means;
  };
  Matrices matrices(std::size_t group, const Eigen::VectorXd& free) const;
  void add(Cell cell, bool fixed, bool equal_in_groups);

  std::size_t factors_;
  std::size_t items_;
  std::size_t groups_;
  bool with_means_;
  bool unit_items_;  // items have variance 1, whatever the factors leave of it
  std::size_t free_count_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace hamdil::stats::psychometrics
