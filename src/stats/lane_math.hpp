// exp and log of several doubles at a time. Reduction to a small argument by powers of two, then a series long enough
// for its rest to be below rounding. Each lane is computed alone, by the same operations for any number of lanes, so
// that results do not depend on the processor.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace hamdil::stats {

// Two lanes are what every x86-64 has; four are for functions that are compiled for AVX2, eight
// for AVX-512.
struct TwoLanes {
  using Values = double __attribute__((vector_size(16)));
  using Bits = std::uint64_t __attribute__((vector_size(16)));
  static constexpr std::size_t kCount = 2;
};
struct FourLanes {
  using Values = double __attribute__((vector_size(32)));
  using Bits = std::uint64_t __attribute__((vector_size(32)));
  static constexpr std::size_t kCount = 4;
};
struct EightLanes {
  using Values = double __attribute__((vector_size(64)));
  using Bits = std::uint64_t __attribute__((vector_size(64)));
  static constexpr std::size_t kCount = 8;
};

// Everything here is inlined into the function that uses it and takes on the processor this one is compiled for;
// vectors go by reference because how they are passed by value differs between processors.
#define HAMDIL_LANES [[gnu::always_inline]] inline

template <class Values>
HAMDIL_LANES void load(const double* from, Values& to) {
  std::memcpy(&to, from, sizeof to);
}

template <class Values>
HAMDIL_LANES void store(const Values& from, double* to) {
  std::memcpy(to, &from, sizeof from);
}

template <class Values>
HAMDIL_LANES void limit(Values& x, double least, double most) {
  const Values low = Values{} + least;
  const Values high = Values{} + most;
  x = x < low ? low : x;
  x = x > high ? high : x;
}

// c[0] + c[1] x + c[2] x^2 + ... of an even number of coefficients.
template <class Values, std::size_t kCount>
HAMDIL_LANES void polynomial(const std::array<double, kCount>& c, const Values& x, Values& out) {
  static_assert(kCount % 2 == 0);
  Values even = Values{} + c[kCount - 2];
  Values odd = Values{} + c[kCount - 1];
  const Values square = x * x;
#pragma GCC unroll 8
  for (std::size_t i = kCount - 2; i > 0; i -= 2) {
    even = even * square + c[i - 2];
    odd = odd * square + c[i - 1];
  }
  out = even + odd * x;
}

inline constexpr double kLog2High = 0x1.62e42fefa38p-1;  // the first 42 bits: exact times any exponent
inline constexpr double kLog2Low = 0x1.ef35793c7673p-45;
inline constexpr double kRoundingShift = 0x1.8p52;  // added, it leaves a whole number in the lowest bits

// Relative error below 4e-16; arguments beyond +-708 count as these.
template <class Lanes>
HAMDIL_LANES void lane_exp(typename Lanes::Values& x) {
  using Values = typename Lanes::Values;
  using Bits = typename Lanes::Bits;
  // 1/n! up to n = 13: the rest is below 2^-57 for |r| <= log(2)/2.
  constexpr std::array<double, 14> kSeries = {
      1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,       1.0 / 720,
      1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  limit(x, -708.0, 708.0);
  const Values shifted = x * 0x1.71547652b82fep0 + kRoundingShift;
  const Values power = shifted - kRoundingShift;
  const Values r = (x - power * kLog2High) - power * kLog2Low;
  Values series;
  polynomial(kSeries, r, series);
  x = reinterpret_cast<Values>(reinterpret_cast<Bits>(series) + (reinterpret_cast<Bits>(shifted) << 52));
}

// Of positive, normal, finite arguments. Relative error below 1e-15.
template <class Lanes>
HAMDIL_LANES void lane_log(typename Lanes::Values& x) {
  using Values = typename Lanes::Values;
  using Bits = typename Lanes::Bits;
  // log(m) = 2 artanh(s), s = (m - 1) / (m + 1): 2/(2n+1) up to n = 10, the rest is below 2^-55 for m within
  // sqrt(1/2) and sqrt(2).
  constexpr std::array<double, 10> kSeries = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11,
                                              2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};
  constexpr std::uint64_t kOne = 0x3ff0000000000000;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e00000000;
  constexpr std::uint64_t kTwoTo52 = 0x4330000000000000;
  const Bits bits = reinterpret_cast<Bits>(x);
  const Bits exponent = (bits + (kOne - kRootHalf)) >> 52;
  const Values power = reinterpret_cast<Values>(exponent | kTwoTo52) - (0x1p52 + 1023);
  const Values f = reinterpret_cast<Values>(bits - ((exponent - 1023) << 52)) - 1.0;
  const Values s = f / (f + 2.0);
  const Values square = s * s;
  Values series;
  polynomial(kSeries, square, series);
  x = power * kLog2High + (2.0 * s + (s * square * series + power * kLog2Low));
}

}  // namespace hamdil::stats
