// digest(text, algorithm, encoding): what forms use to make keys out of answers. Not for security: MD5 and SHA-1 are
// here because forms ask for them.
#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "base/digest.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::xpath {
namespace {

// The bytes with the padding that MD5 and SHA-1 share: a one, zeros, the length in bits.
std::string padded(std::string_view bytes, bool is_big_endian) {
  std::string out(bytes);
  out.push_back(static_cast<char>(0x80));
  while (out.size() % 64 != 56) out.push_back('\0');
  const std::uint64_t bits = static_cast<std::uint64_t>(bytes.size()) * 8;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(bits >> (is_big_endian ? 56 - 8 * i : 8 * i) & 0xFF));
  return out;
}

std::uint32_t word_at(const std::string& bytes, std::size_t at, bool is_big_endian) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i)
    out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]))
           << (is_big_endian ? 24 - 8 * i : 8 * i);
  return out;
}

template <std::size_t kWords>
std::string bytes_of(const std::array<std::uint32_t, kWords>& words, bool is_big_endian) {
  std::string out;
  for (const std::uint32_t word : words)
    for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(word >> (is_big_endian ? 24 - 8 * i : 8 * i) & 0xFF));
  return out;
}

// RFC 1321.
std::string md5(std::string_view bytes) {
  static constexpr std::array<std::array<int, 4>, 4> kShifts = {
      {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}};
  std::array<std::uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const std::string message = padded(bytes, false);
  for (std::size_t block = 0; block < message.size(); block += 64) {
    auto [a, b, c, d] = state;
    for (unsigned i = 0; i < 64; ++i) {
      const unsigned round = i / 16;
      const std::uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                                  : round == 1 ? (d & b) | (~d & c)
                                  : round == 2 ? b ^ c ^ d
                                               : c ^ (b | ~d);
      const unsigned part = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : 7 * i % 16;
      const auto constant = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(i + 1.0)) * 4294967296.0));
      const std::uint32_t sum = a + mixed + constant + word_at(message, block + 4 * part, false);
      a = d;
      d = c;
      c = b;
      b += std::rotl(sum, kShifts[round][i % 4]);
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
  }
  return bytes_of(state, false);
}

// RFC 3174.
std::string sha1(std::string_view bytes) {
  std::array<std::uint32_t, 5> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const std::string message = padded(bytes, true);
  for (std::size_t block = 0; block < message.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 80; ++i)
      w[i] = i < 16 ? word_at(message, block + 4 * i, true) : std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < 80; ++i) {
      const std::uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                                  : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                                  : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                           : (b ^ c ^ d) + 0xca62c1d6;
      const std::uint32_t next = std::rotl(a, 5) + mixed + e + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
  }
  return bytes_of(state, true);
}

std::string sha512(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha512_BYTES> out{};
  crypto_hash_sha512(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

// SHA-512 from another beginning, cut short (FIPS 180-4, 5.3.4).
std::string sha384(std::string_view bytes) {
  constexpr std::array<std::uint64_t, 8> kBeginning = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                                       0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                                       0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  std::copy(kBeginning.begin(), kBeginning.end(), state.state);
  crypto_hash_sha512_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  std::array<unsigned char, crypto_hash_sha512_BYTES> out{};
  crypto_hash_sha512_final(&state, out.data());
  return {reinterpret_cast<const char*>(out.data()), 48};
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out.push_back(i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63]);
  }
  return out;
}

Value digest(Call& call) {
  const std::string text = call.text(0);
  const std::string algorithm = call.text(1);
  const std::string encoding = call.count() > 2 ? call.text(2) : "base64";
  std::string out;
  if (algorithm == "MD5")
    out = md5(text);
  else if (algorithm == "SHA-1")
    out = sha1(text);
  else if (algorithm == "SHA-256")
    out = from_hex(sha256_hex(text));
  else if (algorithm == "SHA-384")
    out = sha384(text);
  else if (algorithm == "SHA-512")
    out = sha512(text);
  else
    return call.unavailable();
  return Value::of(encoding == "hex" ? to_hex(out) : base64(out));
}

}  // namespace

std::vector<Function> digest_functions() { return {{"digest", 2, 3, digest, false}}; }

}  // namespace hamdil::exchange::xpath
