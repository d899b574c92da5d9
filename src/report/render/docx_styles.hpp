// The fixed parts of a Word product: styles, lists, settings.
#pragma once

#include <string>

namespace hamdil::report {

// `language` is the document's tag; right-to-left documents get bidi paragraphs and complex-script fonts by default.
std::string docx_styles(const std::string& language, bool right_to_left, bool numbered_headings);
// List 1 is the headings, list 2 bullets, lists 3 to 2 + `ordered_lists` each one numbered list that starts at 1.
std::string docx_numbering(std::size_t ordered_lists);
std::string docx_settings(const std::string& language);
std::string docx_fonts();

}  // namespace hamdil::report
