#include "stats/expression.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>

#include "base/text.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats {
namespace {

constexpr int kMaxDepth = 60;
constexpr std::size_t kMaxLength = 4000;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 8> kFunctions = {"I",   "abs", "as.integer", "as.numeric",
                                                   "exp", "log", "log10",      "sqrt"};

using Node = Expression;

Node make_call(std::string name, std::vector<Node> arguments) {
  return {Node::Kind::kCall, 0, std::move(name), std::move(arguments)};
}

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source) {}

  Result<Node> run() {
    if (source_.size() > kMaxLength)
      return Error("stats.expression.too_deep", "The expression is too long or too deeply nested.");
    HAMDIL_TRY(Node node, logic(0));
    skip();
    if (at_ != source_.size()) return syntax();
    return node;
  }

 private:
  Error syntax() const {
    return Error("stats.expression.syntax", "The expression cannot be read from character {position} on.",
                 {{"position", std::to_string(at_ + 1)}});
  }

  void skip() {
    while (at_ < source_.size() && (source_[at_] == ' ' || source_[at_] == '\t' || source_[at_] == '\n')) ++at_;
  }

  bool take(std::string_view word) {
    skip();
    if (source_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Result<Node> logic(int depth) {
    if (depth > kMaxDepth)
      return Error("stats.expression.too_deep", "The expression is too long or too deeply nested.");
    HAMDIL_TRY(Node left, comparison(depth + 1));
    while (true) {
      const char* op = take("&") ? "&" : take("|") ? "|" : nullptr;
      if (op == nullptr) return left;
      HAMDIL_TRY(Node right, comparison(depth + 1));
      left = make_call(op, {std::move(left), std::move(right)});
    }
  }

  Result<Node> comparison(int depth) {
    if (take("!")) {
      HAMDIL_TRY(Node inner, comparison_or_deeper(depth));
      return make_call("!", {std::move(inner)});
    }
    HAMDIL_TRY(Node left, sum(depth));
    for (const char* op : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (!take(op)) continue;
      HAMDIL_TRY(Node right, sum(depth));
      return make_call(op, {std::move(left), std::move(right)});
    }
    return left;
  }

  Result<Node> comparison_or_deeper(int depth) {
    if (depth > kMaxDepth)
      return Error("stats.expression.too_deep", "The expression is too long or too deeply nested.");
    return comparison(depth + 1);
  }

  Result<Node> sum(int depth) {
    HAMDIL_TRY(Node left, product(depth));
    while (true) {
      const char* op = take("+") ? "+" : take("-") ? "-" : nullptr;
      if (op == nullptr) return left;
      HAMDIL_TRY(Node right, product(depth));
      left = make_call(op, {std::move(left), std::move(right)});
    }
  }

  Result<Node> product(int depth) {
    HAMDIL_TRY(Node left, sign(depth));
    while (true) {
      const char* op = take("*") ? "*" : take("/") ? "/" : nullptr;
      if (op == nullptr) return left;
      HAMDIL_TRY(Node right, sign(depth));
      left = make_call(op, {std::move(left), std::move(right)});
    }
  }

  Result<Node> sign(int depth) {
    if (depth > kMaxDepth)
      return Error("stats.expression.too_deep", "The expression is too long or too deeply nested.");
    if (take("-")) {
      HAMDIL_TRY(Node inner, sign(depth + 1));
      return make_call("-", {std::move(inner)});
    }
    if (take("+")) return sign(depth + 1);
    return power(depth);
  }

  Result<Node> power(int depth) {
    HAMDIL_TRY(Node base, primary(depth));
    if (!take("^")) return base;
    HAMDIL_TRY(Node exponent, sign(depth + 1));
    return make_call("^", {std::move(base), std::move(exponent)});
  }

  Result<Node> primary(int depth) {
    skip();
    if (at_ >= source_.size()) return syntax();
    const char c = source_[at_];
    if (take("(")) {
      HAMDIL_TRY(Node inner, logic(depth + 1));
      if (!take(")")) return syntax();
      return inner;
    }
    if (c == '\'' || c == '"') return quoted(c);
    if (c == '`') {
      HAMDIL_TRY(Node name, quoted(c));
      name.kind = Node::Kind::kName;
      return name;
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') return number();
    return name_or_call(depth);
  }

  Result<Node> quoted(char quote) {
    Node node{Node::Kind::kText, 0, "", {}};
    for (++at_; at_ < source_.size() && source_[at_] != quote; ++at_) node.text += source_[at_];
    if (at_ >= source_.size()) return syntax();
    ++at_;
    return node;
  }

  Result<Node> number() {
    const std::size_t begin = at_;
    while (at_ < source_.size() && (std::isdigit(static_cast<unsigned char>(source_[at_])) != 0 || source_[at_] == '.'))
      ++at_;
    if (at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
      ++at_;
      if (at_ < source_.size() && (source_[at_] == '-' || source_[at_] == '+')) ++at_;
      while (at_ < source_.size() && std::isdigit(static_cast<unsigned char>(source_[at_])) != 0) ++at_;
    }
    const auto value = text::parse_number(source_.substr(begin, at_ - begin));
    if (at_ < source_.size() && source_[at_] == 'L') ++at_;
    if (!value) return syntax();
    return Node{Node::Kind::kNumber, *value, "", {}};
  }

  static bool is_name_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '.';
  }

  Result<Node> name_or_call(int depth) {
    const std::size_t begin = at_;
    while (at_ < source_.size() && is_name_byte(source_[at_])) ++at_;
    std::string name(source_.substr(begin, at_ - begin));
    if (name.empty()) return syntax();
    if (!take("(")) return Node{Node::Kind::kName, 0, std::move(name), {}};
    if (std::none_of(kFunctions.begin(), kFunctions.end(), [&](const char* known) { return name == known; }))
      return Error("stats.expression.unknown_function", "The function {name} is not known in expressions.",
                   {{"name", name}});
    HAMDIL_TRY(Node argument, logic(depth + 1));
    if (!take(")")) return syntax();
    return make_call(std::move(name), {std::move(argument)});
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace

double apply_operator(const std::string& op, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kNan;
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "^") return std::pow(a, b);
  if (op == "==") return a == b;
  if (op == "!=") return a != b;
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  if (op == ">") return a > b;
  if (op == ">=") return a >= b;
  if (op == "&") return a != 0 && b != 0;
  return a != 0 || b != 0;
}

double apply_function(const std::string& function, double a) {
  if (std::isnan(a)) return kNan;
  if (function == "-") return -a;
  if (function == "!") return a == 0;
  if (function == "abs") return std::fabs(a);
  if (function == "as.integer") return std::trunc(a);
  if (function == "exp") return std::exp(a);
  if (function == "log") return std::log(a);
  if (function == "log10") return std::log10(a);
  if (function == "sqrt") return std::sqrt(a);
  return a;
}

namespace {

using Values = std::vector<double>;

Result<Values> compare_with_text(const Node& node, const data::Table& table, const survey::RowList& rows) {
  const bool text_right = node.arguments[1].kind == Node::Kind::kText;
  const Node& literal = node.arguments[text_right ? 1 : 0];
  const Node& name = node.arguments[text_right ? 0 : 1];
  if (name.kind != Node::Kind::kName || (node.text != "==" && node.text != "!="))
    return Error("stats.expression.text_in_arithmetic", "A text can only be compared with a column, by == or !=.");
  HAMDIL_TRY(const data::Column* column, survey::find_column(table, name.text));
  Values out(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool missing =
        column->is_missing(rows[i]) || (column->type == data::ColumnType::kCategory && column->codes[rows[i]] < 0);
    const bool same = !missing && column->text_at(rows[i]) == literal.text;
    out[i] = missing ? kNan : same == (node.text == "==") ? 1.0 : 0.0;
  }
  return out;
}

}  // namespace

bool Expression::is_comparison() const {
  if (kind != Kind::kCall) return false;
  if (text == "I") return arguments[0].is_comparison();
  return text == "==" || text == "!=" || text == "<" || text == "<=" || text == ">" || text == ">=" || text == "&" ||
         text == "|" || text == "!";
}

void Expression::collect_names(std::vector<std::string>& names) const {
  if (kind == Kind::kName && std::find(names.begin(), names.end(), text) == names.end()) names.push_back(text);
  for (const Expression& argument : arguments) argument.collect_names(names);
}

Result<Expression> parse_expression(std::string_view source) { return Parser(source).run(); }

Result<std::vector<double>> evaluate(const Expression& node, const data::Table& table, const survey::RowList& rows) {
  using Kind = Expression::Kind;
  if (node.kind == Kind::kNumber) return Values(rows.size(), node.number);
  if (node.kind == Kind::kText)
    return Error("stats.expression.text_in_arithmetic", "A text can only be compared with a column, by == or !=.");
  if (node.kind == Kind::kName) {
    HAMDIL_TRY(const data::Column* column, survey::find_column(table, node.text));
    Values out(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      out[i] = column->is_numeric() ? column->numbers[rows[i]] : column->number_at(rows[i]);
    return out;
  }
  const bool with_text =
      node.arguments.size() == 2 && (node.arguments[0].kind == Kind::kText || node.arguments[1].kind == Kind::kText);
  if (with_text) return compare_with_text(node, table, rows);
  HAMDIL_TRY(Values left, evaluate(node.arguments[0], table, rows));
  if (node.arguments.size() == 1) {
    for (double& value : left) value = apply_function(node.text, value);
    return left;
  }
  HAMDIL_TRY(const Values right, evaluate(node.arguments[1], table, rows));
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = apply_operator(node.text, left[i], right[i]);
  return left;
}

namespace {

Gradient scaled(const Gradient& from, double value, double factor) {
  Gradient out{value, from.partial};
  for (double& partial : out.partial) partial *= factor;
  return out;
}

// d(value) = a * left + b * right
Gradient joined(const Gradient& left, double a, const Gradient& right, double b, double value) {
  Gradient out{value, left.partial};
  for (std::size_t i = 0; i < out.partial.size(); ++i) out.partial[i] = a * left.partial[i] + b * right.partial[i];
  return out;
}

std::optional<Gradient> by_function(const std::string& name, const Gradient& x) {
  const double value = apply_function(name, x.value);
  if (name == "-") return scaled(x, value, -1);
  if (name == "I" || name == "as.numeric") return x;
  if (name == "abs") return scaled(x, value, x.value < 0 ? -1 : 1);
  if (name == "exp") return scaled(x, value, value);
  if (name == "log") return scaled(x, value, 1 / x.value);
  if (name == "log10") return scaled(x, value, 1 / (x.value * std::log(10.0)));
  if (name == "sqrt") return scaled(x, value, 0.5 / value);
  return std::nullopt;
}

std::optional<Gradient> by_operator(const std::string& op, const Gradient& x, const Gradient& y) {
  const double value = apply_operator(op, x.value, y.value);
  if (op == "+") return joined(x, 1, y, 1, value);
  if (op == "-") return joined(x, 1, y, -1, value);
  if (op == "*") return joined(x, y.value, y, x.value, value);
  if (op == "/") return joined(x, 1 / y.value, y, -x.value / (y.value * y.value), value);
  if (op != "^") return std::nullopt;
  const bool constant_power =
      std::all_of(y.partial.begin(), y.partial.end(), [](double partial) { return partial == 0; });
  return joined(x, y.value * std::pow(x.value, y.value - 1), y, constant_power ? 0 : value * std::log(x.value), value);
}

}  // namespace

Result<Gradient> differentiate(const Expression& node, const std::vector<std::string>& names,
                               const std::vector<double>& values) {
  using Kind = Expression::Kind;
  if (node.kind == Kind::kNumber) return Gradient{node.number, Values(names.size(), 0.0)};
  if (node.kind == Kind::kName) {
    const auto found = std::find(names.begin(), names.end(), node.text);
    if (found == names.end())
      return Error("stats.expression.unknown_name", "{name} is not among the estimates of the expression.",
                   {{"name", node.text}});
    Gradient out{values[static_cast<std::size_t>(found - names.begin())], Values(names.size(), 0.0)};
    out.partial[static_cast<std::size_t>(found - names.begin())] = 1;
    return out;
  }
  std::optional<Gradient> out;
  if (node.kind == Kind::kCall) {
    HAMDIL_TRY(const Gradient left, differentiate(node.arguments[0], names, values));
    if (node.arguments.size() == 1) {
      out = by_function(node.text, left);
    } else {
      HAMDIL_TRY(const Gradient right, differentiate(node.arguments[1], names, values));
      out = by_operator(node.text, left, right);
    }
  }
  if (!out)
    return Error("stats.expression.not_differentiable", "{name} has no derivative, so it cannot stand in a contrast.",
                 {{"name", node.text}});
  return *out;
}

}  // namespace hamdil::stats
