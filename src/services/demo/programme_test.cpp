#include "services/demo/programme.hpp"

#include <gtest/gtest.h>

#include "store/workspace_fixture.hpp"

namespace hamdil::services::demo {
namespace {

using DemoProgramme = store::WorkspaceFixture;

TEST_F(DemoProgramme, FillsEveryKindSaysDemoAndGoesAgain) {
  store::Workspace& workspace = *workspace_;
  const auto filled = fill_programme(workspace);
  ASSERT_TRUE(filled) << filled.error().describe();
  EXPECT_GT(*filled, model::all_kinds().size());
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    const auto page = workspace.query({.kind = kind.name});
    ASSERT_TRUE(page);
    EXPECT_GT(page->total, 0) << kind.name;
    for (const model::Record& record : page->records) EXPECT_TRUE(record.title.starts_with("DEMO ")) << record.title;
  }
  EXPECT_EQ(fill_programme(workspace).error().code, "demo.programme.there");
  const store::Author author{"amina", ""};
  const auto removed = remove_programme(workspace, author);
  ASSERT_TRUE(removed) << removed.error().describe();
  EXPECT_EQ(removed->size(), *filled);
  EXPECT_EQ(workspace.history()->back().who, "amina");
  for (const model::Record& record : *removed) {
    const auto now = workspace.find(record.kind, record.id);
    ASSERT_TRUE(now && *now);
    EXPECT_TRUE((*now)->deleted) << record.kind;
    EXPECT_EQ((*now)->version, record.version) << record.kind;
  }
  const std::int64_t lines = workspace.head()->count;
  EXPECT_EQ(remove_programme(workspace, author)->size(), 0U);  // again: nothing happens
  EXPECT_EQ(workspace.head()->count, lines);
  EXPECT_EQ(workspace.query({.kind = "finding"})->total, 0);
  EXPECT_TRUE(workspace.verify({})->problems.empty());
  EXPECT_TRUE(fill_programme(workspace));
}

}  // namespace
}  // namespace hamdil::services::demo
