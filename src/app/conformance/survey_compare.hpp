// Expected against actual results, by the rules of the reference cases.
#pragma once

#include <set>
#include <string>

#include "base/json.hpp"

namespace hamdil::conformance {

struct Tolerance {
  double relative = 1e-8;
  std::set<std::string> unstable;  // fields not to compare
};

// The first few differences, each with its JSON pointer, expected and actual value; empty when every expected field is
// met. A number passes when |a - b| <= relative * |b| + 1e-9 * max(1, |estimate beside it|); p-values below 1e-12 by
// order of magnitude; saddlepoint p-values within 1e-3. What `actual` has beyond `expected` is not looked at.
std::string compare_results(const Json& expected, const Json& actual, const Tolerance& tolerance);

}  // namespace hamdil::conformance
