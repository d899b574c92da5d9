#include "protect/microdata_keys.hpp"

#include <algorithm>

#include "protect/identifiers_words.hpp"
#include "protect/policy.hpp"

namespace hamdil::protect {
namespace {

struct KnownKey {
  std::string id;
  Phrases alone;
  Phrases anywhere;
  double band;
  bool place;
};

struct Recogniser {
  std::vector<KnownKey> keys;
  Phrases extras;
  Phrases opinions;
};

const Recogniser& recogniser() {
  static const Recogniser kRecogniser = [] {
    const DisclosurePolicy& policy = disclosure_policy();
    Recogniser out{{}, Phrases(policy.extras), Phrases(policy.opinions)};
    for (const KeyDefinition& key : policy.keys)
      out.keys.push_back({key.id, Phrases(key.alone), Phrases(key.anywhere), key.band, key.place});
    return out;
  }();
  return kRecogniser;
}

constexpr std::size_t kShortName = 3;  // words

std::optional<std::string> said_by(const Words& words, bool is_name) {
  const Recogniser& known = recogniser();
  const bool is_opinion =
      std::any_of(words.begin(), words.end(), [&](const std::string& word) { return known.opinions.has_word(word); });
  if (is_opinion) return std::nullopt;
  for (const KnownKey& key : known.keys)
    if (key.alone.alone_in(words, &known.extras)) return key.id;
  for (const KnownKey& key : known.keys)
    if (key.anywhere.in(words) || (key.place && is_name && words.size() <= kShortName && key.alone.in(words)))
      return key.id;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> quasi_identifier_of(const ColumnFacts& facts) {
  const std::string& type = facts.question_type;
  if (type.starts_with("select_multiple") || type == "rank" || type == "note" || type == "acknowledge")
    return std::nullopt;
  // "channels/village" of a table without a form is one choice of several, too.
  const bool yes_no = shape_of(facts.values).yes_no;
  if (type.empty() && facts.name.find('/') != std::string::npos && yes_no) return std::nullopt;
  if (auto kind = said_by(words_of(facts.name), !yes_no)) return kind;
  for (const std::string& label : facts.labels)
    if (auto kind = said_by(words_of(label), false)) return kind;
  return std::nullopt;
}

std::size_t key_order(const std::string& kind) {
  const auto& keys = recogniser().keys;
  return static_cast<std::size_t>(std::distance(
      keys.begin(), std::find_if(keys.begin(), keys.end(), [&](const KnownKey& key) { return key.id == kind; })));
}

double key_band(const std::string& kind) {
  const auto& keys = recogniser().keys;
  const std::size_t at = key_order(kind);
  return at < keys.size() ? keys[at].band : 0;
}

}  // namespace hamdil::protect
