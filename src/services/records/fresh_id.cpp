#include "services/records/fresh_id.hpp"

#include <algorithm>

#include "protect/seal.hpp"

namespace hamdil::services::records {

std::string fresh_id() {
  static constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id;
  for (const char byte : protect::random_bytes(16)) id += kLetters[static_cast<unsigned char>(byte) & 31];
  return id;
}

bool is_id(std::string_view text) {
  return text.size() == 16 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace hamdil::services::records
