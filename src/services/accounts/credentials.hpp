// Passwords, second factors and recovery codes: libsodium's Argon2id and the OATH toolkit's TOTP (RFC 6238).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil::services::accounts {

// What one hash costs. The moderate one of libsodium: 256 MB and most of a second.
struct HashCost {
  unsigned long long operations = 0;
  std::size_t memory = 0;
  static HashCost moderate();
  static HashCost least();  // for tests
};

// Argon2id with its salt and cost, as text. Codes access.password.memory, and those of check_new_password.
Result<std::string> hash_password(std::string_view password, const HashCost& cost);
// In a time that does not depend on the password. False for an empty hash, after the same work with one of nobody.
bool verify_password(const std::string& hash, std::string_view password, const HashCost& cost);
bool needs_rehash(const std::string& hash, const HashCost& cost);
// Codes access.password.short (12 characters), .long (1,000 bytes), .known (the login, or one letter repeated).
Status check_new_password(std::string_view password, std::string_view login);

// 20 random bytes in base 32: what an authenticator app is told.
std::string new_totp_secret();
std::string totp_address(const std::string& secret, const std::string& login, const std::string& workspace);
// The time step in which the code is right, at most one step off; none when it is wrong or not after `last`: a code
// serves once.
std::optional<std::int64_t> check_totp(const std::string& secret, std::string_view code, std::int64_t now,
                                       std::int64_t last);
// The code of a moment, for tests and for nobody else.
std::string totp_code(const std::string& secret, std::int64_t now);

// Ten codes of 50 bits each, "abcde-fghjk"; shown once and kept as keyed digests.
std::vector<std::string> new_recovery_codes();
std::string digest_of_recovery_code(std::string_view code, std::string_view key);

// A secret of 256 bits as 64 hexadecimal digits, and what is kept of it.
std::string new_secret();
std::string digest_of_secret(std::string_view secret, std::string_view key);
bool same_digest(std::string_view a, std::string_view b);  // in constant time
// Six digits, each as likely as the others.
std::string new_pin();

}  // namespace hamdil::services::accounts
