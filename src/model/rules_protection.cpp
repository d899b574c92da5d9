// Consent, permissions, approvals and what must never be left open.
#include <algorithm>

#include "model/rule_words.hpp"

namespace hamdil::model {

using namespace words;

namespace {

constexpr long kReferralDays = 60;  // older referral cards do not go to the field

bool is_given(const std::optional<Record>& consent) {
  return consent && consent->state == "given" && !Fields(*consent).has("withdrawn_on");
}

Breaches analysable_with_consent(const Record& record, const RecordLookup& lookup) {
  static const std::set<std::string> kFromPeople{"transcript", "notes", "open_answers", "feedback"};
  const Fields fields(record);
  if (!kFromPeople.contains(fields.text("type"))) return {};
  std::vector<Record> consents;
  for (const std::string& id : fields.ids("consent_records"))
    if (const auto consent = lookup.find("consent_record", id)) consents.push_back(*consent);
  if (fields.has("focus_session"))
    for (const Record& consent : lookup.list("consent_record", "focus_session", fields.text("focus_session")))
      consents.push_back(consent);
  const bool given = std::any_of(consents.begin(), consents.end(), [](const Record& consent) {
    const Fields of(consent);
    return is_given(consent) && (of.is_true("take_part") || of.text("basis") != "consent_record");
  });
  return holds_if(given, "consent_records");
}

Breaches may_be_quoted(const Record& record, const RecordLookup& lookup) {
  const auto consent = lookup.find("consent_record", Fields(record).text("consent_record"));
  return holds_if(is_given(consent) && Fields(*consent).is_true("may_quote"), "consent_record");
}

Breaches story_may_be_told(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  if (!is_given(lookup.find("consent_record", fields.text("consent_record")))) return {{"consent_record", {}}};
  if (fields.has("expires_on") && fields.text("expires_on") < lookup.today()) return {{"expires_on", {}}};
  if (!fields.has("uses")) return {{"uses", {}}};
  return holds_if(fields.is_true("read_back"), "read_back");
}

Breaches consent_is_whole(const Record& record, const RecordLookup&) {
  const Fields fields(record);
  const std::string basis = fields.text("basis");
  if (basis == "consent_record")
    return holds_if((fields.has("subject") || fields.has("focus_session")) && fields.has("consent_text"),
                    "consent_text");
  if (basis.empty()) return {};
  if (!fields.has("dataset") && !fields.has("focus_session")) return {{"dataset", {}}};
  return holds_if(basis == "unknown" || fields.has("asserted_by"), "asserted_by");
}

Breaches secondary_data_stays_within(const Record& record, const RecordLookup&) {
  const Fields fields(record);
  const std::string basis = fields.text("basis");
  if (basis != "unknown" && basis != "gate_question_only") return {};
  Breaches out;
  for (const char* purpose : {"may_quote", "may_share", "may_contact"})
    if (fields.is_true(purpose)) out.push_back({purpose, {}});
  return out;
}

// While no day is known nothing is wrong yet, but nobody leaves without a permission.
Breaches needed_later(const std::vector<std::string>& permissions) {
  if (!permissions.empty()) return {};
  return {{.field = "permissions", .only_refuses = true}};
}

// Every day of the visit is covered by permissions that were granted for its place.
Breaches visit_permitted(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  const auto first = day_number(fields.text("starts")), last = day_number(fields.text("ends"));
  const std::vector<std::string> permissions = fields.ids("permissions");
  if (!first || !last) return needed_later(permissions);
  std::vector<std::pair<long, long>> covered;
  for (const std::string& id : permissions) {
    const auto permission = lookup.find("permission", id);
    if (!permission || permission->state != "granted") continue;
    const Fields of(*permission);
    const auto from = day_number(of.text("starts")), to = day_number(of.text("ends"));
    if (from && to && lies_in(fields.text("place"), of.ids("places"), lookup)) covered.emplace_back(*from, *to);
  }
  std::sort(covered.begin(), covered.end());
  long next = *first;  // the first day that is not covered yet
  for (const auto& [from, to] : covered)
    if (from <= next) next = std::max(next, to + 1);
  return holds_if(next > *last, "permissions");
}

Breaches session_permitted(const Record& record, const RecordLookup& lookup) {
  const Fields fields(record);
  std::vector<std::string> ids = fields.ids("permissions");
  if (const auto visit = lookup.find("visit", fields.text("visit")))
    for (const std::string& id : Fields(*visit).ids("permissions")) ids.push_back(id);
  const std::string day = fields.text("held_on");
  if (day.empty()) return needed_later(ids);
  for (const std::string& id : ids) {
    const auto permission = lookup.find("permission", id);
    if (!permission || permission->state != "granted") continue;
    const Fields of(*permission);
    if (of.text("starts") <= day && day <= of.text("ends") && lies_in(fields.text("place"), of.ids("places"), lookup))
      return {};
  }
  return {{"permissions"}};
}

Breaches recent(const std::string& checked, const std::string& by, const std::string& field) {
  const auto then = day_number(checked), now = day_number(by);
  return holds_if(then && now && *now - *then <= kReferralDays, field, {{"days", std::to_string(kReferralDays)}});
}

// Two fields that name people name two different ones. In a programme of one person a four-eyes rule falls away where
// `solo_allowed`.
Rule two_people(const std::string& kind, const std::string& first, const std::string& second,
                std::vector<std::string> blocks, bool solo_allowed) {
  return {kind + "." + second + "_is_another",
          kind,
          "Whoever approves is not the one whose work it is.",
          "The same person stands twice, or one is missing.",
          std::move(blocks),
          [first, second, solo_allowed](const Record& record, const RecordLookup& lookup) {
            const Fields fields(record);
            if (solo_allowed && is_solo(record, lookup)) return Breaches{};
            return holds_if(fields.has(first) && fields.has(second) && fields.text(first) != fields.text(second),
                            second);
          },
          "is_another"};
}

}  // namespace

std::vector<Rule> protection_rules() {
  return {
      {"source.consent",
       "source",
       "What people said is analysed only with a consent record or a stated basis.",
       "No consent that was given and still stands is named for this source: name under Consent records one in the "
       "state “given” with a yes to taking part, or make one for its session.",
       {"finish"},
       analysable_with_consent},
      {"quotation.consent",
       "quotation",
       "Words are printed only with a yes to quoting that still stands.",
       "There is no consent to quoting that still stands: name under Consent record one in the state “given” with a "
       "yes to words without a name.",
       {"clear"},
       may_be_quoted},
      {"story.consent",
       "story",
       "A story is told only while its consent stands, for the uses agreed, after it was read back.",
       "The consent, its uses, its end or the reading back is missing or past.",
       {"clear"},
       story_may_be_told},
      {"consent_record.whole",
       "consent_record",
       "A consent names the person or session and the text, or the data set and who asserts its basis.",
       "It is not said to which text, for which data, or who asserts it.",
       {"give"},
       consent_is_whole},
      {"consent_record.secondary_data",
       "consent_record",
       "Without a stated basis nobody is quoted, shared or contacted again.",
       "This basis does not cover this use.",
       {"give"},
       secondary_data_stays_within},
      {"visit.permission",
       "visit",
       "A visit has a valid permission for its place on each of its days.",
       "No granted permission covers the place on all days: name under Permissions one that is granted, for this place "
       "or one above it, from the first to the last day.",
       {"start", "complete"},
       visit_permitted},
      {"visit.begins_on_its_day",
       "visit",
       "A visit begins on its first day or later.",
       "It is under way although its first day ({day}) has not come yet: begin it on that day, or mend the day.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         const std::string day = Fields(record).text("starts");
         const bool early = record.state == "ongoing" && !day.empty() && day > lookup.last_day_begun();
         return holds_if(!early, "starts", {{"day", day}});
       }},
      {"visit.referrals_fresh",
       "visit",
       "The referral card was checked within 60 days before the visit.",
       "The referral card was not checked within {days} days before the visit.",
       {},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         return recent(fields.text("referrals_checked_on"), fields.text("starts"), "referrals_checked_on");
       }},
      {"focus_session.permission",
       "focus_session",
       "A session has a valid permission on its day.",
       "No granted permission covers the place on this day: name under Permissions, here or in the visit, one that is "
       "granted for this place or one above it.",
       {"hold"},
       session_permitted},
      {"referral_service.checked",
       "referral_service",
       "A referral service was checked within 60 days.",
       "This was not checked within {days} days.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         return recent(Fields(record).text("checked_on"), lookup.today(), "checked_on");
       }},
      {"feedback.allegation_locked",
       "feedback",
       "Allegations of abuse are locked and routed to the focal point at once.",
       "An allegation must be locked and have somebody responsible.",
       {"answer", "answer_routed", "close"},
       [](const Record& record, const RecordLookup&) {
         const Fields fields(record);
         if (fields.text("type") != "allegation_of_abuse") return Breaches{};
         if (fields.text("sensitivity") != "locked") return Breaches{{"sensitivity", {}}};
         return holds_if(fields.has("responsible"), "responsible");
       },
       {},
       true},
      // Never a matter of one person, however small the team.
      two_people("transfer", "approved_by", "second_approval_by", {"approve"}, false),
      two_people("cleaning_entry", "author", "approved_by", {"approve"}, true),
      two_people("disclosure_policy", "set_by", "approved_by", {"approve"}, true),
      two_people("translation_unit", "translator", "reviewer", {"review"}, true),
      {"protection_exception.not_expired",
       "protection_exception",
       "An exception ends on its day.",
       "This exception expired on {end}.",
       {"approve"},
       [](const Record& record, const RecordLookup& lookup) {
         const std::string end = Fields(record).text("ends");
         return holds_if(record.state == "ended" || end.empty() || end >= lookup.today(), "ends", {{"end", end}});
       },
       {},
       true},
      {"processing_activity.destroyed_in_time",
       "processing_activity",
       "Data are destroyed when their time is over.",
       "They were to be destroyed by {end}.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         const Fields fields(record);
         const std::string end = fields.text("retain_until");
         return holds_if(end.empty() || fields.has("destroyed_on") || end >= lookup.today(), "destroyed_on",
                         {{"end", end}});
       },
       {},
       true},
      {"application.erased_in_time",
       "application",
       "Applications are erased on their day.",
       "This was to be erased by {end}.",
       {},
       [](const Record& record, const RecordLookup& lookup) {
         const std::string end = Fields(record).text("erase_on");
         return holds_if(end.empty() || end >= lookup.today(), "erase_on", {{"end", end}});
       },
       {},
       true},
  };
}

}  // namespace hamdil::model
