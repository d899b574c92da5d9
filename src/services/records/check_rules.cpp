#include "services/records/check_rules.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
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
    store::RecordQuery query{.kind = kind};
    if (!field.empty()) query.conditions.push_back({field, Is::kEqual, value});
    return all_of(std::move(query), kAll);
  }
  std::vector<Record> of_title(const std::string& kind, const std::string& title) const override {
    std::vector<Record> out = all_of({.kind = kind, .conditions = {{"title", Is::kContains, title}}}, kAll);
    std::erase_if(out, [&](const Record& record) { return text::fold(record.title) != text::fold(title); });
    return out;
  }
  std::vector<Record> holding(const std::string& kind, const std::vector<model::Held>& all,
                              std::size_t most) const override {
    store::RecordQuery query{.kind = kind};
    for (const model::Held& one : all)
      query.conditions.push_back({one.field, one.value.empty() ? Is::kEmpty : Is::kEqual, one.value});
    return all_of(std::move(query), most);
  }

  std::string today() const override { return records::today(workspace_, reckoning()); }
  std::string last_day_begun() const override { return records::last_day_begun(workspace_, reckoning()); }

  const std::optional<Error>& error() const { return error_; }

 private:
  using Is = store::RecordQuery::Condition::Is;
  static constexpr std::size_t kAll = std::string::npos, kPage = 1000;

  std::vector<Record> all_of(store::RecordQuery query, std::size_t most) const {
    query.limit = std::min(most, kPage);
    std::vector<Record> out;
    do {
      auto page = workspace_.query(query);
      if (!page) return keep(page.error()), out;
      for (Record& record : page->records)
        if (out.size() < most) out.push_back(std::move(record));
      query.cursor = page->next;
    } while (!query.cursor.empty() && out.size() < most);
    return out;
  }
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

// For looking at everything: a kind is read once, and what is asked for by a field or a title is found without reading
// it again. Under a view of the whole.
class WholeLookup final : public model::RecordLookup {
 public:
  explicit WholeLookup(const store::Workspace& workspace) : workspace_(workspace), days_(workspace) {}

  std::optional<Record> find(const std::string& kind, const std::string& id) const override {
    if (id.empty() || model::find_kind(kind) == nullptr) return std::nullopt;
    const Kind& all = of(kind);
    const auto found = all.by_id.find(id);
    return found == all.by_id.end() ? std::nullopt : std::optional(all.records[found->second]);
  }
  std::vector<Record> list(const std::string& kind, const std::string& field, const std::string& value) const override {
    Kind& all = of(kind);
    if (field.empty()) return all.records;
    const auto [index, is_new] = all.by_field.try_emplace(field);
    for (std::size_t i = 0; is_new && i < all.records.size(); ++i)
      for (std::string& held : values_of(all.records[i], field)) index->second[std::move(held)].push_back(i);
    return picked(all, index->second, value);
  }
  std::vector<Record> of_title(const std::string& kind, const std::string& title) const override {
    Kind& all = of(kind);
    if (all.by_title.empty())
      for (std::size_t i = 0; i < all.records.size(); ++i) all.by_title[text::fold(all.records[i].title)].push_back(i);
    return picked(all, all.by_title, text::fold(title));
  }
  std::vector<Record> holding(const std::string& kind, const std::vector<model::Held>& all,
                              std::size_t most) const override {
    Kind& records = of(kind);
    std::string fields, values;
    for (const model::Held& one : all) {
      fields += one.field + '\n';
      values += one.value + '\n';
    }
    const auto [index, is_new] = records.by_held.try_emplace(fields);
    for (std::size_t i = 0; is_new && i < records.records.size(); ++i)
      index->second[held_by(records.records[i], all)].push_back(i);
    return picked(records, index->second, values, most);
  }
  double figure(const std::string& name, const std::function<double()>& work) const override {
    const auto [known, is_new] = figures_.try_emplace(name);
    if (is_new) known->second = work();
    return known->second;
  }
  std::string today() const override { return days_.today(); }
  std::string last_day_begun() const override { return days_.last_day_begun(); }
  const std::optional<Error>& error() const { return error_ ? error_ : days_.error(); }

 private:
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;
  struct Kind {
    std::vector<Record> records;
    std::unordered_map<std::string, std::size_t> by_id;
    std::map<std::string, Index> by_field, by_held;
    Index by_title;
  };

  Kind& of(const std::string& kind) const {
    const auto [place, is_new] = kinds_.try_emplace(kind);
    Kind& out = place->second;
    if (!is_new) return out;
    auto all = workspace_.list(kind);
    if (!all) {
      if (!error_) error_ = all.error();
      return out;
    }
    out.records = std::move(*all);
    for (std::size_t i = 0; i < out.records.size(); ++i) out.by_id[out.records[i].id] = i;
    return out;
  }
  static std::vector<std::string> values_of(const Record& record, const std::string& field) {
    std::vector<std::string> out;
    const Json fields = record.fields();
    const auto value = fields.find(field);
    if (value == fields.end()) return out;
    for (const Json& one : value->is_array() ? *value : Json::array({*value}))
      if (one.is_string())
        out.push_back(one.get<std::string>());
      else if (one.is_object() && one.contains("address"))
        out.push_back(one["address"].get<std::string>());  // of a file
    return out;
  }
  // The values of these fields, one a line.
  static std::string held_by(const Record& record, const std::vector<model::Held>& wanted) {
    const Json fields = record.fields();
    std::string out;
    for (const model::Held& one : wanted) {
      const auto value = fields.find(one.field);
      if (value != fields.end() && value->is_string()) out += value->get_ref<const std::string&>();
      out += '\n';
    }
    return out;
  }
  static std::vector<Record> picked(const Kind& all, const Index& index, const std::string& value,
                                    std::size_t most = std::string::npos) {
    std::vector<Record> out;
    const auto found = index.find(value);
    if (found == index.end()) return out;
    for (const std::size_t i : found->second) {
      if (out.size() == most) break;
      out.push_back(all.records[i]);
    }
    return out;
  }

  const store::Workspace& workspace_;
  WorkspaceLookup days_;
  mutable std::map<std::string, Kind> kinds_;
  mutable std::map<std::string, double> figures_;
  mutable std::optional<Error> error_;
};

// Titles of other records, as the one who asks may read them.
Status name_for_reader(const store::Workspace& workspace, model::RuleFailure& failure) {
  for (const model::Named& named : failure.names) {
    HAMDIL_TRY(const auto titles, workspace.titles(named.kind, {named.id}));
    for (auto& [name, value] : failure.problem.args)
      if (name == named.arg) value = titles.empty() ? "…" : titles.front().title;
  }
  return Done{};
}

// What must hold, holds whoever asks: judged with the references that are withheld from them.
Result<std::vector<model::RuleFailure>> judged(const store::Workspace& workspace, Record record,
                                               const std::set<std::string>* only = nullptr) {
  const store::WholeView whole(workspace);
  const WorkspaceLookup lookup(workspace);
  if (!record.withheld.empty()) {
    HAMDIL_TRY(const auto kept, workspace.find(record.kind, record.id));
    const Json all = kept ? kept->fields() : Json::object();
    Json fields = record.fields();
    for (const std::string& name : record.withheld)
      if (all.contains(name)) fields[name] = all[name];
    record.set_fields(fields);
  }
  std::vector<model::RuleFailure> failures = model::broken_rules(record, lookup, only);
  if (lookup.error()) return *lookup.error();
  return failures;
}

bool latest_first(const Record& a, const Record& b) {
  return std::tie(a.changed_at, a.id) > std::tie(b.changed_at, b.id);
}

// All rules of one kind, judged on what is kept and told of what the view shows.
Status check_kind(const store::Workspace& workspace, const WholeLookup& lookup, const std::string& kind,
                  std::size_t most_shown, Checked& out) {
  HAMDIL_TRY(std::vector<Record> seen, workspace.list(kind));
  std::sort(seen.begin(), seen.end(), latest_first);
  out.records += seen.size();
  std::map<std::string, BrokenRule> broken;
  {
    const store::WholeView whole(workspace);
    for (const Record& record : seen) {
      const auto kept = lookup.find(kind, record.id);
      for (model::RuleFailure& failure : model::broken_rules(kept.value_or(record), lookup)) {
        if (!failure.warns) continue;
        BrokenRule& rule = broken[failure.rule];
        if (++rule.count <= most_shown) rule.offenders.push_back({record, std::move(failure)});
      }
      if (lookup.error()) return *lookup.error();
    }
  }
  for (auto& [id, rule] : broken) {
    rule.rule = id;
    for (Offender& offender : rule.offenders) HAMDIL_CHECK(name_for_reader(workspace, offender.failure));
    out.rules.push_back(std::move(rule));
  }
  return Done{};
}

}  // namespace

Result<std::vector<model::RuleFailure>> check_rules(const store::Workspace& workspace, const Record& record) {
  HAMDIL_TRY(std::vector<model::RuleFailure> failures, judged(workspace, record));
  for (model::RuleFailure& failure : failures) HAMDIL_CHECK(name_for_reader(workspace, failure));
  return failures;
}

Result<Checked> check_all(const store::Workspace& workspace, std::size_t most_shown) {
  const WholeLookup lookup(workspace);
  Checked out;
  for (const model::KindDefinition& kind : model::all_kinds())
    if (!kind.made_by_program && !model::rules_of(kind.name).empty())
      HAMDIL_CHECK(check_kind(workspace, lookup, kind.name, most_shown, out));
  return out;
}

Result<Diagnostics> newly_broken(const store::Workspace& workspace, const Record& before, const Record& after) {
  Diagnostics out;
  std::set<std::string> passed = model::rules_passed(*model::find_kind(after.kind), after.state);
  const bool is_new = before.version == 0;
  if (is_new)
    std::erase_if(passed, [](const std::string& id) { return model::find_rule(id)->message != "not_in_future"; });
  if (passed.empty() || (!is_new && before.title == after.title && before.fields_json == after.fields_json)) return out;
  HAMDIL_TRY(std::vector<model::RuleFailure> failures, judged(workspace, after, &passed));
  if (failures.empty()) return out;
  const auto said = [](const model::RuleFailure& failure) { return failure.rule + failure.problem.where.pointer; };
  std::set<std::string> stood;
  if (!is_new) {
    HAMDIL_TRY(const std::vector<model::RuleFailure> earlier, judged(workspace, before, &passed));
    for (const model::RuleFailure& failure : earlier) stood.insert(said(failure));
  }
  for (model::RuleFailure& failure : failures) {
    if (stood.contains(said(failure))) continue;
    HAMDIL_CHECK(name_for_reader(workspace, failure));
    Error::Args args = failure.problem.args;
    args.insert(args.end(), {{"state", after.state}, {"problem", failure.problem.message()}, {"rule", failure.rule}});
    out.push_back({Severity::kError, Error("records.state.rule", "While it is {state}: {problem}", std::move(args))
                                         .at(failure.problem.where)
                                         .advise("Write it otherwise, or take the record a step back first.")});
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
