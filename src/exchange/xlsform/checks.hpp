// Problems that show only when the whole form is known: names, references, lists.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/form.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::xlsform {

void check_form(const data::Form& form, const std::vector<RawTable>& sheets, const std::string& file,
                Diagnostics& diagnostics);

}  // namespace hamdil::exchange::xlsform
