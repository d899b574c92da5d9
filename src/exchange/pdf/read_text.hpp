// The text of PDF documents, drawn out by pdftotext (poppler-utils) in a process of its own: without network, within
// limits of time, memory and output. The document itself is never opened in this process.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "exchange/text_document.hpp"

namespace hamdil::exchange::pdf {

struct PdfOptions {
  std::string program = "pdftotext";  // looked for in PATH unless it is a path
  std::chrono::milliseconds timeout{10'000};
  std::size_t output_bytes = 16u << 20;
};

// Codes: exchange.pdf.not_a_pdf, exchange.pdf.no_program (poppler-utils is not installed), exchange.pdf.timeout,
// exchange.pdf.failed, exchange.pdf.no_text (pictures of pages).
Result<TextDocument> read_text(std::string_view bytes, const std::string& name, const PdfOptions& options = {},
                               const TextLimits& limits = {});

}  // namespace hamdil::exchange::pdf
