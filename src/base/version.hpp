#pragma once

namespace hamdil {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace hamdil
