// How people were chosen, what was computed, who answered, on which consent, and the limits of it all.
#include <algorithm>
#include <functional>
#include <set>

#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

const char* sampling_id(Sampling sampling) {
  switch (sampling) {
    case Sampling::kProbability:
      return "sampling.probability";
    case Sampling::kList:
      return "sampling.list";
    case Sampling::kTimeLocation:
      return "sampling.time_location";
    case Sampling::kRespondentDriven:
      return "sampling.respondent_driven";
    case Sampling::kQuota:
      return "sampling.quota";
    case Sampling::kSnowball:
      return "sampling.snowball";
    case Sampling::kCensus:
      return "sampling.census";
    case Sampling::kUnknown:
      break;
  }
  return "sampling.unknown";
}

void chosen(Composition& c) {
  const DesignFacts& design = c.context().design;
  c.heading(2, "method-chosen", c.say("method.chosen"));
  c.paragraph(c.say(sampling_id(design.sampling)));
  if (!design.selection_words.empty()) c.paragraph({{RunKind::kGiven, design.selection_words}});
  std::vector<Runs> facts;
  if (design.strata > 0)
    facts.push_back(c.say("design.strata", {{"n", c.count(design.strata, "design.strata")},
                                            {"label", Composition::given(design.strata_label)}}));
  if (design.clusters > 0)
    facts.push_back(c.say("design.clusters", {{"n", c.count(design.clusters, "design.clusters")},
                                              {"label", Composition::given(design.cluster_label)}}));
  facts.push_back(c.say(design.weighted ? "design.weighted" : "design.unweighted"));
  if (design.weighted && !design.weight_words.empty()) facts.push_back({{RunKind::kGiven, design.weight_words}});
  if (c.inference() && design.finite_population) facts.push_back(c.say("design.fpc"));
  c.list(std::move(facts));
}

void computed(Composition& c) {
  const DesignFacts& design = c.context().design;
  c.heading(2, "method-computed", c.say("method.computed"));
  if (!c.inference()) {
    c.paragraph(c.say("design.no_inference"));
    return;
  }
  std::vector<Runs> facts;
  if (design.variance == "replicate")
    facts.push_back(c.say("design.replicate", {{"kind", Composition::given(design.replicate_kind)},
                                               {"n", c.count(design.replicates, "design.replicates")}}));
  else
    facts.push_back(c.say(design.clusters > 0 ? "design.taylor_clusters" : "design.taylor"));
  const Arg level = c.percent_fact(design.confidence_level, 0, "design.confidence_level");
  if (design.degrees_of_freedom > 0)
    facts.push_back(
        c.say("design.intervals_t",
              {{"level", level}, {"df", c.fact(design.degrees_of_freedom, 0, "design.degrees_of_freedom")}}));
  else
    facts.push_back(c.say("design.intervals", {{"level", level}}));
  if (design.same_clusters) facts.push_back(c.say("design.same_clusters"));
  if (design.lonely_strata > 0 && c.has("lonely." + design.lonely_rule))
    facts.push_back(
        c.say("lonely." + design.lonely_rule, {{"n", c.count(design.lonely_strata, "design.lonely_strata")}}));
  if (!c.changes().empty()) facts.push_back(c.say("design.holm"));
  facts.push_back(c.say("design.rounding"));
  facts.push_back(c.say("design.share_intervals"));
  c.list(std::move(facts));
}

Runs reason_words(const Composition& c, const RejectedRows& rejected) {
  const std::string id = "rejected." + rejected.reason_id;
  return c.has(id) ? c.say(id) : Runs{{RunKind::kGiven, rejected.reason}};
}

void answered(Composition& c) {
  const Context& context = c.context();
  if (context.receipts.empty()) return;
  c.heading(2, "method-answered", c.say("method.answered"));
  c.paragraph(c.say("answered.opening"));
  TableBlock table;
  table.id = "tab-answered";
  table.caption = c.say("caption.answered");
  table.columns = {{Align::kStart, 3}};
  std::vector<Runs> head = {Runs{}};
  for (const RoundReceipt& receipt : context.receipts) {
    head.push_back({{RunKind::kGiven, level_label(context, "round", receipt.round)}});
    table.columns.push_back({Align::kEnd, 1});
  }
  table.header.push_back(header_of(std::move(head)));
  const auto add = [&](Runs label, const std::function<Runs(const RoundReceipt&)>& cell) {
    TableRow row;
    row.cells.push_back({std::move(label)});
    for (const RoundReceipt& receipt : context.receipts) row.cells.push_back({cell(receipt)});
    table.rows.push_back(std::move(row));
  };
  const auto count = [&](std::size_t n, const RoundReceipt& receipt, const std::string& what) {
    return c.count(n, "receipt." + receipt.round + "." + what).runs;
  };
  add(c.say("answered.read"), [&](const RoundReceipt& r) { return count(r.read, r, "read"); });
  std::vector<RejectedRows> reasons;
  for (const RoundReceipt& receipt : context.receipts)
    for (const RejectedRows& rejected : receipt.rejected)
      if (std::none_of(reasons.begin(), reasons.end(), [&](const RejectedRows& r) {
            return r.reason_id == rejected.reason_id && r.reason == rejected.reason;
          }))
        reasons.push_back(rejected);
  for (const RejectedRows& reason : reasons)
    add(c.say("answered.rejected", {{"reason", Composition::words(reason_words(c, reason))}}),
        [&](const RoundReceipt& r) {
          std::size_t rows = 0;
          for (const RejectedRows& rejected : r.rejected)
            if (rejected.reason_id == reason.reason_id && rejected.reason == reason.reason) rows += rejected.rows;
          return count(rows, r, "rejected." + reason.reason_id);
        });
  add(c.say("answered.kept"), [&](const RoundReceipt& r) { return count(r.kept, r, "kept"); });
  for (const char* flag : {"speeder", "straight_lining", "duplicate_answers"}) {
    const auto flagged = [&](const RoundReceipt& receipt) {
      for (const RejectedRows& one : receipt.flagged)
        if (one.reason_id == flag) return one.rows;
      return std::size_t{0};
    };
    if (std::none_of(context.receipts.begin(), context.receipts.end(),
                     [&](const RoundReceipt& r) { return flagged(r) > 0; }))
      continue;
    add(c.say("answered.flagged", {{"reason", Composition::words(c.say(std::string("flag.") + flag))}}),
        [&](const RoundReceipt& r) { return count(flagged(r), r, std::string("flag.") + flag); });
  }
  for (const VariableLabel& variable : context.variables) {
    if (variable.name != context.group_variable) continue;
    for (const LevelLabel& level : variable.levels)
      add(c.say("answered.of_these", {{"group", Composition::given(level.label)}}), [&](const RoundReceipt& r) {
        for (const auto& [group, rows] : r.by_group)
          if (group == level.value) return count(rows, r, "group." + group);
        return Runs{{RunKind::kText, "–"}};
      });
  }
  if (std::any_of(context.receipts.begin(), context.receipts.end(),
                  [](const RoundReceipt& r) { return r.refusals > 0; }))
    add(c.say("answered.refusals"), [&](const RoundReceipt& r) { return count(r.refusals, r, "refusals"); });
  c.add(std::move(table));
}

void consent(Composition& c) {
  const ConsentFacts& facts = c.context().consent;
  c.heading(2, "method-consent", c.say("method.consent"));
  const std::string basis = facts.basis.empty() || !c.has("consent." + facts.basis) ? "unknown" : facts.basis;
  Runs words = c.say("consent." + basis);
  if (!facts.asserted_by.empty()) {
    const Runs more = c.say("consent.asserted", {{"by", Composition::given(facts.asserted_by)},
                                                 {"on", Composition::given(facts.asserted_on)}});
    words.push_back({RunKind::kText, " "});
    words.insert(words.end(), more.begin(), more.end());
  }
  if (!facts.words.empty()) c.paragraph(c.say("consent.words", {{"words", Composition::given(facts.words)}}));
  c.paragraph(std::move(words));
  if (!facts.quotations && basis != "consent_text_seen") c.paragraph(c.say("consent.no_quotations"));
}

void protection(Composition& c) {
  const PolicyFacts& policy = c.context().policy;
  c.heading(2, "method-protection", c.say("method.protection"));
  c.paragraph(c.say("protection.opening", {{"mark", Composition::words({{RunKind::kMark, c.text("mark.withheld")}})}}));
  std::vector<Runs> rules;
  if (policy.minimum_rows > 0)
    rules.push_back(c.say("protection.rows", {{"n", c.count(policy.minimum_rows, "policy.minimum_rows")}}));
  if (policy.minimum_clusters > 0)
    rules.push_back(c.say("protection.clusters", {{"n", c.count(policy.minimum_clusters, "policy.minimum_clusters")}}));
  rules.push_back(c.say("protection.complementary"));
  c.list(std::move(rules));
  if (!policy.reason.empty()) c.paragraph(c.say("protection.reason", {{"reason", Composition::given(policy.reason)}}));
}

std::set<stats::Flag> flags_met(const Composition& c) {
  std::set<stats::Flag> flags;
  for (const protect::ReleasedTable& table : c.tables().tables)
    for (const stats::Row& row : table.table.rows) flags.insert(row.flags.begin(), row.flags.end());
  return flags;
}

}  // namespace

bool compose_methodology(Composition& c) {
  section_heading(c, "methodology");
  chosen(c);
  computed(c);
  answered(c);
  consent(c);
  protection(c);
  compose_robustness(c);
  return true;
}

std::vector<Runs> limitations(const Composition& c, const std::vector<std::string>& left_out) {
  const Context& context = c.context();
  std::vector<Runs> out;
  if (!c.inference())
    out.push_back(c.say(context.design.sampling == Sampling::kCensus ? "limit.census" : "limit.not_probability"));
  if (!context.comparison_group && !c.changes().empty()) out.push_back(c.say("limit.no_comparison"));
  for (const stats::Flag flag : flags_met(c))
    if (flag != stats::Flag::kNotProbability &&
        (c.inference() || (flag != stats::Flag::kFewClusters && flag != stats::Flag::kWideInterval)))
      out.push_back(c.say(std::string("limit.") + stats::flag_name(flag)));
  std::size_t withheld = 0;
  std::size_t cells = 0;
  for (const protect::ReleasedTable& table : c.tables().tables)
    for (const protect::Withheld reason : table.withheld) {
      ++cells;
      if (reason != protect::Withheld::kNo) ++withheld;
    }
  if (withheld > 0)
    out.push_back(c.say("limit.withheld",
                        {{"n", c.count(withheld, "tables.withheld")}, {"all", c.count(cells, "tables.cells")}}));
  std::size_t refusals = 0;
  for (const RoundReceipt& receipt : context.receipts) refusals += receipt.refusals;
  if (refusals > 0) out.push_back(c.say("limit.refusals", {{"n", c.count(refusals, "receipts.refusals")}}));
  std::vector<Runs> apart;
  for (const Dimension& dimension : context.dimensions)
    if (dimension.mirrored && dimension.equivalence.empty()) apart.push_back({{RunKind::kGiven, dimension.title}});
  if (!apart.empty()) out.push_back(c.say("limit.mirrored", {{"titles", Composition::words(c.listed(apart))}}));
  if (context.rows_without_design > 0)
    out.push_back(c.say("limit.without_design", {{"n", c.count(context.rows_without_design, "rows.without_design")}}));
  if (context.dropped_rows > 0) {
    std::vector<Runs> names;
    for (const std::string& flag : context.dropped_flags) names.push_back(c.say("flag." + flag));
    out.push_back(c.say("limit.dropped", {{"n", c.count(context.dropped_rows, "rows.dropped")},
                                          {"flags", Composition::words(c.listed(names))}}));
  }
  std::vector<Runs> reworded;
  for (const RewordedQuestion& one : context.reworded) {
    const Runs question =
        c.say("limit.reworded_question", {{"question", Composition::given(one.text)},
                                          {"round", Composition::given(level_label(context, "round", one.round))}});
    if (one.same_because.empty())
      reworded.push_back(question);
    else
      out.push_back(c.say("limit.same_words", {{"question", Composition::words(question)},
                                               {"reason", Composition::given(one.same_because)}}));
  }
  if (!reworded.empty())
    out.push_back(c.say("limit.reworded", {{"questions", Composition::words(c.listed(reworded))}}));
  if (context.consent.basis.empty() || context.consent.basis == "unknown")
    out.push_back(c.say("limit.consent_unknown"));
  if (context.consent.basis == "asserted_by_owner")
    out.push_back(c.say("limit.consent_stated", {{"by", Composition::given(context.consent.asserted_by)},
                                                 {"on", Composition::given(context.consent.asserted_on)},
                                                 {"words", Composition::given(context.consent.words)}}));
  if (!left_out.empty()) {
    std::vector<Runs> names;
    for (const std::string& id : left_out) names.push_back(c.say("section." + id));
    out.push_back(c.say("limit.left_out", {{"sections", Composition::words(c.listed(names))}}));
  }
  return out;
}

}  // namespace hamdil::report
