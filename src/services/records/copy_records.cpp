#include "services/records/copy_records.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/undo.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;

constexpr std::size_t kMost = 1000;
const char* const kConsent = "consent_record";

bool is_date(const FieldDefinition& field) {
  return field.type == FieldType::kDate || field.type == FieldType::kTimestamp;
}

// What a step asks for beyond what every record needs says who did what, when and how it ended, also where the field
// does not declare it; a copy has done nothing yet.
bool says_what_was_done(const KindDefinition& kind, const FieldDefinition& field) {
  const bool could = is_date(field) || field.refers_to == "person" || field.type == FieldType::kText ||
                     field.type == FieldType::kLongText || field.type == FieldType::kChoice ||
                     field.type == FieldType::kBoolean;
  if (field.required || !could) return false;
  return std::any_of(kind.transitions.begin(), kind.transitions.end(), [&](const model::Transition& step) {
    return std::find(step.needs.begin(), step.needs.end(), field.name) != step.needs.end();
  });
}

bool is_copied(const KindDefinition& kind, const FieldDefinition& field) {
  return field.personal == model::PersonalClass::kNone &&
         !(field.type == FieldType::kDigest || field.type == FieldType::kFiles) && field.name != "code" &&
         field.refers_to != kConsent && !field.result && !field.approval && !says_what_was_done(kind, field);
}

// Those of the ids that are not in the bin.
Result<Json> living(const store::Workspace& workspace, const FieldDefinition& field, const Json& value) {
  std::vector<std::string> ids;
  for (const Json& id : value.is_array() ? value : Json::array({value})) ids.push_back(id.get<std::string>());
  HAMDIL_TRY(const std::vector<store::RecordTitle> titles, workspace.titles(field.refers_to, ids));
  std::set<std::string> alive;
  for (const store::RecordTitle& one : titles)
    if (!one.deleted) alive.insert(one.id);
  Json out = Json::array();
  for (const std::string& id : ids)
    if (alive.contains(id)) out.push_back(id);
  if (value.is_array()) return out.empty() ? Json() : out;
  return out.empty() ? Json() : Json(out[0]);
}

Result<Json> copied_fields(const store::Workspace& workspace, const KindDefinition& kind, const Record& record,
                           const CopyRequest& request) {
  const Json fields = record.fields();
  // From the first to the last day of a month is a whole month, however long the next one is.
  const bool begins_months = std::any_of(kind.fields.begin(), kind.fields.end(), [&](const FieldDefinition& field) {
    const auto value = fields.find(field.name);
    if (!is_date(field) || value == fields.end() || !value->is_string()) return false;
    const auto day = parse_date(value->get<std::string>().substr(0, 10));
    return day && in_calendar(*day, request.calendar).day == 1;
  });
  Json out = Json::object();
  for (const FieldDefinition& field : kind.fields) {
    const auto value = fields.find(field.name);
    if (value == fields.end() || !is_copied(kind, field)) continue;
    Json copy = *value;
    if (!field.refers_to.empty()) {
      HAMDIL_TRY(copy, living(workspace, field, *value));
    } else if (is_date(field) && value->is_string()) {
      const std::string moment = value->get<std::string>();
      copy = moved_by_months(moment.substr(0, 10), request.months, begins_months, request.calendar) +
             moment.substr(std::min<std::size_t>(10, moment.size()));
    }
    if (!copy.is_null()) out[field.name] = std::move(copy);
  }
  return out;
}

struct Days {
  std::string first, last;
};

// The Gregorian days of "2026-10" or, in the Solar calendar, of "1405-07".
std::optional<Days> days_of_month(const std::string& month, Calendar calendar) {
  if (month.size() != 7) return std::nullopt;
  const auto written = parse_date(month + "-01");  // months have the same form in both calendars
  if (!written) return std::nullopt;
  const int last = days_in_month(calendar, written->year, written->month);
  return Days{iso_date(from_calendar(*written, calendar)),
              iso_date(from_calendar({written->year, written->month, last}, calendar))};
}

Result<std::vector<Record>> of_month(const store::Workspace& workspace, const KindDefinition& kind,
                                     const CopyRequest& request) {
  using Is = store::RecordQuery::Condition::Is;
  const auto days = days_of_month(request.month, request.calendar);
  if (!days)
    return Error("records.copy.month", "A month is written like {example}.",
                 {{"example", request.calendar == Calendar::kSolar ? "1405-07" : "2026-10"}})
        .at({.pointer = "/month"});
  const std::string field = period_of(kind);
  if (field.empty())
    return Error("records.copy.no_period", "A {kind} has no date by which it belongs to a month.",
                 {{"kind", kind.name}});
  HAMDIL_TRY(store::RecordPage page,
             workspace.query({.kind = kind.name,
                              .conditions = {{field, Is::kAtLeast, days->first}, {field, Is::kAtMost, days->last}},
                              .limit = kMost}));
  if (!page.next.empty())
    return Error("records.copy.too_many", "More than {count} records are not copied at once.",
                 {{"count", std::to_string(kMost)}});
  return std::move(page.records);
}

Result<std::vector<Record>> chosen(const store::Workspace& workspace, const KindDefinition& kind,
                                   const CopyRequest& request) {
  if (request.ids.empty() && request.month.empty()) return std::vector<Record>();
  if (request.ids.empty()) return of_month(workspace, kind, request);
  if (request.ids.size() > kMost)
    return Error("records.copy.too_many", "More than {count} records are not copied at once.",
                 {{"count", std::to_string(kMost)}});
  std::vector<Record> out;
  for (const std::string& id : request.ids) {
    HAMDIL_TRY(auto record, workspace.find(kind.name, id));
    if (!record || record->deleted)
      return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind.name}}).at({.pointer = "/ids"});
    out.push_back(std::move(*record));
  }
  return out;
}

}  // namespace

bool may_be_copied(const KindDefinition& kind) {
  // What protects people is decided anew each time.
  return !kind.made_by_program && !kind.title_is_personal && kind.area != "protection" && kind.name != kConsent;
}

std::string period_of(const KindDefinition& kind) {
  for (const FieldDefinition& field : kind.fields)
    if (field.type == FieldType::kDate && field.personal == model::PersonalClass::kNone) return field.name;
  return {};
}

std::string moved_by_months(const std::string& day, int months, bool keeps_end, Calendar calendar) {
  constexpr int kMonths = 12;
  const auto gregorian = parse_date(day);
  if (!gregorian) return day;
  const Date date = in_calendar(*gregorian, calendar);
  const int month = date.year * kMonths + date.month - 1 + months;
  Date moved{month / kMonths, month % kMonths + 1, 1};
  const int last = days_in_month(calendar, moved.year, moved.month);
  const bool stays_last = keeps_end && date.day == days_in_month(calendar, date.year, date.month);
  moved.day = stays_last ? last : std::min(date.day, last);
  return iso_date(from_calendar(moved, calendar));
}

namespace {

// "Visit (2)" for a copy beside its original: the first number that no record here shows.
Result<std::string> title_beside(const store::Workspace& workspace, const std::string& kind, const std::string& title) {
  std::string_view stem = title;
  if (const std::size_t open = stem.rfind(" ("); open != std::string_view::npos && stem.ends_with(')'))
    if (text::parse_integer(stem.substr(open + 2, stem.size() - open - 3))) stem = stem.substr(0, open);
  for (int number = 2;; ++number) {
    std::string out = std::string(stem) + " (" + std::to_string(number) + ")";
    HAMDIL_TRY(
        const store::RecordPage page,
        workspace.query(
            {.kind = kind, .conditions = {{"title", store::RecordQuery::Condition::Is::kEqual, out}}, .limit = 1}));
    if (page.total == 0) return out;
  }
}

}  // namespace

Result<CopyOutcome> copy_records(store::Workspace& workspace, const store::Author& author, const CopyRequest& request) {
  const KindDefinition* kind = model::find_kind(request.kind);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", request.kind}});
  if (kind->made_by_program)
    return Error("records.made_by_program", "A {kind} is written by the program; it can be read and not changed.",
                 {{"kind", request.kind}});
  if (!may_be_copied(*kind))
    return Error("records.copy.kind", "A {kind} is about one person and is not copied.", {{"kind", request.kind}});
  HAMDIL_TRY(const std::vector<Record> originals, chosen(workspace, *kind, request));
  std::vector<Operation> operations;
  for (const Record& original : originals) {
    HAMDIL_TRY(Json fields, copied_fields(workspace, *kind, original, request));
    std::string title = original.title;
    if (request.months == 0) {
      HAMDIL_TRY(title, title_beside(workspace, kind->name, original.title));
    }
    Operation operation{.what = Operation::Do::kCreate, .kind = kind->name};
    operation.body = std::make_shared<const Json>(Json{{"title", title}, {"fields", std::move(fields)}});
    operations.push_back(std::move(operation));
  }
  const std::string step = fresh_id();
  HAMDIL_TRY(BulkOutcome made, apply_operations(workspace, author, operations, request.dry_run, {},
                                                remember_step(workspace, step, operations.size())));
  for (Diagnostic& one : made.problems)
    one.problem.where.pointer = text::replace_all(one.problem.where.pointer, "/operations/", "/records/");
  const bool is_made = !request.dry_run && !made.records.empty();
  return CopyOutcome{std::move(made.records), std::move(made.problems), is_made ? step : ""};
}

}  // namespace hamdil::services::records
