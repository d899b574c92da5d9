#include "app/conformance/suite.hpp"

namespace hamdil::conformance {

Result<std::vector<CaseResult>> run_survey(const std::string& folder, const std::string&) {
  return Error("conformance.survey.none", "No estimator is built in yet.").at({.file = folder});
}

}  // namespace hamdil::conformance
