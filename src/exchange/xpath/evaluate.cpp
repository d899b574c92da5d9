#include "exchange/xpath/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "exchange/xpath/dates.hpp"
#include "exchange/xpath/evaluator.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_relational(Expr::Kind kind) { return kind != Expr::Kind::kEqual && kind != Expr::Kind::kNotEqual; }

bool compare_numbers(Expr::Kind kind, double a, double b) {
  switch (kind) {
    case Expr::Kind::kEqual:
      return a == b;
    case Expr::Kind::kNotEqual:
      return a != b;
    case Expr::Kind::kLess:
      return a < b;
    case Expr::Kind::kLessEqual:
      return a <= b;
    case Expr::Kind::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

// XPath 1.0: digits with at most one point and a minus; parse_number() takes more.
double number_of_text(std::string_view whole, const Settings& settings) {
  while (!whole.empty() && std::string_view(" \t\n\r").find(whole.front()) != std::string_view::npos)
    whole.remove_prefix(1);
  while (!whole.empty() && std::string_view(" \t\n\r").find(whole.back()) != std::string_view::npos)
    whole.remove_suffix(1);
  if (whole.empty()) return kNaN;
  const std::string_view digits = whole.front() == '-' ? whole.substr(1) : whole;
  const bool allows_exponent = settings.rules.has_xforms && settings.rules.accepts_exponents;
  const std::string_view allowed = allows_exponent ? "0123456789.eE+-" : "0123456789.";
  if (!digits.empty() && digits.find_first_not_of(allowed) == std::string_view::npos && digits.front() != '-' &&
      digits.front() != '+') {
    std::string plain(digits);
    if (plain.front() == '.' && plain.size() > 1) plain.insert(0, 1, '0');
    if (plain.back() == '.') plain.pop_back();
    if (const auto value = text::parse_number(plain)) return whole.front() == '-' ? -*value : *value;
  }
  if (settings.rules.has_xforms)
    if (const auto instant = parse_instant(whole, settings.utc_offset_minutes)) return instant->days;
  return kNaN;
}

std::optional<std::string> text_of_node(NodeRef node) {
  std::string out;
  if (!node.document->string_value(node.id, out)) return std::nullopt;
  return out;
}

}  // namespace

Value Value::of(double number) { return {.kind = Kind::kNumber, .number = number}; }
Value Value::of(bool boolean) { return {.kind = Kind::kBoolean, .boolean = boolean}; }
Value Value::of(std::string text) { return {.kind = Kind::kString, .text = std::move(text)}; }
Value Value::of(std::vector<NodeRef> nodes) { return {.kind = Kind::kNodes, .nodes = std::move(nodes)}; }
Value Value::date(double days, bool has_time) { return {.kind = Kind::kDate, .has_time = has_time, .number = days}; }

bool Host::find_reference(std::string_view, NodeRef, std::vector<NodeRef>&) { return false; }
std::optional<NodeRef> Host::find_instance(std::string_view) { return std::nullopt; }
std::optional<std::string> Host::find_choice_label(std::string_view, std::string_view) { return std::nullopt; }

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  const std::string shortest = text::format_number(number);
  const std::size_t e = shortest.find('e');
  if (e == std::string::npos) return shortest;
  // Without the exponent: the digits, moved.
  const bool is_negative = shortest[0] == '-';
  std::string digits = shortest.substr(is_negative ? 1 : 0, e - (is_negative ? 1 : 0));
  auto exponent =
      static_cast<std::ptrdiff_t>(*text::parse_integer(shortest.substr(e + (shortest[e + 1] == '+' ? 2 : 1))));
  std::ptrdiff_t whole = 1;
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    whole = static_cast<std::ptrdiff_t>(point);
    digits.erase(point, 1);
  } else {
    whole = static_cast<std::ptrdiff_t>(digits.size());
  }
  whole += exponent;
  std::string out = is_negative ? "-" : "";
  if (whole <= 0) return out + "0." + std::string(static_cast<std::size_t>(-whole), '0') + digits;
  const auto places = static_cast<std::size_t>(whole);
  if (digits.size() <= places) return out + digits + std::string(places - digits.size(), '0');
  return out + digits.substr(0, places) + "." + digits.substr(places);
}

std::optional<std::string> to_text(const Value& value, const Settings& settings) {
  switch (value.kind) {
    case Value::Kind::kNodes:
      return value.nodes.empty() ? std::optional<std::string>("") : text_of_node(value.nodes.front());
    case Value::Kind::kNumber:
      return number_text(value.number);
    case Value::Kind::kBoolean:
      return value.boolean ? "true" : "false";
    case Value::Kind::kDate:
      return instant_text({value.number, value.has_time}, settings.utc_offset_minutes);
    case Value::Kind::kString:
      break;
  }
  return value.text;
}

std::optional<double> to_number(const Value& value, const Settings& settings) {
  switch (value.kind) {
    case Value::Kind::kNumber:
    case Value::Kind::kDate:
      return value.number;
    case Value::Kind::kBoolean:
      return value.boolean ? 1 : 0;
    default:
      break;
  }
  if (value.kind == Value::Kind::kString) return number_of_text(value.text, settings);
  const auto text = to_text(value, settings);
  return text ? std::optional(number_of_text(*text, settings)) : std::nullopt;
}

std::optional<bool> to_boolean(const Value& value) {
  switch (value.kind) {
    case Value::Kind::kNodes:
      return !value.nodes.empty();
    case Value::Kind::kNumber:
      return value.number != 0 && !std::isnan(value.number);
    case Value::Kind::kDate:
      return !std::isnan(value.number);
    case Value::Kind::kBoolean:
      return value.boolean;
    case Value::Kind::kString:
      break;
  }
  return !value.text.empty();
}

Value Evaluator::fail(Error error) {
  if (!error_) error_ = std::move(error);
  return Value::of(false);
}

Value Evaluator::unavailable(const char* what) {
  return fail(Error("exchange.xpath.unavailable", "{what} is not known here.", {{"what", what}}));
}

bool Evaluator::spend(std::size_t steps) {
  spent_ += steps;
  if (spent_ > settings_.step_limit) fail(Error("exchange.xpath.too_much", "The expression looks at too many nodes."));
  return !failed();
}

std::string Evaluator::text(const Value& value) {
  auto out = to_text(value, settings_);
  if (!out) unavailable("A value");
  return out ? std::move(*out) : std::string();
}

double Evaluator::number(const Value& value) {
  const auto out = to_number(value, settings_);
  if (!out) unavailable("A value");
  return out.value_or(kNaN);
}

bool Evaluator::boolean(const Value& value) { return to_boolean(value).value_or(false); }

Value Evaluator::eval(ExprId id, const Scope& scope) {
  if (!spend(1)) return Value::of(false);
  const Expr& expr = expression_.nodes[id];
  switch (expr.kind) {
    case Expr::Kind::kOr:
    case Expr::Kind::kAnd:
      return logic(expr, scope);
    case Expr::Kind::kEqual:
    case Expr::Kind::kNotEqual:
    case Expr::Kind::kLess:
    case Expr::Kind::kLessEqual:
    case Expr::Kind::kGreater:
    case Expr::Kind::kGreaterEqual:
      return compare(expr, scope);
    case Expr::Kind::kAdd:
    case Expr::Kind::kSubtract:
    case Expr::Kind::kMultiply:
    case Expr::Kind::kDivide:
    case Expr::Kind::kModulo:
      return arithmetic(expr, scope);
    case Expr::Kind::kNegate:
      return Value::of(-number(eval(expr.args[0], scope)));
    case Expr::Kind::kUnion:
      return united(expr, scope);
    case Expr::Kind::kNumber:
      return Value::of(expr.number);
    case Expr::Kind::kString:
      return Value::of(expr.text);
    case Expr::Kind::kCall:
      return call(expr, scope);
    case Expr::Kind::kReference:
      return reference(expr);
    case Expr::Kind::kPath:
    case Expr::Kind::kFilter:
      return path(expr, scope);
  }
  return Value::of(false);
}

// A side that is not known matters only when the others do not settle the answer.
Value Evaluator::logic(const Expr& expr, const Scope& scope) {
  const bool settling = expr.kind == Expr::Kind::kOr;
  std::optional<Error> unknown;
  for (const ExprId id : expr.args) {
    const bool side = boolean(eval(id, scope));
    if (!failed()) {
      if (side == settling) return Value::of(settling);
      continue;
    }
    if (error_->code != "exchange.xpath.unavailable" && error_->code != "exchange.xpath.function")
      return Value::of(false);
    if (!unknown) unknown = std::move(error_);
    error_.reset();
  }
  if (unknown) return fail(std::move(*unknown));
  return Value::of(!settling);
}

Value Evaluator::compare(const Expr& expr, const Scope& scope) {
  const Value a = eval(expr.args[0], scope);
  if (failed()) return a;
  const Value b = eval(expr.args[1], scope);
  if (failed()) return b;
  return Value::of(compare_values(expr.kind, a, b));
}

bool Evaluator::compare_values(Expr::Kind kind, const Value& a, const Value& b) {
  if (a.kind == Value::Kind::kNodes) return compare_nodes(kind, a, b, false);
  if (b.kind == Value::Kind::kNodes) return compare_nodes(kind, b, a, true);
  return compare_simple(kind, a, b);
}

// True when the comparison holds for one of the nodes.
bool Evaluator::compare_nodes(Expr::Kind kind, const Value& nodes, const Value& other, bool is_swapped) {
  if (other.kind == Value::Kind::kBoolean && !is_relational(kind))
    return compare_simple(kind, Value::of(!nodes.nodes.empty()), other);
  std::vector<std::string> others;
  if (other.kind == Value::Kind::kNodes)
    for (const NodeRef& node : other.nodes) {
      others.push_back(text(Value::of(std::vector{node})));
      if (failed()) return false;
    }
  for (const NodeRef& node : nodes.nodes) {
    const Value mine = Value::of(text(Value::of(std::vector{node})));
    if (failed() || !spend(1 + others.size())) return false;
    if (other.kind != Value::Kind::kNodes) {
      if (is_swapped ? compare_simple(kind, other, mine) : compare_simple(kind, mine, other)) return true;
      continue;
    }
    for (const std::string& their : others)
      if (compare_simple(kind, mine, Value::of(their))) return true;
  }
  return false;
}

bool Evaluator::compare_simple(Expr::Kind kind, const Value& a, const Value& b) {
  const auto either = [&](Value::Kind wanted) { return a.kind == wanted || b.kind == wanted; };
  if (!is_relational(kind)) {
    if (either(Value::Kind::kBoolean)) return (boolean(a) == boolean(b)) == (kind == Expr::Kind::kEqual);
    if (!either(Value::Kind::kNumber) && !either(Value::Kind::kDate))
      return (a.text == b.text) == (kind == Expr::Kind::kEqual);
  }
  double x = number(a);
  double y = number(b);
  // Instants are counted in milliseconds; days as fractions carry rounding.
  if (either(Value::Kind::kDate)) {
    x = std::round(x * 86'400'000);
    y = std::round(y * 86'400'000);
  }
  return compare_numbers(kind, x, y);
}

Value Evaluator::arithmetic(const Expr& expr, const Scope& scope) {
  const double a = number(eval(expr.args[0], scope));
  if (failed()) return Value::of(kNaN);
  const double b = number(eval(expr.args[1], scope));
  if (failed()) return Value::of(kNaN);
  switch (expr.kind) {
    case Expr::Kind::kAdd:
      return Value::of(a + b);
    case Expr::Kind::kSubtract:
      return Value::of(a - b);
    case Expr::Kind::kMultiply:
      return Value::of(a * b);
    case Expr::Kind::kDivide:
      return Value::of(a / b);
    default:
      return Value::of(std::fmod(a, b));
  }
}

Value Evaluator::united(const Expr& expr, const Scope& scope) {
  if (settings_.rules.refuses_unions) return fail(Error("exchange.xpath.type", "Sets of nodes cannot be joined."));
  Value out = Value::of(std::vector<NodeRef>());
  for (const ExprId id : expr.args) {
    const Value part = eval(id, scope);
    if (failed()) return part;
    if (part.kind != Value::Kind::kNodes)
      return fail(Error("exchange.xpath.type", "Only sets of nodes can be joined by \"|\"."));
    out.nodes.insert(out.nodes.end(), part.nodes.begin(), part.nodes.end());
  }
  const auto in_order = [](const NodeRef& a, const NodeRef& b) {
    return a.document != b.document ? std::less<>()(a.document, b.document) : a.id < b.id;
  };
  std::sort(out.nodes.begin(), out.nodes.end(), in_order);
  out.nodes.erase(std::unique(out.nodes.begin(), out.nodes.end()), out.nodes.end());
  return out;
}

Value Evaluator::reference(const Expr& expr) {
  Value out = Value::of(std::vector<NodeRef>());
  if (settings_.host == nullptr || expr.is_last_saved) return unavailable("The value of a reference");
  if (!settings_.host->find_reference(expr.text, place_.node, out.nodes))
    return unavailable("The value of a reference");
  spend(out.nodes.size());
  return out;
}

Value Evaluator::call(const Expr& expr, const Scope& scope) {
  const bool is_known = expr.function != nullptr && (settings_.rules.has_xforms || expr.function->is_xpath1);
  if (!is_known)
    return fail(
        Error("exchange.xpath.function", "The function {name}() cannot be evaluated here.", {{"name", expr.text}}));
  if (expr.args.size() < expr.function->at_least || expr.args.size() > expr.function->at_most)
    return fail(Error("exchange.xpath.arguments", "{function}() cannot have {count} arguments.",
                      {{"function", expr.text}, {"count", std::to_string(expr.args.size())}}));
  Call made(*this, expr, scope);
  return expr.function->run(made);
}

Result<Value> evaluate(const Expression& expression, const Place& place, const Settings& settings) {
  Evaluator evaluator(expression, place, settings);
  Value value = evaluator.eval(expression.root, {.node = place.node});
  if (evaluator.failed()) return evaluator.take_error();
  return value;
}

}  // namespace hamdil::exchange::xpath
