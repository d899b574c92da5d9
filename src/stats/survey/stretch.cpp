#include "stats/survey/stretch.hpp"

#include "stats/lane_math.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr double kEpsilon = 2.220446049250313e-16;

// Working values of the rows from `at` on, as many as there are lanes.
template <class Lanes, bool kDeviance>
HAMDIL_LANES void logistic_rows(const RowStretch& rows, const double* eta, std::size_t at) {
  using Values = typename Lanes::Values;
  Values x;
  Values y;
  Values prior;
  load(eta + at, x);
  load(rows.response + at, y);
  load(rows.prior + at, prior);
  x = -x;
  lane_exp<Lanes>(x);
  const Values share = 1.0 / (1.0 + x);
  Values mean = share;
  limit(mean, kEpsilon, 1 - kEpsilon);
  Values slope = share * (1.0 - share);
  limit(slope, kEpsilon, 1.0);
  store(mean, rows.mean + at);
  store(Values(prior * slope), rows.weight + at);  // for this link slope and variance are the same
  store(Values(prior * (y - mean)), rows.score + at);
  if constexpr (kDeviance) {
    Values likely = y == 0.0 ? 1.0 - mean : mean;
    lane_log<Lanes>(likely);
    store(Values(-2.0 * prior * likely), rows.deviance + at);
  }
}

template <class Lanes>
HAMDIL_LANES void start_rows(const RowStretch& rows, double* eta, std::size_t at) {
  using Values = typename Lanes::Values;
  Values y;
  Values prior;
  load(rows.response + at, y);
  load(rows.prior + at, prior);
  const Values all = prior + 1.0;
  const Values success = prior * y + 0.5;
  const Values mean = success / all;
  const Values slope = mean * (1.0 - mean);
  Values odds = success / (all - success);
  lane_log<Lanes>(odds);
  store(odds, eta + at);
  store(mean, rows.mean + at);
  store(Values(prior * slope), rows.weight + at);
  store(Values(prior * (y - mean)), rows.score + at);
  Values likely = (prior + 0.5) / all;  // of what was seen, whether 1 or 0
  lane_log<Lanes>(likely);
  store(Values(-2.0 * prior * likely), rows.deviance + at);
}

// Calls work(stretch, eta, first row) for as many rows as there are lanes, the last few among rows that nobody asked
// for.
template <class Lanes, class Work>
HAMDIL_LANES void by_lanes(const RowStretch& rows, double* eta, const Work& work) {
  std::size_t i = 0;
  for (; i + Lanes::kCount <= rows.size; i += Lanes::kCount) work(rows, eta, i);
  if (i == rows.size) return;
  std::array<double, Lanes::kCount> in_eta{};
  std::array<double, Lanes::kCount> response{};
  std::array<double, Lanes::kCount> prior{};
  std::array<std::array<double, Lanes::kCount>, 4> out{};
  for (std::size_t rest = i; rest < rows.size; ++rest) {
    in_eta[rest - i] = eta[rest];
    response[rest - i] = rows.response[rest];
    prior[rest - i] = rows.prior[rest];
  }
  work(RowStretch{Lanes::kCount, response.data(), prior.data(), out[0].data(), out[1].data(), out[2].data(),
                  out[3].data()},
       in_eta.data(), 0);
  for (std::size_t rest = i; rest < rows.size; ++rest) {
    eta[rest] = in_eta[rest - i];
    rows.mean[rest] = out[0][rest - i];
    rows.weight[rest] = out[1][rest - i];
    rows.score[rest] = out[2][rest - i];
    if (rows.deviance != nullptr) rows.deviance[rest] = out[3][rest - i];
  }
}

template <class Lanes>
struct LogisticWithDeviance {
  HAMDIL_LANES void operator()(const RowStretch& rows, double* eta, std::size_t at) const {
    logistic_rows<Lanes, true>(rows, eta, at);
  }
};
template <class Lanes>
struct LogisticAlone {
  HAMDIL_LANES void operator()(const RowStretch& rows, double* eta, std::size_t at) const {
    logistic_rows<Lanes, false>(rows, eta, at);
  }
};
template <class Lanes>
struct LogisticStart {
  HAMDIL_LANES void operator()(const RowStretch& rows, double* eta, std::size_t at) const {
    start_rows<Lanes>(rows, eta, at);
  }
};

template <class Lanes>
HAMDIL_LANES void logistic_body(const RowStretch& rows, double* eta) {
  if (rows.deviance == nullptr)
    by_lanes<Lanes>(rows, eta, LogisticAlone<Lanes>());
  else
    by_lanes<Lanes>(rows, eta, LogisticWithDeviance<Lanes>());
}

template <class Lanes>
HAMDIL_LANES void multiply_body(std::size_t size, const double* a, const double* b, double* out) {
  using Values = typename Lanes::Values;
  std::size_t i = 0;
  for (; i + Lanes::kCount <= size; i += Lanes::kCount) {
    Values x;
    Values y;
    load(a + i, x);
    load(b + i, y);
    store(Values(x * y), out + i);
  }
  for (; i < size; ++i) out[i] = a[i] * b[i];
}

template <class Lanes>
HAMDIL_LANES void combine_body(std::size_t size, std::size_t count, const double* const* columns, const double* factors,
                               double* out) {
  using Values = typename Lanes::Values;
  std::size_t i = 0;
  for (; i + 2 * Lanes::kCount <= size; i += 2 * Lanes::kCount) {
    Values first = {};
    Values second = {};
    for (std::size_t c = 0; c < count; ++c) {
      Values x;
      Values y;
      load(columns[c] + i, x);
      load(columns[c] + i + Lanes::kCount, y);
      first += factors[c] * x;
      second += factors[c] * y;
    }
    store(first, out + i);
    store(second, out + i + Lanes::kCount);
  }
  for (; i < size; ++i) {
    out[i] = 0;
    for (std::size_t c = 0; c < count; ++c) out[i] += factors[c] * columns[c][i];
  }
}

// Every fourth product goes to the same sum, whatever the lanes.
template <class Lanes, std::size_t kCount>
HAMDIL_LANES void dots_body(std::size_t size, const double* own, const double* const* others, double* out) {
  using Values = typename Lanes::Values;
  constexpr std::size_t kParts = 4 / Lanes::kCount;
  Values sums[kCount][kParts] = {};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
#pragma GCC unroll 2
    for (std::size_t part = 0; part < kParts; ++part) {
      Values x;
      load(own + i + part * Lanes::kCount, x);
#pragma GCC unroll 8
      for (std::size_t c = 0; c < kCount; ++c) {
        Values y;
        load(others[c] + i + part * Lanes::kCount, y);
        sums[c][part] += x * y;
      }
    }
  }
  for (std::size_t c = 0; c < kCount; ++c) {
    std::array<double, 4> lanes;
    for (std::size_t part = 0; part < kParts; ++part) store(sums[c][part], lanes.data() + part * Lanes::kCount);
    for (std::size_t rest = i; rest < size; ++rest) lanes[0] += own[rest] * others[c][rest];
    out[c] += (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }
}

template <class Lanes>
HAMDIL_LANES void add_dots_body(std::size_t size, const double* own, std::size_t count, const double* const* others,
                                double* out) {
  constexpr std::size_t kHalf = kSideBySide / 2;
  if (count == kSideBySide && Lanes::kCount == 4) return dots_body<Lanes, kSideBySide>(size, own, others, out);
  for (; count >= kHalf; count -= kHalf, others += kHalf, out += kHalf) dots_body<Lanes, kHalf>(size, own, others, out);
  if (count == 3) return dots_body<Lanes, 3>(size, own, others, out);
  if (count == 2) return dots_body<Lanes, 2>(size, own, others, out);
  if (count == 1) return dots_body<Lanes, 1>(size, own, others, out);
}

void baseline_logistic(const RowStretch& rows, double* eta) { logistic_body<TwoLanes>(rows, eta); }
void baseline_logistic_start(const RowStretch& rows, double* eta) {
  by_lanes<TwoLanes>(rows, eta, LogisticStart<TwoLanes>());
}
void baseline_multiply(std::size_t size, const double* a, const double* b, double* out) {
  multiply_body<TwoLanes>(size, a, b, out);
}
void baseline_combine(std::size_t size, std::size_t count, const double* const* columns, const double* factors,
                      double* out) {
  combine_body<TwoLanes>(size, count, columns, factors, out);
}
void baseline_add_dots(std::size_t size, const double* own, std::size_t count, const double* const* others,
                       double* out) {
  add_dots_body<TwoLanes>(size, own, count, others, out);
}

// AVX2 without FMA: a fused product would round otherwise.
#define HAMDIL_AVX2 [[gnu::target("avx2")]]
HAMDIL_AVX2 void wide_logistic(const RowStretch& rows, double* eta) { logistic_body<FourLanes>(rows, eta); }
HAMDIL_AVX2 void wide_logistic_start(const RowStretch& rows, double* eta) {
  by_lanes<FourLanes>(rows, eta, LogisticStart<FourLanes>());
}
HAMDIL_AVX2 void wide_multiply(std::size_t size, const double* a, const double* b, double* out) {
  multiply_body<FourLanes>(size, a, b, out);
}
HAMDIL_AVX2 void wide_combine(std::size_t size, std::size_t count, const double* const* columns, const double* factors,
                              double* out) {
  combine_body<FourLanes>(size, count, columns, factors, out);
}
HAMDIL_AVX2 void wide_add_dots(std::size_t size, const double* own, std::size_t count, const double* const* others,
                               double* out) {
  add_dots_body<FourLanes>(size, own, count, others, out);
}

#define HAMDIL_AVX512 [[gnu::target("avx512f,avx512dq")]]
HAMDIL_AVX512 void widest_logistic(const RowStretch& rows, double* eta) { logistic_body<EightLanes>(rows, eta); }
HAMDIL_AVX512 void widest_logistic_start(const RowStretch& rows, double* eta) {
  by_lanes<EightLanes>(rows, eta, LogisticStart<EightLanes>());
}
HAMDIL_AVX512 void widest_multiply(std::size_t size, const double* a, const double* b, double* out) {
  multiply_body<EightLanes>(size, a, b, out);
}
HAMDIL_AVX512 void widest_combine(std::size_t size, std::size_t count, const double* const* columns,
                                  const double* factors, double* out) {
  combine_body<EightLanes>(size, count, columns, factors, out);
}

}  // namespace

const StretchKernels& baseline_stretch_kernels() {
  static constexpr StretchKernels kKernels{baseline_logistic, baseline_logistic_start, baseline_multiply,
                                           baseline_combine, baseline_add_dots};
  return kKernels;
}

const StretchKernels& stretch_kernels() {
  static constexpr StretchKernels kWide{wide_logistic, wide_logistic_start, wide_multiply, wide_combine, wide_add_dots};
  static constexpr StretchKernels kWidest{widest_logistic, widest_logistic_start, widest_multiply, widest_combine,
                                          wide_add_dots};
  static const bool kHasAvx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0;
  if (kHasAvx512) return kWidest;
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
  return kHasAvx2 ? kWide : baseline_stretch_kernels();
}

}  // namespace hamdil::stats::survey
