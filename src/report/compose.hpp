// From released tables and context to the document tree, section by section as the outline says.
#pragma once

#include "base/result.hpp"
#include "protect/released.hpp"
#include "protect/table_set.hpp"
#include "report/context.hpp"
#include "report/document.hpp"

namespace hamdil::report {

// The ids of the outlines that can be composed. `hamdil report WS PRODUCT` accepts these.
std::vector<std::string> known_products();
// Whether the product prints figures. The prints of questionnaire and codebook do not.
bool has_figures(const std::string& product);

// Composes `product`, an outline id of content/report-outlines.yaml, or the print "questionnaire" or "codebook".
// Sections without anything to print are left out, named in Document::left_out and in one line of the limitations. Same
// input, same tree. Codes: report.product.unknown.
Result<protect::Released<Document>> compose(const std::string& product,
                                            const protect::Released<protect::TableSet>& tables, const Context& context);

}  // namespace hamdil::report
