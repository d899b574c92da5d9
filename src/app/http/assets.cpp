#include "app/http/assets.hpp"

#include <map>
#include <span>

#include "app/http/problem.hpp"
#include "base/digest.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"

namespace hamdil {
std::span<const EmbeddedFile> embedded_web();  // made by cmake/embed.cmake
}

namespace hamdil::http {
namespace {

struct Asset {
  std::string_view bytes;
  std::string_view gzip;  // empty: there is none
  std::string etag;
};

const std::map<std::string, Asset, std::less<>>& assets() {
  static const auto kAssets = [] {
    std::map<std::string, Asset, std::less<>> out;
    for (const EmbeddedFile& file : embedded_web()) {
      std::string name = "/" + std::string(file.name);
      if (name.ends_with(".gz"))
        out[name.substr(0, name.size() - 3)].gzip = file.bytes;
      else
        out[name].bytes = file.bytes;
    }
    for (auto& [name, asset] : out) asset.etag = '"' + digest_hex(asset.bytes).substr(0, 24) + '"';
    return out;
  }();
  return kAssets;
}

// "index-B8d2k1Zx.js": eight or more letters and digits after the last hyphen or point before the ending.
bool has_digest(std::string_view name) {
  const std::size_t point = name.rfind('.');
  if (!name.starts_with("/assets/") || point == std::string_view::npos) return false;
  const std::size_t hyphen = name.substr(0, point).find_last_of("-.");
  return hyphen != std::string_view::npos && point - hyphen > 8;
}

bool takes_gzip(const Request& request) {
  for (const std::string& part : text::split(request.header("accept-encoding"), ',')) {
    const std::string trimmed = text::trim(part);
    if (trimmed == "gzip" || (trimmed.starts_with("gzip;") && trimmed.find("q=0") == std::string::npos)) return true;
  }
  return false;
}

}  // namespace

std::string content_type_of(std::string_view name) {
  static const std::map<std::string_view, std::string> kTypes = {
      {"html", "text/html; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"json", "application/json; charset=utf-8"},
      {"map", "application/json; charset=utf-8"},
      {"txt", "text/plain; charset=utf-8"},
      {"csv", "text/csv; charset=utf-8"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"ico", "image/x-icon"},
      {"woff2", "font/woff2"},
      {"woff", "font/woff"},
      {"ttf", "font/ttf"},
      {"wasm", "application/wasm"},
      {"webmanifest", "application/manifest+json"},
      {"pdf", "application/pdf"},
      {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}};
  const auto found = kTypes.find(name.substr(name.rfind('.') + 1));
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

Response asset_response(const Request& request, const std::string& path) {
  std::string decoded;
  auto found = assets().end();
  if (decode_percent(path, false, decoded)) {
    const std::string last = decoded.substr(decoded.rfind('/') + 1);
    found = assets().find(decoded == "/" || last.find('.') == std::string::npos ? "/index.html" : decoded);
    if (decoded.starts_with("/assets/") && last.find('.') == std::string::npos) found = assets().end();
  }
  if (found == assets().end())
    return error_response(Error("http.unknown_address", "There is no such address."), "en", 404);
  const Asset& asset = found->second;
  Response out;
  out.with("Content-Type", content_type_of(found->first))
      .with("ETag", asset.etag)
      .with("Vary", "Accept-Encoding")
      .with("Cache-Control", has_digest(found->first) ? "public, max-age=31536000, immutable" : "no-cache");
  if (!asset.gzip.empty() && takes_gzip(request)) {
    out.with("Content-Encoding", "gzip");
    out.body = asset.gzip;
  } else {
    out.body = asset.bytes;
  }
  return out;
}

}  // namespace hamdil::http
