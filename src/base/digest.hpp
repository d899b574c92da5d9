// Hashes for integrity and content addresses (libsodium), and identifiers.
#pragma once

#include <string>
#include <string_view>

namespace hamdil {

// BLAKE2b-256 of the bytes as 64 lower-case hexadecimal digits.
std::string digest_hex(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
// BLAKE2b-256 keyed with `key` (16 to 64 bytes): what stands for a thing without telling it to those who lack the key.
std::string keyed_digest_hex(std::string_view bytes, std::string_view key);
std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view hex);  // empty when it is not hexadecimal

}  // namespace hamdil
