#include "protect/seal.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/digest.hpp"

namespace hamdil::protect {
namespace {

const unsigned char* as_bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* as_bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

// sodium_init is safe to call from several threads and again.
void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();  // no random source: going on would be unsafe
}

constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // 32 signs, without 0 O 1 I
constexpr std::size_t kCheckBytes = 3;                                      // 35 bytes = 56 signs of 5 bits

Error mistyped() {
  return Error("protect.key.mistyped", "This is not a recovery key of Hamdil.")
      .advise("Look for a letter left out or taken for another; the key holds no 0, O, 1 or I.");
}

}  // namespace

SecretKey SecretKey::random() {
  require_sodium();
  SecretKey key;
  randombytes_buf(key.bytes_.data(), key.bytes_.size());
  return key;
}

Result<SecretKey> SecretKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != kSize)
    return Error("protect.key.size", "A key has 32 bytes; this one has {size}.",
                 {{"size", std::to_string(bytes.size())}});
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) { sodium_memzero(other.bytes_.data(), kSize); }
SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    sodium_memzero(other.bytes_.data(), kSize);
  }
  return *this;
}
SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), kSize); }

bool SecretKey::empty() const { return sodium_is_zero(bytes_.data(), kSize) == 1; }

SecretKey SecretKey::derive(std::string_view purpose) const {
  SecretKey out;
  crypto_generichash(out.bytes_.data(), kSize, as_bytes(purpose), purpose.size(), bytes_.data(), kSize);
  return out;
}

std::string seal(std::string_view plain, const SecretKey& key, std::string_view context) {
  require_sodium();
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  std::string out(kNonce + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  randombytes_buf(out.data(), kNonce);
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(as_bytes(out) + kNonce, &size, as_bytes(plain), plain.size(),
                                             as_bytes(context), context.size(), nullptr, as_bytes(out),
                                             as_bytes(key.bytes()));
  return out;
}

Result<std::string> unseal(std::string_view sealed, const SecretKey& key, std::string_view context) {
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  const Error broken =
      Error("protect.seal.broken", "Sealed data does not open: the key is another one, or the bytes were changed.")
          .advise("Open the workspace with the key it was made with, or restore a backup and run hamdil verify.");
  if (sealed.size() < kNonce + kTag) return broken;
  std::string out(sealed.size() - kNonce - kTag, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(as_bytes(out), &size, nullptr, as_bytes(sealed) + kNonce,
                                                 sealed.size() - kNonce, as_bytes(context), context.size(),
                                                 as_bytes(sealed), as_bytes(key.bytes())) != 0)
    return broken;
  return out;
}

Result<SecretKey> key_from_passphrase(std::string_view passphrase, std::string_view salt) {
  require_sodium();
  std::string raw(SecretKey::kSize, '\0');
  if (salt.size() != crypto_pwhash_SALTBYTES ||
      crypto_pwhash(as_bytes(raw), raw.size(), passphrase.data(), passphrase.size(), as_bytes(salt),
                    crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                    crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error("protect.key.passphrase",
                 "The key cannot be made from the passphrase: 256 MB of memory are needed for a moment.");
  auto key = SecretKey::from_bytes(raw);
  sodium_memzero(raw.data(), raw.size());
  return key;
}

std::string random_bytes(std::size_t count) {
  require_sodium();
  std::string out(count, '\0');
  randombytes_buf(out.data(), count);
  return out;
}

std::string key_to_words(const SecretKey& key) {
  std::string bytes(key.bytes());
  bytes += from_hex(digest_hex(key.bytes())).substr(0, kCheckBytes);
  std::string signs;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      signs += kAlphabet[(buffer >> bits) & 31];
    }
  }
  std::string out;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    if (i > 0 && i % 7 == 0) out += '-';
    out += signs[i];
  }
  sodium_memzero(bytes.data(), bytes.size());
  return out;
}

Result<SecretKey> key_from_words(std::string_view words) {
  std::string bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (char c : words) {
    if (c == '-' || c == ' ' || c == '\n' || c == '\r') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return mistyped();
    buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((buffer >> bits) & 0xFF);
    }
  }
  if (bytes.size() != SecretKey::kSize + kCheckBytes) return mistyped();
  const std::string_view key(bytes.data(), SecretKey::kSize);
  if (from_hex(digest_hex(key)).substr(0, kCheckBytes) != bytes.substr(SecretKey::kSize)) return mistyped();
  return SecretKey::from_bytes(key);
}

}  // namespace hamdil::protect
