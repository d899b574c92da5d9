#include "services/records/fresh_id.hpp"

#include "protect/seal.hpp"

namespace hamdil::services::records {

std::string fresh_id() {
  static constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id;
  for (const char byte : protect::random_bytes(16)) id += kLetters[static_cast<unsigned char>(byte) & 31];
  return id;
}

}  // namespace hamdil::services::records
