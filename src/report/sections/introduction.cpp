// Purpose, scope, users; context and what the programme did. Given words only: nothing is written for what was not
// recorded.
#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

void part(Composition& c, const char* id, const std::string& words) {
  if (words.empty()) return;
  c.heading(2, id, c.say(std::string("introduction.") + id));
  c.paragraph({{RunKind::kGiven, words}});
}

}  // namespace

bool compose_introduction(Composition& c) {
  const Programme& programme = c.context().programme;
  if (programme.purpose.empty() && programme.scope.empty() && programme.users.empty()) return false;
  section_heading(c, "introduction");
  part(c, "purpose", programme.purpose);
  part(c, "scope", programme.scope);
  part(c, "users", programme.users);
  return true;
}

bool compose_context(Composition& c) {
  const Programme& programme = c.context().programme;
  if (programme.background.empty() && programme.activities.empty()) return false;
  section_heading(c, "context");
  if (!programme.background.empty()) c.paragraph({{RunKind::kGiven, programme.background}});
  if (programme.activities.empty()) return true;
  c.paragraph(c.say("context.activities"));
  std::vector<Runs> items;
  for (const std::string& activity : programme.activities) items.push_back({{RunKind::kGiven, activity}});
  c.list(std::move(items));
  return true;
}

}  // namespace hamdil::report
