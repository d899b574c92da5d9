// Reading, making and changing records of every kind.
#include "services/records/records.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/calendar.hpp"
#include "base/code_lists.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/check_rules.hpp"
#include "services/records/fresh_id.hpp"
#include "services/records/lock.hpp"

namespace hamdil::http {

namespace records = services::records;
using model::KindDefinition;
using model::Record;

const std::vector<QueryParameter> kListParameters = {
    {"words", "Full text: every word must occur, from its beginning; letters are folded."},
    {"sort", "A field, title, state, created_at or changed_at; with a hyphen in front the other way round."},
    {"bin", "The deleted records instead.", "boolean"},
    {"f.", "f.FIELD=value; also f.FIELD.min, .max, .contains, .not, and .empty=true or false."}};

namespace {

std::string etag_of(const Record& record) { return "\"" + std::to_string(record.version) + "\""; }

Result<Response> one(const Call& call, const Record& record, int status = 200) {
  HAMDIL_TRY(const Json json, record_json(call.workspace(), record));
  Response out = json_response(json, status);
  out.with("ETag", etag_of(record));
  return out;
}

Result<Response> outcome_response(const Call& call, const records::Outcome& outcome, const std::string& action,
                                  int status) {
  if (!outcome.record) return problems_response(outcome.problems, call.language, call.path.at("kind"));
  tell_change(call, *outcome.record, action);
  HAMDIL_TRY(Response out, one(call, *outcome.record, status));
  if (status == 201) out.with("Location", "/api/v1/records/" + outcome.record->kind + "/" + outcome.record->id);
  return out;
}

// Moments are kept to the second, and asked for by the day or by the second.
bool is_moment(const model::FieldDefinition* definition, const std::string& field) {
  return definition == nullptr ? field == "created_at" || field == "changed_at"
                               : definition->type == model::FieldType::kTimestamp;
}

// What the field takes, where the value is none; else null.
const char* wrong_value(const model::FieldDefinition* definition, const std::string& field, const std::string& value) {
  using model::FieldType;
  const FieldType type = definition == nullptr ? FieldType::kText : definition->type;
  if ((type == FieldType::kNumber || type == FieldType::kInteger) && !text::parse_number(value))
    return "{name} takes a number, and {value} is none.";
  if (type == FieldType::kBoolean && value != "true" && value != "false")
    return "{name} is true or false, not {value}.";
  if (is_moment(definition, field) && !parse_date(value) &&
      !(parse_date(value.substr(0, 10)) && value.size() == 20 && value[10] == 'T' && value.back() == 'Z'))
    return "{name} takes a day like 2026-11-22, or a moment like 2026-11-22T09:30:00Z, and {value} is neither.";
  if (type == FieldType::kDate && !parse_date(value)) return "{name} takes a day like 2026-11-22, and {value} is none.";
  return nullptr;
}

constexpr std::size_t kMostNamed = 10;  // of fields and codes
const std::vector<std::string> kOwnFields = {"title", "state", "created_at", "created_by", "changed_at", "changed_by"};

// As one text.
std::string nearest_first(std::vector<std::string> known, const std::string& value, std::size_t most = kMostNamed) {
  const std::string asked = shown(value);
  std::stable_sort(known.begin(), known.end(), [&](const std::string& one, const std::string& other) {
    return text::edit_distance(one, asked) < text::edit_distance(other, asked);
  });
  if (known.size() > most) known.resize(most);
  return text::join(known, ", ");
}
bool is_own(const std::string& field) {
  return std::find(kOwnFields.begin(), kOwnFields.end(), field) != kOwnFields.end();
}

// What a list can be filtered and sorted by.
std::vector<std::string> open_fields(const KindDefinition& kind) {
  std::vector<std::string> out(kOwnFields.begin() + (kind.title_is_personal ? 1 : 0), kOwnFields.end());
  for (const model::FieldDefinition& one : kind.fields)
    if (one.personal == model::PersonalClass::kNone) out.push_back(one.name);
  return out;
}

Error unknown_field(const char* code, const char* message, const std::string& parameter, const std::string& field,
                    std::vector<std::string> known) {
  return Error(code, message,
               {{"name", shown(parameter)}, {"value", shown(field)}, {"known", nearest_first(std::move(known), field)}})
      .at({.pointer = "?" + parameter});
}

// Before anything is said of its value, which may be a name.
Status check_open(const KindDefinition& kind, const std::string& parameter, const std::string& field) {
  const model::FieldDefinition* definition = kind.find(field);
  const bool is_sealed = definition == nullptr ? field == "title" && kind.title_is_personal
                                               : definition->personal != model::PersonalClass::kNone;
  if (!is_sealed) return Done{};
  return Error("store.query.personal", "The field {field} is sealed: lists cannot be filtered or sorted by it.",
               {{"field", field}})
      .at({.pointer = "?" + parameter});
}

// What a list of such records can be asked for: states, choices, codes and ids are known; anything else would find
// nothing without saying why.
Status check_known(const KindDefinition& kind, const model::FieldDefinition* definition, const std::string& field,
                   const std::string& parameter, const std::string& value) {
  const auto refused = [&](const char* code, const char* text, std::string known) {
    return Error(code, text, {{"name", parameter}, {"value", shown(value)}, {"known", std::move(known)}})
        .at({.pointer = "?" + parameter});
  };
  if (definition != nullptr && !definition->refers_to.empty() && !records::is_id(value))
    return refused("http.query.filter.id", "The filter {name} takes the id of a record, and {value} is none.", "");
  if (definition != nullptr && !definition->list.empty() && !is_in_code_list(definition->list, value))
    return refused("http.query.filter.code",
                   "The filter {name} takes a code of its list, and {value} is none. The nearest first: {known}.",
                   nearest_first(code_list(definition->list), value));
  const bool is_choice = definition != nullptr && definition->type == model::FieldType::kChoice;
  if (!is_choice && field != "state") return Done{};
  const std::vector<std::string>& known = is_choice ? definition->choices : kind.states;
  if (std::find(known.begin(), known.end(), value) != known.end()) return Done{};
  return refused("http.query.filter.unknown",
                 "The filter {name} does not know {value}. It takes, the nearest first: {known}.",
                 nearest_first(known, value, known.size()));
}

// "amount.min" in its field and what is asked of it.
Result<store::RecordQuery::Condition> condition_of(const KindDefinition& kind, const std::string& parameter,
                                                   const std::string& value) {
  using Is = store::RecordQuery::Condition::Is;
  const std::string rest = parameter.substr(2);
  const std::size_t point = rest.find('.');
  const std::string field = rest.substr(0, point);
  const std::string asked = point == std::string::npos ? "" : rest.substr(point + 1);
  const auto refused = [&](const char* text) {
    return Error("http.query.filter", text, {{"name", parameter}, {"value", shown(value)}})
        .at({.pointer = "?" + parameter});
  };
  const model::FieldDefinition* definition = kind.find(field);
  if (definition == nullptr && !is_own(field))
    return unknown_field("http.query.filter",
                         "{name}: there is no field {value} to filter by. The nearest first: {known}.", parameter,
                         field, open_fields(kind));
  HAMDIL_CHECK(check_open(kind, parameter, field));
  if (asked == "empty") {
    if (value != "true" && value != "false") return refused("{name} is true or false, not {value}.");
    return store::RecordQuery::Condition{field, value == "true" ? Is::kEmpty : Is::kFilled, ""};
  }
  const char* const takes = asked == "contains" ? nullptr : wrong_value(definition, field, value);
  if (takes != nullptr) return refused(takes);
  if (is_moment(definition, field) && asked != "min" && asked != "max" && asked != "contains")
    return refused("A moment is asked for with .min and .max: not {name}.");
  if (asked.empty() || asked == "not") HAMDIL_CHECK(check_known(kind, definition, field, parameter, value));
  if (asked.empty()) return store::RecordQuery::Condition{field, Is::kEqual, value};
  if (asked == "min") return store::RecordQuery::Condition{field, Is::kAtLeast, value};
  if (asked == "max")  // the day that is named counts whole
    return store::RecordQuery::Condition{field, Is::kAtMost,
                                         is_moment(definition, field) && parse_date(value) ? value + "T24" : value};
  if (asked == "not") return store::RecordQuery::Condition{field, Is::kNotEqual, value};
  if (asked == "contains") return store::RecordQuery::Condition{field, Is::kContains, value};
  return refused("A filter is f.FIELD, or ends in .min, .max, .contains, .not or .empty: not {name}.");
}

Result<Response> list(Call& call) {
  const std::string& kind_name = call.path.at("kind");
  HAMDIL_TRY(const store::RecordQuery query, list_query(call, kind_name));
  const KindDefinition& kind = *model::find_kind(kind_name);
  std::vector<std::string> known = {"title", "state"}, only;
  for (const model::FieldDefinition& field : kind.fields) known.push_back(field.name);
  for (const std::string& name : text::split(call.value("fields"), ',')) {
    if (name.empty()) continue;
    if (std::find(known.begin(), known.end(), name) == known.end())
      return unknown_field("http.query.fields",
                           "There is no field {value} in this kind of record. The nearest first: {known}.", "fields",
                           name, known);
    only.push_back(name);
  }
  const Result<store::RecordPage> found = call.workspace().query(query);
  if (!found && found.error().code == "store.query.bad_cursor") return Error(found.error()).at({.pointer = "?cursor"});
  HAMDIL_TRY(const store::RecordPage page, found);
  HAMDIL_TRY(Json records, records_json(call.workspace(), page.records, only));
  return json_response({{"records", std::move(records)}, {"total", page.total}, {"next", page.next}});
}

// The rules that a record breaks; what a step needs besides stands with the step. What is wrong only after a step is no
// mark at a field.
Json rules_json(const std::vector<model::RuleFailure>& failures, const std::string& kind, const std::string& language) {
  Json out = Json::array();
  for (const model::RuleFailure& failure : failures) {
    Json with = Json::object();
    for (const model::Held& one : failure.related.with) with[one.field] = one.value;
    out.push_back(
        {{"id", failure.rule},
         {"text", model::text_of_failure(failure, kind, language)},
         {"blocks", !failure.blocks.empty()},
         {"pointer", failure.warns ? failure.problem.where.pointer : ""},
         {"related", {{"kind", failure.related.kind}, {"field", failure.related.field}, {"with", std::move(with)}}}});
  }
  return out;
}

// What rules that refuse nothing will say of the record after the step: told before it is taken. A step back or one
// that gives up is taken because something is wrong.
Result<std::vector<model::RuleFailure>> warnings_after(const Call& call, Record record, const std::string& state) {
  record.state = state;
  if (state == model::find_kind(record.kind)->states.front() || model::is_given_up(record))
    return std::vector<model::RuleFailure>();
  HAMDIL_TRY(std::vector<model::RuleFailure> failures, records::check_rules(call.workspace(), record));
  std::erase_if(failures, [](const model::RuleFailure& failure) { return !failure.warns || !failure.blocks.empty(); });
  return failures;
}

// Into `json`: the steps from the record's state with what each waits for, and the rules that it breaks.
Status add_steps(const Call& call, const Record& record, Json& json) {
  const KindDefinition& kind = *model::find_kind(record.kind);
  const std::vector<records::OpenTransition> open = records::open_transitions(record);
  std::vector<model::RuleFailure> failures;
  if (!record.deleted && !kind.made_by_program) {
    HAMDIL_TRY(failures, records::check_rules(call.workspace(), record));
    // What only a later step would make wrong is nothing to tell yet.
    std::erase_if(failures, [&](const model::RuleFailure& failure) {
      return !failure.warns && std::none_of(open.begin(), open.end(), [&](const records::OpenTransition& transition) {
        return failure.refuses(transition.name);
      });
    });
  }
  json["transitions"] = Json::array();
  for (const records::OpenTransition& transition : open) {
    Json refused = Json::array();
    HAMDIL_TRY(const std::vector<model::RuleFailure> warnings, warnings_after(call, record, transition.to));
    for (const model::RuleFailure& failure : failures)
      if (failure.refuses(transition.name)) refused.push_back(failure.rule);
    json["transitions"].push_back({{"name", transition.name},
                                   {"label", model::label_of_transition(kind.name, transition.name, call.language)},
                                   {"to", transition.to},
                                   {"missing", transition.missing},
                                   {"refused_by", refused},
                                   {"warnings", rules_json(warnings, kind.name, call.language)}});
  }
  json["rules"] = rules_json(failures, kind.name, call.language);
  return Done{};
}

// What locks the record, which is itself or its whole, and the way to change it again; null where nothing does. The
// title of a whole that the one who asks does not see is told to nobody.
Result<Json> lock_json(const Call& call, const Record& record) {
  if (record.deleted) return Json();
  HAMDIL_TRY(const auto lock, records::lock_of(call.workspace(), record));
  if (!lock) return Json();
  const Record& by = lock->by;
  HAMDIL_TRY(const auto seen, call.workspace().find(by.kind, by.id));
  Json steps = Json::array();
  for (const std::string& step : lock->steps)
    steps.push_back({{"name", step}, {"label", model::label_of_transition(by.kind, step, call.language)}});
  return Json{{"kind", by.kind},
              {"id", seen ? by.id : ""},
              {"title", seen ? seen->title : ""},
              {"state", model::label_of_state(by.kind, by.state, call.language)},
              {"open", lock->open},
              {"steps", std::move(steps)}};
}

Result<Response> imagine(Call& call) {
  HAMDIL_TRY(const Record record, records::imagined_record(call.workspace(), call.path.at("kind"), *call.body));
  Json json = Json::object();
  HAMDIL_CHECK(add_steps(call, record, json));
  return json_response(json);
}

Result<Response> read(Call& call) {
  HAMDIL_TRY(const auto record, call.workspace().find(call.path.at("kind"), call.path.at("id")));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", call.path.at("kind")}});
  HAMDIL_TRY(Json json, record_json(call.workspace(), *record));
  HAMDIL_CHECK(add_steps(call, *record, json));
  HAMDIL_TRY(json["locked"], lock_json(call, *record));
  json["may"] = Json::array();
  for (std::size_t i = 0; i < store::kDeeds; ++i) {
    const auto deed = static_cast<store::Deed>(i);
    HAMDIL_TRY(const bool allowed, call.workspace().may(deed, record->kind, record->id));
    if (allowed) json["may"].push_back(services::accounts::deed_name(deed));
  }
  Response out = json_response(json);
  out.with("ETag", etag_of(*record));
  return out;
}

Result<Response> create(Call& call) {
  HAMDIL_TRY(const records::Outcome outcome,
             records::create_record(call.workspace(), call.author(), call.path.at("kind"), *call.body));
  return outcome_response(call, outcome, "create", 201);
}

Result<Response> change(Call& call) {
  HAMDIL_TRY(const auto version, version_of(call));
  HAMDIL_TRY(const records::Outcome outcome,
             records::change_record(call.workspace(), call.author(), call.path.at("kind"), call.path.at("id"),
                                    *call.body, version));
  return outcome_response(call, outcome, "change", 200);
}

Result<Response> remove(Call& call) {
  HAMDIL_TRY(const auto version, version_of(call));
  HAMDIL_CHECK(
      records::remove_record(call.workspace(), call.author(), call.path.at("kind"), call.path.at("id"), version));
  HAMDIL_TRY(const auto record, call.workspace().find(call.path.at("kind"), call.path.at("id")));
  if (record) tell_change(call, *record, "delete");
  return Response{204, {}, ""};
}

std::vector<QueryParameter> list_parameters() {
  std::vector<QueryParameter> out = kListParameters;
  out.push_back({"limit", "Records on a page: 50 where it is not given, at most 1000.", "integer"});
  out.push_back({"cursor", "The \"next\" of the page before."});
  out.push_back({"fields", "Only these fields, separated by commas; title and state count as fields here."});
  return out;
}

}  // namespace

Result<store::RecordQuery> list_query(const Call& call, const std::string& kind_name) {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  store::RecordQuery out;
  out.kind = kind_name;
  out.words = call.value("words");
  out.sort = call.value("sort");
  if (out.sort.starts_with('-')) {
    out.descending = true;
    out.sort.erase(0, 1);
  }
  if (!out.sort.empty() && kind->find(out.sort) == nullptr && !is_own(out.sort))
    return unknown_field("http.query.sort", "There is no field {value} to sort by. The nearest first: {known}.", "sort",
                         out.sort, open_fields(*kind));
  if (out.sort != "title") HAMDIL_CHECK(check_open(*kind, "sort", out.sort));  // names are sorted after they are opened
  out.in_bin = call.flag("bin");
  if (const std::string limit = call.value("limit"); !limit.empty()) {
    const auto number = text::parse_integer(limit);
    if (!number || *number < 1 || *number > 1000)
      return Error("http.query.value", "The parameter {name} is a whole number from 1 to 1000, not {value}.",
                   {{"name", "limit"}, {"value", shown(limit)}})
          .at({.pointer = "?limit"});
    out.limit = static_cast<std::size_t>(*number);
  }
  out.cursor = call.value("cursor");
  for (const auto& [name, value] : call.query) {
    if (!name.starts_with("f.")) continue;
    HAMDIL_TRY(auto condition, condition_of(*kind, name, value));
    out.conditions.push_back(std::move(condition));
  }
  return out;
}

std::vector<Route> record_routes() {
  const std::string all = "/api/v1/records/{kind}";
  const std::string single = all + "/{id}";
  return {{.method = "GET",
           .pattern = all,
           .operation = "listRecords",
           .summary = "A page of the records of a kind.",
           .handler = list,
           .answer_schema = "RecordPage",
           .query = list_parameters()},
          {.method = "POST",
           .pattern = all,
           .operation = "createRecord",
           .summary = "A new record in the first state of its kind. Nothing but a title is required in a draft.",
           .handler = create,
           .body = Body::kJson,
           .body_schema = "RecordBody",
           .status = 201,
           .answer_schema = "Record",
           .takes_key = true},
          {.method = "POST",
           .pattern = all + "/outlook",
           .operation = "imagineRecord",
           .summary = "What the first steps of a draft with these fields would wait for. Nothing is written.",
           .handler = imagine,
           .body = Body::kJson,
           .body_schema = "RecordChange",
           .answer_schema = "Outlook"},
          {.method = "GET",
           .pattern = single,
           .operation = "getRecord",
           .summary = "One record with its open transitions, also from the bin.",
           .handler = read,
           .answer_schema = "RecordView",
           .gives_tag = true},
          {.method = "PATCH",
           .pattern = single,
           .operation = "changeRecord",
           .summary = "Fields that are named are replaced, null empties them, others stay.",
           .handler = change,
           .body = Body::kJson,
           .body_schema = "RecordChange",
           .answer_schema = "Record",
           .needs_version = true,
           .takes_key = true},
          {.method = "DELETE",
           .pattern = single,
           .operation = "deleteRecord",
           .summary = "Into the bin.",
           .handler = remove,
           .status = 204,
           .needs_version = true,
           .takes_key = true}};
}

}  // namespace hamdil::http
