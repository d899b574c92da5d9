#include "base/digest.hpp"

#include <sodium.h>

#include <array>

namespace hamdil {
namespace {
const unsigned char* as_bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
}  // namespace

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return {};
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string digest_hex(std::string_view bytes) { return keyed_digest_hex(bytes, {}); }

std::string keyed_digest_hex(std::string_view bytes, std::string_view key) {
  std::array<unsigned char, 32> out{};
  crypto_generichash(out.data(), out.size(), as_bytes(bytes), bytes.size(), key.empty() ? nullptr : as_bytes(key),
                     key.size());
  return to_hex(std::string_view(reinterpret_cast<const char*>(out.data()), out.size()));
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> out{};
  crypto_hash_sha256(out.data(), as_bytes(bytes), bytes.size());
  return to_hex(std::string_view(reinterpret_cast<const char*>(out.data()), out.size()));
}

}  // namespace hamdil
