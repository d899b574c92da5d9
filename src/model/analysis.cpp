// Part C: what is computed. Written by the program; what people judge stands in findings and qualitative.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

std::vector<KindDefinition> analysis_kinds() {
  return in_area(
      "analysis",
      {
          program_kind("analysis", "What is computed: one specification over the rounds of a study.",
                       {ref("study", "The study it belongs to.", "study").required(),
                        data("specification", "The AnalysisSpec.").required(),
                        text("table_id", "The name of its result table within a product.").required()}),
          program_kind(
              "design", "How the sample was drawn, in the words of survey statistics.",
              {ref("study", "The study it belongs to.", "study").whole().required(),
               choice("how_chosen", "How people were chosen.",
                      {"probability", "list_known_coverage", "list_unknown_coverage", "time_location",
                       "respondent_driven", "quota", "snowball", "census_of_participants", "unknown"})
                   .required(),
               data("specification", "Strata, clusters, weights, finite population correction and the lonely-PSU rule.")
                   .required()}),
          program_kind("framework", "A measurement framework as mapped to the questions of a study.",
                       {ref("study", "The study it is used in.", "study").required(),
                        text("source", "Id in the shipped library, or empty for an own one."),
                        data("mapping", "Dimensions with their items, scales and directions.").required()}),
          program_kind("result", "The table that one run of an analysis gave, sealed because small cells stand in it.",
                       {ref("analysis", "What was computed.", "analysis").whole().required(),
                        text("run", "The run it belongs to.").required(),
                        refs("datasets", "The dataset versions it read.", "dataset").required(),
                        digest("table", "The sealed result table.").required(),
                        text("engine", "Program version that computed it.").required()}),
      });
}

}  // namespace hamdil::model
