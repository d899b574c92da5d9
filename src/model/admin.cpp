// What is said about other records: links in both directions and comments.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

std::vector<KindDefinition> admin_kinds() {
  return in_area(
      "admin",
      {
          // A link without its ends links nothing, and no page of a record would ever show it to be completed.
          complete_at_once(kind(
              "link", "A typed link between two records; it is followed from both ends.",
              {text("from_kind", "Kind of the record that speaks.").required(),
               text("from_id", "Id of the record that speaks.").required(),
               choice("type", "How the first relates to the second.",
                      {"cites", "answers", "contributes_to", "measures", "derived_from", "supersedes", "contradicts"})
                   .required(),
               text("to_kind", "Kind of the other record.").required(),
               text("to_id", "Id of the other record.").required(), long_text("reason", "Why.")},
              always_active())),
          // A comment stands with its record alone: about none it is lost, and without words it says nothing.
          complete_at_once(kind(
              "comment", "What somebody says about a record, with whom it is asked of.",
              {text("about_kind", "Kind of the record.").required(), text("about_id", "Id of the record.").required(),
               text("about_field", "The field it is about."), long_text("text", "The comment.").required(),
               ref("parent", "The comment it answers.", "comment"),
               ref("assigned_to", "Who should do something about it.", "person"), yes_no("resolved", "It is settled.")},
              always_active())),
          program_kind("import_mapping", "How the columns of a sender's lists were mapped, for the next one.",
                       {text("mapped_kind", "Kind of the records.").required(),
                        text("sender", "Whose lists.").personal(PersonalClass::kContact),
                        data("columns", "Each column and the field it goes to.").required(),
                        data("joined", "Texts that a person joined with a record.")}),
          of_a_person(
              kind("account", "Somebody who signs in where several people work in one workspace.",
                   {text("login", "The name to sign in with; it stands in the log of changes.").required(),
                    ref("person", "Who it is.", "person")},
                   {{"active", "disabled"}, {{"disable", "active", "disabled"}, {"enable", "disabled", "active"}}})),
          // A grant holds from the moment it is kept: whose it is and what it gives must be said.
          complete_at_once(
              of_a_person(kind("grant", "What somebody is in a programme, everywhere or in some districts.",
                               {ref("account", "Whose.", "account").whole().required(),
                                choice("role", "As what: content/access-policy.yaml says what each may do.",
                                       {"administrator", "manager", "analyst", "coder", "partner",
                                        "protection_focal_point", "reader", "auditor"})
                                    .required(),
                                refs("districts", "Only in these places and below; everywhere when empty.", "place"),
                                date("expires_on", "Last day.")},
                               always_active()))),
      });
}

}  // namespace hamdil::model
