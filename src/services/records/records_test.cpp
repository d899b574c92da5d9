#include "services/records/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "model/rules.hpp"
#include "services/records/check_rules.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class RecordsTest : public store::WorkspaceFixture {
 protected:
  model::Record create(const std::string& kind, const Json& body) {
    const auto made = create_record(*workspace_, kAuthor, kind, body);
    EXPECT_TRUE(made) << (made ? "" : made.error().describe());
    EXPECT_TRUE(made->problems.empty()) << made->problems.front().problem.describe();
    return *made->record;
  }
};

TEST_F(RecordsTest, AllThatIsWrongIsToldFieldByFieldAndNothingIsWritten) {
  const auto made = create_record(*workspace_, kAuthor, "place",
                                  {{"title", " "}, {"fields", {{"level", "high"}, {"colour", "red"}}}, {"color", 1}});
  ASSERT_TRUE(made);
  std::vector<std::string> where;
  for (const Diagnostic& problem : made->problems) where.push_back(problem.problem.where.pointer);
  EXPECT_EQ(where, (std::vector<std::string>{"/color", "/title", "/fields/level", "/fields/colour"}));
  EXPECT_EQ(workspace_->query({.kind = "place"})->total, 0);
}

TEST_F(RecordsTest, AChangeMergesFieldsAndMeetsOnlyTheVersionItWasMadeFor) {
  const model::Record place = create("place", {{"title", "North"}, {"fields", {{"level", 1}, {"code", "N"}}}});
  const auto changed =
      change_record(*workspace_, kAuthor, "place", place.id, {{"fields", {{"level", 2}, {"code", nullptr}}}}, 1);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->record->fields(), Json({{"level", 2}}));
  const auto late = change_record(*workspace_, kAuthor, "place", place.id, {{"title", "South"}}, 1);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, "store.record.changed_meanwhile");
}

TEST_F(RecordsTest, ATransitionNamesWhatItNeeds) {
  const model::Record study = create("study", {{"title", "DEMO study"}});
  const model::Record finding = create("finding", {{"title", "DEMO finding"}, {"fields", {{"study", study.id}}}});
  ASSERT_EQ(open_transitions(finding).size(), 1u);
  const auto early = move_record(*workspace_, kAuthor, "finding", finding.id, "confirm");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, "records.transition.needs");
  ASSERT_TRUE(change_record(*workspace_, kAuthor, "finding", finding.id,
                            {{"fields", {{"statement", {{"en", "Trust grew."}}}, {"cites", Json::array({"x"})}}}}));
  const auto moved = move_record(*workspace_, kAuthor, "finding", finding.id, "confirm");
  ASSERT_TRUE(moved) << moved.error().describe();
  EXPECT_EQ(moved->state, "confirmed");
  EXPECT_EQ(move_record(*workspace_, kAuthor, "finding", finding.id, "confirm").error().code,
            "records.transition.wrong_state");
}

TEST_F(RecordsTest, HistoryTellsDifferencesAndGivesEarlierVersionsBack) {
  const model::Record place = create("place", {{"title", "North"}, {"fields", {{"level", 1}}}});
  for (const int level : {2, 3})
    ASSERT_TRUE(change_record(*workspace_, kAuthor, "place", place.id, {{"fields", {{"level", level}}}}));
  const auto lines = record_history(*workspace_, "place", place.id);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2u);  // two changes within five minutes are one line
  EXPECT_EQ(lines->at(1).version, 3);
  ASSERT_EQ(lines->at(1).differences.size(), 1u);
  EXPECT_EQ(lines->at(1).differences[0].before, "1");
  EXPECT_EQ(lines->at(1).differences[0].after, "3");
  const auto back = revert_record(*workspace_, kAuthor, "place", place.id, 1);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->fields()["level"], 1);
  EXPECT_EQ(back->version, 4);
  EXPECT_EQ(revert_record(*workspace_, kAuthor, "place", place.id, 9).error().code, "records.version.missing");
}

TEST_F(RecordsTest, WhatAStateStandsOnIsNotEmptiedNeitherByHandNorByGoingBack) {
  const model::Record who = create("person", {{"title", "DEMO Nobody Real"}});
  const Json fields = {{"received_on", "2025-06-02"}, {"text", "DEMO?"}, {"urgency", "low"}, {"responsible", who.id}};
  const model::Record asked = create("request", {{"title", "DEMO asked"}, {"fields", fields}});
  const auto change = [&](const Json& changed) {
    return change_record(*workspace_, kAuthor, "request", asked.id, {{"fields", changed}});
  };
  ASSERT_TRUE(change({{"answer", nullptr}})->problems.empty());
  ASSERT_TRUE(move_record(*workspace_, kAuthor, "request", asked.id, "assign"));
  // No answer is of the day before its question.
  EXPECT_EQ(change({{"answer", "So."}, {"answered_on", "2025-06-01"}})->problems.at(0).problem.code,
            "records.state.rule");
  ASSERT_TRUE(change({{"answer", "So."}, {"answered_on", "2025-06-03"}})->problems.empty());
  ASSERT_TRUE(move_record(*workspace_, kAuthor, "request", asked.id, "answer"));
  const auto emptied = change({{"answer", nullptr}, {"urgency", "normal"}});
  ASSERT_TRUE(emptied);
  ASSERT_EQ(emptied->problems.size(), 1U);
  EXPECT_EQ(emptied->problems.front().problem.code, "records.state.needs");
  EXPECT_EQ(emptied->problems.front().problem.where.pointer, "/fields/answer");
  EXPECT_TRUE(change({{"answer", "So it is."}})->problems.empty());
  const auto back = revert_record(*workspace_, kAuthor, "request", asked.id, 1);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "records.state.needs");
}

TEST_F(RecordsTest, WhatWasHeldIsNotPutOffAfterwardsNeitherByHandNorByGoingBack) {
  const model::Record meeting = create("meeting", {{"title", "DEMO meeting"}, {"fields", {{"held_on", "2999-01-01"}}}});
  EXPECT_EQ(move_record(*workspace_, kAuthor, "meeting", meeting.id, "hold").error().code, "records.transition.rule");
  const auto on = [&](const char* day) {
    const auto changed =
        change_record(*workspace_, kAuthor, "meeting", meeting.id, {{"fields", {{"held_on", day}, {"venue", day}}}});
    return changed->problems.empty() ? "" : changed->problems.front().problem.code;
  };
  EXPECT_EQ(on("2025-01-01"), "");
  ASSERT_TRUE(move_record(*workspace_, kAuthor, "meeting", meeting.id, "hold"));
  EXPECT_EQ(on("2999-01-01"), "records.state.rule");
  EXPECT_EQ(on("2025-01-02"), "");
  EXPECT_EQ(revert_record(*workspace_, kAuthor, "meeting", meeting.id, 1).error().code, "records.state.rule");
}

TEST_F(RecordsTest, WhatRefusedTheStepRefusesTheChangeAfterItAndNothingIsKeptFromBeingGivenUp) {
  const Json days = {{"starts", "2025-05-01"}, {"ends", "2025-04-01"}};
  const model::Record milestone = create("milestone", {{"title", "DEMO days"}, {"fields", days}});
  const auto with = [&](const Json& fields) {
    const auto changed = change_record(*workspace_, kAuthor, "milestone", milestone.id, {{"fields", fields}});
    EXPECT_TRUE(changed);
    return changed->problems.empty() ? "" : changed->problems.front().problem.where.pointer;
  };
  EXPECT_EQ(move_record(*workspace_, kAuthor, "milestone", milestone.id, "start").error().code,
            "records.transition.rule");
  EXPECT_EQ(with({{"ends", "2025-06-01"}}), "");
  ASSERT_TRUE(move_record(*workspace_, kAuthor, "milestone", milestone.id, "start"));
  EXPECT_EQ(with({{"ends", "2025-04-01"}}), "/fields/ends");
  EXPECT_EQ(with({{"starts", "2025-07-01"}}), "/fields/ends");
  EXPECT_EQ(with({{"starts", "2025-03-01"}, {"ends", "2025-04-01"}}), "") << "both at once";
  const auto back = revert_record(*workspace_, kAuthor, "milestone", milestone.id, 1);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, "records.state.rule");
  EXPECT_TRUE(move_record(*workspace_, kAuthor, "milestone", milestone.id, "complete"));
  for (const model::Rule& rule : model::all_rules()) {
    if (rule.message != "dates_in_order") continue;
    for (const model::Transition& step : model::find_kind(rule.kind)->transitions)
      EXPECT_FALSE(step.gives_up && std::find(rule.blocks.begin(), rule.blocks.end(), step.name) != rule.blocks.end())
          << rule.id << " " << step.name;
  }
}

TEST_F(RecordsTest, ARuleRefusesTheTransitionThatItNamesUntilItHolds) {
  const Json fields = {
      {"statement", {{"en", "Open the school yard."}}}, {"addressee", "school board"}, {"priority", "high"}};
  const model::Record advice = create("recommendation", {{"title", "DEMO advice"}, {"fields", fields}});
  const auto refused = move_record(*workspace_, kAuthor, "recommendation", advice.id, "propose");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "records.transition.rule");
  EXPECT_EQ(refused.error().where.pointer, "/fields/findings");
  const model::Record study = create("study", {{"title", "DEMO study"}});
  const model::Record finding = create("finding", {{"title", "DEMO finding"}, {"fields", {{"study", study.id}}}});
  create("link", {{"title", "cites"},
                  {"fields",
                   {{"from_kind", "recommendation"},
                    {"from_id", advice.id},
                    {"type", "cites"},
                    {"to_kind", "finding"},
                    {"to_id", finding.id}}}});
  const auto moved = move_record(*workspace_, kAuthor, "recommendation", advice.id, "propose");
  ASSERT_TRUE(moved) << moved.error().describe();
}

TEST_F(RecordsTest, RulesLookThroughListsOfReferencesAndForgetTheBin) {
  const model::Record barrier = create("barrier", {{"title", "DEMO barrier"}});
  const auto is_open = [&] {
    const auto failures = check_rules(*workspace_, barrier);
    EXPECT_TRUE(failures);
    return std::any_of(failures->begin(), failures->end(),
                       [](const auto& failure) { return failure.rule == "barrier.answered_or_explained"; });
  };
  EXPECT_TRUE(is_open());
  const model::Record activity =
      create("activity", {{"title", "DEMO activity"}, {"fields", {{"barriers", Json::array({barrier.id})}}}});
  EXPECT_FALSE(is_open());
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", activity.id));
  EXPECT_TRUE(is_open());
}

// Today is 2025-06-15, and somewhere the 16th has begun.
TEST_F(RecordsTest, WhatHasHappenedHasADayThatHasCome) {
  const std::string place = create("place", {{"title", "DEMO place"}}).id;
  const auto meeting = [&](const char* day) {
    return create("meeting", {{"title", "DEMO meeting"}, {"fields", {{"held_on", day}, {"place", place}}}});
  };
  const model::Record later = meeting("2025-06-17");
  const auto rules = check_rules(*workspace_, later);
  ASSERT_TRUE(rules);
  const auto found = std::find_if(rules->begin(), rules->end(),
                                  [](const auto& one) { return one.rule == "meeting.held_on_not_in_future"; });
  ASSERT_NE(found, rules->end());
  EXPECT_FALSE(found->warns) << "it is only planned";
  const auto refused = move_record(*workspace_, kAuthor, "meeting", later.id, "hold");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "records.transition.rule");
  EXPECT_EQ(refused.error().where.pointer, "/fields/held_on");
  EXPECT_NE(refused.error().message().find("2025-06-17"), std::string::npos);
  EXPECT_TRUE(move_record(*workspace_, kAuthor, "meeting", later.id, "cancel"));
  const model::Record now = meeting("2025-06-16");
  EXPECT_TRUE(move_record(*workspace_, kAuthor, "meeting", now.id, "hold"));
  const auto offenders = check_all(*workspace_, 100);
  ASSERT_TRUE(offenders);
  for (const BrokenRule& one : offenders->rules) EXPECT_NE(one.rule, "meeting.held_on_not_in_future");
}

TEST_F(RecordsTest, WhatIsReceivedIsNotReceivedTomorrow) {
  const model::Record request = create("request", {{"title", "DEMO"}, {"fields", {{"received_on", "2026-01-01"}}}});
  const auto rules = check_rules(*workspace_, request);
  ASSERT_TRUE(rules);
  EXPECT_TRUE(std::any_of(rules->begin(), rules->end(), [](const auto& one) {
    return one.rule == "request.received_on_not_in_future" && one.warns && one.refuses("assign");
  }));
}

TEST_F(RecordsTest, AnAddressOnTheWebIsWhole) {
  const auto made = [&](const char* address) {
    return create_record(*workspace_, kAuthor, "organisation",
                         {{"title", "DEMO office"}, {"fields", {{"website", address}}}});
  };
  for (const char* bad : {"example.org", "https://example", "https://example.org/a b"}) {
    const auto refused = made(bad);
    ASSERT_TRUE(refused);
    ASSERT_EQ(refused->problems.size(), 1u) << bad;
    EXPECT_EQ(refused->problems.front().problem.code, "records.web_address");
    EXPECT_EQ(refused->problems.front().problem.where.pointer, "/fields/website");
  }
  EXPECT_TRUE(made("https://example.org/report?year=2026")->record);
  EXPECT_TRUE(made("")->record);
}

TEST_F(RecordsTest, AllThatIsWrongWithARecordIsSaidAtOnce) {
  const Json body = {{"title", "DEMO"},
                     {"fields", {{"place", "0123456789abcdef"}, {"starts", "2026-02-30"}, {"permissions", {"none"}}}}};
  const auto pointers = [](const Diagnostics& problems) {
    std::vector<std::string> out;
    for (const Diagnostic& one : problems) out.push_back(one.problem.where.pointer);
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto made = create_record(*workspace_, kAuthor, "visit", body);
  ASSERT_TRUE(made);
  EXPECT_EQ(pointers(made->problems),
            (std::vector<std::string>{"/fields/permissions", "/fields/place", "/fields/starts"}));
  const auto several = apply_operations(
      *workspace_, kAuthor, {{Operation::Do::kCreate, "visit", "", {}, std::make_shared<const Json>(body)}});
  ASSERT_TRUE(several);
  EXPECT_EQ(several->problems.size(), 3u);
}

TEST_F(RecordsTest, WhatTheProgramWritesIsNotChangedByHand) {
  EXPECT_EQ(create_record(*workspace_, kAuthor, "dataset", {{"title", "x"}}).error().code, "records.made_by_program");
}

TEST_F(RecordsTest, AllRecordsThatBreakARuleAreListed) {
  create("visit", {{"title", "Sound"}, {"fields", {{"starts", "2027-01-01"}, {"ends", "2027-01-02"}}}});
  const model::Record wrong =
      create("visit", {{"title", "Backwards"}, {"fields", {{"starts", "2027-01-02"}, {"ends", "2027-01-01"}}}});
  const auto checked = check_all(*workspace_, 50);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->records, 2u);
  std::vector<std::string> backwards;
  for (const BrokenRule& rule : checked->rules)
    for (const Offender& one : rule.offenders)
      if (one.failure.problem.where.pointer == "/fields/ends") backwards.push_back(one.record.id);
  EXPECT_EQ(backwards, std::vector<std::string>{wrong.id});
}

// The one that breaks a rule was written first, then 600 others: it is found, and looking at all of them costs about
// as much for each as looking at few.
TEST_F(RecordsTest, RulesLookAtAllRecordsInATimeThatGrowsAsTheirNumber) {
  const auto add = [&](int from, int to) {
    std::vector<Operation> operations;
    for (int i = from; i < to; ++i) {
      const Json fields = {{"starts", "2027-01-02"}, {"ends", i == 0 ? "2027-01-01" : "2027-01-03"}, {"year", 2020}};
      const auto body = [&](Json one) { return std::make_shared<const Json>(std::move(one)); };
      operations.push_back({Operation::Do::kCreate,
                            "activity",
                            "",
                            {},
                            body({{"title", "A" + std::to_string(i)},
                                  {"fields", {{"starts", fields["starts"]}, {"ends", fields["ends"]}}}})});
      operations.push_back({Operation::Do::kCreate,
                            "document",
                            "",
                            {},
                            body({{"title", "D" + std::to_string(i)}, {"fields", {{"year", 2020}}}})});
    }
    const auto done = apply_operations(*workspace_, kAuthor, operations);
    ASSERT_TRUE(done && done->problems.empty());
  };
  const auto seconds = [&](std::size_t records) {
    const auto start = std::chrono::steady_clock::now();
    const auto checked = check_all(*workspace_, 50);
    EXPECT_TRUE(checked);
    EXPECT_EQ(checked->records, records);
    EXPECT_TRUE(std::any_of(checked->rules.begin(), checked->rules.end(), [](const BrokenRule& rule) {
      return rule.rule == "activity.starts_before_ends" && rule.count == 1;
    }));
    const auto barriers = std::find_if(checked->rules.begin(), checked->rules.end(),
                                       [](const auto& rule) { return rule.rule == "activity.answers_a_barrier"; });
    EXPECT_EQ(barriers->count, records / 2);
    EXPECT_EQ(barriers->offenders.size(), 50u);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  add(0, 600);
  const double few = seconds(1200);
  add(600, 6000);
  const double many = seconds(12'000);
  EXPECT_LT(many, 30 * few) << few << " s for 1,200, " << many << " s for 12,000";
  RecordProperty("seconds_for_12000", std::to_string(many));
}

// What rules say of many records that belong to the same event, line, indicator or place.
class CrowdTest : public RecordsTest {
 protected:
  void add(const std::string& kind, int count, const std::function<Json(int)>& fields) {
    std::vector<Operation> operations;
    for (int i = 0; i < count; ++i) {
      Json body = {{"title", kind + " " + std::to_string(i)}, {"fields", fields(i)}};
      operations.push_back({Operation::Do::kCreate, kind, "", {}, std::make_shared<const Json>(std::move(body))});
    }
    const auto done = apply_operations(*workspace_, kAuthor, operations);
    ASSERT_TRUE(done) << done.error().describe();
    ASSERT_TRUE(done->problems.empty()) << done->problems.front().problem.describe();
  }
  model::Record last(const std::string& kind) {
    const auto page = workspace_->query({.kind = kind, .descending = true, .limit = 1});
    EXPECT_TRUE(page && page->records.size() == 1);
    return page->records.front();
  }
  // Of the rule alone: the last record's breach as its arguments, or none.
  std::optional<Error::Args> breach(const std::string& rule, const model::Record& record) {
    const auto found = check_rules(*workspace_, record);
    EXPECT_TRUE(found);
    for (const model::RuleFailure& one : *found)
      if (one.rule == rule) return one.problem.args;
    return std::nullopt;
  }
  std::size_t broken(const std::string& rule) {
    const auto checked = check_all(*workspace_, 1);
    EXPECT_TRUE(checked);
    for (const BrokenRule& one : checked->rules)
      if (one.rule == rule) return one.count;
    return 0;
  }
  double seconds() {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(check_all(*workspace_, 1));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  void grows_as_the_number(const std::function<void(int)>& add_so_many) {
    add_so_many(400);
    const double few = seconds();
    add_so_many(3600);
    const double many = seconds();
    EXPECT_LT(many, 30 * few) << few << " s for 400, " << many << " s for 4,000";
  }
};

// The one that all others differ from was written first, and 2,000 others changed since.
TEST_F(CrowdTest, WhatARuleAsksForIsFoundBehindTwoThousandOthers) {
  const std::string event = create("event", {{"title", "DEMO"}}).id;
  add("participation", 2001,
      [&](int i) { return Json{{"event", event}, {"counted", i == 0 ? "participations" : "persons"}}; });
  EXPECT_TRUE(breach("participation.one_way_of_counting", last("participation")));
  EXPECT_EQ(broken("participation.one_way_of_counting"), 2001U);

  const Json planned = {{"quantity", 1}, {"unit_cost", 2000}, {"currency", "USD"}};
  const std::string line = create("budget_line", {{"title", "DEMO"}, {"fields", planned}}).id;
  add("expenditure", 2001, [&](int) { return Json{{"budget_line", line}, {"amount", 1}, {"currency", "USD"}}; });
  const auto overspent = breach("expenditure.not_overspent", last("expenditure"));
  ASSERT_TRUE(overspent);
  EXPECT_EQ(overspent->front().second, "2001.00");
  EXPECT_EQ(broken("expenditure.not_overspent"), 2001U);

  const std::string place = create("place", {{"title", "DEMO"}}).id;
  const std::string ours = create("organisation", {{"title", "DEMO ours"}}).id;
  const std::string theirs = create("organisation", {{"title", "DEMO theirs"}}).id;
  add("activity_row", 2001, [&](int i) {
    return Json{{"place", place},
                {"subsector", "wells"},
                {"lead_organisation", i == 0 ? theirs : ours},
                {"starts", "2026-01-01"},
                {"ends", "2026-02-01"}};
  });
  EXPECT_TRUE(breach("activity_row.no_overlap", last("activity_row")));
  EXPECT_EQ(broken("activity_row.no_overlap"), 2001U);
}

TEST_F(CrowdTest, ARecordIsNotComparedWithAllOfItsEvent) {
  const std::string event = create("event", {{"title", "DEMO"}}).id;
  grows_as_the_number([&](int count) {
    add("participation", count, [&](int) { return Json{{"event", event}, {"counted", "persons"}}; });
  });
}

TEST_F(CrowdTest, WhatALineSpentIsAddedUpOnce) {
  const std::string line = create("budget_line", {{"title", "DEMO"}}).id;
  grows_as_the_number([&](int count) {
    add("expenditure", count, [&](int) { return Json{{"budget_line", line}, {"amount", 1}, {"currency", "USD"}}; });
  });
}

TEST_F(CrowdTest, ARowIsComparedWithTheSameWorkInItsPlaceOnly) {
  const std::string place = create("place", {{"title", "DEMO"}}).id;
  int row = 0;
  grows_as_the_number([&](int count) {
    add("activity_row", count,
        [&](int) { return Json{{"place", place}, {"subsector", "work " + std::to_string(row++ / 20)}}; });
  });
}

TEST_F(RecordsTest, WhoeverWorksAloneWaitsTwoDaysBeforeTheyDecide) {
  const auto rule_breaks = [&](const model::Record& document, std::int64_t days) {
    const std::string path = workspace_->path();
    workspace_.reset();
    auto later = store::Workspace::open(path, {.key_file_bytes = std::string(32, 'k')},
                                        store::Workspace::Access::kWrite, Env::fixed(1'700'000'000 + days * 86'400));
    EXPECT_TRUE(later);
    workspace_ = std::make_unique<store::Workspace>(std::move(*later));
    const auto failures = check_rules(*workspace_, document);
    return std::any_of(failures->begin(), failures->end(),
                       [](const auto& one) { return one.rule == "document.solo_waits" && one.refuses("include"); });
  };
  create("programme", {{"title", "Alone"}, {"fields", {{"team_mode", "solo"}}}});
  const model::Record person = create("person", {{"title", "Reader"}});
  const model::Record document = create("document", {{"title", "Paper"}});
  EXPECT_FALSE(rule_breaks(document, 0)) << "nothing was screened yet: another rule speaks";
  create("screening", {{"title", "First"},
                       {"fields", {{"document", document.id}, {"reviewer", person.id}, {"decision", "include"}}}});
  EXPECT_TRUE(rule_breaks(document, 0));
  EXPECT_TRUE(rule_breaks(document, 1));
  EXPECT_FALSE(rule_breaks(document, 2));
}

}  // namespace
}  // namespace hamdil::services::records
