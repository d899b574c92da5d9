// Addresses: a table of routes, and what every request goes through before and after its handler. No sockets here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/http/event_bus.hpp"
#include "app/http/guard.hpp"
#include "app/http/message.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "services/jobs/jobs.hpp"
#include "store/workspace.hpp"

namespace hamdil::http {

class Presence;

// What handlers work with. One thread at a time.
struct Context {
  store::Workspace* workspace = nullptr;  // none: the program was started without one
  std::string who;                        // whose changes these are
  EventBus* events = nullptr;
  services::jobs::Jobs* jobs = nullptr;
  Guard* guard = nullptr;
  services::accounts::Access* access = nullptr;
  Entry entry = {};  // who asks
  Presence* presence = nullptr;
  // Of a program that was started without a workspace: where workspaces stand, and how one is served from now on.
  std::string folder = {};
  std::function<Status(store::Workspace)> take_workspace = {};
};

// One request on its way through a handler.
struct Call {
  Context& context;
  const Request& request;
  std::map<std::string, std::string> path;  // {name} of the pattern -> value
  Pairs query;                              // decoded, in the order sent
  std::shared_ptr<const Json> body;         // of routes that take JSON
  std::string language = "en";
  std::shared_ptr<void> prepared = {};

  store::Workspace& workspace() const { return *context.workspace; }
  store::Author author() const { return {context.who, ""}; }
  // The first value of a query parameter; "" when it was not sent.
  std::string value(const std::string& name) const;
  bool flag(const std::string& name) const { return value(name) == "true"; }
};

using Handler = std::function<Result<Response>(Call&)>;
// What takes long and does not need the workspace, with the body as it was sent: Argon2id. Runs on a thread of its own;
// what it gives stands in Request::prepared.
using Prepare = std::function<std::shared_ptr<void>(services::accounts::Access&, const Request&, const Json& body)>;

enum class Access { kOpen, kToken };  // in single-user mode; in team mode content/access-policy.yaml decides
enum class Body { kNone, kJson, kFile };

struct QueryParameter {
  std::string name;  // "f." for everything that begins so
  std::string help;
  std::string type = "string";  // of JSON Schema
};

// The name of a schema of openapi.cpp, by status; "" for no body, "file" for bytes.
struct Route {
  std::string method;
  std::string pattern;    // "/api/v1/records/{kind}/{id}"
  std::string operation;  // unique: operationId
  std::string summary;
  Handler handler;
  Access access = Access::kToken;
  Body body = Body::kNone;
  std::string body_schema = {};
  int status = 200;
  std::string answer_schema = {};
  std::vector<QueryParameter> query = {};
  bool needs_version = false;  // If-Match
  bool takes_key = false;      // Idempotency-Key
  bool gives_tag = false;      // ETag, and 304 to who has it already
  bool needs_workspace = true;
  bool may_take_long = false;  // answers 202 with a job when there is much to do
  bool on_its_own = false;     // pages ask it without anybody touching them: no sign of life of a session
  bool only_team = false;      // says nothing in single-user mode
  bool in_person = false;      // not with a token of a program
  Prepare prepare = {};
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}
  const std::vector<Route>& routes() const { return routes_; }

  struct Admission {
    std::optional<Response> refusal;
    std::size_t body_limit = 0;
    bool slow = false;      // `prepare` comes before `answer`
    std::string person;     // who asks, as Guard::person_of says
    bool may_wait = false;  // its body may be kept until a job's turn comes
  };
  // What can be said from the headers alone: names, token, address, method, size and type of the body. Thread-safe.
  Admission admit(Guard& guard, const Request& head, std::optional<std::uint64_t> body_bytes) const;
  // Runs what the route prepares; any thread but the workspace's.
  void prepare(services::accounts::Access& access, Request& request) const;
  // Runs the handler of an admitted request. Never throws: what goes wrong inside is a 500 with a number that also
  // stands on standard error, and no details.
  Response answer(Context& context, const Request& request) const;

 private:
  struct Found {
    const Route* route = nullptr;
    std::map<std::string, std::string> path;
    std::string allowed;  // methods of the address, where only the method is wrong
  };
  Found find(const std::string& method, const std::string& path) const;
  Result<Response> run(Context& context, const Request& request, const std::string& language) const;
  std::vector<Route> routes_;
};

inline constexpr std::size_t kJsonLimit = 1 << 20;
inline constexpr std::size_t kUploadLimit = 64 << 20;

// The language of the answer: the first of Accept-Language that the catalogue has; English otherwise.
std::string language_of(const Request& request);
// The answer to what is no request: 400, 408, 413, 429, 431, 503.
Response refuse(int status);

}  // namespace hamdil::http
