// stats::Matrix to Eigen and back; for .cpp files only, because Eigen is heavy.
#pragma once

#include <Eigen/Dense>

#include "stats/result.hpp"

namespace hamdil::stats::psychometrics {

inline Eigen::MatrixXd dense(const Matrix& m) {
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      m.values.data(), static_cast<Eigen::Index>(m.rows), static_cast<Eigen::Index>(m.columns));
}

inline Matrix matrix(const Eigen::MatrixXd& m) {
  Matrix out{static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols()),
             std::vector<double>(static_cast<std::size_t>(m.size()))};
  Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(out.values.data(), m.rows(),
                                                                                     m.cols()) = m;
  return out;
}

}  // namespace hamdil::stats::psychometrics
