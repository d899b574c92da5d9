// Functions of ODK XForms on numbers.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

template <double (*kFunction)(double)>
Value of_one(Call& call) {
  return Value::of(kFunction(call.number(0)));
}

template <double (*kFunction)(double, double)>
Value of_two(Call& call) {
  const double a = call.number(0);
  return Value::of(kFunction(a, call.number(1)));
}

double exp10_of(double x) { return std::pow(10, x); }
double truncated(double x) { return std::trunc(x); }

Value pi(Call&) { return Value::of(std::numbers::pi); }

// Over all arguments, a set of nodes counting with each node; NaN when one is no number or there is none.
Value extreme(Call& call, bool greatest) {
  double out = std::numeric_limits<double>::quiet_NaN();
  bool is_first = true;
  const auto take = [&](double value) {
    if (is_first || std::isnan(value) || (!std::isnan(out) && (greatest ? value > out : value < out))) out = value;
    is_first = false;
    return !std::isnan(out);
  };
  for (std::size_t i = 0; i < call.count(); ++i) {
    const Value value = call.value(i);
    if (call.failed()) return value;
    if (value.kind != Value::Kind::kNodes) {
      if (!take(call.number_of(value))) return Value::of(out);
      continue;
    }
    for (const NodeRef& node : value.nodes)
      if (!take(call.number_of(Value::of(std::vector{node})))) return Value::of(out);
  }
  return Value::of(out);
}

Value max(Call& call) { return extreme(call, true); }
Value min(Call& call) { return extreme(call, false); }

}  // namespace

std::vector<Function> number_functions() {
  return {{"int", 1, 1, of_one<truncated>, false},    {"abs", 1, 1, of_one<std::fabs>, false},
          {"pow", 2, 2, of_two<std::pow>, false},     {"log", 1, 1, of_one<std::log>, false},
          {"log10", 1, 1, of_one<std::log10>, false}, {"exp", 1, 1, of_one<std::exp>, false},
          {"exp10", 1, 1, of_one<exp10_of>, false},   {"sqrt", 1, 1, of_one<std::sqrt>, false},
          {"sin", 1, 1, of_one<std::sin>, false},     {"cos", 1, 1, of_one<std::cos>, false},
          {"tan", 1, 1, of_one<std::tan>, false},     {"asin", 1, 1, of_one<std::asin>, false},
          {"acos", 1, 1, of_one<std::acos>, false},   {"atan", 1, 1, of_one<std::atan>, false},
          {"atan2", 2, 2, of_two<std::atan2>, false}, {"pi", 0, 0, pi, false},
          {"max", 1, kAnyNumber, max, false},         {"min", 1, kAnyNumber, min, false}};
}

}  // namespace hamdil::exchange::xpath
