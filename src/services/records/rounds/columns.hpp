// The columns of a list that goes round, and their cells as people read them. Internal to rounds.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/kind.hpp"
#include "services/records/list_cells.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records::rounds {

inline const char* const kKeySheet = "_hamdil";
inline const char* const kListSheet = "_lists";
inline const std::string kKeyHead = "hamdil:";   // "hamdil:visit" above the column of keys
inline const std::string kFieldHead = "field:";  // "field:starts" above every other

struct RoundColumn {
  std::string name;  // "title", "starts", "names:tg"
  std::string label;
  const model::FieldDefinition* field = nullptr;  // none for the title
  std::string part;                               // language of a translated field
  std::vector<std::string> texts;                 // what may be chosen; empty when anything may be written
};

class RoundColumns {
 public:
  // Without fields that come close to a person, and those that nobody writes (data, digests).
  static Result<RoundColumns> make(const store::Workspace& workspace, const model::KindDefinition& kind,
                                   const std::string& language);
  const std::vector<RoundColumn>& all() const { return columns_; }
  const RoundColumn* find(const std::string& name) const;
  std::string text_of(const model::Record& record, const RoundColumn& column) const;
  // What the text means; null for an empty one. Codes records.import.cell.
  Result<Json> value_of(const std::string& text, const RoundColumn& column) const;

 private:
  std::string reference_text(const std::string& kind, const std::string& id) const;
  std::string language_;
  std::vector<RoundColumn> columns_;
  std::map<std::string, std::map<std::string, std::string>> titles_;  // kind -> id -> text, unique
  std::map<std::string, std::map<std::string, std::string>> ids_;     // kind -> text -> id
};

}  // namespace hamdil::services::records::rounds
