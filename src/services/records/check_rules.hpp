// The rules of a record (model/rules.hpp), looked up in a workspace.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/rules.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

// All rules that the record breaks as it stands, whether they warn or refuse transitions. Codes store.sqlite.*.
Result<std::vector<model::RuleFailure>> check_rules(const store::Workspace& workspace, const model::Record& record);

// One record that breaks a rule.
struct Offender {
  model::Record record;
  model::RuleFailure failure;
};
struct BrokenRule {
  std::string rule;                 // its id
  std::size_t count = 0;            // how often it is broken
  std::vector<Offender> offenders;  // the latest changed first, at most as many as were asked for
};
struct Checked {
  std::size_t records = 0;  // looked at: all that the view shows, of kinds that have rules
  std::vector<BrokenRule> rules;
};
// Over all records. The time grows as the number of records: each is read once, whatever rules look for.
Result<Checked> check_all(const store::Workspace& workspace, std::size_t most_shown);

// What the change would break of that which the record had to keep on its way into its state: what refused the step
// refuses the change, too. What was wrong before may stay so. A record that is new in its state is only asked for days
// that have come, because lists kept elsewhere before may hold what no step here has looked at. Code
// records.state.rule; pointers name the fields.
Result<Diagnostics> newly_broken(const store::Workspace& workspace, const model::Record& before,
                                 const model::Record& after);

// The first rule that refuses this transition, as an error to show; Done when none does. Codes
// records.transition.rule (pointer names the field), store.sqlite.*.
Status refuse_by_rules(const store::Workspace& workspace, const model::Record& record, const std::string& transition);

}  // namespace hamdil::services::records
