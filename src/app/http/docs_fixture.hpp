// What stands in docs/ and is written by the program is held to what it would write now. For tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/file.hpp"

namespace hamdil::http {

// With HAMDIL_WRITE_DOCS=1 the file is written anew first.
inline void expect_current(const std::string& below_docs, const std::string& now) {
  const std::string path = std::string(HAMDIL_SOURCE_DIR) + "/docs/" + below_docs;
  if (std::getenv("HAMDIL_WRITE_DOCS") != nullptr) {
    ASSERT_TRUE(write_file(path, now));
  }
  const auto copy = read_file(path);
  ASSERT_TRUE(copy);
  EXPECT_TRUE(*copy == now) << "write it anew with HAMDIL_WRITE_DOCS=1";
}

}  // namespace hamdil::http
