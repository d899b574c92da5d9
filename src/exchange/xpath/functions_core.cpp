// The function library of XPath 1.0.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Byte offsets of the characters of a UTF-8 text, and its end.
std::vector<std::size_t> characters(std::string_view text) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) out.push_back(i);
  out.push_back(text.size());
  return out;
}

// The argument, or the context node when there is none.
std::string text_or_context(Call& call) {
  if (call.count() > 0) return call.text(0);
  if (call.settings().rules.needs_arguments)
    call.fail("exchange.xpath.arguments", "A text function needs an argument.");
  return call.text_of(call.scope().node);
}

// The first node of the argument, or the context node; no document for an empty set.
NodeRef node_or_context(Call& call) {
  if (call.count() == 0) return call.scope().node;
  const std::vector<NodeRef> nodes = call.nodes(0);
  return nodes.empty() ? NodeRef{} : nodes.front();
}

Value position(Call& call) {
  if (call.count() == 0) return Value::of(static_cast<double>(call.scope().position));
  const std::vector<NodeRef> nodes = call.nodes(0);
  if (nodes.empty()) return Value::of(kNaN);
  const Document& document = *nodes.front().document;
  const DocNode& node = document.at(nodes.front().id);
  double at = 1;
  for (NodeId id = node.previous; id != kNoNode; id = document.at(id).previous)
    if (document.at(id).kind == node.kind && document.at(id).name == node.name) ++at;
  return Value::of(at);
}

Value last(Call& call) { return Value::of(static_cast<double>(call.scope().size)); }
Value count(Call& call) { return Value::of(static_cast<double>(call.nodes(0).size())); }
Value current(Call& call) { return Value::of(std::vector{call.current()}); }

Value id(Call& call) {
  std::vector<NodeRef> out;
  const NodeRef here = call.scope().node;
  std::vector<std::string> wanted;
  for (const std::string& text : call.texts_from(0))
    for (std::string& word : text::split_words(text)) wanted.push_back(std::move(word));
  for (NodeId at = 0; at < here.document->size(); ++at) {
    if (here.document->at(at).kind != NodeKind::kElement) continue;
    const NodeId attribute = here.document->attribute(at, "id");
    if (attribute == kNoNode) continue;
    if (std::find(wanted.begin(), wanted.end(), here.document->at(attribute).value) != wanted.end())
      out.push_back({here.document, at});
  }
  return Value::of(std::move(out));
}

bool is_named(const NodeRef& node) {
  if (node.document == nullptr) return false;
  const NodeKind kind = node.document->at(node.id).kind;
  return kind == NodeKind::kElement || kind == NodeKind::kAttribute || kind == NodeKind::kInstruction;
}

Value local_name(Call& call) {
  const NodeRef node = node_or_context(call);
  return Value::of(is_named(node) ? node.document->name(node.document->at(node.id).name) : std::string());
}
Value namespace_uri(Call& call) {
  const NodeRef node = node_or_context(call);
  return Value::of(is_named(node) ? node.document->name(node.document->at(node.id).space) : std::string());
}
Value name(Call& call) {
  const NodeRef node = node_or_context(call);
  return Value::of(is_named(node) ? node.document->qualified_name(node.id) : std::string());
}

Value string(Call& call) { return Value::of(call.count() > 0 ? call.text(0) : call.text_of(call.scope().node)); }

Value concat(Call& call) {
  std::string out;
  if (call.settings().rules.has_xforms) {
    for (const std::string& part : call.texts_from(0)) out += part;
  } else {
    for (std::size_t i = 0; i < call.count(); ++i) out += call.text(i);
  }
  return Value::of(std::move(out));
}

Value starts_with(Call& call) { return Value::of(call.text(0).starts_with(call.text(1))); }
Value ends_with(Call& call) { return Value::of(call.text(0).ends_with(call.text(1))); }
Value contains(Call& call) { return Value::of(call.text(0).find(call.text(1)) != std::string::npos); }

Value substring_before(Call& call) {
  const std::string text = call.text(0);
  const std::size_t at = text.find(call.text(1));
  return Value::of(at == std::string::npos ? std::string() : text.substr(0, at));
}
Value substring_after(Call& call) {
  const std::string text = call.text(0);
  const std::string mark = call.text(1);
  const std::size_t at = text.find(mark);
  return Value::of(at == std::string::npos ? std::string() : text.substr(at + mark.size()));
}

double round_half_up(double value) { return std::floor(value + 0.5); }

// Characters whose position p holds round(from) <= p < round(from) + round(length).
Value substring(Call& call) {
  const std::string text = call.text(0);
  const double from = round_half_up(call.number(1));
  const double end = call.count() > 2 ? from + round_half_up(call.number(2)) : std::numeric_limits<double>::infinity();
  const std::vector<std::size_t> at = characters(text);
  std::string out;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    const auto position = static_cast<double>(i + 1);
    if (position >= from && position < end) out.append(text, at[i], at[i + 1] - at[i]);
  }
  return Value::of(std::move(out));
}

// substr(text, from, end): from 0, the end not included, negative ones from behind.
Value substr(Call& call) {
  const std::string text = call.text(0);
  const std::vector<std::size_t> at = characters(text);
  const auto length = static_cast<double>(at.size() - 1);
  const auto place = [&](double index) {
    if (std::isnan(index)) index = 0;
    index = std::trunc(index);
    if (index < 0) index += length;
    return static_cast<std::size_t>(std::clamp(index, 0.0, length));
  };
  const std::size_t from = place(call.number(1));
  const std::size_t end = call.count() > 2 ? place(call.number(2)) : at.size() - 1;
  return Value::of(from >= end ? std::string() : text.substr(at[from], at[end] - at[from]));
}

Value string_length(Call& call) { return Value::of(static_cast<double>(characters(text_or_context(call)).size() - 1)); }

Value normalize_space(Call& call) {
  const std::string text = text_or_context(call);
  std::string out;
  bool is_gap = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      is_gap = !out.empty();
      continue;
    }
    if (is_gap) out.push_back(' ');
    is_gap = false;
    out.push_back(c);
  }
  return Value::of(std::move(out));
}

Value translate(Call& call) {
  const std::string text = call.text(0), from = call.text(1), to = call.text(2);
  const std::vector<std::size_t> text_at = characters(text), from_at = characters(from), to_at = characters(to);
  if (from_at.size() > 2'000) return call.fail("exchange.xpath.too_much", "translate() has too many characters.");
  std::string out;
  for (std::size_t i = 0; i + 1 < text_at.size(); ++i) {
    const std::string_view one = std::string_view(text).substr(text_at[i], text_at[i + 1] - text_at[i]);
    std::size_t k = 0;
    while (k + 1 < from_at.size() && std::string_view(from).substr(from_at[k], from_at[k + 1] - from_at[k]) != one) ++k;
    if (k + 1 >= from_at.size())
      out += one;
    else if (k + 1 < to_at.size())
      out.append(to, to_at[k], to_at[k + 1] - to_at[k]);
  }
  return Value::of(std::move(out));
}

Value boolean(Call& call) { return Value::of(call.boolean(0)); }
Value negation(Call& call) { return Value::of(!call.boolean(0)); }
Value yes(Call&) { return Value::of(true); }
Value no(Call&) { return Value::of(false); }

Value lang(Call& call) {
  const std::string wanted = text::to_lower_ascii(call.text(0));
  const Document& document = *call.scope().node.document;
  for (NodeId id = call.scope().node.id; id != kNoNode; id = document.at(id).parent) {
    if (document.at(id).kind != NodeKind::kElement) continue;
    const NodeId attribute = document.attribute(id, "lang");
    if (attribute == kNoNode || document.qualified_name(attribute) != "xml:lang") continue;
    const std::string here = text::to_lower_ascii(document.at(attribute).value);
    return Value::of(here == wanted || here.starts_with(wanted + "-"));
  }
  return Value::of(false);
}

Value number(Call& call) {
  return Value::of(call.count() > 0 ? call.number(0) : call.number_of(Value::of(std::vector{call.scope().node})));
}

Value sum(Call& call) {
  double out = 0;
  for (const NodeRef& node : call.nodes(0)) out += call.number_of(Value::of(std::vector{node}));
  return Value::of(out);
}

Value floor(Call& call) { return Value::of(std::floor(call.number(0))); }
Value ceiling(Call& call) { return Value::of(std::ceil(call.number(0))); }

// XPath 1.0 rounds halves up; ODK away from zero, to a number of decimals (negative: tens, hundreds).
Value round(Call& call) {
  const double value = call.number(0);
  if (!call.settings().rules.has_xforms) return Value::of(round_half_up(value));
  const double decimals = call.count() > 1 ? std::trunc(call.number(1)) : 0;
  if (std::isnan(decimals) || std::abs(decimals) > 30 || !std::isfinite(value)) return Value::of(value);
  const double scale = std::pow(10, std::abs(decimals));
  const double scaled = decimals < 0 ? value / scale : value * scale;
  // 1.005 stands for the decimal number, not for the binary one a hair below it.
  const double rounded = std::copysign(std::floor(std::abs(scaled) * (1 + 1e-15) + 0.5), scaled);
  return Value::of(decimals < 0 ? rounded * scale : rounded / scale);
}

}  // namespace

std::vector<Function> core_functions() {
  return {{"position", 0, 1, position, true},
          {"last", 0, 0, last, true},
          {"count", 1, 1, count, true},
          {"current", 0, 0, current, true},
          {"id", 1, 1, id, true},
          {"local-name", 0, 1, local_name, true},
          {"namespace-uri", 0, 1, namespace_uri, true},
          {"name", 0, 1, name, true},
          {"string", 0, 1, string, true},
          {"concat", 0, kAnyNumber, concat, true},
          {"starts-with", 2, 2, starts_with, true},
          {"ends-with", 2, 2, ends_with, false},
          {"contains", 2, 2, contains, true},
          {"substring-before", 2, 2, substring_before, true},
          {"substring-after", 2, 2, substring_after, true},
          {"substring", 2, 3, substring, true},
          {"substr", 2, 3, substr, false},
          {"string-length", 0, 1, string_length, true},
          {"normalize-space", 0, 1, normalize_space, true},
          {"translate", 3, 3, translate, true},
          {"boolean", 1, 1, boolean, true},
          {"not", 1, 1, negation, true},
          {"true", 0, 0, yes, true},
          {"false", 0, 0, no, true},
          {"lang", 1, 1, lang, true},
          {"number", 0, 1, number, true},
          {"sum", 1, 1, sum, true},
          {"floor", 1, 1, floor, true},
          {"ceiling", 1, 1, ceiling, true},
          {"round", 1, 2, round, true}};
}

}  // namespace hamdil::exchange::xpath
