// gateway.json: read strictly, and nothing trusted that others could have written.
#include "gateway/server/gateway_config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/gateway/temporary_folder.h"

namespace countersign::server {
namespace {

using nlohmann::json;

class GatewayConfigFile : public testing::Test {
 protected:
  json token() const {
    return {{"name", "lab"}, {"library", library_}, {"pin", {{"file", "/etc/countersign/pin"}}}};
  }
  json document() const {
    return {{"name", "gw.example.com"},
            {"store", "/var/lib/countersign/store.db"},
            {"log_key", "/var/lib/countersign/log.key"},
            {"tokens", {token()}}};
  }
  Result<GatewayConfig> read(const json& document) const {
    return read_gateway_config(folder_.write("gateway.json", document.dump()));
  }
  /// Expects that `document` is refused in one line that names the file and `pointer`.
  void expect_refused(const json& document, const std::string& pointer) const {
    const auto config = read(document);
    ASSERT_FALSE(config) << document.dump();
    const Error& error = config.error();
    EXPECT_EQ(error.kind, ErrorKind::invalid);
    EXPECT_EQ(error.message.find(folder_.path("gateway.json") + ": " + pointer + " "), 0U)
        << error.text();
    EXPECT_EQ(error.text().find('\n'), std::string::npos);
    EXPECT_FALSE(error.remedy.empty()) << error.text();
  }

  const TemporaryFolder folder_;
  const std::string library_ = folder_.write("libtoken.so", "a library");
};

TEST_F(GatewayConfigFile, DefaultsHoldForWhatIsLeftOut) {
  const auto config = read(document());
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->path, folder_.path("gateway.json"));
  EXPECT_EQ(config->name, "gw.example.com");
  EXPECT_EQ(config->socket, "/run/countersign/gateway.sock");
  EXPECT_EQ(config->socket_mode, 0666U);
  EXPECT_EQ(config->mark, "/var/lib/countersign-mark/head");
  EXPECT_EQ(config->backups, "");
  EXPECT_TRUE(config->verify);
  ASSERT_EQ(config->tokens.size(), 1U);
  const hsm::TokenConfig& token = config->tokens.front();
  EXPECT_EQ(token.label, "lab");
  EXPECT_EQ(token.sessions, 8U);
  EXPECT_FALSE(token.serialise);
  EXPECT_EQ(token.deadline, std::chrono::seconds(30));
  EXPECT_FALSE(token.init_arguments);
  EXPECT_EQ(std::get<hsm::PinFile>(token.pin).path, "/etc/countersign/pin");
}

TEST_F(GatewayConfigFile, TheMarkIsApartFromTheStore) {
  json changed = document();
  changed["mark"] = "/srv/mark/head";
  ASSERT_TRUE(read(changed));
  EXPECT_EQ(read(changed)->mark, "/srv/mark/head");
  for (const char* const wrong : {"/var/lib/countersign/head", "mark/head", ""}) {
    changed["mark"] = wrong;
    expect_refused(changed, "/mark");
  }
}

TEST_F(GatewayConfigFile, EveryKeyIsRead) {
  json full = document();
  full["socket"] = "/srv/gw.sock";
  full["socket_mode"] = "0660";
  full["verify"] = "off";
  full["tokens"][0].update({{"init_arguments", "configdir='sql:/srv/db'"},
                            {"label", "Lab token 1"},
                            {"serial", "f00"},
                            {"sessions", 64},
                            {"serialise", true},
                            {"deadline", "5s"},
                            {"pin", {{"credential", "hsm-pin"}}}});
  json second = token();
  second["name"] = "second";
  second["pin"] = {{"command", {folder_.write("pin", "#!/bin/sh\n", 0755), "one", "two"}}};
  full["tokens"].push_back(second);
  const auto config = read(full);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->socket, "/srv/gw.sock");
  EXPECT_EQ(config->socket_mode, 0660U);
  EXPECT_FALSE(config->verify);
  const hsm::TokenConfig& token = config->tokens.at(0);
  EXPECT_EQ(token.init_arguments, "configdir='sql:/srv/db'");
  EXPECT_EQ(token.label, "Lab token 1");
  EXPECT_EQ(token.serial, "f00");
  EXPECT_EQ(token.sessions, 64U);
  EXPECT_TRUE(token.serialise);
  EXPECT_EQ(token.deadline, std::chrono::seconds(5));
  EXPECT_EQ(std::get<hsm::PinCredential>(token.pin).name, "hsm-pin");
  EXPECT_EQ(std::get<hsm::PinCommand>(config->tokens.at(1).pin).argv.size(), 3U);
}

TEST_F(GatewayConfigFile, BadValuesAreRefusedByKey) {
  const std::pair<const char*, json> cases[] = {
      {"/names", "gw"},
      {"/name", ""},
      {"/name", "two words"},
      {"/name", "a+b"},
      {"/name", 7},
      {"/name", nullptr},
      {"/socket", "gw.sock"},
      {"/socket", "/" + std::string(108, 'x')},
      {"/socket_mode", "0888"},
      {"/socket_mode", 438},
      {"/socket_mode", "01777"},
      {"/socket_mode", ""},
      {"/store", "store.db"},
      {"/store", false},
      {"/log_key", "log.key"},
      {"/log_key", ""},
      {"/verify", true},
      {"/verify", "yes"},
      {"/tokens", json::array()},
      {"/tokens", json::object()},
      {"/tokens", json(std::vector<json>(65, token()))},
      {"/tokens/0", 7},
  };
  for (const auto& [pointer, value] : cases) {
    json spoilt = document();
    spoilt[json::json_pointer(pointer)] = value;
    expect_refused(spoilt, pointer);
  }
  for (const char* key : {"name", "store", "log_key", "tokens"}) {
    json spoilt = document();
    spoilt.erase(key);
    expect_refused(spoilt, std::string("/") + key);
  }
}

TEST_F(GatewayConfigFile, BadTokensAreRefusedByKey) {
  const std::string loose = folder_.write("loose.so", "a library", 0666);
  const std::pair<const char*, json> cases[] = {
      {"/slot", 0},
      {"/name", "9lives"},
      {"/name", "two words"},
      {"/library", "libtoken.so"},
      {"/library", folder_.path("missing.so")},
      {"/library", loose},
      {"/library", folder_.path(".")},
      {"/init_arguments", ""},
      {"/init_arguments", 1},
      {"/label", ""},
      {"/label", std::string(33, 'x')},
      {"/serial", ""},
      {"/sessions", 0},
      {"/sessions", 65},
      {"/sessions", "8"},
      {"/sessions", 1.5},
      {"/deadline", "0s"},
      {"/deadline", "11m"},
      {"/deadline", "30"},
      {"/deadline", 30},
      {"/serialise", "yes"},
  };
  for (const auto& [pointer, value] : cases) {
    json spoilt = document();
    spoilt["tokens"][0][json::json_pointer(pointer)] = value;
    expect_refused(spoilt, std::string("/tokens/0") + pointer);
  }
}

TEST_F(GatewayConfigFile, BadPinSourcesAreRefusedByKey) {
  const std::string loose = folder_.write("loose", "#!/bin/sh\n", 0777);
  const std::pair<const char*, json> cases[] = {
      {"", "1234"},
      {"", json::object()},
      {"", {{"value", "1234"}}},
      {"", {{"file", "/a"}, {"credential", "b"}}},
      {"/file", {{"file", "pin"}}},
      {"/file", {{"file", 1234}}},
      {"/credential", {{"credential", ""}}},
      {"/credential", {{"credential", "../pin"}}},
      {"/command", {{"command", "/bin/true"}}},
      {"/command", {{"command", json::array()}}},
      {"/command", {{"command", {"/bin/true", ""}}}},
      {"/command/1", {{"command", {"/bin/true", 1}}}},
      {"/command/0", {{"command", {"true"}}}},
      {"/command/0", {{"command", {"/nonexistent/program"}}}},
      {"/command/0", {{"command", {loose}}}},
  };
  for (const auto& [pointer, value] : cases) {
    json spoilt = document();
    spoilt["tokens"][0]["pin"] = value;
    expect_refused(spoilt, std::string("/tokens/0/pin") + pointer);
  }
}

TEST_F(GatewayConfigFile, TokenNamesAreUniqueWithoutRegardToCase) {
  json spoilt = document();
  spoilt["tokens"].push_back(token());
  spoilt["tokens"][1]["name"] = "LAB";
  expect_refused(spoilt, "/tokens/1/name");
}

TEST_F(GatewayConfigFile, FilesThatOthersCanWriteAreRefused) {
  const std::string text = document().dump();
  EXPECT_EQ(read_gateway_config(folder_.write("a.json", text, 0646)).error().code,
            "file_not_trusted");
  EXPECT_EQ(read_gateway_config(folder_.path("none.json")).error().code, "file_missing");
  EXPECT_EQ(read_gateway_config("gateway.json").error().code, "bad_path");
  EXPECT_EQ(read_gateway_config(folder_.write("b.json", text + "}")).error().code, "bad_json");
  chmod(folder_.path(".").c_str(), 0777);
  EXPECT_EQ(read_gateway_config(folder_.write("c.json", text)).error().code, "file_not_trusted");
}

}  // namespace
}  // namespace countersign::server
