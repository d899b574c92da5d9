// Words of an XPath expression.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange::xpath {

struct Token {
  enum class Kind {
    kEnd,
    kNumber,
    kLiteral,
    kReference,  // ${name}
    kName,       // name test: "a", "p:a", "p:*", "*"
    kFunction,   // name before "("
    kNodeType,   // node, text, comment, processing-instruction before "("
    kAxis,       // name before "::"
    kOperator    // everything else, "and", "or", "div", "mod" and the multiplying "*" included
  };
  Kind kind = Kind::kEnd;
  std::string text;
  double number = 0;
  std::size_t at = 0;  // byte from 0
};

Result<std::vector<Token>> tokenize(std::string_view text);

}  // namespace hamdil::exchange::xpath
