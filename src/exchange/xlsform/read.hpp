// XLSForm workbooks to the form model, with every problem found, each with sheet, row, column and what to do.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/form.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::xlsform {

// Sheets survey (must be there), choices, settings, external_choices, entities; others are passed over. A form with
// error diagnostics is not fit for use, but what could be understood is returned, so that all problems show at once.
// `root_name` names the outermost element when the settings do not.
// Codes of the Result: exchange.xlsform.no_survey, no_type_column. Codes of diagnostics: exchange.xlsform.*.
Result<data::Form> read_xlsform(const std::vector<RawTable>& sheets, const std::string& file, Diagnostics& diagnostics,
                                const std::string& root_name = {});
// The same from .xlsx, .xls, .csv or a folder of CSV sheets.
Result<data::Form> read_xlsform_file(const std::string& path, Diagnostics& diagnostics);

}  // namespace hamdil::exchange::xlsform
