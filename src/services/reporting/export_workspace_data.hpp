// Rows for other programs: treated microdata, its codebook and its release notes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "protect/microdata.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {

// What release_microdata is told about a study: keys from the roles of the columns (intake/column_roles.hpp), the study
// file's disclosure.keys and not_keys, strata, districts, groups and rounds; sensitive answers and the measures made of
// them; clusters; what stays behind and why. k as the content gives it for named recipients, or for the public.
protect::MicrodataPolicy microdata_policy(const StudyData& data, bool is_public);

struct DataExport {
  std::vector<std::pair<std::string, std::string>> files;  // name and bytes: data, codebook.csv, release_notes.txt
  std::vector<std::string> notes;                          // one line each, as in release_notes.txt
  std::vector<protect::ColumnLoss> columns;                // with the names that the file has
};

// `format` is csv, xlsx or sav. Names of columns in codebook and notes are those that the file has (SPSS allows fewer).
Result<DataExport> export_data(StudyData data, const std::string& format, bool is_public);

std::string rows_to_csv(const std::vector<std::vector<std::string>>& rows);

}  // namespace hamdil::services::reporting
