#include "services/records/check_rules.hpp"

#include <nlohmann/json.hpp>

#include "services/records/reckoning.hpp"

namespace hamdil::services::records {
namespace {

using model::Record;

// A read that fails ends the look-up with nothing found; the error is kept and told instead of a verdict.
class WorkspaceLookup final : public model::RecordLookup {
 public:
  explicit WorkspaceLookup(const store::Workspace& workspace) : workspace_(workspace) {}

  std::optional<Record> find(const std::string& kind, const std::string& id) const override {
    if (id.empty() || model::find_kind(kind) == nullptr) return std::nullopt;
    auto found = workspace_.find(kind, id);
    if (!found) return keep(found.error()), std::nullopt;
    if (!*found || (*found)->deleted) return std::nullopt;
    return std::move(**found);
  }

  std::vector<Record> list(const std::string& kind, const std::string& field, const std::string& value) const override {
    store::RecordQuery query{.kind = kind, .limit = 1000};
    if (!field.empty()) query.conditions.push_back({field, store::RecordQuery::Condition::Is::kEqual, value});
    std::vector<Record> out;
    do {
      auto page = workspace_.query(query);
      if (!page) return keep(page.error()), out;
      for (Record& record : page->records) out.push_back(std::move(record));
      query.cursor = page->next;
    } while (!query.cursor.empty());
    return out;
  }

  std::string today() const override { return records::today(workspace_, reckoning()); }
  std::string last_day_begun() const override { return records::last_day_begun(workspace_, reckoning()); }

  const std::optional<Error>& error() const { return error_; }

 private:
  void keep(const Error& error) const {
    if (!error_) error_ = error;
  }
  const Reckoning& reckoning() const {
    if (!reckoning_) {
      auto found = reckoning_of(workspace_);
      if (!found) keep(found.error());
      reckoning_ = found ? *found : Reckoning();
    }
    return *reckoning_;
  }
  const store::Workspace& workspace_;
  mutable std::optional<Error> error_;
  mutable std::optional<Reckoning> reckoning_;
};

// What must hold, holds whoever asks: with the references that are withheld from them. Under a view of the whole.
Result<std::vector<model::RuleFailure>> broken(const store::Workspace& workspace, const Record& record,
                                               const WorkspaceLookup& lookup) {
  if (record.withheld.empty()) return model::broken_rules(record, lookup);
  Record judged = record;
  HAMDIL_TRY(const auto kept, workspace.find(record.kind, record.id));
  if (!kept) return model::broken_rules(record, lookup);
  Json fields = record.fields();
  const Json whole = kept->fields();
  for (const std::string& name : record.withheld)
    if (whole.contains(name)) fields[name] = whole[name];
  judged.set_fields(fields);
  return model::broken_rules(judged, lookup);
}

}  // namespace

Result<std::vector<model::RuleFailure>> check_rules(const store::Workspace& workspace, const Record& record) {
  const store::WholeView whole(workspace);
  const WorkspaceLookup lookup(workspace);
  HAMDIL_TRY(std::vector<model::RuleFailure> failures, broken(workspace, record, lookup));
  if (lookup.error()) return *lookup.error();
  return failures;
}

Result<Checked> check_all(const store::Workspace& workspace, std::size_t limit) {
  const WorkspaceLookup lookup(workspace);
  Checked out;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program || model::rules_of(kind.name).empty()) continue;
    store::RecordQuery query{.kind = kind.name, .sort = "changed_at", .descending = true, .limit = 200};
    std::size_t seen = 0;
    do {
      HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
      if (query.cursor.empty()) out.all += static_cast<std::size_t>(page.total);
      for (const Record& record : page.records) {
        if (seen >= limit) break;
        ++seen;
        const store::WholeView whole(workspace);
        HAMDIL_TRY(std::vector<model::RuleFailure> failures, broken(workspace, record, lookup));
        for (model::RuleFailure& failure : failures)
          if (failure.warns) out.offenders.push_back({record, std::move(failure)});
        if (lookup.error()) return *lookup.error();
      }
      query.cursor = seen >= limit ? "" : page.next;
    } while (!query.cursor.empty());
    out.records += seen;
  }
  return out;
}

Status refuse_by_rules(const store::Workspace& workspace, const Record& record, const std::string& transition) {
  HAMDIL_TRY(const std::vector<model::RuleFailure> failures, check_rules(workspace, record));
  for (const model::RuleFailure& failure : failures)
    if (failure.refuses(transition)) {
      // With the arguments of what the rule said, so that it can be said in another language.
      Error::Args args = failure.problem.args;
      args.insert(args.end(),
                  {{"transition", transition}, {"problem", failure.problem.message()}, {"rule", failure.rule}});
      return Error("records.transition.rule", "{transition} is refused: {problem}", std::move(args))
          .at(failure.problem.where);
    }
  return Done{};
}

}  // namespace hamdil::services::records
