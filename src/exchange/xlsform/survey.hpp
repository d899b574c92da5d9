// The survey sheet.
#pragma once

#include <vector>

#include "data/form.hpp"
#include "exchange/xlsform/sheet.hpp"

namespace hamdil::exchange::xlsform {

// Items in order with groups and repeats nested; every problem of single rows and of begin/end lines is reported.
// or_other adds a choice to `form.lists` and a text question.
void read_survey(const Sheet& sheet, data::Form& form);

}  // namespace hamdil::exchange::xlsform
