#include "stats/agreement/chance.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::agreement {
namespace {

struct Margins {
  double n = 0;
  std::vector<double> rows;  // shares
  std::vector<double> columns;
};

Margins margins_of(const Matrix& table) {
  Margins out{0, std::vector<double>(table.rows, 0.0), std::vector<double>(table.columns, 0.0)};
  for (const double value : table.values) out.n += value;
  for (std::size_t i = 0; i < table.rows; ++i)
    for (std::size_t j = 0; j < table.columns; ++j) {
      out.rows[i] += table.at(i, j) / out.n;
      out.columns[j] += table.at(i, j) / out.n;
    }
  return out;
}

double weight_of(KappaWeights weights, std::size_t i, std::size_t j, std::size_t q) {
  if (i == j) return 1;
  if (weights == KappaWeights::kUnweighted) return 0;
  const double distance = std::fabs(static_cast<double>(i) - static_cast<double>(j)) / static_cast<double>(q - 1);
  return 1 - (weights == KappaWeights::kLinear ? distance : distance * distance);
}

double corrected(double observed, double expected) {
  return expected < 1 ? (observed - expected) / (1 - expected) : kNaN;
}

double diagonal(const Matrix& table, double n) {
  double out = 0;
  for (std::size_t i = 0; i < table.rows; ++i) out += table.at(i, i) / n;
  return out;
}

}  // namespace

Kappa cohen_kappa(const Matrix& table, KappaWeights weights) {
  const std::size_t q = table.rows;
  const Margins margins = margins_of(table);
  Kappa out;
  out.n = margins.n;
  if (!(out.n > 0)) return out;
  out.observed = out.expected = 0;
  std::vector<double> by_row(q, 0.0);  // expected weight of a row's category, and of a column's
  std::vector<double> by_column(q, 0.0);
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      const double w = weight_of(weights, i, j, q);
      out.observed += w * table.at(i, j) / out.n;
      out.expected += w * margins.rows[i] * margins.columns[j];
      by_row[i] += w * margins.columns[j];
      by_column[j] += w * margins.rows[i];
    }
  out.kappa = corrected(out.observed, out.expected);
  if (std::isnan(out.kappa)) return out;
  double at_estimate = 0;
  double at_null = 0;
  for (std::size_t i = 0; i < q; ++i)
    for (std::size_t j = 0; j < q; ++j) {
      const double w = weight_of(weights, i, j, q);
      const double mean = by_row[i] + by_column[j];
      at_estimate += table.at(i, j) / out.n * std::pow(w - mean * (1 - out.kappa), 2);
      at_null += margins.rows[i] * margins.columns[j] * std::pow(w - mean, 2);
    }
  at_estimate -= std::pow(out.kappa - out.expected * (1 - out.kappa), 2);
  at_null -= out.expected * out.expected;
  const double scale = (1 - out.expected) * std::sqrt(out.n);
  out.se = std::sqrt(std::max(0.0, at_estimate)) / scale;
  out.se0 = std::sqrt(std::max(0.0, at_null)) / scale;
  return out;
}

double kappa_max(const Matrix& table) {
  const Margins margins = margins_of(table);
  double most = 0;
  double expected = 0;
  for (std::size_t i = 0; i < table.rows; ++i) {
    most += std::min(margins.rows[i], margins.columns[i]);
    expected += margins.rows[i] * margins.columns[i];
  }
  return corrected(most, expected);
}

double scott_pi(const Matrix& table) {
  const Margins margins = margins_of(table);
  double expected = 0;
  for (std::size_t i = 0; i < table.rows; ++i) expected += std::pow((margins.rows[i] + margins.columns[i]) / 2, 2);
  return corrected(diagonal(table, margins.n), expected);
}

double bennett_s(const Matrix& table) {
  return corrected(diagonal(table, margins_of(table).n), 1 / static_cast<double>(table.rows));
}

Ac1 gwet_ac1(const Matrix& counts) {
  Ac1 out;
  const auto q = static_cast<double>(counts.columns);
  if (counts.rows == 0 || counts.columns < 2) return out;
  std::vector<double> shares(counts.columns, 0.0);
  out.observed = out.expected = 0;
  const auto units = static_cast<double>(counts.rows);
  for (std::size_t unit = 0; unit < counts.rows; ++unit) {
    double raters = 0;
    double pairs = 0;
    for (std::size_t k = 0; k < counts.columns; ++k) raters += counts.at(unit, k);
    for (std::size_t k = 0; k < counts.columns; ++k) {
      pairs += counts.at(unit, k) * (counts.at(unit, k) - 1);
      shares[k] += counts.at(unit, k) / raters / units;
    }
    out.observed += pairs / (raters * (raters - 1)) / units;
  }
  for (const double share : shares) out.expected += share * (1 - share) / (q - 1);
  out.ac1 = corrected(out.observed, out.expected);
  return out;
}

Ac1 gwet_ac1_of_table(const Matrix& table) {
  Ac1 out;
  const Margins margins = margins_of(table);
  if (!(margins.n > 0) || table.rows < 2) return out;
  out.observed = diagonal(table, margins.n);
  out.expected = 0;
  for (std::size_t k = 0; k < table.rows; ++k) {
    const double share = (margins.rows[k] + margins.columns[k]) / 2;
    out.expected += share * (1 - share) / static_cast<double>(table.rows - 1);
  }
  out.ac1 = corrected(out.observed, out.expected);
  return out;
}

FleissKappa fleiss_kappa(const Matrix& counts) {
  FleissKappa out;
  out.subjects = static_cast<double>(counts.rows);
  std::vector<double> shares(counts.columns, 0.0);
  std::vector<double> mixed(counts.columns, 0.0);
  double pairs = 0;
  for (std::size_t unit = 0; unit < counts.rows; ++unit) {
    double raters = 0;
    for (std::size_t k = 0; k < counts.columns; ++k) raters += counts.at(unit, k);
    if (unit == 0) out.raters = raters;
    if (raters != out.raters || raters < 2) return FleissKappa{.subjects = out.subjects};
    for (std::size_t k = 0; k < counts.columns; ++k) {
      shares[k] += counts.at(unit, k) / (raters * out.subjects);
      pairs += counts.at(unit, k) * (counts.at(unit, k) - 1);
      mixed[k] += counts.at(unit, k) * (raters - counts.at(unit, k));
    }
  }
  if (counts.rows == 0) return out;
  const double all_pairs = out.subjects * out.raters * (out.raters - 1);
  out.observed = pairs / all_pairs;
  out.expected = 0;
  double spread = 0;
  double skew = 0;
  for (const double p : shares) {
    out.expected += p * p;
    spread += p * (1 - p);
    skew += p * (1 - p) * (1 - 2 * p);
  }
  out.kappa = corrected(out.observed, out.expected);
  for (std::size_t k = 0; k < counts.columns; ++k)
    out.category_kappa.push_back(
        shares[k] > 0 && shares[k] < 1 ? 1 - mixed[k] / (all_pairs * shares[k] * (1 - shares[k])) : kNaN);
  out.category_se0 = std::sqrt(2 / all_pairs);
  if (spread > 0) out.se0 = std::sqrt(2 / all_pairs * (spread * spread - skew)) / spread;
  return out;
}

}  // namespace hamdil::stats::agreement
