#include "services/jobs/orders.hpp"

#include <filesystem>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::services::jobs {
namespace {

constexpr std::size_t kMost = 128u << 20;  // an upload is at most 64 MB
constexpr const char* kArea = "jobs";

std::string context_of(const std::string& id) { return "order/" + id; }

}  // namespace

Result<Orders> Orders::open(store::Workspace& workspace) {
  Orders out;
  out.folder_ = workspace.path() + ".jobs";
  HAMDIL_TRY(const auto kept, workspace.secrets(kArea));
  std::string key = kept.contains("key") ? kept.at("key") : std::string();
  if (key.empty()) {
    key = protect::random_bytes(protect::SecretKey::kSize);
    HAMDIL_CHECK(workspace.put_secret(kArea, "key", key));
  }
  HAMDIL_TRY(out.key_, protect::SecretKey::from_bytes(key));
  return out;
}

// Every part stands behind its length.
Status Orders::keep(const std::string& id, const Order& order) const {
  HAMDIL_CHECK(make_folder(folder_));
  std::error_code ignored;
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ignored);
  std::string plain;
  for (const std::string* part : {&order.job, &order.specification, &order.upload})
    plain += std::to_string(part->size()) + "\n" + *part;
  return write_file(path_of(id), protect::seal(plain, key_, context_of(id)));
}

Result<Order> Orders::read(const std::string& id) const {
  HAMDIL_TRY(const std::string sealed, read_file(path_of(id), kMost));
  HAMDIL_TRY(const std::string plain, protect::unseal(sealed, key_, context_of(id)));
  Order out;
  std::size_t at = 0;
  for (std::string* part : {&out.job, &out.specification, &out.upload}) {
    const std::size_t line = plain.find('\n', at);
    const auto size = text::parse_integer(plain.substr(at, line - at));
    if (line == std::string::npos || !size)
      return Error("protect.seal.broken", "What was kept of this work is broken.");
    *part = plain.substr(line + 1, static_cast<std::size_t>(*size));
    at = line + 1 + part->size();
  }
  return out;
}

void Orders::forget(const std::string& id) const {
  std::error_code ignored;
  std::filesystem::remove(path_of(id), ignored);
  std::filesystem::remove(folder_, ignored);  // only where nothing is in it
}

std::vector<std::string> Orders::all() const {
  if (!is_folder(folder_)) return {};
  auto names = list_folder(folder_);
  return names ? std::move(*names) : std::vector<std::string>();
}

}  // namespace hamdil::services::jobs
