#include "exchange/kobo/relevance.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/xpath/dates.hpp"
#include "exchange/xpath/functions.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::Missing;

enum class State : std::uint8_t { kAsked, kSkipped, kUnknown };
using States = std::vector<State>;  // one a row of a table; empty: asked everywhere

constexpr std::size_t kCacheLimit = 20'000;  // different combinations of answers remembered for one condition

State both(State a, State b) {
  if (a == State::kSkipped || b == State::kSkipped) return State::kSkipped;
  return a == State::kUnknown ? a : b;
}

// Of several versions of a condition.
State agreed(State a, State b) { return a == b ? a : State::kUnknown; }

State state_of(const Result<xpath::Value>& value) {
  if (!value) return State::kUnknown;
  return xpath::to_boolean(*value).value_or(false) ? State::kAsked : State::kSkipped;
}

// One version of the condition of one item.
struct Condition {
  std::size_t item = 0;
  std::optional<xpath::Expression> expression;  // empty: it cannot be read
  bool is_simple = false;                       // needs nothing but single answers around the item
  std::vector<std::size_t> uses;                // items of its references
  std::string missing;                          // why it has no answer, as far as the form and the columns tell
};

// Gives the answers that a simple condition uses.
class OneRow : public xpath::Host {
 public:
  explicit OneRow(const Condition& condition, const Answers& answers) {
    const xpath::NodeId root = document.add(xpath::kDocumentNode, xpath::NodeKind::kElement);
    for (const std::size_t item : condition.uses) {
      names_.push_back(answers.items()[item].placed->item->name);
      nodes.push_back(document.add(root, xpath::NodeKind::kElement, document.intern(names_.back())));
    }
  }
  bool find_reference(std::string_view name, xpath::NodeRef, std::vector<xpath::NodeRef>& out) override {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return false;
    out.push_back({&document, nodes[static_cast<std::size_t>(found - names_.begin())]});
    return true;
  }
  xpath::Document document;
  std::vector<xpath::NodeId> nodes;

 private:
  std::vector<std::string> names_;
};

// Time and offset of an interview, for today().
void set_clock(const RowKey& key, xpath::Settings& settings) {
  settings.now.reset();
  settings.utc_offset_minutes = 0;
  for (const std::string* text : {&key.start, &key.end, &key.submitted}) {
    const auto instant = xpath::parse_instant(*text, 0);
    if (!instant) continue;
    settings.now = instant->days;
    // What the same text means without its offset tells the offset.
    const std::size_t sign = text->find_first_of("+-", 19);
    if (text->size() > 19 && sign != std::string::npos)
      if (const auto local = xpath::parse_instant(std::string_view(*text).substr(0, sign), 0))
        settings.utc_offset_minutes = static_cast<int>((local->days - instant->days) * 1440 + 1440.5) - 1440;
    return;
  }
}

class Marker {
 public:
  Marker(Answers& answers, const data::Form& form, const std::vector<bool>& is_counted, Diagnostics& diagnostics)
      : answers_(answers), form_(form), is_counted_(is_counted), diagnostics_(diagnostics) {}

  RelevanceOutcome run() {
    compile();
    evaluate_in_trees();
    states_.resize(answers_.items().size());
    out_.is_asked.resize(answers_.table_count());
    for (std::size_t t = 0; t < out_.is_asked.size(); ++t) out_.is_asked[t].resize(answers_.table(t).columns.size());
    for (std::size_t i = 0; i < answers_.items().size(); ++i) settle(i);
    return std::move(out_);
  }

 private:
  void compile() {
    for (std::size_t i = 0; i < answers_.items().size(); ++i) {
      const data::FormItem& item = *answers_.items()[i].placed->item;
      if (answers_.items()[i].table == kNoTable) continue;
      std::vector<std::string> texts = item.other_relevants;
      texts.push_back(item.relevant);
      if (std::all_of(texts.begin(), texts.end(), [](const std::string& text) { return text::trim(text).empty(); }))
        continue;
      for (const std::string& text : texts) {
        by_item_[i].push_back(conditions_.size());
        conditions_.push_back(compile_one(i, text));
      }
    }
  }

  Condition compile_one(std::size_t item, const std::string& text) {
    Condition out{.item = item};
    const std::string word = text::to_lower_ascii(text::trim(text));
    const bool is_yes = word.empty() || word == "yes" || word == "true";
    auto parsed = xpath::parse(is_yes ? "true()" : word == "no" || word == "false" ? "false()" : text);
    if (!parsed) {
      out.missing = "it cannot be read (" + parsed.error().message() + ")";
      return out;
    }
    out.expression = *std::move(parsed);
    out.is_simple = is_simple(*out.expression);
    for (const std::string& name : out.expression->unknown_functions())
      out.missing = "nothing here evaluates " + name + "()";
    for (const std::string& name : out.expression->references()) {
      const auto used = answers_.find(name);
      if (!used) {
        out.missing = "the form has no single question " + name;
        out.is_simple = false;
        continue;
      }
      const AnswerItem& target = answers_.items()[*used];
      out.uses.push_back(*used);
      const bool is_question = target.placed->item->kind == data::ItemKind::kQuestion;
      if (is_question && !answers_.is_exported(*used)) out.missing = name + " is not in the data";
      if (target.is_silent) out.missing = name + ", a calculation, is empty throughout";
      out.is_simple = out.is_simple && is_question && is_around(target, item);
    }
    return out;
  }

  // One answer at most belongs to the row: all repeats around the target stand around the item, too.
  bool is_around(const AnswerItem& target, std::size_t item) const {
    if (target.table == kNoTable) return false;
    const std::vector<std::size_t>& own = answers_.items()[item].repeats;
    return target.repeats.size() <= own.size() && std::equal(target.repeats.begin(), target.repeats.end(), own.begin());
  }

  static bool is_simple(const xpath::Expression& expression) {
    static constexpr std::array<std::string_view, 12> kLooksAround = {
        "position", "last",           "count", "sum", "once",           "current",
        "instance", "indexed-repeat", "today", "now", "jr:choice-name", "jr:itext"};
    return std::all_of(expression.nodes.begin(), expression.nodes.end(), [](const xpath::Expr& expr) {
      if (expr.kind == xpath::Expr::Kind::kPath || expr.kind == xpath::Expr::Kind::kFilter || expr.is_last_saved)
        return false;
      if (expr.kind != xpath::Expr::Kind::kCall) return true;
      if (expr.args.empty() && (expr.text == "string" || expr.text == "number" || expr.text == "name")) return false;
      return std::find(kLooksAround.begin(), kLooksAround.end(), expr.text) == kLooksAround.end();
    });
  }

  // Conditions that look into repeats or along paths, submission by submission.
  void evaluate_in_trees() {
    std::vector<bool> wanted(answers_.items().size(), false);
    std::vector<std::size_t> walkers;
    for (std::size_t c = 0; c < conditions_.size(); ++c) {
      const Condition& condition = conditions_[c];
      if (condition.is_simple || !condition.expression) continue;
      walkers.push_back(c);
      wanted[condition.item] = true;
      for (const std::size_t used : condition.uses) wanted[used] = true;
      if (has_names(*condition.expression)) std::fill(wanted.begin(), wanted.end(), true);
      tree_states_[c].assign(answers_.rows(answers_.items()[condition.item].table), State::kUnknown);
    }
    if (walkers.empty()) return;
    SubmissionTree tree(answers_, form_, std::move(wanted));
    xpath::Settings settings;
    settings.host = &tree;
    settings.language = form_.default_language;
    for (std::size_t row = 0; row < answers_.rows(0); ++row) {
      tree.build(row);
      set_clock(answers_.table(0).out.keys[row], settings);
      for (const std::size_t c : walkers) evaluate_condition(c, tree, settings, row);
    }
  }

  void evaluate_condition(std::size_t c, const SubmissionTree& tree, const xpath::Settings& settings, std::size_t row) {
    const Condition& condition = conditions_[c];
    const bool is_repeat = answers_.items()[condition.item].placed->item->kind == data::ItemKind::kRepeat;
    if (is_repeat && answers_.items()[condition.item].table != 0) return;  // settled for whole rows only
    for (const SubmissionTree::Placed& placed : tree.nodes_of(condition.item)) {
      const auto value = xpath::evaluate(*condition.expression, {.node = {&tree.document(), placed.node}}, settings);
      tree_states_[c][is_repeat ? row : placed.row] = state_of(value);
    }
  }

  static bool has_names(const xpath::Expression& expression) {
    return std::any_of(expression.nodes.begin(), expression.nodes.end(), [](const xpath::Expr& expr) {
      return std::any_of(expr.steps.begin(), expr.steps.end(), [](const xpath::Step& step) {
        return step.axis != xpath::Axis::kSelf && step.axis != xpath::Axis::kParent;
      });
    });
  }

  // A simple condition for all rows of its table.
  States evaluate_by_answers(const Condition& condition) {
    const std::size_t table = answers_.items()[condition.item].table;
    States out(answers_.rows(table), State::kUnknown);
    OneRow host(condition, answers_);
    xpath::Settings settings;
    settings.host = &host;
    std::unordered_map<std::string, State> known;
    std::string key;
    std::vector<std::string> values(condition.uses.size());
    for (std::size_t row = 0; row < out.size(); ++row) {
      key.clear();
      for (std::size_t u = 0; u < condition.uses.size(); ++u) {
        values[u].clear();
        const std::size_t from = answers_.items()[condition.uses[u]].table;
        const bool is_known =
            answers_.append_value(condition.uses[u], answers_.row_around(table, row, from), values[u]);
        host.document.at(host.nodes[u]).is_unknown = !is_known;
        key += values[u];
        key.push_back(is_known ? '\x1F' : '\x1E');
      }
      if (const auto found = known.find(key); found != known.end()) {
        out[row] = found->second;
        continue;
      }
      for (std::size_t u = 0; u < values.size(); ++u) host.document.at(host.nodes[u]).value = values[u];
      out[row] = state_of(xpath::evaluate(*condition.expression, {.node = {&host.document}}, settings));
      if (known.size() < kCacheLimit) known.emplace(key, out[row]);
    }
    return out;
  }

  States own_states(std::size_t item, std::string& why) {
    States out;
    const auto found = by_item_.find(item);
    if (found == by_item_.end()) return out;
    for (const std::size_t c : found->second) {
      const Condition& condition = conditions_[c];
      if (!condition.missing.empty()) why = condition.missing;
      States one;
      if (!condition.expression)
        one.assign(answers_.rows(answers_.items()[item].table), State::kUnknown);
      else if (condition.is_simple)
        one = evaluate_by_answers(condition);
      else
        one = std::move(tree_states_[c]);
      if (out.empty()) {
        out = std::move(one);
        continue;
      }
      for (std::size_t row = 0; row < out.size(); ++row) out[row] = agreed(out[row], one[row]);
    }
    if (why.empty() && found->second.size() > 1) why = "versions of the form differ";
    return out;
  }

  // States of the item in its table, with those of everything around it; kept for groups and repeats.
  void settle(std::size_t i) {
    const AnswerItem& item = answers_.items()[i];
    if (item.table == kNoTable) return;
    std::string why;
    States states = own_states(i, why);
    if (why.empty() && item.parent != kNoTable) why = why_[item.parent];
    if (item.parent != kNoTable && !states_[item.parent].empty()) {
      const std::size_t outer = answers_.items()[item.parent].table;
      if (states.empty()) states.assign(answers_.rows(item.table), State::kAsked);
      for (std::size_t row = 0; row < states.size(); ++row) {
        const std::size_t around = answers_.row_around(item.table, row, outer);
        states[row] = both(states[row], around == kNoParent ? State::kUnknown : states_[item.parent][around]);
      }
    }
    if (item.placed->item->kind != data::ItemKind::kQuestion) {
      states_[i] = std::move(states);
      why_[i] = why;
      return;
    }
    if (!states.empty() && !item.is_silent && !item.columns.empty() && data::holds_answer(item.placed->item->type))
      mark(i, states, why);
  }

  void mark(std::size_t i, const States& states, const std::string& why) {
    const AnswerItem& item = answers_.items()[i];
    TableBuilder& table = answers_.table(item.table);
    QuestionRelevance counts{.question = item.placed->path("/")};
    for (const std::size_t c : item.columns) out_.is_asked[item.table][c].assign(states.size(), false);
    std::vector<std::size_t> answered;
    for (std::size_t row = 0; row < states.size(); ++row) {
      const bool is_answered = has_answer(table, item, row);
      bool has_blank = false;
      for (const std::size_t c : item.columns) {
        data::Column& column = table.columns[c].column();
        has_blank = has_blank || column.reason(row) == Missing::kBlank;
        if (states[row] == State::kAsked) out_.is_asked[item.table][c][row] = true;
        // Some exports write 0 for every choice of a question that was not asked.
        if (states[row] == State::kSkipped && !is_answered && column.reason(row) != Missing::kNotAsked) {
          has_blank = true;
          column.set_missing(row, Missing::kNotAsked);
        }
      }
      if (!counts_row(item.table, row)) continue;
      if (states[row] == State::kSkipped && is_answered)
        answered.push_back(table.out.source_rows[row]);
      else if (has_blank && !is_answered)
        ++(states[row] == State::kSkipped ? counts.not_asked
           : states[row] == State::kAsked ? counts.blank
                                          : counts.unknown);
    }
    counts.answered = answered.size();
    report(table, item, answered, counts, why);
    out_.questions.push_back(std::move(counts));
  }

  bool counts_row(std::size_t table, std::size_t row) const {
    if (is_counted_.empty()) return true;
    const std::size_t submission = answers_.row_around(table, row, 0);
    return submission != kNoParent && is_counted_[submission];
  }

  // A choice that was not ticked is no answer.
  static bool has_answer(const TableBuilder& table, const AnswerItem& item, std::size_t row) {
    return std::any_of(item.columns.begin(), item.columns.end(), [&](std::size_t c) {
      const ColumnBuilder& builder = table.columns[c];
      const Missing reason = builder.column().reason(row);
      if (reason == Missing::kBlank || reason == Missing::kNotAsked) return false;
      return builder.kind() != CellKind::kFlag || reason != Missing::kPresent || builder.column().codes[row] == 1;
    });
  }

  void report(const TableBuilder& table, const AnswerItem& item, const std::vector<std::size_t>& answered,
              const QuestionRelevance& counts, const std::string& why) {
    const ColumnInfo& info = table.columns[item.columns.front()].info;
    const Where where{.file = table.out.source_files.empty() ? "" : table.out.source_files.front(),
                      .sheet = info.sheet,
                      .column_name = info.header};
    if (!answered.empty()) {
      Error problem("exchange.survey.answer_not_relevant",
                    "Question {question}: {count} answers stand where the form does not ask it (rows {rows}).",
                    {{"question", counts.question},
                     {"count", std::to_string(answered.size())},
                     {"rows", csv::describe_rows(answered)}});
      problem.where = where;
      problem.where.row = answered.front();
      problem.hint = "They were kept; check whether the answers that decide it were corrected afterwards.";
      diagnostics_.push_back({Severity::kWarning, std::move(problem)});
    }
    if (counts.unknown == 0) return;
    Error problem("exchange.survey.relevance_unknown",
                  "Question {question}: for {count} blank cells it could not be told whether it was asked; {why}.",
                  {{"question", counts.question},
                   {"count", std::to_string(counts.unknown)},
                   {"why", why.empty() ? "its condition uses what is not in the data" : why}});
    problem.where = where;
    problem.hint = "They stay as the file has them; export all questions, calculated ones included.";
    diagnostics_.push_back({Severity::kInfo, std::move(problem)});
  }

  Answers& answers_;
  const data::Form& form_;
  const std::vector<bool>& is_counted_;
  Diagnostics& diagnostics_;
  std::vector<Condition> conditions_;
  std::map<std::size_t, std::vector<std::size_t>> by_item_;  // conditions
  std::map<std::size_t, States> tree_states_;                // by condition
  std::vector<States> states_;                               // of groups and repeats, in their table
  std::map<std::size_t, std::string> why_;
  RelevanceOutcome out_;
};

}  // namespace

RelevanceOutcome mark_relevance(Answers& answers, const data::Form& form, const std::vector<bool>& is_counted,
                                Diagnostics& diagnostics) {
  return Marker(answers, form, is_counted, diagnostics).run();
}

}  // namespace hamdil::exchange::kobo
