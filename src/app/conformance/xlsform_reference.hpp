// What a reference XForm says, in the words of our form model, and how ours differs from it.
#pragma once

#include <string>

#include "base/result.hpp"
#include "data/form.hpp"

namespace hamdil::conformance {

// "" when the form means the same as the XForm: binds, languages and texts, choice lists; otherwise the first
// differences.
Result<std::string> compare_with_xform(const data::Form& form, const std::string& root, const std::string& xform);

}  // namespace hamdil::conformance
