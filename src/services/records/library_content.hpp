// Readers of content/*.yaml for the library: one function a file, all its kinds.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "services/records/library.hpp"

namespace hamdil::services::records {

// A reader reads a content file in one language (library_languages.hpp says it in the others); where the file has
// several, `language` is that one and `languages` are all. Readers may throw nlohmann's exceptions on a wrong shape;
// list_library() turns them into records.library.format.
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
Json in_english(const Json& texts);                                                     // joined, as a text by language
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
