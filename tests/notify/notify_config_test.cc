// notify.json is read strictly; what is wrong is named by its JSON pointer.
#include "tools/notify/notify_config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/temporary_folder.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

class NotifyConfigTest : public TemporaryFolder {
 protected:
  Result<NotifyConfig> read(const json& document) const {
    const std::string file = path("notify.json");
    std::ofstream(file) << document.dump();
    chmod(file.c_str(), 0644);
    return read_notify_config(file);
  }
  std::string error(const json& document) const {
    const auto config = read(document);
    return config ? "" : config.error().text();
  }
  /// A document with one handler, into which `patch` is merged (RFC 7396).
  static json with(const json& patch = json::object()) {
    json handler{{"name", "hook"},
                 {"kind", "webhook"},
                 {"url", "https://chat.example.com/x"},
                 {"key", "/etc/key"},
                 {"events", {"request.*"}}};
    handler.merge_patch(patch);
    return {{"token", "/etc/token"}, {"handlers", json::array({handler})}};
  }
  static json mail(const json& patch) {
    json handler{{"kind", "mail"},
                 {"url", "smtp://mail.example.com:587"},
                 {"key", nullptr},
                 {"from", "from@example.com"},
                 {"to", {"approvers", "requester", "log@example.com"}}};
    handler.merge_patch(patch);
    return with(handler);
  }
};

TEST_F(NotifyConfigTest, EveryKindIsRead) {
  const json document{
      {"socket", "/run/x.sock"},
      {"gateway_user", "gw"},
      {"token", "/etc/token"},
      {"state", "/var/state"},
      {"addresses", {{"alex", "alex@example.com"}}},
      {"handlers",
       {with({{"remind_after", "4h"},
              {"time_limit", "5s"},
              {"tries", 3},
              {"signers", {"release"}}})["handlers"][0],
        mail({{"name", "mail"}, {"user", "u"}, {"password", "/etc/pw"}})["handlers"][0],
        {{"name", "run"}, {"kind", "command"}, {"events", {"*"}}, {"command", {"/bin/true", "a"}}},
        {{"name", "log"}, {"kind", "journal"}, {"events", {"signer.freeze"}}}}}};
  const auto config = read(document);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->socket, "/run/x.sock");
  EXPECT_EQ(config->addresses.at("alex"), "alex@example.com");
  const HandlerConfig& hook = config->handlers[0];
  EXPECT_EQ(std::get<WebhookConfig>(hook.kind).key_file, "/etc/key");
  EXPECT_EQ(hook.remind_after, std::chrono::hours(4));
  EXPECT_EQ(hook.time_limit, std::chrono::seconds(5));
  EXPECT_EQ(hook.tries, 3);
  EXPECT_EQ(hook.signers, std::vector<std::string>{"release"});
  EXPECT_EQ(std::get<MailConfig>(config->handlers[1].kind).to.size(), 3U);
  EXPECT_EQ(std::get<CommandConfig>(config->handlers[2].kind).argv[1], "a");
  EXPECT_STREQ(kind_name(config->handlers[3]), "journal");
  EXPECT_TRUE(find_handler(*config, "HOOK"));
  EXPECT_EQ(find_handler(*config, "none").error().code, "no_handler");
}

TEST_F(NotifyConfigTest, WhatIsWrongIsNamed) {
  const std::vector<std::pair<json, std::string>> wrong{
      {with({{"evnets", "x"}}), "/handlers/0/evnets"},
      {with({{"name", "no name"}}), "/handlers/0/name"},
      {with({{"events", json::array()}}), "/handlers/0/events"},
      {with({{"events", {"request.*", "reqest.create"}}}), "/handlers/0/events/1"},
      {with({{"signers", {"a b"}}}), "/handlers/0/signers/0"},
      {with({{"kind", "pager"}}), "/handlers/0/kind"},
      {with({{"kind", "journal"}}), "/handlers/0/"},
      {with({{"key", "key"}}), "/handlers/0/key"},
      {with({{"key", nullptr}}), "/handlers/0/key"},
      {with({{"tries", 0}}), "/handlers/0/tries"},
      {with({{"time_limit", "6m"}}), "/handlers/0/time_limit"},
      {with({{"remind_after", "often"}}), "/handlers/0/remind_after"},
      {with({{"url", "http://chat.example.com/x"}}), "without TLS"},
      {with({{"url", "ftp://chat.example.com/x"}}), "/handlers/0/url"},
      {with({{"url", "https://user:pw@chat.example.com/"}}), "user or password"},
      {with({{"url", "chat"}}), "/handlers/0/url"},
      {with({{"ca", "/no/such/file"}}), "/handlers/0/ca"},
      {mail({{"from", "a@b\r\nBcc: c@d"}}), "/handlers/0/from"},
      {mail({{"to", {"everybody"}}}), "/handlers/0/to/0"},
      {mail({{"to", {"a@b>\r\nRCPT TO:<c@d"}}}), "/handlers/0/to/0"},
      {mail({{"user", "u"}}), "/handlers/0/password"},
      {mail({{"url", "https://mail.example.com"}}), "/handlers/0/url"},
      {with({{"kind", "command"}, {"url", nullptr}, {"key", nullptr}, {"command", {"sh"}}}),
       "/handlers/0/command/0"},
      {with({{"kind", "command"}, {"url", nullptr}, {"key", nullptr}, {"command", {"/no/such"}}}),
       "/handlers/0/command/0"},
      {{{"token", "/t"}, {"handlers", json::array()}}, "/handlers"},
      {{{"token", "/t"}}, "/handlers"},
      {{{"handlers", with()["handlers"]}}, "/token"},
      {{{"token", "/t"}, {"addresses", {{"x", "no"}}}, {"handlers", with()["handlers"]}},
       "/addresses/x"},
      {{{"token", "/t"},
        {"handlers", {with()["handlers"][0], with({{"name", "HOOK"}})["handlers"][0]}}},
       "/handlers/1/name"}};
  for (const auto& [document, expected] : wrong) {
    const std::string said = error(document);
    EXPECT_NE(said.find(expected), std::string::npos) << document << "\n" << said;
    EXPECT_NE(said.find("notify.json"), std::string::npos) << said;
  }
  EXPECT_EQ(error(with()), "");
  EXPECT_EQ(error(with({{"url", "http://127.0.0.1:8080/x"}})), "");
}

TEST_F(NotifyConfigTest, BelongsToWhoMayWriteIt) {
  ASSERT_TRUE(read(with()));
  chmod(path("notify.json").c_str(), 0666);
  EXPECT_EQ(read_notify_config(path("notify.json")).error().code, "file_not_trusted");
}

}  // namespace
}  // namespace countersign::notify
