#include "services/reporting/draw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <regex>

#include "base/file.hpp"
#include "report/tiny_study.hpp"

namespace hamdil::services {

namespace {

using ::testing::HasSubstr;

std::string script(const std::string& body) {
  const std::string path = ::testing::TempDir() + "hamdil_draw_test_" + std::to_string(getpid()) + "_" +
                           std::to_string(std::hash<std::string>{}(body));
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

}  // namespace

TEST(Draw, EveryFigureOfTheTinyStudyIsDrawn) {
  if (!file_exists(default_draw_program())) GTEST_SKIP() << "hamdil-draw is not built";
  for (const std::string language : {"en", "fa-AF"}) {
    const auto document = report::testing::document(language);
    const report::Drawings drawings = draw_figures(document);
    EXPECT_EQ(drawings.problem, "");
    for (const report::Block& block : document->blocks)
      if (const auto* figure = std::get_if<report::Figure>(&block)) {
        ASSERT_TRUE(drawings.svg.contains(figure->id)) << figure->id;
        EXPECT_THAT(drawings.svg.at(figure->id), HasSubstr("<svg"));
        EXPECT_EQ(drawings.svg.at(figure->id).find("NaN"), std::string::npos) << figure->id;
        ASSERT_TRUE(drawings.narrow.contains(figure->id)) << figure->id;
        const std::string& narrow = drawings.narrow.at(figure->id);
        EXPECT_EQ(narrow.find("NaN"), std::string::npos) << figure->id;
        std::smatch width;
        ASSERT_TRUE(std::regex_search(narrow, width, std::regex("<svg[^>]* width=\"([0-9.]+)\"")));
        EXPECT_LE(std::stod(width[1]), 350) << figure->id << " is drawn for a phone";
      }
    EXPECT_EQ(draw_figures(document).svg, drawings.svg) << "the same drawings twice";
  }
}

TEST(Draw, ScreenReadersHearWhatIsPrinted) {
  if (!file_exists(default_draw_program())) GTEST_SKIP() << "hamdil-draw is not built";
  const report::Drawings drawings = draw_figures(report::testing::document("en"));
  ASSERT_EQ(drawings.problem, "");
  static const std::regex kLabel("aria-label=\"([^\"]*)\"");
  static const std::regex kUnrounded("[0-9][.,][0-9]{4}|(value|lower|upper|from|to|centre|x|y|zero): |NaN|0[.]000");
  std::size_t labels = 0;
  for (const auto& [id, svg] : drawings.svg)
    for (std::sregex_iterator label(svg.begin(), svg.end(), kLabel), end; label != end; ++label, ++labels)
      EXPECT_FALSE(std::regex_search((*label)[1].str(), kUnrounded)) << id << ": " << (*label)[1].str();
  EXPECT_GT(labels, 20u);
}

TEST(Draw, AMissingProgramIsSaidInTheReportsLanguage) {
  DrawOptions options;
  options.program = "/nowhere/hamdil-draw";
  const report::Drawings drawings = draw_figures(report::testing::document(), options);
  EXPECT_TRUE(drawings.svg.empty());
  EXPECT_THAT(drawings.problem, HasSubstr("The program hamdil-draw cannot be started."));
}

TEST(RunFilter, FeedsAndDrainsALot) {
  const std::string input(3'000'000, 'x');
  EXPECT_EQ(*run_filter("/bin/cat", input, std::chrono::seconds(20)), input);
}

TEST(RunFilter, StopsWhatTakesTooLong) {
  const auto answer = run_filter(script("exec sleep 30"), "", std::chrono::milliseconds(200));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "services.process.timeout");
}

TEST(RunFilter, TellsWhatAFailingProgramSaid) {
  const auto answer =
      run_filter(script("echo broken pipe wrench >&2; exit 3"), std::string(1'000'000, 'y'), std::chrono::seconds(20));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "services.process.failed");
  EXPECT_THAT(answer.error().message(), HasSubstr("wrench"));
}

}  // namespace hamdil::services
