// Files that people attach to records.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"
#include "services/records/files.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

// How a name is written in a header, whatever letters it has: attachment; filename*=UTF-8''letter.pdf (RFC 8187).
constexpr std::string_view kName = "filename*=UTF-8''";

std::string encoded(std::string_view name) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
    if (is_plain) {
      out += letter;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

// The name that the request gives its file: in a header, because addresses are written into logs.
Result<std::string> name_of(const Request& request) {
  for (const std::string& part : text::split(request.header("content-disposition"), ';')) {
    const std::string parameter = text::trim(part);
    if (parameter.size() <= kName.size() || !text::equals_ignoring_case(parameter.substr(0, kName.size()), kName))
      continue;
    std::string name;
    if (decode_percent(parameter.substr(kName.size()), false, name)) return text::trim(name);
  }
  return Error("http.file.name", "The request does not say how the file is called.")
      .advise(
          "Send Content-Disposition: attachment; filename*=UTF-8''letter.pdf, with other letters "
          "percent-encoded.");
}

Result<Response> outcome_response(const Call& call, const records::Outcome& outcome, const std::string& action,
                                  int status) {
  if (!outcome.record) return problems_response(outcome.problems, call.language, call.path.at("kind"));
  tell_change(call, *outcome.record, action);
  HAMDIL_TRY(const Json json, record_json(call.workspace(), *outcome.record));
  Response out = json_response(json, status);
  return out.with("ETag", "\"" + std::to_string(outcome.record->version) + "\"");
}

Result<Response> attach(Call& call) {
  HAMDIL_TRY(const std::string name, name_of(call.request));
  HAMDIL_TRY(const records::Outcome outcome, records::attach_file(call.workspace(), call.author(), call.path.at("kind"),
                                                                  call.path.at("id"), name, call.request.body));
  return outcome_response(call, outcome, "change", 201);
}

Result<Response> detach(Call& call) {
  HAMDIL_TRY(const records::Outcome outcome, records::detach_file(call.workspace(), call.author(), call.path.at("kind"),
                                                                  call.path.at("id"), call.path.at("address")));
  return outcome_response(call, outcome, "change", 200);
}

// To be kept, never to be shown as a page of this program: whatever its bytes are.
Result<Response> read(Call& call) {
  HAMDIL_TRY(records::AttachedFile file, records::read_attached(call.workspace(), call.path.at("kind"),
                                                                call.path.at("id"), call.path.at("address")));
  Response out{200, {}, std::move(file.bytes)};
  return out.with("Content-Type", file.media_type)
      .with("Content-Disposition", "attachment; " + std::string(kName) + encoded(file.name));
}

}  // namespace

std::vector<Route> attachment_routes() {
  const std::string all = "/api/v1/records/{kind}/{id}/files";
  const std::string single = all + "/{address}";
  return {
      {.method = "POST",
       .pattern = all,
       .operation = "attachFile",
       .summary = "A file for the record, at most 64 MiB, called as Content-Disposition says. The same bytes are not "
                  "attached twice.",
       .handler = attach,
       .body = Body::kFile,
       .status = 201,
       .answer_schema = "Record",
       .takes_key = true},
      {.method = "GET",
       .pattern = single,
       .operation = "readAttachedFile",
       .summary = "A file of the record by its address, to be kept.",
       .handler = read,
       .answer_schema = "file"},
      {.method = "DELETE",
       .pattern = single,
       .operation = "detachFile",
       .summary = "Takes a file away from the record; going back to an earlier version brings it back.",
       .handler = detach,
       .answer_schema = "Record"}};
}

}  // namespace hamdil::http
