// Deliverables, plans, indicators, places and numbers of people.
#include <algorithm>

#include "base/text.hpp"
#include "model/rule_words.hpp"

namespace hamdil::model {

using namespace words;

namespace {

Breaches indicators_shown(const Record& record, const RecordLookup& lookup) {
  Breaches out;
  for (const Record& indicator : lookup.list("acceptance_indicator", "deliverable", record.id))
    if (!Fields(indicator).has("shown_by")) out.push_back({"", {}, false, {named("indicator", indicator)}});
  return out;
}

Breaches after_what_it_depends_on(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  Breaches out;
  for (const std::string& id : fields.ids("depends_on"))
    if (const auto before = lookup.find(record.kind, id); before && !is_given_up(*before) && fields.has("starts"))
      if (const std::string end = Fields(*before).text("ends"); end > fields.text("starts"))
        out.push_back({"starts", {{"end", end}}, false, {named("before", *before)}});
  return out;
}

Rule after_dependencies(const std::string& kind) {
  return {kind + ".after_dependencies",
          kind,
          "Nothing begins before what it depends on has ended.",
          "It begins before {before} ends on {end}.",
          {},
          after_what_it_depends_on,
          "after_dependencies"};
}

// The programme that it names, or the only one.
std::optional<Record> programme_of(const Record& record, const RecordLookup& lookup) {
  if (const std::string own = Fields(record).text("programme"); !own.empty()) return lookup.find("programme", own);
  std::vector<Record> all = lookup.list("programme");
  return all.size() == 1 ? std::optional(std::move(all.front())) : std::nullopt;
}

Breaches not_before_its_programme(const Record& record, const RecordLookup& lookup) {
  const auto programme = programme_of(record, lookup);
  const std::string day = Fields(record).text("starts"), first = programme ? Fields(*programme).text("starts") : "";
  return holds_if(day.empty() || first.empty() || day >= first, "starts", {{"day", day}, {"first", first}});
}

Breaches not_after_its_programme(const Record& record, const RecordLookup& lookup) {
  const auto programme = programme_of(record, lookup);
  const std::string day = Fields(record).text("ends"), last = programme ? Fields(*programme).text("ends") : "";
  return holds_if(day.empty() || last.empty() || day <= last, "ends", {{"day", day}, {"last", last}});
}

Breaches late(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const bool open = record.state == "planned" || record.state == "ongoing";
  const bool slipped = open && fields.has("ends") && fields.text("ends") < lookup.today();
  return holds_if(!slipped || fields.has("reason_for_delay"), "ends", {{"end", fields.text("ends")}});
}

Breaches indicator_smart(const Record& record, const RecordLookup&) {
  const Fields fields(record);
  Breaches out;
  const auto need = [&](bool condition, const std::string& field) {
    if (!condition) out.push_back({field, {{"field", field}}});
  };
  if (fields.text("unit") == "percent") {
    need(fields.has("numerator"), "numerator");
    need(fields.has("denominator"), "denominator");
  }
  need(fields.has("baseline") || fields.has("baseline_due"), "baseline");
  for (const char* name : {"source", "method", "frequency", "responsible"}) need(fields.has(name), name);
  if (fields.text("unit") == "unique_persons") need(fields.has("double_counting"), "double_counting");
  return out;
}

Breaches target_on_the_better_side(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto indicator = lookup.find("monitoring_indicator", fields.text("indicator"));
  const auto value = fields.number("value");
  if (!indicator || !value) return {};
  const Fields of(*indicator);
  const auto baseline = of.number("baseline");
  if (!baseline) return {};
  const bool wrong =
      (of.text("better") == "up" && *value < *baseline) || (of.text("better") == "down" && *value > *baseline);
  return holds_if(!wrong, "value");
}

Breaches counted_as_its_indicator(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto indicator = lookup.find("monitoring_indicator", fields.text("indicator"));
  if (!indicator) return {};
  const std::string unit = Fields(*indicator).text("unit"), counted = fields.text("counted");
  const bool wrong =
      (unit == "unique_persons" && counted != "persons") || (unit == "participations" && counted != "participations");
  return holds_if(!wrong, "counted", {{"unit", unit}});
}

// A figure in percent is a part of a whole.
Rule is_a_percentage(const std::string& kind, const std::string& field, const std::string& indicator) {
  return {kind + "." + field + "_is_a_percentage",
          kind,
          "A figure in percent lies between 0 and 100.",
          "The indicator is in percent, and {value} does not lie between 0 and 100.",
          {},
          [field, indicator](const Record& record, const RecordLookup& lookup) {
            const Fields fields(record);
            const auto value = fields.number(field);
            const auto of =
                indicator.empty() ? std::optional(record) : lookup.find("monitoring_indicator", fields.text(indicator));
            const bool wrong = value && of && Fields(*of).text("unit") == "percent" && (*value < 0 || *value > 100);
            return holds_if(!wrong, field, {{"value", value ? text::format_number(*value) : ""}});
          },
          "is_a_percentage"};
}

// Persons of several activities or places overlap: a figure that only adds them up is not a number of persons.
Breaches persons_not_added_up(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto indicator = lookup.find("monitoring_indicator", fields.text("indicator"));
  const auto value = fields.number("value");
  if (!indicator || !value || Fields(*indicator).text("unit") != "unique_persons" || fields.has("place")) return {};
  double sum = 0;
  std::size_t parts = 0;
  for (const Record& other :
       lookup.holding("measurement", {{"indicator", indicator->id}, {"ends", fields.text("ends")}})) {
    const Fields of(other);
    if (other.id == record.id || !of.has("place")) continue;
    sum += of.number("value").value_or(0);
    ++parts;
  }
  return holds_if(parts < 2 || *value != sum || fields.has("narrative"), "value", {{"parts", std::to_string(parts)}});
}

Breaches not_counted_twice(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  if (!fields.has("event")) return {};
  std::vector<std::string> ways = find_kind(record.kind)->find("counted")->choices;
  ways.emplace_back();  // nobody said how
  for (const std::string& way : ways) {
    if (way == fields.text("counted")) continue;
    constexpr std::size_t kOneMore = 2;  // than the record as it is kept
    for (const Record& other :
         lookup.holding(record.kind, {{"event", fields.text("event")}, {"counted", way}}, kOneMore))
      if (other.id != record.id) return {{"counted", {}}};
  }
  return {};
}

Breaches parts_of_reached(const Record& record, const RecordLookup&) {
  const Fields fields(record);
  double sum = 0;
  for (const char* part :
       {"women_reached", "men_reached", "young_women_reached", "young_men_reached", "girls_reached", "boys_reached"})
    sum += fields.number(part).value_or(0);
  const auto reached = fields.number("reached");
  return holds_if(!reached || sum <= *reached, "reached", {{"sum", std::to_string(static_cast<long>(sum))}});
}

Breaches report_is_accepted(const Record& record, const RecordLookup& lookup) {
  const auto report = lookup.find("partner_report", Fields(record).text("partner_report"));
  return holds_if(!report || report->state == "accepted", "partner_report");
}

// Another organisation does the same kind of work for the same group in the same place and time.
Breaches no_overlap(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  if (!fields.has("place") || !fields.has("subsector")) return {};
  std::vector<Held> same_work;
  for (const char* field : {"place", "subsector", "group"}) same_work.push_back({field, fields.text(field)});
  for (const Record& other : lookup.holding(record.kind, same_work)) {
    const Fields of(other);
    const bool same_time = of.text("starts") <= fields.text("ends") && fields.text("starts") <= of.text("ends");
    if (other.id == record.id || !same_time || is_given_up(other)) continue;
    if (of.text("lead_organisation") != fields.text("lead_organisation"))
      return {{"place", {}, false, {named("other", other)}}};
  }
  return {};
}

Breaches payments_within_whole(const Record& record, const RecordLookup& lookup) {
  double sum = 0;
  for (const Record& deliverable : lookup.list("deliverable", "terms_of_reference", record.id))
    sum += Fields(deliverable).number("payment_share").value_or(0);
  return holds_if(sum <= 100, "", {{"sum", std::to_string(static_cast<long>(sum))}});
}

Breaches one_code_list(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto parent = lookup.find("place", fields.text("parent"));
  if (!parent || !Fields(*parent).has("code_list") || !fields.has("code_list")) return {};
  return holds_if(Fields(*parent).text("code_list") == fields.text("code_list"), "code_list");
}

Breaches target_place_is_visited(const Record& record, const RecordLookup& lookup) {
  return holds_if(!Fields(record).is_true("target") || !standing(lookup.list("visit", "place", record.id)).empty(), "");
}

}  // namespace

std::vector<Rule> plan_rules() {
  return {
      {"deliverable.indicators_shown",
       "deliverable",
       "A deliverable is accepted only when each of its acceptance indicators names what shows it.",
       "The acceptance indicator {indicator} names no section or record.",
       {"accept"},
       indicators_shown},
      after_dependencies("milestone"),
      after_dependencies("activity"),
      {"activity.not_before_its_programme",
       "activity",
       "An activity begins when its programme has begun.",
       "It begins on {day}; its programme begins on {first}.",
       {},
       not_before_its_programme},
      {"activity.not_after_its_programme",
       "activity",
       "An activity ends before its programme does.",
       "It ends on {day}; its programme ends on {last}.",
       {},
       not_after_its_programme},
      {"milestone.not_late",
       "milestone",
       "A milestone is reached by its day, or the delay is explained.",
       "It was to end on {end}.",
       {},
       late},
      {"monitoring_indicator.smart",
       "monitoring_indicator",
       "An indicator has its calculation, baseline, source, method, frequency and somebody responsible.",
       "{field} is missing.",
       {"confirm"},
       indicator_smart},
      {"monitoring_indicator.has_target",
       "monitoring_indicator",
       "An indicator has a target.",
       "No target is set for this indicator.",
       {"confirm"},
       [](const Record& record, const RecordLookup& lookup) {
         return holds_if(!lookup.list("indicator_target", "indicator", record.id).empty(), "");
       }},
      {"indicator_target.on_the_better_side",
       "indicator_target",
       "A target lies on the better side of the baseline.",
       "The target lies on the worse side of the baseline.",
       {"confirm"},
       target_on_the_better_side},
      is_a_percentage("measurement", "value", "indicator"),
      is_a_percentage("indicator_target", "value", "indicator"),
      is_a_percentage("monitoring_indicator", "baseline", ""),
      {"measurement.counted_as_its_indicator",
       "measurement",
       "Persons and participations are never mixed.",
       "The indicator counts {unit}; this figure does not.",
       {"verify"},
       counted_as_its_indicator},
      {"measurement.persons_not_added_up",
       "measurement",
       "Persons are never added up across places or activities.",
       "This is the sum of {parts} places; the same person may stand in several. Say how they were counted once.",
       {"verify"},
       persons_not_added_up},
      {"participation.one_way_of_counting",
       "participation",
       "In one event either persons or participations are counted.",
       "The same event is also counted the other way.",
       {"confirm"},
       not_counted_twice},
      {"activity_row.parts_within_reached",
       "activity_row",
       "Women, men, girls and boys are not more than all.",
       "The parts add up to {sum}, more than were reached.",
       {"confirm"},
       parts_of_reached},
      {"measurement.report_accepted",
       "measurement",
       "Figures of a partner count once the report is accepted.",
       "The report that this figure comes from is not accepted yet.",
       {"verify"},
       report_is_accepted},
      {"activity_row.no_overlap",
       "activity_row",
       "Two organisations do not do the same for the same people unawares.",
       "{other} does the same for the same group in this place and time.",
       {},
       no_overlap},
      {"terms_of_reference.payments_within_whole",
       "terms_of_reference",
       "Payments for deliverables are not more than the whole.",
       "The payments for deliverables add up to {sum} percent.",
       {"confirm"},
       payments_within_whole},
      {"place.one_code_list",
       "place",
       "A place and the one it lies in have their codes from the same list.",
       "The code comes from another list than that of the place above.",
       {},
       one_code_list},
      {"place.code_has_list",
       "place",
       "A code says from which list it is.",
       "It is not said which list the code is from.",
       {},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(!fields.has("code") || fields.has("code_list"), "code_list");
       }},
      {"place.target_visited",
       "place",
       "Every target place is visited at least once.",
       "No visit to this target place is planned or done.",
       {},
       target_place_is_visited},
      {"sample_stratum.shortfall_explained",
       "sample_stratum",
       "Where fewer were asked than planned, it is said why.",
       "Fewer were asked than planned, and nothing says why.",
       {},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         const auto planned = fields.number("planned"), achieved = fields.number("achieved");
         return holds_if(!planned || !achieved || *achieved >= *planned || fields.has("reason_for_difference"),
                         "reason_for_difference");
       }},
      {"stakeholder.is_somebody",
       "stakeholder",
       "A stakeholder is a person or an organisation.",
       "It is not said who this is: fill in the person or the organisation.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(fields.has("person") || fields.has("organisation"), "organisation");
       }},
  };
}

}  // namespace hamdil::model
