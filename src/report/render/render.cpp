#include "report/render/render.hpp"

namespace hamdil::report {

std::vector<std::string> known_formats() { return {"docx", "html", "pdf", "xlsx"}; }

Result<std::string> render(const std::string& format, const protect::Released<Document>& document,
                           const Drawings& drawings) {
  if (format == "docx") return render_docx(document, drawings);
  if (format == "html") return render_html(document, drawings);
  if (format == "pdf") return render_pdf(document, drawings);
  if (format == "xlsx") return render_xlsx(document);
  return Error("report.format.unknown", "There is no format called {format}.", {{"format", format}})
      .advise("Known: docx, html, pdf, xlsx.");
}

}  // namespace hamdil::report
