// The text of DOCX documents, trusted in nothing: headings, lists with their numbers, tables; what was struck out in a
// tracked change, fields, drawings and notes are passed over.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "exchange/text_document.hpp"

namespace hamdil::exchange::docx {

// Codes: exchange.docx.not_a_document, and those of ZipReader and XmlParser.
Result<TextDocument> read_text(std::string_view bytes, const std::string& name, const TextLimits& limits = {});

}  // namespace hamdil::exchange::docx
