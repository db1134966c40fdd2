// client.json and COUNTERSIGN_TOKEN.
#include "gateway/client/client_config.h"

#include <gtest/gtest.h>

#include "gateway/client/bearer_token.h"
#include "tests/gateway/temporary_folder.h"

namespace countersign {
namespace {

TEST(ClientConfig, EmptyObjectGivesTheDefaults) {
  const TemporaryFolder folder;
  const auto config = read_client_config(folder.write("client.json", "{}"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->socket, "/run/countersign/gateway.sock");
  EXPECT_EQ(config->gateway_user, "countersign");
  EXPECT_EQ(config->log, "stderr");
  EXPECT_EQ(config->sign_timeout, Milliseconds(30'000));
}

TEST(ClientConfig, EveryKeyIsRead) {
  const TemporaryFolder folder;
  const auto config = read_client_config(folder.write("client.json", R"({
    "socket": "/srv/gw.sock", "gateway_user": "gw", "log": "none", "sign_timeout": "2m"})"));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->path, folder.path("client.json"));
  EXPECT_EQ(config->socket, "/srv/gw.sock");
  EXPECT_EQ(config->gateway_user, "gw");
  EXPECT_EQ(config->log, "none");
  EXPECT_EQ(config->sign_timeout, Milliseconds(120'000));
}

TEST(ClientConfig, BadFilesAreRefusedInOneLineThatNamesFileAndKey) {
  struct Case {
    const char* content;
    const char* key;
  };
  const Case cases[] = {
      {R"({"sockets": "/a"})", "/sockets"},
      {R"({"\nname": "a"})", "/\\u000aname"},
      {R"({"login": "pin"})", "/login"},
      {R"({"login": "token"})", "/signers"},
      {R"({"login": "token", "signers": []})", "/signers"},
      {R"({"login": "token", "signers": ["a", "A"]})", "/signers"},
      {R"({"login": "token", "signers": ["no name"]})", "/signers"},
      {R"({"signers": ["a"]})", "/signers"},
      {R"({"socket": 7})", "/socket"},
      {R"({"socket": "run/gw.sock"})", "/socket"},
      {R"({"gateway_user": ""})", "/gateway_user"},
      {R"({"log": "syslog"})", "/log"},
      {R"({"log": "relative/file"})", "/log"},
      {R"({"sign_timeout": 30})", "/sign_timeout"},
      {R"({"sign_timeout": "30"})", "/sign_timeout"},
      {R"({"sign_timeout": "0s"})", "/sign_timeout"},
      {R"({"sign_timeout": "2h"})", "/sign_timeout"},
      {R"({"log": "none", "log": "stderr"})", "log"},
      {"[]", ""},
      {"{", ""},
      {"", ""},
  };
  const TemporaryFolder folder;
  for (const Case& each : cases) {
    const auto config = read_client_config(folder.write("client.json", each.content));
    ASSERT_FALSE(config) << each.content;
    const std::string text = config.error().text();
    EXPECT_NE(text.find(folder.path("client.json")), std::string::npos) << text;
    EXPECT_NE(text.find(each.key), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_FALSE(config.error().remedy.empty()) << text;
  }
}

TEST(ClientConfig, FilesThatOthersCanWriteAreRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_client_config(folder.write("a.json", "{}", 0666)).error().code,
            "file_not_trusted");
  EXPECT_EQ(read_client_config(folder.write("b.json", "{}", 0664)).error().code,
            "file_not_trusted");
  EXPECT_EQ(read_client_config(folder.path("none.json")).error().code, "file_missing");
  EXPECT_EQ(read_client_config("client.json").error().code, "bad_path");
}

TEST(ClientConfig, TheVariableNamesTheFile) {
  const TemporaryFolder folder;
  setenv("COUNTERSIGN_CONFIG", folder.write("c.json", R"({"log": "none"})").c_str(), 1);
  const auto config = read_client_config();
  setenv("COUNTERSIGN_CONFIG", folder.path("missing.json").c_str(), 1);
  const auto missing = read_client_config();
  unsetenv("COUNTERSIGN_CONFIG");
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->log, "none");
  EXPECT_EQ(missing.error().code, "file_missing");
}

TEST(BearerToken, HasOneForm) {
  EXPECT_TRUE(is_bearer_token("cs_abcdefghijklmnopqrstuvwxyz"));
  EXPECT_TRUE(is_bearer_token("cs_22222222222222222222222277"));
  for (const char* text : {"", "cs_", "cs_abcdefghijklmnopqrstuvwxy",
                           "cs_abcdefghijklmnopqrstuvwxyz2", "CS_abcdefghijklmnopqrstuvwxyz",
                           "cs_Abcdefghijklmnopqrstuvwxyz", "cs_abcdefghijklmnopqrstuvwx1z",
                           "cs_abcdefghijklmnopqrstuvwx\nz", "cse_bcdefghijklmnopqrstuvwxyz"})
    EXPECT_FALSE(is_bearer_token(text)) << text;
}

TEST(BearerToken, ComesFromTheEnvironment) {
  unsetenv("COUNTERSIGN_TOKEN");
  EXPECT_FALSE(bearer_token_from_environment());
  setenv("COUNTERSIGN_TOKEN", "", 1);
  EXPECT_FALSE(bearer_token_from_environment());
  setenv("COUNTERSIGN_TOKEN", "mistyped", 1);
  EXPECT_EQ(bearer_token_from_environment()->view(), "mistyped");
  unsetenv("COUNTERSIGN_TOKEN");
}

}  // namespace
}  // namespace countersign
