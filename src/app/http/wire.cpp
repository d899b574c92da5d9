#include "app/http/wire.hpp"

#include <sys/resource.h>

#include <boost/beast/core.hpp>

#include "base/text.hpp"

namespace hamdil::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

Request to_request(const bhttp::request_header<>& head) {
  Request out;
  out.method = std::string(head.method_string());
  out.target = std::string(head.target());
  for (const auto& field : head)
    out.headers.emplace_back(text::to_lower_ascii(std::string(field.name_string())), std::string(field.value()));
  return out;
}

bhttp::response<bhttp::string_body> to_beast(Response& given, bool head_only, bool keep) {
  bhttp::response<bhttp::string_body> out;
  out.version(11);
  out.result(static_cast<unsigned>(given.status));
  for (auto& [name, value] : given.headers) out.set(name, value);
  out.keep_alive(keep);
  const std::size_t size = given.body.size();
  if (!head_only) out.body() = std::move(given.body);
  if (given.status != 204 && given.status != 304) out.content_length(size);
  return out;
}

bool lengths_conflict(const Request& request) {
  return request.count("content-length") > 1 || request.count("transfer-encoding") > 1 ||
         (request.count("content-length") == 1 && request.count("transfer-encoding") == 1);
}

int status_of(const error_code& error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) return 431;
  if (error == bhttp::error::body_limit) return 413;
  if (error == beast::error::timeout) return 408;
  if (error.category() == make_error_code(bhttp::error::bad_method).category() &&
      error != bhttp::error::end_of_stream && error != bhttp::error::partial_message)
    return 400;
  return 0;
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 8192) return;
  limit.rlim_cur = std::min<rlim_t>(8192, limit.rlim_max);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

void turn_away(Tcp::socket& socket, int status) {
  const std::string answer =
      std::string(status == 503 ? "HTTP/1.1 503 Service Unavailable" : "HTTP/1.1 429 Too Many Requests") +
      "\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  error_code error;
  error = socket.non_blocking(true, error);
  socket.write_some(asio::buffer(answer), error);
}

Status listen_at(Tcp::acceptor& acceptor, const Tcp::endpoint& place) {
  error_code error;
  error = acceptor.open(place.protocol(), error);
  if (!error) error = acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) error = acceptor.bind(place, error);
  if (!error) error = acceptor.listen(1024, error);
  if (!error) return Done{};
  return Error("http.listen", "The port {port} of this computer cannot be used.",
               {{"port", std::to_string(place.port())}})
      .advise("Another program may have it: choose another with --port, or leave it away.");
}

Status set_up_tls(asio::ssl::context& context, const Certificate& certificate) {
  error_code error;
  error = context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                                  asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                                  asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                              error);
  if (!error) error = context.use_certificate_chain(asio::buffer(certificate.certificate), error);
  if (!error) error = context.use_private_key(asio::buffer(certificate.key), asio::ssl::context::pem, error);
  if (error) return Error("http.tls", "The certificate of this server cannot be used.");
  return Done{};
}

}  // namespace hamdil::http
