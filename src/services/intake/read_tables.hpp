// Tables without a form: read one under another, with their codebook, and known by a column of their own.
#pragma once

#include <optional>

#include "data/codebook.hpp"
#include "exchange/kobo/read.hpp"
#include "services/intake/import_survey.hpp"

namespace hamdil::services::intake {

// Plain tables (CSV, workbook, SPSS, Stata) one under another, in the shape of an export without keys. `codebook` is
// read where the request names one; its rows that meet no column are warnings. Codes: those of the readers.
Result<exchange::kobo::SurveyExport> read_plain_tables(const ImportRequest& request,
                                                       std::optional<data::Codebook>& codebook, Diagnostics& problems);

// The column that the person importing named as the rows' own identity. Codes: intake.id.no_column,
// intake.id.not_unique.
Status take_ids(const std::string& name, exchange::kobo::SurveyTable& main);

}  // namespace hamdil::services::intake
