// JSON in and out with limits. Include <nlohmann/json.hpp> only in .cpp files that build values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hamdil {

using Json = nlohmann::ordered_json;  // keeps the order of keys: same inputs, same bytes

struct JsonLimits {
  std::size_t bytes = 64u << 20;
  std::size_t depth = 128;
};

// Codes: base.json.too_large, base.json.too_deep, base.json.number (one that no number of ours holds), base.json.syntax
// (with the byte offset). `name` stands in the error's place.
Result<Json> parse_json(std::string_view bytes, const std::string& name, const JsonLimits& limits = {});
Result<Json> read_json_file(const std::string& path, const JsonLimits& limits = {});
// YAML (content files, study files) as the same tree: plain scalars become null, booleans, integers or numbers, quoted
// ones strings.
Result<Json> parse_yaml(std::string_view bytes, const std::string& name, const JsonLimits& limits = {});
Result<Json> read_yaml_file(const std::string& path, const JsonLimits& limits = {});

}  // namespace hamdil
