#include "app/conformance/suite.hpp"

namespace hamdil::conformance {

Result<std::vector<CaseResult>> run_xlsform(const std::string& folder, const std::string&) {
  return Error("conformance.xlsform.none", "No form reader is built in yet.").at({.file = folder});
}

}  // namespace hamdil::conformance
