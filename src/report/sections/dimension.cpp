// One measured dimension: words, answers, levels by round and group.
#include <algorithm>
#include <functional>

#include "report/sections/grid.hpp"

namespace hamdil::report {

namespace {

void describe(Composition& c, const Dimension& dimension) {
  if (!dimension.description.empty()) c.paragraph({{RunKind::kGiven, dimension.description}});
  if (dimension.unit == Unit::kPoints && !dimension.minimum_label.empty())
    c.paragraph(c.say("dimension.scale", {{"minimum", c.fact(dimension.minimum, 0, "dimension.minimum")},
                                          {"low", Composition::given(dimension.minimum_label)},
                                          {"maximum", c.fact(dimension.maximum, 0, "dimension.maximum")},
                                          {"high", Composition::given(dimension.maximum_label)}}));
  if (!dimension.higher_is_better) c.paragraph(c.say("dimension.lower_is_better"));
  if (const Found alpha = c.find(dimension.id + ".reliability", {}); alpha && alpha.printable()) {
    const double figure = alpha.row->estimate;
    const bool ladder = c.tables().find(dimension.id + ".reliability")->table.estimator == "reproducibility";
    const char* judged = ladder                ? (figure >= kReproducible ? "ladder" : "no_ladder")
                         : figure >= kReliable ? "good"
                         : figure >= kUsable   ? "usable"
                                               : "weak";
    c.paragraph(
        c.say(ladder ? "dimension.reproducibility" : "dimension.reliability",
              {{"alpha", Composition::words({c.number(alpha, figure, write_number(c.context().language, figure, 2))})},
               {"n", Composition::words(c.rows_behind(alpha))},
               {"judgement", Composition::words(c.say(std::string("dimension.reliability_") + judged))}}));
  }
  if (dimension.mirrored) {
    c.paragraph(c.say("dimension.mirrored"));
    if (!dimension.equivalence.empty())
      c.paragraph(c.say("dimension.equivalence", {{"words", Composition::given(dimension.equivalence)}}));
  }
  if (dimension.items.size() == 1)
    c.paragraph(c.say("dimension.item", {{"question", Composition::given(dimension.items.front().text)}}));
  if (dimension.items.size() < 2) return;
  c.paragraph(c.say(dimension.ladder ? "dimension.steps" : "dimension.items",
                    {{"n", c.count(dimension.items.size(), "dimension.items")}}));
  std::vector<Runs> items;
  for (const Item& item : dimension.items) {
    Runs line = {{RunKind::kGiven, item.text}};
    if (item.reversed) line.push_back({RunKind::kText, " " + c.text("dimension.reversed")});
    items.push_back(std::move(line));
  }
  c.list(std::move(items));
}

struct ItemAnswers {
  const Item* item;
  std::vector<Found> shares;  // one an answer
  bool withheld = false;
};

// The newest round's answers of every item that shares the first item's answers.
void answers(Composition& c, const Dimension& dimension) {
  if (dimension.items.empty() || c.context().rounds.empty()) return;
  const VariableLabel* scale = labels_of(c.context(), dimension.items.front().variable);
  if (scale == nullptr || scale->levels.size() < 2) return;
  const Round& round = c.context().rounds.back();
  std::vector<ItemAnswers> rows;
  std::vector<Found> all;
  for (const Item& item : dimension.items) {
    const VariableLabel* labels = labels_of(c.context(), item.variable);
    if (labels == nullptr || labels->levels.size() != scale->levels.size()) continue;
    ItemAnswers row{&item, {}, false};
    for (const LevelLabel& level : labels->levels)
      row.shares.push_back(c.find(item.variable + ".answers", {{"round", round.value}}, level.value));
    if (std::any_of(row.shares.begin(), row.shares.end(), [](const Found& f) { return !f; })) continue;
    row.withheld = std::any_of(row.shares.begin(), row.shares.end(), [](const Found& f) { return !f.printable(); });
    all.insert(all.end(), row.shares.begin(), row.shares.end());
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return;
  const int decimals = std::min(1, c.common_decimals(all, Unit::kShare));
  Figure figure;
  figure.id = "fig-answers-" + dimension.id;
  figure.table_id = "tab-answers-" + dimension.id;
  figure.caption = c.say("caption.answers",
                         {{"title", Composition::given(dimension.title)}, {"round", Composition::given(round.label)}});
  TableBlock table;
  table.id = figure.table_id;
  table.twin_of = figure.id;
  table.caption = figure.caption;
  table.columns = {{Align::kStart, 3.2}};
  std::vector<Runs> head = {c.say("column.question")};
  std::vector<std::string> answer_labels;
  for (const LevelLabel& level : scale->levels) {
    answer_labels.push_back(level.label);
    head.push_back({{RunKind::kGiven, level.label}});
    table.columns.push_back({Align::kEnd, 1});
  }
  head.push_back(c.say("column.answers"));
  table.columns.push_back({Align::kEnd, 1});
  table.header.push_back(header_of(std::move(head)));
  std::vector<LikertBar> bars;
  std::vector<Runs> told;
  Marks marks;
  for (const ItemAnswers& row : rows) {
    LikertBar bar{row.item->text, {}, {}, row.withheld};
    TableRow line;
    line.cells.push_back({{{RunKind::kGiven, row.item->text}}});
    for (const Found& share : row.shares) {
      line.cells.push_back(c.value_cell(share, Unit::kShare, decimals, marks));
      bar.shares.push_back(share.printable() ? share.row->estimate : 0);
      bar.texts.push_back(c.value_text(share, Unit::kShare, 0, false));
    }
    line.cells.push_back(c.rows_cell(row.shares.front()));
    told.push_back(
        c.say("alt.answers", {{"question", Composition::given(row.item->text)},
                              {"last", Composition::given(answer_labels.back())},
                              {"value", Composition::given(c.value_text(row.shares.back(), Unit::kShare, 0, false))}}));
    table.rows.push_back(std::move(line));
    bars.push_back(std::move(bar));
  }
  figure.alt = c.text("alt.likert",
                      {{"title", Composition::given(dimension.title)}, {"values", Composition::words(c.joined(told))}});
  const Arg middle = Composition::given(answer_labels[answer_labels.size() / 2]);
  draw_twice(figure, chart_style(c, figure.alt, c.text("axis.answers"), Unit::kShare), [&](const ChartStyle& style) {
    return likert_chart(bars, answer_labels, plain_text(middle.runs), style);
  });
  table.notes = c.notes(marks);
  c.add(std::move(figure));
  c.add(std::move(table));
}

// Levels by round, everybody and each group: dots with whiskers, and the table.
void levels(Composition& c, const Dimension& dimension) {
  const Context& context = c.context();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  Grid grid;
  grid.id = "levels-" + dimension.id;
  grid.caption = c.say("caption.levels", {{"title", Composition::given(dimension.title)}});
  grid.unit = dimension.unit;
  grid.axis_title = axis_title(c, dimension);
  grid.alt_id = "alt.levels";
  grid.title = dimension.title;
  for (const Round& round : context.rounds) grid.series.push_back(round.label);
  GridRow everybody{c.text("row.everybody"), {}};
  for (const Round& round : context.rounds) everybody.cells.push_back(c.overall(dimension, round.value));
  grid.rows.push_back(std::move(everybody));
  if (groups != nullptr)
    for (const LevelLabel& level : groups->levels) {
      GridRow row{level.label, {}};
      for (const Round& round : context.rounds)
        row.cells.push_back(
            c.find(dimension.id + ".by_group", {{context.group_variable, level.value}, {"round", round.value}}));
      grid.rows.push_back(std::move(row));
    }
  add_grid(c, grid);
}

// One sentence on the newest level, with hedges from its flags.
void newest(Composition& c, const Dimension& dimension) {
  if (c.context().rounds.empty()) return;
  const Round& round = c.context().rounds.back();
  const Found found = c.overall(dimension, round.value);
  if (!found) return;
  if (!found.printable()) {
    c.paragraph(c.say("dimension.withheld", {{"round", Composition::given(round.label)}}));
    return;
  }
  const int decimals = c.decimals(found, dimension.unit);
  Args args = {{"round", Composition::given(round.label)},
               {"value", Composition::words(c.value(found, dimension.unit, decimals))},
               {"interval", Composition::words(c.interval(found, dimension.unit, decimals, false))},
               {"level", c.percent_fact(c.context().design.confidence_level, 0, "design.confidence_level")},
               {"n", Composition::words(c.rows_behind(found))},
               {"minimum", c.fact(dimension.minimum, 0, "dimension.minimum")},
               {"maximum", c.fact(dimension.maximum, 0, "dimension.maximum")}};
  const std::string unit = dimension.unit == Unit::kShare ? "share" : "points";
  Runs words = c.say((c.inference() ? "dimension.newest_" : "dimension.asked_") + unit, args);
  const Runs hedges = c.hedges(found);
  words.insert(words.end(), hedges.begin(), hedges.end());
  c.paragraph(std::move(words));
}

}  // namespace

void compose_dimension(Composition& c, const Dimension& dimension) {
  c.heading(2, "dim-" + dimension.id, {{RunKind::kGiven, dimension.title}});
  describe(c, dimension);
  newest(c, dimension);
  for (const Change& change : c.changes())
    if (change.dimension == &dimension) c.paragraph(change_sentence(c, change));
  answers(c, dimension);
  levels(c, dimension);
}

}  // namespace hamdil::report
