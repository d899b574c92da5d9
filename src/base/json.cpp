#include "base/json.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil {
namespace {

Error too_large(const std::string& name, std::size_t size, std::size_t limit) {
  return Error("base.json.too_large", "The text is {size} bytes long; at most {limit} are read.",
               {{"size", std::to_string(size)}, {"limit", std::to_string(limit)}})
      .at({.file = name});
}

// Counts brackets outside strings, so that a deeply nested text is refused before the recursive parser sees it.
bool nests_deeper(std::string_view bytes, std::size_t limit) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Json yaml_scalar(const YAML::Node& node) {
  const std::string& value = node.Scalar();
  if (node.Tag() == "!") return value;  // quoted
  if (value.empty() || value == "~" || value == "null") return nullptr;
  if (value == "true") return true;
  if (value == "false") return false;
  if (const auto integer = text::parse_integer(value)) return *integer;
  if (const auto number = text::parse_number(value)) return *number;
  return value;
}

// An alias can repeat a subtree: `budget` bounds the nodes written, so that a "billion laughs" document ends as an
// error.
bool yaml_to_json(const YAML::Node& node, std::size_t depth, std::size_t& budget, Json& out) {
  if (depth == 0 || budget == 0) return false;
  --budget;
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      out = yaml_scalar(node);
      return true;
    case YAML::NodeType::Sequence:
      out = Json::array();
      for (const auto& item : node) {
        out.push_back(nullptr);
        if (!yaml_to_json(item, depth - 1, budget, out.back())) return false;
      }
      return true;
    case YAML::NodeType::Map:
      out = Json::object();
      for (const auto& entry : node)
        if (!entry.first.IsScalar() || !yaml_to_json(entry.second, depth - 1, budget, out[entry.first.Scalar()]))
          return false;
      return true;
    default:
      out = nullptr;
      return true;
  }
}

}  // namespace

Result<Json> parse_json(std::string_view bytes, const std::string& name, const JsonLimits& limits) {
  if (bytes.size() > limits.bytes) return too_large(name, bytes.size(), limits.bytes);
  if (nests_deeper(bytes, limits.depth))
    return Error("base.json.too_deep", "The JSON is nested deeper than {limit} levels.",
                 {{"limit", std::to_string(limits.depth)}})
        .at({.file = name});
  try {
    return Json::parse(bytes.begin(), bytes.end());
  } catch (const nlohmann::json::parse_error& problem) {
    // The library's own text quotes the input, which may hold personal data: only the offset is kept.
    return Error("base.json.syntax", "This is not JSON: the text breaks off or goes wrong at byte {byte}.",
                 {{"byte", std::to_string(problem.byte)}})
        .at({.file = name});
  } catch (const nlohmann::json::out_of_range&) {
    return Error("base.json.number", "A number in it is larger than any that can be reckoned with.").at({.file = name});
  }
}

Result<Json> read_json_file(const std::string& path, const JsonLimits& limits) {
  HAMDIL_TRY(const std::string bytes, read_file(path, limits.bytes));
  return parse_json(bytes, path, limits);
}

Result<Json> parse_yaml(std::string_view bytes, const std::string& name, const JsonLimits& limits) {
  if (bytes.size() > limits.bytes) return too_large(name, bytes.size(), limits.bytes);
  try {
    const YAML::Node root = YAML::Load(std::string(bytes));
    Json out;
    std::size_t budget = 2'000'000;
    if (!yaml_to_json(root, limits.depth, budget, out))
      return Error("base.yaml.too_deep", "The YAML is nested too deep, too large, or uses a list as a key.")
          .at({.file = name});
    return out;
  } catch (const YAML::Exception& problem) {
    Where where{.file = name};
    if (!problem.mark.is_null()) {
      where.row = static_cast<std::size_t>(problem.mark.line + 1);
      where.column_name = std::to_string(problem.mark.column + 1);
    }
    return Error("base.yaml.syntax", "This is not YAML that can be read: {what}.", {{"what", problem.msg}})
        .at(std::move(where));
  }
}

Result<Json> read_yaml_file(const std::string& path, const JsonLimits& limits) {
  HAMDIL_TRY(const std::string bytes, read_file(path, limits.bytes));
  return parse_yaml(bytes, path, limits);
}

}  // namespace hamdil
