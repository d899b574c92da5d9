// Rules that records must keep, decided from records alone. A rule warns wherever its record is shown; it also refuses
// the transitions that it names. Nothing here changes a record.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/kind.hpp"

namespace hamdil::model {

// What a field of one text holds; "" where it is empty.
struct Held {
  std::string field;
  std::string value;
};

// What a rule may look at besides its record. Deleted records are not found.
class RecordLookup {
 public:
  virtual ~RecordLookup() = default;
  virtual std::optional<Record> find(const std::string& kind, const std::string& id) const = 0;
  // Oldest first. With `field`, those whose field equals `value` or, for a list of references or files, holds it.
  virtual std::vector<Record> list(const std::string& kind, const std::string& field = {},
                                   const std::string& value = {}) const = 0;
  // Of the same title, letters folded.
  virtual std::vector<Record> of_title(const std::string& kind, const std::string& title) const;
  // Those that hold all of it, which is at least one; oldest first, at most so many. A rule that would compare each
  // record with all that stand beside it asks for the few that matter.
  virtual std::vector<Record> holding(const std::string& kind, const std::vector<Held>& all,
                                      std::size_t most = std::string::npos) const;
  // A figure that hangs on nothing but its name, worked out once where all records are looked at.
  virtual double figure(const std::string& name, const std::function<double()>& work) const;
  virtual std::string today() const = 0;  // "2026-11-22"
  // The last day that has begun where the programme works; later than today() where nobody said in which time zone.
  virtual std::string last_day_begun() const { return today(); }
};

// Another record that a sentence names. Whoever may not see it reads the sentence without its title.
struct Named {
  std::string arg;  // of the sentence
  std::string kind, id, title;
};

// One way in which a record breaks a rule: the field to mend (empty: none alone) and the arguments of `failure`.
struct Breach {
  std::string field;
  Error::Args args = {};
  bool only_refuses = false;  // nothing is wrong yet, but the transitions would make it so
  std::vector<Named> names = {};
  std::vector<Held> with = {};  // what a record that is missing elsewhere begins with, besides what names this one
};

struct Rule {
  std::string id;                   // "recommendation.cites_findings": kind, point, name; stable
  std::string kind;                 // whose records it is checked on
  std::string sentence;             // what must hold, for people, English source
  std::string failure;              // what is said when it does not, with {named} places
  std::vector<std::string> blocks;  // transitions that are refused meanwhile; empty: it only warns
  std::function<std::vector<Breach>(const Record&, const RecordLookup&)> check;
  std::string message = {};    // rules that say the same share it; the id when empty
  bool also_given_up = false;  // asked of what was given up, too: protection does not end there
};

// Where a broken rule is mended when not in a field of its record: records of `kind` whose `field` names the record.
struct Related {
  std::string kind;             // empty: in the record itself
  std::string field;            // empty: they do not name it
  std::vector<Held> with = {};  // what a new one begins with besides
};

// Sorted by id. Immutable.
const std::vector<Rule>& all_rules();
const Rule* find_rule(std::string_view id);
std::vector<const Rule*> rules_of(std::string_view kind);

struct RuleFailure {
  std::string rule;                 // its id
  Error problem;                    // code "model.rule." + message or id; the pointer is "/fields/<field>" or empty
  std::vector<std::string> blocks;  // transitions that are refused
  Related related = {};
  bool warns = true;              // false: nothing is wrong as the record stands; a transition would make it so
  std::vector<Named> names = {};  // whose titles stand in the arguments of the problem
  bool refuses(std::string_view transition) const;
};
// What is said of a broken rule: code "model.rule." + message or id.
Error broken(const Rule& rule, Error::Args args);
// It stands in a state to which a step leads that is declared to give up. No next step is expected of it.
bool is_given_up(const Record& record);
// All rules of the record's kind that it breaks, in the order of their ids. What was given up is warned of nothing.
// With `only`, no others.
std::vector<RuleFailure> broken_rules(const Record& record, const RecordLookup& lookup,
                                      const std::set<std::string>* only = nullptr);
// The rules that looked at each record on its way into the state, whichever way it came.
std::set<std::string> rules_passed(const KindDefinition& kind, const std::string& state);

// Of the rule and of what it said: objective.served names the kind that is missing.
Related related_of(const Rule& rule, const Error::Args& args);

// The parts all_rules() is joined from.
std::vector<Rule> general_rules();  // made from the declarations: dates, cycles, parts of a whole, what is overdue
std::vector<Rule> evidence_rules();
std::vector<Rule> plan_rules();
std::vector<Rule> budget_rules();
std::vector<Rule> protection_rules();
std::vector<Rule> review_rules();

}  // namespace hamdil::model
