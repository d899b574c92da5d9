#include "model/rules.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "model/rule_words.hpp"
#include "model/workflow.hpp"

namespace hamdil::model {

using namespace words;

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Transitions out of the first state: what is unsound does not leave the draft, unless it is given up.
std::vector<std::string> out_of_draft(const KindDefinition& kind) {
  std::vector<std::string> out;
  for (const Transition& transition : kind.transitions)
    if (transition.from == kind.states.front() && !transition.gives_up) out.push_back(transition.name);
  return out;
}

bool opens_again(const KindDefinition& kind, const Transition& step) {
  return is_locked_in(kind, step.from) && !is_locked_in(kind, step.to);
}

// Days are changed in many states, so each step looks at them. What gives something up is refused by no day: consent
// can be withdrawn whatever stands there. Nor is what opens a locked record again: the day is mended after it.
std::vector<std::string> steps_onward(const KindDefinition& kind) {
  std::vector<std::string> out;
  for (const Transition& step : kind.transitions)
    if (!step.gives_up && step.to != kind.states.front() && !opens_again(kind, step) && !holds(out, step.name))
      out.push_back(step.name);
  return out;
}

Rule in_order(const KindDefinition& kind, const std::string& first, const std::string& second) {
  return {kind.name + "." + first + "_before_" + second,
          kind.name,
          "What ends does not end before it began.",
          "{second_field} ({second}) lies before {first_field} ({first}).",
          steps_onward(kind),
          [first, second](const Record& record, const RecordLookup&) {
            const Fields fields(record);
            const bool wrong = fields.has(first) && fields.has(second) && fields.text(second) < fields.text(first);
            return holds_if(!wrong, second,
                            {{"first", fields.text(first)},
                             {"second", fields.text(second)},
                             {"first_field", first},
                             {"second_field", second}});
          },
          "dates_in_order"};
}

// Steps into the states in which the day has come; of what has happened in any state, all of them.
std::vector<std::string> steps_after(const KindDefinition& kind, const FieldDefinition& field) {
  if (field.happened_in.empty()) return steps_onward(kind);
  std::vector<std::string> out;
  for (const Transition& step : kind.transitions)
    if (holds(field.happened_in, step.to) && !opens_again(kind, step)) out.push_back(step.name);
  return out;
}

Rule not_in_future(const KindDefinition& kind, const FieldDefinition& field) {
  return {kind.name + "." + field.name + "_not_in_future",
          kind.name,
          "What has happened has a day that has come.",
          "{field} ({day}) has not come yet.",
          steps_after(kind, field),
          [name = field.name, states = field.happened_in](const Record& record, const RecordLookup& lookup) {
            const std::string day = Fields(record).text(name);
            if (day.empty() || day <= lookup.last_day_begun()) return Breaches{};
            const bool is_wrong = states.empty() || holds(states, record.state);
            return Breaches{{name, {{"field", name}, {"day", day}}, !is_wrong}};
          },
          "not_in_future"};
}

Rule no_circle(const KindDefinition& kind, const std::string& field) {
  return {kind.name + "." + field + "_no_circle",
          kind.name,
          "Nothing depends on itself, however many steps away.",
          "This leads back to the record itself.",
          out_of_draft(kind),
          [field](const Record& record, const RecordLookup& lookup) {
            return holds_if(!goes_in_a_circle(record, field, lookup), field);
          },
          "no_circle"};
}

// What is named belongs to the same whole as the record, or to the record itself.
Rule of_the_same(const KindDefinition& kind, const FieldDefinition& field) {
  return {kind.name + "." + field.name + "_of_the_same_whole",
          kind.name,
          "What is named of a whole is a part of the same whole.",
          "{title} is a part of another record ({kind}).",
          out_of_draft(kind),
          [field, of = find_kind(field.refers_to)->find(field.within)->refers_to,
           has_whole = kind.find(field.within) != nullptr](const Record& record, const RecordLookup& lookup) {
            const Fields fields(record);
            const std::string whole = has_whole ? fields.text(field.within) : record.id;
            Breaches out;
            for (const std::string& id : fields.ids(field.name)) {
              const auto one = lookup.find(field.refers_to, id);
              if (one && Fields(*one).text(field.within) != whole)
                out.push_back({field.name, {{"kind", of}}, false, {named("title", *one)}});
            }
            return out;
          },
          "of_the_same_whole"};
}

Rule part_of(const KindDefinition& kind, const std::string& part, const std::string& whole) {
  return {kind.name + "." + part + "_within_" + whole,
          kind.name,
          "A part is not larger than its whole.",
          "{part_field} ({part}) is more than {whole_field} ({whole}).",
          out_of_draft(kind),
          [part, whole](const Record& record, const RecordLookup&) {
            const Fields fields(record);
            const auto of_part = fields.number(part), of_whole = fields.number(whole);
            const auto shown = [](std::optional<double> n) { return n ? text::format_number(*n) : ""; };
            return holds_if(
                !of_part || !of_whole || *of_part <= *of_whole, part,
                {{"part", shown(of_part)}, {"whole", shown(of_whole)}, {"part_field", part}, {"whole_field", whole}});
          },
          "part_within_whole"};
}

Rule not_overdue(const KindDefinition& kind, const FieldDefinition& field) {
  return {kind.name + ".not_overdue",
          kind.name,
          "What is due is done by its day.",
          "This was due on {due}.",
          {},
          [name = field.name, settled = settled_states(kind, field)](const Record& record, const RecordLookup& lookup) {
            const std::string due = Fields(record).text(name);
            return holds_if(due.empty() || holds(settled, record.state) || due >= lookup.today(), name, {{"due", due}});
          },
          "not_overdue"};
}

Rule reviewed_in_time(const KindDefinition& kind) {
  return {kind.name + ".reviewed_in_time",
          kind.name,
          "What changes is looked at again at its stated interval.",
          "This was to be looked at again by {due}.",
          {},
          [](const Record& record, const RecordLookup& lookup) {
            const Fields fields(record);
            const auto months = fields.number("review_months");
            if (!months || !fields.has("reviewed_on")) return Breaches{};
            const std::string due = add_months(fields.text("reviewed_on"), static_cast<int>(*months));
            return holds_if(due >= lookup.today(), "reviewed_on", {{"due", due}});
          },
          "reviewed_in_time"};
}

Rule has_whole(const KindDefinition& kind, const std::string& whole) {
  return {kind.name + ".has_whole",
          kind.name,
          "A part names the whole that it belongs to.",
          "It is not said to what this belongs: {field}.",
          {},
          [whole](const Record& record, const RecordLookup&) {
            return holds_if(Fields(record).has(whole), whole, {{"field", whole}});
          },
          "has_whole"};
}

// Of a kind that has no step at which it would be asked for.
Rule is_filled(const KindDefinition& kind, const std::vector<std::string>& needed) {
  return {kind.name + ".filled",
          kind.name,
          "What a record of this kind needs is filled.",
          "The part {field} is not filled.",
          {},
          [needed](const Record& record, const RecordLookup&) {
            const Fields fields(record);
            Breaches out;
            for (const std::string& name : needed)
              if (!fields.has(name)) out.push_back({name, {{"field", name}}});
            return out;
          },
          "filled"};
}

// What is asked for although it may be left open in a draft.
std::vector<Rule> completeness(const KindDefinition& kind) {
  std::vector<Rule> out;
  if (kind.complete_at_once) return out;
  const FieldDefinition* whole = kind.part_of();
  if (whole != nullptr && whole->required) out.push_back(has_whole(kind, whole->name));
  std::vector<std::string> needed;
  for (const FieldDefinition& field : kind.fields)
    if (field.required && &field != whole) needed.push_back(field.name);
  if (kind.states.size() == 1 && !needed.empty()) out.push_back(is_filled(kind, needed));
  return out;
}

struct Pair {
  const char* kind;
  const char* first;
  const char* second;
};

}  // namespace

std::vector<Rule> general_rules() {
  std::vector<Rule> out;
  for (const KindDefinition& kind : all_kinds()) {
    if (kind.made_by_program) continue;
    if (kind.find("starts") != nullptr && kind.find("ends") != nullptr) out.push_back(in_order(kind, "starts", "ends"));
    for (const FieldDefinition& field : kind.fields)
      if (!field.not_before.empty()) out.push_back(in_order(kind, field.not_before, field.name));
    for (const FieldDefinition& field : kind.fields)
      if (field.happened) out.push_back(not_in_future(kind, field));
    for (const FieldDefinition& field : kind.fields) {
      if (!field.within.empty()) out.push_back(of_the_same(kind, field));
      if (!field.done_in.empty()) out.push_back(not_overdue(kind, field));
    }
    for (const FieldDefinition& field : kind.fields)
      if (field.refers_to == kind.name && field.name != "contradicts" && field.name != "related_to")
        out.push_back(no_circle(kind, field.name));
    if (kind.find("review_months") != nullptr) out.push_back(reviewed_in_time(kind));
    for (Rule& rule : completeness(kind)) out.push_back(std::move(rule));
  }
  for (const Pair& pair : std::initializer_list<Pair>{{"participation", "new_people", "people"},
                                                      {"participation", "with_disability", "people"},
                                                      {"focus_session", "people", "invited"},
                                                      {"message_test", "understood", "people"},
                                                      {"message_test", "believed", "people"},
                                                      {"message_test", "for_me", "people"},
                                                      {"message_test", "offended", "people"},
                                                      {"message_test", "will_do", "people"},
                                                      {"test_result", "correct", "questions_asked"},
                                                      {"activity_row", "with_disability", "reached"},
                                                      {"budget_line", "unit_cost_low", "unit_cost"},
                                                      {"budget_line", "unit_cost", "unit_cost_high"},
                                                      {"coding", "from_byte", "to_byte"}})
    out.push_back(part_of(*find_kind(pair.kind), pair.first, pair.second));
  return out;
}

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> kRules = [] {
    std::vector<Rule> out;
    for (auto* part : {general_rules, evidence_rules, plan_rules, budget_rules, protection_rules, review_rules})
      for (Rule& rule : part()) out.push_back(std::move(rule));
    std::sort(out.begin(), out.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
    return out;
  }();
  return kRules;
}

const Rule* find_rule(std::string_view id) {
  const auto& rules = all_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

std::vector<const Rule*> rules_of(std::string_view kind) {
  std::vector<const Rule*> out;
  for (const Rule& rule : all_rules())
    if (rule.kind == kind) out.push_back(&rule);
  return out;
}

bool RuleFailure::refuses(std::string_view transition) const {
  return std::find(blocks.begin(), blocks.end(), transition) != blocks.end();
}

Error broken(const Rule& rule, Error::Args args) {
  return {"model.rule." + (rule.message.empty() ? rule.id : rule.message), rule.failure, std::move(args)};
}

Related related_of(const Rule& rule, const Error::Args& args) {
  static const std::map<std::string, Related> kRelated = {
      {"application.eligible", {"eligibility_check", "application"}},
      {"barrier.answered_or_explained", {"activity", "barriers"}},
      {"budget_version.rates_known", {"exchange_rate", ""}},
      {"budget_version.within_tolerance", {"budget_line", "budget_version"}},
      {"deliverable.indicators_shown", {"acceptance_indicator", "deliverable"}},
      {"document.disagreement_resolved", {"screening", "document"}},
      {"document.two_screeners", {"screening", "document"}},
      {"evaluation_question.has_row", {"matrix_row", "evaluation_question"}},
      {"funding_source.not_over_allocated", {"budget_line", "funding_source"}},
      {"message.tested", {"message_test", "message"}},
      {"monitoring_indicator.has_target", {"indicator_target", "indicator"}},
      {"objective.served", {"", "objective"}},
      {"place.target_visited", {"visit", "place"}},
      {"plan_of_action.comments_settled", {"review_comment", "plan_of_action"}},
      {"plan_of_action.nothing_open", {"review", "plan_of_action"}},
      {"plan_of_action.two_reviewers", {"review", "plan_of_action"}},
      {"recommendation.answered", {"management_response", "recommendation"}},
      {"recommendation.carried_out", {"management_response", "recommendation"}},
      {"review.rates_must_haves", {"rating", "review"}},
      {"terms_of_reference.payments_within_whole", {"deliverable", "terms_of_reference"}},
      {"visit.permission", {"permission", ""}}};
  const auto found = kRelated.find(rule.id);
  if (found == kRelated.end()) return {};
  Related out = found->second;
  for (const auto& [name, value] : args)
    if (name == "kind" && out.kind.empty()) out.kind = value;
  return out;
}

std::vector<Record> RecordLookup::of_title(const std::string& kind, const std::string& title) const {
  std::vector<Record> out = list(kind);
  std::erase_if(out, [&](const Record& record) { return text::fold(record.title) != text::fold(title); });
  return out;
}

std::vector<Record> RecordLookup::holding(const std::string& kind, const std::vector<Held>& all,
                                          std::size_t most) const {
  std::vector<Record> out = list(kind);
  std::erase_if(out, [&](const Record& record) {
    const Fields fields(record);
    return std::any_of(all.begin(), all.end(), [&](const Held& one) { return fields.text(one.field) != one.value; });
  });
  if (out.size() > most) out.resize(most);
  return out;
}

double RecordLookup::figure(const std::string&, const std::function<double()>& work) const { return work(); }

bool is_given_up(const Record& record) {
  const KindDefinition* kind = find_kind(record.kind);
  return kind != nullptr &&
         std::any_of(kind->transitions.begin(), kind->transitions.end(),
                     [&](const Transition& step) { return step.gives_up && step.to == record.state; });
}

std::set<std::string> rules_passed(const KindDefinition& kind, const std::string& state) {
  return asked_on_every_way(kind, state, [&](const Transition& step) {
    std::set<std::string> out;
    for (const Rule* rule : rules_of(kind.name))
      if (holds(rule->blocks, step.name)) out.insert(rule->id);
    return out;
  });
}

std::vector<RuleFailure> broken_rules(const Record& record, const RecordLookup& lookup,
                                      const std::set<std::string>* only) {
  std::vector<RuleFailure> out;
  const bool given_up = is_given_up(record);
  for (const Rule* rule : rules_of(record.kind)) {
    const bool asked = !given_up || rule->also_given_up;
    if ((!asked && rule->blocks.empty()) || (only != nullptr && !only->contains(rule->id))) continue;
    for (Breach& breach : rule->check(record, lookup)) {
      for (const Named& one : breach.names) breach.args.emplace_back(one.arg, one.title);
      Error problem = broken(*rule, breach.args);
      if (!breach.field.empty()) problem.at({.pointer = "/fields/" + breach.field});
      Related related = related_of(*rule, breach.args);
      related.with = std::move(breach.with);
      out.push_back({rule->id, std::move(problem), rule->blocks, std::move(related), asked && !breach.only_refuses,
                     std::move(breach.names)});
    }
  }
  return out;
}

}  // namespace hamdil::model
