// The disclosure defaults of content/data-protection-principles.yaml: the only place they are read from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil::protect {

// A kind of quasi-identifier and the phrases that a column of it is recognised by, separated by '|'.
struct KeyDefinition {
  std::string id;
  std::string alone;
  std::string anywhere;
  double band = 0;     // width for numbers with many values; 0: a sixth of their range
  bool place = false;  // one of its words in a short name is enough
};

struct DisclosurePolicy {
  std::size_t min_rows = 0;
  std::size_t min_rows_sensitive = 0;
  std::size_t min_clusters = 0;
  double dominance = 0;
  std::size_t k_named_recipients = 0;
  std::size_t k_public = 0;
  std::size_t l_diversity = 0;
  std::vector<KeyDefinition> keys;  // the one to blank first in front
  std::string extras;               // words that say nothing of their own beside a key's
  std::string opinions;             // words of questions that are no keys
};

// Code protect.policy.incomplete names what is missing or not a number.
Result<DisclosurePolicy> parse_disclosure_policy(std::string_view yaml);

// Of the program's own content, read once. Content that cannot be read lets nothing out: every threshold is as high as
// can be.
const DisclosurePolicy& disclosure_policy();

}  // namespace hamdil::protect
