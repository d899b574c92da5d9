// XPath 1.0 with the functions of ODK XForms and the ${name} of XLSForms, parsed once and evaluated often.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange::xpath {

enum class Axis : std::uint8_t {
  kChild,
  kDescendant,
  kParent,
  kAncestor,
  kFollowingSibling,
  kPrecedingSibling,
  kFollowing,
  kPreceding,
  kAttribute,
  kNamespace,
  kSelf,
  kDescendantOrSelf,
  kAncestorOrSelf
};

using ExprId = std::uint32_t;

struct Step {
  enum class Test : std::uint8_t { kName, kAnyName, kAnyOfPrefix, kNode, kText, kComment, kInstruction };
  Axis axis = Axis::kChild;
  Test test = Test::kNode;
  std::string prefix;
  std::string name;  // local name; target of processing-instruction('x')
  std::vector<ExprId> predicates;
};

struct Function;  // functions.hpp

struct Expr {
  enum class Kind : std::uint8_t {
    kOr,
    kAnd,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kModulo,
    kNegate,
    kUnion,
    kNumber,
    kString,
    kCall,
    kReference,  // ${text}
    kPath,       // steps from args[0], from the root (is_absolute) or from the context node
    kFilter      // args[0] with predicates
  };
  Kind kind = Kind::kNumber;
  bool is_absolute = false;
  bool is_last_saved = false;  // ${last-saved#name}
  double number = 0;
  std::string text;  // literal, function name, name of a reference
  const Function* function = nullptr;
  std::vector<ExprId> args;
  std::vector<ExprId> predicates;
  std::vector<Step> steps;
  std::uint32_t depth = 1;
};

struct Expression {
  std::vector<Expr> nodes;
  ExprId root = 0;
  std::vector<std::string> references() const;         // names in ${...}, each once, in order
  std::vector<std::string> unknown_functions() const;  // names of calls that nothing here can evaluate
};

// Parses. Limits: 32,768 bytes, 200 levels, 10,000 parts. Codes: exchange.xpath.syntax (with the place as {at}, from
// 1), exchange.xpath.too_long, exchange.xpath.too_deep.
Result<Expression> parse(std::string_view text);

}  // namespace hamdil::exchange::xpath
