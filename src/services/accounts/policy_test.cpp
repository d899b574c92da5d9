#include "services/accounts/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "model/kind.hpp"

namespace hamdil::services::accounts {
namespace {

using store::Deed;

TEST(Policy, TheFileReads) {
  const auto policy = Policy::parse(find_embedded("access-policy.yaml").value_or(""));
  ASSERT_TRUE(policy) << policy.error().describe();
  EXPECT_EQ(policy->roles().size(), 8U);
}

TEST(Policy, EveryKindBelongsToAResourceAndRolesAreThoseOfAGrant) {
  const Policy& policy = Policy::built_in();
  for (const model::KindDefinition& kind : model::all_kinds())
    EXPECT_NE(policy.resource_of(kind.name), "") << kind.name << " of the area " << kind.area;
  EXPECT_EQ(policy.roles(), model::find_kind("grant")->find("role")->choices);
}

// Who looks for a place by a reference finds a kind that has one, or leads on.
TEST(Policy, EveryWayLeadsToAPlace) {
  const Policy& policy = Policy::built_in();
  for (const auto& [start, field] : policy.through()) {
    std::string kind = start;
    for (int steps = 0; steps < 5; ++steps) {
      const auto& fields = model::find_kind(kind)->fields;
      if (std::any_of(fields.begin(), fields.end(), [](const auto& f) { return f.refers_to == "place"; })) break;
      const auto way = policy.through().find(kind);
      if (way == policy.through().end()) {
        ADD_FAILURE() << start << " ends at " << kind;
        break;
      }
      kind = model::find_kind(kind)->find(way->second)->refers_to;
    }
    for (const auto& one : model::find_kind(start)->fields)
      EXPECT_NE(one.refers_to, "place") << start << " has a place of its own";
  }
}

TEST(Policy, NobodySeesMoreThanTheseOfCasesAndAccounts) {
  const Policy& policy = Policy::built_in();
  for (const std::string& role : policy.roles()) {
    if (role != "administrator") {
      EXPECT_EQ(policy.reach(role, "accounts", Deed::kChange), Reach::kNone) << role;
      EXPECT_EQ(policy.reach(role, "doors", Deed::kLook), Reach::kNone) << role;
    }
    if (role != "protection_focal_point") {
      EXPECT_EQ(policy.reach(role, "cases", Deed::kPersonal), Reach::kNone) << role;
    }
  }
}

TEST(Policy, WhatIsNotNamedIsClosed) {
  const Policy& policy = Policy::built_in();
  EXPECT_EQ(policy.reach("manager", "no_such_resource", Deed::kLook), Reach::kNone);
  EXPECT_EQ(policy.reach("no_such_role", "field", Deed::kLook), Reach::kNone);
  EXPECT_FALSE(policy.route("noSuchOperation"));
  EXPECT_TRUE(Policy().view("x", {{.role = "administrator"}}).kinds.at("visit")[0].empty());
}

TEST(Policy, AFileThatIsWrongSaysWhere) {
  const std::string good(*find_embedded("access-policy.yaml"));
  const auto changed = [&good](const std::string& from, const std::string& to) {
    const auto parsed = Policy::parse(text::replace_all(good, from, to));
    return parsed ? std::string() : parsed.error().code;
  };
  EXPECT_EQ(changed("reader: {look: all}", "reder: {look: all}"), "access.policy");
  EXPECT_EQ(changed("look: all", "look: some"), "access.policy");
  EXPECT_EQ(changed("look: all", "lok: all"), "access.policy");
  EXPECT_EQ(changed("[person, membership,", "[persons, membership,"), "access.policy");
  EXPECT_EQ(changed("attendance: training_session", "attendance: sessions"), "access.policy");
  EXPECT_EQ(changed("listJobs: jobs look", "listJobs: works look"), "access.policy");
  EXPECT_EQ(changed("through:", "others:"), "access.policy");
}

}  // namespace
}  // namespace hamdil::services::accounts
