// Values of XPath expressions in a tree. Pure: clock, random numbers and everything beside the tree are passed in.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/xpath/document.hpp"
#include "exchange/xpath/expression.hpp"

namespace hamdil::exchange::xpath {

struct NodeRef {
  const Document* document = nullptr;
  NodeId id = kDocumentNode;
  bool operator==(const NodeRef&) const = default;
};

// kDate: an instant, in days since 1970-01-01T00:00Z with the time as a fraction; NaN for a date that is none.
struct Value {
  enum class Kind : std::uint8_t { kNodes, kNumber, kString, kBoolean, kDate };
  Kind kind = Kind::kString;
  bool boolean = false;
  bool has_time = false;  // of a date
  double number = 0;
  std::string text;
  std::vector<NodeRef> nodes;  // in document order, each once

  static Value of(double number);
  static Value of(bool boolean);
  static Value of(std::string text);
  static Value of(std::vector<NodeRef> nodes);
  static Value date(double days, bool has_time);
};

// Which rules hold where engines differ.
struct Rules {
  bool has_xforms = true;          // functions and dates of ODK; otherwise plain XPath 1.0
  bool regex_is_whole = true;      // regex() must match the whole text (ODK Collect), not a part of it (web forms)
  bool refuses_bad_dates = false;  // date('x') is an error (ODK Collect), not an invalid date
  bool accepts_exponents = true;   // number('1e6')
  bool refuses_unions = false;     // "|" is an error (ODK Collect)
  bool needs_arguments = false;    // string functions of XPath without arguments are an error (ODK Collect)
};

// What lies outside the tree. Every answer may be "not known": the expression then has none.
class Host {
 public:
  virtual ~Host() = default;
  // Nodes of ${name} seen from `current`; false when there is no such question.
  virtual bool find_reference(std::string_view name, NodeRef current, std::vector<NodeRef>& out);
  // Root node of instance('id'); empty when there is none.
  virtual std::optional<NodeRef> find_instance(std::string_view id);
  // Label of a choice; `question` is the second argument of jr:choice-name() as written.
  virtual std::optional<std::string> find_choice_label(std::string_view value, std::string_view question);
};

struct Settings {
  Rules rules;
  int utc_offset_minutes = 0;                                  // of dates and times without one
  std::optional<double> now;                                   // days since 1970-01-01T00:00Z
  std::function<double()> random;                              // 0 <= x < 1
  std::string language;                                        // of jr:itext()
  std::map<std::string, std::string, std::less<>> namespaces;  // prefix to address
  Host* host = nullptr;
  std::size_t step_limit = 2'000'000;  // nodes looked at in one evaluation
};

// Where an expression is evaluated. `root` is what "/" means.
struct Place {
  NodeRef node;
  NodeId root = kDocumentNode;
};

// Codes: exchange.xpath.unavailable (a value, an instance, the clock ... is not known here), exchange.xpath.function
// (nothing here can evaluate it), exchange.xpath.arguments (a wrong number of them),
// exchange.xpath.type, exchange.xpath.prefix, exchange.xpath.regex, exchange.xpath.too_much. "or" and "and" need an
// unavailable side only when the other one does not settle the answer.
Result<Value> evaluate(const Expression& expression, const Place& place, const Settings& settings);

// Conversions of XPath 1.0, with dates. Empty when a node's value is not known.
std::optional<std::string> to_text(const Value& value, const Settings& settings);
std::optional<double> to_number(const Value& value, const Settings& settings);
std::optional<bool> to_boolean(const Value& value);
// "12", "0.1", "-Infinity"; never with an exponent.
std::string number_text(double number);

}  // namespace hamdil::exchange::xpath
