#include "app/http/problem.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"

namespace hamdil::http {
namespace {

std::string hint_text(const Error& error, const std::string& language) {
  const std::string* translated = Catalogue::built_in().find(language, error.code + ".hint");
  return fill(translated == nullptr ? error.hint : *translated, error.args);
}

// A wrong type has words of its own for what is taken, "model.record.wrong_type.whole_number", and for the limits and
// what was typed, where they are known: "model.record.wrong_type.whole_number.between".
std::string message_text(const Error& error, const std::string& language) {
  const auto argument = [&error](const char* wanted) -> std::string {
    for (const auto& [name, value] : error.args)
      if (name == wanted) return value;
    return {};
  };
  if (const std::string expected = argument("expected"); !expected.empty()) {
    const std::string general = error.code + "." + text::replace_all(expected, " ", "_");
    const bool from = !argument("least").empty(), to = !argument("greatest").empty();
    const std::string limits = argument("value").empty() ? "" : from && to ? ".between" : from ? ".at_least" : ".typed";
    for (const std::string& id : {general + limits, general})
      if (const std::string* own = Catalogue::built_in().find(language, id)) return fill(*own, error.args);
  }
  return Catalogue::built_in().error_text(language, error);
}

}  // namespace

int status_of(const Error& error) {
  static const std::map<std::string, int> kByCode = {{"model.record.unknown_kind", 404},
                                                     {"store.record.missing", 404},
                                                     {"records.version.missing", 404},
                                                     {"records.transition.unknown", 404},
                                                     {"reporting.trace.unknown", 404},
                                                     {"jobs.unknown", 404},
                                                     {"records.file.unknown", 404},
                                                     {"records.file.hidden", 403},
                                                     {"base.file.missing", 404},
                                                     {"store.record.changed_meanwhile", 412},
                                                     {"records.made_by_program", 409},
                                                     {"records.transition.wrong_state", 409},
                                                     {"records.transition.needs", 409},
                                                     {"records.transition.rule", 409},
                                                     {"records.locked", 409},
                                                     {"records.locked.for_good", 409},
                                                     {"records.locked.by_whole", 409},
                                                     {"store.record.not_deleted", 409},
                                                     {"store.record.emptied", 409},
                                                     {"records.undo.unknown", 404},
                                                     {"records.library.kind", 404},
                                                     {"records.undo.done", 409},
                                                     {"jobs.ended", 409},
                                                     {"access.team_only", 409},
                                                     {"access.denied", 403},
                                                     {"access.product.everywhere", 403},
                                                     {"access.no_rule", 403},
                                                     {"access.in_person", 403},
                                                     {"access.no_device", 403},
                                                     {"access.pin.wrong", 403},
                                                     {"access.pin.void", 403},
                                                     {"access.signed_out", 401},
                                                     {"access.sign_in", 401},
                                                     {"access.code_needed", 401},
                                                     {"access.too_often", 429},
                                                     {"access.unknown", 404},
                                                     {"welcome.open_already", 409},
                                                     {"store.workspace.exists", 409},
                                                     {"store.workspace.missing", 404},
                                                     {"access.link", 404},
                                                     {"store.query.bad_cursor", 400},
                                                     {"store.query.personal", 400},
                                                     {"reporting.trace.bad_ref", 400},
                                                     {"model.record.shape", 400},
                                                     {"base.json.syntax", 400},
                                                     {"base.json.too_deep", 400},
                                                     {"base.json.number", 400},
                                                     {"base.json.too_large", 413},
                                                     {"store.sqlite.busy", 503},
                                                     {"store.sqlite.disk_full", 503},
                                                     {"store.sqlite.io", 503},
                                                     {"store.sqlite.read_only", 503},
                                                     {"base.file.disk_full", 503},
                                                     {"base.file.unwritable", 503},
                                                     {"jobs.full", 503},
                                                     {"jobs.of_person", 429},
                                                     {"exchange.workbook.unknown_format", 415}};
  const auto found = kByCode.find(error.code);
  return found == kByCode.end() ? 422 : found->second;
}

Json problem_json(const Error& error, const std::string& language, const std::string& kind) {
  const Error words = model::in_words(error, kind, language);
  Json arguments = Json::object();
  for (const auto& [name, value] : error.args) arguments[name] = value;
  Json out = {{"code", error.code},
              {"message", message_text(words, language)},
              {"pointer", error.where.pointer},
              {"hint", hint_text(words, language)},
              {"arguments", arguments}};
  if (error.where.row) out["row"] = *error.where.row;
  if (!error.where.column_name.empty()) out["column"] = error.where.column_name;
  return out;
}

std::string to_text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string shown(const std::string& asked) {
  constexpr std::size_t kMost = 40;  // bytes
  if (asked.size() <= kMost) return asked;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(asked[end]) & 0xC0) == 0x80) --end;
  return asked.substr(0, end);
}

Response json_response(const Json& json, int status) {
  Response out{status, {{"Content-Type", "application/json; charset=utf-8"}}, to_text(json)};
  return out;
}

Response error_response(const Error& error, const std::string& language, int status, const std::string& kind) {
  return json_response({{"error", problem_json(error, language, kind)}, {"problems", Json::array()}},
                       status == 0 ? status_of(error) : status);
}

Response problems_response(const Diagnostics& problems, const std::string& language, const std::string& kind) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : problems) list.push_back(problem_json(diagnostic.problem, language, kind));
  const Error all = problems.size() == 1
                        ? problems.front().problem
                        : Error("records.problems", "{count} things need another value; nothing was saved.",
                                {{"count", std::to_string(problems.size())}});
  const int status = problems.size() == 1 && problems.front().problem.code == "model.record.shape" ? 400 : 422;
  return json_response({{"error", problem_json(all, language, kind)}, {"problems", list}}, status);
}

}  // namespace hamdil::http
