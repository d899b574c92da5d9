#include "base/web_address.hpp"

#include <gtest/gtest.h>

namespace hamdil {

TEST(WebAddress, IsWhatABrowserCanFollow) {
  for (const char* good : {"https://example.org", "http://example.org/a/b?c=d#e", "HTTPS://EXAMPLE.ORG:8443/",
                           "http://localhost:8080/x", "https://намуна.example/саҳифа",
                           "https://sub.example-site.org."
                           "tj/"})
    EXPECT_TRUE(is_web_address(good)) << good;
  for (const char* bad : {"", "example.org", "www.example.org", "ftp://example.org", "https://", "https://example",
                          "https://.org", "https://example..org", "https://exa mple.org", "https://example.org/a b",
                          "javascript://example.org/%0aalert(1)", "https://somebody:word@example.org",
                          "https://example.org:port/", "see https://example.org", "https:///path.x"})
    EXPECT_FALSE(is_web_address(bad)) << bad;
}

}  // namespace hamdil
