// Sums of a budget, what sources can bear, and how far a revision may move.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "model/rule_words.hpp"

namespace hamdil::model {

using namespace words;

namespace {

constexpr double kSmallestAmount = 0.005;  // half of the smallest coin that is written

double line_amount(const Fields& line) {
  return line.number("quantity").value_or(0) * line.number("frequency").value_or(1) *
         line.number("unit_cost").value_or(0);
}

// What one unit of `from` costs in `to`, by the newest rate in either direction; empty when none is known.
std::optional<double> rate_of(const std::string& from, const std::string& to, const RecordLookup& lookup) {
  if (from == to || from.empty() || to.empty()) return 1;
  std::string newest;
  std::optional<double> out;
  for (const bool back : {false, true})
    for (const Record& record : lookup.list("exchange_rate", "from_currency", back ? to : from)) {
      const Fields fields(record);
      if (fields.text("to_currency") != (back ? from : to) || fields.text("date") < newest) continue;
      const auto rate = fields.number("rate");
      if (!rate || *rate <= 0) continue;
      newest = fields.text("date");
      out = back ? 1 / *rate : *rate;
    }
  return out;
}

// Rates into one currency; each is looked up once.
class Rates {
 public:
  Rates(std::string to, const RecordLookup& lookup) : to_(std::move(to)), lookup_(lookup) {}
  std::optional<double> of(const std::string& from) {
    const auto [known, is_new] = known_.try_emplace(from);
    if (is_new) known->second = rate_of(from, to_, lookup_);
    return known->second;
  }

 private:
  std::string to_;
  const RecordLookup& lookup_;
  std::map<std::string, std::optional<double>> known_;
};

struct Sum {
  double amount = 0;
  std::vector<std::string> no_rate;  // currencies
};

Sum sum_of(const std::vector<Record>& lines, const std::string& currency, const RecordLookup& lookup) {
  Sum out;
  Rates rates(currency, lookup);
  for (const Record& record : lines) {
    const Fields line(record);
    if (const auto rate = rates.of(line.text("currency")))
      out.amount += line_amount(line) * *rate;
    else
      out.no_rate.push_back(line.text("currency"));
  }
  return out;
}

Breaches total_is_sum(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const Sum sum = sum_of(lookup.list("budget_line", "budget_version", record.id), fields.text("currency"), lookup);
  const auto total = fields.number("total");
  return holds_if(!total || !sum.no_rate.empty() || std::abs(*total - sum.amount) < kSmallestAmount, "total",
                  {{"sum", text::format_fixed(sum.amount, 2)}, {"total", text::format_fixed(total.value_or(0), 2)}});
}

Breaches rates_known(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const Sum sum = sum_of(lookup.list("budget_line", "budget_version", record.id), fields.text("currency"), lookup);
  const std::set<std::string> unknown(sum.no_rate.begin(), sum.no_rate.end());
  Breaches out;
  for (const std::string& currency : unknown)
    out.push_back({"currency", {{"from", currency}, {"to", fields.text("currency")}}});
  return out;
}

std::map<std::string, double> by_category(const std::string& version, const std::string& currency,
                                          const RecordLookup& lookup) {
  std::map<std::string, double> out;
  Rates rates(currency, lookup);
  for (const Record& record : lookup.list("budget_line", "budget_version", version)) {
    const Fields line(record);
    out[line.text("category")] += line_amount(line) * rates.of(line.text("currency")).value_or(1);
  }
  return out;
}

Breaches within_tolerance(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto tolerance = fields.number("tolerance");
  const std::string before = fields.text("replaces");
  if (!tolerance || before.empty()) return {};
  const auto old = by_category(before, fields.text("currency"), lookup);
  Breaches out;
  for (const auto& [category, amount] : by_category(record.id, fields.text("currency"), lookup)) {
    const auto found = old.find(category);
    const double was = found == old.end() ? 0 : found->second;
    if (std::abs(amount - was) <= was * *tolerance / 100 + kSmallestAmount) continue;
    out.push_back(
        {"", {{"category", category}, {"was", text::format_fixed(was, 2)}, {"is", text::format_fixed(amount, 2)}}});
  }
  return out;
}

// Lines of budgets that are still in use: a replaced version no longer claims money.
Breaches not_over_allocated(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto amount = fields.number("amount");
  if (!amount) return {};
  std::vector<Record> lines;
  for (const Record& line : lookup.list("budget_line", "funding_source", record.id)) {
    const auto version = lookup.find("budget_version", Fields(line).text("budget_version"));
    if (version && version->state != "replaced") lines.push_back(line);
  }
  const Sum sum = sum_of(lines, fields.text("currency"), lookup);
  return holds_if(sum.amount <= *amount + kSmallestAmount, "amount",
                  {{"sum", text::format_fixed(sum.amount, 2)}, {"over", text::format_fixed(sum.amount - *amount, 2)}});
}

Breaches within_its_source(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto source = lookup.find("funding_source", fields.text("funding_source"));
  const auto year = fields.number("year");
  if (!source || !year) return {};
  const Fields of(*source);
  const std::string spent = std::to_string(static_cast<long>(*year));
  const bool outside = (of.has("starts") && spent < of.text("starts").substr(0, 4)) ||
                       (of.has("ends") && spent > of.text("ends").substr(0, 4));
  return holds_if(!outside, "year", {{"year", spent}});
}

Breaches within_its_activity(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto activity = lookup.find("activity", fields.text("activity"));
  const auto year = fields.number("year");
  if (!activity || !year) return {};
  const Fields of(*activity);
  const std::string spent = std::to_string(static_cast<long>(*year)), starts = of.text("starts"),
                    ends = of.text("ends");
  const bool outside = (!starts.empty() && spent < starts.substr(0, 4)) || (!ends.empty() && spent > ends.substr(0, 4));
  return holds_if(!outside, "year", {{"year", spent}});
}

// In the currency of the line.
double spent_on(const Record& line, const RecordLookup& lookup) {
  double out = 0;
  Rates rates(Fields(line).text("currency"), lookup);
  for (const Record& one : lookup.list("expenditure", "budget_line", line.id)) {
    const Fields of(one);
    out += of.number("amount").value_or(0) * rates.of(of.text("currency")).value_or(1);
  }
  return out;
}

Breaches not_overspent(const Record& record, const RecordLookup& lookup) {
  const auto line = lookup.find("budget_line", Fields(record).text("budget_line"));
  if (!line) return {};
  const double spent = lookup.figure("spent on " + line->id, [&] { return spent_on(*line, lookup); });
  const double planned = line_amount(Fields(*line));
  return holds_if(spent <= planned + kSmallestAmount, "amount",
                  {{"spent", text::format_fixed(spent, 2)}, {"planned", text::format_fixed(planned, 2)}});
}

}  // namespace

std::vector<Rule> budget_rules() {
  return {
      {"budget_version.total_is_sum",
       "budget_version",
       "The total of a budget is the sum of its lines.",
       "The lines add up to {sum}, the total says {total}.",
       {"submit", "approve"},
       total_is_sum},
      {"budget_version.rates_known",
       "budget_version",
       "Lines in other currencies have an exchange rate with its source.",
       "There is no exchange rate from {from} to {to}.",
       {"submit"},
       rates_known},
      {"budget_version.within_tolerance",
       "budget_version",
       "A revision moves no category further than the agreement allows.",
       "The category {category} moves from {was} to {is}.",
       {},
       within_tolerance},
      {"funding_source.not_over_allocated",
       "funding_source",
       "A source is not planned for more than it has.",
       "Lines take {sum} from this source: {over} too much.",
       {"confirm"},
       not_over_allocated},
      {"budget_line.within_its_source",
       "budget_line",
       "Money is planned for years in which its source may be spent.",
       "The source may not be spent in {year}.",
       {"confirm"},
       within_its_source},
      {"budget_line.within_its_activity",
       "budget_line",
       "Money is planned for years in which its activity takes place.",
       "The activity does not take place in {year}.",
       {},
       within_its_activity},
      {"budget_line.has_activity",
       "budget_line",
       "A cost belongs to an activity.",
       "It is not said for which activity this cost is.",
       {},
       [](const Record& record, const RecordLookup&) { return holds_if(Fields(record).has("activity"), "activity"); }},
      {"expenditure.not_overspent",
       "expenditure",
       "No more is spent on a line than was planned for it.",
       "{spent} were spent on this line, {planned} were planned.",
       {},
       not_overspent},
      {"exchange_rate.two_currencies",
       "exchange_rate",
       "A rate is between two different currencies.",
       "Both currencies are the same.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(!fields.has("from_currency") || fields.text("from_currency") != fields.text("to_currency"),
                         "to_currency");
       }},
  };
}

}  // namespace hamdil::model
