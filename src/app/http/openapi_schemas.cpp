// The shapes of bodies and answers.
#include <nlohmann/json.hpp>

#include "app/http/openapi.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

Json reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json text() { return {{"type", "string"}}; }
Json anything() { return Json::object(); }

// "title" text, "version#" whole number, "progress%" number, "deleted?" boolean; one word each. All required.
Json object_of(const std::string& members, Json more = Json::object()) {
  Json properties = Json::object();
  for (const std::string& word : text::split_words(members)) {
    const char last = word.back();
    const bool marked = last == '#' || last == '%' || last == '?';
    const std::string name = marked ? word.substr(0, word.size() - 1) : word;
    properties[name] = {{"type", last == '#'   ? "integer"
                                 : last == '%' ? "number"
                                 : last == '?' ? "boolean"
                                               : "string"}};
  }
  for (auto& [name, schema] : more.items()) properties[name] = schema;
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  Json out = {{"type", "object"}, {"properties", properties}};
  if (!required.empty()) out["required"] = required;
  return out;
}

Json optional(Json schema, const Json& required = Json::array(), const Json& example = Json()) {
  schema.erase("required");
  if (!required.empty()) schema["required"] = required;
  schema["additionalProperties"] = false;
  if (!example.is_null()) schema["examples"] = Json::array({example});
  return schema;
}

const Json kMap = {{"type", "object"}, {"additionalProperties", Json::object()}};

Json references_schema() {
  return {{"type", "object"},
          {"additionalProperties",
           optional(object_of("kind title deleted? emptied?", {{"names", kMap}}), {"kind", "title"})}};
}

Json record_schema(const Json& more = Json::object()) {
  Json members = {{"fields", kMap}, {"references", references_schema()}};
  for (const auto& [name, schema] : more.items()) members[name] = schema;
  Json out = object_of("id kind version# title state deleted? created_at created_by changed_at changed_by", members);
  out["properties"]["emptied"] = {{"type", "boolean"}};
  out["properties"]["removed_on"] = text();
  out["properties"]["calculated"] = {{"type", "object"}, {"additionalProperties", {{"type", "number"}}}};
  return out;
}

Json kind_schemas() {
  const Json named = list_of(object_of("name label"));
  Json nullable_number = {{"type", {"number", "null"}}};
  const Json lists = object_of("", {{"currency", list_of(object_of("value label"))},
                                    {"language", list_of(object_of("value label"))},
                                    {"time_zone", list_of(object_of("value label"))}});
  const Json field = object_of(
      "name label type help required? refers_to within unit list personal not_before result? approval? summed? "
      "currency "
      "happened? due web_address? locks?",
      {{"choices", list_of(object_of("value label"))},
       {"happened_in", list_of(text())},
       {"done_in", list_of(text())},
       {"least", nullable_number},
       {"greatest", nullable_number}});
  return {
      {"Field", field},
      {"Kind",
       object_of(
           "name area label plural purpose part_of complete_at_once? made_by_program? title_is_personal? name_field "
           "summed_within copied? in_library# "
           "period",
           {{"states", named},
            {"fields", list_of(reference("Field"))},
            {"locked_in", list_of(text())},
            {"calculated", list_of(object_of("name label help currency summed?",
                                             {{"factors", list_of(text())}, {"factors_or_one", list_of(text())}}))},
            {"columns", list_of(text())},
            {"transitions", list_of(object_of("name label from to gives_up?", {{"needs", list_of(text())}}))}})},
      {"Kinds", object_of("", {{"areas", named}, {"kinds", list_of(reference("Kind"))}, {"lists", lists}})}};
}

// By which what was written is taken back; absent where nothing was.
Json with_undo(Json schema) {
  schema["properties"]["undo"] = text();
  return schema;
}

Json record_schemas() {
  const Json body = object_of("title", {{"fields", kMap}});
  const Json broken =
      list_of(object_of("id text pointer blocks?", {{"related", object_of("kind field", {{"with", kMap}})}}));
  const Json open = list_of(object_of(
      "name label to", {{"missing", list_of(text())}, {"refused_by", list_of(text())}, {"warnings", broken}}));
  const Json difference = list_of(object_of("field", {{"before", anything()}, {"after", anything()}}));
  Json operation = object_of("method kind id version#", {{"body", optional(body)}});
  operation["properties"]["method"]["enum"] = {"POST", "PATCH", "DELETE"};
  Json lock =
      object_of("kind id title state", {{"open", list_of(text())}, {"steps", list_of(object_of("name label"))}});
  lock["type"] = {"object", "null"};
  return {
      {"Record", record_schema()},
      {"RecordView",
       record_schema({{"transitions", open}, {"may", list_of(text())}, {"rules", broken}, {"locked", lock}})},
      {"Outlook", object_of("", {{"transitions", open}, {"rules", broken}})},
      {"RecordPage",
       object_of("total# next", {{"records", list_of(optional(record_schema(), {"id", "kind", "version"}))}})},
      {"RecordBody", optional(body, {"title"}, {{"title", "A new record"}, {"fields", Json::object()}})},
      {"RecordChange", optional(body, Json::array(), {{"title", "Another title"}})},
      {"Revert", optional(object_of("version#"), {"version"}, {{"version", 1}})},
      {"History",
       object_of("", {{"lines", list_of(object_of("version# at who action reason", {{"differences", difference}}))},
                      {"references", references_schema()}})},
      {"Links", object_of("", {{"refers_to", list_of(object_of("field kind id title deleted?"))},
                               {"referred_by", list_of(object_of("field kind id title state"))}})},
      {"Bulk",
       optional(object_of("", {{"operations", list_of(optional(operation, {"method", "kind"}))}}), {"operations"},
                {{"operations",
                  Json::array({{{"method", "POST"}, {"kind", "place"}, {"body", {{"title", "One of several"}}}}})}})},
      {"Copy", optional(object_of("month months# dry_run?",
                                  {{"ids", list_of(text())},
                                   {"calendar", {{"type", "string"}, {"enum", {"gregorian", "solar"}}}}}),
                        Json::array(), {{"ids", Json::array()}, {"months", 1}, {"dry_run", true}})},
      {"Copied", optional(object_of("undo", {{"records", list_of(reference("Record"))}}), {"records"})},
      {"Library",
       optional(object_of("total# next",
                          {{"entries", list_of(optional(object_of("library_id title about language draft? taken"),
                                                        {"library_id", "title", "about"}))}}),
                {"entries", "total"})},
      {"Take", optional(object_of("all?", {{"library_ids", list_of(text())}}), Json::array(),
                        {{"library_ids", Json::array()}})},
      {"Taken", optional(object_of("made# undo", {{"records", list_of(anything())}}), {"records", "made"})},
      {"Removed", object_of("records#")},
      {"DemoLanguage", optional(object_of("language"), {"language"}, {{"language", "fa-AF"}})},
      {"Translated", object_of("records#")},
      {"Undone", object_of("records#", {{"left", list_of(object_of("kind id title why"))}})},
      {"BulkAnswer", object_of("", {{"records", list_of(reference("Record"))}})},
      {"Import", with_undo(object_of("rows# created# changed# known_sender?",
                                     {{"mapping", list_of(object_of("column field sure?"))},
                                      {"preview", list_of(list_of(text()))},
                                      {"unknown", list_of(object_of("kind text beside rows#"))},
                                      {"problems", list_of(reference("ProblemLine"))},
                                      {"notes", list_of(reference("ProblemLine"))}}))},
      {"Joined", optional(object_of("sender", {{"references", kMap}}), {"sender", "references"},
                          {{"sender", "Partner in the north"}, {"references", Json::object()}})},
      {"PlaceTexts", optional(object_of("", {{"places", list_of(optional(object_of("code name")))}}), {"places"},
                              {{"places", Json::array({{{"code", "07"}, {"name", "North"}}})}})},
      {"PlaceMatches",
       object_of("",
                 {{"matches", list_of(object_of("code name how place place_title place_code code_list name_is_code?",
                                                {{"others", list_of(text())}}))}})}};
}

// Terms of reference: what rules found in them, and what a person made of it.
Json terms_schemas() {
  const Json numbers = list_of({{"type", "integer"}, {"minimum", 1}});
  const Json null_or_number = {{"type", {"number", "null"}}};
  Json proposal =
      object_of("key kind title text section deliverable due due_text need sure?",
                {{"paragraphs", numbers}, {"payment_share", null_or_number}, {"working_days", null_or_number}});
  proposal["properties"]["kind"]["enum"] = {"deliverable", "requirement", "acceptance_indicator"};
  const Json paragraph = object_of("number# kind level# label text page#");
  const Json sent_paragraph = optional(paragraph, {"text"});
  const Json sent_proposal = optional(proposal, {"key", "kind", "title"});
  Json body = optional(object_of("title contract_number starts ends",
                                 {{"paragraphs", list_of(sent_paragraph)}, {"proposals", list_of(sent_proposal)}}),
                       {"title", "paragraphs", "proposals"});
  body["examples"] = Json::array(
      {{{"title", "Impact consultant"},
        {"paragraphs", Json::array({{{"text", "Deliverables"}}, {{"text", "Inception report, 15 March 2026"}}})},
        {"proposals", Json::array({{{"key", "d1"},
                                    {"kind", "deliverable"},
                                    {"title", "Inception report"},
                                    {"paragraphs", {2}},
                                    {"due", "2026-03-15"}}})}}});
  return {{"TermsSplit", object_of("title contract_number starts ends is_cut?",
                                   {{"paragraphs", list_of(paragraph)}, {"proposals", list_of(proposal)}})},
          {"TermsBody", body}};
}

// Rounds by e-mail.
Json round_schemas() {
  const Json null_or_text = {{"type", {"string", "null"}}};
  const Json cell =
      object_of("cell kind id title field label row# sent theirs now conflict?", {{"problem", null_or_text}});
  const Json row =
      object_of("cell kind label row#", {{"values", list_of(object_of("label text"))}, {"problems", list_of(text())}});
  const Json decision = optional(object_of("cell reason accept?"), {"cell", "accept"});
  return {{"RoundComparison", object_of("", {{"round", reference("Record")},
                                             {"cells", list_of(cell)},
                                             {"rows", list_of(row)},
                                             {"not_returned", list_of(text())},
                                             {"columns_missing", list_of(text())},
                                             {"columns_unknown", list_of(text())},
                                             {"problems", list_of(reference("ProblemLine"))}})},
          {"RoundDecisions", optional(object_of("", {{"decisions", list_of(decision)}}), {"decisions"})},
          {"RoundDecided", object_of("accepted# refused#", {{"records", list_of(reference("Record"))}})}};
}

Json other_schemas() {
  const Json line = object_of("code message pointer hint", {{"arguments", kMap}});
  const Json null_or = {{"type", {"object", "null"}}};
  const Json job =
      object_of("id do title who state progress% started_at ended_at", {{"result", null_or}, {"error", null_or}});
  const Json file = object_of("name address size# format");
  const Json answer = object_of("id version# text field who at resolved? unread?",
                                {{"assigned_to", null_or}, {"mentions", list_of(text())}});
  Json comment = answer;
  comment["properties"]["replies"] = list_of(answer);
  return {
      {"Anything", anything()},
      {"Empty", {{"type", "object"}, {"additionalProperties", false}, {"examples", Json::array({Json::object()})}}},
      {"ProblemLine", line},
      {"Problem",
       object_of("", {{"error", reference("ProblemLine")}, {"problems", list_of(reference("ProblemLine"))}})},
      {"Session", object_of("who version",
                            {{"access", object_of("mode login name",
                                                  {{"roles", list_of(text())}, {"kinds", kMap}, {"resources", kMap}})},
                             {"workspace",
                              {{"type", {"object", "null"}},
                               {"properties",
                                {{"name", text()},
                                 {"demo", {{"type", "boolean"}}},
                                 {"demo_language", text()},
                                 {"calendar", {{"type", "string"}, {"enum", {"", "gregorian", "solar"}}}},
                                 {"time_zone", text()},
                                 {"today", text()}}}}},
                             {"languages", list_of(text())}})},
      {"Messages", {{"type", "object"}, {"additionalProperties", text()}}},
      {"Hits", object_of("", {{"hits", list_of(object_of("kind id title excerpt in_title?"))}})},
      {"Home", object_of("open_problems# unread#",
                         {{"comments", list_of(object_of("kind id title text who at unread? assigned?"))},
                          {"counts", list_of(object_of("kind label count#"))},
                          {"recent", list_of(object_of("kind id title who at action"))},
                          {"due", list_of(object_of("kind id title field date owed?"))}})},
      {"Comments", object_of("", {{"threads", list_of(comment)}})},
      {"CommentBody", optional(object_of("text field parent assigned_to"), {"text"}, {{"text", "Is this so? @demo"}})},
      {"ThreadChange", optional(object_of("resolved?", {{"assigned_to", {{"type", {"string", "null"}}}}}))},
      {"Names", object_of("", {{"names", list_of(text())}})},
      {"PresenceBody", optional(object_of("kind id browser editing gone?"), {"kind", "id", "browser"})},
      {"Presence", object_of("", {{"people", list_of(object_of("browser who editing"))}})},
      {"Welcome", object_of("folder open?", {{"workspaces", list_of(object_of("name size# has_key_file?"))}})},
      {"WelcomeCreate", optional(object_of("name passphrase"), {"name"},
                                 {{"name", "study"}, {"passphrase", "several words of your own"}})},
      {"WelcomeMade", object_of("recovery_key key_file")},
      {"WelcomeOpen", optional(object_of("name passphrase recovery_key"), {"name"}, {{"name", "study"}})},
      {"WelcomeDemo", optional(object_of("language"), {}, {{"language", "fa-AF"}})},
      {"WelcomeOpened", object_of("open?")},
      {"Look", optional(object_of("reason"), {"reason"},
                        {{"reason", "The share looks too high; checked with the field team."}})},
      {"Checks",
       object_of("checked#", {{"rules", list_of(object_of("rule kind label sentence blocks? count#",
                                                          {{"records", list_of(object_of("kind id title text"))}}))}})},
      {"Views", object_of("", {{"views", list_of(object_of("name shared? who own?", {{"query", kMap}}))}})},
      {"ViewBody", optional(object_of("name shared?", {{"query", kMap}}), {"name"},
                            {{"name", "Open ones"}, {"query", {{"f.state", "draft"}}}})},
      {"Ticket", object_of("ticket")},
      {"JobBody",
       optional(
           object_of("do outline language audience recipients despite_earlier", {{"formats", list_of(text())}}), {"do"},
           {{"do", "report"}, {"outline", "impact_assessment_report"}, {"language", "en"}, {"formats", {"html"}}})},
      {"JobStarted", object_of("id")},
      {"Job", job},
      {"Jobs", object_of("", {{"jobs", list_of(reference("Job"))}})},
      {"Products",
       object_of(
           "total# next",
           {{"products", list_of(record_schema({{"files", list_of(file)}, {"stale", {{"type", "boolean"}}}}))}})}};
}

Json access_schemas() {
  const Json pass =
      optional(object_of("id label created_at used_at expires_at current? live#", {{"roles", list_of(text())}}),
               Json::array({"id", "label", "created_at", "used_at", "expires_at", "roles"}));
  const Json grant = object_of("id role programme expires_on", {{"districts", list_of(text())}});
  return {
      {"Access", object_of("mode paired? signed_in? login name")},
      {"PairBody", optional(object_of("pin"), {"pin"}, {{"pin", "000000"}})},
      {"SignInBody", optional(object_of("login password code"), {"login", "password"},
                              {{"login", "nobody"}, {"password", "a password of nobody"}})},
      {"SignedIn", object_of("login")},
      {"PasswordChange", optional(object_of("old password"), {"old", "password"},
                                  {{"old", "the old password"}, {"password", "several new words"}})},
      {"PasswordBody", optional(object_of("password"), {"password"}, {{"password", "several new words"}})},
      {"SecondFactor", object_of("secret address")},
      {"CodeBody", optional(object_of("code password"), {"code", "password"},
                            {{"code", "000000"}, {"password", "several new words"}})},
      {"RecoveryCodes", object_of("", {{"recovery_codes", list_of(text())}})},
      {"Passes", object_of("", {{"passes", list_of(pass)}})},
      {"TokenBody", optional(object_of("label days#", {{"roles", list_of(text())}}), {"label"},
                             {{"label", "monthly figures"}, {"days", 30}})},
      {"Token", object_of("token")},
      {"Pin", object_of("pin until")},
      {"Accounts",
       object_of("", {{"accounts", list_of(object_of("id login name disabled? has_password? second_factor? sessions# "
                                                     "tokens# seen_at",
                                                     {{"grants", list_of(grant)}}))},
                      {"roles", list_of(text())}})},
      {"AccountBody", optional(object_of("login name password"), {"login"}, {{"login", "first.account"}})},
      {"AccountMade", object_of("id login")},
      {"PartnerPage", object_of("do label expires_at", {{"kind", {{"type", {"object", "null"}}}},
                                                        {"page", {{"type", {"object", "null"}}}},
                                                        {"file", {{"type", {"object", "null"}}}}})},
      {"PartnerReceipt", object_of("received")},
      {"PartnerLinks",
       object_of("", {{"links", list_of(object_of("id label created_at used_at expires_at do kind maker",
                                                  {{"roles", list_of(text())}}))}})},
      {"PartnerLinkBody",
       optional(object_of("label do kind id address days#", {{"fields", kMap}}), {"label", "do"},
                {{"label", "Partner of the north"}, {"do", "form"}, {"kind", "visit"}, {"days", 14}})},
      {"PartnerLinkMade", object_of("path")}};
}

}  // namespace

Json api_schemas() {
  Json out = Json::object();
  for (const Json& part :
       {kind_schemas(), record_schemas(), terms_schemas(), round_schemas(), other_schemas(), access_schemas()})
    for (const auto& [name, schema] : part.items()) out[name] = schema;
  return out;
}

}  // namespace hamdil::http
