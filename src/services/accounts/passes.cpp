#include "services/accounts/passes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "protect/seal.hpp"
#include "services/accounts/credentials.hpp"

namespace hamdil::services::accounts {
namespace {

constexpr const char* kArea = "pass";
constexpr std::size_t kMostOfAccount = 50;  // the oldest ends when there is one more
constexpr std::int64_t kTidyPause = 300;

bool serves(const Pass& pass, std::int64_t now) {
  return (pass.expires == 0 || now < pass.expires) && (pass.idle == 0 || now < pass.used + pass.idle);
}

std::string as_kept(const Pass& pass) {
  return Json{{"kind", static_cast<int>(pass.kind)},
              {"id", pass.id},
              {"account", pass.account},
              {"label", pass.label},
              {"created", pass.created},
              {"used", pass.used},
              {"expires", pass.expires},
              {"idle", pass.idle},
              {"roles", pass.roles},
              {"more", pass.more}}
      .dump();
}

Pass from_kept(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  Pass out;
  if (!json.is_object()) return out;
  out.kind = static_cast<Pass::Kind>(std::clamp(json.value("kind", 0), 0, 3));
  out.id = json.value("id", "");
  out.account = json.value("account", "");
  out.label = json.value("label", "");
  out.created = json.value("created", std::int64_t{0});
  out.used = json.value("used", std::int64_t{0});
  out.expires = json.value("expires", std::int64_t{1});
  out.idle = json.value("idle", std::int64_t{0});
  out.roles = json.value("roles", std::vector<std::string>());
  out.more = json.value("more", "{}");
  return out;
}

}  // namespace

Json to_json(const Pass& pass) {
  return {{"id", pass.id},
          {"label", pass.label},
          {"created_at", format_timestamp(pass.created)},
          {"used_at", format_timestamp(pass.used)},
          {"expires_at", pass.expires == 0 ? "" : format_timestamp(pass.expires)},
          {"roles", pass.roles}};
}

Result<std::unique_ptr<Passes>> Passes::open(store::Workspace& workspace) {
  auto out = std::make_unique<Passes>();
  HAMDIL_TRY(const auto keys, workspace.secrets("access"));
  if (const auto found = keys.find("key"); found != keys.end()) {
    out->key_ = found->second;
  } else {
    out->key_ = protect::random_bytes(32);
    HAMDIL_CHECK(workspace.put_secret("access", "key", out->key_));
  }
  HAMDIL_TRY(const auto kept, workspace.secrets(kArea));
  for (const auto& [digest, text] : kept) out->passes_[digest] = from_kept(text);
  return out;
}

Status Passes::write(store::Workspace& workspace, const std::string& digest, const Pass& pass) {
  return workspace.put_secret(kArea, digest, as_kept(pass));
}

Result<std::string> Passes::issue(store::Workspace& workspace, Pass pass) {
  const std::string secret = new_secret();
  const std::string digest = digest_of_secret(secret, key_);
  pass.id = to_hex(protect::random_bytes(8));
  pass.used = pass.created;
  HAMDIL_CHECK(write(workspace, digest, pass));
  std::vector<std::string> surplus;
  {
    const std::lock_guard lock(mutex_);
    passes_[digest] = pass;
    std::vector<std::pair<std::int64_t, std::string>> same;
    for (const auto& [key, other] : passes_)
      if (pass.kind != Pass::Kind::kLink && other.kind == pass.kind && other.account == pass.account &&
          !pass.account.empty() && key != digest)  // the new one stays, whatever was used in the same second
        same.emplace_back(other.used, key);
    std::sort(same.begin(), same.end());
    for (std::size_t i = 0; same.size() >= kMostOfAccount && i <= same.size() - kMostOfAccount; ++i) {
      passes_.erase(same[i].second);
      ++ended_;
      surplus.push_back(same[i].second);
    }
  }
  for (const std::string& old : surplus) HAMDIL_CHECK(workspace.drop_secret(kArea, old));
  return secret;
}

std::optional<Pass> Passes::use(Pass::Kind kind, std::string_view secret, std::int64_t now, bool counts) {
  if (secret.size() != 64) return std::nullopt;
  const std::string digest = digest_of_secret(secret, key_);
  const std::lock_guard lock(mutex_);
  const auto found = passes_.find(digest);
  if (found == passes_.end() || found->second.kind != kind || !serves(found->second, now)) return std::nullopt;
  if (counts) found->second.used = std::max(found->second.used, now);
  return found->second;
}

std::optional<Pass> Passes::find(const std::string& id, std::int64_t now) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [digest, pass] : passes_)
    if (pass.id == id && serves(pass, now)) return pass;
  return std::nullopt;
}

std::vector<Pass> Passes::all(Pass::Kind kind, std::int64_t now, const std::string& account) const {
  const std::lock_guard lock(mutex_);
  std::vector<Pass> out;
  for (const auto& [digest, pass] : passes_)
    if (pass.kind == kind && serves(pass, now) && (account.empty() || pass.account == account)) out.push_back(pass);
  std::sort(out.begin(), out.end(), [](const Pass& a, const Pass& b) { return a.used > b.used; });
  return out;
}

Result<bool> Passes::end(store::Workspace& workspace, Pass::Kind kind, const std::string& id) {
  std::string digest;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(passes_.begin(), passes_.end(), [&](const auto& entry) {
      return entry.second.kind == kind && entry.second.id == id;
    });
    if (found == passes_.end()) return false;
    digest = found->first;
    passes_.erase(found);
    ++ended_;
  }
  HAMDIL_CHECK(workspace.drop_secret(kArea, digest));
  return true;
}

Status Passes::end_all(store::Workspace& workspace, const std::string& account, const std::string& but) {
  std::vector<std::string> ended;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [digest, pass] : passes_)
      if (pass.account == account && pass.id != but &&
          (pass.kind == Pass::Kind::kSession || pass.kind == Pass::Kind::kToken || pass.kind == Pass::Kind::kLink))
        ended.push_back(digest);
    for (const std::string& digest : ended) passes_.erase(digest);
    ended_ += ended.size();
  }
  for (const std::string& digest : ended) HAMDIL_CHECK(workspace.drop_secret(kArea, digest));
  return Done{};
}

Status Passes::tidy(store::Workspace& workspace, std::int64_t now) {
  std::map<std::string, Pass> used;
  std::vector<std::string> ended;
  {
    const std::lock_guard lock(mutex_);
    if (now < tidied_ + kTidyPause) return Done{};
    for (const auto& [digest, pass] : passes_) {
      if (!serves(pass, now)) ended.push_back(digest);
      if (serves(pass, now) && pass.used >= tidied_) used[digest] = pass;
    }
    for (const std::string& digest : ended) passes_.erase(digest);
    ended_ += ended.size();
    tidied_ = now;
  }
  for (const std::string& digest : ended) HAMDIL_CHECK(workspace.drop_secret(kArea, digest));
  for (const auto& [digest, pass] : used) HAMDIL_CHECK(write(workspace, digest, pass));
  return Done{};
}

}  // namespace hamdil::services::accounts
