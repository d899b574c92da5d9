#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "exchange/xpath/expression.hpp"
#include "exchange/xpath/functions.hpp"
#include "exchange/xpath/lexer.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr std::size_t kLengthLimit = 32'768;
constexpr std::uint32_t kDepthLimit = 200;
constexpr std::size_t kNodeLimit = 10'000;

constexpr std::array<std::pair<std::string_view, Axis>, 13> kAxes = {{{"child", Axis::kChild},
                                                                      {"descendant", Axis::kDescendant},
                                                                      {"parent", Axis::kParent},
                                                                      {"ancestor", Axis::kAncestor},
                                                                      {"following-sibling", Axis::kFollowingSibling},
                                                                      {"preceding-sibling", Axis::kPrecedingSibling},
                                                                      {"following", Axis::kFollowing},
                                                                      {"preceding", Axis::kPreceding},
                                                                      {"attribute", Axis::kAttribute},
                                                                      {"namespace", Axis::kNamespace},
                                                                      {"self", Axis::kSelf},
                                                                      {"descendant-or-self", Axis::kDescendantOrSelf},
                                                                      {"ancestor-or-self", Axis::kAncestorOrSelf}}};

struct BinaryOperator {
  std::string_view text;
  Expr::Kind kind;
  int level;
};
constexpr std::array<BinaryOperator, 13> kOperators = {{{"or", Expr::Kind::kOr, 1},
                                                        {"and", Expr::Kind::kAnd, 2},
                                                        {"=", Expr::Kind::kEqual, 3},
                                                        {"!=", Expr::Kind::kNotEqual, 3},
                                                        {"<", Expr::Kind::kLess, 4},
                                                        {"<=", Expr::Kind::kLessEqual, 4},
                                                        {">", Expr::Kind::kGreater, 4},
                                                        {">=", Expr::Kind::kGreaterEqual, 4},
                                                        {"+", Expr::Kind::kAdd, 5},
                                                        {"-", Expr::Kind::kSubtract, 5},
                                                        {"*", Expr::Kind::kMultiply, 6},
                                                        {"div", Expr::Kind::kDivide, 6},
                                                        {"mod", Expr::Kind::kModulo, 6}}};

using Parsed = std::optional<ExprId>;  // empty after an error, which stands in error_

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Expression> run() {
    const Parsed root = binary(1);
    if (root && tokens_[at_].kind != Token::Kind::kEnd) fail("An unexpected part");
    if (error_) return std::move(*error_);
    out_.root = *root;
    return std::move(out_);
  }

 private:
  // Counts nested calls of the parser, so that no input can exhaust the stack.
  struct Level {
    explicit Level(Parser& parser) : depth(parser.depth_) { ++depth; }
    ~Level() { --depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    std::uint32_t& depth;
  };

  const Token& token() const { return tokens_[at_]; }
  bool is(std::string_view op) const { return token().kind == Token::Kind::kOperator && token().text == op; }
  bool take(std::string_view op) {
    if (!is(op)) return false;
    ++at_;
    return true;
  }

  Parsed fail(const char* what) {
    if (!error_)
      error_ = Error("exchange.xpath.syntax", "{what} at character {at}.",
                     {{"what", what}, {"at", std::to_string(token().at + 1)}});
    return std::nullopt;
  }

  Parsed too_deep() {
    if (!error_) error_ = Error("exchange.xpath.too_deep", "The expression is nested too deep.");
    return std::nullopt;
  }

  Parsed add(Expr expr) {
    for (const auto* ids : {&expr.args, &expr.predicates})
      for (const ExprId id : *ids) expr.depth = std::max(expr.depth, out_.nodes[id].depth + 1);
    for (const Step& step : expr.steps)
      for (const ExprId id : step.predicates) expr.depth = std::max(expr.depth, out_.nodes[id].depth + 1);
    if (expr.depth > kDepthLimit) return too_deep();
    if (out_.nodes.size() >= kNodeLimit) {
      if (!error_) error_ = Error("exchange.xpath.too_long", "The expression has too many parts.");
      return std::nullopt;
    }
    out_.nodes.push_back(std::move(expr));
    return static_cast<ExprId>(out_.nodes.size() - 1);
  }

  const BinaryOperator* operator_here(int level) const {
    if (token().kind != Token::Kind::kOperator) return nullptr;
    for (const BinaryOperator& op : kOperators)
      if (op.level >= level && op.text == token().text) return &op;
    return nullptr;
  }

  Parsed binary(int level) {
    const Level here(*this);
    if (depth_ > kDepthLimit) return too_deep();
    Parsed left = unary();
    while (left) {
      const BinaryOperator* op = operator_here(level);
      if (op == nullptr) break;
      ++at_;
      const Parsed right = binary(op->level + 1);
      if (!right) return right;
      // Long chains of "or" stay flat.
      Expr& before = out_.nodes[*left];
      const bool is_chain = (op->kind == Expr::Kind::kOr || op->kind == Expr::Kind::kAnd) && before.kind == op->kind;
      if (is_chain) {
        before.args.push_back(*right);
        before.depth = std::max(before.depth, out_.nodes[*right].depth + 1);
        if (before.depth > kDepthLimit) return too_deep();
      } else {
        left = add({.kind = op->kind, .args = {*left, *right}});
      }
    }
    return left;
  }

  Parsed unary() {
    bool is_negative = false;
    bool has_sign = false;
    while (take("-")) {
      is_negative = !is_negative;
      has_sign = true;
    }
    const Parsed operand = united();
    if (!operand || !has_sign) return operand;
    const Parsed negated = add({.kind = Expr::Kind::kNegate, .args = {*operand}});
    if (is_negative || !negated) return negated;
    return add({.kind = Expr::Kind::kNegate, .args = {*negated}});
  }

  Parsed united() {
    Parsed left = path();
    while (left && take("|")) {
      const Parsed right = path();
      if (!right) return right;
      left = add({.kind = Expr::Kind::kUnion, .args = {*left, *right}});
    }
    return left;
  }

  bool starts_step() const {
    return is(".") || is("..") || is("@") || token().kind == Token::Kind::kName || token().kind == Token::Kind::kAxis ||
           token().kind == Token::Kind::kNodeType;
  }

  Parsed path() {
    Expr expr{.kind = Expr::Kind::kPath};
    if (is("/") || is("//")) {
      expr.is_absolute = true;
      if (is("/") && take("/") && !starts_step()) return add(std::move(expr));
      if (is("//") && !take_double_slash(expr)) return fail("A path that ends");
      if (!steps(expr)) return std::nullopt;
      return add(std::move(expr));
    }
    if (starts_step()) {
      if (!steps(expr)) return std::nullopt;
      return add(std::move(expr));
    }
    Parsed base = filter();
    if (!base || (!is("/") && !is("//"))) return base;
    expr.args = {*base};
    if (!(is("//") ? take_double_slash(expr) : take("/"))) return fail("A path that ends");
    if (!steps(expr)) return std::nullopt;
    return add(std::move(expr));
  }

  bool take_double_slash(Expr& expr) {
    if (!take("//")) return false;
    expr.steps.push_back({.axis = Axis::kDescendantOrSelf, .test = Step::Test::kNode});
    return true;
  }

  bool steps(Expr& expr) {
    for (;;) {
      if (!step(expr)) return false;
      if (take_double_slash(expr)) continue;
      if (!take("/")) return true;
    }
  }

  bool step(Expr& expr) {
    if (expr.steps.size() > 500) return too_deep().has_value();
    Step step;
    if (take(".")) {
      step.axis = Axis::kSelf;
    } else if (take("..")) {
      step.axis = Axis::kParent;
    } else {
      if (take("@")) {
        step.axis = Axis::kAttribute;
      } else if (token().kind == Token::Kind::kAxis) {
        const auto found =
            std::find_if(kAxes.begin(), kAxes.end(), [&](const auto& axis) { return axis.first == token().text; });
        if (found == kAxes.end()) return fail("An unknown axis").has_value();
        step.axis = found->second;
        at_ += 1;
        if (!take("::")) return fail("An axis without a node").has_value();
      }
      if (!node_test(step)) return false;
    }
    if (!predicates(step.predicates)) return false;
    expr.steps.push_back(std::move(step));
    return true;
  }

  bool node_test(Step& step) {
    const Token now = token();
    if (now.kind == Token::Kind::kName) {
      ++at_;
      const std::size_t colon = now.text.find(':');
      step.test = now.text == "*" ? Step::Test::kAnyName : Step::Test::kName;
      step.name = now.text;
      if (colon == std::string::npos) return true;
      step.prefix = now.text.substr(0, colon);
      step.name = now.text.substr(colon + 1);
      if (step.name == "*") step.test = Step::Test::kAnyOfPrefix;
      return true;
    }
    if (now.kind != Token::Kind::kNodeType) return fail("Something that is no step of a path").has_value();
    at_ += 1;
    if (!take("(")) return fail("A missing bracket").has_value();
    step.test = now.text == "node"      ? Step::Test::kNode
                : now.text == "text"    ? Step::Test::kText
                : now.text == "comment" ? Step::Test::kComment
                                        : Step::Test::kInstruction;
    if (step.test == Step::Test::kInstruction && token().kind == Token::Kind::kLiteral) step.name = tokens_[at_++].text;
    if (!take(")")) return fail("A missing bracket").has_value();
    return true;
  }

  bool predicates(std::vector<ExprId>& out) {
    while (take("[")) {
      const Parsed inside = binary(1);
      if (!inside) return false;
      out.push_back(*inside);
      if (!take("]")) return fail("A missing bracket").has_value();
    }
    return true;
  }

  Parsed filter() {
    const Parsed base = primary();
    if (!base || !is("[")) return base;
    Expr expr{.kind = Expr::Kind::kFilter, .args = {*base}};
    if (!predicates(expr.predicates)) return std::nullopt;
    return add(std::move(expr));
  }

  Parsed primary() {
    const Token now = token();
    switch (now.kind) {
      case Token::Kind::kNumber:
        ++at_;
        return add({.kind = Expr::Kind::kNumber, .number = now.number});
      case Token::Kind::kLiteral:
        ++at_;
        return add({.kind = Expr::Kind::kString, .text = now.text});
      case Token::Kind::kReference: {
        ++at_;
        constexpr std::string_view kLastSaved = "last-saved#";
        const bool is_last_saved = now.text.starts_with(kLastSaved);
        return add({.kind = Expr::Kind::kReference,
                    .is_last_saved = is_last_saved,
                    .text = is_last_saved ? text::trim(now.text.substr(kLastSaved.size())) : now.text});
      }
      case Token::Kind::kFunction:
        return call();
      default:
        break;
    }
    if (!take("(")) return fail("Something that is no value");
    const Parsed inside = binary(1);
    if (!inside) return inside;
    if (!take(")")) return fail("A missing bracket");
    return inside;
  }

  Parsed call() {
    Expr expr{.kind = Expr::Kind::kCall, .text = token().text};
    at_ += 2;  // the name and its bracket
    if (!take(")")) {
      do {
        const Parsed argument = binary(1);
        if (!argument) return argument;
        expr.args.push_back(*argument);
      } while (take(","));
      if (!take(")")) return fail("A missing bracket");
    }
    expr.function = find_function(expr.text);
    return add(std::move(expr));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  Expression out_;
  std::optional<Error> error_;
};

}  // namespace

std::vector<std::string> Expression::references() const {
  std::vector<std::string> out;
  for (const Expr& expr : nodes)
    if (expr.kind == Expr::Kind::kReference && std::find(out.begin(), out.end(), expr.text) == out.end())
      out.push_back(expr.text);
  return out;
}

std::vector<std::string> Expression::unknown_functions() const {
  std::vector<std::string> out;
  for (const Expr& expr : nodes)
    if (expr.kind == Expr::Kind::kCall && expr.function == nullptr &&
        std::find(out.begin(), out.end(), expr.text) == out.end())
      out.push_back(expr.text);
  return out;
}

Result<Expression> parse(std::string_view text) {
  if (text.size() > kLengthLimit) return Error("exchange.xpath.too_long", "The expression is too long.");
  HAMDIL_TRY(std::vector<Token> tokens, tokenize(text));
  return Parser(std::move(tokens)).run();
}

}  // namespace hamdil::exchange::xpath
