// Executive summary: what was asked of whom, the strongest changes, the most uncertain ones.
#include <algorithm>

#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

constexpr std::size_t kMostShown = 3;

std::vector<Runs> sentences(const Composition& c, std::vector<const Change*> changes) {
  std::vector<Runs> out;
  for (std::size_t i = 0; i < std::min(kMostShown, changes.size()); ++i) out.push_back(change_sentence(c, *changes[i]));
  return out;
}

void strongest(Composition& c) {
  std::vector<const Change*> clear;
  std::size_t looked_at = 0;
  for (const Change& change : c.changes()) {
    if (change.change.printable()) ++looked_at;
    if (change.clear) clear.push_back(&change);
  }
  // All stand in one vector: equal ones keep its order.
  std::sort(clear.begin(), clear.end(), [](const Change* a, const Change* b) {
    return a->strength != b->strength ? a->strength > b->strength : a < b;
  });
  c.heading(2, "summary-strongest", c.say("summary.strongest"));
  c.paragraph(c.say("summary.looked_at",
                    {{"n", c.count(looked_at, "changes.looked_at")},
                     {"clear", c.count(clear.size(), "changes.clear")},
                     {"level", c.percent_fact(c.context().design.confidence_level, 0, "design.confidence_level")}}));
  if (!clear.empty()) c.list(sentences(c, clear), true);
}

void most_uncertain(Composition& c) {
  std::vector<const Change*> uncertain;
  for (const Change& change : c.changes())
    if (change.change.printable() && !change.clear) uncertain.push_back(&change);
  if (uncertain.empty()) return;
  std::sort(uncertain.begin(), uncertain.end(),
            [](const Change* a, const Change* b) { return a->width != b->width ? a->width > b->width : a < b; });
  c.heading(2, "summary-uncertain", c.say("summary.uncertain"));
  c.paragraph(c.say("summary.uncertain_words"));
  c.list(sentences(c, uncertain), true);
}

void without_inference(Composition& c) {
  std::vector<Runs> items;
  for (const Change& change : c.changes()) items.push_back(change_sentence(c, change));
  if (items.empty()) return;
  c.heading(2, "summary-changes", c.say("summary.changes"));
  c.list(std::move(items));
}

void levels(Composition& c) {
  const Context& context = c.context();
  if (context.rounds.empty()) return;
  const Round& last = context.rounds.back();
  std::vector<Runs> items;
  for (const Dimension& dimension : context.dimensions) {
    const Found found = c.overall(dimension, last.value);
    if (!found) continue;
    const int decimals = c.decimals(found, dimension.unit);
    Runs interval = c.interval(found, dimension.unit, decimals, false);
    if (!interval.empty()) interval.insert(interval.begin(), {RunKind::kText, " "});
    items.push_back(c.say(dimension.unit == Unit::kShare ? "summary.level_share" : "summary.level_points",
                          {{"title", Composition::given(dimension.title)},
                           {"value", Composition::words(c.value(found, dimension.unit, decimals))},
                           {"interval", Composition::words(interval)},
                           {"minimum", c.fact(dimension.minimum, 0, "dimension.minimum")},
                           {"maximum", c.fact(dimension.maximum, 0, "dimension.maximum")}}));
  }
  if (items.empty()) return;
  c.heading(2, "summary-levels", c.say("summary.levels", {{"round", Composition::given(last.label)}}));
  c.list(std::move(items));
}

}  // namespace

bool compose_summary(Composition& c) {
  const Context& context = c.context();
  if (context.dimensions.empty()) return false;
  section_heading(c, "exec_summary");
  std::size_t kept = 0;
  for (const RoundReceipt& receipt : context.receipts) kept += receipt.kept;
  kept -= std::min(kept, context.rows_without_design + context.dropped_rows);
  if (kept > 0)
    c.paragraph(c.say(context.programme.place.empty() ? "summary.opening_nowhere" : "summary.opening",
                      {{"n", c.count(kept, "receipts.kept")},
                       {"rounds", c.count(context.receipts.size(), "rounds")},
                       {"dimensions", c.count(context.dimensions.size(), "dimensions")},
                       {"place", Composition::given(context.programme.place)}}));
  if (!c.inference() && context.design.sampling != Sampling::kCensus)
    c.note(NoteKind::kCaution, c.say("sampling.caution_title"), {c.say("sampling.caution")});
  if (c.inference() && !c.changes().empty()) {
    strongest(c);
    most_uncertain(c);
  } else {
    without_inference(c);
  }
  levels(c);
  c.paragraph(c.say("summary.limits", {{"limits", c.reference("limitations")}}));
  return true;
}

}  // namespace hamdil::report
