// What a report needs to know besides the released tables: names, dates, design, who answered, what was measured.
//
// Context DESCRIBES. It holds no rows and no estimates; counts of who answered are operational counts (read, kept,
// rejected).
//
// clang-format off
// Tables the composer looks for in the TableSet, for a dimension with id I (group and district: Context::group_variable,
// Context::district_variable). A missing table only leaves out what it feeds.
//   id                    pairs in Row::by, in any order                                        estimate
//   I.overall             ("round", r)                                                          mean or share
//   I.by_group            (group, g), ("round", r)                                              mean or share
//   I.by_district         (district, d), ("round", r)                                           mean or share
//   I.by_district_group   (district, d), (group, g), ("round", r) unless only the last round    mean or share
//   I.change              ("comparison", Comparison::id)                                        later minus earlier
//   I.change_by_group     (group, g), ("comparison", c)                                         later minus earlier
//   I.change_by_district  (district, d), ("comparison", c)                                      later minus earlier
//   I.gap                 ("round", r)                                                          first group minus second
//   I.gap_change          ("comparison", c)                                                     change of the gap
//   I.did                 none                                                                  change with the programme minus change without
//   I.reliability               none: alpha of a score of several items                              cronbach_alpha, spearman_brown
//   I.by_flagged          ("_flagged", "no" or "yes"), ("round", r)                             mean or share
//   I.change_by_flagged   ("_flagged", "no" or "yes"), ("comparison", c)                        later minus earlier
//   I.lonely_RULE         ("round", r)                                                          mean or share under that lonely-unit rule
//   I.leave_one_out       ("round", r), ("bound", "lowest" or "highest")                        mean or share without one district
//   I.to_known_shares     ("round", r)                                                          mean or share with weights to the known shares
//   V.known_shares        ("round", r); Row::level is the answer                                share of each answer of a variable with known shares
//   V.answers             ("round", r); Row::level is the answer                                share of each answer to the item variable V
// clang-format on
// "comparison" may be missing where there is only one comparison, "round" where there is only one round.
// Shares are between 0 and 1, changes of shares too. Row::p_value of change tables is unadjusted: the composer applies
// Holm's correction over the family "I.change of all dimensions and comparisons" and says so. Every other table is
// printed in the annex.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/catalogue.hpp"

namespace hamdil::report {

// An answer or a group: what tables hold and what people read.
struct LevelLabel {
  std::string value;
  std::string label;
};

struct VariableLabel {
  std::string name;
  std::string label;
  std::vector<LevelLabel> levels;  // in the order to print
};

struct Round {
  std::string value;  // as in the tables
  std::string label;  // "Baseline"
  std::optional<Date> from;
  std::optional<Date> to;
};

struct Comparison {
  std::string id;       // value of the pair "comparison" in change tables
  std::string earlier;  // Round::value
  std::string later;
};

// How people were chosen (product part B4). All but kProbability lose intervals and tests: "among those asked".
enum class Sampling { kProbability, kList, kTimeLocation, kRespondentDriven, kQuota, kSnowball, kCensus, kUnknown };
bool allows_inference(Sampling sampling);  // kProbability only

// Shares of a variable that are known from elsewhere.
struct KnownShares {
  std::string variable;
  std::vector<std::pair<std::string, double>> shares;  // by level
  std::string source;                                  // given
};

// The design as it was actually used by the estimators. Zero and empty mean "none" or "not known".
struct DesignFacts {
  Sampling sampling = Sampling::kUnknown;
  std::string selection_words;  // given by the team, how people were chosen; printed as it is
  std::string strata_label;     // "district"; empty: no strata
  std::size_t strata = 0;
  std::string cluster_label;  // "settlement"; empty: no clusters
  std::size_t clusters = 0;
  bool weighted = false;
  std::string weight_words;        // given: what the weights undo
  bool finite_population = false;  // finite population correction used
  std::string lonely_rule;  // "fail", "remove", "certainty", "adjust", "average"; empty: no lonely stratum possible
  std::size_t lonely_strata = 0;
  std::vector<std::string> lonely_names;  // of these strata
  std::vector<KnownShares> known_shares;  // of samples that are not random
  std::string variance = "taylor";        // or "replicate"
  std::string replicate_kind;             // "JK1", "BRR", "bootstrap" ...
  std::size_t replicates = 0;
  double degrees_of_freedom = 0;  // design degrees of freedom; 0: not known
  bool same_clusters = false;     // rounds share first-stage units, so their covariance is used
  double confidence_level = 0.95;
};

struct RejectedRows {
  std::string reason_id;  // catalogue id "rejected.<reason_id>"; where that is missing `reason` is printed
  std::string reason;     // English words
  std::size_t rows = 0;
};

// One round's receipt: read = kept + the sum of rejected.
struct RoundReceipt {
  std::string round;  // Round::value
  std::size_t read = 0;
  std::size_t kept = 0;
  std::vector<RejectedRows> rejected;
  std::size_t refusals = 0;  // asked and said no (counted, nothing else kept)
  std::vector<std::pair<std::string, std::size_t>>
      by_group;                       // group value and rows kept; small groups already withheld by the caller
  std::vector<RejectedRows> flagged;  // suspect interviews, kept and counted: catalogue id "flag.<reason_id>"
};

// What allows these data to be used (product part B8). Printed in methods and limitations.
struct ConsentFacts {
  std::string basis;  // "consent_text_seen", "gate_question_only", "asserted_by_owner", "secondary_data_basis_stated",
                      // "unknown"
  std::string words;  // given: the basis as it was stated
  std::string asserted_by;
  std::string asserted_on;
  bool quotations = false;
};

struct Item {
  std::string variable;
  std::string text;       // the question as asked, in the document's language where there is a translation
  bool reversed = false;  // turned round before it was added to the score
};

enum class Unit { kPoints, kShare };

struct Dimension {
  std::string id;  // I in the table ids above
  std::string title;
  std::string description;              // what is measured, one or two sentences; may be empty
  std::string section = "coexistence";  // outline section it belongs to: "coexistence" or "discrimination"
  std::vector<Item> items;
  Unit unit = Unit::kPoints;
  double minimum = 1;  // of the scale, for kPoints
  double maximum = 5;
  std::string minimum_label;
  std::string maximum_label;
  bool higher_is_better = true;
  bool ladder = false;      // items are steps; the score is the closest one accepted
  bool mirrored = false;    // each group was asked in its own words
  std::string equivalence;  // given: why both wordings mean the same; empty: the groups are not subtracted
};

// A question of the form, for the annex.
struct QuestionnaireItem {
  std::string name;
  std::string text;
  std::vector<LevelLabel> answers;
  std::string condition;  // as the form writes it; empty: everybody was asked
};

// A column of the answers, for the codebook.
struct CodebookColumn {
  std::string name;
  std::string text;  // the question, in the document's language where there is a translation
  std::string type;  // catalogue id "codebook.<type>"
  std::vector<LevelLabel> answers;
};

struct DatasetFacts {
  std::string round;
  std::string name;
  std::string digest;  // of the dataset version
  std::size_t rows = 0;
};

struct PolicyFacts {
  std::size_t minimum_rows = 0;  // fewer answers are withheld
  std::size_t minimum_clusters = 0;
  std::string reason;  // given: why they depart from the defaults
};

struct Programme {
  std::string title;
  std::string organisation;
  std::string place;
  std::string purpose;                  // why this assessment; may be empty
  std::string scope;                    // may be empty
  std::string users;                    // who will use it; may be empty
  std::string background;               // context and intervention logic; may be empty
  std::vector<std::string> activities;  // what the programme did; may be empty
};

// A confirmed claim with the cells it rests on.
struct CitedCell {
  std::string table;
  std::vector<std::pair<std::string, std::string>> by;
  std::string answer;
};
struct Finding {
  std::string statement;  // given
  std::string strength;   // "strong", "moderate", "weak", "unrated": catalogue id "finding.<strength>"
  std::vector<CitedCell> cites;
};

// A question that later rounds asked or answered in other words.
struct RewordedQuestion {
  std::string text;          // in the document's language
  std::string round;         // Round::value of the first round with other words
  std::string same_because;  // the team's reason why they mean the same; "": rounds are not compared on it
};

struct Context {
  std::string language = "en";
  CalendarKind calendar = CalendarKind::kGregorian;
  Programme programme;
  std::string study_title;
  std::vector<Round> rounds;  // in time order
  std::vector<Comparison> comparisons;
  DesignFacts design;
  std::vector<RoundReceipt> receipts;
  ConsentFacts consent;
  std::vector<std::string> dropped_flags;  // flags whose interviews the team chose to leave out
  std::size_t dropped_rows = 0;            // interviews left out for that
  std::vector<RewordedQuestion> reworded;
  std::size_t rows_without_design = 0;  // left out because weight, stratum or cluster is missing
  std::vector<Dimension> dimensions;
  std::vector<VariableLabel> variables;  // labels for every variable in Row::by and for item answers
  std::string group_variable;            // "group"; empty: no groups
  std::string district_variable;         // "district"; empty: no districts
  std::string
      district_geojson;  // FeatureCollection whose features carry `district_property` = district value; may be empty
  std::string district_property;
  std::vector<Finding> findings;
  std::vector<QuestionnaireItem> questionnaire;
  std::vector<CodebookColumn> codebook;
  std::vector<DatasetFacts> datasets;
  PolicyFacts policy;
  std::string comparison_assumption;  // given: why both groups would have moved alike; printed beside I.did
  bool comparison_group = false;      // only then may the report say "effect" and "because"; otherwise it says "change"
  std::string recipients;             // given: who may read it and under which agreement; empty for the public
  std::string report_date;            // ISO date, given; printed on the title page
  std::string created;                // ISO date-time UTC for file properties
  std::string software_version;
  std::string run;  // digest of all that the results depend on; begins every reference
  bool demo = false;
  bool not_for_release = false;  // prints the banner; Audience::kTeam prints it anyway
};

// The label of a level, or its value where there is none.
std::string level_label(const Context& context, const std::string& variable, const std::string& value);
std::string variable_label(const Context& context, const std::string& variable);
const Round* find_round(const Context& context, const std::string& value);

}  // namespace hamdil::report
