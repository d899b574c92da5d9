#include "app/http/budget.hpp"

#include <gtest/gtest.h>

namespace hamdil::http {
namespace {

using Of = Budget::Of;
using Full = Budget::Full;

BudgetLimits small() {
  BudgetLimits out;
  out.body_bytes = {100, 60, 50, 10};
  return out;
}

TEST(Budget, APersonAnAddressAStrangerAndAllHaveTheirShare) {
  Budget budget(small());
  Budget::Lease one, two, three, four;
  EXPECT_EQ(budget.take(Of::kBody, "a", "amina", 50, one), Full::kNo);
  EXPECT_EQ(budget.take(Of::kBody, "a", "amina", 1, two), Full::kOwn) << "of the person";
  EXPECT_EQ(budget.take(Of::kBody, "b", "amina", 1, two), Full::kOwn) << "from another device, too";
  EXPECT_EQ(budget.take(Of::kBody, "a", "karim", 11, two), Full::kOwn) << "of the address";
  EXPECT_EQ(budget.take(Of::kBody, "a", "karim", 10, two), Full::kNo);
  EXPECT_EQ(budget.take(Of::kBody, "c", "", 11, three), Full::kOwn) << "of a stranger";
  EXPECT_EQ(budget.take(Of::kBody, "c", "", 10, three), Full::kNo);
  EXPECT_EQ(budget.take(Of::kBody, "d", "farida", 31, four), Full::kAll);
  EXPECT_EQ(budget.take(Of::kBody, "d", "farida", 30, four), Full::kNo);
  one.end();
  EXPECT_EQ(budget.held(Of::kBody), 50U);
  EXPECT_EQ(budget.take(Of::kBody, "b", "amina", 50, one), Full::kNo);
  EXPECT_EQ(budget.held(Of::kSlow), 0U) << "other things are counted apart";
}

TEST(Budget, WhoSignsInIsNotHeldUpByAnUploadFromTheSameComputer) {
  Budget budget(small());
  Budget::Lease upload, password;
  EXPECT_EQ(budget.take(Of::kBody, "a", "amina", 40, upload), Full::kNo);
  EXPECT_EQ(budget.take(Of::kBody, "a", "", 10, password), Full::kNo);
  EXPECT_EQ(budget.take(Of::kBody, "a", "", 1, upload), Full::kOwn);
  password.end();
  EXPECT_EQ(budget.take(Of::kBody, "a", "", 10, password), Full::kNo);
}

TEST(Budget, ALeaseGivesBackWhatItTookOnce) {
  Budget budget(small());
  {
    Budget::Lease lease;
    ASSERT_EQ(budget.take(Of::kBody, "a", "amina", 50, lease), Full::kNo);
    Budget::Lease moved = std::move(lease);
    lease = Budget::Lease();
    EXPECT_EQ(budget.held(Of::kBody), 50U);
    moved.end();
    moved.end();
    EXPECT_EQ(budget.held(Of::kBody), 0U);
    ASSERT_EQ(budget.take(Of::kBody, "a", "amina", 20, moved), Full::kNo);
  }
  EXPECT_EQ(budget.held(Of::kBody), 0U);
}

TEST(Budget, ALeaseThatIsTakenAnewGivesBackWhatItHeld) {
  Budget budget(small());
  Budget::Lease lease;
  ASSERT_EQ(budget.take(Of::kBody, "a", "amina", 30, lease), Full::kNo);
  ASSERT_EQ(budget.take(Of::kBody, "a", "amina", 20, lease), Full::kNo);
  EXPECT_EQ(budget.held(Of::kBody), 20U);
}

TEST(Budget, OfIPv6TheNetworkCounts) {
  EXPECT_EQ(network_of("2001:db8::1"), network_of("2001:db8:0:0:ffff::9"));
  EXPECT_NE(network_of("2001:db8::1"), network_of("2001:db8:0:1::1"));
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("fe80::1%eth0"), network_of("fe80::2"));
}

}  // namespace
}  // namespace hamdil::http
