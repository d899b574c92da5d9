// The demonstration's questionnaire as an XLSForm workbook in English, Tajik and Dari.
#pragma once

#include <string>
#include <vector>

#include "exchange/xlsx/write.hpp"
#include "services/demo/population.hpp"

namespace hamdil::services::demo {

// survey, choices and settings sheets. The second version asks one question more.
std::vector<exchange::xlsx::Sheet> make_form(const Population& population, int version);

inline constexpr const char* kFormTitle = "DEMO Living together survey";

}  // namespace hamdil::services::demo
