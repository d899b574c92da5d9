// What makes a PDF of Cairo accessible and traceable, and Cairo 1.16 cannot write: language, alternative texts, scopes
// of header cells, and for every printed number the reference that leads back to its cell.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::report {

struct PdfAdditions {
  std::string language;
  bool right_to_left = false;
  std::vector<std::string> alternatives;  // of the elements of kind Figure, in their order
  std::vector<bool> header_of_row;        // of the elements of kind TH; otherwise of a column
  struct Reference {
    std::size_t page = 0;  // from 1
    double left = 0, bottom = 0, right = 0, top = 0;
    std::string cell;
  };
  std::vector<Reference> references;
  std::string numbers_lead_to;  // destination of a click on a number; empty: no links
};

// Adds it as one more revision at the end of the file, which leaves the bytes before as they are. `pdf` is what Cairo
// wrote, one table of objects and one trailer. Code report.pdf.failed when it is not.
Result<std::string> finish_pdf(std::string pdf, const PdfAdditions& additions);

}  // namespace hamdil::report
