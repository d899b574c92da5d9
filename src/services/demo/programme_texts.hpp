// What the demonstration programme says, in every language of the interface.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/kind.hpp"

namespace hamdil::services::demo {

class ProgrammeTexts {
 public:
  // content/demo-programme.yaml with its translations, demo-programme.LANGUAGE.yaml, and for the kinds that it leaves
  // out the name of the kind. Immutable. Code demo.programme.content.
  static const Result<ProgrammeTexts>& built_in();

  const Json& records() const { return records_; }  // as the content has them, in English

  // Every text of the record that is one of the demonstration's own at this place, in whichever language, is put into
  // this one; a text by language gets the languages that it lacks. What people wrote stays. Gives whether anything
  // changed.
  bool say(model::Record& record, const std::string& language) const;
  // In which language the title is one of the demonstration's own; "" where people wrote it.
  std::string language_of(const model::Record& record) const;

 private:
  using Said = std::map<std::string, std::string>;                  // by language
  using Place = std::tuple<std::string, std::string, std::string>;  // kind, field or "title", the text in any language

  static Result<ProgrammeTexts> read();
  Status learn(const std::map<std::string, Json>& translations);
  void add(const std::string& kind, const std::string& field, const Said& said);
  const Said* find(const std::string& kind, const std::string& field, const std::string& text) const;
  void add_languages(Json& texts, const std::string& kind, const std::string& field) const;
  void say_text(Json& text, const std::string& kind, const std::string& field, const std::string& language) const;

  Json records_;
  // By the place and not by the text alone: two English words may be one in Dari, and come back as they were.
  std::map<Place, Said> own_;
};

// Whether a text of the programme is in a language at all: codes, numbers, abbreviations and addresses are not.
bool is_in_a_language(const std::string& text);

// What the demonstration calls a record of a kind that its content leaves out.
std::string sample_title(const model::KindDefinition& kind, const std::string& language);

}  // namespace hamdil::services::demo
