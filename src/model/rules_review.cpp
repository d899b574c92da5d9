// Two pairs of eyes: plans of action, documents, products, applications.
#include <algorithm>

#include "base/text.hpp"
#include "model/rule_words.hpp"

namespace hamdil::model {

using namespace words;

namespace {

constexpr double kEnough = 2;  // of 0 to 3: below it a must-have needs an agreed change

std::vector<Record> submitted_reviews(const std::string& plan, const RecordLookup& lookup) {
  std::vector<Record> out;
  for (Record& review : lookup.list("review", "plan_of_action", plan))
    if (review.state == "submitted") out.push_back(std::move(review));
  return out;
}

Breaches two_reviewers(const Record& record, const RecordLookup& lookup) {
  const std::vector<std::string> authors = Fields(record).ids("authors");
  std::set<std::string> reviewers;
  for (const Record& review : submitted_reviews(record.id, lookup)) {
    const std::string reviewer = Fields(review).text("reviewer");
    if (!reviewer.empty() && std::find(authors.begin(), authors.end(), reviewer) == authors.end())
      reviewers.insert(reviewer);
  }
  const std::size_t needed = is_solo(record, lookup) ? 1 : 2;
  return holds_if(reviewers.size() >= needed, "",
                  {{"count", std::to_string(reviewers.size())}, {"needed", std::to_string(needed)}});
}

// Whoever works alone checks their own work: not on the day when it was done.
constexpr long kSoloDays = 2;
Breaches solo_waits(const Record& record, const std::vector<Record>& checks, const RecordLookup& lookup) {
  std::string last;
  for (const Record& check : checks) last = std::max(last, check.changed_at.substr(0, 10));
  const auto day = day_number(last);
  const auto today = day_number(lookup.today());
  if (!day || !today || !is_solo(record, lookup)) return {};
  return holds_if(*today >= *day + kSoloDays, "", {{"days", std::to_string(*day + kSoloDays - *today)}});
}

Breaches reviewer_is_no_author(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto plan = lookup.find("plan_of_action", fields.text("plan_of_action"));
  if (!plan) return {};
  const std::vector<std::string> authors = Fields(*plan).ids("authors");
  return holds_if(std::find(authors.begin(), authors.end(), fields.text("reviewer")) == authors.end(), "reviewer");
}

struct Standing {
  bool rated = false;
  bool open = false;
};

// How one item of the checklist stands over all submitted reviews: the lowest rating counts.
Standing standing_of(const Record& item, const std::vector<Record>& reviews, const RecordLookup& lookup) {
  Standing out;
  const bool red_flag = Fields(item).text("type") == "red_flag";
  for (const Record& review : reviews)
    for (const Record& record : lookup.list("rating", "review", review.id)) {
      const Fields rating(record);
      if (rating.text("checklist_item") != item.id) continue;
      if (red_flag) {
        out.open = out.open || (rating.is_true("flag_raised") && !rating.is_true("flag_closed"));
        continue;
      }
      const auto value = rating.number("rating");
      if (!value && !rating.is_true("not_applicable")) continue;
      out.rated = true;
      if (!rating.is_true("not_applicable") && value)
        out.open = out.open || *value < 1 || (*value < kEnough && !rating.has("agreed_change"));
    }
  return out;
}

// Told one by one, so that each can be made from where it is missing.
Breaches must_haves_rated(const Record& record, const RecordLookup& lookup) {
  const auto plan = lookup.find("plan_of_action", Fields(record).text("plan_of_action"));
  if (!plan || !Fields(*plan).has("checklist")) return {};
  std::set<std::string> rated;
  for (const Record& one : lookup.list("rating", "review", record.id)) {
    const Fields rating(one);
    if (rating.number("rating") || rating.is_true("not_applicable")) rated.insert(rating.text("checklist_item"));
  }
  Breaches out;
  for (const Record& item : lookup.list("checklist_item", "checklist", Fields(*plan).text("checklist"))) {
    const Fields of(item);
    if (of.text("type") == "red_flag" || !of.is_true("must_have") || rated.contains(item.id)) continue;
    out.push_back({"", {}, true, {named("item", item)}, {{"checklist_item", item.id}}});
  }
  return out;
}

Breaches nothing_open(const Record& record, const RecordLookup& lookup) {
  const std::vector<Record> reviews = submitted_reviews(record.id, lookup);
  Breaches out;
  for (const Record& item : lookup.list("checklist_item", "checklist", Fields(record).text("checklist"))) {
    const Fields of(item);
    const bool red_flag = of.text("type") == "red_flag";
    if (!red_flag && !of.is_true("must_have")) continue;
    const Standing standing = standing_of(item, reviews, lookup);
    if (standing.open || (!red_flag && !standing.rated)) out.push_back({"", {}, false, {named("item", item)}});
  }
  return out;
}

Breaches comments_settled(const Record& record, const RecordLookup& lookup) {
  std::size_t open = 0;
  for (const Record& comment : lookup.list("review_comment", "plan_of_action", record.id))
    if (comment.state == "open" && Fields(comment).text("severity") == "high") ++open;
  return holds_if(open == 0, "", {{"count", std::to_string(open)}});
}

struct Screened {
  std::set<std::string> reviewers;
  std::set<std::string> decisions;
  bool resolved = false;  // by a third reviewer
};

Screened screened(const Record& document, const RecordLookup& lookup) {
  Screened out;
  for (const Record& screening : lookup.list("screening", "document", document.id)) {
    const Fields fields(screening);
    const bool is_new = out.reviewers.insert(fields.text("reviewer")).second;
    out.decisions.insert(fields.text("decision"));
    out.resolved = out.resolved || (is_new && fields.is_true("resolves_conflict") && out.reviewers.size() >= 3);
  }
  return out;
}

Breaches two_screeners(const Record& record, const RecordLookup& lookup) {
  const std::size_t done = screened(record, lookup).reviewers.size(), needed = is_solo(record, lookup) ? 1 : 2;
  return holds_if(done >= needed, "", {{"done", std::to_string(done)}, {"needed", std::to_string(needed)}});
}

Breaches screened_once_by_each(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  if (!fields.has("document") || !fields.has("reviewer")) return {};
  const auto by_the_same =
      lookup.holding("screening", {{"document", fields.text("document")}, {"reviewer", fields.text("reviewer")}}, 2);
  return holds_if(by_the_same.size() < 2, "reviewer");
}

Breaches disagreement_resolved(const Record& record, const RecordLookup& lookup) {
  const Screened seen = screened(record, lookup);
  return holds_if(seen.decisions.size() <= 1 || seen.resolved, "");
}

Breaches eligible(const Record& record, const RecordLookup& lookup) {
  const std::vector<Record> checks = lookup.list("eligibility_check", "application", record.id);
  const bool failed =
      std::any_of(checks.begin(), checks.end(), [](const Record& check) { return Fields(check).text("met") == "no"; });
  return holds_if(!checks.empty() && !failed, "");
}

// The same digital identifier, the same file, or the same title (letters folded) of the same year.
Breaches same_document_once(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto is_other = [&](const Record& other) { return other.id != record.id; };
  const auto twice = [&](const std::string& field, const std::vector<Record>& same) {
    const auto other = std::find_if(same.begin(), same.end(), is_other);
    return other == same.end() ? Breaches{} : Breaches{{field, {}, false, {named("other", *other)}}};
  };
  for (const char* field : {"doi", "attachments"})
    for (const std::string& held : fields.ids(field))
      if (Breaches found = twice(field, lookup.list("document", field, held)); !found.empty()) return found;
  if (!fields.has("year")) return {};
  std::vector<Record> same = lookup.of_title("document", record.title);
  std::erase_if(same, [&](const Record& other) { return Fields(other).number("year") != fields.number("year"); });
  return twice("year", same);
}

}  // namespace

std::vector<Rule> review_rules() {
  return {
      {"plan_of_action.solo_waits",
       "plan_of_action",
       "Whoever works alone decides two days after the last review.",
       "Whoever works alone looks again after two days; days left: {days}.",
       {"no_objection", "no_objection_with_conditions"},
       [](const Record& record, const RecordLookup& lookup) {
         return solo_waits(record, submitted_reviews(record.id, lookup), lookup);
       },
       "solo_waits"},
      {"plan_of_action.two_reviewers",
       "plan_of_action",
       "Two people review a plan, neither of them its author.",
       "{count} of {needed} reviews by others were submitted.",
       {"no_objection", "no_objection_with_conditions"},
       two_reviewers},
      {"plan_of_action.nothing_open",
       "plan_of_action",
       "A plan is not released while a must-have or a red flag is open.",
       "The checklist item “{item}” is open or was not rated.",
       {"no_objection", "no_objection_with_conditions", "release", "release_with_conditions"},
       nothing_open},
      {"plan_of_action.comments_settled",
       "plan_of_action",
       "Serious comments are settled before release.",
       "{count} serious comments are open.",
       {"release"},
       comments_settled},
      {"review.reviewer_is_no_author",
       "review",
       "Nobody reviews a plan of their own.",
       "The reviewer is an author of the plan; choose somebody else.",
       {"submit"},
       reviewer_is_no_author},
      {"review.rates_must_haves",
       "review",
       "A review rates every must-have of the checklist.",
       "The must-have “{item}” is not rated yet.",
       {"submit"},
       must_haves_rated},
      {"screening.once_by_each",
       "screening",
       "Everybody screens a document once; two screenings are by two people.",
       "The same reviewer has screened this document already.",
       {"confirm"},
       screened_once_by_each},
      {"clearance.conditions_named",
       "clearance",
       "A position with conditions names them; an objection gives its reason.",
       "The conditions or the reason are missing.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         const std::string position = fields.text("position_taken");
         if (position == "no_objection_with_conditions") return holds_if(fields.has("conditions"), "conditions");
         return holds_if(position != "objection_recorded" || fields.has("reason"), "reason");
       }},
      {"clearance.single_reviewer_said",
       "clearance",
       "Where one person reviewed, it is said.",
       "Only one person reviewed the plan; say so.",
       {"confirm"},
       [](const Record& record, const RecordLookup& lookup) {
         const Fields fields(record);
         std::set<std::string> reviewers;
         for (const Record& review : submitted_reviews(fields.text("plan_of_action"), lookup))
           reviewers.insert(Fields(review).text("reviewer"));
         return holds_if(reviewers.size() != 1 || fields.is_true("single_reviewer"), "single_reviewer");
       }},
      {"endorsement.of_something",
       "endorsement",
       "An endorsement is of a plan or of an advocacy point.",
       "It is not said what is endorsed.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return holds_if(fields.has("plan_of_action") != fields.has("advocacy_point"), "plan_of_action");
       }},
      {"document.solo_waits",
       "document",
       "Whoever works alone decides two days after their screening.",
       "Whoever works alone looks again after two days; days left: {days}.",
       {"include", "exclude"},
       [](const Record& record, const RecordLookup& lookup) {
         return solo_waits(record, lookup.list("screening", "document", record.id), lookup);
       },
       "solo_waits"},
      {"document.two_screeners",
       "document",
       "Two people decide on a document.",
       "Two reviewers must decide on this document: {done} of {needed} done.",
       {"include", "exclude"},
       two_screeners},
      {"document.disagreement_resolved",
       "document",
       "Where two reviewers disagree, a third decides.",
       "The reviewers disagree, and no third one has decided.",
       {"include", "exclude"},
       disagreement_resolved},
      {"document.not_twice",
       "document",
       "A document stands once in the library.",
       "The same document is there as {other}.",
       {"include"},
       same_document_once},
      {"application.eligible",
       "application",
       "An application is eligible when its requirements were checked and none is missed.",
       "Requirements were not checked, or one is not met.",
       {"find_eligible", "shortlist", "select"},
       eligible},
      {"quality_check.nothing_failed",
       "quality_check",
       "A product passes when no point of the standard is missed.",
       "A point of the standard is answered with no.",
       {"pass"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         for (const char* point : {"style", "disclaimers", "map_note", "numbers_agree", "evidence_cited"})
           if (fields.text(point) == "no" || !fields.has(point)) return Breaches{{point, {}}};
         return Breaches{};
       }},
      {"membership.of_something",
       "membership",
       "A membership names its committee.",
       "It is not said of which committee.",
       {"confirm"},
       [](const Record& record, const RecordLookup&) {
         return holds_if(Fields(record).has("committee"), "committee");
       }},
  };
}

}  // namespace hamdil::model
