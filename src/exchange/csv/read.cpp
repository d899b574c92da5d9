#include "exchange/csv/read.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>

#include "base/file.hpp"

namespace hamdil::exchange::csv {
namespace {

constexpr std::size_t kUnclosedLimit = 50;
constexpr std::size_t kHeaderEvidence = 64 << 10;
constexpr std::size_t kWindow = std::size_t{4} << 20;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

const char* code_page_name(text::CodePage page) {
  switch (page) {
    case text::CodePage::kWindows1251:
      return "Windows-1251 (Cyrillic)";
    case text::CodePage::kWindows1252:
      return "Windows-1252 (Western)";
    case text::CodePage::kWindows1256:
      return "Windows-1256 (Arabic)";
  }
  return "";
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code >> 6)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (code >> 18)));
    out.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// "Unicode text" of a spreadsheet: UTF-16 with a byte-order mark, which `bytes` starts with.
std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size()) {
      const std::uint32_t low = unit(at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& name, const ReadOptions& options, const RowSink& sink,
         Diagnostics& diagnostics)
      : bytes_(bytes), name_(name), options_(options), sink_(sink), diagnostics_(diagnostics) {
    separator_ = options.separator.value_or(detect_separator(bytes));
  }
  // Of a file: `window` holds its first bytes, and more are read as they are needed.
  Reader(std::string window, FileStream& file, const std::string& name, const ReadOptions& options, const RowSink& sink,
         Diagnostics& diagnostics)
      : Reader(window, name, options, sink, diagnostics) {
    window_ = std::move(window);
    bytes_ = window_;
    file_ = &file;
  }

  Status run() {
    while (true) {
      if (position_ >= bytes_.size()) {
        HAMDIL_TRY(const bool more_bytes, refill(position_));
        if (!more_bytes) break;
      }
      const std::size_t start = position_;
      ++row_;
      if (const auto plain = read_plain_row()) {
        if (file_ != nullptr && position_ >= bytes_.size()) {  // it may go on behind the window
          HAMDIL_CHECK(refill(start));
          --row_;
          continue;
        }
        HAMDIL_TRY(const bool more, *plain ? hand_over_plain() : Result<bool>(true));
        if (!more) break;
        continue;
      }
      // After many unclosed quotes the file does not mean them as quotes; reading on would also cost a scan to the end
      // each.
      const bool quotes_are_text = unclosed_ >= kUnclosedLimit;
      const bool is_closed = read_row(quotes_are_text);
      if (file_ != nullptr && (!is_closed || position_ >= bytes_.size())) {
        HAMDIL_CHECK(refill(start));
        --row_;
        continue;
      }
      if (!is_closed) {
        ++unclosed_;
        warn(Severity::kError,
             Error("exchange.csv.unclosed_quote",
                   "A quotation mark opens a cell here and is never closed; it was read as a plain character.")
                 .advise("Correct the cell in the file and read it again."));
        position_ = start;
        read_row(true);
      }
      HAMDIL_TRY(const bool more, hand_over());
      if (!more) break;
    }
    report();
    return Done{};
  }

 private:
  // Moves what stands from `start` on to the front of the window and reads on behind it; false at the end of the file,
  // after which nothing more is asked for. The next row begins at the front.
  Result<bool> refill(std::size_t start) {
    if (file_ == nullptr) return false;
    window_.erase(0, start);
    position_ = 0;
    const std::size_t held = window_.size();
    const std::size_t wanted = std::max(kWindow, held);  // a row that does not fit: twice as much
    window_.resize(held + wanted);
    HAMDIL_TRY(const std::size_t got, file_->read(window_.data() + held, wanted));
    window_.resize(held + got);
    bytes_ = window_;
    has_line_feeds_ = true;
    if (got < wanted) file_ = nullptr;
    return !window_.empty();
  }

  // Most rows are one line of UTF-8 without quotes: cut where it stands, without a copy. Empty when the row is not like
  // that; false when it holds nothing.
  std::optional<bool> read_plain_row() {
    if (!has_line_feeds_) return std::nullopt;
    const char* const start = bytes_.data() + position_;
    const std::size_t rest = bytes_.size() - position_;
    const auto* const feed = static_cast<const char*>(std::memchr(start, '\n', rest));
    has_line_feeds_ = feed != nullptr;  // do not look through the whole rest again
    std::string_view line(start, feed == nullptr ? rest : static_cast<std::size_t>(feed - start));
    const std::size_t length = line.size() + (feed == nullptr ? 0 : 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (std::memchr(line.data(), '"', line.size()) != nullptr ||
        std::memchr(line.data(), '\r', line.size()) != nullptr ||
        std::memchr(line.data(), '\0', line.size()) != nullptr || !(is_ascii(line) || text::is_valid_utf8(line)))
      return std::nullopt;
    position_ += length;
    cells_.clear();
    bool is_blank = true;
    const char* const end = line.data() + line.size();
    for (const char* cell = line.data();;) {
      const char* stop = cell;
      while (stop != end && *stop != separator_) {
        is_blank = is_blank && (*stop == ' ' || *stop == '\t');
        ++stop;
      }
      cells_.emplace_back(cell, static_cast<std::size_t>(stop - cell));
      if (stop == end) break;
      cell = stop + 1;
    }
    return !is_blank;
  }

  static bool is_ascii(std::string_view line) {
    std::uint64_t bits = 0;
    std::size_t at = 0;
    for (; at + 8 <= line.size(); at += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, line.data() + at, 8);
      bits |= eight;
    }
    for (; at < line.size(); ++at) bits |= static_cast<unsigned char>(line[at]);
    return (bits & 0x8080808080808080U) == 0;
  }

  Result<bool> hand_over_plain() {
    const std::size_t width = cells_.size();
    if (++rows_given_ > options_.limits.rows) return refuse("too_many_rows", "more rows", options_.limits.rows);
    if (width > options_.limits.columns) return refuse("too_many_columns", "more columns", options_.limits.columns);
    for (const std::string_view cell : cells_)
      if (cell.size() > options_.limits.cell_bytes)
        return refuse("cell_too_long", "more bytes in one cell", options_.limits.cell_bytes);
    return give(width);
  }

  // Without the empty cells at its end.
  Result<bool> give(std::size_t width) {
    std::size_t last = cells_.size();
    while (last > 0 && cells_[last - 1].empty()) --last;
    cells_.resize(last);
    if (width_ == 0)
      width_ = width;
    else if (last > width_)
      ragged_rows_.push_back(row_);
    return sink_(RowView{row_, cells_});
  }

  // Reads one record into spans_; false when a quoted cell runs to the end of the file.
  bool read_row(bool quotes_are_text) {
    buffer_.clear();
    spans_.clear();
    has_stray_quote_ = false;
    while (true) {
      const std::size_t start = buffer_.size();
      if (!quotes_are_text && position_ < bytes_.size() && bytes_[position_] == '"') {
        if (!read_quoted()) return false;
      }
      const std::size_t end = find_end(position_);
      const std::string_view rest = bytes_.substr(position_, end - position_);
      if (!quotes_are_text && rest.find('"') != std::string_view::npos) has_stray_quote_ = true;
      buffer_.append(rest);
      spans_.push_back({start, buffer_.size() - start});
      position_ = end;
      if (position_ >= bytes_.size()) return true;
      const char stopped_at = bytes_[position_++];
      if (stopped_at == separator_) continue;
      if (stopped_at == '\r' && position_ < bytes_.size() && bytes_[position_] == '\n') ++position_;
      return true;
    }
  }

  // position_ is at the opening mark; afterwards behind the closing one.
  bool read_quoted() {
    ++position_;
    while (true) {
      const std::size_t quote = bytes_.find('"', position_);
      if (quote == std::string_view::npos) return false;
      buffer_.append(bytes_.substr(position_, quote - position_));
      position_ = quote + 1;
      if (position_ >= bytes_.size() || bytes_[position_] != '"') return true;
      buffer_.push_back('"');
      ++position_;
    }
  }

  std::size_t find_end(std::size_t from) const {
    while (from < bytes_.size() && bytes_[from] != separator_ && bytes_[from] != '\n' && bytes_[from] != '\r') ++from;
    return from;
  }

  Result<bool> hand_over() {
    const bool is_empty = buffer_.find_first_not_of(" \t") == std::string::npos;
    if (is_empty) return true;
    if (has_stray_quote_) stray_rows_.push_back(row_);
    if (++rows_given_ > options_.limits.rows) return refuse("too_many_rows", "more rows", options_.limits.rows);
    if (spans_.size() > options_.limits.columns)
      return refuse("too_many_columns", "more columns", options_.limits.columns);
    for (const Span& span : spans_)
      if (span.length > options_.limits.cell_bytes)
        return refuse("cell_too_long", "more bytes in one cell", options_.limits.cell_bytes);
    if (buffer_.find('\0') != std::string::npos)
      return Error("exchange.csv.binary", "This is not a text file: row {row} holds NUL bytes.",
                   {{"row", std::to_string(row_)}})
          .at({.file = name_, .row = row_});
    decode_row();
    return give(spans_.size());
  }

  void decode_row() {
    cells_.clear();
    if (text::is_valid_utf8(buffer_)) {
      for (const Span& span : spans_) cells_.push_back(std::string_view(buffer_).substr(span.start, span.length));
      return;
    }
    const text::CodePage page = options_.code_page.value_or(page_of_row());
    page_rows_[page].push_back(row_);
    decoded_.clear();
    // A cell that is UTF-8 by itself stays: rows are glued together from several sources, too.
    for (const Span& span : spans_) {
      const std::string_view raw = std::string_view(buffer_).substr(span.start, span.length);
      decoded_.push_back(text::is_valid_utf8(raw) ? std::string(raw) : text::decode(raw, page));
    }
    for (const std::string& cell : decoded_) cells_.push_back(cell);
  }

  // A header has few letters that are not ASCII, so the rows below it tell, too: those up to the first one that is
  // UTF-8 beyond ASCII, where another source may begin.
  text::CodePage page_of_row() const {
    std::string evidence;  // with the separators: a letter at the end of a cell does not touch the next cell's
    for (const Span& span : spans_) evidence.append(buffer_, span.start, span.length).push_back(separator_);
    for (std::size_t at = position_; rows_given_ == 1 && at < bytes_.size() && evidence.size() < kHeaderEvidence;) {
      const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
      const std::string_view line = bytes_.substr(at, end - at);
      at = end + 1;
      if (is_ascii(line)) continue;
      if (text::is_valid_utf8(line)) break;
      evidence.append("\n").append(line);
    }
    return guess_code_page(evidence);
  }

  Error refuse(const char* code, const char* what, std::size_t limit) const {
    return Error(std::string("exchange.csv.") + code, "The table has {what} than the {limit} that are read.",
                 {{"what", what}, {"limit", std::to_string(limit)}})
        .at({.file = name_, .row = row_});
  }

  void warn(Severity severity, Error problem) {
    problem.where.file = name_;
    if (!problem.where.row) problem.where.row = row_;
    diagnostics_.push_back({severity, std::move(problem)});
  }

  void report() {
    for (const auto& [page, rows] : page_rows_) {
      warn(Severity::kWarning, Error("exchange.csv.code_page", "Rows {rows} are not UTF-8 and were read as {page}.",
                                     {{"rows", describe_rows(rows)}, {"page", code_page_name(page)}})
                                   .at({.row = rows.front()})
                                   .advise("Check names with accents in these rows, or save the file as UTF-8."));
    }
    if (!stray_rows_.empty())
      warn(Severity::kWarning,
           Error("exchange.csv.stray_quote", "Rows {rows} have a quotation mark inside a cell that is not quoted.",
                 {{"rows", describe_rows(stray_rows_)}})
               .at({.row = stray_rows_.front()}));
    if (options_.ragged_rows_matter && !ragged_rows_.empty())
      warn(Severity::kWarning,
           Error("exchange.csv.ragged_row", "Rows {rows} have more cells than the header ({width}).",
                 {{"rows", describe_rows(ragged_rows_)}, {"width", std::to_string(width_)}})
               .at({.row = ragged_rows_.front()})
               .advise("A cell that holds the separator must stand in quotation marks."));
  }

  struct Span {
    std::size_t start;
    std::size_t length;
  };

  std::string_view bytes_;
  std::string window_;          // of a file
  FileStream* file_ = nullptr;  // while it may hold more
  const std::string& name_;
  const ReadOptions& options_;
  const RowSink& sink_;
  Diagnostics& diagnostics_;
  char separator_ = ',';
  std::size_t position_ = 0;
  bool has_line_feeds_ = true;
  std::size_t row_ = 0;
  std::size_t rows_given_ = 0;
  std::size_t width_ = 0;
  std::size_t unclosed_ = 0;
  bool has_stray_quote_ = false;
  std::string buffer_;
  std::vector<Span> spans_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> decoded_;
  std::vector<std::size_t> stray_rows_;
  std::vector<std::size_t> ragged_rows_;
  std::map<text::CodePage, std::vector<std::size_t>> page_rows_;
};

// Cells a row when cut at `separator`, for the first rows; quoted parts are passed over.
std::vector<std::size_t> widths(std::string_view bytes, char separator) {
  std::vector<std::size_t> out;
  std::size_t cells = 1;
  bool is_quoted = false;
  bool is_blank = true;
  for (const char c : bytes) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n' || c == '\r') {
      if (!is_blank) out.push_back(cells);
      cells = 1;
      is_blank = true;
      if (out.size() == 20) return out;
      continue;
    }
    is_blank = false;
    if (c == separator) ++cells;
  }
  if (!is_blank) out.push_back(cells);
  return out;
}

}  // namespace

char detect_separator(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, 256 * 1024);
  char best = ',';
  double best_score = 0;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const std::vector<std::size_t> counts = widths(sample, candidate);
    if (counts.empty() || *std::max_element(counts.begin(), counts.end()) < 2) continue;
    const auto same = static_cast<double>(std::count(counts.begin(), counts.end(), counts.front()));
    const double score = (same / static_cast<double>(counts.size()) + 0.01) * static_cast<double>(counts.front() - 1);
    if (score > best_score) {
      best = candidate;
      best_score = score;
    }
  }
  return best;
}

std::string describe_rows(const std::vector<std::size_t>& rows) {
  std::string out;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t j = i;
    while (j + 1 < rows.size() && rows[j + 1] == rows[j] + 1) ++j;
    if (shown == 6) return out + " and " + std::to_string(rows.size() - i) + " more";
    if (!out.empty()) out += ", ";
    out += std::to_string(rows[i]);
    if (j > i) out += "-" + std::to_string(rows[j]);
    ++shown;
    i = j + 1;
  }
  return out;
}

Status stream(std::string_view bytes, const std::string& name, const ReadOptions& options, const RowSink& sink,
              Diagnostics& diagnostics) {
  std::string converted;
  if (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF") {
    converted = from_utf16(bytes, bytes.substr(0, 2) == "\xFE\xFF");
    bytes = converted;
  } else if (bytes.substr(0, 3) == kUtf8Mark) {
    bytes.remove_prefix(3);
  }
  return Reader(bytes, name, options, sink, diagnostics).run();
}

Status stream_file(const std::string& path, const FileStamp& stamp, const ReadOptions& options, const RowSink& sink,
                   Diagnostics& diagnostics) {
  HAMDIL_TRY(FileStream file, FileStream::open(path));
  if (file.stamp() != stamp) return file_changed(path);
  std::string window(kWindow, '\0');
  HAMDIL_TRY(const std::size_t got, file.read(window.data(), window.size()));
  window.resize(got);
  if (window.starts_with("\xFF\xFE") || window.starts_with("\xFE\xFF") || got < kWindow) {
    HAMDIL_TRY(const std::string bytes, read_file(path));
    return stream(bytes, path, options, sink, diagnostics);
  }
  if (window.starts_with(kUtf8Mark)) window.erase(0, kUtf8Mark.size());
  return Reader(std::move(window), file, path, options, sink, diagnostics).run();
}

Result<RawTable> read_csv_bytes(std::string_view bytes, const std::string& name, const ReadOptions& options,
                                Diagnostics& diagnostics) {
  RawTable out;
  out.name = name;
  bool has_header = false;
  HAMDIL_CHECK(stream(
      bytes, name, options,
      [&](const RowView& row) {
        std::vector<std::string> cells(row.cells.begin(), row.cells.end());
        if (!has_header) {
          out.header = std::move(cells);
          out.header_row = row.number;
          has_header = true;
        } else {
          out.rows.push_back(std::move(cells));
          out.source_rows.push_back(row.number);
        }
        return true;
      },
      diagnostics));
  if (!has_header) return Error("exchange.csv.empty", "The file has no rows.").at({.file = name});
  return out;
}

Result<RawTable> read_csv(const std::string& path, const ReadOptions& options, Diagnostics& diagnostics) {
  HAMDIL_TRY(const std::string bytes, read_file(path));
  return read_csv_bytes(bytes, path, options, diagnostics);
}

}  // namespace hamdil::exchange::csv
