#include "model/rule_words.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace hamdil::model::words {

bool Fields::has(const std::string& name) const {
  const auto found = json_.find(name);
  if (found == json_.end() || found->is_null()) return false;
  if (found->is_string()) return !hamdil::text::trim(found->get_ref<const std::string&>()).empty();
  return !(found->is_structured() && found->empty());
}

std::string Fields::text(const std::string& name) const {
  const auto found = json_.find(name);
  return found != json_.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> Fields::number(const std::string& name) const {
  const auto found = json_.find(name);
  if (found == json_.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

bool Fields::is_true(const std::string& name) const {
  const auto found = json_.find(name);
  return found != json_.end() && found->is_boolean() && found->get<bool>();
}

std::vector<std::string> Fields::ids(const std::string& name) const {
  std::vector<std::string> out;
  const auto found = json_.find(name);
  if (found == json_.end()) return out;
  if (found->is_string()) out.push_back(found->get<std::string>());
  if (!found->is_array()) return out;
  for (const Json& id : *found)
    if (id.is_string())
      out.push_back(id.get<std::string>());
    else if (id.is_object() && id.contains("address"))
      out.push_back(id["address"].get<std::string>());
  return out;
}

std::optional<long> day_number(const std::string& date) {
  const auto parsed = parse_date(date);
  if (!parsed) return std::nullopt;
  return static_cast<long>(days_from_date(*parsed));
}

std::string add_months(const std::string& date, int months) {
  if (!day_number(date)) return date;
  const int total = std::stoi(date.substr(0, 4)) * 12 + std::stoi(date.substr(5, 2)) - 1 + months;
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(total / 12) + "-" + two(total % 12 + 1) + "-" + two(std::min(std::stoi(date.substr(8, 2)), 28));
}

std::vector<Record> standing(std::vector<Record> records) {
  std::erase_if(records, is_given_up);
  return records;
}

bool goes_in_a_circle(const Record& record, const std::string& field, const RecordLookup& lookup) {
  std::set<std::string> seen;
  std::vector<std::string> open = Fields(record).ids(field);
  while (!open.empty()) {
    const std::string id = open.back();
    open.pop_back();
    if (id == record.id) return true;
    if (!seen.insert(id).second) continue;
    if (const auto next = lookup.find(record.kind, id))
      for (const std::string& further : Fields(*next).ids(field)) open.push_back(further);
  }
  return false;
}

bool is_solo(const Record& record, const RecordLookup& lookup) {
  if (const std::string own = Fields(record).text("programme"); !own.empty()) {
    const auto programme = lookup.find("programme", own);
    return programme && Fields(*programme).text("team_mode") == "solo";
  }
  const std::vector<Record> all = lookup.list("programme");
  return all.size() == 1 && Fields(all.front()).text("team_mode") == "solo";
}

bool has_evidence(const Record& record, const RecordLookup& lookup, const std::vector<std::string>& fields) {
  const Fields own(record);
  if (std::any_of(fields.begin(), fields.end(), [&](const std::string& field) { return own.has(field); })) return true;
  const std::vector<Record> links = lookup.list("link", "from_id", record.id);
  return std::any_of(links.begin(), links.end(), [](const Record& link) {
    const std::string type = Fields(link).text("type");
    return type == "cites" || type == "derived_from";
  });
}

bool lies_in(const std::string& place, const std::vector<std::string>& places, const RecordLookup& lookup) {
  std::set<std::string> seen;
  for (std::string id = place; !id.empty() && seen.insert(id).second;) {
    if (std::find(places.begin(), places.end(), id) != places.end()) return true;
    const auto record = lookup.find("place", id);
    id = record ? Fields(*record).text("parent") : std::string();
  }
  return false;
}

}  // namespace hamdil::model::words
