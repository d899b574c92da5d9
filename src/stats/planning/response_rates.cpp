#include "stats/planning/response_rates.hpp"

#include <cmath>

namespace hamdil::stats::planning {
namespace {
double share(double part, double of) { return of > 0 ? part / of : kNaN; }
}  // namespace

ResponseRates response_rates(const Dispositions& d) {
  const double known = d.complete + d.partial + d.refusal + d.no_contact + d.other;
  const double unknown = d.unknown_household + d.unknown_other;
  const double e = std::isnan(d.eligible_share) ? share(known, known + d.not_eligible) : d.eligible_share;
  const double likely = unknown > 0 ? known + e * unknown : known;
  const double answered = d.complete + d.partial;
  const double reached = answered + d.refusal + d.other;
  ResponseRates out{};
  out.eligible_share = e;
  out.rr1 = share(d.complete, known + unknown);
  out.rr2 = share(answered, known + unknown);
  out.rr3 = share(d.complete, likely);
  out.rr4 = share(answered, likely);
  out.rr5 = share(d.complete, known);
  out.rr6 = share(answered, known);
  out.coop1 = share(d.complete, reached);
  out.coop2 = share(answered, reached);
  out.coop3 = share(d.complete, answered + d.refusal);
  out.coop4 = share(answered, answered + d.refusal);
  out.ref1 = share(d.refusal, known + unknown);
  out.ref2 = share(d.refusal, likely);
  out.ref3 = share(d.refusal, known);
  out.con1 = share(reached, known + unknown);
  out.con2 = share(reached, likely);
  out.con3 = share(reached, known);
  return out;
}

}  // namespace hamdil::stats::planning
