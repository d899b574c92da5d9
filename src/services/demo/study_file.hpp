// The demonstration's study file: what hamdil study apply takes.
#pragma once

#include <string>

namespace hamdil::services::demo {

std::string study_file();

}  // namespace hamdil::services::demo
