#include "report/render/pdf_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/markup.hpp"
#include "base/text.hpp"
#include "report/render/markup.hpp"

namespace hamdil::report {

namespace {

constexpr const char* kIsolateLeftToRight = "\u2066";
constexpr const char* kIsolateByFirstLetter = "\u2068";
constexpr const char* kEndIsolate = "\u2069";

// Cairo's tag attributes quote with ' and escape with \.
std::string tag_text(const std::string& value) {
  return text::replace_all(text::replace_all(value, "\\", "\\\\"), "'", "\\'");
}

std::string run_markup(const Run& run) {
  const std::string text = escape_markup(run.text);
  switch (run.kind) {
    case RunKind::kEmphasis:
      return "<i>" + text + "</i>";
    case RunKind::kStrong:
      return "<b>" + text + "</b>";
    case RunKind::kCode:
      return std::string(kIsolateLeftToRight) + "<span font_family=\"DejaVu Sans Mono\" size=\"88%\">" + text +
             "</span>" + kEndIsolate;
    case RunKind::kMark:
      return "<span size=\"70%\" rise=\"3072\">" + text + "</span>";
    case RunKind::kNumber:
    case RunKind::kFact:
      return (has_right_to_left_letters(run.text) ? kIsolateByFirstLetter : kIsolateLeftToRight) + text + kEndIsolate;
    case RunKind::kLink:
    case RunKind::kCrossReference:
      return "<span foreground=\"#0b5c7a\">" + text + "</span>";
    case RunKind::kGiven:
      return kIsolateByFirstLetter + text + kEndIsolate;
    case RunKind::kText:
      break;
  }
  return text;
}

}  // namespace

TextBlock::TextBlock(cairo_t* page, const Runs& runs, const TextStyle& style, double width, Align align,
                     bool right_to_left)
    : layout_(pango_cairo_create_layout(page)), style_(style) {
  PangoContext* context = pango_layout_get_context(layout_.get());
  pango_context_set_base_dir(context, right_to_left ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_layout_set_auto_dir(layout_.get(), FALSE);
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font,
                                    right_to_left ? "Noto Sans Arabic, Noto Sans" : "Noto Sans, Noto Sans Arabic");
  pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_layout_set_font_description(layout_.get(), font);
  pango_font_description_free(font);
  pango_layout_set_width(layout_.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing(layout_.get(), right_to_left ? 0.95F : 1.25F);  // Noto Sans Arabic has tall lines
  const bool left = align == Align::kStart ? !right_to_left : right_to_left;
  pango_layout_set_alignment(layout_.get(), align == Align::kCenter ? PANGO_ALIGN_CENTER
                                            : left                  ? PANGO_ALIGN_LEFT
                                                                    : PANGO_ALIGN_RIGHT);
  std::string markup;
  int bytes = 0;
  for (const Run& run : runs) {
    markup += run_markup(run);
    const bool isolated = run.kind == RunKind::kCode || run.kind == RunKind::kNumber || run.kind == RunKind::kFact ||
                          run.kind == RunKind::kGiven;
    const int length = static_cast<int>(run.text.size()) + (isolated ? 6 : 0);
    if (run.kind == RunKind::kCrossReference)
      links_.push_back({bytes, bytes + length, "dest='" + tag_text(run.target) + "'"});
    if (run.kind == RunKind::kLink && !safe_address(run.target).empty())
      links_.push_back({bytes, bytes + length, "uri='" + tag_text(run.target) + "'"});
    if (run.kind == RunKind::kNumber && !run.target.empty()) numbers_.push_back({bytes, bytes + length, run.target});
    bytes += length;
  }
  pango_layout_set_markup(layout_.get(), markup.c_str(), static_cast<int>(markup.size()));
}

double TextBlock::height() const {
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return static_cast<double>(logical.height) / PANGO_SCALE;
}

std::size_t TextBlock::line_count() const {
  return static_cast<std::size_t>(pango_layout_get_line_count(layout_.get()));
}

double TextBlock::line_top(std::size_t line) const {
  PangoLayoutIter* iterator = pango_layout_get_iter(layout_.get());
  std::size_t at = 0;
  while (at < line && pango_layout_iter_next_line(iterator) == TRUE) ++at;
  int top = 0;
  int bottom = 0;
  pango_layout_iter_get_line_yrange(iterator, &top, &bottom);
  pango_layout_iter_free(iterator);
  return static_cast<double>(at < line ? bottom : top) / PANGO_SCALE;
}

double TextBlock::natural_width() const {
  const int width = pango_layout_get_width(layout_.get());
  pango_layout_set_width(layout_.get(), -1);
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  pango_layout_set_width(layout_.get(), width);
  return static_cast<double>(logical.width) / PANGO_SCALE;
}

std::vector<TextBlock::Place> TextBlock::places(const std::vector<Stretch>& stretches, double x, double y,
                                                std::size_t from, std::size_t to) const {
  std::vector<Place> out;
  if (stretches.empty()) return out;
  PangoLayoutIter* iterator = pango_layout_get_iter(layout_.get());
  const double skipped = line_top(from);
  std::size_t at = 0;
  do {
    if (at++ < from || at > to) continue;
    int top = 0;
    int bottom = 0;
    pango_layout_iter_get_line_yrange(iterator, &top, &bottom);
    PangoLayoutLine* line = pango_layout_iter_get_line_readonly(iterator);
    for (const Stretch& stretch : stretches) {
      const int start = std::max(stretch.start, line->start_index);
      const int end = std::min(stretch.end, line->start_index + line->length);
      if (start >= end) continue;
      int* ranges = nullptr;
      int count = 0;
      pango_layout_line_get_x_ranges(line, start, end, &ranges, &count);
      // Ranges count from the layout's left edge when it has a width; those that touch are one.
      for (int i = 0; i < count; ++i) {
        const double left = static_cast<double>(ranges[2 * i]) / PANGO_SCALE;
        double right = static_cast<double>(ranges[2 * i + 1]) / PANGO_SCALE;
        while (i + 1 < count && static_cast<double>(ranges[2 * i + 2]) / PANGO_SCALE < right + 0.5)
          right = std::max(right, static_cast<double>(ranges[2 * ++i + 1]) / PANGO_SCALE);
        out.push_back({x + left, y + static_cast<double>(top) / PANGO_SCALE - skipped, right - left,
                       static_cast<double>(bottom - top) / PANGO_SCALE, stretch.target});
      }
      g_free(ranges);
    }
  } while (pango_layout_iter_next_line(iterator) == TRUE);
  pango_layout_iter_free(iterator);
  return out;
}

void TextBlock::links(cairo_t* page, double x, double y, std::size_t from, std::size_t to) const {
  for (const Place& place : places(links_, x, y, from, to)) {
    const std::string attributes =
        fmt::format("rect=[{:.2f} {:.2f} {:.2f} {:.2f}] {}", place.x, place.y, place.width, place.height, place.target);
    cairo_tag_begin(page, CAIRO_TAG_LINK, attributes.c_str());
    cairo_tag_end(page, CAIRO_TAG_LINK);
  }
}

std::vector<TextBlock::Place> TextBlock::numbers(double x, double y, std::size_t from, std::size_t to) const {
  return places(numbers_, x, y, from, to);
}

void TextBlock::draw(cairo_t* page, double x, double y, std::size_t from, std::size_t to) const {
  cairo_set_source_rgb(page, style_.red, style_.green, style_.blue);
  PangoLayoutIter* iterator = pango_layout_get_iter(layout_.get());
  const double skipped = line_top(from);
  std::size_t at = 0;
  do {
    if (at >= from && at < to) {
      PangoRectangle logical;
      pango_layout_iter_get_line_extents(iterator, nullptr, &logical);
      const double baseline = static_cast<double>(pango_layout_iter_get_baseline(iterator)) / PANGO_SCALE;
      cairo_move_to(page, x + static_cast<double>(logical.x) / PANGO_SCALE, y + baseline - skipped);
      pango_cairo_show_layout_line(page, pango_layout_iter_get_line_readonly(iterator));
    }
    ++at;
  } while (pango_layout_iter_next_line(iterator) == TRUE);
  pango_layout_iter_free(iterator);
}

}  // namespace hamdil::report
