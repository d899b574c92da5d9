// Which columns of an import single a person out, recognised from the form and the column. Proposed, shown, then sealed
// in the vault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/column.hpp"

namespace hamdil::protect {

enum class IdentifierClass : std::uint8_t {
  kName,      // of a person
  kContact,   // phone, e-mail, address, free-text contact field
  kLocation,  // exact position
  kDevice,    // device, account or SIM
  kMeta,      // metadata of the form or server: start and end times, user, instance
  kMedia,     // photo, voice, signature, file
  kDocument,  // number of a paper: passport, registration
};
const char* identifier_class_name(IdentifierClass kind);

// What is known of a column when the decision is made. `question_type` is the XLSForm type, "" when there is no form.
struct ColumnFacts {
  std::string name;  // leaf name, without group prefix
  std::vector<std::string> labels;
  std::string question_type;
  const data::Column* values = nullptr;  // looked at for phone numbers, addresses and positions; may be null
};

struct IdentifierFinding {
  std::string column;
  IdentifierClass kind;
  std::string why;  // which rule matched; never a value
};

// The class of one column, or nothing. Rules: question type (geopoint, deviceid, image ...), known metadata names
// (_uuid, _submitted_by, start ...), words of the name and labels in English, Tajik, Russian, Dari, Arabic, French and
// Spanish, and the look of the values (at least 60 % of the answers are phone numbers, e-mail addresses or
// coordinates).
std::optional<IdentifierFinding> classify_column(const ColumnFacts& facts);

}  // namespace hamdil::protect
