// What an XForm says about each node of a form: paths, types and logic with ${name} written as paths.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

// One node of the submission. Logic is "" where there is none; "yes" and "no" are written true() and false().
struct Bind {
  std::string nodeset;
  std::string type;  // XForms type ("int", "string", "odk:rank"); "" for groups and repeats
  std::string relevant;
  std::string constraint;
  std::string required;
  std::string calculate;
  bool is_read_only = false;
  const data::FormItem* item = nullptr;  // nullptr for nodes that the form's author did not write (meta, counts)
};

// Paths of all questions, groups and repeats, and references resolved against them.
class FormPaths {
 public:
  // `root` names the outermost element: "data". The form must outlive this object.
  FormPaths(const data::Form& form, std::string root);

  const std::vector<data::PlacedItem>& items() const { return items_; }
  // Groups leave no trace in the paths (the old setting "flat").
  bool is_flat() const { return is_flat_; }
  std::string path(const data::PlacedItem& placed) const;  // "/data/household/age"

  // `expression` with each ${name} as " path ": relative ("../age") when the target shares a repeat with the node
  // `context` (an absolute path; "" for absolute paths throughout), with current()/ in front inside predicates of
  // secondary instances or when `uses_current`. Arguments of indexed-repeat() that must be absolute are. Unknown names
  // stay as they are.
  std::string resolve(std::string_view expression, const std::string& context, bool uses_current = false) const;
  // Absolute path of the only item of that name; "" when there is none or several.
  std::string find(std::string_view name) const;

 private:
  std::string reference(const std::string& target, const std::string& context, bool uses_current) const;

  std::string root_;
  std::vector<data::PlacedItem> items_;
  bool is_flat_;
  std::map<std::string, std::string, std::less<>> by_name_;
  std::map<std::string, bool> is_repeat_;  // by path
};

// All binds in document order: what stands in the survey sheet first, then those of meta (audit, instanceID,
// instanceName, entities of the whole form).
std::vector<Bind> form_binds(const data::Form& form, const std::string& root);
// XForms type of a question; "" for external files.
std::string bind_type(const data::FormItem& item);
// The root element's name: settings' name, else "data".
std::string root_name(const data::Form& form);

}  // namespace hamdil::exchange::xlsform
