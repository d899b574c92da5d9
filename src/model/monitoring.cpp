// Part D: indicators, their targets and what was measured.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

std::vector<KindDefinition> monitoring_kinds() {
  return in_area(
      "monitoring",
      {
          locked({"confirmed"},
                 kind("monitoring_indicator", "What is measured to see whether an objective is reached.",
                      {ref("objective", "Of which objective.", "objective"),
                       ref("activity", "Of which activity.", "activity"),
                       choice("level", "The level of the chain that is measured, for example an outcome.",
                              {"impact", "outcome", "output", "process"})
                           .required(),
                       long_text(
                           "definition",
                           "What is counted and what is not, for example only quarrels that ended with an agreement."),
                       choice("unit", "What the figure counts, for example percent or people.",
                              {"percent", "score", "count", "unique_persons", "participations", "amount", "days",
                               "yes_no"})
                           .required(),
                       long_text("numerator",
                                 "For a percentage, what stands above the line, for example quarrels settled."),
                       long_text(
                           "denominator",
                           "For a percentage, what stands below the line, for example all quarrels that were brought."),
                       choice("better", "Whether a higher or a lower figure is good, for example “up” for trust.",
                              {"up", "down", "balance", "context"}),
                       number("baseline", "The figure before the work began, for example 34."),
                       date("baseline_on", "When that was."),
                       date("baseline_due", "By when the baseline will be set."),
                       text("source", "Where the figure comes from, for example the register of the committee."),
                       long_text("method", "How the figure is found, for example by counting the register each month."),
                       choice("frequency", "How often it is measured, for example every quarter.", frequencies()),
                       ref("responsible", "The person who collects the figure and enters it here.", "person"),
                       tags("disaggregation", "By what it is broken down."),
                       ref("analysis", "The analysis that measures it.", "analysis"),
                       text("dimension", "The dimension it stands for."),
                       tags("items", "Items of the frameworks it is made of."),
                       long_text("double_counting", "How people are kept from being counted twice."),
                       text("library_id", "Id in the shipped library.")})),
          locked(
              {"confirmed"},
              kind(
                  "indicator_target", "The value an indicator should have on a day, for a place or group.",
                  {ref("indicator", "Of which indicator.", "monitoring_indicator").whole().required(),
                   number("value", "The figure that the indicator should have on that day, for example 50.").required(),
                   date("due", "On which day.").noticed().required(), ref("place", "Where.", "place"),
                   ref("group", "For whom.", "population_group"), choice("sex", "Of which sex.", sexes()),
                   long_text("reason", "Why this value.")})),
          locked({"verified", "rejected"},
                 kind("measurement", "The value an indicator had in a period.",
                      {ref("indicator", "Of which indicator.", "monitoring_indicator").whole().required(),
                       date("starts", "First day of the period."),
                       date("ends", "Last day of the period.").happened({"verified"}).required(),
                       number("value", "The value.").result().required(),
                       integer("people", "How many people or cases stand behind it.", "people").result().at_least(0),
                       choice("counted", "What is counted.", {"persons", "participations", "other"}),
                       ref("place", "Where.", "place"), ref("group", "For whom.", "population_group"),
                       choice("sex", "Of which sex.", sexes()), choice("age_band", "Of which age.", age_bands()),
                       ref("partner_report", "Reported in which report.", "partner_report"),
                       ref("result", "The result it is taken from.", "result").result(),
                       text("source", "Where the figure comes from."),
                       long_text("narrative", "What lies behind it.").result()},
                      {{"draft", "verified", "rejected"},
                       {{"verify", "draft", "verified", {"value", "ends"}},
                        gives_up({"reject", "draft", "rejected"}),
                        {"reopen", "verified", "draft"}}})),
      });
}

}  // namespace hamdil::model
