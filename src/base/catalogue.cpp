#include "base/catalogue.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace hamdil {

namespace {

std::string_view base_of(std::string_view language) { return language.substr(0, language.find('-')); }

// How a language writes numbers.
struct NumberStyle {
  std::string_view decimal = ".";
  std::string_view group = ",";
  std::string_view percent = "%";
  bool persian_digits = false;
};

NumberStyle style_of(std::string_view language) {
  const std::string_view base = base_of(language);
  if (base == "fa" || base == "prs" || base == "ps") return {"٫", "٬", "٪", true};
  if (base == "tg" || base == "ru" || base == "fr") return {",", "\u00A0", "\u00A0%", false};
  if (base == "es") return {",", "\u00A0", "\u00A0%", false};
  return {};
}

std::string grouped(std::string_view digits, std::string_view separator) {
  if (digits.size() <= 4) return std::string(digits);  // a four-digit number reads well without
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += separator;
    out += digits[i];
  }
  return out;
}

constexpr std::string_view kNotBegun = "not begun";

Result<Catalogue::File> parse_file(const std::string& name, const std::string& yaml) {
  HAMDIL_TRY(const Json tree, parse_yaml(yaml, name));
  const auto wrong = [&name] {
    return Error("base.catalogue.format", "A message file needs language, status and messages.").at({.file = name});
  };
  if (!tree.is_object() || !tree.contains("language") || !tree.contains("status") || !tree.contains("messages") ||
      !tree["language"].is_string() || !tree["status"].is_string() || !tree["messages"].is_object())
    return wrong();
  Catalogue::File file;
  file.language = tree["language"].get<std::string>();
  file.status = tree["status"].get<std::string>();
  for (const auto& [id, value] : tree["messages"].items()) {
    if (!value.is_string()) return wrong();
    file.messages[id] = value.get<std::string>();
    if (auto checked = message_arguments(file.messages[id]); !checked)
      return Error(checked.error()).at({.file = name, .pointer = "/messages/" + id});
  }
  if ((file.status == kNotBegun) != file.messages.empty()) return wrong();
  return file;
}

}  // namespace

bool is_right_to_left(std::string_view language) {
  const std::string_view base = base_of(language);
  return base == "fa" || base == "prs" || base == "ar" || base == "ps" || base == "ur" || base == "ckb";
}

const Catalogue& Catalogue::built_in() {
  static const Catalogue catalogue = [] {
    std::vector<std::pair<std::string, std::string>> files;
    for (const EmbeddedFile& file : embedded_content())
      if (file.name.starts_with("messages/")) files.emplace_back(file.name, file.bytes);
    auto parsed = parse(files);
    return parsed ? std::move(*parsed) : Catalogue();  // a broken built-in file is caught by the tests
  }();
  return catalogue;
}

Result<Catalogue> Catalogue::parse(const std::vector<std::pair<std::string, std::string>>& named_yaml) {
  Catalogue catalogue;
  for (const auto& [name, yaml] : named_yaml) {
    HAMDIL_TRY(File file, parse_file(name, yaml));
    File& whole = catalogue.files_.try_emplace(file.language, File{file.language, file.status, {}}).first->second;
    if (whole.status != file.status)
      return Error("base.catalogue.format", "All files of a language have the same status.").at({.file = name});
    for (auto& [id, pattern] : file.messages)
      if (!whole.messages.emplace(id, std::move(pattern)).second)
        return Error("base.catalogue.twice", "The message {id} stands in two files of the language.", {{"id", id}})
            .at({.file = name});
  }
  if (catalogue.file("en") == nullptr) return Error("base.catalogue.no_english", "There is no English message file.");
  return catalogue;
}

std::vector<std::string> Catalogue::languages() const {
  std::vector<std::string> out;
  for (const auto& [language, file] : files_)
    if (file.status != kNotBegun) out.push_back(language);
  return out;
}

std::vector<std::string> Catalogue::planned() const {
  std::vector<std::string> out;
  for (const auto& [language, file] : files_) out.push_back(language);
  return out;
}

const Catalogue::File* Catalogue::file(std::string_view language) const {
  const auto found = files_.find(language);
  return found == files_.end() ? nullptr : &found->second;
}

const std::string* Catalogue::find(std::string_view language, std::string_view id) const {
  const File* messages = file(language);
  if (messages == nullptr) return nullptr;
  const auto found = messages->messages.find(std::string(id));
  return found == messages->messages.end() ? nullptr : &found->second;
}

const std::string* Catalogue::find_or_english(std::string_view language, std::string_view id) const {
  const std::string* own = find(language, id);
  return own != nullptr ? own : find("en", id);
}

std::vector<Piece> Catalogue::pieces(std::string_view language, std::string_view id, const Choices& choices) const {
  const std::string* own = find(language, id);
  const std::string* pattern = own != nullptr ? own : find("en", id);
  const Piece unknown{false, std::string("[").append(id).append("]")};
  if (pattern == nullptr) return {unknown};
  auto pieces = message_pieces(*pattern, own != nullptr ? language : "en", choices);
  return pieces ? std::move(*pieces) : std::vector<Piece>{unknown};
}

std::string Catalogue::text(std::string_view language, std::string_view id, const Error::Args& args,
                            const Choices& choices) const {
  std::string out;
  for (const Piece& piece : pieces(language, id, choices))
    out += piece.is_argument ? fill("{" + piece.text + "}", args) : piece.text;
  return out;
}

std::string Catalogue::error_text(std::string_view language, const Error& error) const {
  const std::string* pattern = find(language, error.code);
  return pattern == nullptr ? error.message() : fill(*pattern, error.args);
}

std::string with_own_digits(std::string_view language, std::string_view text) {
  if (!style_of(language).persian_digits) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      out += c;
      continue;
    }
    out += "\xDB";  // U+06F0 to U+06F9
    out += static_cast<char>(0xB0 + (c - '0'));
  }
  return out;
}

std::string write_number(std::string_view language, double value, int decimals) {
  if (std::isnan(value)) return {};
  const NumberStyle style = style_of(language);
  std::string plain = text::format_fixed(value, decimals);
  std::string out;
  if (plain.starts_with('-')) {
    out = "\u2212";
    plain.erase(0, 1);
  }
  const std::size_t point = plain.find('.');
  out += grouped(std::string_view(plain).substr(0, point), style.group);
  if (point != std::string::npos) out += std::string(style.decimal) + plain.substr(point + 1);
  return with_own_digits(language, out);
}

std::string write_percent(std::string_view language, double share, int decimals) {
  if (std::isnan(share)) return {};
  return write_number(language, share * 100, decimals) + std::string(style_of(language).percent);
}

std::string write_date(const Catalogue& catalogue, std::string_view language, const Date& date, CalendarKind calendar) {
  const bool solar = calendar == CalendarKind::kSolarHijri;
  const Date shown = solar ? solar_hijri(date) : date;
  const std::string month = catalogue.text(language, (solar ? "solar_month." : "month.") + std::to_string(shown.month));
  return catalogue.text(language, "date.long",
                        {{"day", with_own_digits(language, std::to_string(shown.day))},
                         {"month", month},
                         {"year", with_own_digits(language, std::to_string(shown.year))}});
}

}  // namespace hamdil
