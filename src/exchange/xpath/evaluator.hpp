// Inside of evaluate(): walks an expression.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {

class Evaluator {
 public:
  Evaluator(const Expression& expression, const Place& place, const Settings& settings)
      : expression_(expression), place_(place), settings_(settings) {}

  Value eval(ExprId id, const Scope& scope);

  std::string text(const Value& value);
  double number(const Value& value);
  bool boolean(const Value& value);

  std::string reference_name(ExprId id) const {
    const Expr& expr = expression_.nodes[id];
    return expr.kind == Expr::Kind::kReference && !expr.is_last_saved ? expr.text : std::string();
  }
  const Settings& settings() const { return settings_; }
  const Place& place() const { return place_; }
  bool failed() const { return error_.has_value(); }
  Error&& take_error() { return std::move(*error_); }
  Value fail(Error error);
  Value unavailable(const char* what);

 private:
  Value logic(const Expr& expr, const Scope& scope);
  Value compare(const Expr& expr, const Scope& scope);
  bool compare_values(Expr::Kind kind, const Value& a, const Value& b);
  bool compare_nodes(Expr::Kind kind, const Value& nodes, const Value& other, bool is_swapped);
  bool compare_simple(Expr::Kind kind, const Value& a, const Value& b);
  Value arithmetic(const Expr& expr, const Scope& scope);
  Value united(const Expr& expr, const Scope& scope);
  Value reference(const Expr& expr);
  Value path(const Expr& expr, const Scope& scope);
  Value call(const Expr& expr, const Scope& scope);
  std::vector<NodeRef> step(const Step& step, const std::vector<NodeRef>& from);
  void walk(const Step& step, NodeRef from, std::vector<NodeRef>& out);
  void keep_matching(const std::vector<ExprId>& predicates, std::vector<NodeRef>& nodes);
  bool spend(std::size_t steps);

  const Expression& expression_;
  const Place& place_;
  const Settings& settings_;
  std::optional<Error> error_;
  std::size_t spent_ = 0;
};

}  // namespace hamdil::exchange::xpath
