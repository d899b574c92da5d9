#include "exchange/xlsform/instances.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "exchange/xlsform/references.hpp"

namespace hamdil::exchange::xlsform {
namespace {

using data::FormItem;
using data::QuestionType;

std::string file_uri(const std::string& file) {
  return (text::to_lower_ascii(file).ends_with(".csv") ? "jr://file-csv/" : "jr://file/") + file;
}

// First arguments of pulldata('x', ...) in an expression.
std::vector<std::string> pulled_files(const std::string& expression) {
  constexpr std::string_view kCall = "pulldata(";
  std::vector<std::string> out;
  for (std::size_t at = expression.find(kCall); at != std::string::npos; at = expression.find(kCall, at + 1)) {
    std::size_t from = at + kCall.size();
    while (from < expression.size() && expression[from] == ' ') ++from;
    if (from >= expression.size() || (expression[from] != '\'' && expression[from] != '"')) continue;
    const std::size_t end = expression.find(expression[from], from + 1);
    if (end != std::string::npos) out.push_back(expression.substr(from + 1, end - from - 1));
  }
  return out;
}

}  // namespace

std::vector<SecondaryInstance> secondary_instances(const data::Form& form) {
  std::vector<SecondaryInstance> out;
  const auto add = [&](std::string id, std::string uri, std::size_t row) {
    const bool is_there = std::any_of(out.begin(), out.end(),
                                      [&](const SecondaryInstance& one) { return one.id == id && one.uri == uri; });
    if (!is_there) out.push_back({std::move(id), std::move(uri), row});
  };
  for (const data::PlacedItem& placed : data::walk(form)) {
    const FormItem& item = *placed.item;
    if (item.choice_source == FormItem::ChoiceSource::kList && item.appearance.find("search(") == std::string::npos)
      add(item.list, "", item.row);
    if (item.choice_source == FormItem::ChoiceSource::kFile)
      add(item.list.substr(0, item.list.rfind('.')), file_uri(item.list), item.row);
    if (item.type == QuestionType::kCsvExternal) add(item.name, file_uri(item.name + ".csv"), item.row);
    if (item.type == QuestionType::kXmlExternal) add(item.name, file_uri(item.name + ".xml"), item.row);
    for (const std::string* expression :
         {&item.relevant, &item.constraint, &item.required, &item.calculation, &item.default_value, &item.read_only,
          &item.choice_filter, &item.repeat_count}) {
      for (const std::string& file : pulled_files(*expression)) add(file, file_uri(file + ".csv"), item.row);
      for (const Reference& reference : find_references(*expression))
        if (reference.last_saved) add("__last-saved", "jr://instance/last-saved", item.row);
    }
  }
  return out;
}

}  // namespace hamdil::exchange::xlsform
