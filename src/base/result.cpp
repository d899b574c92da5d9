#include "base/result.hpp"

#include <algorithm>

namespace hamdil {

std::string fill(const std::string& text, const Error::Args& args) {
  std::string out;
  out.reserve(text.size() + 32);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end != std::string::npos) {
        const std::string name = text.substr(i + 1, end - i - 1);
        const auto found = std::find_if(args.begin(), args.end(), [&](const auto& arg) { return arg.first == name; });
        if (found != args.end()) {
          out += found->second;
          i = end + 1;
          continue;
        }
      }
    }
    out += text[i++];
  }
  return out;
}

std::string Where::describe() const {
  std::string out;
  const auto add = [&out](const std::string& part) {
    if (!out.empty()) out += ", ";
    out += part;
  };
  if (!file.empty()) add(file);
  if (!sheet.empty()) add("sheet " + sheet);
  if (row) add("row " + std::to_string(*row));
  if (column) {
    std::string letters;  // 1 -> A, 27 -> AA, as in a spreadsheet
    for (std::size_t c = *column; c > 0; c = (c - 1) / 26)
      letters.insert(letters.begin(), static_cast<char>('A' + (c - 1) % 26));
    add("column " + letters + (column_name.empty() ? "" : " (" + column_name + ")"));
  } else if (!column_name.empty()) {
    add("column " + column_name);
  }
  if (!pointer.empty()) add(pointer);
  return out;
}

std::string Error::message() const { return fill(text, args); }

std::string Error::describe() const {
  std::string out = where.describe();
  if (!out.empty()) out += ": ";
  out += message();
  if (!hint.empty()) out += " " + fill(hint, args);
  return out + " [" + code + "]";
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

}  // namespace hamdil
