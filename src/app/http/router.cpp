#include "app/http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "base/catalogue.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"
#include "store/request_key.hpp"

namespace hamdil::http {
namespace {

constexpr std::string_view kApi = "/api/";

std::string path_of(const Request& request) { return request.target.substr(0, request.target.find('?')); }

// Every answer carries these, whatever it is.
Response finished(Response response, bool is_api) {
  response.with("X-Content-Type-Options", "nosniff")
      .with("Referrer-Policy", "no-referrer")
      .with("X-Frame-Options", "DENY")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("Content-Security-Policy",
            is_api ? "default-src 'none'; frame-ancestors 'none'"
                   : "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
                     "blob:; connect-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; "
                     "frame-ancestors 'none'");
  const bool says_when = std::any_of(response.headers.begin(), response.headers.end(),
                                     [](const auto& header) { return header.first == "Retry-After"; });
  if ((response.status == 429 || response.status == 503) && !says_when)
    response.with("Retry-After", response.status == 503 ? "5" : "60");
  if (is_api) response.with("Cache-Control", "no-store").with("Vary", "Accept-Language");
  return response;
}

// Whether the reader has this already: one of the tags of If-None-Match is that of the answer, or it takes any.
bool is_known(const Request& request, const Response& response) {
  if ((request.method != "GET" && request.method != "HEAD") || response.status != 200) return false;
  const auto tag = std::find_if(response.headers.begin(), response.headers.end(),
                                [](const auto& header) { return header.first == "ETag"; });
  if (tag == response.headers.end()) return false;
  for (const std::string& one : text::split(request.header("if-none-match"), ',')) {
    const std::string known = text::trim(one);
    if (known == "*" || (known.starts_with("W/") ? known.substr(2) : known) == tag->second) return true;
  }
  return false;
}

// Without what the reader has.
Response unless_known(const Request& request, Response response) {
  if (!is_known(request, response)) return response;
  response.status = 304;
  response.body.clear();
  std::erase_if(response.headers, [](const auto& header) { return header.first.starts_with("Content-"); });
  return response;
}

// The segments of "/a/b" decoded one by one, so that an encoded slash parts nothing.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> out;
  if (path.empty() || path.front() != '/') return std::nullopt;
  for (const std::string& part : text::split(path.substr(1), '/')) {
    std::string decoded;
    if (!decode_percent(part, false, decoded)) return std::nullopt;
    out.push_back(std::move(decoded));
  }
  return out;
}

bool matches(const std::string& pattern, const std::vector<std::string>& segments,
             std::map<std::string, std::string>& values) {
  const std::vector<std::string> wanted = text::split(std::string_view(pattern).substr(1), '/');
  if (wanted.size() != segments.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{'))
      values[wanted[i].substr(1, wanted[i].size() - 2)] = segments[i];
    else if (wanted[i] != segments[i])
      return false;
  }
  return true;
}

Result<Pairs> query_of(const Request& request) {
  Pairs out;
  const std::size_t mark = request.target.find('?');
  if (mark == std::string::npos || mark + 1 == request.target.size()) return out;
  for (const std::string& part : text::split(std::string_view(request.target).substr(mark + 1), '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    std::pair<std::string, std::string> pair;
    if (!decode_percent(part.substr(0, equals), true, pair.first) ||
        (equals != std::string::npos && !decode_percent(part.substr(equals + 1), true, pair.second)))
      return Error("http.query.encoding", "A parameter of the address is not encoded as it should be.");
    out.push_back(std::move(pair));
  }
  return out;
}

// Where filters are taken, a field is filtered by behind a prefix: "f.state", not "state".
std::string known_text(const std::vector<std::string>& known, const std::string& name) {
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& one : known) {
    const bool is_prefix = one.ends_with('.');
    near.emplace_back(is_prefix ? one.size() : text::edit_distance(shown(name), one), is_prefix ? one + "FIELD" : one);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, one] : near) names.push_back(one);
  return "Known are, the nearest first: " + text::join(names, ", ") + ".";
}

Status check_query(const Route& route, const Pairs& query) {
  std::vector<std::string> known;
  std::map<std::string, int> seen;
  for (const QueryParameter& parameter : route.query) known.push_back(parameter.name);
  for (const auto& [name, value] : query) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&, key = name](const std::string& k) {
      return k == key || (k.ends_with('.') && key.starts_with(k) && key.size() > k.size());
    });
    if (!is_known)
      return Error("http.query.unknown", "There is no parameter {name} here.", {{"name", name}})
          .at({.pointer = "?" + name})
          .advise(known.empty() ? "This address takes no parameters." : known_text(known, name));
    if (++seen[name] > 1)
      return Error("http.query.twice", "The parameter {name} stands twice in the address.", {{"name", name}})
          .at({.pointer = "?" + name});
    for (const QueryParameter& parameter : route.query) {
      if (parameter.name != name) continue;
      if (parameter.type == "boolean" && value != "true" && value != "false")
        return Error("http.query.value", "The parameter {name} is true or false, not {value}.",
                     {{"name", name}, {"value", shown(value)}})
            .at({.pointer = "?" + name});
      if (parameter.type == "integer" && !text::parse_integer(value))
        return Error("http.query.value", "The parameter {name} is a whole number, not {value}.",
                     {{"name", name}, {"value", shown(value)}})
            .at({.pointer = "?" + name});
    }
  }
  return Done{};
}

bool is_json_type(std::string_view type) {
  const std::string plain = text::trim(text::to_lower_ascii(type.substr(0, type.find(';'))));
  return plain == "application/json";
}

// What a mistake of ours is told as; the number is in both places, so that a report can be followed up.
Response incident(const std::string& language, const char* kind, const std::string& operation) {
  const std::string number = to_hex(protect::random_bytes(4));
  fmt::print(stderr, "hamdil: incident {} in {}: {} [http.incident]\n", number, operation, kind);
  return error_response(Error("http.incident",
                              "Something went wrong in the program; nothing was changed by this "
                              "request. It is noted under the number {incident}.",
                              {{"incident", number}})
                            .advise("Please report what you did, with this number."),
                        language, 500);
}

// In place of an answer that is not kept: what was done is not done again.
Response not_kept(const std::string& language) {
  return error_response(
      Error("http.key.done", "This was done already; its answer was not kept.").advise("Look at the list."), language,
      409);
}

// An answer as it is kept: a line with status and headers, then the body.
std::string kept_text(const Response& response) {
  return Json{{"status", response.status}, {"headers", response.headers}}.dump() + "\n" + response.body;
}

Result<Response> kept_response(const std::string& text) {
  const std::size_t line = text.find('\n');
  HAMDIL_TRY(const Json head, parse_json(text.substr(0, line), "answer", {}));
  return Response{head.at("status").get<int>(), head.at("headers").get<Pairs>(), text.substr(line + 1)};
}

}  // namespace

std::string Call::value(const std::string& name) const {
  const auto found = std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == name; });
  return found == query.end() ? std::string() : found->second;
}

std::string language_of(const Request& request) {
  const std::vector<std::string> known = Catalogue::built_in().languages();
  std::string best = "en";
  double best_weight = 0;
  for (const std::string& part : text::split(request.header("accept-language"), ',')) {
    const std::vector<std::string> pieces = text::split(part, ';');
    const std::string tag = text::trim(pieces.front());
    double weight = 1;
    for (const std::string& piece : pieces)
      if (const std::string trimmed = text::trim(piece); trimmed.starts_with("q="))
        weight = text::parse_number(trimmed.substr(2)).value_or(0);
    if (weight <= best_weight || tag.empty()) continue;
    const std::string primary = text::to_lower_ascii(tag.substr(0, tag.find('-')));
    for (const std::string& language : known) {
      const std::string base = language.substr(0, language.find('-'));
      if (text::equals_ignoring_case(language, tag) || base == primary || (primary == "prs" && base == "fa")) {
        best = language;
        best_weight = weight;
        break;
      }
    }
  }
  return best;
}

Response refuse(int status) {
  Error error("http.bad_request", "This is not a request that the server can read.");
  if (status == 408) error = Error("http.too_slow", "The request did not come in time.");
  if (status == 413) error = Error("http.too_large", "The body of the request is larger than may be sent here.");
  if (status == 431) error = Error("http.headers_too_large", "The headers of the request are too large.");
  if (status == 429)
    error = Error("http.your_share", "You have as much going on here at once as one person or computer may.")
                .advise("Wait until some of it is done, and send it again.");
  if (status == 503) error = Error("http.busy", "Too much is going on at once. Try again in a moment.");
  Response out = error_response(error, "en", status);
  if (status == 429) out.with("Retry-After", "5");
  return finished(std::move(out), true);
}

Router::Found Router::find(const std::string& method, const std::string& path) const {
  Found out;
  const auto segments = segments_of(path);
  if (!segments) return out;
  for (const Route& route : routes_) {
    std::map<std::string, std::string> values;
    if (!matches(route.pattern, *segments, values)) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      out.route = &route;
      out.path = std::move(values);
      return out;
    }
    out.allowed += (out.allowed.empty() ? "" : ", ") + route.method;
  }
  return out;
}

Router::Admission Router::admit(Guard& guard, const Request& head, std::optional<std::uint64_t> body_bytes) const {
  const std::string language = language_of(head);
  const std::string path = path_of(head);
  const bool is_api = path.starts_with(kApi);
  const auto refuse_with = [&](const Error& error, int status) {
    Response response = error_response(error, language, status);
    if (status == 401) response.with("WWW-Authenticate", "Bearer");
    return Admission{finished(std::move(response), is_api), 0, false, {}};
  };
  if (const auto refused = guard.check_names(head)) return refuse_with(refused->error, refused->status);
  const bool has_body = !body_bytes || *body_bytes > 0;
  if (!is_api) {
    if (head.method != "GET" && head.method != "HEAD")
      return refuse_with(Error("http.method", "This address can only be read."), 405);
    if (has_body) return refuse_with(Error("http.too_large", "No body is expected here."), 413);
    return {};
  }
  const Found found = find(head.method, path);
  // Without a token nobody learns which addresses there are.
  if (const auto refused = guard.check_entry(head, found.route)) return refuse_with(refused->error, refused->status);
  if (found.route == nullptr && !found.allowed.empty()) {
    Admission out = refuse_with(Error("http.method", "This address does not take {method}.", {{"method", head.method}})
                                    .advise("It takes: " + found.allowed + "."),
                                405);
    out.refusal->with("Allow", found.allowed);
    return out;
  }
  if (found.route == nullptr) return refuse_with(Error("http.unknown_address", "There is no such address."), 404);
  const Route& route = *found.route;
  const std::size_t limit = route.body == Body::kFile ? kUploadLimit : route.body == Body::kJson ? kJsonLimit : 0;
  if (body_bytes && *body_bytes > limit)
    return refuse_with(Error("http.too_large", "The body of the request is larger than {limit} bytes.",
                             {{"limit", std::to_string(limit)}}),
                       413);
  if (has_body && limit == 0) return refuse_with(Error("http.too_large", "No body is expected here."), 413);
  if (has_body && route.body == Body::kJson && !is_json_type(head.header("content-type")))
    return refuse_with(
        Error("http.media_type", "The body must be JSON.").advise("Send Content-Type: application/json."), 415);
  if (route.needs_version && head.header("if-match").empty())
    return refuse_with(Error("http.no_version", "Say which version you change.")
                           .advise("Send If-Match with the ETag that reading the record gave."),
                       428);
  return {std::nullopt, limit, static_cast<bool>(route.prepare), guard.person_of(head),
          has_body && route.may_take_long};
}

Result<Response> Router::run(Context& context, const Request& request, const std::string& language) const {
  Found found = find(request.method, path_of(request));
  if (found.route == nullptr) return Error("http.unknown_address", "There is no such address.");
  const Route& route = *found.route;
  HAMDIL_TRY(Pairs query, query_of(request));
  HAMDIL_CHECK(check_query(route, query));
  if (route.needs_workspace && context.workspace == nullptr)
    return Error("http.no_workspace", "No workspace is open.").advise("Start the program with one: hamdil serve WS.");
  HAMDIL_TRY(Entry entry, context.guard->enter(request, route, found.path, context.workspace));
  std::optional<store::LookAs> until_the_answer;
  if (context.workspace != nullptr) until_the_answer.emplace(*context.workspace, entry.view);
  Context own = context;
  if (!entry.who.empty()) own.who = entry.who;
  own.entry = std::move(entry);
  Call call{own, request, std::move(found.path), std::move(query), nullptr, language, request.prepared};
  if (route.body == Body::kJson) {
    HAMDIL_TRY(Json body, parse_json(request.body.empty() ? "{}" : std::string_view(request.body), "body",
                                     {.bytes = kJsonLimit, .depth = 64}));
    if (!body.is_object()) return Error("model.record.shape", "The body must be a JSON object.");
    call.body = std::make_shared<const Json>(std::move(body));
  }
  if (route.prepare && !call.prepared && context.access != nullptr)
    call.prepared = route.prepare(*context.access, request, *call.body);
  // What saves nothing may be asked for as often as one likes: its answer is not kept.
  std::string key(route.takes_key && !call.flag("dry_run") ? request.header("idempotency-key") : std::string_view());
  if (key.empty() || context.workspace == nullptr) return route.handler(call);
  // Keys of two people, or of two links, never meet.
  const std::string_view link = request.header("x-hamdil-link");
  if (own.entry.caller)
    key = own.entry.caller->account.id + "\n" + key;
  else if (!link.empty())
    key = digest_hex(link) + "\n" + key;
  if (key.size() > 300) return Error("http.key", "The Idempotency-Key is longer than 200 characters.");
  const store::RequestKey once(*context.workspace, key, request.method + " " + request.target + "\n" + request.body);
  HAMDIL_TRY(const store::RequestKey::Known known, once.known());
  if (known.is == store::RequestKey::Known::Is::kOther)
    return Error("http.key.other", "This Idempotency-Key was used for another request.").advise("Use a new key.");
  if (known.is == store::RequestKey::Known::Is::kSame)
    return known.answer.empty() ? not_kept(language) : kept_response(known.answer);
  Result<Response> response = route.handler(call);
  // Where this fails the key stands with what was written, and the answer counts as not kept.
  (void)(response && response->status < 300 ? once.keep(kept_text(*response)) : once.forget());
  return response;
}

void Router::prepare(services::accounts::Access& access, Request& request) const {
  try {
    const Found found = find(request.method, path_of(request));
    if (found.route == nullptr || !found.route->prepare) return;
    const auto body = parse_json(request.body, "body", {.bytes = kJsonLimit, .depth = 64});
    if (body && body->is_object()) request.prepared = found.route->prepare(access, request, *body);
  } catch (const std::exception&) {  // the answer is an incident then: nothing was prepared
  }
}

Response Router::answer(Context& context, const Request& request) const {
  const std::string path = path_of(request);
  const bool is_api = path.starts_with(kApi);
  const std::string language = language_of(request);
  try {
    if (!is_api) return finished(unless_known(request, asset_response(request, path)), false);
    auto response = run(context, request, language);
    if (response) return finished(unless_known(request, std::move(*response)), true);
    const std::string& code = response.error().code;
    const int status = code.starts_with("http.query.")     ? 400
                       : code == "http.unknown_address"    ? 404
                       : code == "http.no_workspace"       ? 409
                       : code.starts_with("http.if_match") ? 400
                                                           : 0;
    const auto named = find(request.method, path).path;
    const auto kind = named.find("kind");
    return finished(
        error_response(response.error(), language, status, kind == named.end() ? std::string() : kind->second), true);
  } catch (const std::bad_alloc&) {
    return refuse(503);
  } catch (const std::exception&) {  // its text may quote data: only its kind is told
    return finished(incident(language, "exception", request.method + " " + path.substr(0, 40)), is_api);
  }
}

}  // namespace hamdil::http
