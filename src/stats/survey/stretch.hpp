// Inner loops of models over a stretch of rows that fits the cache. There are two builds of each, for any x86-64 and
// for processors with AVX2; their results are the same to the last bit.
#pragma once

#include <cstddef>

namespace hamdil::stats::survey {

inline constexpr std::size_t kStretch = 512;   // rows worked on at a time
inline constexpr std::size_t kSideBySide = 8;  // dot products taken at a time

// Working values of a stretch: what comes in, and where the rest goes. All of `size` doubles.
struct RowStretch {
  std::size_t size = 0;
  const double* response = nullptr;
  const double* prior = nullptr;  // weights before the iteration
  double* mean = nullptr;
  double* weight = nullptr;    // prior * (d mean / d eta)^2 / variance
  double* score = nullptr;     // weight * (response - mean) / (d mean / d eta)
  double* deviance = nullptr;  // prior * deviance; null: not asked for
};

struct StretchKernels {
  // Rows of a logistic model whose responses are 0 or 1, at linear predictors (left as they are).
  void (*logistic)(const RowStretch& rows, double* eta);
  // The same at the values that iteration starts from: the linear predictor of the mean (prior * response + 1/2) /
  // (prior + 1).
  void (*logistic_start)(const RowStretch& rows, double* eta);
  // a * b.
  void (*multiply)(std::size_t size, const double* a, const double* b, double* out);
  // Sum over c of factors[c] * columns[c].
  void (*combine)(std::size_t size, std::size_t count, const double* const* columns, const double* factors,
                  double* out);
  // out[c] += sum of own * others[c], for at most kSideBySide others.
  void (*add_dots)(std::size_t size, const double* own, std::size_t count, const double* const* others, double* out);
};

const StretchKernels& stretch_kernels();           // what this processor runs best
const StretchKernels& baseline_stretch_kernels();  // what every x86-64 runs

}  // namespace hamdil::stats::survey
