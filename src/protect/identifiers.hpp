// Which columns of an import single a person out, recognised from the form and the column. Proposed, shown, then sealed
// in the vault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/column.hpp"

namespace hamdil::protect {

enum class IdentifierClass : std::uint8_t {
  kName,         // of a person
  kContact,      // phone, e-mail, address, house number, free-text contact field
  kLocation,     // exact position, also latitude or longitude alone
  kDevice,       // device, SIM or network address
  kMeta,         // metadata of the form or server: start and end times, user, instance, enumerator, record number
  kMedia,        // photo, voice, signature, file
  kDocument,     // number of a paper or case: passport, registration, case
  kAccount,      // bank or mobile money account
  kBirth,        // full date of birth; the year alone is none
  kAffiliation,  // a proxy for perceived affiliation (content: never_stored)
};
const char* identifier_class_name(IdentifierClass kind);

// What becomes of a recognised column.
enum class Treatment : std::uint8_t {
  kSeal,          // its answers go to the vault
  kPseudonymise,  // to the vault, and a keyed pseudonym stays in the dataset: enumerators, numbers that link rows
  kDrop,          // to nowhere: what may not exist at person level
};

// What is known of a column when the decision is made. `question_type` is the XLSForm type, "" when there is no form.
struct ColumnFacts {
  std::string name;  // leaf name, without group prefix
  std::vector<std::string> labels;
  std::string question_type;
  const data::Column* values = nullptr;  // what kind of answers stand there; may be null
  bool is_main = true;                   // one row a person; false for the rows of a repeat
};

struct IdentifierFinding {
  std::string column;
  IdentifierClass kind;
  std::string why;  // which rule matched; never a value
  Treatment treatment = Treatment::kSeal;
};

// The class of one column, or nothing. Rules: question type (geopoint, deviceid, image ...), known metadata names
// (_uuid, _submitted_by ...), words of the name and labels in English, Tajik, Russian, Dari, Arabic, French and
// Spanish, and the look of the values (at least 60 % of the answers are phone numbers, e-mail or network addresses,
// coordinates, account numbers or names of media files). A word decides only where the answers can be what it says: yes
// and no, small numbers and answers picked from a list are no telephone numbers.
std::optional<IdentifierFinding> classify_column(const ColumnFacts& facts);

// The same for all columns of an import together, which tells what needs a neighbour: "long" beside "lat", a tribe
// beside a village (dropped; the village stays). One entry a column.
std::vector<std::optional<IdentifierFinding>> classify_columns(const std::vector<ColumnFacts>& columns);

// The name speaks of whoever asked the questions: "enum_gender".
bool names_enumerator(const std::string& column);

}  // namespace hamdil::protect
