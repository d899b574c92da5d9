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

// One record that breaks a rule, for a list of all of them.
struct Offender {
  model::Record record;
  model::RuleFailure failure;
};
// Over all records of kinds that have rules, the latest changed first within a kind, at most `limit` of each kind.
struct Checked {
  std::size_t records = 0;  // looked at
  std::size_t all = 0;      // that there are
  std::vector<Offender> offenders;
};
Result<Checked> check_all(const store::Workspace& workspace, std::size_t limit);

// The first rule that refuses this transition, as an error to show; Done when none does. Codes
// records.transition.rule (pointer names the field), store.sqlite.*.
Status refuse_by_rules(const store::Workspace& workspace, const model::Record& record, const std::string& transition);

}  // namespace hamdil::services::records
