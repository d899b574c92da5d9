// Rates of response, cooperation, refusal and contact from the final outcomes of everybody who was chosen.
#pragma once

#include "stats/result.hpp"

namespace hamdil::stats::planning {

// Counts, as AAPOR names them: Standard Definitions (10th edition, 2023).
struct Dispositions {
  double complete = 0;           // I
  double partial = 0;            // P
  double refusal = 0;            // R: refusals and break-offs
  double no_contact = 0;         // NC
  double other = 0;              // O: ill, no common language, died
  double unknown_household = 0;  // UH: nobody knows whether it is a household
  double unknown_other = 0;      // UO: a household, but whether anybody in it belongs to the survey is not known
  double not_eligible = 0;       // outside the survey
  // Share of the unknown that belong to the survey; NaN: as among those known, (all known eligible) / (those and the
  // not eligible).
  double eligible_share = kNaN;
};

struct ResponseRates {
  double eligible_share = kNaN;         // e
  double rr1, rr2, rr3, rr4, rr5, rr6;  // response
  double coop1, coop2, coop3, coop4;    // cooperation
  double ref1, ref2, ref3;              // refusal
  double con1, con2, con3;              // contact
};
// NaN where nobody is in the denominator.
ResponseRates response_rates(const Dispositions& found);

}  // namespace hamdil::stats::planning
