// Sealing: authenticated encryption of what must not be read without the workspace's key (libsodium; no primitive of
// our own).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hamdil::protect {

// A 256-bit secret. Wiped when destroyed; never printed, logged or copied by accident.
class SecretKey {
 public:
  static constexpr std::size_t kSize = 32;

  SecretKey() = default;  // all zero: "no key"
  static SecretKey random();
  static Result<SecretKey> from_bytes(std::string_view bytes);
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  ~SecretKey();

  // A key for one purpose, from which the others and this one cannot be found (keyed BLAKE2b over the purpose).
  SecretKey derive(std::string_view purpose) const;
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  bool empty() const;

 private:
  std::array<unsigned char, kSize> bytes_{};
};

// XChaCha20-Poly1305 with a random 192-bit nonce in front. `context` is authenticated, not stored: it ties the bytes to
// their place, so that a sealed block copied elsewhere does not open.
std::string seal(std::string_view plain, const SecretKey& key, std::string_view context);
// Code protect.seal.broken: another key, another place, or changed bytes.
Result<std::string> unseal(std::string_view sealed, const SecretKey& key, std::string_view context);

// Argon2id over a passphrase. `salt` has kSaltSize random bytes.
inline constexpr std::size_t kSaltSize = 16;
Result<SecretKey> key_from_passphrase(std::string_view passphrase, std::string_view salt);
std::string random_bytes(std::size_t count);

// A key as text that a person can write down: eight groups of eight letters and digits, without 0 O 1 I, with a check
// at the end.
std::string key_to_words(const SecretKey& key);
// Code protect.key.mistyped.
Result<SecretKey> key_from_words(std::string_view words);

}  // namespace hamdil::protect
