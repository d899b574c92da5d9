// Finding, and the first page.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/calendar.hpp"
#include "base/env.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "model/labels.hpp"
#include "services/records/check_rules.hpp"
#include "services/records/comments.hpp"
#include "services/records/reckoning.hpp"
#include "services/reporting/trace.hpp"

namespace hamdil::http {
namespace {

using model::FieldType;

struct OfKind {
  std::string kind;   // "" where none is named
  std::string words;  // the others
};

// "visit northbank" and "northbank visits": what begins or ends with the name of a kind, in the language of the reader
// or in English. The longest name counts.
OfKind of_kind(const std::string& words, const std::string& language) {
  const std::vector<std::string> asked = text::asked_words(words);
  const auto from = [&](std::size_t begin, std::size_t end) {
    return text::join(
        {asked.begin() + static_cast<std::ptrdiff_t>(begin), asked.begin() + static_cast<std::ptrdiff_t>(end)}, " ");
  };
  OfKind out;
  if (asked.size() < 2) return out;
  std::size_t longest = 0;
  for (const model::KindDefinition& kind : model::all_kinds())
    for (const std::string& tag : {language, std::string("en")})
      for (const std::string& label : {model::label_of_kind(kind.name, tag), model::plural_of_kind(kind.name, tag)}) {
        const std::vector<std::string> name = text::asked_words(label);
        if (name.size() <= longest || name.size() >= asked.size()) continue;
        const std::size_t rest = asked.size() - name.size();
        const bool in_front = std::equal(name.begin(), name.end(), asked.begin());
        if (!in_front && !std::equal(name.begin(), name.end(), asked.begin() + static_cast<std::ptrdiff_t>(rest)))
          continue;
        out = {kind.name, in_front ? from(name.size(), asked.size()) : from(0, rest)};
        longest = name.size();
      }
  return out;
}

Result<Response> search(Call& call) {
  const std::string kind = call.value("kind");
  if (!kind.empty() && model::find_kind(kind) == nullptr)
    return Error("http.query.value", "There is no kind of record called {kind}.", {{"kind", kind}})
        .at({.pointer = "?kind"});
  std::size_t limit = 20;
  if (const auto number = text::parse_integer(call.value("limit")))
    limit = static_cast<std::size_t>(std::clamp<std::int64_t>(*number, 1, 100));
  std::vector<store::SearchHit> found;
  if (const OfKind named = of_kind(call.value("words"), call.language); kind.empty() && !named.kind.empty()) {
    HAMDIL_TRY(found, call.workspace().search(named.words, named.kind, limit));
  }
  HAMDIL_TRY(const auto further, call.workspace().search(call.value("words"), kind, limit));
  const auto is_there = [&found](const store::SearchHit& hit) {
    return std::any_of(found.begin(), found.end(), [&hit](const store::SearchHit& one) { return one.id == hit.id; });
  };
  for (const store::SearchHit& hit : further)
    if (found.size() < limit && !is_there(hit)) found.push_back(hit);
  Json hits = Json::array();
  for (const store::SearchHit& hit : found)
    hits.push_back({{"kind", hit.kind},
                    {"id", hit.id},
                    {"title", hit.title},
                    {"excerpt", hit.excerpt},
                    {"in_title", hit.in_title}});
  return json_response({{"hits", hits}});
}

constexpr std::size_t kMostDue = 20;

struct DueDay {
  std::string date;
  Json json;
};

// What is owed within 30 days or has been for at most a year, and what is good to know before it comes; soonest first.
Status add_due(const store::Workspace& workspace, const model::KindDefinition& kind, std::int64_t today,
               std::vector<DueDay>& out) {
  using Is = store::RecordQuery::Condition::Is;
  for (const model::FieldDefinition& field : kind.fields) {
    if (field.due == model::Due::kNo) continue;
    const bool is_owed = field.due == model::Due::kOwed;
    store::RecordQuery query;
    query.kind = kind.name;
    query.conditions = {{field.name, Is::kAtLeast, format_date(is_owed ? today - 365 : today)},
                        {field.name, Is::kAtMost, format_date(today + 30)}};
    for (const std::string& state : model::settled_states(kind, field))
      query.conditions.push_back({"state", Is::kNotEqual, state});
    query.sort = field.name;
    query.limit = kMostDue;
    HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
    for (const model::Record& record : page.records) {
      const std::string date = record.fields().value(field.name, "");
      out.push_back({date,
                     {{"kind", kind.name},
                      {"id", record.id},
                      {"title", record.title},
                      {"field", field.name},
                      {"date", date},
                      {"owed", is_owed}}});
    }
  }
  return Done{};
}

Result<Response> home(Call& call) {
  const store::Workspace& workspace = call.workspace();
  HAMDIL_TRY(const services::records::Reckoning reckoning, services::records::reckoning_of(workspace));
  const std::string today = services::records::today(workspace, reckoning);
  const std::int64_t day = days_from_date(*parse_date(today));
  Json counts = Json::array();
  std::vector<DueDay> due;
  std::int64_t open_problems = 0;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    store::RecordQuery query;
    query.kind = kind.name;
    query.limit = 1;
    HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
    counts.push_back(
        {{"kind", kind.name}, {"label", model::plural_of_kind(kind.name, call.language)}, {"count", page.total}});
    if (page.total == 0) continue;
    if (kind.area != "admin") HAMDIL_CHECK(add_due(workspace, kind, day, due));
    HAMDIL_TRY(const std::int64_t lost, workspace.count_lost_references(kind.name));
    open_problems += lost;
  }
  std::sort(due.begin(), due.end(), [](const DueDay& a, const DueDay& b) { return a.date < b.date; });
  Json due_json = Json::array();
  for (std::size_t i = 0; i < std::min(due.size(), kMostDue); ++i) due_json.push_back(std::move(due[i].json));
  HAMDIL_TRY(const std::vector<store::Change> changes, workspace.recent_changes(20));
  Json recent = Json::array();
  for (const store::Change& change : changes) {
    HAMDIL_TRY(const auto titles, workspace.titles(change.kind, {change.record}));
    if (titles.empty()) continue;
    recent.push_back({{"kind", change.kind},
                      {"id", change.record},
                      {"title", titles.front().title},
                      {"who", change.who},
                      {"at", change.at},
                      {"action", change.action}});
  }
  HAMDIL_TRY(std::vector<Json> comments, services::records::comments_for(workspace, call.author().who));
  const auto unread =
      std::count_if(comments.begin(), comments.end(), [](const Json& one) { return one["unread"] == true; });
  if (comments.size() > 20) comments.resize(20);
  return json_response({{"counts", counts},
                        {"recent", recent},
                        {"due", due_json},
                        {"open_problems", open_problems},
                        {"comments", comments},
                        {"unread", unread}});
}

Result<Response> trace(Call& call) {
  HAMDIL_TRY(const std::string answer, services::reporting::trace(call.workspace(), call.path.at("ref"), std::nullopt));
  return Response{200, {{"Content-Type", "application/json; charset=utf-8"}}, answer};
}

// With the interviews behind the number; the change log keeps who looked, and why.
Result<Response> look(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"reason"}));
  HAMDIL_TRY(const std::string reason, text_member(*call.body, "reason"));
  if (text::trim(reason).empty())
    return Error("http.look.reason", "Looking at the interviews behind a number needs a reason; it is kept.")
        .at({.pointer = "/reason"});
  store::Author author = call.author();
  author.reason = text::trim(reason);
  HAMDIL_TRY(const std::string answer, services::reporting::trace(call.workspace(), call.path.at("ref"), author));
  return Response{200, {{"Content-Type", "application/json; charset=utf-8"}}, answer};
}

// Every rule that some record breaks, with its records.
Result<Response> checks(Call& call) {
  constexpr std::size_t kMostShown = 50;  // of one rule
  HAMDIL_TRY(const services::records::Checked checked, services::records::check_all(call.workspace(), kMostShown));
  Json rules = Json::array();
  for (const services::records::BrokenRule& broken : checked.rules) {
    const services::records::Offender& first = broken.offenders.front();
    const model::Rule* rule = model::find_rule(broken.rule);
    Json shown = Json::array();
    for (const services::records::Offender& one : broken.offenders)
      shown.push_back({{"kind", one.record.kind},
                       {"id", one.record.id},
                       {"title", one.record.title},
                       {"text", model::text_of_failure(one.failure, one.record.kind, call.language)}});
    rules.push_back({{"rule", broken.rule},
                     {"kind", first.record.kind},
                     {"label", model::label_of_kind(first.record.kind, call.language)},
                     {"sentence", rule == nullptr ? "" : model::sentence_of_rule(*rule, call.language)},
                     {"blocks", !first.failure.blocks.empty()},
                     {"count", broken.count},
                     {"records", shown}});
  }
  return json_response({{"checked", checked.records}, {"rules", rules}});
}

}  // namespace

std::vector<Route> search_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/search",
       .operation = "search",
       .summary = "Records of all kinds by words, best first.",
       .handler = search,
       .answer_schema = "Hits",
       .query = {{"words", "Every word must occur, from its beginning; letters are folded."},
                 {"kind", "Only records of this kind."},
                 {"limit", "At most so many; 20 where it is not given, 100 at most.", "integer"}}},
      {.method = "GET",
       .pattern = "/api/v1/home",
       .operation = "getHome",
       .summary =
           "How many records of each kind, what changed last, what is due, what others said to you, and how many "
           "references lead into the bin.",
       .handler = home,
       .answer_schema = "Home"},
      {.method = "GET",
       .pattern = "/api/v1/checks",
       .operation = "getChecks",
       .summary = "Every rule that some record breaks, with its records.",
       .handler = checks,
       .answer_schema = "Checks"},
      {.method = "POST",
       .pattern = "/api/v1/trace/{ref}/look",
       .operation = "lookBehind",
       .summary =
           "The same with the interviews behind the number, by pseudonym. The change log keeps who looked, and why.",
       .handler = look,
       .body = Body::kJson,
       .body_schema = "Look",
       .answer_schema = "Anything"},
      {.method = "GET",
       .pattern = "/api/v1/trace/{ref}",
       .operation = "trace",
       .summary = "From a printed number to its cell, specification and data.",
       .handler = trace,
       .answer_schema = "Anything"}};
}

}  // namespace hamdil::http
