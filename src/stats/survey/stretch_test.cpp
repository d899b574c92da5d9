#include "stats/survey/stretch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "stats/survey/family.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

Values numbers(std::size_t size, double least, double most, unsigned seed) {
  std::mt19937_64 random(seed);
  Values out(size);
  for (double& value : out) value = least + (most - least) * static_cast<double>(random() >> 11) / 0x1p53;
  return out;
}

// Inputs of a stretch and room for what comes out.
struct Room {
  explicit Room(std::size_t size)
      : eta(numbers(size, -40, 40, 1)),
        response(numbers(size, 0, 1, 2)),
        prior(numbers(size, 0, 3, 3)),
        mean(size),
        weight(size),
        score(size),
        deviance(size) {
    for (double& value : response) value = value < 0.5 ? 0 : 1;
  }
  RowStretch stretch() {
    return {eta.size(), response.data(), prior.data(), mean.data(), weight.data(), score.data(), deviance.data()};
  }
  Values eta, response, prior, mean, weight, score, deviance;
};

void expect_same(const Room& a, const Room& b) {
  EXPECT_EQ(a.eta, b.eta);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.deviance, b.deviance);
}

TEST(StretchKernels, AllBuildsGiveTheSameToTheLastBit) {
  for (const std::size_t size : {1u, 2u, 3u, 7u, 8u, 65u, 512u}) {
    Room best(size);
    Room baseline(size);
    stretch_kernels().logistic(best.stretch(), best.eta.data());
    baseline_stretch_kernels().logistic(baseline.stretch(), baseline.eta.data());
    expect_same(best, baseline);
    stretch_kernels().logistic_start(best.stretch(), best.eta.data());
    baseline_stretch_kernels().logistic_start(baseline.stretch(), baseline.eta.data());
    expect_same(best, baseline);
    for (std::size_t count = 1; count <= kSideBySide; ++count) {
      std::vector<const double*> columns(count, best.prior.data());
      columns[0] = best.mean.data();
      Values sums(count, 1.0);
      Values expected(count, 1.0);
      stretch_kernels().add_dots(size, best.eta.data(), count, columns.data(), sums.data());
      baseline_stretch_kernels().add_dots(size, best.eta.data(), count, columns.data(), expected.data());
      EXPECT_EQ(sums, expected);
      const Values factors = numbers(count, -2, 2, 9);
      Values combined(size);
      Values other(size);
      stretch_kernels().combine(size, count, columns.data(), factors.data(), combined.data());
      baseline_stretch_kernels().combine(size, count, columns.data(), factors.data(), other.data());
      EXPECT_EQ(combined, other);
      stretch_kernels().multiply(size, columns[0], best.prior.data(), combined.data());
      baseline_stretch_kernels().multiply(size, columns[0], best.prior.data(), other.data());
      EXPECT_EQ(combined, other);
    }
  }
}

// A response of 1/2 in the model's last row keeps the general formulas in use for all others.
TEST(StretchKernels, LogisticAgreesWithTheGeneralFormulas) {
  Room fast(300);
  Room general(300);
  Values with_half = fast.response;
  with_half.push_back(0.5);
  const RowKernel kernel(Family::kBinomial, Link::kLogit, ModelColumn(fast.response));
  const RowKernel plain(Family::kBinomial, Link::kLogit, ModelColumn(with_half));
  ASSERT_TRUE(kernel.zero_one());
  ASSERT_FALSE(plain.zero_one());
  const auto compare = [&] {
    for (std::size_t i = 0; i < fast.eta.size(); ++i) {
      const auto near = [&](double a, double b) { EXPECT_NEAR(a, b, 1e-13 * std::fabs(b) + 1e-15) << fast.eta[i]; };
      near(fast.eta[i], general.eta[i]);
      near(fast.mean[i], general.mean[i]);
      near(fast.weight[i], general.weight[i]);
      near(fast.score[i], general.score[i]);
      near(fast.deviance[i], general.deviance[i]);
    }
  };
  kernel.update(fast.stretch(), fast.eta.data());
  plain.update(general.stretch(), general.eta.data());
  compare();
  kernel.start(fast.stretch(), fast.eta.data());
  plain.start(general.stretch(), general.eta.data());
  compare();
}

TEST(StretchKernels, DotProductsAndCombinations) {
  const Values own = {1, 2, 3, 4, 5};
  const Values other = {2, 0, -1, 1, 10};
  const std::array<const double*, 2> columns = {own.data(), other.data()};
  Values sums(2, 100.0);
  stretch_kernels().add_dots(5, own.data(), 2, columns.data(), sums.data());
  EXPECT_EQ(sums, (Values{155, 153}));
  const Values factors = {1, -2};
  Values out(5);
  stretch_kernels().combine(5, 2, columns.data(), factors.data(), out.data());
  EXPECT_EQ(out, (Values{-3, 2, 5, 2, -15}));
}

}  // namespace
}  // namespace hamdil::stats::survey
