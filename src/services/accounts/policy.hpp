// content/access-policy.yaml: which role reaches which records, addresses and the rest.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/view.hpp"

namespace hamdil::services::accounts {

enum class Reach : std::uint8_t { kNone, kOwn, kDistrict, kDistrictPlus, kAll };

// What somebody is, where.
struct Grant {
  std::string id;  // of the record; not part of what it allows
  std::string role;
  std::string programme;               // empty: all
  std::vector<std::string> districts;  // empty: all
};

// What an address asks for.
struct RouteRule {
  enum class Kind : std::uint8_t { kOpen, kAnyone, kRecords, kResource } kind = Kind::kResource;
  std::string resource;
  store::Deed deed = store::Deed::kLook;
};

class Policy {
 public:
  // Codes base.yaml.*, access.policy: names what is unknown or missing.
  static Result<Policy> parse(std::string_view yaml);
  static const Policy& built_in();

  const std::vector<std::string>& roles() const { return roles_; }
  // "" for a kind that belongs to none: closed.
  std::string resource_of(const std::string& kind) const;
  Reach reach(const std::string& role, const std::string& resource, store::Deed deed) const;
  // The furthest that one of the grants reaches.
  Reach reach(const std::vector<Grant>& grants, const std::string& resource, store::Deed deed) const;
  // Whether only a grant without district and programme gives this.
  bool needs_everywhere(const std::string& resource, store::Deed deed) const;
  // None for an address that the file does not name.
  std::optional<RouteRule> route(const std::string& operation) const;
  std::vector<std::string> operations() const;
  const std::map<std::string, std::string>& through() const { return through_; }

  // What these grants show of every kind.
  store::ViewTable view(const std::string& who, const std::vector<Grant>& grants) const;

 private:
  std::vector<std::string> roles_;
  std::map<std::string, std::string> by_kind_, by_area_;
  std::map<std::string, std::map<std::string, std::array<Reach, store::kDeeds>>> matrix_;  // resource, role
  std::map<std::string, RouteRule> routes_;
  std::map<std::string, std::array<bool, store::kDeeds>> everywhere_;  // resource
  std::map<std::string, std::string> through_;
};

// What somebody is told whose role would allow it, but only for some districts or one programme. Code
// access.product.everywhere.
Error for_all_districts_only();

const char* reach_name(Reach reach);
const char* deed_name(store::Deed deed);

}  // namespace hamdil::services::accounts
