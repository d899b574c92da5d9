// A request and its answer as the routes see them: plain values, no sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hamdil::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // "/api/v1/records/visit?limit=2", as sent
  Pairs headers;       // names in lower case
  std::string body;
  std::string address = {};             // of the other side
  std::shared_ptr<void> prepared = {};  // what Route::prepare found, away from the workspace's thread
  std::shared_ptr<void> waiting = {};   // its part of what may wait for a job: kept by the job until it is done

  // The value of the first header of that name (lower case); "" when there is none.
  std::string_view header(std::string_view name) const;
  std::size_t count(std::string_view name) const;  // how many headers of that name
  // The value of a cookie; "" when it was not sent, or twice.
  std::string cookie(std::string_view name) const;
};

struct Response {
  int status = 200;
  Pairs headers;
  std::string body;
  bool events = false;        // not a body but the stream of events that goes on until one side ends it
  std::string listener = {};  // who hears it: the id of a session or token in team mode
  std::string person = {};    // its account
  std::string standing = {};  // what it may hear, as it was when the stream began: Access::standing

  Response& with(std::string name, std::string value);
};

// Percent-encoding undone; empty for broken encoding, control characters and what is not UTF-8. `plus` is a blank in
// queries.
bool decode_percent(std::string_view encoded, bool plus, std::string& decoded);

}  // namespace hamdil::http
