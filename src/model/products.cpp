// Part G: documents, what left the workspace, review copies, translations and calls.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

namespace {

std::vector<KindDefinition> documents_out() {
  return {
      program_kind(
          "product", "A document built from the workspace, with the inputs it was built from.",
          {ref("study", "The study it reports on.", "study").required(),
           text("outline", "Which outline it follows.").required(), language(),
           choice("audience", "Who may read it.", {"team", "named_recipients", "public"}).required(),
           text("recipients", "Who they are and under which agreement, for named recipients."),
           text("run", "The run its references lead to.").required(),
           data("inputs", "Dataset versions and their content digests.").required(),
           text("log_head", "The change log's head when it was built."), data("left_out", "Sections without a feed."),
           data("files", "Its files as they are kept here: name, address, size, format.")}),
      program_kind(
          "release",
          "Tables that left the workspace: which rows were printed, for whom. The gate reads it before anything "
          "else leaves.",
          {ref("study", "The study they are about.", "study").required(),
           choice("audience", "Who may read them.", {"named_recipients", "public"}).required(),
           text("run", "The run that computed them.").required(),
           data("people", "By round, a digest of the answers: the same digest, the same people.").required(),
           digest("respondents", "Sealed: by round, the pseudonyms of those behind them."),
           data("sensitive", "Variables that were sensitive."),
           data("definitions", "By measure, a digest of how it was made."),
           text("despite_earlier", "Why it left although an earlier release was of nearly the same people."),
           data("tables", "Each result with its withheld rows and the reasons.").required()}),
      kind("review_copy", "A copy of a product that went out to be read and comes back marked up.",
           {ref("product", "Of which product.", "product").whole().required(), ref("sent_to", "To whom.", "person"),
            date("sent_on", "When it went out.").happened().result(),
            date("due", "When it should be back.").not_before("sent_on").owed({"returned", "closed"}),
            date("returned_on", "When it came back.").happened().result().not_before("sent_on")},
           {{"prepared", "sent", "returned", "closed"},
            {{"send", "prepared", "sent", {"sent_to", "sent_on"}},
             {"take_back", "sent", "returned", {"returned_on"}},
             {"close", "returned", "closed"}}}),
      kind("copy_change", "One insertion, deletion or comment in a review copy, and what was decided.",
           {ref("review_copy", "In which copy.", "review_copy").whole().required(),
            choice("type", "What it is.", {"insertion", "deletion", "comment"}).required(),
            text("anchor", "The paragraph's key."), long_text("old_text", "What stood there."),
            long_text("text", "What was written."), long_text("answer", "What is answered.").result(),
            ref("decided_by_person", "Who decided.", "person").approval()},
           {{"open", "accepted", "refused"},
            {{"accept", "open", "accepted"},
             gives_up({"refuse", "open", "refused", {"answer"}}),
             {"reopen", "refused", "open"}}}),
      kind("quality_check", "A product checked against the organisation's standard before it goes out.",
           {ref("product", "Which product.", "product"), ref("deliverable", "Which deliverable.", "deliverable"),
            ref("reviewer", "Who checked.", "person").required(), date("checked_on", "When.").happened().approval(),
            choice("style", "Style and language.", {"yes", "partly", "no", "not_applicable"}).result(),
            choice("disclaimers", "Disclaimers and logos.", {"yes", "partly", "no", "not_applicable"}).result(),
            choice("map_note", "Note on maps and borders.", {"yes", "partly", "no", "not_applicable"}).result(),
            choice("numbers_agree", "The same number everywhere.", {"yes", "partly", "no", "not_applicable"}).result(),
            choice("evidence_cited", "Every claim with its evidence.", {"yes", "partly", "no", "not_applicable"})
                .result(),
            long_text("comments", "What is to be mended.").result()},
           {{"draft", "passed", "failed"},
            {{"pass", "draft", "passed", {"checked_on"}},
             {"fail", "draft", "failed", {"comments"}},
             {"check_again", "failed", "draft"}}}),
      locked(
          {"reviewed"},
          kind("translation_unit", "A piece of text with its translation, its back translation and who answers for it.",
               {long_text("source_text", "The text.").required(), language("In which language.", "source_language"),
                text("context", "Where it stands."), language("Into which language.").required(),
                long_text("translation", "The translation.").result(), ref("translator", "Who translated.", "person"),
                long_text("back_translation", "Translated back by somebody else.").result(),
                ref("reviewer", "Who compared.", "person").approval(),
                text("source_digest", "Digest of the text that was translated.")},
               {{"open", "translated", "reviewed", "stale"},
                {{"translate", "open", "translated", {"translation"}},
                 {"review", "translated", "reviewed", {"reviewer"}},
                 {"make_stale", "reviewed", "stale"},
                 {"translate_again", "stale", "translated", {"translation"}}}})),
  };
}

std::vector<KindDefinition> calls() {
  return {
      kind("call", "Terms of reference published so that people can apply.",
           {ref("terms_of_reference", "What is offered.", "terms_of_reference"), translated("text", "The call."),
            date("opens_on", "First day."), date("closes_on", "Last day.").not_before("opens_on").required(),
            tags("requirements_listed", "What applicants must bring."), text("contact", "Where questions go."),
            date("erase_on", "When applications are erased.").not_before("closes_on")},
           {{"draft", "open", "closed", "erased"},
            {{"publish", "draft", "open", {"text", "closes_on"}},
             {"close", "open", "closed"},
             gives_up({"erase", "closed", "erased"})}}),
      of_a_person(kind("application", "One application to a call; expires and is erased.",
                       {ref("call", "To which call.", "call").whole().required(),
                        text("applicant", "Who applies.").personal(PersonalClass::kIdentifier),
                        text("email", "E-mail address.").personal(PersonalClass::kContact),
                        date("received_on", "When it came.").happened().required(),
                        data("documents_listed", "Documents, sealed in the vault."),
                        text("status_shown", "What the applicant sees."),
                        date("erase_on", "When it is erased.").not_before("received_on")},
                       {{"received", "eligible", "not_eligible", "shortlisted", "selected", "not_selected"},
                        {{"find_eligible", "received", "eligible"},
                         {"find_not_eligible", "received", "not_eligible"},
                         {"shortlist", "eligible", "shortlisted"},
                         {"select", "shortlisted", "selected"},
                         gives_up({"decline", "shortlisted", "not_selected"}),
                         gives_up({"decline_early", "eligible", "not_selected"})}})),
      kind("eligibility_check", "Whether an application meets one requirement, and why.",
           {ref("application", "Which application.", "application").whole().required(),
            ref("requirement", "Which requirement.", "requirement"),
            choice("met", "Whether it is met.", {"yes", "partly", "no", "unknown"}).result().required(),
            long_text("reason", "Why.").result().required(), ref("reviewer", "Who looked.", "person")}),
  };
}

}  // namespace

std::vector<KindDefinition> products_kinds() {
  std::vector<KindDefinition> out = documents_out();
  for (const KindDefinition& one : calls()) out.push_back(one);
  return in_area("products", std::move(out));
}

}  // namespace hamdil::model
