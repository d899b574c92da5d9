// The study file: how people were chosen, what is measured, what is compared. `hamdil study apply` checks and keeps it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::services::study {

using Texts = std::map<std::string, std::string>;  // language tag -> text

// In `language`, else English, else the first; "" when there is none.
const std::string& text_in(const Texts& texts, const std::string& language);

struct RoundSpec {
  std::string name;
  Texts label;
  std::string starts;  // "2024-04-01" or ""
  std::string ends;
};

struct FrameSpec {
  std::string file;  // beside the study file; kept in the workspace as `digest`
  std::string digest;
  std::vector<std::string> join;
  std::vector<std::string> take;
};

// Shares of a variable that are known from elsewhere, for samples that are not random.
struct KnownShares {
  std::string variable;
  std::vector<std::pair<std::string, double>> shares;  // by level
  Texts source;
};

struct SampleSpec {
  std::string how_chosen = "unknown";  // choices of the kind `design`
  Texts words;
  std::vector<FrameSpec> frames;
  std::vector<std::string> strata;
  std::vector<std::string> clusters;
  std::string weights;
  std::vector<std::string> fpc;
  std::string fpc_meaning;
  bool nest = false;
  std::string lonely_psu = "adjust";
  std::vector<KnownShares> known_shares;
};

struct ItemSpec {
  std::string question;  // of everybody; with `questions`, the name of the column that joins them
  std::map<std::string, std::string> questions;  // mirrored item: the question of each group
  bool reverse = false;
  std::string role;                      // of a ladder: "exclusion" for the question that shuts everybody out
  double weight = 1;                     // of the item within the score
  std::map<std::string, double> values;  // what answers without a number count: {yes: 1, no: 0}
  std::optional<double> minimum;         // of the answer scale, where neither form nor codebook gives it
  std::optional<double> maximum;
};

// A score of several items (mean of the rescaled items, 0 to 100 by default) or, with `success`, a share of one
// question.
struct MeasureSpec {
  std::string id;
  std::string section = "coexistence";
  Texts title;
  Texts description;
  std::vector<ItemSpec> items;
  std::vector<std::string> success;  // answers that count, for a share
  // How items make the score: "mean" of the rescaled items, or "ladder": the closest relation accepted, items from the
  // closest on (content/frameworks.yaml, scoring_rules.guttman), turned so that more is closer.
  std::string rule = "mean";
  double maximum = 100;  // of the score, which starts at 0
  double minimum_answered = 0.5;
  bool higher_is_better = true;
  // Mirrored items: why the two sides' wordings mean the same. Without it the sides are shown next to each other and
  // not subtracted.
  Texts equivalence;
  bool is_ladder() const { return rule == "ladder"; }
  bool is_mirrored() const;
  bool is_share() const { return !success.empty(); }
};

struct ProgrammeSpec {
  Texts title;
  Texts objectives;
  std::vector<Texts> activities;
  Texts users;
  std::string starts, ends, donors;
};

// A claim, and the cells of result tables it rests on.
struct CitedCell {
  std::string table;  // "trust.change"
  std::vector<std::pair<std::string, std::string>> by;
  std::string answer;
};
struct FindingSpec {
  std::string id;
  Texts statement;
  std::string strength;  // "strong", "moderate", "weak"
  bool confirmed = false;
  std::vector<CitedCell> cites;
};

// A question whose new words mean the same as the old ones, by decision of the team.
struct EquivalentWording {
  std::string question;
  std::string reason;
};

// Words for a variable that the form does not have, such as a column of the sampling frame.
struct VariableWords {
  Texts label;
  std::map<std::string, Texts> levels;
};

struct StudySpec {
  Texts title;
  std::string organisation;
  bool demo = false;
  Texts place, purpose, scope, background;
  std::vector<RoundSpec> rounds;
  SampleSpec sample;
  std::string group_variable;
  Texts group_label;  // "Refugees and hosts": what tables call the variable; the question's text otherwise
  std::vector<std::string> group_levels;
  std::string district_variable;
  Texts district_label;
  std::string boundaries_file;
  std::string boundaries_digest;
  std::string boundaries_property;
  std::vector<MeasureSpec> measures;
  ProgrammeSpec programme;
  std::vector<FindingSpec> findings;
  std::map<std::string, VariableWords> labels;
  std::vector<std::string> sensitive;
  std::vector<std::string> breakdowns;  // further variables that figures may be broken down by outside the team
  std::vector<EquivalentWording> equivalent_wordings;
  std::string comparison_variable, comparison_treated, comparison_control;
  Texts comparison_assumption;
  std::vector<std::string> drop_flagged;  // flags whose rows are left out: a named choice
  std::size_t min_rows = 0;               // 0: the default of the policy
  std::size_t min_clusters = 0;
  std::string threshold_reason;
  std::vector<std::string> keys;      // quasi-identifiers that were not recognised as such
  std::vector<std::string> not_keys;  // recognised, but none
};

// All problems, each with its JSON pointer and, for an unknown key, the nearest known one. Codes study.file.*.
StudySpec parse_study(const Json& file, Diagnostics& problems);

}  // namespace hamdil::services::study
