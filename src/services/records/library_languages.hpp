// The languages of the library. A content file stands in English; `translations` says, under the id of an entry and
// with its keys, the same in other languages. A reader reads the file once in each, and the entries hold all of them.
#pragma once

#include <nlohmann/json.hpp>

#include "services/records/library_content.hpp"

namespace hamdil::services::records {

// The entries of a content file with all its languages. Throws nlohmann's exceptions where the words of a language do
// not have the shape of the English ones.
std::vector<LibraryEntry> read_in_languages(const Json& content, LibraryReader read);

// The record of the entry for a reader: its plain texts in the language, in English where the content has no other.
const model::Record& record_in(const LibraryEntry& entry, const std::string& language);
// In which language that record's field stands; "" for the title.
std::string language_of(const LibraryEntry& entry, const std::string& field, const std::string& language);

// A text by language: an object that has English.
bool is_by_language(const Json& value);

// Places like {organisation} filled in: with the organisation where there is one, else with a line to write on that
// says what belongs there, in the language of the text.
std::string fill_places(const std::string& text, const std::string& language, const std::string& organisation);
void fill_places(Json& value, const std::string& language, const std::string& organisation);

}  // namespace hamdil::services::records
