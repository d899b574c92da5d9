#include "services/records/records.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "base/web_address.hpp"
#include "model/workflow.hpp"
#include "services/records/check_rules.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/lock.hpp"

namespace hamdil::services::records {
namespace {

using model::KindDefinition;
using model::Record;

Result<const KindDefinition*> kind_for_people(const std::string& name) {
  const KindDefinition* kind = model::find_kind(name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", name}});
  if (kind->made_by_program)
    return Error("records.made_by_program", "A {kind} is written by the program; it can be read and not changed.",
                 {{"kind", name}});
  return kind;
}

Result<Record> existing(const store::Workspace& workspace, const std::string& kind, const std::string& id) {
  HAMDIL_TRY(const auto record, workspace.find(kind, id));
  if (!record || record->deleted) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  return *record;
}

using Write = std::function<Status(store::Transaction&)>;

Result<Record> save(store::Workspace& workspace, const store::Author& author, const Record& record,
                    const std::string& action = {}, const Write& first = {}) {
  Record saved;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    if (first) HAMDIL_CHECK(first(transaction));
    HAMDIL_TRY(saved, transaction.save(record, action));
    return Done{};
  }));
  return saved;
}

// What is in the body beside what a record has; fields are checked with their kind.
Diagnostics unknown_members(const Json& body) {
  static const std::set<std::string> kKnown{"title", "fields"};
  Diagnostics out;
  for (const auto& [name, value] : body.items())
    if (!kKnown.contains(name))
      out.push_back({Severity::kError, Error("records.unknown_member", "A record has no {name}.", {{"name", name}})
                                           .at({.pointer = "/" + name})
                                           .advise("Send title and fields.")});
  return out;
}

// A text of blanks, an empty list and translations without a word say nothing: the field is empty. Data keep their
// shape.
bool says_nothing(const Json& value, const model::FieldDefinition* field) {
  if (value.is_null()) return true;
  if (field == nullptr || field->type == model::FieldType::kData) return false;
  if (value.is_string()) return text::trim(value.get_ref<const std::string&>()).empty();
  if (!value.is_structured()) return false;
  return std::all_of(value.begin(), value.end(),
                     [&](const Json& part) { return part.is_string() && says_nothing(part, field); });
}

// Characters that no spreadsheet, page or file of text can hold.
bool has_control_character(const Json& value) {
  if (value.is_structured())
    return std::any_of(value.begin(), value.end(), [](const Json& part) { return has_control_character(part); });
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F;
  });
}

Diagnostic control_character(const std::string& pointer) {
  return {Severity::kError,
          Error("records.control_character", "There is a character in it that is no part of any writing.")
              .at({.pointer = pointer})
              .advise("Remove it; it often comes from copying out of another program.")};
}

// 30 February, 25 o'clock: well written and never there. What is not even well written, the kind refuses.
bool names_no_day(const Json& value, const model::FieldDefinition* field) {
  if (field == nullptr || !value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  const bool is_time = field->type == model::FieldType::kTimestamp && text.size() == 20;
  if (!is_time && (field->type != model::FieldType::kDate || text.size() != 10)) return false;
  if (!parse_date(text.substr(0, 10))) return true;
  if (!is_time) return false;
  const auto part = [&text](std::size_t at) { return text::parse_integer(text.substr(at, 2)).value_or(99); };
  return part(11) > 23 || part(14) > 59 || part(17) > 60;
}

Diagnostic no_such_day(const std::string& field, const Json& value) {
  return {Severity::kError,
          Error("records.no_such_day", "The field {field} names a day or time that does not exist: {value}.",
                {{"field", field}, {"value", value.get<std::string>()}})
              .at({.pointer = "/fields/" + field})};
}

// What stood there before may stay; what is written now can be followed.
bool leads_nowhere(const Json& value, const model::FieldDefinition* field) {
  return field != nullptr && field->web_address && value.is_string() && !says_nothing(value, field) &&
         !is_web_address(text::trim(value.get_ref<const std::string&>()));
}

Diagnostic no_web_address(const std::string& field) {
  return {Severity::kError, Error("records.web_address", "This is not a whole web address.", {{"field", field}})
                                .at({.pointer = "/fields/" + field})
                                .advise("Write it with http:// or https://, for example https://example.org/report.")};
}

// Lines end with a line feed, whatever program they were written in: no spreadsheet gives a carriage return back.
Json with_plain_lines(Json value) {
  if (value.is_structured())
    for (Json& part : value) part = with_plain_lines(std::move(part));
  if (!value.is_string() || value.get_ref<const std::string&>().find('\r') == std::string::npos) return value;
  return text::replace_all(text::replace_all(value.get<std::string>(), "\r\n", "\n"), "\r", "\n");
}

// What brought a record into its state stays with it: a closed request keeps its answer.
Diagnostics emptied_though_needed(const Record& before, const Record& after) {
  Diagnostics out;
  for (const std::string& name : model::needed_in(*model::find_kind(after.kind), after.state))
    if (before.is_filled(name) && !after.is_filled(name))
      out.push_back({Severity::kError, Error("records.state.needs", "While it is {state}, {field} stays filled.",
                                             {{"state", after.state}, {"field", name}})
                                           .at({.pointer = "/fields/" + name})
                                           .advise("Take it a step back first, or write something else.")});
  return out;
}

Diagnostics apply_body(const Json& given, Record& record) {
  const Record before = record;
  const Json body = with_plain_lines(given);
  if (!body.is_object() || (body.contains("fields") && !body["fields"].is_object()) ||
      (body.contains("title") && !body["title"].is_string()))
    return {
        {Severity::kError, Error("model.record.shape", "A record is an object with a title and an object of fields.")
                               .at({.pointer = ""})}};
  Diagnostics problems = unknown_members(body);
  const KindDefinition& kind = *model::find_kind(record.kind);
  if (body.contains("title")) record.title = text::trim(body["title"].get<std::string>());
  if (has_control_character(Json(record.title))) problems.push_back(control_character("/title"));
  Json fields = record.fields();
  if (body.contains("fields"))
    for (const auto& [name, value] : body["fields"].items()) {
      if (has_control_character(value)) problems.push_back(control_character("/fields/" + name));
      if (names_no_day(value, kind.find(name))) problems.push_back(no_such_day(name, value));
      if (leads_nowhere(value, kind.find(name)) && fields.value(name, Json()) != value)
        problems.push_back(no_web_address(name));
      if (says_nothing(value, kind.find(name)))
        fields.erase(name);
      else
        fields[name] = value;
    }
  record.set_fields(fields);
  for (Diagnostic& problem : model::validate(record)) {
    const std::string field = problem.problem.where.pointer;
    if (field != "/title" && field != "/state") problem.problem.where.pointer = "/fields" + field;
    problems.push_back(std::move(problem));
  }
  for (Diagnostic& problem : emptied_though_needed(before, record)) problems.push_back(std::move(problem));
  return problems;
}

// All that is wrong with a record that is to be saved: with what was written, what it refers to and what is locked.
Result<Diagnostics> all_problems(const store::Workspace& workspace, const Record& before, const Record& record,
                                 Diagnostics problems) {
  HAMDIL_TRY(Diagnostics locked, locked_changes(workspace, before, record));
  // Judged only where it could be saved: rules read values of the right shape.
  Diagnostics broken;
  if (problems.empty() && locked.empty()) {
    HAMDIL_TRY(broken, newly_broken(workspace, before, record));
  }
  for (Diagnostics* found : {&locked, &broken})
    problems.insert(problems.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
  HAMDIL_TRY(Diagnostics lost, workspace.lost_references(record));
  for (Diagnostic& problem : lost) {
    problem.problem.where.pointer = "/fields" + problem.problem.where.pointer;
    problems.push_back(std::move(problem));
  }
  return problems;
}

Result<Outcome> save_checked(store::Workspace& workspace, const store::Author& author, const Record& before,
                             const Record& record, Diagnostics problems, const Write& first = {}) {
  HAMDIL_TRY(problems, all_problems(workspace, before, record, std::move(problems)));
  if (!problems.empty()) return Outcome{{}, std::move(problems)};
  HAMDIL_TRY(Record saved, save(workspace, author, record, {}, first));
  return Outcome{std::move(saved), {}};
}

Status check_version(const Record& record, std::optional<std::int64_t> version) {
  if (!version || *version == record.version) return Done{};
  return Error("store.record.changed_meanwhile", "This {kind} was changed by someone else after it was opened.",
               {{"kind", record.kind}})
      .advise("Open it again and repeat the change.");
}

std::vector<std::string> missing_fields(const Record& record, const KindDefinition& kind,
                                        const model::Transition& transition) {
  std::vector<std::string> out;
  const auto need = [&](const std::string& name) {
    if (!record.is_filled(name) && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  };
  for (const std::string& name : transition.needs) need(name);
  if (transition.to != kind.states.front())  // only a draft may lack them
    for (const model::FieldDefinition& field : kind.fields)
      if (field.required) need(field.name);
  return out;
}

std::vector<Difference> differences(const Json& before, const Json& after) {
  std::vector<Difference> out;
  for (const char* part : {"title", "state", "deleted"}) {
    const Json old = before.value(part, Json());
    const Json now = after.value(part, Json());
    if (old != now && !(old.is_null() && now == Json(false))) out.push_back({part, old.dump(), now.dump()});
  }
  const Json old_fields = before.value("fields", Json::object());
  const Json new_fields = after.value("fields", Json::object());
  std::set<std::string> names;
  for (const Json* fields : {&old_fields, &new_fields})
    for (const auto& [name, value] : fields->items()) names.insert(name);
  for (const std::string& name : names)
    if (old_fields.value(name, Json()) != new_fields.value(name, Json()))
      out.push_back({name, old_fields.value(name, Json()).dump(), new_fields.value(name, Json()).dump()});
  return out;
}

// What is left of a record that was removed for good: who, when, and no contents to compare.
bool is_emptied(const store::Change& change, const Json& after) {
  return change.action == "empty" || !after.contains("fields");
}

// "2026-11-22T09:30:00Z" in seconds of its day and the day itself; enough to tell five minutes.
bool within_five_minutes(const std::string& earlier, const std::string& later) {
  if (earlier.size() != 20 || later.size() != 20 || earlier.substr(0, 10) != later.substr(0, 10)) return false;
  const auto seconds = [](const std::string& at) {
    return std::stoi(at.substr(11, 2)) * 3600 + std::stoi(at.substr(14, 2)) * 60 + std::stoi(at.substr(17, 2));
  };
  return seconds(later) - seconds(earlier) <= 300;
}

}  // namespace

Result<Outcome> create_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                              const Json& body) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  Record record = model::new_record(kind->name, "", Json::object());
  const Record before = record;
  Diagnostics problems = apply_body(body, record);
  return save_checked(workspace, author, before, record, std::move(problems));
}

Result<Record> imagined_record(const store::Workspace& workspace, const std::string& kind_name, const Json& body) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  Record record = model::new_record(kind->name, "", Json::object());
  record.id = fresh_id();
  const Record before = record;
  Diagnostics found = apply_body(body, record);
  HAMDIL_TRY(const Diagnostics problems, all_problems(workspace, before, record, std::move(found)));
  Json fields = record.fields();
  for (const Diagnostic& problem : problems) {
    const std::vector<std::string> path = text::split(problem.problem.where.pointer, '/');  // "", "fields", "starts"
    if (path.size() > 2)
      fields.erase(path[2]);
    else if (path.size() < 2 || path[1] != "title")
      return problem.problem;  // no object of fields, or a member that is none
  }
  record.set_fields(fields);
  return record;
}

Result<Outcome> change_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                              const std::string& id, const Json& body, std::optional<std::int64_t> version,
                              const Write& first) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  HAMDIL_TRY(Record record, existing(workspace, kind->name, id));
  if (version) record.version = *version;
  const Record before = record;
  Diagnostics problems = apply_body(body, record);
  return save_checked(workspace, author, before, record, std::move(problems), first);
}

namespace {

// One operation inside a transaction. Problems of fields are added to `problems`; then nothing is saved.
Result<Record> apply_operation(store::Workspace& workspace, store::Transaction& transaction, const Operation& operation,
                               const std::string& pointer, Diagnostics& problems) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(operation.kind));
  Record record = model::new_record(kind->name, "", Json::object());
  if (operation.what == Operation::Do::kCreate) {
    record.id = operation.id;
    if (!operation.state.empty()) record.state = operation.state;
  } else {
    HAMDIL_TRY(record, existing(workspace, kind->name, operation.id));
    HAMDIL_CHECK(check_version(record, operation.version));
  }
  if (operation.what == Operation::Do::kRemove) {
    HAMDIL_CHECK(check_unlocked(workspace, record));
    HAMDIL_CHECK(transaction.remove(kind->name, operation.id));
    HAMDIL_TRY(const auto removed, workspace.find(kind->name, operation.id));
    return removed.value_or(record);
  }
  const Record before = record;
  Diagnostics written = apply_body(operation.body ? *operation.body : Json::object(), record);
  HAMDIL_TRY(Diagnostics found, all_problems(workspace, before, record, std::move(written)));
  if (found.empty()) return transaction.save(record);
  for (Diagnostic& problem : found) {
    problem.problem.where.pointer = pointer + "/body" + problem.problem.where.pointer;
    problems.push_back(std::move(problem));
  }
  return record;
}

}  // namespace

Result<BulkOutcome> apply_operations(store::Workspace& workspace, const store::Author& author,
                                     const std::vector<Operation>& operations, bool dry_run, const Control& control,
                                     const std::function<Status(store::Transaction&)>& also) {
  BulkOutcome out;
  const Status written = workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (std::size_t i = 0; i < operations.size(); ++i) {
      HAMDIL_CHECK(control.step(static_cast<double>(i) / static_cast<double>(operations.size())));
      const std::string pointer = "/operations/" + std::to_string(i);
      auto record = apply_operation(workspace, transaction, operations[i], pointer, out.problems);
      if (!record && record.error().where.pointer.empty()) record.error().where.pointer = pointer;
      if (!record) return record.error();
      out.records.push_back(std::move(*record));
    }
    if (out.problems.empty() && !dry_run) return also ? also(transaction) : Done{};
    return Error("records.problems", "Some fields need another value.");  // takes everything back
  });
  if (!out.problems.empty()) {
    out.records.clear();
    return out;
  }
  if (!written && !(dry_run && written.error().code == "records.problems")) return written.error();
  return out;
}

std::vector<OpenTransition> open_transitions(const Record& record) {
  std::vector<OpenTransition> out;
  const KindDefinition* kind = model::find_kind(record.kind);
  if (kind == nullptr || record.deleted) return out;
  for (const model::Transition& transition : kind->transitions)
    if (transition.from == record.state)
      out.push_back({transition.name, transition.to, missing_fields(record, *kind, transition)});
  return out;
}

Result<Record> move_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                           const std::string& id, const std::string& name) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  HAMDIL_TRY(Record record, existing(workspace, kind->name, id));
  if (std::none_of(kind->transitions.begin(), kind->transitions.end(), [&](const auto& t) { return t.name == name; }))
    return Error("records.transition.unknown", "A {kind} cannot {transition}.",
                 {{"kind", kind->name}, {"transition", name}});
  const std::vector<OpenTransition> open = open_transitions(record);
  const auto found = std::find_if(open.begin(), open.end(), [&](const OpenTransition& t) { return t.name == name; });
  if (found == open.end())
    return Error("records.transition.wrong_state", "{transition} is not possible while it is {state}.",
                 {{"transition", name}, {"state", record.state}});
  if (!found->missing.empty())
    return Error("records.transition.needs", "Before {transition}, fill in: {fields}.",
                 {{"transition", name}, {"fields", text::join(found->missing, ", ")}})
        .at({.pointer = "/fields/" + found->missing.front()});
  HAMDIL_CHECK(refuse_by_rules(workspace, record, name));
  record.state = found->to;
  return save(workspace, author, record, name);
}

Status remove_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                     const std::string& id, std::optional<std::int64_t> version) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  HAMDIL_TRY(const Record record, existing(workspace, kind->name, id));
  HAMDIL_CHECK(check_version(record, version));
  HAMDIL_CHECK(check_unlocked(workspace, record));
  return workspace.write(author, [&](store::Transaction& transaction) { return transaction.remove(kind->name, id); });
}

Result<Record> restore_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                              const std::string& id) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  Record restored;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(restored, transaction.restore(kind->name, id));
    HAMDIL_TRY(const auto lock, lock_of(workspace, restored));
    // Back into a whole that was locked meanwhile; what was locked itself comes back as it was.
    if (lock && lock->by.id != restored.id) return check_unlocked(workspace, restored);
    return Done{};
  }));
  return restored;
}

Result<Record> revert_record(store::Workspace& workspace, const store::Author& author, const std::string& kind_name,
                             const std::string& id, std::int64_t version) {
  HAMDIL_TRY(const KindDefinition* kind, kind_for_people(kind_name));
  HAMDIL_TRY(Record record, existing(workspace, kind->name, id));
  HAMDIL_TRY(const std::vector<store::Change> changes, workspace.history(id));
  for (const store::Change& change : changes) {
    if (change.kind != kind->name || change.after.empty()) continue;
    const Json then = Json::parse(change.after, nullptr, false);
    if (!then.is_object() || then.value("version", std::int64_t{0}) != version) continue;
    const Record now = record;
    HAMDIL_TRY(record.title, workspace.open_title(kind->name, then.value("title", record.title), id));
    HAMDIL_TRY(const Json fields, workspace.open_sealed(kind->name, then.value("fields", Json::object()), id));
    record.set_fields(fields);
    HAMDIL_TRY(const Diagnostics locked, locked_changes(workspace, now, record));
    if (!locked.empty()) return locked.front().problem;
    if (const Diagnostics lost = emptied_though_needed(now, record); !lost.empty()) return lost.front().problem;
    HAMDIL_TRY(const Diagnostics broken, newly_broken(workspace, now, record));
    if (!broken.empty()) return broken.front().problem;
    return save(workspace, author, record, "go back to version " + std::to_string(version));
  }
  return Error("records.version.missing", "This {kind} has no version {version}.",
               {{"kind", kind->name}, {"version", std::to_string(version)}});
}

Json to_json(const std::vector<HistoryLine>& lines) {
  Json out = Json::array();
  for (const HistoryLine& line : lines) {
    Json differences = Json::array();
    for (const Difference& one : line.differences)
      differences.push_back(
          {{"field", one.field}, {"before", Json::parse(one.before)}, {"after", Json::parse(one.after)}});
    out.push_back({{"version", line.version},
                   {"at", line.at},
                   {"who", line.who},
                   {"action", line.action},
                   {"reason", line.reason},
                   {"differences", differences}});
  }
  return out;
}

Result<std::vector<HistoryLine>> record_history(const store::Workspace& workspace, const std::string& kind,
                                                const std::string& id) {
  HAMDIL_TRY(const std::vector<store::Change> changes, workspace.history(id));
  std::vector<HistoryLine> out;
  Json before_line;  // the record before the first change of the last line
  for (const store::Change& change : changes) {
    if (change.kind != kind || change.after.empty()) continue;
    Json after = Json::parse(change.after, nullptr, false);
    Json before = change.before.empty() ? Json::object() : Json::parse(change.before, nullptr, false);
    if (!after.is_object() || !before.is_object()) continue;
    if (is_emptied(change, after)) {
      out.push_back({after.value("version", std::int64_t{0}), change.at, change.who, change.action, change.reason, {}});
      continue;
    }
    for (Json* one : {&after, &before}) {
      if (one->contains("title")) {
        HAMDIL_TRY((*one)["title"], workspace.open_title(kind, one->value("title", ""), id));
      }
      if (one->contains("fields")) {
        HAMDIL_TRY((*one)["fields"], workspace.seen_references(kind, (*one)["fields"]));
      }
    }
    const bool continues = !out.empty() && change.action == "change" && out.back().action == "change" &&
                           out.back().who == change.who && out.back().reason == change.reason &&
                           within_five_minutes(out.back().at, change.at);
    if (!continues) {
      before_line = before;
      out.push_back({0, "", change.who, change.action, change.reason, {}});
    }
    out.back().version = after.value("version", std::int64_t{0});
    out.back().at = change.at;
    out.back().differences = differences(before_line, after);
  }
  return out;
}

}  // namespace hamdil::services::records
