// The functions that expressions may call, by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/xpath/evaluate.hpp"

namespace hamdil::exchange::xpath {

class Evaluator;

// Where a part of an expression is evaluated.
struct Scope {
  NodeRef node;
  std::size_t position = 1;
  std::size_t size = 1;
};

// One call: its arguments, evaluated when asked for. After an error every answer is empty and the call's value is
// ignored.
class Call {
 public:
  Call(Evaluator& evaluator, const Expr& expr, const Scope& scope)
      : evaluator_(evaluator), expr_(expr), scope_(scope) {}

  std::size_t count() const { return expr_.args.size(); }
  Value value(std::size_t i);
  std::string text(std::size_t i);
  double number(std::size_t i);
  bool boolean(std::size_t i);
  std::vector<NodeRef> nodes(std::size_t i);  // an error when the argument is no set of nodes
  // The same; a ${name} means all its nodes, wherever the expression stands.
  std::vector<NodeRef> absolute_nodes(std::size_t i);
  std::string reference_name(std::size_t i) const;  // of an argument that is just ${name}; else ""
  // The texts of all arguments from `from` on, a set of nodes giving one for each node.
  std::vector<std::string> texts_from(std::size_t from);

  std::string text_of(NodeRef node);
  double number_of(const Value& value);
  std::string text_of(const Value& value);
  const Scope& scope() const { return scope_; }
  NodeRef current() const;
  NodeId root() const;
  const Settings& settings() const;
  Value fail(const char* code, const char* text);
  Value unavailable();
  bool failed() const;

 private:
  Evaluator& evaluator_;
  const Expr& expr_;
  const Scope& scope_;
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

struct Function {
  std::string_view name;
  std::size_t at_least;
  std::size_t at_most;
  Value (*run)(Call&);
  bool is_xpath1;
};

// nullptr for a name that nothing here knows.
const Function* find_function(std::string_view name);

// Parts of the table, by file.
std::vector<Function> core_functions();
std::vector<Function> odk_functions();
std::vector<Function> number_functions();
std::vector<Function> date_functions();
std::vector<Function> geo_functions();
std::vector<Function> digest_functions();

}  // namespace hamdil::exchange::xpath
