// Inner parts of confirmatory factor analysis: what a model says of means and covariances, and what the answers say.
// For .cpp files of this folder only.
#pragma once

#include <Eigen/Dense>
#include <optional>
#include <vector>

#include "stats/psychometrics/cfa.hpp"

namespace hamdil::stats::psychometrics {

// Means and covariances (divided by n) of the answers of a group, and the answers themselves as deviations.
struct Sample {
  double n = 0;
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
  Eigen::MatrixXd deviations;  // persons x items
};
Result<Sample> sample_of(const Items& items);

// What a model implies for a group.
struct Implied {
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;
};

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
  std::size_t free_count_ = 0;
  std::vector<Cell> cells_;
};

}  // namespace hamdil::stats::psychometrics
