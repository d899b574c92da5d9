#include "app/http/access/tls.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"

namespace hamdil::http {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* thing) const {
    release(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Paper = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr std::int64_t kLife = 3650LL * 86'400;

Error failed() { return Error("http.tls", "A certificate for this server could not be made."); }

bool is_address(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool add_extension(X509* paper, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, paper, paper, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(paper, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

bool fill_in(X509* paper, EVP_PKEY* key, const std::string& alternatives, std::int64_t now) {
  const std::string serial = protect::random_bytes(16);
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), 15, nullptr);
  const bool numbered = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(paper)) != nullptr;
  BN_free(number);
  X509_NAME* name = X509_get_subject_name(paper);
  const auto* label = reinterpret_cast<const unsigned char*>("Hamdil");
  return numbered && X509_set_version(paper, 2) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(paper), static_cast<time_t>(now - 86'400)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(paper), static_cast<time_t>(now + kLife)) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, label, -1, -1, 0) == 1 &&
         X509_set_issuer_name(paper, name) == 1 && X509_set_pubkey(paper, key) == 1 &&
         add_extension(paper, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(paper, NID_key_usage, "critical,digitalSignature") &&
         add_extension(paper, NID_ext_key_usage, "serverAuth") &&
         add_extension(paper, NID_subject_alt_name, alternatives) && X509_sign(paper, key, EVP_sha256()) > 0;
}

}  // namespace

Result<Certificate> make_certificate(const std::vector<std::string>& names, std::int64_t now) {
  const Key key(EVP_EC_gen("P-256"));
  const Paper paper(X509_new());
  std::string alternatives;
  for (const std::string& name : names)
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  if (!key || !paper || !fill_in(paper.get(), key.get(), alternatives, now)) return failed();
  const Memory certificate(BIO_new(BIO_s_mem()));
  const Memory secret(BIO_new(BIO_s_secmem()));
  if (!certificate || !secret || PEM_write_bio_X509(certificate.get(), paper.get()) != 1 ||
      PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed();
  return Certificate{text_of(certificate.get()), text_of(secret.get())};
}

std::string fingerprint_of(const Certificate& given) {
  const Memory memory(BIO_new_mem_buf(given.certificate.data(), static_cast<int>(given.certificate.size())));
  const Paper paper(memory ? PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr) : nullptr);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!paper || X509_digest(paper.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
  const std::string hex = to_hex({reinterpret_cast<const char*>(digest.data()), size});
  std::string out;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i > 0 && i % 2 == 0) out += ':';
    out += static_cast<char>(hex[i] >= 'a' ? hex[i] - 32 : hex[i]);
  }
  return out;
}

std::vector<std::string> names_of_this_computer() {
  std::vector<std::string> out = {"127.0.0.1", "localhost"};
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) {
    const std::string name = text::to_lower_ascii(host.data());
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    if (is_name && name != "localhost") out.push_back(name);
    if (is_name && name.find('.') == std::string::npos && name != "localhost") out.push_back(name + ".local");
  }
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return out;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = one->ifa_addr->sa_family == AF_INET
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr)
                        : one->ifa_addr->sa_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr)
                            : nullptr;
    if (bytes == nullptr || ::inet_ntop(one->ifa_addr->sa_family, bytes, text.data(), text.size()) == nullptr) continue;
    if (std::find(out.begin(), out.end(), text.data()) == out.end()) out.emplace_back(text.data());
  }
  ::freeifaddrs(all);
  return out;
}

}  // namespace hamdil::http
