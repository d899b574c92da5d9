// What a file from outside is, told from its content, so that a wrong one is refused in words that help.
#pragma once

#include <string>

#include "base/result.hpp"

namespace hamdil::services::intake {

enum class FileKind { kTable, kForm, kYaml, kJson, kText };

// kForm: a sheet `survey` (or the only one) whose column type holds types of questions. kYaml, kJson: a document that
// parses as keys with values (or a list). kText: lines of prose. Everything else that opens is a table. Codes: those of
// exchange::open_workbook (a PDF, an image, a binary file: the error says what it seems to be).
Result<FileKind> file_kind(const std::string& path);

// Refuses what cannot hold answers: intake.data.not_answers says what it is and what to do with it.
Status check_data_file(const std::string& path);
// The error of a file that was given as a form and is none: intake.form.not_a_form.
Error not_a_form(const std::string& path);

}  // namespace hamdil::services::intake
