// Functions of ODK XForms on answers, choices, repeats and texts.
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/text.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr std::int32_t kRegexTime = 200;         // steps of ICU, well below a second
constexpr std::int32_t kRegexStack = 4'000'000;  // bytes

Value choose(Call& call) { return call.boolean(0) ? call.value(1) : call.value(2); }

// The first argument that is neither empty nor no number.
Value coalesce(Call& call) {
  for (std::size_t i = 0; i < call.count(); ++i) {
    const Value value = call.value(i);
    if (call.failed() || i + 1 == call.count())
      return value.kind == Value::Kind::kNodes ? Value::of(call.text_of(value)) : value;
    std::string text = call.text_of(value);
    const bool is_nan = value.kind == Value::Kind::kNumber && std::isnan(value.number);
    if (!text.empty() && !is_nan) return value.kind == Value::Kind::kNodes ? Value::of(std::move(text)) : value;
  }
  return Value::of(std::string());
}

Value once(Call& call) {
  std::string there = call.text_of(call.current());
  return there.empty() ? call.value(0) : Value::of(std::move(there));
}

Value selected(Call& call) {
  const std::string chosen = " " + call.text(0) + " ";
  return Value::of(chosen.find(" " + text::trim(call.text(1)) + " ") != std::string::npos);
}

Value selected_at(Call& call) {
  const std::vector<std::string> words = text::split_words(call.text(0));
  const double at = call.number(1);
  return Value::of(at >= 0 && at < static_cast<double>(words.size()) ? words[static_cast<std::size_t>(at)]
                                                                     : std::string());
}

Value count_selected(Call& call) { return Value::of(static_cast<double>(text::split_words(call.text(0)).size())); }

Value choice_name(Call& call) {
  const std::string value = call.text(0);
  const std::string question = call.text(1);
  if (call.failed()) return Value::of(false);
  Host* host = call.settings().host;
  const auto label = host == nullptr ? std::nullopt : host->find_choice_label(value, question);
  return label ? Value::of(*label) : call.unavailable();
}

// The value of itext that has no "form", in the language asked for, else in the default one.
Value itext(Call& call) {
  const std::string wanted = call.text(0);
  const Document& document = *call.current().document;
  NodeId translation = kNoNode;
  for (NodeId id = 0; id < document.size(); ++id) {
    if (document.at(id).kind != NodeKind::kElement || document.name(document.at(id).name) != "translation") continue;
    const NodeId lang = document.attribute(id, "lang");
    const bool is_asked =
        !call.settings().language.empty() && lang != kNoNode && document.at(lang).value == call.settings().language;
    const bool is_default = document.attribute(id, "default") != kNoNode;
    if (is_asked || translation == kNoNode || (is_default && call.settings().language.empty())) translation = id;
    if (is_asked) break;
  }
  std::vector<NodeRef> out;
  if (translation == kNoNode) return Value::of(std::move(out));
  for (NodeId text = document.at(translation).first_child; text != kNoNode; text = document.at(text).next) {
    const NodeId id = document.attribute(text, "id");
    if (id == kNoNode || document.at(id).value != wanted) continue;
    for (NodeId value = document.at(text).first_child; value != kNoNode && out.empty(); value = document.at(value).next)
      if (document.at(value).kind == NodeKind::kElement && document.attribute(value, "form") == kNoNode)
        out.push_back({&document, value});
  }
  return Value::of(std::move(out));
}

Value instance(Call& call) {
  const std::string id = call.text(0);
  if (Host* host = call.settings().host; host != nullptr)
    if (const auto found = host->find_instance(id)) return Value::of(std::vector{*found});
  const Document& document = *call.current().document;
  for (NodeId node = 0; node < document.size(); ++node) {
    if (document.at(node).kind != NodeKind::kElement || document.name(document.at(node).name) != "instance") continue;
    const NodeId own = document.attribute(node, "id");
    if (own != kNoNode && document.at(own).value == id) return Value::of(std::vector{NodeRef{&document, node}});
  }
  return call.settings().host == nullptr ? Value::of(std::vector<NodeRef>()) : call.unavailable();
}

bool is_below(const NodeRef& node, const NodeRef& ancestor) {
  if (node.document != ancestor.document) return false;
  NodeId id = node.id;
  while (id != kNoNode && id != ancestor.id) id = node.document->at(id).parent;
  return id == ancestor.id;
}

// indexed-repeat(${question}, ${repeat}, n, ${inner repeat}, m ...)
Value indexed_repeat(Call& call) {
  std::vector<NodeRef> nodes = call.absolute_nodes(0);
  for (std::size_t i = 1; i + 1 < call.count() && !call.failed(); i += 2) {
    std::vector<NodeRef> instances = call.absolute_nodes(i);
    const double wanted = call.number(i + 1);
    if (i > 1)
      std::erase_if(instances, [&](const NodeRef& instance) {
        return std::none_of(nodes.begin(), nodes.end(), [&](const NodeRef& node) { return is_below(node, instance); });
      });
    if (!(wanted >= 1 && wanted <= static_cast<double>(instances.size()))) return Value::of(std::vector<NodeRef>());
    const NodeRef chosen = instances[static_cast<std::size_t>(wanted) - 1];
    std::erase_if(nodes, [&](const NodeRef& node) { return !is_below(node, chosen); });
  }
  return Value::of(std::move(nodes));
}

Value count_non_empty(Call& call) {
  double out = 0;
  for (const NodeRef& node : call.nodes(0))
    if (!call.text_of(node).empty()) ++out;
  return Value::of(out);
}

Value join(Call& call) { return Value::of(text::join(call.texts_from(1), call.text(0))); }

Value regex(Call& call) {
  const std::string text = call.text(0);
  const std::string pattern = call.text(1);
  if (call.failed()) return Value::of(false);
  if (pattern.size() > 2'000 || text.size() > 100'000)
    return call.fail("exchange.xpath.too_much", "regex() has a text that is too long.");
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString input = icu::UnicodeString::fromUTF8(text);
  icu::RegexMatcher matcher(icu::UnicodeString::fromUTF8(pattern), 0, status);
  if (U_FAILURE(status)) return call.fail("exchange.xpath.regex", "regex() has a pattern that cannot be read.");
  matcher.setTimeLimit(kRegexTime, status);
  matcher.setStackLimit(kRegexStack, status);
  matcher.reset(input);
  const bool found = call.settings().rules.regex_is_whole ? matcher.matches(status) != 0 : matcher.find(0, status) != 0;
  if (U_FAILURE(status)) return call.fail("exchange.xpath.too_much", "regex() takes too long.");
  return Value::of(found);
}

Value uuid(Call& call) {
  if (!call.settings().random) return call.unavailable();
  const double length = call.count() > 0 ? call.number(0) : 36;
  if (!(length >= 0 && length <= 10'000)) return Value::of(std::string());
  static constexpr std::string_view kHex = "0123456789abcdef";
  const auto digit = [&](double of) {
    return std::min(static_cast<std::size_t>(call.settings().random() * of), static_cast<std::size_t>(of) - 1);
  };
  std::string out;
  if (call.count() > 0) {
    while (out.size() < static_cast<std::size_t>(length)) out.push_back(kHex[digit(16)]);
    return Value::of(std::move(out));
  }
  for (const char c : std::string_view("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx"))
    out.push_back(c == 'x' ? kHex[digit(16)] : c == 'y' ? kHex[8 + digit(4)] : c);
  return Value::of(std::move(out));
}

Value base64_decode(Call& call) {
  std::string out;
  unsigned bits = 0;
  int held = 0;
  for (const char c : call.text(0)) {
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  return text::is_valid_utf8(out) ? Value::of(std::move(out)) : Value::of(std::string());
}

Value boolean_from_string(Call& call) {
  const std::string text = call.text(0);
  return Value::of(text == "1" || text == "true");
}

// How many of the conditions from `from` on hold; of nodes, those that are not empty.
double count_true(Call& call, std::size_t from) {
  double out = 0;
  for (std::size_t i = from; i < call.count() && !call.failed(); ++i) {
    const Value value = call.value(i);
    if (value.kind != Value::Kind::kNodes) {
      out += to_boolean(value).value_or(false) ? 1 : 0;
      continue;
    }
    for (const NodeRef& node : value.nodes) out += call.text_of(node).empty() ? 0 : 1;
  }
  return out;
}

bool is_between(Call& call, double count) {
  const double least = call.number(0), most = call.number(1);
  return (least < 0 || count >= least) && (most < 0 || count <= most);
}

Value checklist(Call& call) {
  const double count = count_true(call, 2);
  return Value::of(is_between(call, count));
}

Value weighted_checklist(Call& call) {
  double weight = 0;
  for (std::size_t i = 2; i + 1 < call.count(); i += 2)
    if (const Value value = call.value(i);
        value.kind == Value::Kind::kNodes ? !call.text_of(value).empty() : to_boolean(value).value_or(false))
      weight += call.number(i + 1);
  return Value::of(is_between(call, weight));
}

Value randomize(Call& call) {
  std::vector<NodeRef> nodes = call.nodes(0);
  if (call.count() > 1 || !call.settings().random) return call.unavailable();
  for (std::size_t i = nodes.size(); i > 1; --i)
    std::swap(nodes[i - 1],
              nodes[std::min(static_cast<std::size_t>(call.settings().random() * static_cast<double>(i)), i - 1)]);
  return Value::of(std::move(nodes));
}

Value random(Call& call) { return call.settings().random ? Value::of(call.settings().random()) : call.unavailable(); }

// What stands in files beside the form is not known here.
Value pulldata(Call& call) { return call.unavailable(); }

}  // namespace

std::vector<Function> odk_functions() {
  return {{"if", 3, 3, choose, false},
          {"coalesce", 1, kAnyNumber, coalesce, false},
          {"once", 1, 1, once, false},
          {"selected", 2, 2, selected, false},
          {"selected-at", 2, 2, selected_at, false},
          {"count-selected", 1, 1, count_selected, false},
          {"jr:choice-name", 2, 2, choice_name, false},
          {"jr:itext", 1, 1, itext, false},
          {"instance", 1, 1, instance, false},
          {"indexed-repeat", 3, 11, indexed_repeat, false},
          {"count-non-empty", 1, 1, count_non_empty, false},
          {"join", 1, kAnyNumber, join, false},
          {"regex", 2, 2, regex, false},
          {"uuid", 0, 1, uuid, false},
          {"base64-decode", 1, 1, base64_decode, false},
          {"boolean-from-string", 1, 1, boolean_from_string, false},
          {"checklist", 2, kAnyNumber, checklist, false},
          {"weighted-checklist", 2, kAnyNumber, weighted_checklist, false},
          {"randomize", 1, 2, randomize, false},
          {"random", 0, 0, random, false},
          {"pulldata", 1, kAnyNumber, pulldata, false}};
}

}  // namespace hamdil::exchange::xpath
