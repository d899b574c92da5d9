// The kinds of record that the main job needs. Adding a kind is adding one declaration here and its translations.
#include "model/kind.hpp"

namespace hamdil::model {
namespace {

using enum FieldType;

std::vector<KindDefinition> declare() {
  return {
      {"analysis", "analysis", "What is computed: one specification over the rounds of a study.",
       {{"study", kReference, "The study it belongs to.", true, "study"},
        {"specification", kData, "The AnalysisSpec.", true},
        {"table_id", kText, "The name of its result table within a product.", true}}},
      {"dataset", "field", "Answers of one round as they were imported: an immutable version, its receipt and its problem list.",
       {{"round", kReference, "The round it belongs to.", true, "round"},
        {"instrument", kReference, "The form it was read with.", false, "instrument"},
        {"dataset_version", kInteger, "Counts up when corrected rows are imported.", true},
        {"rows", kInteger, "Rows kept.", true},
        {"receipt", kData, "Read = kept + rejected, by reason.", true},
        {"problems", kData, "The problem list of the import, grouped by fix."},
        {"columns", kData, "Name, type, label and levels of every column."},
        {"content", kDigest, "Keyed digest over the sealed columns.", true},
        {"sources", kData, "Name and keyed digest of every file read.", true},
        {"consent_basis", kData, "Text, who stated it and when; absent when the form asks for consent."},
        {"retain_until", kDate, "When the rows are to be destroyed."}}},
      {"design", "analysis", "How the sample was drawn, in the words of survey statistics.",
       {{"study", kReference, "The study it belongs to.", true, "study"},
        {"how_chosen", kChoice, "How people were chosen.", true, "",
         {"probability", "list_known_coverage", "list_unknown_coverage", "time_location", "respondent_driven", "quota", "snowball", "census_of_participants", "unknown"}},
        {"specification", kData, "Strata, clusters, weights, finite population correction and the lonely-PSU rule.", true}}},
      {"finding", "findings", "A claim with its evidence.",
       {{"study", kReference, "The study it comes from.", true, "study"},
        {"statement", kTranslated, "The claim in one sentence.", true},
        {"strength", kChoice, "How strong the evidence is.", false, "", {"strong", "moderate", "weak"}},
        {"cites", kData, "References of the cells, quotations and documents it rests on."}},
       {"draft", "confirmed", "withdrawn"},
       {{"confirm", "draft", "confirmed", {"statement", "cites"}}, {"withdraw", "confirmed", "withdrawn"}}},
      {"framework", "analysis", "A measurement framework as mapped to the questions of a study.",
       {{"study", kReference, "The study it is used in.", true, "study"},
        {"source", kText, "Id in the shipped library, or empty for an own one."},
        {"mapping", kData, "Dimensions with their items, scales and directions.", true}}},
      {"instrument", "field", "A questionnaire as read from its form.",
       {{"study", kReference, "The study it belongs to.", true, "study"},
        {"form_id", kText, "The form's own identifier."},
        {"form_version", kText, "The form's own version."},
        {"questions", kData, "Questions, choices and languages."},
        {"source", kDigest, "The workbook as it was read."},
        {"problems", kData, "What the form check said."}}},
      {"place", "ground", "A district, settlement or other place, with its code and code list.",
       {{"code", kText, "Code in the code list."},
        {"code_list", kText, "Which list, with its version."},
        {"level", kInteger, "Administrative level; 1 is the first below the country."},
        {"parent", kReference, "The place it lies in.", false, "place"},
        {"names", kTranslated, "Names by language."},
        {"geometry", kData, "GeoJSON geometry."}}},
      {"product", "products", "A document built from the workspace, with the inputs it was built from.",
       {{"study", kReference, "The study it reports on.", true, "study"},
        {"outline", kText, "Which outline it follows.", true},
        {"language", kText, "Language tag."},
        {"audience", kChoice, "Who may read it.", true, "", {"team", "named_recipients", "public"}},
        {"run", kText, "The run its references lead to.", true},
        {"inputs", kData, "Dataset versions and their content digests.", true},
        {"log_head", kText, "The change log's head when it was built."},
        {"left_out", kData, "Sections without a feed."}}},
      {"programme", "ground", "A programme with its period, donors and languages.",
       {{"objectives", kTranslated, "What it is meant to change."},
        {"starts", kDate, "First day."},
        {"ends", kDate, "Last day."},
        {"donors", kText, "Who pays for it."},
        {"demo", kBoolean, "Invented data: every page says DEMO."}}},
      {"result", "analysis", "The table that one run of an analysis gave, sealed because small cells stand in it.",
       {{"analysis", kReference, "What was computed.", true, "analysis"},
        {"run", kText, "The run it belongs to.", true},
        {"datasets", kReferences, "The dataset versions it read.", true, "dataset"},
        {"table", kDigest, "The sealed result table.", true},
        {"engine", kText, "Program version that computed it.", true}}},
      {"round", "field", "One wave of data collection.",
       {{"study", kReference, "The study it belongs to.", true, "study"},
        {"name", kText, "Short name used in files and tables.", true},
        {"order", kInteger, "Position in time, from 1.", true},
        {"starts", kDate, "First interview."},
        {"ends", kDate, "Last interview."}}},
      {"study", "field", "A survey with its rounds, the way people were chosen and what is compared.",
       {{"programme", kReference, "The programme it belongs to.", false, "programme"},
        {"specification", kData, "Groups, places, dimensions and comparisons, as the study file gives them."},
        {"disclosure", kData, "Thresholds that depart from the defaults, with who, when and why."}}},
  };
}

}  // namespace

const std::vector<KindDefinition>& all_kinds() {
  static const std::vector<KindDefinition> kKinds = declare();
  return kKinds;
}

}  // namespace hamdil::model
