// A guarded XML reader for parts of packages from outside: no DTD, no entities, limited depth.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange {

// Attributes of one element; names without prefix ("r:id" is asked for as "id").
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* raw) : raw_(raw) {}
  std::string_view get(std::string_view name) const;        // "" when absent; first match without regard to the prefix
  std::string_view get_exact(std::string_view name) const;  // prefix included

 private:
  const char* const* raw_;
};

// What is called while reading. Element names come without prefix. A false answer stops without an error.
struct XmlHandlers {
  std::function<bool(std::string_view, const XmlAttributes&)> start;
  std::function<bool(std::string_view)> end;
  std::function<void(std::string_view)> text;
};

// Push parser. feed() answers false after a handler stopped it or on an error; status() tells which.
class XmlParser {
 public:
  XmlParser(XmlHandlers handlers, std::string part);
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  bool feed(std::string_view piece);
  bool finish();
  // Codes: exchange.xml.syntax, exchange.xml.doctype (entity declarations are refused), exchange.xml.too_deep.
  Status status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The whole of `bytes`.
Status parse_xml(std::string_view bytes, const std::string& part, XmlHandlers handlers);

}  // namespace hamdil::exchange
