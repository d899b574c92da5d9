#include "report/render/svg.hpp"

#include <cairo.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

namespace hamdil::report {

namespace {

struct Unref {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
};
using Handle = std::unique_ptr<RsvgHandle, Unref>;

Result<Handle> open(const std::string& svg) {
  GError* problem = nullptr;
  Handle handle(rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &problem));
  if (handle) {
    rsvg_handle_set_dpi(handle.get(), 96);
    return handle;
  }
  const std::string reason = problem == nullptr ? "unknown" : problem->message;
  g_clear_error(&problem);
  return Error("report.svg.unreadable", "A drawing cannot be read: {reason}.", {{"reason", reason}});
}

Result<Size> size_of(RsvgHandle* handle) {
  Size size;
  if (rsvg_handle_get_intrinsic_size_in_pixels(handle, &size.width, &size.height) == TRUE && size.width >= 1 &&
      size.height >= 1 && size.width <= 10'000 && size.height <= 10'000)
    return size;
  return Error("report.svg.unreadable", "A drawing cannot be read: {reason}.", {{"reason", "it has no size"}});
}

cairo_status_t append(void* target, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

Status render(RsvgHandle* handle, cairo_t* page, const RsvgRectangle& place) {
  GError* problem = nullptr;
  if (rsvg_handle_render_document(handle, page, &place, &problem) == TRUE) return Done{};
  const std::string reason = problem == nullptr ? "unknown" : problem->message;
  g_clear_error(&problem);
  return Error("report.svg.unreadable", "A drawing cannot be read: {reason}.", {{"reason", reason}});
}

}  // namespace

Result<Size> svg_size(const std::string& svg) {
  HAMDIL_TRY(const Handle handle, open(svg));
  return size_of(handle.get());
}

Result<std::string> svg_to_png(const std::string& svg, double scale) {
  HAMDIL_TRY(const Handle handle, open(svg));
  HAMDIL_TRY(const Size size, size_of(handle.get()));
  const int width = static_cast<int>(std::ceil(size.width * scale));
  const int height = static_cast<int>(std::ceil(size.height * scale));
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), cairo_surface_destroy);
  const std::unique_ptr<cairo_t, void (*)(cairo_t*)> page(cairo_create(surface.get()), cairo_destroy);
  cairo_set_source_rgb(page.get(), 1, 1, 1);
  cairo_paint(page.get());
  HAMDIL_CHECK(render(handle.get(), page.get(), {0, 0, static_cast<double>(width), static_cast<double>(height)}));
  std::string png;
  cairo_surface_write_to_png_stream(surface.get(), append, &png);
  return png;
}

Status paint_svg(cairo_t* page, const std::string& svg, double x, double y, double width) {
  HAMDIL_TRY(const Handle handle, open(svg));
  HAMDIL_TRY(const Size size, size_of(handle.get()));
  return render(handle.get(), page, {x, y, width, width * size.height / size.width});
}

}  // namespace hamdil::report
