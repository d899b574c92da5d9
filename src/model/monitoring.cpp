// Part D: indicators, their targets and what was measured.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

std::vector<KindDefinition> monitoring_kinds() {
  return in_area(
      "monitoring",
      {
          kind("monitoring_indicator", "What is measured to see whether an objective is reached.",
               {ref("objective", "Of which objective.", "objective"),
                ref("activity", "Of which activity.", "activity"),
                choice("level", "At which level of the chain.", {"impact", "outcome", "output", "process"}).required(),
                long_text("definition", "What is counted, and what is not."),
                choice("unit", "In what.",
                       {"percent", "score", "count", "unique_persons", "participations", "amount", "days", "yes_no"})
                    .required(),
                long_text("numerator", "What stands above the line."),
                long_text("denominator", "What stands below the line."),
                choice("better", "Which way is better.", {"up", "down", "balance", "context"}),
                number("baseline", "Where it started."),
                date("baseline_on", "When that was."),
                date("baseline_due", "By when the baseline will be set.").not_before("baseline_on"),
                text("source", "Where the figure comes from."),
                long_text("method", "How it is measured."),
                choice("frequency", "How often.", frequencies()),
                ref("responsible", "Who measures it.", "person"),
                tags("disaggregation", "By what it is broken down."),
                ref("analysis", "The analysis that measures it.", "analysis"),
                text("dimension", "The dimension it stands for."),
                tags("items", "Items of the frameworks it is made of."),
                long_text("double_counting", "How people are kept from being counted twice."),
                text("library_id", "Id in the shipped library.")}),
          kind("indicator_target", "The value an indicator should have on a day, for a place or group.",
               {ref("indicator", "Of which indicator.", "monitoring_indicator").required(),
                number("value", "The value.").required(), date("due", "On which day.").required(),
                ref("place", "Where.", "place"), ref("group", "For whom.", "population_group"),
                choice("sex", "Of which sex.", sexes()), long_text("reason", "Why this value.")}),
          kind("measurement", "The value an indicator had in a period.",
               {ref("indicator", "Of which indicator.", "monitoring_indicator").required(),
                date("starts", "First day of the period."), date("ends", "Last day of the period.").required(),
                number("value", "The value.").required(),
                integer("people", "How many people or cases stand behind it.", "people").at_least(0),
                choice("counted", "What is counted.", {"persons", "participations", "other"}),
                ref("place", "Where.", "place"), ref("group", "For whom.", "population_group"),
                choice("sex", "Of which sex.", sexes()), choice("age_band", "Of which age.", age_bands()),
                ref("partner_report", "Reported in which report.", "partner_report"),
                ref("result", "The result it is taken from.", "result"), text("source", "Where the figure comes from."),
                long_text("narrative", "What lies behind it.")},
               {{"draft", "verified", "rejected"},
                {{"verify", "draft", "verified", {"value", "ends"}},
                 {"reject", "draft", "rejected"},
                 {"reopen", "verified", "draft"}}}),
      });
}

}  // namespace hamdil::model
