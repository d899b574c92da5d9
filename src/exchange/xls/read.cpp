#include "exchange/xls/read.hpp"

#include <freexl.h>

#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::exchange::xls {

struct Reader::State {
  const void* handle = nullptr;
  std::string name;
  std::vector<std::string> sheets;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) freexl_close(handle);
  }
};

namespace {

std::string cell_text(const FreeXL_CellValue& cell) {
  switch (cell.type) {
    case FREEXL_CELL_INT:
      return std::to_string(cell.value.int_value);
    case FREEXL_CELL_DOUBLE:
      return text::format_number(cell.value.double_value);
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT: {
      const std::string raw = cell.value.text_value == nullptr ? "" : cell.value.text_value;
      return text::is_valid_utf8(raw) ? raw : text::decode(raw, text::CodePage::kWindows1252);
    }
    case FREEXL_CELL_DATE:
    case FREEXL_CELL_TIME:
      return cell.value.text_value == nullptr ? "" : cell.value.text_value;
    case FREEXL_CELL_DATETIME: {
      std::string out = cell.value.text_value == nullptr ? "" : cell.value.text_value;
      if (out.size() > 10 && out[10] == ' ') out[10] = 'T';
      return out;
    }
    default:
      return {};
  }
}

}  // namespace

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::string& path) {
  if (!file_exists(path)) return Error("base.file.missing", "There is no such file.").at({.file = path});
  auto state = std::make_unique<State>();
  state->name = path;
  if (freexl_open(path.c_str(), &state->handle) != FREEXL_OK)
    return Error("exchange.xls.damaged", "The old Excel workbook (.xls) cannot be read.")
        .at({.file = path})
        .advise("Open it in a spreadsheet program and save it as .xlsx.");
  unsigned int info = 0;
  if (freexl_get_info(state->handle, FREEXL_BIFF_PASSWORD, &info) == FREEXL_OK && info == FREEXL_BIFF_OBFUSCATED)
    return Error("exchange.xls.password", "The workbook is protected by a password.")
        .at({.file = path})
        .advise("Save it without a password and try again.");
  if (freexl_get_info(state->handle, FREEXL_BIFF_SHEET_COUNT, &info) != FREEXL_OK || info > 10'000) info = 0;
  for (unsigned int i = 0; i < info; ++i) {
    const char* name = nullptr;
    if (freexl_get_worksheet_name(state->handle, static_cast<unsigned short>(i), &name) != FREEXL_OK) name = nullptr;
    state->sheets.emplace_back(name == nullptr ? "" : name);
  }
  return Reader(std::move(state));
}

const std::vector<std::string>& Reader::sheets() const { return state_->sheets; }

Status Reader::stream(std::size_t sheet, const TableLimits& limits, const RowSink& sink) {
  const Where where{.file = state_->name, .sheet = sheet < state_->sheets.size() ? state_->sheets[sheet] : ""};
  unsigned int rows = 0;
  unsigned short columns = 0;
  if (sheet >= state_->sheets.size() ||
      freexl_select_active_worksheet(state_->handle, static_cast<unsigned short>(sheet)) != FREEXL_OK ||
      freexl_worksheet_dimensions(state_->handle, &rows, &columns) != FREEXL_OK)
    return Error("exchange.xls.damaged", "This sheet of the workbook cannot be read.").at(where);
  std::vector<std::string> texts;
  std::vector<std::string_view> cells;
  std::size_t given = 0;
  for (unsigned int row = 0; row < rows; ++row) {
    texts.clear();
    cells.clear();
    std::size_t last = 0;
    for (unsigned short column = 0; column < columns && column < limits.columns; ++column) {
      FreeXL_CellValue value{};
      texts.emplace_back(freexl_get_cell_value(state_->handle, row, column, &value) == FREEXL_OK ? cell_text(value)
                                                                                                 : "");
      if (!text::trim(texts.back()).empty()) last = texts.size();
    }
    if (last == 0) continue;
    if (++given > limits.rows)
      return Error("exchange.table.too_many_rows", "The sheet has more rows than the {limit} that are read.",
                   {{"limit", std::to_string(limits.rows)}})
          .at(where);
    for (std::size_t i = 0; i < last; ++i) cells.push_back(texts[i]);
    if (!sink(RowView{row + 1, cells})) break;
  }
  return Done{};
}

}  // namespace hamdil::exchange::xls
