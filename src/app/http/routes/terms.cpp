// Terms of reference in: split by rules, confirmed by a person.
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/terms/split.hpp"

namespace hamdil::http {
namespace {

namespace terms = services::records::terms;
using exchange::TextBlock;

Json number_or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(); }

Json proposal_json(const terms::Proposal& one) {
  return {{"key", one.key},
          {"kind", one.kind},
          {"title", one.title},
          {"text", one.text},
          {"paragraphs", one.paragraphs},
          {"section", one.section},
          {"deliverable", one.deliverable},
          {"due", one.due},
          {"due_text", one.due_text},
          {"payment_share", number_or_null(one.payment_share)},
          {"working_days", number_or_null(one.working_days)},
          {"need", one.need},
          {"sure", one.sure}};
}

Result<Response> split_source(Call& call) {
  HAMDIL_TRY(exchange::TextDocument document, terms::read_source(call.request.body, "upload"));
  const terms::Split split = terms::split_terms(std::move(document));
  Json paragraphs = Json::array();
  for (std::size_t i = 0; i < split.paragraphs.size(); ++i) {
    const TextBlock& block = split.paragraphs[i];
    paragraphs.push_back({{"number", i + 1},
                          {"kind", exchange::text_block_name(block.kind)},
                          {"level", block.level},
                          {"label", block.label},
                          {"text", block.text},
                          {"page", block.page}});
  }
  Json proposals = Json::array();
  for (const terms::Proposal& one : split.proposals) proposals.push_back(proposal_json(one));
  return json_response({{"title", split.title},
                        {"contract_number", split.contract_number},
                        {"starts", split.starts},
                        {"ends", split.ends},
                        {"is_cut", split.is_cut},
                        {"paragraphs", paragraphs},
                        {"proposals", proposals}});
}

Error wrong_type(const std::string& pointer) {
  return Error("http.body.type", "{name} has not the type that it should.", {{"name", pointer.substr(1)}})
      .at({.pointer = pointer});
}

Result<Json> list_member(const Json& body, const std::string& name) {
  if (!body.contains(name) || !body[name].is_array()) return wrong_type("/" + name);
  for (std::size_t i = 0; i < body[name].size(); ++i)
    if (!body[name][i].is_object()) return wrong_type("/" + name + "/" + std::to_string(i));
  return body[name];
}

Result<std::optional<double>> number_member(const Json& body, const std::string& name, const std::string& pointer) {
  if (!body.contains(name) || body[name].is_null()) return std::optional<double>();
  if (!body[name].is_number() || !std::isfinite(body[name].get<double>())) return wrong_type(pointer + "/" + name);
  return std::optional(body[name].get<double>());
}

Result<terms::Proposal> proposal_of(const Json& body, const std::string& pointer) {
  HAMDIL_CHECK(check_members(body,
                             {"key", "kind", "title", "text", "paragraphs", "section", "deliverable", "due", "due_text",
                              "payment_share", "working_days", "need", "sure"},
                             pointer));
  terms::Proposal out;
  for (const auto& [name, place] :
       {std::pair("key", &out.key), std::pair("kind", &out.kind), std::pair("title", &out.title),
        std::pair("text", &out.text), std::pair("section", &out.section), std::pair("deliverable", &out.deliverable),
        std::pair("due", &out.due), std::pair("due_text", &out.due_text), std::pair("need", &out.need)}) {
    HAMDIL_TRY(*place, text_member(body, name));
  }
  HAMDIL_TRY(out.payment_share, number_member(body, "payment_share", pointer));
  HAMDIL_TRY(out.working_days, number_member(body, "working_days", pointer));
  const Json paragraphs = body.value("paragraphs", Json::array());
  if (!paragraphs.is_array()) return wrong_type(pointer + "/paragraphs");
  for (const Json& number : paragraphs) {
    if (!number.is_number_unsigned()) return wrong_type(pointer + "/paragraphs");
    out.paragraphs.push_back(number.get<std::size_t>());
  }
  return out;
}

Result<terms::Confirmation> confirmation_of(const Json& body) {
  HAMDIL_CHECK(check_members(body, {"title", "contract_number", "starts", "ends", "paragraphs", "proposals"}));
  terms::Confirmation out;
  HAMDIL_TRY(out.title, text_member(body, "title"));
  HAMDIL_TRY(out.contract_number, text_member(body, "contract_number"));
  HAMDIL_TRY(out.starts, text_member(body, "starts"));
  HAMDIL_TRY(out.ends, text_member(body, "ends"));
  HAMDIL_TRY(const Json paragraphs, list_member(body, "paragraphs"));
  for (std::size_t i = 0; i < paragraphs.size(); ++i) {
    HAMDIL_CHECK(check_members(paragraphs[i], {"number", "kind", "level", "label", "text", "page"},
                               "/paragraphs/" + std::to_string(i)));
    TextBlock block;
    HAMDIL_TRY(block.text, text_member(paragraphs[i], "text"));
    HAMDIL_TRY(block.label, text_member(paragraphs[i], "label"));
    const Json page = paragraphs[i].value("page", Json(0));
    if (!page.is_number_unsigned() && page != Json(0)) return wrong_type("/paragraphs/" + std::to_string(i) + "/page");
    block.page = page.get<std::size_t>();
    out.paragraphs.push_back(std::move(block));
  }
  HAMDIL_TRY(const Json proposals, list_member(body, "proposals"));
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    HAMDIL_TRY(terms::Proposal one, proposal_of(proposals[i], "/proposals/" + std::to_string(i)));
    out.proposals.push_back(std::move(one));
  }
  return out;
}

Result<Response> confirm(Call& call) {
  HAMDIL_TRY(const terms::Confirmation given, confirmation_of(*call.body));
  HAMDIL_TRY(const terms::Confirmed done, terms::confirm_terms(call.workspace(), call.author(), given));
  if (!done.problems.empty()) return problems_response(done.problems, call.language);
  for (const model::Record& record : done.records) tell_change(call, record, "create");
  HAMDIL_TRY(const Json records, records_json(call.workspace(), done.records));
  return json_response({{"records", records}}, 201);
}

}  // namespace

std::vector<Route> terms_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/terms/split",
           .operation = "splitTerms",
           .summary = "Terms of reference (DOCX, PDF or text as the body) split into proposals; nothing is saved.",
           .handler = split_source,
           .body = Body::kFile,
           .answer_schema = "TermsSplit"},
          {.method = "POST",
           .pattern = "/api/v1/terms",
           .operation = "confirmTerms",
           .summary = "The confirmed proposals as linked records, in one step; the terms of reference come first.",
           .handler = confirm,
           .body = Body::kJson,
           .body_schema = "TermsBody",
           .status = 201,
           .answer_schema = "BulkAnswer",
           .takes_key = true}};
}

}  // namespace hamdil::http
