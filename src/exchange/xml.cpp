#include "exchange/xml.hpp"

#include <expat.h>

#include <optional>

namespace hamdil::exchange {
namespace {

constexpr int kDepthLimit = 256;
constexpr std::size_t kPiece = 1u << 20;

std::string_view local_name(const char* name) {
  const std::string_view whole(name);
  const std::size_t colon = whole.rfind(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view name) const {
  for (const char* const* at = raw_; *at != nullptr; at += 2)
    if (local_name(at[0]) == name) return at[1];
  return {};
}

std::string_view XmlAttributes::get_exact(std::string_view name) const {
  for (const char* const* at = raw_; *at != nullptr; at += 2)
    if (name == at[0]) return at[1];
  return {};
}

struct XmlParser::State {
  XML_Parser parser = nullptr;
  XmlHandlers handlers;
  std::string part;
  int depth = 0;
  bool is_stopped = false;
  std::optional<Error> error;

  void stop() {
    is_stopped = true;
    XML_StopParser(parser, XML_FALSE);
  }
  void fail(Error problem) {
    if (!error) error = std::move(problem).at({.file = part});
    stop();
  }

  static void on_start(void* self, const char* name, const char** attributes) {
    auto& state = *static_cast<State*>(self);
    if (state.is_stopped) return;
    if (++state.depth > kDepthLimit) {
      state.fail(Error("exchange.xml.too_deep", "Elements are nested deeper than {limit} levels.",
                       {{"limit", std::to_string(kDepthLimit)}}));
      return;
    }
    if (state.handlers.start && !state.handlers.start(local_name(name), XmlAttributes(attributes))) state.stop();
  }
  static void on_end(void* self, const char* name) {
    auto& state = *static_cast<State*>(self);
    if (state.is_stopped) return;
    --state.depth;
    if (state.handlers.end && !state.handlers.end(local_name(name))) state.stop();
  }
  static void on_text(void* self, const char* bytes, int length) {
    auto& state = *static_cast<State*>(self);
    if (!state.is_stopped && state.handlers.text) state.handlers.text({bytes, static_cast<std::size_t>(length)});
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<State*>(self)->fail(
        Error("exchange.xml.doctype", "The file declares a document type, which could hide entities; it is not read."));
  }
};

XmlParser::XmlParser(XmlHandlers handlers, std::string part) : state_(std::make_unique<State>()) {
  state_->handlers = std::move(handlers);
  state_->part = std::move(part);
  state_->parser = XML_ParserCreate(nullptr);
  XML_SetUserData(state_->parser, state_.get());
  XML_SetElementHandler(state_->parser, State::on_start, State::on_end);
  if (state_->handlers.text) XML_SetCharacterDataHandler(state_->parser, State::on_text);
  XML_SetStartDoctypeDeclHandler(state_->parser, State::on_doctype);
}

XmlParser::~XmlParser() { XML_ParserFree(state_->parser); }

bool XmlParser::feed(std::string_view piece) {
  while (!piece.empty()) {
    if (state_->is_stopped) return false;
    const std::string_view part = piece.substr(0, kPiece);
    piece.remove_prefix(part.size());
    if (XML_Parse(state_->parser, part.data(), static_cast<int>(part.size()), XML_FALSE) == XML_STATUS_ERROR)
      return false;
  }
  return !state_->is_stopped;
}

bool XmlParser::finish() {
  if (state_->is_stopped || XML_GetErrorCode(state_->parser) != XML_ERROR_NONE) return false;
  return XML_Parse(state_->parser, "", 0, XML_TRUE) != XML_STATUS_ERROR;
}

Status XmlParser::status() const {
  if (state_->error) return *state_->error;
  const XML_Error code = XML_GetErrorCode(state_->parser);
  if (state_->is_stopped || code == XML_ERROR_NONE) return Done{};
  return Error("exchange.xml.syntax", "This is not well-formed XML at line {line}: {reason}.",
               {{"line", std::to_string(XML_GetCurrentLineNumber(state_->parser))}, {"reason", XML_ErrorString(code)}})
      .at({.file = state_->part});
}

Status parse_xml(std::string_view bytes, const std::string& part, XmlHandlers handlers) {
  XmlParser parser(std::move(handlers), part);
  if (parser.feed(bytes)) parser.finish();
  return parser.status();
}

}  // namespace hamdil::exchange
