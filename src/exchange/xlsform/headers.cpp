#include "exchange/xlsform/headers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using Alias = std::pair<std::string_view, std::string_view>;

constexpr std::array<Alias, 66> kSurvey = {{
    {"type", "type"},
    {"command", "type"},
    {"name", "name"},
    {"tag", "name"},
    {"value", "name"},
    {"label", "label"},
    {"caption", "label"},
    {"hint", "hint"},
    {"guidance_hint", "guidance_hint"},
    {"relevant", "relevant"},
    {"relevance", "relevant"},
    {"constraint", "constraint"},
    {"constraint_message", "constraint_message"},
    {"constraining_message", "constraint_message"},
    {"constraintmsg", "constraint_message"},
    {"required", "required"},
    {"required_message", "required_message"},
    {"requiredmsg", "required_message"},
    {"required_msg", "required_message"},
    {"calculation", "calculation"},
    {"calculate", "calculation"},
    {"default", "default"},
    {"trigger", "trigger"},
    {"read_only", "read_only"},
    {"readonly", "read_only"},
    {"appearance", "appearance"},
    {"parameters", "parameters"},
    {"choice_filter", "choice_filter"},
    {"count", "repeat_count"},
    {"repeat_count", "repeat_count"},
    {"jr:count", "repeat_count"},
    {"save_to", "save_to"},
    {"image", "media::image"},
    {"big-image", "media::big-image"},
    {"audio", "media::audio"},
    {"video", "media::video"},
    {"media::image", "media::image"},
    {"media::big-image", "media::big-image"},
    {"media::audio", "media::audio"},
    {"media::video", "media::video"},
    {"bind::relevant", "relevant"},
    {"bind::constraint", "constraint"},
    {"bind::required", "required"},
    {"bind::readonly", "read_only"},
    {"bind::calculate", "calculation"},
    {"bind::jr:constraintmsg", "constraint_message"},
    {"bind::jr:requiredmsg", "required_message"},
    {"bind::entities:saveto", "save_to"},
    {"body::appearance", "appearance"},
    {"control::appearance", "appearance"},
    {"body::jr:count", "repeat_count"},
    {"control::jr:count", "repeat_count"},
    {"noapperrorstring", "bind::jr:noAppErrorString"},
    {"compact_tag", "instance::odk:tag"},
    {"autoplay", "control::autoplay"},
    {"rows", "control::rows"},
    {"intent", "intent"},
    {"disabled", "disabled"},
    {"disable", "disabled"},
    {"note", "comment"},
    {"comment", "comment"},
    {"comments", "comment"},
    {"sms_field", "sms_field"},
    {"sms_option", "sms_option"},
    {"list_name", "list_name"},
    {"query", "query"},
}};

constexpr std::array<Alias, 13> kChoices = {{
    {"list_name", "list_name"},
    {"name", "name"},
    {"value", "name"},
    {"label", "label"},
    {"caption", "label"},
    {"image", "media::image"},
    {"big-image", "media::big-image"},
    {"audio", "media::audio"},
    {"video", "media::video"},
    {"media::image", "media::image"},
    {"media::big-image", "media::big-image"},
    {"media::audio", "media::audio"},
    {"media::video", "media::video"},
}};

constexpr std::array<Alias, 20> kSettings = {{
    {"form_title", "form_title"},
    {"title", "form_title"},
    {"set_form_title", "form_title"},
    {"form_id", "form_id"},
    {"id_string", "form_id"},
    {"set_form_id", "form_id"},
    {"version", "version"},
    {"default_language", "default_language"},
    {"instance_name", "instance_name"},
    {"style", "style"},
    {"public_key", "public_key"},
    {"submission_url", "submission_url"},
    {"allow_choice_duplicates", "allow_choice_duplicates"},
    {"name", "name"},
    {"namespaces", "namespaces"},
    {"auto_send", "auto_send"},
    {"auto_delete", "auto_delete"},
    {"client_editable", "client_editable"},
    {"omit_instanceid", "omit_instanceID"},
    {"flat", "flat"},
}};

constexpr std::array<Alias, 8> kEntities = {{
    {"list_name", "list_name"},
    {"dataset", "list_name"},
    {"label", "label"},
    {"entity_id", "entity_id"},
    {"create_if", "create_if"},
    {"update_if", "update_if"},
    {"repeat", "repeat"},
    {"entities", "list_name"},
}};

template <std::size_t N>
std::optional<std::string> look_up(const std::array<Alias, N>& table, std::string_view word) {
  for (const auto& [from, to] : table)
    if (from == word) return std::string(to);
  return std::nullopt;
}

std::optional<std::string> canonical(SheetKind sheet, std::string_view word) {
  switch (sheet) {
    case SheetKind::kSurvey:
      return look_up(kSurvey, word);
    case SheetKind::kChoices:
      return look_up(kChoices, word);
    case SheetKind::kSettings:
      return look_up(kSettings, word);
    case SheetKind::kEntities:
      return look_up(kEntities, word);
  }
  return std::nullopt;
}

// "Constraint Message " and "constraint_message" are one.
std::string plain(std::string_view header) {
  std::string out = text::to_lower_ascii(text::join(text::split_words(text::trim(header)), "_"));
  return out;
}

std::vector<std::string> cut(std::string_view header, std::string_view separator) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t at = header.find(separator);
    out.push_back(text::trim(header.substr(0, at)));
    if (at == std::string_view::npos) return out;
    header.remove_prefix(at + separator.size());
  }
}

bool takes_language(std::string_view field) {
  return field == "label" || field == "hint" || field == "guidance_hint" || field == "constraint_message" ||
         field == "required_message" || field.starts_with("media::") || field == "bind::jr:noAppErrorString";
}

ColumnRole read_header(const std::string& cell, SheetKind sheet, bool has_double_colon) {
  const std::string header = text::trim(cell);
  if (const auto whole = canonical(sheet, plain(header))) return {*whole, "", true};
  const std::vector<std::string> parts = cut(header, has_double_colon ? "::" : ":");
  if (parts.size() > 1) {
    const std::string first = plain(parts[0]);
    // media::image::French, bind::jr:constraintMsg::French
    if (const auto pair = canonical(sheet, first + "::" + plain(parts[1])))
      return {*pair, parts.size() > 2 ? parts[2] : "", true};
    if (const auto single = canonical(sheet, first); single && takes_language(*single))
      return {*single, parts[1], true};
    if (sheet == SheetKind::kSurvey &&
        (first == "bind" || first == "control" || first == "body" || first == "instance"))
      return {(first == "body" ? "control" : first) + "::" + parts[1], parts.size() > 2 ? parts[2] : "", true};
    if (sheet == SheetKind::kSettings && first == "attribute") return {"attribute::" + parts[1], "", true};
  }
  return {header, "", false};
}

}  // namespace

std::vector<ColumnRole> read_headers(const std::vector<std::string>& header, SheetKind sheet) {
  const bool has_double_colon = std::any_of(
      header.begin(), header.end(), [](const std::string& cell) { return cell.find("::") != std::string::npos; });
  std::vector<ColumnRole> out;
  for (const std::string& cell : header) out.push_back(read_header(cell, sheet, has_double_colon));
  return out;
}

}  // namespace hamdil::exchange::xlsform
