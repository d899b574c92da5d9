#include "base/random.hpp"

#include <cmath>
#include <numbers>

namespace hamdil {

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ull;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::size_t Random::below(std::size_t count) {
  return static_cast<std::size_t>(uniform() * static_cast<double>(count));
}

std::vector<std::size_t> Random::sample(std::size_t count, std::size_t total) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < total && out.size() < count; ++i)
    if (uniform() * static_cast<double>(total - i) < static_cast<double>(count - out.size())) out.push_back(i);
  return out;
}

}  // namespace hamdil
