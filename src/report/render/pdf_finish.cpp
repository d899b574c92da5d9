#include "report/render/pdf_finish.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string_view>

namespace hamdil::report {

namespace {

Error unexpected(const char* what) {
  return Error("report.pdf.failed", "The PDF cannot be written: {reason}.",
               {{"reason", std::string("Cairo's file has no ") + what}});
}

// A text string: plain where it is ASCII, otherwise UTF-16 with its byte order mark in hexadecimal. Words that are no
// UTF-8 become an empty one.
std::string text_string(const std::string& utf8) {
  if (std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    std::string out = "(";
    for (const char c : utf8) {
      if (c == '(' || c == ')' || c == '\\') out += '\\';
      out += c;
    }
    return out + ")";
  }
  glong length = 0;
  gunichar2* units = g_utf8_to_utf16(utf8.c_str(), -1, nullptr, &length, nullptr);
  std::string out = "<FEFF";
  for (glong i = 0; units != nullptr && i < length; ++i) out += fmt::format("{:04X}", static_cast<unsigned>(units[i]));
  g_free(units);
  return out + ">";
}

class Revision {
 public:
  explicit Revision(std::string pdf) : bytes_(std::move(pdf)) {}

  // Reads where every object stands.
  Status open() {
    const std::size_t start = bytes_.rfind("startxref\n");
    if (start == std::string::npos) return unexpected("table of objects");
    table_ = number_at(start + 10);
    if (bytes_.compare(table_, 7, "xref\n0 ") != 0) return unexpected("table of objects");
    const std::size_t count = number_at(table_ + 7);
    const std::size_t first = bytes_.find('\n', table_ + 7) + 1;
    constexpr std::size_t kEntry = 20;
    if (first + count * kEntry > bytes_.size()) return unexpected("complete table of objects");
    for (std::size_t i = 0; i < count; ++i) offsets_.push_back(number_at(first + i * kEntry));
    trailer_ = bytes_.find("trailer", first);
    if (trailer_ == std::string::npos) return unexpected("trailer");
    return Done{};
  }

  std::size_t objects() const { return offsets_.size(); }

  // An object without its number and end; as changed before, where it was.
  std::string object(std::size_t number) const {
    if (const auto found = changed_.find(number); found != changed_.end()) return found->second;
    const std::size_t begin = bytes_.find(" obj\n", offsets_[number]) + 5;
    return bytes_.substr(begin, bytes_.find("\nendobj", begin) - begin);
  }
  // Whether a dictionary begins like this, without copying streams.
  bool begins(std::size_t number, std::string_view head) const {
    const std::size_t begin = bytes_.find(" obj\n", offsets_[number]) + 5;
    return offsets_[number] != 0 && bytes_.compare(begin, head.size(), head) == 0;
  }
  // Adds entries to a dictionary, before it ends.
  void extend(std::size_t number, const std::string& entries) {
    std::string dictionary = object(number);
    dictionary.insert(dictionary.rfind(">>"), entries + "\n");
    changed_[number] = std::move(dictionary);
  }
  void replace(std::size_t number, std::string dictionary) { changed_[number] = std::move(dictionary); }
  std::size_t add(std::string dictionary) {
    const std::size_t number = objects() + added_++;
    changed_[number] = std::move(dictionary);
    return number;
  }

  std::size_t catalogue() const { return number_at(bytes_.find("/Root ", trailer_) + 6); }
  // Numbers of the pages in their order.
  std::vector<std::size_t> pages() const {
    std::vector<std::size_t> out;
    const std::size_t tree = reference(object(catalogue()), "/Pages ");
    const std::string kids = object(tree);
    std::size_t at = kids.find("/Kids [");
    for (at += 7; at < kids.size() && kids[at] != ']'; ++at) {
      if (kids[at] < '0' || kids[at] > '9') continue;
      out.push_back(std::strtoull(kids.c_str() + at, nullptr, 10));
      at = kids.find(" R", at) + 1;
    }
    return out;
  }

  std::string finish() && {
    std::string table;
    std::string out = std::move(bytes_);
    for (auto at = changed_.begin(); at != changed_.end();) {
      auto last = at;  // numbers that follow each other share a head
      std::size_t count = 0;
      while (last != changed_.end() && last->first == at->first + count) ++last, ++count;
      table += fmt::format("{} {}\n", at->first, count);
      for (; at != last; ++at) {
        table += fmt::format("{:010} 00000 n \n", out.size());
        out += fmt::format("{} 0 obj\n{}\nendobj\n", at->first, at->second);
      }
    }
    const std::size_t at = out.size();
    std::string trailer = out.substr(trailer_, out.find("startxref", trailer_) - trailer_);
    const std::size_t size = trailer.find("/Size ");
    trailer.replace(size, trailer.find('\n', size) - size, fmt::format("/Size {}", objects() + added_));
    trailer.insert(trailer.rfind(">>"), fmt::format("   /Prev {}\n", table_));
    return out + "xref\n" + table + trailer + fmt::format("startxref\n{}\n%%EOF\n", at);
  }

  static std::size_t reference(const std::string& dictionary, const char* key) {
    const std::size_t at = dictionary.find(key);
    return at == std::string::npos ? 0
                                   : std::strtoull(dictionary.c_str() + at + std::string_view(key).size(), nullptr, 10);
  }

 private:
  std::size_t number_at(std::size_t place) const { return std::strtoull(bytes_.c_str() + place, nullptr, 10); }

  std::string bytes_;
  std::size_t table_ = 0;
  std::size_t trailer_ = 0;
  std::vector<std::size_t> offsets_;
  std::map<std::size_t, std::string> changed_;
  std::size_t added_ = 0;
};

// Elements of the structure stand in the file in the order in which they were begun.
Status describe_elements(Revision& file, const PdfAdditions& additions) {
  std::size_t figures = 0;
  std::size_t headers = 0;
  for (std::size_t number = 1; number < file.objects(); ++number) {
    if (!file.begins(number, "<< /Type /StructElem\n")) continue;
    const std::string element = file.object(number);
    if (element.find("/S /Figure\n") != std::string::npos && figures < additions.alternatives.size())
      file.extend(number, "   /Alt " + text_string(additions.alternatives[figures++]));
    if (element.find("/S /TH\n") != std::string::npos && headers < additions.header_of_row.size())
      file.extend(number, std::string("   /A << /O /Table /Scope /") +
                              (additions.header_of_row[headers++] ? "Row" : "Column") + " >>");
  }
  if (figures != additions.alternatives.size() || headers != additions.header_of_row.size())
    return unexpected("structure element for every figure and header cell");
  return Done{};
}

// A link over every number, with its reference as contents. They are no elements of the structure: a reader that speaks
// would announce thousands of links.
void link_numbers(Revision& file, const PdfAdditions& additions) {
  const std::vector<std::size_t> pages = file.pages();
  std::map<std::size_t, std::string> links;
  for (const PdfAdditions::Reference& one : additions.references) {
    if (one.page == 0 || one.page > pages.size()) continue;
    const std::size_t number = file.add(
        fmt::format("<</Type/Annot/Subtype/Link/Rect[{:.1f} {:.1f} {:.1f} {:.1f}]/Contents{}/Dest({})/Border[0 0 0]>>",
                    one.left, one.bottom, one.right, one.top, text_string(one.cell), additions.numbers_lead_to));
    links[pages[one.page - 1]] += fmt::format("{} 0 R ", number);
  }
  for (const auto& [page, own] : links) {
    std::string dictionary = file.object(page);
    const std::size_t annotations = dictionary.find("/Annots [");
    if (annotations == std::string::npos)
      file.extend(page, "   /Annots [ " + own + "]");
    else
      file.replace(page, dictionary.insert(annotations + 9, " " + own));
  }
}

}  // namespace

Result<std::string> finish_pdf(std::string pdf, const PdfAdditions& additions) {
  Revision file(std::move(pdf));
  HAMDIL_CHECK(file.open());
  HAMDIL_CHECK(describe_elements(file, additions));
  if (!additions.numbers_lead_to.empty()) link_numbers(file, additions);
  file.extend(file.catalogue(), "   /Lang (" + additions.language +
                                    ")\n   /ViewerPreferences << /DisplayDocTitle true" +
                                    (additions.right_to_left ? " /Direction /R2L" : "") + " >>");
  return std::move(file).finish();
}

}  // namespace hamdil::report
