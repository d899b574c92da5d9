// hamdil-draw: Vega-Lite specifications (JSON on standard input) to SVG (JSON on standard output), in a process of its
// own.
//
// In:  {"font": "Noto Sans", "specs": [{"id": "fig-1", "spec": {...}}]}
// Out: {"drawings": [{"id": "fig-1", "svg": "<svg ...>", "problems": []} or {"id": ..., "error": "..."}]}
// The scripts see no file, no network and no clock of ours, and once they are loaded the process can change no file and
// reach no network or program (see confine.hpp); text is measured by Pango with the fonts of this machine.
// With --licenses it prints the licences of the scripts inside and does nothing else.
// Exit: 0 also when single charts failed (their error is in the answer), 3 for input that cannot be read, 70 for a bug.
#include <jsc/jsc.h>
#include <pango/pangocairo.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "app/draw/confine.hpp"
#include "base/embedded.hpp"
#include "base/json.hpp"

namespace hamdil {
std::span<const EmbeddedFile> embedded_charts();  // the bundle, then the licences of what is in it
}

// The script engine and Fontconfig keep some things until the process ends.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libjavascriptcoregtk\n";
}  // NOLINT: the sanitizer's own name
#endif
#if __has_feature(thread_sanitizer)
// The script engine's threads are built without the sanitizer. This process gets no environment that could say so.
extern "C" const char* __tsan_default_options() {
  return "ignore_noninstrumented_modules=1";
}  // NOLINT: the sanitizer's own name
#endif
#endif

namespace {

using hamdil::Json;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

// Width in pixels of one line as Pango sets it. Sizes are CSS pixels.
class TextMeasure {
 public:
  explicit TextMeasure(std::string family)
      : family_(std::move(family)),
        map_(pango_cairo_font_map_new()),
        context_(pango_font_map_create_context(map_.get())),
        layout_(pango_layout_new(context_.get())) {
    pango_cairo_context_set_resolution(context_.get(), 96);
  }

  double width(const char* text, double size, bool bold) {
    PangoFontDescription* font = pango_font_description_new();
    pango_font_description_set_family(font, family_.c_str());
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout_.get(), font);
    pango_font_description_free(font);
    pango_layout_set_text(layout_.get(), text, -1);
    int pixels = 0;
    pango_layout_get_size(layout_.get(), &pixels, nullptr);
    return static_cast<double>(pixels) / PANGO_SCALE;
  }

 private:
  std::string family_;
  Owned<PangoFontMap> map_;
  Owned<PangoContext> context_;
  Owned<PangoLayout> layout_;
};

TextMeasure* measure_for_script = nullptr;  // the script engine's callback carries no user data by value

double script_text_width(const char* text, double size, double bold) {
  return measure_for_script == nullptr ? 0 : measure_for_script->width(text, size, bold != 0);
}

std::string exception_of(JSCContext* context) {
  JSCException* exception = jsc_context_get_exception(context);
  if (exception == nullptr) return {};
  const char* message = jsc_exception_get_message(exception);
  std::string text = message == nullptr ? "unknown error" : message;
  jsc_context_clear_exception(context);
  return text;
}

class Drawer {
 public:
  explicit Drawer(const std::string& font) : font_(font), measure_(font), context_(jsc_context_new()) {
    measure_for_script = &measure_;
    Owned<JSCValue> function(jsc_value_new_function(context_.get(), "hamdilTextWidth", G_CALLBACK(script_text_width),
                                                    nullptr, nullptr, G_TYPE_DOUBLE, 3, G_TYPE_STRING, G_TYPE_DOUBLE,
                                                    G_TYPE_DOUBLE));
    jsc_context_set_value(context_.get(), "hamdilTextWidth", function.get());
    const std::string_view bundle = hamdil::embedded_charts().front().bytes;
    Owned<JSCValue> loaded(jsc_context_evaluate(context_.get(), bundle.data(), static_cast<gssize>(bundle.size())));
    problem_ = exception_of(context_.get());
  }

  Json draw(const std::string& id, const std::string& spec) {
    Json answer = {{"id", id}};
    if (!problem_.empty()) {
      answer["error"] = problem_;
      return answer;
    }
    Owned<JSCValue> start(jsc_context_get_value(context_.get(), "hamdilDraw"));
    Owned<JSCValue> started(
        jsc_value_function_call(start.get(), G_TYPE_STRING, spec.c_str(), G_TYPE_STRING, font_.c_str(), G_TYPE_NONE));
    if (const std::string problem = exception_of(context_.get()); !problem.empty()) {
      answer["error"] = problem;
      return answer;
    }
    // The engine runs what was promised when the call above returns; this second call reads the outcome.
    Owned<JSCValue> outcome(jsc_context_evaluate(context_.get(), "hamdilOutcome()", -1));
    char* text = jsc_value_to_string(outcome.get());
    auto parsed = hamdil::parse_json(text, "outcome");
    g_free(text);
    if (!parsed) {
      answer["error"] = parsed.error().message();
      return answer;
    }
    for (auto& [key, value] : parsed->items()) answer[key] = value;
    return answer;
  }

 private:
  std::string font_;
  TextMeasure measure_;
  Owned<JSCContext> context_;
  std::string problem_;
};

int run() {
  const std::string input{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  auto request = hamdil::parse_json(input, "standard input");
  if (!request || !request->is_object() || !request->contains("specs") || !(*request)["specs"].is_array()) {
    std::cerr << "hamdil-draw: " << (request ? "no list of specs" : request.error().describe()) << "\n";
    return 3;
  }
  Drawer drawer(request->value("font", std::string("Noto Sans")));
  if (const std::string problem = hamdil::draw::confine(); !problem.empty()) {
    std::cerr << "hamdil-draw: cannot give up files and network: " << problem << "\n";
    return 4;
  }
  Json drawings = Json::array();
  for (const Json& entry : (*request)["specs"]) {
    if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_string() || !entry.contains("spec")) {
      std::cerr << "hamdil-draw: a spec without id\n";
      return 3;
    }
    drawings.push_back(drawer.draw(entry["id"].get<std::string>(), entry["spec"].dump()));
  }
  std::cout << Json{{"drawings", drawings}}.dump() << "\n";
  return std::cout.good() ? 0 : 4;
}

}  // namespace

int main(int count, char** arguments) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  std::ios::sync_with_stdio(false);
  if (count > 1 && std::string_view(arguments[1]) == "--licenses") {
    std::cout << hamdil::embedded_charts().back().bytes;
    return 0;
  }
  try {
    return run();
  } catch (const std::exception& bug) {
    std::cerr << "hamdil-draw: " << bug.what() << "\n";
    return 70;
  }
}
