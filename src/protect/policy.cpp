#include "protect/policy.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/embedded.hpp"
#include "base/json.hpp"

namespace hamdil::protect {
namespace {

constexpr const char* kFile = "data-protection-principles.yaml";

Error incomplete(const std::string& what) {
  return Error("protect.policy.incomplete", "The data protection file does not say {what}.", {{"what", what}})
      .at({.file = kFile});
}

const Json& child(const Json& parent, const std::string& key) {
  static const Json kNothing;
  return parent.is_object() && parent.contains(key) ? parent[key] : kNothing;
}

std::optional<double> default_of(const Json& defaults, const std::string& id) {
  for (const Json& one : defaults)
    if (child(one, "id") == id && child(one, "value").is_number()) return one["value"].get<double>();
  return std::nullopt;
}

// Lists of phrases, by language or not, as "a|b|c".
std::string phrases(const Json& words) {
  std::string out;
  if (words.is_string()) return words.get<std::string>();
  if (words.is_array() || words.is_object())
    for (const Json& one : words)
      if (const std::string inner = phrases(one); !inner.empty()) out += (out.empty() ? "" : "|") + inner;
  return out;
}

}  // namespace

Result<DisclosurePolicy> parse_disclosure_policy(std::string_view yaml) {
  HAMDIL_TRY(const Json content, parse_yaml(yaml, kFile));
  const Json& control = child(content, "disclosure_control");
  const Json& defaults = child(control, "defaults");
  DisclosurePolicy out;
  const auto count = [&](const std::string& id, std::size_t& into) -> Status {
    const auto value = default_of(defaults, id);
    if (!value || *value < 1 || *value > 1e6) return incomplete(id);
    into = static_cast<std::size_t>(*value);
    return Done{};
  };
  HAMDIL_CHECK(count("min_cell", out.min_rows));
  HAMDIL_CHECK(count("min_cell_sensitive", out.min_rows_sensitive));
  HAMDIL_CHECK(count("min_clusters", out.min_clusters));
  HAMDIL_CHECK(count("k_anonymity_internal", out.k_named_recipients));
  HAMDIL_CHECK(count("k_anonymity_public", out.k_public));
  HAMDIL_CHECK(count("l_diversity", out.l_diversity));
  const auto dominance = default_of(defaults, "dominance");
  if (!dominance || *dominance <= 0 || *dominance > 1) return incomplete("dominance");
  out.dominance = *dominance;
  const Json& recognition = child(control, "recognition");
  out.extras = phrases(child(recognition, "extras"));
  out.opinions = phrases(child(recognition, "opinions"));
  for (const Json& key : child(recognition, "keys")) {
    KeyDefinition one{child(key, "id").is_string() ? key["id"].get<std::string>() : "", phrases(child(key, "alone")),
                      phrases(child(key, "anywhere"))};
    one.place = child(key, "place") == true;
    if (child(key, "band").is_number()) one.band = key["band"].get<double>();
    if (one.id.empty() || one.alone.empty()) return incomplete("by which words a quasi-identifier is known");
    out.keys.push_back(std::move(one));
  }
  if (out.keys.empty()) return incomplete("what quasi-identifiers there are");
  return out;
}

const DisclosurePolicy& disclosure_policy() {
  static const DisclosurePolicy kPolicy = [] {
    const auto text = find_embedded(kFile);
    const auto parsed = text ? parse_disclosure_policy(*text) : Result<DisclosurePolicy>(incomplete("anything"));
    if (parsed) return *parsed;
    constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max() / 4;
    return DisclosurePolicy{.min_rows = kAll,
                            .min_rows_sensitive = kAll,
                            .min_clusters = kAll,
                            .dominance = 0,
                            .k_named_recipients = kAll,
                            .k_public = kAll,
                            .l_diversity = kAll};
  }();
  return kPolicy;
}

}  // namespace hamdil::protect
