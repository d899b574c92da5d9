// The document as PDF, drawn by Pango and Cairo, with its structure as tags. Laid out twice: the first pass finds the
// pages of headings and their number, the second prints them.
#include "report/render/pdf_writer.hpp"

namespace hamdil::report {

namespace {

constexpr const char* kHowToTrace = "annex-rerun";

}  // namespace

Result<std::string> PdfWriter::write() {
  metadata();
  page_.start();
  title_page();
  contents();
  for (at_ = 0; at_ < document_.blocks.size(); ++at_)
    std::visit([this](const auto& each) { block(each); }, document_.blocks[at_]);
  if (problem_) return *problem_;
  return page_.close(document_, page_of_.count(kHowToTrace) > 0 ? kHowToTrace : "");
}

void PdfWriter::metadata() {
  const Metadata& meta = document_.metadata;
  const auto set = [this](cairo_pdf_metadata_t what, const std::string& value) {
    if (!value.empty()) cairo_pdf_surface_set_metadata(page_.surface(), what, value.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, meta.title);
  set(CAIRO_PDF_METADATA_AUTHOR, meta.author);
  set(CAIRO_PDF_METADATA_SUBJECT, meta.subject);
  set(CAIRO_PDF_METADATA_CREATOR, meta.software);
  // Without a given time Cairo would write its own clock's.
  const std::string created = meta.created.empty() ? "1980-01-01T00:00:00Z" : meta.created;
  set(CAIRO_PDF_METADATA_CREATE_DATE, created);
  set(CAIRO_PDF_METADATA_MOD_DATE, created);
}

Result<std::string> render_pdf(const protect::Released<Document>& document, const Drawings& drawings) {
  const Passed nothing;
  PdfWriter first(*document, drawings, nothing);
  if (auto bytes = first.write(); !bytes) return bytes;
  const Passed passed = first.passed();
  return PdfWriter(*document, drawings, passed).write();
}

}  // namespace hamdil::report
