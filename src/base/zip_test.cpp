#include "base/zip.hpp"

#include <gtest/gtest.h>

namespace hamdil {

TEST(Zip, RoundTripIsTheIdentityAndTheBytesRepeat) {
  const auto pack = [] {
    ZipWriter writer;
    writer.add("a.xml", "<a/>");
    writer.add("dir/b.png", std::string(1000, 'x'));
    return *writer.finish();
  };
  const std::string bytes = pack();
  EXPECT_EQ(bytes, pack());
  auto reader = ZipReader::open_bytes(bytes, "test.zip");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->names(), (std::vector<std::string>{"a.xml", "dir/b.png"}));
  EXPECT_EQ(*reader->read("a.xml"), "<a/>");
}

TEST(Zip, TruncatedFileIsRefused) {
  ZipWriter writer;
  writer.add("a.xml", std::string(5000, 'y'));
  const std::string bytes = *writer.finish();
  const auto reader = ZipReader::open_bytes(std::string_view(bytes).substr(0, bytes.size() / 2), "cut.xlsx");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, "base.zip.not_a_zip");
}

TEST(Zip, ABombIsRefusedWithoutUnpackingIt) {
  ZipWriter writer;
  writer.add("bomb.xml", std::string(64u << 20, '0'));
  const std::string bytes = *writer.finish();
  auto reader = ZipReader::open_bytes(bytes, "bomb.xlsx", {.ratio = 200});
  ASSERT_TRUE(reader);
  const auto content = reader->read("bomb.xml");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, "base.zip.bomb");
}

}  // namespace hamdil
