#include "services/accounts/policy.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "model/kind.hpp"

namespace hamdil::services::accounts {
namespace {

using store::Deed;

constexpr const char* kDeedNames[] = {"look", "history", "personal", "export", "create", "change", "move", "remove"};
constexpr const char* kReachNames[] = {"none", "own", "district", "district_plus", "all"};

Error wrong(const std::string& what, const std::string& where) {
  return Error("access.policy", "The access policy is wrong at {where}: {what}.", {{"where", where}, {"what", what}});
}

template <std::size_t n>
std::optional<std::size_t> index_of(const char* const (&names)[n], const std::string& name) {
  for (std::size_t i = 0; i < n; ++i)
    if (name == names[i]) return i;
  return std::nullopt;
}

Result<std::array<Reach, store::kDeeds>> reaches_of(const Json& given, const std::string& where) {
  std::array<Reach, store::kDeeds> out{};
  if (!given.is_object()) return wrong("a list of deeds is expected", where);
  const auto fill = [&](std::initializer_list<Deed> deeds, Reach reach) {
    for (const Deed deed : deeds) out[static_cast<std::size_t>(deed)] = reach;
  };
  for (const bool groups : {true, false})  // a single deed says more than its group
    for (const auto& [name, value] : given.items()) {
      const auto reach = value.is_string() ? index_of(kReachNames, value.get<std::string>()) : std::nullopt;
      if (!reach) return wrong("no such reach", where + "." + name);
      const auto to = static_cast<Reach>(*reach);
      const auto deed = index_of(kDeedNames, name);
      if (name == "read") {
        if (groups) fill({Deed::kLook, Deed::kHistory, Deed::kExport}, to);
      } else if (name == "write") {
        if (groups) fill({Deed::kCreate, Deed::kChange, Deed::kMove}, to);
      } else if (!deed) {
        return wrong("no such deed", where + "." + name);
      } else if (!groups) {
        out[*deed] = to;
      }
    }
  return out;
}

Result<RouteRule> rule_of(const std::string& text, const std::string& where) {
  if (text == "open") return RouteRule{RouteRule::Kind::kOpen, "", Deed::kLook};
  if (text == "anyone") return RouteRule{RouteRule::Kind::kAnyone, "", Deed::kLook};
  const std::vector<std::string> words = text::split(text, ' ');
  const auto deed = words.size() == 2 ? index_of(kDeedNames, words[1]) : std::nullopt;
  if (!deed) return wrong("a resource and a deed are expected", where);
  return RouteRule{words[0] == "records" ? RouteRule::Kind::kRecords : RouteRule::Kind::kResource, words[0],
                   static_cast<Deed>(*deed)};
}

}  // namespace

const char* reach_name(Reach reach) { return kReachNames[static_cast<std::size_t>(reach)]; }
const char* deed_name(Deed deed) { return kDeedNames[static_cast<std::size_t>(deed)]; }

Result<Policy> Policy::parse(std::string_view yaml) {
  HAMDIL_TRY(const Json file, parse_yaml(yaml, "access-policy.yaml"));
  Policy out;
  for (const char* part : {"roles", "resources", "matrix", "everywhere", "routes", "through"})
    if (!file.is_object() || !file.contains(part) || !file[part].is_structured()) return wrong("missing", part);
  for (const Json& role : file["roles"]) out.roles_.push_back(role.is_string() ? role.get<std::string>() : "");
  for (const auto& [resource, members] : file["resources"].items())
    for (const auto& [how, names] : members.items())
      for (const Json& name : names) {
        auto& place = how == "kinds" ? out.by_kind_ : out.by_area_;
        if ((how != "kinds" && how != "areas") || !name.is_string()) return wrong("kinds or areas", resource);
        if (how == "kinds" && model::find_kind(name.get<std::string>()) == nullptr)
          return wrong("no such kind", resource + "." + name.get<std::string>());
        if (!place.emplace(name.get<std::string>(), resource).second)
          return wrong("named twice", resource + "." + name.get<std::string>());
      }
  for (const auto& [resource, by_role] : file["matrix"].items())
    for (const auto& [role, reaches] : by_role.items()) {
      if (std::find(out.roles_.begin(), out.roles_.end(), role) == out.roles_.end())
        return wrong("no such role", resource + "." + role);
      HAMDIL_TRY(out.matrix_[resource][role], reaches_of(reaches, resource + "." + role));
    }
  for (const Json& name : file["everywhere"]) {
    const std::vector<std::string> words = text::split(name.is_string() ? name.get<std::string>() : "", ' ');
    const auto deed = words.size() == 2 ? index_of(kDeedNames, words[1]) : std::nullopt;
    if (!out.matrix_.contains(words[0]) || words.size() > 2 || (words.size() == 2 && !deed))
      return wrong("a resource, or a resource and a deed, are expected", "everywhere");
    auto& deeds = out.everywhere_[words[0]];
    if (deed)
      deeds[*deed] = true;
    else
      deeds.fill(true);
  }
  for (const auto& [operation, text] : file["routes"].items()) {
    HAMDIL_TRY(const RouteRule rule, rule_of(text.is_string() ? text.get<std::string>() : "", operation));
    if (rule.kind == RouteRule::Kind::kResource && !out.matrix_.contains(rule.resource))
      return wrong("no such resource", operation);
    out.routes_[operation] = rule;
  }
  for (const auto& [kind, field] : file["through"].items()) {
    const model::KindDefinition* definition = model::find_kind(kind);
    if (definition == nullptr || !field.is_string() || definition->find(field.get<std::string>()) == nullptr ||
        definition->find(field.get<std::string>())->refers_to.empty())
      return wrong("no such reference", "through." + kind);
    out.through_[kind] = field.get<std::string>();
  }
  return out;
}

const Policy& Policy::built_in() {
  static const Policy kPolicy = [] {
    auto parsed = parse(find_embedded("access-policy.yaml").value_or(""));
    return parsed ? std::move(*parsed) : Policy();  // a policy that is wrong closes everything; its test says where
  }();
  return kPolicy;
}

std::string Policy::resource_of(const std::string& kind) const {
  if (const auto found = by_kind_.find(kind); found != by_kind_.end()) return found->second;
  const model::KindDefinition* definition = model::find_kind(kind);
  const auto found = definition == nullptr ? by_area_.end() : by_area_.find(definition->area);
  return found == by_area_.end() ? std::string() : found->second;
}

namespace {

bool is_everywhere(const Grant& grant) { return grant.programme.empty() && grant.districts.empty(); }

}  // namespace

Reach Policy::reach(const std::string& role, const std::string& resource, Deed deed) const {
  const auto row = matrix_.find(resource);
  if (row == matrix_.end()) return Reach::kNone;
  const auto cell = row->second.find(role);
  return cell == row->second.end() ? Reach::kNone : cell->second[static_cast<std::size_t>(deed)];
}

Reach Policy::reach(const std::vector<Grant>& grants, const std::string& resource, Deed deed) const {
  Reach out = Reach::kNone;
  for (const Grant& grant : grants)
    if (!needs_everywhere(resource, deed) || is_everywhere(grant))
      out = std::max(out, reach(grant.role, resource, deed));
  return out;
}

bool Policy::needs_everywhere(const std::string& resource, Deed deed) const {
  const auto found = everywhere_.find(resource);
  return found != everywhere_.end() && found->second[static_cast<std::size_t>(deed)];
}

Error for_all_districts_only() {
  return Error("access.product.everywhere",
               "This works on the answers of all districts, and your role is for some of them.")
      .advise("Ask somebody whose role is for all districts and programmes, or an administrator for such a role.");
}

std::optional<RouteRule> Policy::route(const std::string& operation) const {
  const auto found = routes_.find(operation);
  return found == routes_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Policy::operations() const {
  std::vector<std::string> out;
  for (const auto& [operation, rule] : routes_) out.push_back(operation);
  return out;
}

store::ViewTable Policy::view(const std::string& who, const std::vector<Grant>& grants) const {
  store::ViewTable out;
  out.who = who;
  out.through = through_;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    const std::string resource = resource_of(kind.name);
    auto& scopes = out.kinds[kind.name];
    for (const Grant& grant : grants)
      for (std::size_t deed = 0; deed < store::kDeeds; ++deed) {
        const Reach reach = this->reach(grant.role, resource, static_cast<Deed>(deed));
        if (reach == Reach::kNone || (needs_everywhere(resource, static_cast<Deed>(deed)) && !is_everywhere(grant)))
          continue;
        store::Scope scope;
        scope.programme = grant.programme;
        scope.own = reach == Reach::kOwn;
        if (reach == Reach::kDistrict || reach == Reach::kDistrictPlus) scope.districts = grant.districts;
        scope.unplaced = reach == Reach::kDistrictPlus;
        scopes[deed].push_back(std::move(scope));
      }
  }
  return out;
}

}  // namespace hamdil::services::accounts
