// Coming in: pairing, signing in, sessions, second factor, tokens, and those who try without.
#include "app/http/presence.hpp"
#include "app/http/team_fixture.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;

TEST_F(TeamTest, ADeviceIsPairedWithAPinOnce) {
  const std::string pin = access_->new_pin(now_);
  const Response paired = ask(request("POST", "/api/v1/access/device", Json{{"pin", pin}}.dump()));
  EXPECT_EQ(paired.status, 204);
  const std::string cookie = header_of(paired, "Set-Cookie");
  for (const char* flag : {"__Host-", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
    EXPECT_NE(cookie.find(flag), std::string::npos) << flag;
  EXPECT_EQ(cookie.find("Domain"), std::string::npos);
  EXPECT_EQ(code(403, request("POST", "/api/v1/access/device", Json{{"pin", pin}}.dump())), "access.pin.void");
  EXPECT_EQ(json(200, request("GET", "/api/v1/access"))["paired"], false);
  EXPECT_EQ(json(200, request("GET", "/api/v1/access", "", cookie_of(paired)))["paired"], true);
}

TEST_F(TeamTest, APinIsVoidAfterTenMinutes) {
  const std::string pin = access_->new_pin(now_);
  now_ += 600;
  EXPECT_EQ(code(403, request("POST", "/api/v1/access/device", Json{{"pin", pin}}.dump())), "access.pin.void");
}

TEST_F(TeamTest, WhoGuessesThePinStopsOnlyThemselves) {
  const std::string pin = access_->new_pin(now_);
  const std::string other = pin == "000000" ? "000001" : "000000";
  const auto try_from = [&](const std::string& address, const std::string& digits) {
    Request sent = request("POST", "/api/v1/access/device", Json{{"pin", digits}}.dump());
    sent.address = address;
    return ask(sent);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(try_from("192.0.2.66", other).status, 403);
  const Response closed = try_from("192.0.2.66", pin);
  EXPECT_EQ(closed.status, 429) << "the right one, too";
  EXPECT_NE(header_of(closed, "Retry-After"), "");
  now_ += 31;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(try_from("192.0.2.66", other).status, 403);
  now_ += 31;
  EXPECT_EQ(try_from("192.0.2.66", other).status, 429) << "every pause is longer";
  EXPECT_EQ(try_from("192.0.2.50", pin).status, 204) << "the PIN of others still serves";
}

TEST_F(TeamTest, ThePinIsNotGuessedFromManyAddresses) {
  const std::string pin = access_->new_pin(now_);
  const std::string other = pin == "000000" ? "000001" : "000000";
  int looked_at = 0;
  for (int second = 0; second < 600; ++second, ++now_)
    for (int i = 0; i < 3; ++i) {
      Request sent = request("POST", "/api/v1/access/device", Json{{"pin", other}}.dump());
      sent.address = "198.51." + std::to_string(second % 250) + "." + std::to_string(second / 250 * 3 + i);
      looked_at += ask(sent).status == 403 ? 1 : 0;
    }
  EXPECT_LE(looked_at, 100) << "of 1,000,000: a probability of 1e-4";
  EXPECT_GE(looked_at, 90);
}

TEST_F(TeamTest, ASessionNeedsADeviceAndThePassword) {
  add("amina", "manager");
  const std::string body = Json{{"login", "amina"}, {"password", kTeamPassword}}.dump();
  EXPECT_EQ(code(403, request("POST", "/api/v1/access/session", body)), "access.no_device");
  EXPECT_EQ(sign_in("amina", "another password").status, 401);
  const Response in = sign_in("Amina ");  // as telephones write it
  ASSERT_EQ(in.status, 200) << in.body;
  const std::string cookie = header_of(in, "Set-Cookie");
  for (const char* flag : {"__Host-hamdil=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict"})
    EXPECT_NE(cookie.find(flag), std::string::npos) << flag;
  EXPECT_EQ(json(200, request("GET", "/api/v1/session", "", device() + "; " + cookie_of(in)))["who"], "amina");
  EXPECT_EQ(code(401, request("GET", "/api/v1/session", "", cookie_of(in))), "access.signed_out");  // stolen alone
  EXPECT_EQ(code(401, request("GET", "/api/v1/session")), "access.signed_out");
}

TEST_F(TeamTest, WrongSignInsSayNothingAboutTheAccountAndAreSlowedDown) {
  add("amina", "manager");
  const Response wrong = sign_in("amina", "not the password");
  const Response nobody = sign_in("nobody", "not the password");
  EXPECT_EQ(wrong.status, nobody.status);
  EXPECT_EQ(wrong.body, nobody.body);
  for (const char* login : {"amina", "nobody"}) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(sign_in(login, "not the password").status, 401);
    EXPECT_EQ(sign_in(login).status, 429) << "the right one, too";
  }
  now_ += 301;
  EXPECT_EQ(sign_in("amina").status, 200);
}

TEST_F(TeamTest, ARecordThatIsLeftOpenKeepsNoSessionAlive) {
  Presence presence([this] { return now_; });
  context_.presence = &presence;
  add("amina", "manager");
  const std::string cookies_of_amina = cookies("amina");
  const std::string beat = Json{{"kind", "place"}, {"id", district_["A"]}, {"browser", "window"}}.dump();
  std::int64_t beats = 0;
  while (beats < 3 * 360 && ask(request("POST", "/api/v1/presence", beat, cookies_of_amina)).status == 200) {
    ++beats;
    now_ += 10;
    if (beats % 100 == 0) ask(request("POST", "/api/v1/events/ticket", "{}", cookies_of_amina));
  }
  EXPECT_EQ(beats, 2 * 360) << "two hours of a beat every ten seconds";
  EXPECT_EQ(code(401, request("GET", "/api/v1/session", "", cookies_of_amina)), "access.signed_out");
}

TEST_F(TeamTest, ASessionEndsWhenIdleAfterADayAndWhenItsAccountIsDisabled) {
  const std::string id = add("amina", "manager");
  const std::string idle = cookies("amina");
  now_ += 2 * 3600 + 1;
  EXPECT_EQ(code(401, request("GET", "/api/v1/session", "", idle)), "access.signed_out");
  const std::string used = cookies("amina");
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(ask(request("GET", "/api/v1/session", "", used)).status, 200) << i;
    now_ += 3600;
  }
  EXPECT_EQ(code(401, request("GET", "/api/v1/session", "", used)), "access.signed_out");
  const std::string open = cookies("amina");
  ASSERT_TRUE(services::records::move_record(*workspace_, {"keyboard", ""}, "account", id, "disable"));
  ask(request("GET", "/api/v1/session", "", open));  // may be the one that learns of it
  EXPECT_EQ(code(401, request("GET", "/api/v1/session", "", open)), "access.signed_out");
  EXPECT_EQ(sign_in("amina").status, 401);
}

TEST_F(TeamTest, ASessionCannotBeForcedOnSomebody) {
  add("amina", "manager");
  const std::string given = std::string(kSessionCookie) + "=" + std::string(64, 'a');
  Request sent = request("POST", "/api/v1/access/session", Json{{"login", "amina"}, {"password", kTeamPassword}}.dump(),
                         device() + "; " + given);
  const Response in = ask(sent);
  ASSERT_EQ(in.status, 200);
  EXPECT_NE(cookie_of(in), given);
  EXPECT_EQ(ask(request("GET", "/api/v1/session", "", device() + "; " + given)).status, 401);
  // Signing in again ends the session that the browser had.
  const std::string first = device() + "; " + cookie_of(in);
  Request again = sent;
  again.headers[1].second = first;
  ASSERT_EQ(ask(again).status, 200);
  EXPECT_EQ(ask(request("GET", "/api/v1/session", "", first)).status, 401);
}

TEST_F(TeamTest, WhatAnotherSiteSendsIsRefused) {
  add("amina", "manager");
  const std::string in = cookies("amina");
  const Request good = request("POST", "/api/v1/records/place", R"({"title": "Kulob"})", in);
  for (const char* missing : {"origin", "x-hamdil-request"}) {
    Request sent = good;
    std::erase_if(sent.headers, [&](const auto& header) { return header.first == missing; });
    EXPECT_EQ(code(403, sent), "http.csrf") << missing;
  }
  for (const char* origin : {"https://evil.example:8443", "http://office.local:8443", "https://office.local", "null"}) {
    Request sent = good;
    for (auto& [name, value] : sent.headers)
      if (name == "origin") value = origin;
    EXPECT_EQ(code(403, sent), "http.origin") << origin;
  }
  Request rebound = request("GET", "/api/v1/session", "", in);
  rebound.headers[0].second = "evil.example:8443";
  EXPECT_EQ(code(403, rebound), "http.host");
  EXPECT_EQ(ask(good).status, 201);
}

TEST_F(TeamTest, TheSecondFactorIsAskedForOnceItIsConfirmed) {
  add("amina", "manager");
  const std::string in = cookies("amina");
  const std::string own = Json{{"password", kTeamPassword}}.dump();
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/second-factor", "{}", in)), "access.old_password");
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/second-factor", R"({"password": "a guess of a thief"})", in)),
            "access.old_password");
  const std::string secret = json(200, request("POST", "/api/v1/access/second-factor", own, in))["secret"];
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/second-factor/confirm",
                              Json{{"code", accounts::totp_code(secret, now_)}}.dump(), in)),
            "access.old_password");
  EXPECT_EQ(sign_in("amina").status, 200) << "not confirmed yet";
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/second-factor/confirm",
                              Json{{"code", "000000"}, {"password", kTeamPassword}}.dump(), in)),
            "access.code_wrong");
  const Json codes =
      json(200, request("POST", "/api/v1/access/second-factor/confirm",
                        Json{{"code", accounts::totp_code(secret, now_)}, {"password", kTeamPassword}}.dump(),
                        in))["recovery_codes"];
  EXPECT_EQ(codes.size(), 10U);
  EXPECT_EQ(Json::parse(sign_in("amina").body)["error"]["code"], "access.code_needed");
  EXPECT_EQ(sign_in("amina", kTeamPassword, accounts::totp_code(secret, now_)).status, 401) << "that one was used";
  now_ += 30;
  EXPECT_EQ(sign_in("amina", kTeamPassword, accounts::totp_code(secret, now_)).status, 200);
  EXPECT_EQ(sign_in("amina", kTeamPassword, accounts::totp_code(secret, now_)).status, 401);
  EXPECT_EQ(sign_in("amina", kTeamPassword, codes[3].get<std::string>()).status, 200);
  EXPECT_EQ(sign_in("amina", kTeamPassword, codes[3].get<std::string>()).status, 401);
}

TEST_F(TeamTest, ATokenMayWhatItsRolesMayAndNothingPersonal) {
  add("amina", "manager");
  const std::string in = cookies("amina");
  const std::string token =
      json(201, request("POST", "/api/v1/access/tokens", R"({"label": "figures", "days": 30})", in))["token"];
  const auto with_token = [&](const std::string& method, const std::string& path, const std::string& body = {}) {
    Request sent{method, path, {{"host", "office.local:8443"}, {"authorization", "Bearer " + token}}, body};
    if (!body.empty()) sent.headers.emplace_back("content-type", "application/json");
    return sent;
  };
  EXPECT_EQ(ask(with_token("GET", "/api/v1/records/place")).status, 200);
  EXPECT_EQ(ask(with_token("POST", "/api/v1/records/place", R"({"title": "By a program"})")).status, 201);
  EXPECT_EQ(code(403, with_token("POST", "/api/v1/access/tokens", R"({"label": "another"})")), "access.in_person");
  const Json listed = json(200, request("GET", "/api/v1/access/tokens", "", in))["passes"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.dump().find(token), std::string::npos);
  now_ += 31 * 86'400;
  EXPECT_EQ(ask(with_token("GET", "/api/v1/records/place")).status, 401);
}

TEST_F(TeamTest, ANewPasswordEndsTheOtherSessions) {
  add("amina", "manager");
  const std::string one = cookies("amina"), two = cookies("amina");
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/password", R"({"old": "three small boats", "password": "short"})",
                              one)),
            "access.password.short");
  EXPECT_EQ(code(422, request("POST", "/api/v1/access/password",
                              R"({"old": "not the password", "password": "four large ships"})", one)),
            "access.old_password");
  EXPECT_EQ(ask(request("POST", "/api/v1/access/password",
                        R"({"old": "three small boats", "password": "four large ships"})", one))
                .status,
            204);
  EXPECT_EQ(ask(request("GET", "/api/v1/session", "", one)).status, 200);
  EXPECT_EQ(ask(request("GET", "/api/v1/session", "", two)).status, 401);
  EXPECT_EQ(sign_in("amina").status, 401);
  EXPECT_EQ(sign_in("amina", "four large ships").status, 200);
}

TEST_F(TeamTest, SecretsStandInNoRecordLogOrExport) {
  add("amina", "administrator");
  const std::string in = cookies("amina");
  const std::string token = json(201, request("POST", "/api/v1/access/tokens", R"({"label": "figures"})", in))["token"];
  std::string seen = ask(request("GET", "/api/v1/export/account?format=json", "", in)).body +
                     ask(request("GET", "/api/v1/access/accounts", "", in)).body;
  const auto changes = workspace_->history();
  ASSERT_TRUE(changes);
  for (const store::Change& change : *changes) seen += change.before + change.after + change.reason;
  for (const std::string& secret : {hash_, std::string(kTeamPassword), token, in.substr(in.rfind('=') + 1)})
    EXPECT_EQ(seen.find(secret), std::string::npos);
  // Nor in the file, in any form that can be read.
  auto report = workspace_->verify({});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->problems.empty());
}

TEST_F(TeamTest, SessionsAndDevicesOutliveTheProgram) {
  add("amina", "manager");
  const std::string in = cookies("amina");
  access_ = std::move(*accounts::Access::open(*workspace_, accounts::HashCost::least()));
  TeamGuard again(*access_, {"office.local"}, workspace_->env(), [this] { return now_; });
  again.set_port(8443);
  context_.guard = &again;
  context_.access = access_.get();
  const Request sent = request("GET", "/api/v1/session", "", in);
  EXPECT_FALSE(router_.admit(again, sent, 0).refusal);
  EXPECT_EQ(router_.answer(context_, sent).status, 200);
}

TEST_F(TeamTest, WhoSignsInStandsInTheLog) {
  add("amina", "manager");
  const std::string in = cookies("amina");
  const Json made = json(201, request("POST", "/api/v1/records/place", R"({"title": "Kulob"})", in));
  EXPECT_EQ(made["created_by"], "amina");
  bool noted = false;
  const auto changes = workspace_->history();
  ASSERT_TRUE(changes);
  for (const store::Change& change : *changes) noted = noted || (change.action == "sign in" && change.who == "amina");
  EXPECT_TRUE(noted);
}

}  // namespace
}  // namespace hamdil::http
