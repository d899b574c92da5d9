// Between Beast's messages and ours, and sockets that listen; only for server.cpp.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http.hpp>

#include "app/http/access/tls.hpp"
#include "app/http/message.hpp"
#include "base/result.hpp"

namespace hamdil::http {

Request to_request(const boost::beast::http::request_header<>& head);
boost::beast::http::response<boost::beast::http::string_body> to_beast(Response& given, bool head_only, bool keep);

// Two lengths, or a length beside chunks, are how one request is made to look like two.
bool lengths_conflict(const Request& request);
// What is answered to what could not be read; 0 when the other side is gone.
int status_of(const boost::system::error_code& error);
// Started with a low limit on open files, as many systems do, the connections that we allow would not fit.
void raise_file_limit();
// More connections than there may be (503, 429): said without reading anything.
void turn_away(boost::asio::ip::tcp::socket& socket, int status);
// Code http.listen.
Status listen_at(boost::asio::ip::tcp::acceptor& acceptor, const boost::asio::ip::tcp::endpoint& place);
// TLS 1.2 and later with this certificate. Code http.tls.
Status set_up_tls(boost::asio::ssl::context& context, const Certificate& certificate);

}  // namespace hamdil::http
