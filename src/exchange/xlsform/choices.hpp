// The choices, settings and entities sheets.
#pragma once

#include <vector>

#include "data/form.hpp"
#include "exchange/xlsform/sheet.hpp"

namespace hamdil::exchange::xlsform {

std::vector<data::ChoiceList> read_choices(const Sheet& sheet, bool allows_duplicates);
data::FormSettings read_settings(const Sheet& sheet);
std::vector<data::EntityDeclaration> read_entities(const Sheet& sheet);

}  // namespace hamdil::exchange::xlsform
