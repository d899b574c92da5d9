#include "base/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hamdil {
namespace {

TEST(ParseJson, RefusesWhatCannotBeHeld) {
  const auto code = [](const std::string& text) {
    const auto parsed = parse_json(text, "text", {.bytes = 1000, .depth = 8});
    return parsed ? std::string() : parsed.error().code;
  };
  EXPECT_EQ(code(R"({"a": 1e308})"), "");
  EXPECT_EQ(code(R"({"a": 1e999})"), "base.json.number");
  EXPECT_EQ(code(R"([-1e999])"), "base.json.number");
  EXPECT_EQ(code(R"({"a": )"), "base.json.syntax");
  EXPECT_EQ(code("{\"a\": \"\xff\"}"), "base.json.syntax");
  EXPECT_EQ(code(std::string(9, '[') + std::string(9, ']')), "base.json.too_deep");
  EXPECT_EQ(code(std::string(1001, ' ')), "base.json.too_large");
}

}  // namespace
}  // namespace hamdil
