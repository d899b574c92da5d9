// The certificate of team mode: made by the program, signed by itself, kept sealed with the workspace.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::http {

struct Certificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// ECDSA on P-256, good for ten years from `now`, for these names and addresses. Code http.tls.
Result<Certificate> make_certificate(const std::vector<std::string>& names, std::int64_t now);
// SHA-256 as browsers show it, "AB:CD:..."; "" for what is no certificate.
std::string fingerprint_of(const Certificate& certificate);
// The names and addresses by which other computers may reach this one; loopback first.
std::vector<std::string> names_of_this_computer();

}  // namespace hamdil::http
