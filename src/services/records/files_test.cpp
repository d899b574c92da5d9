#include "services/records/files.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/records/bin.hpp"
#include "services/records/exchange_list.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class FilesTest : public store::WorkspaceFixture {
 protected:
  std::string make(const std::string& kind, const std::string& title) {
    const auto made = create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", Json::object()}});
    EXPECT_TRUE(made && made->record);
    return made->record->id;
  }
  // The addresses that the record has afterwards.
  std::vector<std::string> attach(const std::string& kind, const std::string& id, const std::string& name,
                                  std::string_view bytes) {
    const auto outcome = attach_file(*workspace_, kAuthor, kind, id, name, bytes);
    EXPECT_TRUE(outcome && outcome->record) << (outcome ? "" : outcome.error().describe());
    return addresses(kind, id);
  }
  std::vector<std::string> addresses(const std::string& kind, const std::string& id) {
    std::vector<std::string> out;
    for (const Json& file : (*workspace_->find(kind, id))->fields().value("attachments", Json::array()))
      out.push_back(file["address"].get<std::string>());
    return out;
  }
  std::string refusal(const std::string& name, std::string_view bytes) {
    const std::string id = make("visit", "DEMO");
    const auto outcome = attach_file(*workspace_, kAuthor, "visit", id, name, bytes);
    EXPECT_TRUE(addresses("visit", id).empty());
    return outcome ? "" : outcome.error().code;
  }
};

TEST_F(FilesTest, AFileIsReadAsItCameAndTheSameBytesAreAttachedOnce) {
  const std::string id = make("permission", "DEMO letter");
  const std::string bytes("DEMO\0\xff letter", 12);
  const auto first = attach("permission", id, "نامهٔ ولسوالی.pdf", bytes);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(attach("permission", id, "again.pdf", bytes), first);
  EXPECT_EQ(attach("permission", id, "other.txt", "other").size(), 2U);
  const auto read = read_attached(*workspace_, "permission", id, first[0]);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->bytes, bytes);
  EXPECT_EQ(read->name, "نامهٔ ولسوالی.pdf");
  EXPECT_EQ(read->media_type, "application/pdf");
  // Words of its name find the record.
  EXPECT_EQ(workspace_->search("ولسوالی")->size(), 1U);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(FilesTest, WhatRunsOrIsNoFileIsRefusedAndNothingIsKept) {
  EXPECT_EQ(refusal("letter.pdf", ""), "records.file.empty");
  for (const char* name : {"page.html", "run.exe", "macros.xlsm", "picture.svg", "nothing", "letter.pdf.js", "."})
    EXPECT_EQ(refusal(name, "x"), "records.file.type") << name;
  for (const char* name : {"", "../letter.pdf", "a/b.pdf", "a\\b.pdf", "a\nb.pdf", " a.pdf"})
    EXPECT_EQ(refusal(name, "x"), "records.file.name") << name;
  EXPECT_EQ(refusal(std::string(500, 'a') + ".pdf", "x"), "records.file.name");
  EXPECT_EQ(refusal("\xff.pdf", "x"), "records.file.name");
  EXPECT_EQ(attach_file(*workspace_, kAuthor, "visit", "nobody", "a.pdf", "x").error().code, "store.record.missing");
  EXPECT_EQ(workspace_->verify({})->blobs, 0);
}

TEST_F(FilesTest, ARecordHoldsSoManyAndNamesNoneThatWasNotAttachedToIt) {
  const std::string id = make("visit", "DEMO");
  const std::string other = make("visit", "DEMO other");
  const auto mine = attach("visit", id, "list.csv", "a,b\n");
  const Json foreign = Json::array({{{"address", mine[0]}, {"name", "list.csv"}, {"size", 4}}});
  EXPECT_EQ(change_record(*workspace_, kAuthor, "visit", other, {{"fields", {{"attachments", foreign}}}}).error().code,
            "store.record.unknown_file");
  Json longer = foreign;
  longer[0]["size"] = 5;
  EXPECT_EQ(change_record(*workspace_, kAuthor, "visit", id, {{"fields", {{"attachments", longer}}}}).error().code,
            "store.record.unknown_file");
  for (const Json& shape : {Json("list.csv"), Json::array({"x"}), Json::array({{{"address", mine[0]}}})}) {
    const auto outcome = change_record(*workspace_, kAuthor, "visit", id, {{"fields", {{"attachments", shape}}}});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->problems.at(0).problem.code, "model.record.wrong_type");
  }
  for (std::size_t i = 1; i < model::kMostFiles; ++i) attach("visit", id, "n.txt", std::to_string(i));
  EXPECT_EQ(attach_file(*workspace_, kAuthor, "visit", id, "n.txt", "one more").error().code, "records.file.many");
}

TEST_F(FilesTest, TakenAwayItComesBackWithItsVersionAndALockedRecordOnlyTakes) {
  const std::string id = make("permission", "DEMO letter");
  const auto files = attach("permission", id, "draft.pdf", "draft");
  const std::int64_t with = (*workspace_->find("permission", id))->version;
  ASSERT_TRUE(detach_file(*workspace_, kAuthor, "permission", id, files[0]));
  EXPECT_TRUE(addresses("permission", id).empty());
  EXPECT_EQ(read_attached(*workspace_, "permission", id, files[0]).error().code, "records.file.unknown");
  EXPECT_EQ(detach_file(*workspace_, kAuthor, "permission", id, files[0]).error().code, "records.file.unknown");
  ASSERT_TRUE(revert_record(*workspace_, kAuthor, "permission", id, with));
  EXPECT_EQ(read_attached(*workspace_, "permission", id, files[0])->bytes, "draft");

  const std::string budget = make("budget_version", "DEMO");
  ASSERT_TRUE(change_record(
      *workspace_, kAuthor, "budget_version", budget,
      {{"fields", {{"budget_number", "1"}, {"currency", "USD"}, {"total", 0}, {"decided_on", "2025-05-05"}}}}));
  const auto before = attach("budget_version", budget, "table.xlsx", "table");
  for (const char* step : {"submit", "approve"})
    ASSERT_TRUE(move_record(*workspace_, kAuthor, "budget_version", budget, step));
  EXPECT_EQ(attach("budget_version", budget, "signed.pdf", "signed").size(), 2U);
  const auto refused = detach_file(*workspace_, kAuthor, "budget_version", budget, before[0]);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->problems.at(0).problem.code, "records.locked");
}

TEST_F(FilesTest, AFileGoesForGoodWithItsRecordAndWithNoOther) {
  const std::string gone = make("visit", "DEMO gone"), stays = make("visit", "DEMO stays");
  const auto files = attach("visit", gone, "photo.jpg", "the same picture");
  EXPECT_EQ(attach("visit", stays, "photo.jpg", "the same picture"), files);
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "visit", gone));
  EXPECT_EQ(read_attached(*workspace_, "visit", gone, files[0])->bytes, "the same picture") << "in the bin";
  ASSERT_TRUE(empty_bin(*workspace_, kAuthor, true));
  EXPECT_EQ(workspace_->read_file(gone, files[0]).error().code, "store.blob.missing");
  EXPECT_EQ(read_attached(*workspace_, "visit", stays, files[0])->bytes, "the same picture");
  EXPECT_EQ(workspace_->verify({})->blobs, 1);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(FilesTest, TwoDocumentsOfOneFileAreTold) {
  const std::string one = make("document", "DEMO one"), other = make("document", "DEMO other");
  attach("document", one, "study.pdf", "the study");
  attach("document", other, "copy of it.pdf", "the study");
  store::RecordQuery query{.kind = "document"};
  query.conditions.push_back({"attachments", store::RecordQuery::Condition::Is::kEqual, addresses("document", one)[0]});
  EXPECT_EQ(workspace_->query(query)->total, 2);
}

TEST_F(FilesTest, ListsCarryNoFilesAndTakeNoneAway) {
  const std::string id = make("visit", "DEMO");
  const auto files = attach("visit", id, "list.csv", "a,b\n");
  for (const ListFormat format : {ListFormat::kCsv, ListFormat::kXlsx, ListFormat::kJson}) {
    const auto list = export_list(*workspace_, {.kind = "visit"}, format, "", false);
    ASSERT_TRUE(list);
    EXPECT_EQ(list->bytes.find(files[0]), std::string::npos);
    const auto back = import_list(*workspace_, kAuthor, {"visit", list->bytes, list->name, {}, false});
    ASSERT_TRUE(back) << back.error().describe();
    EXPECT_EQ(back->changed + back->created, 0U);
  }
  EXPECT_EQ(addresses("visit", id), files);
}

TEST_F(FilesTest, FilesAboutPeopleAreReadByThoseWhoMayReadTheirNames) {
  const std::string id = make("person", "DEMO person");
  const auto files = attach("person", id, "contract.pdf", "a-telling-contract");
  // The record, the log and the file of the workspace hold neither its name nor its bytes.
  const auto history = workspace_->history(id);
  ASSERT_TRUE(history);
  for (const store::Change& change : *history) {
    EXPECT_EQ(change.after.find("contract"), std::string::npos);
    EXPECT_EQ(change.before.find("contract"), std::string::npos);
  }
  auto table = std::make_shared<store::ViewTable>();
  table->who = "reader";
  for (const store::Deed deed : {store::Deed::kLook, store::Deed::kChange})
    table->kinds["person"][static_cast<std::size_t>(deed)] = {store::Scope{}};
  {
    const store::LookAs as(*workspace_, store::View{table});
    EXPECT_EQ(read_attached(*workspace_, "person", id, files[0]).error().code, "records.file.unknown");
    EXPECT_EQ(attach_file(*workspace_, kAuthor, "person", id, "x.pdf", "x").error().code, "records.file.hidden");
    EXPECT_EQ(detach_file(*workspace_, kAuthor, "person", id, files[0]).error().code, "records.file.hidden");
    // What stands beside them is changed, and they stay.
    ASSERT_TRUE(change_record(*workspace_, kAuthor, "person", id, {{"fields", {{"role", "Trainer"}}}}));
  }
  EXPECT_EQ(addresses("person", id), files);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

}  // namespace
}  // namespace hamdil::services::records
