#include "exchange/xlsx/read.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/xlsx/cells.hpp"
#include "exchange/xml.hpp"

namespace hamdil::exchange::xlsx {
namespace {

// Parts are found without regard to case and slashes, because several writers get them wrong.
std::string resolve(std::string_view target, std::string_view folder) {
  std::string path(target);
  std::replace(path.begin(), path.end(), '\\', '/');
  if (path.starts_with("/")) return path.substr(1);
  std::string base(folder);
  while (path.starts_with("../")) {
    path.erase(0, 3);
    const std::size_t slash = base.rfind('/');
    base = slash == std::string::npos ? "" : base.substr(0, slash);
  }
  return base.empty() ? path : base + "/" + path;
}

std::string find_part(const ZipReader& zip, const std::string& wanted) {
  if (zip.contains(wanted)) return wanted;
  for (const std::string& name : zip.names()) {
    std::string plain = name;
    std::replace(plain.begin(), plain.end(), '\\', '/');
    if (text::equals_ignoring_case(plain, wanted)) return name;
  }
  return {};
}

// Strings of a workbook in one block of memory.
class StringPool {
 public:
  void begin() { starts_.push_back(bytes_.size()); }
  void append(std::string_view piece) { bytes_.append(piece); }
  std::size_t size() const { return starts_.size(); }
  std::string_view at(std::size_t index) const {
    const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] : bytes_.size();
    return std::string_view(bytes_).substr(starts_[index], end - starts_[index]);
  }

 private:
  std::string bytes_;
  std::vector<std::size_t> starts_;
};

// _x000D_ stands for a control character in stored strings; only those that a text can hold are put back.
std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::string_view rest = s.substr(i);
    if (rest.starts_with("_x000D_") || rest.starts_with("_x000d_")) {
      i += 6;  // a carriage return beside the line feed
    } else if (rest.starts_with("_x0009_")) {
      out.push_back('\t');
      i += 6;
    } else if (rest.starts_with("_x000A_") || rest.starts_with("_x000a_")) {
      out.push_back('\n');
      i += 6;
    } else if (rest.starts_with("_x005F_") || rest.starts_with("_x005f_")) {
      out.push_back('_');
      i += 6;
    } else {
      out.push_back(s[i]);
    }
  }
  return out;
}

}  // namespace

struct Reader::State {
  explicit State(ZipReader package) : zip(std::move(package)) {}

  ZipReader zip;
  std::string name;
  std::vector<SheetInfo> sheets;
  std::vector<std::string> parts;  // one a sheet; "" when the package has none
  std::vector<CellFormat> formats;
  std::string strings_part;
  std::string styles_part;
  std::optional<StringPool> strings;
  bool is_1904 = false;

  Status load_workbook();
  Status load_styles();
  Status load_strings();
};

namespace {

// id -> (type, target) of a relationships part; empty when it is missing.
Result<std::map<std::string, std::pair<std::string, std::string>>> read_relations(ZipReader& zip,
                                                                                  const std::string& part) {
  std::map<std::string, std::pair<std::string, std::string>> out;
  const std::string found = find_part(zip, part);
  if (found.empty()) return out;
  HAMDIL_TRY(const std::string bytes, zip.read(found));
  HAMDIL_CHECK(parse_xml(bytes, part, {.start = [&](std::string_view element, const XmlAttributes& attributes) {
                           if (element == "Relationship") {
                             std::string type(attributes.get("Type"));
                             type = type.substr(type.rfind('/') == std::string::npos ? 0 : type.rfind('/') + 1);
                             out[std::string(attributes.get("Id"))] = {type, std::string(attributes.get("Target"))};
                           }
                           return true;
                         }}));
  return out;
}

class SheetReader {
 public:
  SheetReader(const std::string& file, const std::string& sheet, const StringPool* strings,
              const std::vector<CellFormat>& formats, bool is_1904, const TableLimits& limits, const RowSink& sink)
      : file_(file),
        sheet_(sheet),
        strings_(strings),
        formats_(formats),
        is_1904_(is_1904),
        limits_(limits),
        sink_(sink) {}

  bool start(std::string_view element, const XmlAttributes& attributes) {
    if (element == "row") return start_row(attributes);
    if (element == "c") return start_cell(attributes);
    if (element == "v" || (element == "t" && !is_phonetic_))
      is_text_ = is_in_cell_;
    else if (element == "rPh")
      is_phonetic_ = true;
    return true;
  }

  bool end(std::string_view element) {
    if (element == "v" || element == "t")
      is_text_ = false;
    else if (element == "rPh")
      is_phonetic_ = false;
    else if (element == "c")
      end_cell();
    else if (element == "row")
      return end_row();
    else if (element == "sheetData")
      return false;
    return !failure_;
  }

  void text(std::string_view piece) {
    if (!is_text_) return;
    if (value_.size() + piece.size() > limits_.cell_bytes)
      fail("cell_too_long", "One cell is longer than the {limit} bytes that are read.", limits_.cell_bytes);
    else
      value_.append(piece);
  }

  const std::optional<Error>& failure() const { return failure_; }

  void report(Diagnostics& diagnostics) const {
    add(diagnostics, error_rows_, "exchange.xlsx.error_cell",
        "Cells with a spreadsheet error (such as #N/A) in rows {rows} were read as empty.");
    add(diagnostics, bad_string_rows_, "exchange.xlsx.bad_string",
        "Cells in rows {rows} point to a text that the workbook does not hold; they were read as empty.");
    add(diagnostics, far_rows_, "exchange.xlsx.far_column",
        "Cells right of the last column that is read, in rows {rows}, were left out.");
  }

 private:
  struct Cell {
    std::size_t column;
    std::size_t start;
    std::size_t length;
  };

  bool start_row(const XmlAttributes& attributes) {
    const auto stated = text::parse_integer(attributes.get("r"));
    row_ = stated && *stated > 0 ? static_cast<std::size_t>(*stated) : row_ + 1;
    column_ = 0;
    buffer_.clear();
    cells_.clear();
    return true;
  }

  bool start_cell(const XmlAttributes& attributes) {
    const std::size_t stated = column_of_address(attributes.get("r"));
    column_ = stated > 0 ? stated : column_ + 1;
    type_.assign(attributes.get("t"));
    const auto style = text::parse_integer(attributes.get("s"));
    format_ = style && *style >= 0 && static_cast<std::size_t>(*style) < formats_.size()
                  ? formats_[static_cast<std::size_t>(*style)]
                  : CellFormat::kPlain;
    value_.clear();
    is_in_cell_ = true;
    return true;
  }

  void end_cell() {
    is_in_cell_ = false;
    if (value_.empty()) return;
    if (column_ > limits_.columns) {
      note(far_rows_);
      return;
    }
    const std::size_t at = buffer_.size();
    append_value();
    if (buffer_.size() > at) cells_.push_back({column_, at, buffer_.size() - at});
  }

  void append_value() {
    if (type_ == "s")
      append_shared();
    else if (type_ == "e")
      note(error_rows_);
    else if (type_ == "b")
      buffer_ += value_ == "1" || text::equals_ignoring_case(value_, "true") ? "TRUE" : "FALSE";
    else if (type_ == "str" || type_ == "inlineStr")
      append_string(value_);
    else if (type_ == "d")
      buffer_ += value_;
    else
      append_number();
  }

  void append_shared() {
    const auto index = text::parse_integer(value_);
    if (strings_ == nullptr || !index || *index < 0 || static_cast<std::size_t>(*index) >= strings_->size())
      note(bad_string_rows_);
    else
      append_string(strings_->at(static_cast<std::size_t>(*index)));
  }

  void append_string(std::string_view s) {
    if (s.find("_x00") == std::string_view::npos)
      buffer_ += s;
    else
      buffer_ += unescape(s);
  }

  void append_number() {
    if (format_ != CellFormat::kPlain) {
      const auto serial = text::parse_number(value_);
      if (const auto date = serial ? serial_text(*serial, format_, is_1904_) : std::nullopt) {
        buffer_ += *date;
        return;
      }
    }
    buffer_ += number_text(value_);
  }

  bool end_row() {
    if (failure_) return false;
    row_cells_.clear();
    bool has_text = false;
    for (const Cell& cell : cells_) {
      if (cell.column > row_cells_.size()) row_cells_.resize(cell.column);
      const std::string_view view = std::string_view(buffer_).substr(cell.start, cell.length);
      row_cells_[cell.column - 1] = view;
      has_text = has_text || view.find_first_not_of(" \t\r\n") != std::string_view::npos;
    }
    if (!has_text) return true;
    if (++given_ > limits_.rows) {
      fail("too_many_rows", "The sheet has more rows than the {limit} that are read.", limits_.rows);
      return false;
    }
    return sink_(RowView{row_, row_cells_});
  }

  void fail(const char* code, const char* what, std::size_t limit) {
    if (!failure_)
      failure_ = Error(std::string("exchange.table.") + code, what, {{"limit", std::to_string(limit)}})
                     .at({.file = file_, .sheet = sheet_, .row = row_});
  }

  void note(std::vector<std::size_t>& rows) {
    if (rows.empty() || rows.back() != row_) rows.push_back(row_);
  }

  void add(Diagnostics& diagnostics, const std::vector<std::size_t>& rows, const char* code, const char* what) const {
    if (rows.empty()) return;
    diagnostics.push_back({Severity::kWarning, Error(code, what, {{"rows", csv::describe_rows(rows)}})
                                                   .at({.file = file_, .sheet = sheet_, .row = rows.front()})});
  }

  const std::string& file_;
  const std::string& sheet_;
  const StringPool* strings_;
  const std::vector<CellFormat>& formats_;
  bool is_1904_;
  TableLimits limits_;
  const RowSink& sink_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t given_ = 0;
  bool is_in_cell_ = false;
  bool is_text_ = false;
  bool is_phonetic_ = false;
  CellFormat format_ = CellFormat::kPlain;
  std::string type_;
  std::string value_;
  std::string buffer_;
  std::vector<Cell> cells_;
  std::vector<std::string_view> row_cells_;
  std::vector<std::size_t> error_rows_;
  std::vector<std::size_t> bad_string_rows_;
  std::vector<std::size_t> far_rows_;
  std::optional<Error> failure_;
};

}  // namespace

Status Reader::State::load_workbook() {
  HAMDIL_TRY(const auto top, read_relations(zip, "_rels/.rels"));
  std::string part = "xl/workbook.xml";
  for (const auto& [id, relation] : top)
    if (relation.first == "officeDocument") part = resolve(relation.second, "");
  const std::string found = find_part(zip, part);
  if (found.empty())
    return Error("exchange.xlsx.not_a_workbook", "This is a ZIP package but not a spreadsheet workbook.")
        .at({.file = name});
  const std::size_t slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash);
  const std::string leaf = slash == std::string::npos ? part : part.substr(slash + 1);
  HAMDIL_TRY(const auto relations,
             read_relations(zip, (folder.empty() ? "" : folder + "/") + "_rels/" + leaf + ".rels"));
  for (const auto& [id, relation] : relations) {
    if (relation.first == "sharedStrings") strings_part = find_part(zip, resolve(relation.second, folder));
    if (relation.first == "styles") styles_part = find_part(zip, resolve(relation.second, folder));
  }
  if (strings_part.empty()) strings_part = find_part(zip, "xl/sharedStrings.xml");
  if (styles_part.empty()) styles_part = find_part(zip, "xl/styles.xml");
  HAMDIL_TRY(const std::string bytes, zip.read(found));
  return parse_xml(
      bytes, name, {.start = [&](std::string_view element, const XmlAttributes& attributes) {
        if (element == "workbookPr") {
          const std::string_view flag = attributes.get("date1904");
          is_1904 = flag == "1" || flag == "true";
        } else if (element == "sheet") {
          const auto relation = relations.find(std::string(attributes.get("id")));
          std::string target = relation == relations.end()
                                   ? "xl/worksheets/sheet" + std::to_string(sheets.size() + 1) + ".xml"
                                   : resolve(relation->second.second, folder);
          // Chart sheets and macro sheets hold no cells.
          if (relation != relations.end() && relation->second.first != "worksheet") return true;
          const std::string_view state = attributes.get("state");
          sheets.push_back({std::string(attributes.get("name")), state == "hidden" || state == "veryHidden"});
          parts.push_back(find_part(zip, target));
        }
        return true;
      }});
}

Status Reader::State::load_styles() {
  if (styles_part.empty()) return Done{};
  HAMDIL_TRY(const std::string bytes, zip.read(styles_part));
  std::map<unsigned, CellFormat> custom;
  bool is_in_cell_formats = false;
  const auto id_of = [](std::string_view s) {
    return static_cast<unsigned>(std::clamp<std::int64_t>(text::parse_integer(s).value_or(0), 0, 1'000'000));
  };
  return parse_xml(bytes, name,
                   {.start =
                        [&](std::string_view element, const XmlAttributes& attributes) {
                          if (element == "numFmt") {
                            custom[id_of(attributes.get("numFmtId"))] = classify_format(attributes.get("formatCode"));
                          } else if (element == "cellXfs") {
                            is_in_cell_formats = true;
                          } else if (element == "xf" && is_in_cell_formats) {
                            const unsigned id = id_of(attributes.get("numFmtId"));
                            const auto own = custom.find(id);
                            formats.push_back(own == custom.end() ? classify_builtin(id) : own->second);
                          }
                          return formats.size() < 1'000'000;
                        },
                    .end =
                        [&](std::string_view element) {
                          if (element == "cellXfs") is_in_cell_formats = false;
                          return true;
                        }});
}

Status Reader::State::load_strings() {
  if (strings) return Done{};
  strings.emplace();
  if (strings_part.empty()) return Done{};
  bool is_text = false;
  bool is_phonetic = false;
  XmlParser parser({.start =
                        [&](std::string_view element, const XmlAttributes&) {
                          if (element == "si")
                            strings->begin();
                          else if (element == "rPh")
                            is_phonetic = true;
                          else if (element == "t")
                            is_text = !is_phonetic && strings->size() > 0;
                          return true;
                        },
                    .end =
                        [&](std::string_view element) {
                          if (element == "t")
                            is_text = false;
                          else if (element == "rPh")
                            is_phonetic = false;
                          return true;
                        },
                    .text =
                        [&](std::string_view piece) {
                          if (is_text) strings->append(piece);
                        }},
                   name);
  HAMDIL_CHECK(zip.stream(strings_part, [&](std::string_view piece) { return parser.feed(piece); }));
  parser.finish();
  return parser.status();
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::load(ZipReader zip, const std::string& name) {
  auto state = std::make_unique<State>(std::move(zip));
  state->name = name;
  HAMDIL_CHECK(state->load_workbook());
  HAMDIL_CHECK(state->load_styles());
  return Reader(std::move(state));
}

Result<Reader> Reader::open(const std::string& path, const ZipLimits& limits) {
  HAMDIL_TRY(ZipReader zip, ZipReader::open(path, limits));
  return load(std::move(zip), path);
}

Result<Reader> Reader::open_bytes(std::string_view bytes, const std::string& name, const ZipLimits& limits) {
  HAMDIL_TRY(ZipReader zip, ZipReader::open_bytes(bytes, name, limits));
  return load(std::move(zip), name);
}

const std::vector<SheetInfo>& Reader::sheets() const { return state_->sheets; }

Status Reader::stream(std::size_t sheet, const TableLimits& limits, const RowSink& sink, Diagnostics& diagnostics) {
  if (sheet >= state_->sheets.size() || state_->parts[sheet].empty())
    return Error("exchange.xlsx.no_sheet", "The workbook names a sheet that the file does not hold.")
        .at({.file = state_->name, .sheet = sheet < state_->sheets.size() ? state_->sheets[sheet].name : ""});
  HAMDIL_CHECK(state_->load_strings());
  SheetReader reader(state_->name, state_->sheets[sheet].name, &*state_->strings, state_->formats, state_->is_1904,
                     limits, sink);
  XmlParser parser({.start = [&](std::string_view element,
                                 const XmlAttributes& attributes) { return reader.start(element, attributes); },
                    .end = [&](std::string_view element) { return reader.end(element); },
                    .text = [&](std::string_view piece) { reader.text(piece); }},
                   state_->name);
  HAMDIL_CHECK(state_->zip.stream(state_->parts[sheet], [&](std::string_view piece) { return parser.feed(piece); }));
  parser.finish();
  reader.report(diagnostics);
  if (reader.failure()) return *reader.failure();
  Status status = parser.status();
  if (!status) status.error().where.sheet = state_->sheets[sheet].name;
  return status;
}

}  // namespace hamdil::exchange::xlsx
