// What everything else stands on: programmes, places, groups, organisations and people.
#include "model/declare.hpp"

namespace hamdil::model {

using namespace declare;

std::vector<KindDefinition> ground_kinds() {
  return in_area(
      "ground",
      {
          kind("programme", "A programme with its period, donors and languages.",
               {text("organisation", "Who runs it."), translated("objectives", "What it is meant to change."),
                data("activities", "What it does: a list of texts by language."),
                translated("users", "Who will use what is learnt about it."), date("starts", "First day."),
                date("ends", "Last day.").noticed(), text("donors", "Who pays for it."),
                yes_no("demo", "Invented data: every page says DEMO."), languages("Of forms and products."),
                choice("team_mode", "Whether two people can check each other.", {"team", "solo"}),
                text("reporting_calendar", "When reports are due, in words."),
                choice("calendar", "In which calendar days are shown to readers who chose none.",
                       {"gregorian", "solar"}),
                text("time_zone", "Where its days begin and end, for example Asia/Kabul.").from_list("time_zone")},
               always_active()),
          named_by(
              "names",
              kind("place", "A district, settlement or other place, with its code and code list.",
                   {text("code", "Code in the code list.").hxl("#adm2+code"),
                    text("code_list", "Which list, with its version."),
                    integer("level", "Administrative level; 1 is the first below the country."),
                    ref("parent", "The place it lies in.", "place"),
                    translated("names", "Names by language.").hxl("#adm2+name"), data("geometry", "GeoJSON geometry."),
                    tags("aliases", "Other spellings under which it is found."),
                    integer("population", "How many people live there.", "people").at_least(0),
                    choice("sensitivity", "Whether naming it can put people at risk.",
                           {"none", "restricted", "never_publish"}),
                    text("library_id", "Id in the shipped library."), yes_no("target", "The programme works here.")},
                   always_active())),
          named_by("terms", kind("population_group",
                                 "A group of people as the programme speaks of it, with words to use and not to use.",
                                 {translated("terms", "What the group is called, by language.").required(),
                                  choice("status", "How the group came to live where it lives.",
                                         {"refugee", "asylum_seeker", "internally_displaced", "returnee",
                                          "returnee_from_abroad", "host", "stateless", "mixed", "other"})
                                      .hxl("#beneficiary+type"),
                                  tags("terms_to_avoid", "Words that label or hurt people of this group."),
                                  yes_no("sensitive", "Figures on this group are never broken down further in public."),
                                  long_text("definition", "Who belongs to it and who does not.")})),
          kind("organisation", "An organisation, office, committee or informal group.",
               {choice("type", "What it is.",
                       {"un", "international_ngo", "national_ngo", "red_cross_red_crescent", "government", "community",
                        "private", "academia", "media", "donor"})
                    .hxl("#org+type"),
                text("short_name", "Abbreviation.").hxl("#org+acronym"), refs("places", "Where it works.", "place"),
                tags("themes", "What it works on."), text("website", "Address of its web page.").web_address(),
                text("contact", "How to reach the office, not a person."),
                yes_no("partner", "It carries out work of the programme.")}),
          of_a_person(kind(
              "person", "Somebody the team works with; never a respondent.",
              {ref("organisation", "Where the person works.", "organisation"), text("role", "What the person does."),
               text("email", "E-mail address.").personal(PersonalClass::kContact),
               text("phone", "Telephone number.").personal(PersonalClass::kContact),
               languages("Languages the person works in."), yes_no("hide_name", "The name stands in no export.")})),
          of_a_person(kind(
              "membership", "A person's place in a committee or group, for a term of office.",
              {ref("person", "Who.", "person").whole().required(), ref("committee", "Of which committee.", "committee"),
               ref("organisation", "Whom the person speaks for.", "organisation"),
               choice("role", "As what.", {"chair", "deputy_chair", "secretary", "member", "observer"}).required(),
               date("starts", "First day of the term."), date("ends", "Last day of the term.").noticed()})),
          kind("external_framework",
               "A law, plan or agreement of a country or of the world to which the programme aligns, or one target of "
               "it.",
               {choice("scope", "Who is bound by it.", {"local", "national", "regional", "international"}).required(),
                ref("parent", "The framework of which this is a target.", "external_framework"),
                text("citation", "How it is cited."), text("number_in_source", "Number of the target."),
                long_text("text", "What it says."), date("adopted_on", "When it was adopted.").happened()}),
          named_by("terms", kind("term", "A word of the term bank: how it is said in each language and what to avoid.",
                                 {translated("terms", "The word by language.").required(),
                                  long_text("definition", "What is meant by it."),
                                  tags("terms_to_avoid", "Words not to use in its place."),
                                  text("source", "Where the term comes from.")})),
      });
}

}  // namespace hamdil::model
