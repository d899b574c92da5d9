#include "services/accounts/credentials.hpp"

#include <liboath/oath.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"

namespace hamdil::services::accounts {
namespace {

constexpr unsigned kStep = 30;  // seconds
constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 1000;
constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";

bool ready() {
  static const bool works = sodium_init() >= 0 && ::oath_init() == OATH_OK;
  return works;
}

std::string totp_raw(const std::string& secret) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (!ready() || ::oath_base32_decode(secret.data(), secret.size(), &bytes, &size) != OATH_OK) return {};
  std::string out(bytes, size);
  sodium_memzero(bytes, size);
  std::free(bytes);
  return out;
}

std::string code_of_step(const std::string& raw, std::int64_t step) {
  std::array<char, 7> code{};
  if (::oath_hotp_generate(raw.data(), raw.size(), static_cast<std::uint64_t>(step), 6, false,
                           OATH_HOTP_DYNAMIC_TRUNCATION, code.data()) != OATH_OK)
    return {};
  return {code.data(), 6};
}

}  // namespace

HashCost HashCost::moderate() { return {crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE}; }
HashCost HashCost::least() { return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN}; }

Result<std::string> hash_password(std::string_view password, const HashCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (!ready() || crypto_pwhash_str(out.data(), password.data(), password.size(), cost.operations, cost.memory) != 0)
    return Error("access.password.memory", "There is not enough memory to keep a password safely: 256 MB are needed.");
  return std::string(out.data());
}

bool verify_password(const std::string& hash, std::string_view password, const HashCost& cost) {
  // Who has no account waits as long as who has one.
  static std::string nobody;
  if (hash.empty() && (nobody.empty() || needs_rehash(nobody, cost)))
    if (auto made = hash_password(new_secret(), cost)) nobody = *made;
  const std::string& tried = hash.empty() ? nobody : hash;
  const bool same = ready() && crypto_pwhash_str_verify(tried.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

bool needs_rehash(const std::string& hash, const HashCost& cost) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), cost.operations, cost.memory) != 0;
}

Status check_new_password(std::string_view password, std::string_view login) {
  std::size_t characters = 0;
  for (const char c : password) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  if (characters < kShortest)
    return Error("access.password.short", "A password has at least {count} characters.",
                 {{"count", std::to_string(kShortest)}})
        .at({.pointer = "/password"})
        .advise("Several words are easier to remember than signs.");
  if (password.size() > kLongest)
    return Error("access.password.long", "This password is too long.").at({.pointer = "/password"});
  const bool is_one_letter =
      std::all_of(password.begin(), password.end(), [&](char c) { return c == password.front(); });
  const std::string name = text::fold(std::string(login));  // empty where it is not known here
  if (is_one_letter || (!name.empty() && text::fold(std::string(password)).find(name) != std::string::npos))
    return Error("access.password.known", "This password is easily guessed.")
        .at({.pointer = "/password"})
        .advise("It must not hold the login.");
  return Done{};
}

std::string new_totp_secret() {
  static constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  for (const char byte : protect::random_bytes(32)) out += kBase32[static_cast<unsigned char>(byte) & 31];
  return out;
}

std::string totp_address(const std::string& secret, const std::string& login, const std::string& workspace) {
  const auto plain = [](const std::string& text) {
    std::string out;
    for (const char c : text)
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
          c == '_')
        out += c;
    return out;
  };
  return "otpauth://totp/Hamdil:" + plain(login) + "@" + plain(workspace) + "?secret=" + secret + "&issuer=Hamdil";
}

std::optional<std::int64_t> check_totp(const std::string& secret, std::string_view code, std::int64_t now,
                                       std::int64_t last) {
  const std::string raw = totp_raw(secret);
  if (raw.empty() || code.size() != 6) return std::nullopt;
  std::optional<std::int64_t> out;
  for (const std::int64_t step : {now / kStep - 1, now / kStep, now / kStep + 1}) {
    const std::string right = code_of_step(raw, step);
    if (right.size() == 6 && sodium_memcmp(right.data(), code.data(), 6) == 0 && step > last) out = step;
  }
  return out;
}

std::string totp_code(const std::string& secret, std::int64_t now) {
  return code_of_step(totp_raw(secret), now / kStep);
}

std::vector<std::string> new_recovery_codes() {
  ready();
  std::vector<std::string> out;
  for (int i = 0; i < 10; ++i) {
    std::string code;
    for (int letter = 0; letter < 10; ++letter) {
      if (letter == 5) code += '-';
      code += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
    }
    out.push_back(std::move(code));
  }
  return out;
}

std::string digest_of_recovery_code(std::string_view code, std::string_view key) {
  std::string plain;
  for (const char c : text::to_lower_ascii(std::string(code)))
    if (kLetters.find(c) != std::string_view::npos) plain += c;
  return keyed_digest_hex("recovery/" + plain, key);
}

std::string new_secret() { return to_hex(protect::random_bytes(32)); }
std::string digest_of_secret(std::string_view secret, std::string_view key) {
  return keyed_digest_hex("secret/" + std::string(secret), key);
}
bool same_digest(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string new_pin() {
  ready();
  std::string out = std::to_string(randombytes_uniform(1'000'000));
  return std::string(6 - out.size(), '0') + out;
}

}  // namespace hamdil::services::accounts
