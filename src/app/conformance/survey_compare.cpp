#include "app/conformance/survey_compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace hamdil::conformance {
namespace {

constexpr std::size_t kShown = 4;
constexpr double kTinyP = 1e-12;

std::optional<double> as_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "Inf") return std::numeric_limits<double>::infinity();
  if (value == "-Inf") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

std::string as_label(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : value.dump();
}

class Comparison {
 public:
  explicit Comparison(const Tolerance& tolerance) : tolerance_(tolerance) {}

  void compare(const Json& expected, const Json& actual, const std::string& pointer, double estimate) {
    if (expected.is_object()) return compare_objects(expected, actual, pointer, estimate);
    if (expected.is_array()) return compare_arrays(expected, actual, pointer, estimate);
    if (const auto number = as_number(expected)) return compare_numbers(*number, actual, pointer, estimate);
    if (expected.is_null() || expected == "NaN") {
      if (!actual.is_null() && actual != "NaN") note(pointer, "null", actual.dump());
      return;
    }
    if (as_label(expected) != as_label(actual)) note(pointer, expected.dump(), actual.dump());
  }

  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < std::min(kShown, differences_.size()); ++i)
      out += (i > 0 ? "; " : "") + differences_[i];
    if (differences_.size() > kShown) out += fmt::format("; and {} more", differences_.size() - kShown);
    return out;
  }

 private:
  void note(const std::string& pointer, const std::string& expected, const std::string& actual) {
    differences_.push_back(fmt::format("{}: expected {}, got {}", pointer, expected,
                                       actual.size() > 120 ? actual.substr(0, 120) + "..." : actual));
  }

  void compare_objects(const Json& expected, const Json& actual, const std::string& pointer, double estimate) {
    if (!actual.is_object()) return note(pointer, "an object", actual.dump());
    if (expected.contains("estimate") && expected["estimate"].is_number())
      estimate = std::fabs(expected["estimate"].get<double>());
    for (const auto& [key, value] : expected.items()) {
      if (tolerance_.unstable.count(key) > 0) continue;
      const std::string place = pointer + "/" + key;
      if (!actual.contains(key)) {
        if (!value.is_null()) note(place, "a value", "nothing");
        continue;
      }
      if (key == "by")
        compare_labels(value, actual[key], place);
      else
        compare(value, actual[key], place, estimate);
    }
  }

  // Labels may be written as numbers or as text.
  void compare_labels(const Json& expected, const Json& actual, const std::string& pointer) {
    if (!expected.is_object() || !actual.is_object()) return compare(expected, actual, pointer, 1);
    for (const auto& [variable, label] : expected.items()) {
      const std::string got = actual.contains(variable) ? as_label(actual[variable]) : std::string();
      if (got != as_label(label)) note(pointer + "/" + variable, as_label(label), got);
    }
  }

  void compare_arrays(const Json& expected, const Json& actual, const std::string& pointer, double estimate) {
    if (!actual.is_array() || actual.size() != expected.size())
      return note(pointer, fmt::format("a list of {}", expected.size()),
                  actual.is_array() ? fmt::format("a list of {}", actual.size()) : actual.dump());
    for (std::size_t i = 0; i < expected.size(); ++i)
      compare(expected[i], actual[i], pointer + "/" + std::to_string(i), estimate);
  }

  void compare_numbers(double expected, const Json& actual, const std::string& pointer, double estimate) {
    const auto got = as_number(actual);
    if (!got) return note(pointer, fmt::format("{}", expected), actual.dump());
    if (expected == *got) return;
    const bool p_value = pointer.ends_with("/p_value") || pointer.ends_with("/p_normal") || pointer.ends_with("/p_t");
    bool pass = false;
    if (p_value && expected < kTinyP) {
      pass = *got >= 0 && *got < 1e-11 &&
             (*got == 0 || expected == 0 || std::fabs(std::log10(*got) - std::log10(expected)) <= 1);
    } else {
      double relative = tolerance_.relative;
      if (p_value &&
          (pointer.find("/saddlepoint/") != std::string::npos || pointer.find("/rao_scott_lrt/") != std::string::npos))
        relative = 1e-3;
      pass = std::fabs(*got - expected) <= relative * std::fabs(expected) + 1e-9 * std::max(1.0, estimate);
    }
    if (!pass) note(pointer, fmt::format("{}", expected), fmt::format("{}", *got));
  }

  const Tolerance& tolerance_;
  std::vector<std::string> differences_;
};

}  // namespace

std::string compare_results(const Json& expected, const Json& actual, const Tolerance& tolerance) {
  Comparison comparison(tolerance);
  comparison.compare(expected, actual, "", 1);
  return comparison.text();
}

}  // namespace hamdil::conformance
