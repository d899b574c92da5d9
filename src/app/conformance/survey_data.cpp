#include "app/conformance/survey_data.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::conformance {
namespace {

using Record = std::vector<std::string>;

class CsvScanner {
 public:
  explicit CsvScanner(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return at_ >= bytes_.size(); }
  bool open_quote() const { return open_quote_; }

  Record next() {
    Record record(1);
    bool quoted = false;
    for (; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      if (quoted) {
        if (c != '"')
          record.back() += c;
        else if (at_ + 1 < bytes_.size() && bytes_[at_ + 1] == '"')
          record.back() += bytes_[++at_];
        else
          quoted = false;
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        record.emplace_back();
      } else if (c == '\n') {
        ++at_;
        break;
      } else if (c != '\r') {
        record.back() += c;
      }
    }
    open_quote_ = quoted;
    return record;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool open_quote_ = false;
};

struct Target {
  data::Column column;
  std::map<std::string, std::int32_t, std::less<>> codes;
};

Target make_target(const std::string& name, const Json& columns) {
  Target target;
  target.column.name = name;
  if (!columns.is_object() || !columns.contains(name)) return target;
  const Json& info = columns[name];
  if (!info.is_object() || !info.contains("type") || !info["type"].is_string()) return target;
  const std::string type = info["type"];
  if (type == "integer") target.column.type = data::ColumnType::kInteger;
  if (type == "number") target.column.type = data::ColumnType::kNumber;
  if (type != "factor" && type != "ordered") return target;
  target.column.type = data::ColumnType::kCategory;
  target.column.ordered = type == "ordered";
  if (!info.contains("levels") || !info["levels"].is_array()) return target;
  for (const Json& level : info["levels"]) {
    const std::string value = level.is_string() ? level.get<std::string>() : level.dump();
    target.codes.emplace(value, static_cast<std::int32_t>(target.column.levels.size()));
    target.column.levels.push_back({value, value});
  }
  return target;
}

Status put(Target& target, std::string cell, const Where& place) {
  data::Column& column = target.column;
  if (cell.empty()) {
    column.append_missing(data::Missing::kBlank);
  } else if (column.type == data::ColumnType::kCategory) {
    const auto code = target.codes.find(cell);
    if (code == target.codes.end())
      return Error("conformance.data.bad_level", "A value is not among the levels of its column.").at(place);
    column.append_code(code->second);
  } else if (column.type == data::ColumnType::kText) {
    column.append_text(std::move(cell));
  } else {
    const auto number = text::parse_number(cell);
    if (!number) return Error("conformance.data.bad_number", "A value of a number column is not a number.").at(place);
    column.append_number(*number);
  }
  return Done{};
}

}  // namespace

Result<data::Table> read_reference_csv(const std::string& path, const Json& columns) {
  HAMDIL_TRY(const std::string bytes, read_file(path));
  CsvScanner scanner(bytes);
  std::vector<Target> targets;
  for (const std::string& name : scanner.next()) targets.push_back(make_target(name, columns));
  data::Table table;
  while (!scanner.done()) {
    Record record = scanner.next();
    Where place{.file = path, .row = table.rows + 2};
    if (scanner.open_quote()) return Error("conformance.data.open_quote", "A quoted field does not end.").at(place);
    if (record.size() == 1 && targets.size() > 1 && record[0].empty()) continue;
    if (record.size() != targets.size())
      return Error("conformance.data.ragged", "A row has another number of fields than the header.").at(place);
    for (std::size_t i = 0; i < targets.size(); ++i) {
      place.column_name = targets[i].column.name;
      HAMDIL_CHECK(put(targets[i], std::move(record[i]), place));
    }
    ++table.rows;
  }
  for (Target& target : targets) table.columns.push_back(std::move(target.column));
  return table;
}

}  // namespace hamdil::conformance
