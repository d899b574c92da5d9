#include "report/composition.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::report {

namespace {

bool may_be_missing(const std::string& variable, const Context& context) {
  if (variable == "round") return context.rounds.size() <= 1;
  if (variable == "comparison") return context.comparisons.size() <= 1;
  return false;
}

// Every wanted pair is in the row (or may be missing there), and the row has no further breakdown.
bool matches(const stats::Row& row, const Pairs& wanted, const Context& context) {
  std::size_t met = 0;
  for (const auto& pair : wanted) {
    const auto same_variable =
        std::find_if(row.by.begin(), row.by.end(), [&](const auto& by) { return by.first == pair.first; });
    if (same_variable == row.by.end()) {
      if (!may_be_missing(pair.first, context)) return false;
      continue;
    }
    if (same_variable->second != pair.second) return false;
    ++met;
  }
  return met == row.by.size();
}

std::string flag_mark_id(stats::Flag flag) { return std::string("mark.") + stats::flag_name(flag); }

}  // namespace

bool Found::printable() const { return row != nullptr && !std::isnan(row->estimate); }

stats::Range interval_of(const stats::Row& row) {
  return std::isnan(row.ci_t.lower) || std::isnan(row.ci_t.upper) ? row.ci_normal : row.ci_t;
}

std::vector<double> holm_adjusted(const std::vector<double>& p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  std::vector<double> adjusted(p.size(), std::numeric_limits<double>::quiet_NaN());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, static_cast<double>(order.size() - rank) * p[order[rank]]);
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

namespace {

// Where nobody was drawn at random, every figure carries that flag and the text says it once: no mark for each.
bool is_marked(stats::Flag flag, bool inference) { return inference || flag != stats::Flag::kNotProbability; }

}  // namespace

void Marks::add(const Found& found, bool inference) {
  if (!found) return;
  if (found.withheld != protect::Withheld::kNo) (found.printable() ? shown_in_team_ : withheld_).insert(found.withheld);
  if (!found.printable() && found.withheld != protect::Withheld::kNo) return;
  for (const stats::Flag flag : found.row->flags)
    if (is_marked(flag, inference)) flags_.insert(flag);
}

Composition::Composition(const protect::TableSet& tables, const Context& context, const Catalogue& catalogue,
                         Document& document)
    : tables_(tables), context_(context), catalogue_(catalogue), document_(document) {
  find_changes();
  adjust_changes();
}

Found Composition::find(const std::string& table_id, const Pairs& by, const std::string& level) const {
  const protect::ReleasedTable* table = tables_.find(table_id);
  if (table == nullptr) return {};
  for (std::size_t i = 0; i < table->table.rows.size(); ++i) {
    const stats::Row& row = table->table.rows[i];
    if (row.level == level || level.empty())
      if (matches(row, by, context_))
        return {&row, i < table->withheld.size() ? table->withheld[i] : protect::Withheld::kNo};
  }
  return {};
}

Found Composition::overall(const Dimension& dimension, const std::string& round) const {
  return find(dimension.id + ".overall", {{"round", round}});
}

void Composition::find_changes() {
  for (const Dimension& dimension : context_.dimensions)
    for (const Comparison& comparison : context_.comparisons) {
      Change change;
      change.dimension = &dimension;
      change.comparison = &comparison;
      change.change = find(dimension.id + ".change", {{"comparison", comparison.id}});
      change.before = overall(dimension, comparison.earlier);
      change.after = overall(dimension, comparison.later);
      if (change.change) changes_.push_back(change);
    }
}

void Composition::adjust_changes() {
  std::vector<double> p;
  for (const Change& change : changes_)
    p.push_back(change.change.printable() ? change.change.row->p_value : std::numeric_limits<double>::quiet_NaN());
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    Change& change = changes_[i];
    if (!inference() || !change.change.printable()) continue;
    const double scale =
        change.dimension->unit == Unit::kShare ? 1 : change.dimension->maximum - change.dimension->minimum;
    const stats::Range range = interval_of(*change.change.row);
    change.adjusted_p = adjusted[i];
    change.width = (range.upper - range.lower) / scale;
    if (range.lower > 0 || range.upper < 0)
      change.strength = std::min(std::fabs(range.lower), std::fabs(range.upper)) / scale;
    change.clear = change.strength > 0 && adjusted[i] < 1 - context_.design.confidence_level;
  }
}

// --- words

Runs Composition::say(const std::string& id, const Args& args) const {
  Choices choices;
  for (const auto& [name, arg] : args) {
    if (!std::isnan(arg.number)) choices.numbers[name] = arg.number;
    if (!arg.word.empty()) choices.words[name] = arg.word;
  }
  Runs out;
  for (const Piece& piece : catalogue_.pieces(context_.language, id, choices)) {
    if (!piece.is_argument) {
      out.push_back({RunKind::kText, piece.text});
      continue;
    }
    const auto found = std::find_if(args.begin(), args.end(), [&](const auto& arg) { return arg.first == piece.text; });
    if (found == args.end())
      out.push_back({RunKind::kText, "{" + piece.text + "}"});
    else
      out.insert(out.end(), found->second.runs.begin(), found->second.runs.end());
  }
  return out;
}

std::string Composition::text(const std::string& id, const Args& args) const { return plain_text(say(id, args)); }

Arg Composition::count(std::size_t n, const std::string& source) const {
  return fact(static_cast<double>(n), 0, source);
}

Arg Composition::fact(double value, int decimals, const std::string& source) const {
  return {{{RunKind::kFact, write_number(context_.language, value, decimals), source, value}}, value, ""};
}

Arg Composition::percent_fact(double share, int decimals, const std::string& source) const {
  return {{{RunKind::kFact, write_percent(context_.language, share, decimals), source, share}}, share, ""};
}

Arg Composition::given(const std::string& words) { return {{{RunKind::kGiven, words}}}; }

Arg Composition::date(const Date& date) const {
  return {{{RunKind::kFact, write_date(catalogue_, context_.language, date, context_.calendar), "date"}}};
}

Arg Composition::reference(const std::string& block_id) const {
  return {{{RunKind::kCrossReference, "", safe_id(block_id)}}};
}

Runs Composition::joined(const std::vector<Runs>& parts) const {
  Runs out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.push_back({RunKind::kText, text(i + 1 == parts.size() ? "list.last" : "list.between")});
    out.insert(out.end(), parts[i].begin(), parts[i].end());
  }
  return out;
}

Runs Composition::listed(const std::vector<Runs>& parts) const {
  Runs out;
  for (const Runs& part : parts) {
    if (!out.empty()) out.push_back({RunKind::kText, text("interval.between")});
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

// --- blocks

void Composition::heading(int level, const std::string& id, Runs words) {
  add(Heading{level, id, std::move(words), "", true});
}
void Composition::paragraph(Runs words) { add(Paragraph{std::move(words)}); }
void Composition::list(std::vector<Runs> items, bool ordered) { add(List{ordered, std::move(items)}); }
void Composition::note(NoteKind kind, Runs title, std::vector<Runs> paragraphs) {
  add(Note{kind, std::move(title), std::move(paragraphs)});
}

// --- estimates

int Composition::decimals(const Found& found, Unit unit) const { return common_decimals({found}, unit); }

int Composition::common_decimals(const std::vector<Found>& cells, Unit unit) const {
  std::vector<double> errors;
  for (const Found& cell : cells)
    if (inference() && cell.printable() && cell.row->se > 0 && std::isfinite(cell.row->se))
      errors.push_back(cell.row->se);
  if (errors.empty()) return unit == Unit::kShare ? 0 : 2;
  std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
  const double se = errors[errors.size() / 2] * (unit == Unit::kShare ? 100 : 1);
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(se))), 0, 4);
}

Run Composition::number(const Found& found, double value, const std::string& text) const {
  return {RunKind::kNumber, text, found.row->ref, value};
}

std::string Composition::value_text(const Found& found, Unit unit, int decimals, bool change) const {
  if (!found.printable()) return text("withheld.short");
  return plain_text(change ? change_value(found, unit, decimals) : value(found, unit, decimals));
}

Runs Composition::value(const Found& found, Unit unit, int decimals) const {
  if (!found.printable())
    return {{RunKind::kText, "–"},
            {RunKind::kMark, text(found.withheld == protect::Withheld::kNo ? "mark.undefined" : "mark.withheld")}};
  const double estimate = found.row->estimate;
  return {number(found, estimate,
                 unit == Unit::kShare ? write_percent(context_.language, estimate, decimals)
                                      : write_number(context_.language, estimate, decimals))};
}

Runs Composition::change_value(const Found& found, Unit unit, int decimals) const {
  if (!found.printable()) return value(found, unit, decimals);
  const double shown = found.row->estimate * (unit == Unit::kShare ? 100 : 1);
  const std::string text = write_number(context_.language, shown, decimals);
  const bool zero = std::fabs(shown) < 0.5 * std::pow(10, -decimals);
  return {number(found, shown, (shown > 0 && !zero ? "+" : "") + text)};
}

Runs Composition::interval(const Found& found, Unit unit, int decimals, bool change) const {
  if (!inference() || !found.printable()) return {};
  stats::Range range = interval_of(*found.row);
  if (std::isnan(range.lower) || std::isnan(range.upper)) return {};
  if (unit == Unit::kShare && !change)  // a share lies between none and all
    range = {std::max(range.lower, 0.0), std::min(range.upper, 1.0)};
  const auto bound = [&](double value) {
    const double shown = value * (unit == Unit::kShare && change ? 100 : 1);
    const std::string text = unit == Unit::kShare && !change ? write_percent(context_.language, shown, decimals)
                                                             : write_number(context_.language, shown, decimals);
    const bool zero = std::fabs(shown) < 0.5 * std::pow(10, -decimals);
    return number(found, shown, (change && shown > 0 && !zero ? "+" : "") + text);
  };
  return {{RunKind::kText, "["},
          bound(range.lower),
          {RunKind::kText, text("interval.between")},
          bound(range.upper),
          {RunKind::kText, "]"}};
}

Runs Composition::p_value(const Found& found, double p) const {
  if (!inference() || !found.printable() || std::isnan(p)) return {{RunKind::kText, "–"}};
  if (p < 0.001) return {number(found, p, "<" + write_number(context_.language, 0.001, 3))};
  return {number(found, p, write_number(context_.language, p, p < 0.1 ? 3 : 2))};
}

Runs Composition::rows_behind(const Found& found) const {
  if (!found || (found.withheld != protect::Withheld::kNo && !found.printable())) return {{RunKind::kText, "–"}};
  const auto rows = static_cast<double>(found.row->base_rows);
  return {number(found, rows, write_number(context_.language, rows, 0))};
}

Cell Composition::value_cell(const Found& found, Unit unit, int decimals, Marks& marks) const {
  if (!found) return {{{RunKind::kText, ""}}};
  marks.add(found, inference());
  Cell cell{value(found, unit, decimals), 1, found.withheld != protect::Withheld::kNo};
  if (found.printable() && found.withheld != protect::Withheld::kNo)
    cell.runs.push_back({RunKind::kMark, text("mark.withheld")});
  if (found.printable())
    for (const stats::Flag flag : found.row->flags)
      if (is_marked(flag, inference())) cell.runs.push_back({RunKind::kMark, text(flag_mark_id(flag))});
  return cell;
}

Cell Composition::change_cell(const Found& found, Unit unit, int decimals, Marks& marks) const {
  Cell cell = value_cell(found, unit, decimals, marks);
  if (found.printable()) cell.runs.front() = change_value(found, unit, decimals).front();
  return cell;
}

Cell Composition::interval_cell(const Found& found, Unit unit, int decimals, bool change) const {
  Runs runs = interval(found, unit, decimals, change);
  if (runs.empty()) runs.push_back({RunKind::kText, found && inference() ? "–" : ""});
  return {std::move(runs), 1, found && found.withheld != protect::Withheld::kNo};
}

Cell Composition::rows_cell(const Found& found) const {
  if (!found) return {{{RunKind::kText, ""}}};
  return {rows_behind(found), 1, found.withheld != protect::Withheld::kNo};
}

Runs Composition::hedges(const Found& found) const {
  Runs out;
  if (!found.printable()) return out;
  for (const stats::Flag flag : found.row->flags) {
    const std::string id = std::string("hedge.") + stats::flag_name(flag);
    if (!has(id)) continue;
    out.push_back({RunKind::kText, " "});
    const Runs words = say(id);
    out.insert(out.end(), words.begin(), words.end());
  }
  return out;
}

std::vector<Runs> Composition::notes(const Marks& marks) const {
  std::vector<Runs> out;
  for (const bool in_team : {false, true}) {
    const std::set<protect::Withheld>& met = in_team ? marks.shown_in_team() : marks.withheld();
    if (met.empty()) continue;
    std::vector<std::string> names;
    for (const protect::Withheld reason : met) {
      const std::string name = in_team ? protect::withheld_name(reason) : protect::reader_reason(reason);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::vector<Runs> reasons;
    for (const std::string& name : names)
      reasons.push_back(
          say("withheld." + name, {{"rows", count(context_.policy.minimum_rows, "policy.minimum_rows")},
                                   {"clusters", count(context_.policy.minimum_clusters, "policy.minimum_clusters")}}));
    out.push_back(
        say(in_team ? "note.team_only" : "note.withheld",
            {{"mark", words({{RunKind::kMark, text("mark.withheld")}})}, {"reasons", words(joined(reasons))}}));
  }
  for (const stats::Flag flag : marks.flags()) {
    Runs line = {{RunKind::kMark, text(flag_mark_id(flag))}, {RunKind::kText, " "}};
    const Runs words = say(std::string("flag.") + stats::flag_name(flag));
    line.insert(line.end(), words.begin(), words.end());
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace hamdil::report
