#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange/xpath/evaluate.hpp"

namespace {

namespace xpath = hamdil::exchange::xpath;

class Host : public xpath::Host {
 public:
  bool find_reference(std::string_view name, xpath::NodeRef from, std::vector<xpath::NodeRef>& out) override {
    for (xpath::NodeId id = 1; id < from.document->size(); ++id)
      if (from.document->name(from.document->at(id).name) == name) out.push_back({from.document, id});
    return name != "unknown";
  }
};

}  // namespace

// Any text as an expression, under both rule sets; an answer must survive all conversions.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const xpath::Document kDocument = *xpath::read_document(
      "<data><a>1</a><b>x y "
      "z</b><c/><r><n>3</n><d>2020-02-29</d></r><r><n>4</n><d>2021-01-01T10:00:00Z</d></r></data>");
  const auto expression = xpath::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!expression) return 0;
  Host host;
  for (const bool has_xforms : {true, false}) {
    xpath::Settings settings;
    settings.host = &host;
    settings.step_limit = 20'000;
    settings.now = 20'000.25;
    settings.random = [] { return 0.5; };
    settings.rules.has_xforms = has_xforms;
    const auto value = xpath::evaluate(*expression, {.node = {&kDocument, 1}}, settings);
    if (!value) continue;
    if (!xpath::to_text(*value, settings) || !xpath::to_number(*value, settings) || !xpath::to_boolean(*value))
      __builtin_trap();
  }
  return 0;
}
