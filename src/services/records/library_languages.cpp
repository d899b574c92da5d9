#include "services/records/library_languages.hpp"

#include <algorithm>

#include "base/catalogue.hpp"

namespace hamdil::services::records {
namespace {

// Puts words in place of those that stand there. Both have one shape; at() throws where they do not.
void say(Json& text, const Json& words) {
  if (words.is_object()) {
    for (const auto& [key, said] : words.items()) say(text.at(key), said);
  } else if (words.is_array()) {
    for (std::size_t i = 0; i < std::max(text.size(), words.size()); ++i) say(text.at(i), words.at(i));
  } else {
    text = words;
  }
}

std::string id_of(const Json& value) {
  const auto id = value.is_object() ? value.find("id") : value.end();
  if (!value.is_object() || id == value.end()) return {};
  return id->is_string() ? id->get<std::string>() : id->dump();
}

void say_by_id(Json& tree, const Json& words) {
  if (!tree.is_structured()) return;
  if (const auto said = words.find(id_of(tree)); said != words.end()) say(tree, *said);
  for (Json& one : tree) say_by_id(one, words);
}

Json said_in(Json content, const Json& words, const std::string& language) {
  for (const auto& [key, said] : words.items())
    if (content.contains(key)) say(content[key], said);
  say_by_id(content, words);
  content["language"] = language;
  return content;
}

// To every text by language what it is in one more.
void add_language(Json& text, const Json& other, const std::string& language) {
  if (is_by_language(text)) {
    if (other.at("en") != text.at("en")) text[language] = other.at("en");
  } else if (text.is_object()) {
    for (auto one = text.begin(); one != text.end(); ++one) add_language(*one, other.at(one.key()), language);
  } else if (text.is_array()) {
    for (std::size_t i = 0; i < text.size(); ++i) add_language(text[i], other.at(i), language);
  }
}

// The plain texts of the other; those by language stay whole.
void take_plain(Json& text, const Json& other) {
  if (is_by_language(text)) return;
  if (text.is_object()) {
    for (auto one = text.begin(); one != text.end(); ++one) take_plain(*one, other.at(one.key()));
  } else if (text.is_array()) {
    for (std::size_t i = 0; i < text.size(); ++i) take_plain(text[i], other.at(i));
  } else {
    text = other;
  }
}

std::vector<LibraryEntry> read_one(const Json& content, LibraryReader read) {
  std::vector<LibraryEntry> out;
  read(content, out);
  return out;
}

void join_languages(std::vector<LibraryEntry>& entries, const std::map<std::string, std::vector<LibraryEntry>>& said,
                    const Json& words) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    LibraryEntry& entry = entries[i];
    Json whole = entry.record.fields();
    for (const auto& [language, others] : said) add_language(whole, others.at(i).record.fields(), language);
    entry.record.set_fields(whole);
    for (const auto& [language, others] : said) {
      model::Record own = others.at(i).record;
      Json fields = whole;
      take_plain(fields, own.fields());
      own.set_fields(fields);
      entry.said.emplace(language, std::move(own));
      if (text_or_empty(words.at(language), "status").starts_with("draft")) entry.drafts.insert(language);
    }
  }
}

// What belongs in a place, on a line to write on.
std::string blank(const std::string& name, const std::string& language) {
  const std::string id = "library.blank." + name;
  const Catalogue& catalogue = Catalogue::built_in();
  const std::string line = "………";
  return catalogue.find_or_english(language, id) == nullptr ? line : line + " (" + catalogue.text(language, id) + ")";
}

bool is_name(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

bool is_by_language(const Json& value) {
  const auto english = value.is_object() ? value.find("en") : value.end();
  return value.is_object() && english != value.end() && english->is_string();
}

std::vector<LibraryEntry> read_in_languages(const Json& content, LibraryReader read) {
  if (!content.is_object() || !content.contains("translations")) return read_one(content, read);
  Json english = content;
  const Json words = english["translations"];
  english.erase("translations");
  english["languages"] = {"en"};
  for (const auto& [language, said] : words.items()) english["languages"].push_back(language);
  english["language"] = "en";
  std::vector<LibraryEntry> out = read_one(english, read);
  std::map<std::string, std::vector<LibraryEntry>> said;
  for (const auto& [language, those] : words.items())
    said[language] = read_one(said_in(english, those, language), read);
  join_languages(out, said, words);
  return out;
}

const model::Record& record_in(const LibraryEntry& entry, const std::string& language) {
  const auto found = entry.said.find(language);
  return found == entry.said.end() ? entry.record : found->second;
}

std::string language_of(const LibraryEntry& entry, const std::string& field, const std::string& language) {
  const model::Record& own = record_in(entry, language);
  if (field.empty()) return own.title == entry.record.title ? "en" : language;
  const Json fields = own.fields(), english = entry.record.fields();
  if (is_by_language(fields.at(field))) return fields.at(field).contains(language) ? language : "en";
  return fields.at(field) == english.at(field) ? "en" : language;
}

std::string fill_places(const std::string& text, const std::string& language, const std::string& organisation) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', at)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) break;
    const std::string name = text.substr(open + 1, close - open - 1);
    out += text.substr(at, open - at);
    if (!is_name(name))
      out += text.substr(open, close + 1 - open);
    else
      out += name == "organisation" && !organisation.empty() ? organisation : blank(name, language);
    at = close + 1;
  }
  return out + text.substr(at);
}

void fill_places(Json& value, const std::string& language, const std::string& organisation) {
  if (value.is_string()) {
    value = fill_places(value.get<std::string>(), language, organisation);
  } else if (is_by_language(value)) {
    for (auto one = value.begin(); one != value.end(); ++one)
      if (one->is_string()) *one = fill_places(one->get<std::string>(), one.key(), organisation);
  } else if (value.is_structured()) {
    for (Json& one : value) fill_places(one, language, organisation);
  }
}

}  // namespace hamdil::services::records
