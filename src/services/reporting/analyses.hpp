// All tables of an impact report: what is estimated for every measure, and the results with their references.
#pragma once

#include <string>
#include <vector>

#include "base/control.hpp"
#include "base/json.hpp"
#include "protect/gate.hpp"
#include "services/reporting/study_data.hpp"
#include "stats/result.hpp"

namespace hamdil::services::reporting {

struct Analysed {
  std::vector<stats::ResultTable> tables;   // with ids as report/context.hpp names them and a ref in every row
  std::vector<std::string> specifications;  // one a table, JSON: the AnalysisSpec, or the table it is combined from
  std::vector<protect::Combination> combinations;  // how changes and gaps follow from other tables
  double design_degf = 0;
  std::size_t strata = 0;
  std::size_t clusters = 0;
  std::vector<std::string> lonely_strata;  // names of strata with one first-stage unit
  Diagnostics problems;                    // tables that could not be computed, with the reason
};

// Leaves out what only the team may see: the figures under every rule for strata with one unit tell about the one place
// in them.
void keep_for_outsiders(Analysed& analysed);

// Names the table and gives every row the reference that products carry: run:table:row.
void set_references(stats::ResultTable& table, const std::string& run, const std::string& id);

// For each measure: by round, by group, by district, by both, changes, gaps and the change of the gap; with and without
// suspect interviews, under every rule for strata with one unit (where there are some), and for samples that are not
// random how far the figures move with single districts and known shares; for each item its answers by round. Code
// jobs.cancelled when `control` stops it.
Result<Analysed> analyse(const StudyData& data, const Control& control = {});

// The `design` member of every specification. With several rounds the people of each round are a sample of their own
// inside a cluster: later stages are drawn within rounds, so that their population sizes count once a round.
Json design_json(const study::SampleSpec& sample, std::size_t rounds);

}  // namespace hamdil::services::reporting
