// What a column of a dataset is for those who hand data on: a key that singles people out together with others, a
// sensitive answer, a pseudonym. It stands as `role` beside the column in the dataset's record.
#pragma once

#include <map>
#include <string>

#include "services/intake/split_identifiers.hpp"

namespace hamdil::services::intake {

// "key:KIND" with a kind of the content's recognition.keys or "declared", "sensitive", "pseudonym", or "data" where
// somebody said that the column is none of these.
using ColumnRoles = std::map<std::string, std::string>;  // by the column's name in the dataset

inline constexpr const char* kKeyRole = "key:";
inline constexpr const char* kSensitiveRole = "sensitive";
inline constexpr const char* kPseudonymRole = "pseudonym";
inline constexpr const char* kDataRole = "data";

// Recognised from the names and labels of the main table's answers; a question calculated from a key is a key of the
// same kind; `declared` (by name of column or question) says otherwise.
ColumnRoles column_roles(const exchange::kobo::SurveyExport& exported, const Split& split, const Questions& questions,
                         const std::map<std::string, std::string>& declared);

// What the column `role` of a form or codebook says: key, sensitive, data. Anything else, and an empty cell, says
// nothing; a word that is not known is a warning (intake.role.unknown).
std::map<std::string, std::string> declared_roles(const Questions& questions, Diagnostics& problems);
Result<std::map<std::string, std::string>> declared_roles(const std::string& codebook, Diagnostics& problems);

}  // namespace hamdil::services::intake
