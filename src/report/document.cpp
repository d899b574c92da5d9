#include "report/document.hpp"

#include <array>
#include <type_traits>

#include "base/result.hpp"

namespace hamdil::report {

namespace {

// One walk for reading and writing: `D` is Document or const Document.
template <class D, class Visit>
void walk(D& document, const Visit& visit) {
  const auto rows = [&](auto& list) {
    for (auto& row : list)
      for (auto& cell : row.cells) visit(cell.runs);
  };
  const auto all = [&](auto& list) {
    for (auto& runs : list) visit(runs);
  };
  visit(document.title_page.title);
  visit(document.title_page.subtitle);
  for (auto& [label, value] : document.title_page.facts) {
    visit(label);
    visit(value);
  }
  for (auto& block : document.blocks) {
    std::visit(
        [&](auto& b) {
          using B = std::remove_cvref_t<decltype(b)>;
          if constexpr (std::is_same_v<B, Heading>) visit(b.text);
          if constexpr (std::is_same_v<B, Paragraph>) visit(b.runs);
          if constexpr (std::is_same_v<B, List>) all(b.items);
          if constexpr (std::is_same_v<B, TableBlock>) {
            visit(b.caption);
            rows(b.header);
            rows(b.rows);
            all(b.notes);
          }
          if constexpr (std::is_same_v<B, Figure>) {
            visit(b.caption);
            all(b.notes);
          }
          if constexpr (std::is_same_v<B, Note>) {
            visit(b.title);
            all(b.paragraphs);
          }
        },
        block);
  }
}

}  // namespace

std::string safe_id(const std::string& id) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string out;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (plain)
      out += c;
    else
      (out += '_') += {kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::string plain_text(const Runs& runs) {
  std::string out;
  for (const Run& run : runs) out += run.text;
  return out;
}

void for_each_runs(const Document& document, const std::function<void(const Runs&)>& visit) { walk(document, visit); }
void for_each_runs(Document& document, const std::function<void(Runs&)>& visit) { walk(document, visit); }

void number_blocks(Document& document, const std::string& table, const std::string& figure,
                   std::string (*digits)(const std::string& language, std::size_t n)) {
  std::map<std::string, std::string> names;
  std::array<std::size_t, 4> counts{};
  std::size_t tables = 0;
  std::size_t figures = 0;
  for (Block& block : document.blocks) {
    if (auto* heading = std::get_if<Heading>(&block)) {
      const auto level = static_cast<std::size_t>(heading->level - 1);
      if (heading->numbered) {
        ++counts[level];
        for (std::size_t below = level + 1; below < counts.size(); ++below) counts[below] = 0;
        heading->number.clear();
        for (std::size_t i = 0; i <= level; ++i)
          heading->number += (i == 0 ? "" : ".") + digits(document.language, counts[i]);
      }
      names[heading->id] =
          heading->number.empty() ? plain_text(heading->text) : heading->number + " " + plain_text(heading->text);
    } else if (auto* numbered_table = std::get_if<TableBlock>(&block)) {
      numbered_table->label = fill(table, {{"n", digits(document.language, ++tables)}});
      names[numbered_table->id] = numbered_table->label;
    } else if (auto* numbered_figure = std::get_if<Figure>(&block)) {
      numbered_figure->label = fill(figure, {{"n", digits(document.language, ++figures)}});
      names[numbered_figure->id] = numbered_figure->label;
    }
  }
  for_each_runs(document, [&](Runs& runs) {
    for (Run& run : runs) {
      if (run.kind != RunKind::kCrossReference) continue;
      const auto found = names.find(run.target);
      run.text = found == names.end() ? "[" + run.target + "]" : found->second;
    }
  });
}

}  // namespace hamdil::report
