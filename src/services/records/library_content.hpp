// Readers of content/*.yaml for the library: one function a file, all its kinds.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "services/records/library.hpp"

namespace hamdil::services::records {

// Readers may throw nlohmann's exceptions on a wrong shape; list_library() turns them into records.library.format.
using LibraryReader = void (*)(const Json& content, std::vector<LibraryEntry>& out);

struct LibraryFile {
  const char* name;
  LibraryReader read;
};
const std::vector<LibraryFile>& library_files();

// Helpers of the readers.
LibraryEntry library_entry(const std::string& kind, const std::string& id, const std::string& title, Json fields,
                           std::vector<LibraryReference> references = {});
std::string text_or_empty(const Json& object, const char* key);
void copy_present(const Json& from, const char* key, Json& fields, const char* field);  // when it is there and not null
// The translations of a content file, `part` of each language ("texts"), by language.
std::map<std::string, Json> words_of(const Json& content, const char* part);
// The English text with what the languages say in its place at `key`, or at `key` of the object called `id`.
Json in_languages(const Json& english, const std::map<std::string, Json>& words, const std::string& key);
Json in_languages(const Json& english, const std::map<std::string, Json>& words, const std::string& id,
                  const std::string& key);
std::string joined_lines(const Json& texts);  // one text, or a list of texts or of objects with "text"

void read_competencies(const Json& content, std::vector<LibraryEntry>& out);
void read_training(const Json& content, std::vector<LibraryEntry>& out);
void read_tools(const Json& content, std::vector<LibraryEntry>& out);
void read_checklists(const Json& content, std::vector<LibraryEntry>& out);
void read_principles(const Json& content, std::vector<LibraryEntry>& out);
void read_indicators(const Json& content, std::vector<LibraryEntry>& out);
void read_consent_texts(const Json& content, std::vector<LibraryEntry>& out);
void read_guides(const Json& content, std::vector<LibraryEntry>& out);
void read_codebook(const Json& content, std::vector<LibraryEntry>& out);
void read_places(const Json& content, std::vector<LibraryEntry>& out);
void read_terms_of_reference(const Json& content, std::vector<LibraryEntry>& out);
void read_results_matrix(const Json& content, std::vector<LibraryEntry>& out);

}  // namespace hamdil::services::records
