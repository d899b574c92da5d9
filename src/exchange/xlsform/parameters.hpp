// The parameters column: which keys a type takes, and their values.
#pragma once

#include <functional>
#include <string>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

// Calls `report` with the English text of each problem of the item's parameters.
void check_parameters(const data::Form& form, const data::FormItem& item,
                      const std::function<void(std::string)>& report);

}  // namespace hamdil::exchange::xlsform
