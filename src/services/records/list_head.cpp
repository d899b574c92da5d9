#include "services/records/list_head.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/terms/words.hpp"

namespace hamdil::services::records {
namespace {

constexpr std::size_t kHeadWithin = 15;
constexpr std::size_t kMostHeadRows = 3;
const char* const kWordsFile = "import-words.yaml";

const Json& words_file() {
  static const Json kWords = [] {
    auto parsed = parse_yaml(find_embedded(kWordsFile).value_or(""), kWordsFile);
    return parsed && parsed->is_object() ? *parsed : Json::object();
  }();
  return kWords;
}

std::string cell_at(const std::vector<std::string>& row, std::size_t column) {
  return column < row.size() ? text::trim(row[column]) : "";
}

std::size_t filled_in(const std::vector<std::string>& row) {
  return static_cast<std::size_t>(
      std::count_if(row.begin(), row.end(), [](const std::string& cell) { return !text::trim(cell).empty(); }));
}

// The names of a block of head rows: what stands above spans to the right until the next filled cell.
std::vector<std::string> names_of(const ListRows& rows, std::size_t first, std::size_t count) {
  std::size_t width = 0;
  for (std::size_t r = first; r < first + count; ++r) width = std::max(width, rows[r].size());
  std::vector<std::vector<std::string>> parts(width);
  for (std::size_t r = first; r < first + count; ++r) {
    std::string above;
    for (std::size_t c = 0; c < width; ++c) {
      std::string own = cell_at(rows[r], c);
      const bool spans = r + 1 < first + count;  // the last row names single columns
      if (own.empty() && spans && !cell_at(rows[first + count - 1], c).empty()) own = above;
      if (!cell_at(rows[r], c).empty()) above = own;
      if (!own.empty() && (parts[c].empty() || parts[c].back() != own)) parts[c].push_back(own);
    }
  }
  std::vector<std::string> out;
  for (const auto& one : parts) out.push_back(text::join(one, " / "));
  return out;
}

bool is_tag_row(const std::vector<std::string>& row) {
  return filled_in(row) > 0 && std::all_of(row.begin(), row.end(), [](const std::string& cell) {
           return text::trim(cell).empty() || text::trim(cell).starts_with('#');
         });
}

// One text at the left: a title of the sheet, which spans nothing.
bool is_title(const std::vector<std::string>& row) { return filled_in(row) == 1 && !cell_at(row, 0).empty(); }

}  // namespace

std::string folded_head(const std::string& head) {
  std::string out = text::fold(head);
  for (char& c : out)
    if (std::string_view("-.,:;()/#*\n\r\t").find(c) != std::string_view::npos) c = ' ';
  return text::join(text::split_words(out), " ");
}

std::vector<std::string> parts_of(const std::string& head) {
  std::vector<std::string> out = {folded_head(head)};
  std::size_t end = head.size();
  for (std::size_t at = head.rfind(" / "); at != std::string::npos && at > 0; at = head.rfind(" / ", at - 1)) {
    out.push_back(folded_head(head.substr(at + 3, end - at - 3)));
    end = at;
  }
  if (end != head.size()) out.push_back(folded_head(head.substr(0, end)));
  return out;
}

std::string name_within(const std::string& folded, const std::map<std::string, std::string>& names) {
  constexpr std::size_t kShortest = 4;
  std::string field;
  std::size_t longest = 0;
  for (const auto& [name, of] : names)
    if (name.size() >= kShortest && name.size() > longest &&
        (" " + folded + " ").find(" " + name + " ") != std::string::npos) {
      field = of;
      longest = name.size();
    }
  return field;
}

namespace {

// A list of activities heads the column of their titles "Activity". A field's own label says more.
void add_own_names(const model::KindDefinition& kind, KnownNames& out) {
  for (const std::string& language : Catalogue::built_in().languages())
    for (const std::string& own :
         {model::label_of_kind(kind.name, language), model::plural_of_kind(kind.name, language)})
      if (const std::string folded = folded_head(own); !out.labels.contains(folded)) out.others[folded] = "title";
}

// "Indicator" heads the titles in a list of indicators, and in a list of targets the field that names one.
void add_called(const model::KindDefinition& kind, KnownNames& out) {
  const Json words = words_file().value("called", Json::object());
  for (const auto& [of, names] : words.items()) {
    std::vector<std::string> fields;
    if (of == kind.name) fields = {"title"};
    for (const model::FieldDefinition& field : kind.fields)
      if (of != kind.name && field.refers_to == of) fields.push_back(field.name);
    if (fields.size() != 1) continue;
    for (const Json& name : names)
      if (const std::string folded = folded_head(name.get<std::string>()); !out.labels.contains(folded))
        out.others.emplace(folded, fields.front());
  }
}

// "When" and "where" are clear where a record has one day or one place.
void add_names_of_the_only(const model::KindDefinition& kind, KnownNames& out) {
  const Json words = words_file().value("of_the_only", Json::object());
  for (const auto& [what, names] : words.items()) {
    std::vector<std::string> fields;
    for (const model::FieldDefinition& field : kind.fields)
      if (what == "date" ? field.type == model::FieldType::kDate : field.refers_to == what)
        fields.push_back(field.name);
    if (fields.size() != 1) continue;
    for (const Json& name : names) out.others.emplace(folded_head(name.get<std::string>()), fields.front());
  }
}

}  // namespace

KnownNames known_names(const model::KindDefinition& kind) {
  KnownNames out;
  std::set<std::string> twice;
  const auto add = [&](std::map<std::string, std::string>& names, const std::string& name, const std::string& field) {
    const std::string folded = folded_head(name);
    const auto [place, is_new] = names.emplace(folded, field);
    if (!is_new && place->second != field) twice.insert(folded);
  };
  for (const std::string& language : Catalogue::built_in().languages()) {
    add(out.labels, Catalogue::built_in().text(language, "ui.title"), "title");
    for (const model::FieldDefinition& field : kind.fields)
      if (field.type != model::FieldType::kFiles)
        add(out.labels, model::label_of_field(kind.name, field.name, language), field.name);
  }
  for (const std::string& name : twice) out.labels.erase(name);
  twice.clear();
  const Json columns = words_file().value("columns", Json::object());
  for (const auto& [field, names] : columns.items()) {
    if (field != "title" && kind.find(field) == nullptr) continue;
    for (const Json& name : names) add(out.others, name.get<std::string>(), field);
  }
  for (const std::string& name : twice) out.others.erase(name);
  add_own_names(kind, out);
  add_called(kind, out);
  add_names_of_the_only(kind, out);
  return out;
}

ListHead find_head(const ListRows& rows, const std::function<int(const std::string&)>& worth) {
  ListHead best;
  int most = -1;
  for (std::size_t first = 0; first < std::min(kHeadWithin, rows.size()); ++first)
    for (std::size_t count = 1; count <= std::min(kMostHeadRows, rows.size() - first); ++count) {
      if (count > 1 && is_tag_row(rows[first + count - 1])) break;
      if (count > 1 && is_title(rows[first])) break;
      std::vector<std::string> names = names_of(rows, first, count);
      std::set<std::string> seen;
      int sum = 0;
      for (const std::string& name : names)
        if (!name.empty() && seen.insert(name).second) sum += worth(name);
      // More rows must tell more than one row does: otherwise the second is a record.
      if (sum <= most) continue;
      most = sum;
      best = {first, count, std::move(names), {}, first + count};
    }
  if (best.data < rows.size() && is_tag_row(rows[best.data])) {
    best.tags = rows[best.data];
    best.names.resize(std::max(best.names.size(), best.tags.size()));
    best.tags.resize(best.names.size());
    ++best.data;
  }
  return best;
}

std::string why_no_record(const std::vector<std::string>& row, const ListHead& head) {
  std::string first;
  for (const std::string& cell : row)
    if (first.empty()) first = folded_head(cell);
  static const Json kTotals = words_file().value("totals", Json::array());
  for (const Json& total : kTotals) {
    const std::string word = text::fold(total.get<std::string>());
    if (first == word || first.starts_with(word + " ")) return filled_in(row) > 1 || first == word ? "total" : "";
  }
  const std::size_t named = filled_in(head.names);
  if (named >= 4 && filled_in(row) == 1) return "heading";
  std::size_t same = 0;
  for (std::size_t c = 0; c < head.names.size(); ++c) {
    const std::string cell = cell_at(row, c);
    if (!cell.empty() && (cell == head.names[c] || head.names[c].ends_with(" / " + cell))) ++same;
  }
  return named >= 2 && same * 2 > named ? "head" : "";
}

std::vector<std::size_t> fill_down(ListRows& rows, const ListHead& head) {
  std::vector<std::size_t> out;
  for (std::size_t column = 0; column < head.names.size(); ++column) {
    std::size_t empty = 0;
    std::size_t records = 0;
    std::size_t run = 0;
    for (std::size_t r = head.data; r < rows.size(); ++r) {
      if (!why_no_record(rows[r], head).empty()) continue;
      ++records;
      if (cell_at(rows[r], column).empty()) ++empty;
      run = cell_at(rows[r], column).empty() ? run : run + 1;
    }
    if (records < 2 || cell_at(rows[head.data], column).empty()) break;
    if (empty == 0) break;  // the first column that names every row ends what is merged
    if (empty * 3 < records || run == 0) break;
    out.push_back(column);
  }
  // A list with gaps and no column behind them that is full is a list with gaps.
  const std::size_t next = out.size();
  const bool full =
      next < head.names.size() &&
      std::all_of(
          rows.begin() + static_cast<std::ptrdiff_t>(head.data), rows.end(),
          [&](const auto& row) { return !cell_at(row, next).empty() || !why_no_record(row, head).empty(); });
  if (!full) return {};
  for (const std::size_t column : out) {
    std::string above;
    for (std::size_t r = head.data; r < rows.size(); ++r) {
      if (!why_no_record(rows[r], head).empty()) continue;
      rows[r].resize(std::max(rows[r].size(), column + 1));
      if (text::trim(rows[r][column]).empty())
        rows[r][column] = above;
      else
        above = rows[r][column];
    }
  }
  return out;
}

std::string title_from(const model::KindDefinition& kind, const std::vector<std::string>& fields,
                       const std::vector<std::string>& cells) {
  constexpr std::size_t kParts = 3;
  constexpr std::size_t kLongest = 200;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(fields.size(), cells.size()) && parts.size() < kParts; ++i) {
    const model::FieldDefinition* field = kind.find(fields[i]);
    if (field == nullptr || field->personal != model::PersonalClass::kNone) continue;
    if (const std::string cell = text::trim(cells[i]); !cell.empty() && cell.size() <= kLongest) parts.push_back(cell);
  }
  return text::join(parts, " · ");
}

std::optional<double> loose_number(const std::string& given) {
  constexpr std::size_t kMostWords = 30;
  const std::string plain = terms::with_western_digits(given);
  std::string digits;
  std::size_t others = 0;
  std::size_t groups = 0;
  bool in_number = false;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    const bool digit = c >= '0' && c <= '9';
    const bool joins = i > 0 && i + 1 < plain.size() && std::isdigit(static_cast<unsigned char>(plain[i - 1])) != 0 &&
                       std::isdigit(static_cast<unsigned char>(plain[i + 1])) != 0;
    if (digit) {
      groups += in_number ? 0U : 1U;
      in_number = true;
      digits += c;
    } else if (joins && (c == ',' || c == ' ' || c == '\'')) {
      // Thousands, when three digits and no more follow; a comma before one or two digits is a decimal sign.
      std::size_t behind = 0;
      while (i + 1 + behind < plain.size() && std::isdigit(static_cast<unsigned char>(plain[i + 1 + behind])) != 0)
        ++behind;
      if (behind != 3) {
        if (c != ',') return std::nullopt;  // two numbers
        digits += '.';
      }
    } else if (joins && c == '.') {
      digits += '.';
    } else if (in_number = false;
               static_cast<unsigned char>(c) >= 0x80 || std::isalpha(static_cast<unsigned char>(c)) != 0) {
      ++others;
    } else if (c == '-' && (i + 1 < plain.size()) && std::isdigit(static_cast<unsigned char>(plain[i + 1])) != 0) {
      return std::nullopt;  // a range or a negative number: a person decides
    }
  }
  if (groups != 1 || others > kMostWords) return std::nullopt;
  return text::parse_number(digits);
}

std::optional<std::string> loose_date(const std::string& given) {
  constexpr std::size_t kLongestDay = 48;
  if (given.size() > kLongestDay) return std::nullopt;
  const std::vector<std::string> dates = terms::find_dates(given);
  return dates.size() == 1 ? std::optional(dates.front()) : std::nullopt;
}

std::optional<Json> loose_value(const std::string& cell, const model::KindDefinition& kind,
                                const model::FieldDefinition& field) {
  using enum model::FieldType;
  if (field.type == kChoice) {
    std::set<std::string> found;  // a label that two of them have says nothing
    for (const std::string& language : Catalogue::built_in().languages())
      for (const std::string& choice : field.choices)
        if (text::fold(model::label_of_choice(kind.name, field.name, choice, language)) == text::fold(cell))
          found.insert(choice);
    if (found.size() == 1) return Json(*found.begin());
  }
  if (field.type == kNumber || field.type == kInteger) {
    const auto number = loose_number(cell);
    const bool whole = number && *number == std::floor(*number);
    if (number && whole) return Json(static_cast<std::int64_t>(*number));
    if (number && field.type == kNumber) return Json(*number);
  }
  if (field.type == kDate)
    if (const auto day = loose_date(cell)) return Json(*day);
  return std::nullopt;
}

}  // namespace hamdil::services::records
