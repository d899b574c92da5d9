#include "model/reference.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"

namespace hamdil::model {
namespace {

const std::string kReference = std::string(HAMDIL_SOURCE_DIR) + "/docs/reference/records.md";
const std::string kGlossary = std::string(HAMDIL_SOURCE_DIR) + "/docs/glossary.md";

// First column of every table row of the glossary, with how often it stands there.
std::map<std::string, int> glossary_terms() {
  std::map<std::string, int> terms;
  const auto glossary = read_file(kGlossary);
  EXPECT_TRUE(glossary);
  for (const std::string& line : text::split(*glossary, '\n')) {
    const std::vector<std::string> cells = text::split(line, '|');
    if (cells.size() < 3) continue;
    const std::string term = text::trim(cells[1]);
    if (term != "term" && term != "---") ++terms[term];
  }
  return terms;
}

std::string as_term(std::string label) {
  if (label.size() > 1 && label[1] >= 'a' && label[1] <= 'z') label[0] = text::to_lower_ascii(label)[0];
  return label;
}

}  // namespace

TEST(Reference, IsWhatTheDeclarationsSay) {
  if (std::getenv("HAMDIL_WRITE_REFERENCE") != nullptr) {
    ASSERT_TRUE(write_file(kReference, records_reference()));
  }
  const auto written = read_file(kReference);
  ASSERT_TRUE(written) << written.error().describe();
  EXPECT_TRUE(*written == records_reference()) << "write it again: HAMDIL_WRITE_REFERENCE=1 hamdil_model_tests";
}

TEST(Glossary, HasEveryKindOnceAndNoTermTwice) {
  const std::map<std::string, int> terms = glossary_terms();
  for (const auto& [term, count] : terms) EXPECT_EQ(count, 1) << term;
  for (const KindDefinition& kind : all_kinds()) {
    const std::string term = as_term(label_of_kind(kind.name, "en"));
    EXPECT_TRUE(terms.contains(term)) << "| " << term << " | " << kind.purpose << " |";
  }
}

}  // namespace hamdil::model
