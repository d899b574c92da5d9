#include <algorithm>
#include <vector>

#include "exchange/xpath/evaluator.hpp"

namespace hamdil::exchange::xpath {

Value Call::value(std::size_t i) { return failed() ? Value::of(false) : evaluator_.eval(expr_.args[i], scope_); }

std::string Call::text(std::size_t i) { return text_of(value(i)); }
double Call::number(std::size_t i) { return number_of(value(i)); }

bool Call::boolean(std::size_t i) { return evaluator_.boolean(value(i)); }

std::vector<NodeRef> Call::nodes(std::size_t i) {
  Value found = value(i);
  if (failed()) return {};
  if (found.kind != Value::Kind::kNodes) fail("exchange.xpath.type", "A function needs a set of nodes.");
  return std::move(found.nodes);
}

std::vector<NodeRef> Call::absolute_nodes(std::size_t i) {
  if (const std::string name = reference_name(i); !name.empty()) {
    std::vector<NodeRef> out;
    Host* host = settings().host;
    if (host == nullptr || !host->find_reference(name, {current().document, kDocumentNode}, out)) unavailable();
    return out;
  }
  return nodes(i);
}

std::string Call::reference_name(std::size_t i) const { return evaluator_.reference_name(expr_.args[i]); }

std::vector<std::string> Call::texts_from(std::size_t from) {
  std::vector<std::string> out;
  for (std::size_t i = from; i < count() && !failed(); ++i) {
    const Value one = value(i);
    if (one.kind != Value::Kind::kNodes) {
      out.push_back(text_of(one));
      continue;
    }
    for (const NodeRef& node : one.nodes) out.push_back(text_of(node));
  }
  return out;
}

std::string Call::text_of(NodeRef node) { return text_of(Value::of(std::vector{node})); }
std::string Call::text_of(const Value& value) { return failed() ? std::string() : evaluator_.text(value); }
double Call::number_of(const Value& value) { return failed() ? 0 : evaluator_.number(value); }
NodeRef Call::current() const { return evaluator_.place().node; }
NodeId Call::root() const { return evaluator_.place().root; }
const Settings& Call::settings() const { return evaluator_.settings(); }
bool Call::failed() const { return evaluator_.failed(); }
Value Call::fail(const char* code, const char* text) { return evaluator_.fail(Error(code, text)); }
Value Call::unavailable() { return evaluator_.unavailable("What a function needs"); }

const Function* find_function(std::string_view name) {
  static const std::vector<Function> kAll = [] {
    std::vector<Function> all;
    for (const auto& part :
         {core_functions(), odk_functions(), number_functions(), date_functions(), geo_functions(), digest_functions()})
      all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) { return a.name < b.name; });
    return all;
  }();
  const auto found =
      std::lower_bound(kAll.begin(), kAll.end(), name,
                       [](const Function& function, std::string_view wanted) { return function.name < wanted; });
  return found == kAll.end() || found->name != name ? nullptr : &*found;
}

}  // namespace hamdil::exchange::xpath
