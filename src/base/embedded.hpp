// Files that are part of the program: content/ (messages, outlines, ...) put in at build time by cmake/embed.cmake.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace hamdil {

struct EmbeddedFile {
  std::string_view name;   // path below content/, "messages/en.yaml"
  std::string_view bytes;  // lives as long as the program
};

// Every file of content/, sorted by name.
std::span<const EmbeddedFile> embedded_content();
// One of them by its exact name; empty when there is none.
std::optional<std::string_view> find_embedded(std::string_view name);

}  // namespace hamdil
