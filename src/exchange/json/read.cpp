#include "exchange/json/read.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/json.hpp"
#include "base/text.hpp"

namespace hamdil::exchange::json {
namespace {

constexpr std::size_t kDepthLimit = 40;
constexpr std::size_t kSheetLimit = 200;
constexpr const char* kValidationStatus = "_validation_status";

std::string_view leaf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Follows the text event by event and tells rows and cells; knows nothing of what becomes of them.
class Walker {
 public:
  explicit Walker(std::string name) : name_(std::move(name)) {}
  virtual ~Walker() = default;
  Walker(const Walker&) = delete;
  Walker& operator=(const Walker&) = delete;

  bool null() { return value({}); }
  bool boolean(bool is_true) { return value(is_true ? "true" : "false"); }
  bool number_integer(std::int64_t number) { return value(std::to_string(number)); }
  bool number_unsigned(std::uint64_t number) { return value(std::to_string(number)); }
  bool number_float(double, const std::string& raw) { return value(raw); }
  bool string(std::string& text) { return value(std::move(text)); }
  bool binary(std::vector<std::uint8_t>&) { return value({}); }

  bool key(std::string& name) {
    if (!frames_.empty()) frames_.back().key = std::move(name);
    return true;
  }

  bool start_object(std::size_t) {
    if (frames_.size() >= kDepthLimit) return too_deep();
    if (frames_.empty()) return push({.kind = Frame::kTop});
    Frame& around = frames_.back();
    switch (around.kind) {
      case Frame::kSubmissions:
        return begin_row("", 0);
      case Frame::kList:
        if (is_server_list(around.path)) return push({.kind = Frame::kSkip});
        return begin_row(around.path, around.table);
      case Frame::kRow:
      case Frame::kGroup: {
        const std::string path = path_of(around);
        if (path == kValidationStatus) return push({.kind = Frame::kValidation, .table = around.table});
        if (is_server_list(path)) return push({.kind = Frame::kSkip});
        return push({.kind = Frame::kGroup, .table = around.table, .path = path});
      }
      default:
        return push({.kind = Frame::kSkip});
    }
  }

  bool end_object() {
    const bool is_row = frames_.back().kind == Frame::kRow;
    const std::size_t table = frames_.back().table;
    frames_.pop_back();
    return !is_row || end_row(table);
  }

  bool start_array(std::size_t) {
    if (frames_.size() >= kDepthLimit) return too_deep();
    if (frames_.empty()) return push({.kind = Frame::kSubmissions});
    Frame& around = frames_.back();
    if (around.kind == Frame::kTop && around.key == "results") return push({.kind = Frame::kSubmissions});
    if (around.kind != Frame::kRow && around.kind != Frame::kGroup) return push({.kind = Frame::kSkip});
    return push({.kind = Frame::kList, .table = around.table, .path = path_of(around)});
  }

  bool end_array() {
    Frame list = std::move(frames_.back());
    frames_.pop_back();
    return list.kind != Frame::kList || list.text.empty() || cell(list.table, list.path, std::move(list.text));
  }

  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) {
    if (!error)
      error =
          Error("exchange.json.syntax", "The JSON text cannot be read at byte {byte}.", {{"byte", std::to_string(at)}})
              .at({.file = name_});
    return false;
  }

  std::optional<Error> error;
  bool has_submissions = false;
  bool was_stopped = false;

 protected:
  // A row of a repeat (path "" for submissions) inside the row of table `around`: the table it belongs to; empty after
  // an error or to stop.
  virtual std::optional<std::size_t> row(const std::string& path, std::size_t around) = 0;
  virtual bool cell(std::size_t table, const std::string& path, std::string text) = 0;
  virtual bool end_row(std::size_t table) = 0;
  // A value of the outermost object, "" for null.
  virtual void about(const std::string&, const std::string&) {}

  bool refuse(const char* code, const char* text) {
    if (!error) error = Error(code, text).at({.file = name_});
    return false;
  }

 private:
  struct Frame {
    enum Kind { kTop, kSubmissions, kRow, kGroup, kList, kValidation, kSkip } kind = kSkip;
    std::size_t table = 0;
    std::string path;  // of a repeat's row, a group or a list
    std::string key;   // the last one read
    std::string text;  // values of a list so far
  };

  bool push(Frame frame) {
    has_submissions = has_submissions || frame.kind == Frame::kSubmissions;
    frames_.push_back(std::move(frame));
    return true;
  }
  bool too_deep() { return refuse("exchange.json.too_deep", "The JSON text is nested too deep."); }

  bool begin_row(const std::string& path, std::size_t around) {
    const auto table = row(path, around);
    return table && push({.kind = Frame::kRow, .table = *table, .path = path});
  }

  // What the server adds: _attachments, _geolocation, _tags ...
  static bool is_server_list(std::string_view path) { return leaf(path).starts_with('_'); }

  // Keys are full paths already, below repeats, too; below other objects they are names.
  static std::string path_of(const Frame& frame) {
    const bool is_whole = frame.path.empty() || frame.key.starts_with('_') || frame.key.starts_with(frame.path + "/");
    return is_whole ? frame.key : frame.path + "/" + frame.key;
  }

  bool value(std::string text) {
    if (frames_.empty()) return true;
    Frame& around = frames_.back();
    switch (around.kind) {
      case Frame::kTop:
        about(around.key, text);
        return true;
      case Frame::kRow:
      case Frame::kGroup:
        return cell(around.table, path_of(around), std::move(text));
      case Frame::kList:
        if (!text.empty() && !is_server_list(around.path)) around.text += (around.text.empty() ? "" : " ") + text;
        return true;
      case Frame::kValidation:
        return around.key != "label" || cell(around.table, kValidationStatus, std::move(text));
      default:
        return true;
    }
  }

  std::string name_;
  std::vector<Frame> frames_;
};

class Finder : public Walker {
 public:
  Finder(const std::string& name, const TableLimits& limits) : Walker(name), limits_(limits) {
    sheets.push_back({});
    columns_.emplace_back();
    table_by_path_.emplace("", 0);
    for (const char* own : {"_index", "_parent_index", "_parent_table_name"}) own_.emplace(own, 0);
  }
  std::vector<Sheet> sheets;
  Page page;

 protected:
  void about(const std::string& key, const std::string& text) override {
    if (key == "next") page.next = text;
    if (key == "previous") page.previous = text;
    const auto number = key == "count" ? text::parse_integer(text) : std::nullopt;
    if (number && *number >= 0) page.count = static_cast<std::size_t>(*number);
  }
  std::optional<std::size_t> row(const std::string& path, std::size_t around) override {
    page.results += path.empty() ? 1 : 0;
    const auto [place, is_new] = table_by_path_.try_emplace(path, sheets.size());
    if (!is_new) return place->second;
    if (sheets.size() >= kSheetLimit) {
      refuse("exchange.json.too_many_sheets", "The JSON text holds too many kinds of lists.");
      return std::nullopt;
    }
    sheets.push_back({.path = path, .parent = around});
    columns_.emplace_back();
    return place->second;
  }
  bool cell(std::size_t table, const std::string& path, std::string) override {
    if (own_.contains(path) || !columns_[table].emplace(path, 0).second) return true;
    if (sheets[table].columns.size() >= limits_.columns)
      return refuse("exchange.json.too_many_columns", "The submissions hold more different questions than are read.");
    sheets[table].columns.push_back(path);
    return true;
  }
  bool end_row(std::size_t) override { return true; }

 private:
  TableLimits limits_;
  std::unordered_map<std::string, std::size_t> table_by_path_;
  std::vector<std::unordered_map<std::string, char>> columns_;
  std::unordered_map<std::string, char> own_;
};

class Streamer : public Walker {
 public:
  Streamer(const std::string& name, const std::vector<Sheet>& sheets, std::size_t sheet, const TableLimits& limits,
           const RowSink& sink)
      : Walker(name), sheets_(sheets), sheet_(sheet), limits_(limits), sink_(sink), rows_(sheets.size(), 0) {
    for (std::size_t i = 0; i < sheets.size(); ++i) table_by_path_.emplace(sheets[i].path, i);
    for (std::size_t i = 0; i < sheets[sheet].columns.size(); ++i) column_.emplace(sheets[sheet].columns[i], i);
  }

  bool header() {
    std::vector<std::string_view> cells(sheets_[sheet_].columns.begin(), sheets_[sheet_].columns.end());
    cells.push_back("_index");
    if (sheet_ != 0) cells.insert(cells.end(), {"_parent_index", "_parent_table_name"});
    was_stopped = !sink_(RowView{1, cells});
    return !was_stopped;
  }

 protected:
  std::optional<std::size_t> row(const std::string& path, std::size_t) override {
    const auto found = table_by_path_.find(path);
    if (found == table_by_path_.end()) return std::nullopt;
    const std::size_t table = found->second;
    if (++rows_[table] > limits_.rows) {
      refuse("exchange.json.too_many_rows", "The JSON text holds more rows than are read.");
      return std::nullopt;
    }
    if (table == sheet_) {
      texts_.assign(sheets_[sheet_].columns.size(), "");
      parent_ = rows_[sheets_[sheet_].parent];
    }
    return table;
  }

  bool cell(std::size_t table, const std::string& path, std::string text) override {
    if (table != sheet_) return true;
    if (text.size() > limits_.cell_bytes)
      return refuse("exchange.json.cell_too_long", "An answer is longer than is read.");
    const auto found = column_.find(path);
    if (found != column_.end() && found->second < texts_.size()) texts_[found->second] = std::move(text);
    return true;
  }

  bool end_row(std::size_t table) override {
    if (table != sheet_) return true;
    const std::string index = std::to_string(rows_[table]), parent = std::to_string(parent_);
    std::vector<std::string_view> cells(texts_.begin(), texts_.end());
    cells.push_back(index);
    if (sheet_ != 0) {
      cells.push_back(parent);
      cells.push_back(sheets_[sheets_[sheet_].parent].path);
    }
    was_stopped = !sink_(RowView{rows_[table] + 1, cells});
    return !was_stopped;
  }

 private:
  const std::vector<Sheet>& sheets_;
  std::size_t sheet_;
  TableLimits limits_;
  const RowSink& sink_;
  std::unordered_map<std::string, std::size_t> table_by_path_;
  std::unordered_map<std::string, std::size_t> column_;
  std::vector<std::size_t> rows_;
  std::vector<std::string> texts_;
  std::size_t parent_ = 0;
};

}  // namespace

bool looks_like_submissions(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string head;
  for (const char c : bytes.substr(0, 4'096)) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') head.push_back(c);
    if (head.size() == 2) break;
  }
  return head == "[{" || head == "{\"";
}

Status check_pages(const std::vector<Page>& pages, const std::string& file) {
  std::set<std::string> followers;
  std::size_t results = 0, count = 0, first = 0, last = 0;
  bool are_different = true;
  for (const Page& page : pages) {
    results += page.results;
    count = std::max(count, page.count.value_or(0));
    first += page.previous.empty() ? 1 : 0;
    last += page.next.empty() ? 1 : 0;
    are_different = followers.insert(page.next).second && are_different;
  }
  if (first == 1 && last == 1 && are_different && results >= count) return Done{};
  return Error("exchange.json.incomplete",
               "This is one page of a longer list: {results} submissions are given{count}, and not all pages.",
               {{"results", std::to_string(results)}, {"count", count == 0 ? "" : " of " + std::to_string(count)}})
      .at({.file = file})
      .advise(
          "Fetch every page (follow next, or ask for more at once with ?limit=30000), give each with --data once, "
          "or export the survey as XLSX.");
}

Result<std::vector<Sheet>> find_sheets(std::string_view bytes, const std::string& name, const TableLimits& limits,
                                       Page* page) {
  Finder finder(name, limits);
  const bool done = Json::sax_parse(bytes.begin(), bytes.end(), static_cast<Walker*>(&finder));
  if (finder.error) return std::move(*finder.error);
  if (!done || !finder.has_submissions)
    return Error("exchange.json.no_submissions", "The JSON text is no list of submissions.")
        .at({.file = name})
        .advise("Give what the API answers at .../data/?format=json.");
  if (page != nullptr) *page = std::move(finder.page);
  return std::move(finder.sheets);
}

Status stream(std::string_view bytes, const std::string& name, const std::vector<Sheet>& sheets, std::size_t sheet,
              const TableLimits& limits, const RowSink& sink) {
  Streamer streamer(name, sheets, sheet, limits, sink);
  if (!streamer.header()) return Done{};
  if (!Json::sax_parse(bytes.begin(), bytes.end(), static_cast<Walker*>(&streamer)) && !streamer.was_stopped &&
      streamer.error)
    return std::move(*streamer.error);
  return Done{};
}

}  // namespace hamdil::exchange::json
