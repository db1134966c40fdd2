#include "hsm-backends/pin_source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

class PinSourceTest : public testing::Test {
 protected:
  static std::string script(const std::string& body) {
    return TestToken::get().write("pin-command", "#!/bin/sh\n" + body + "\n", 0700);
  }

  static void expect_pin(const PinSource& source, std::string_view expected) {
    const auto pin = read_pin(source);
    ASSERT_TRUE(pin) << pin.error().text();
    EXPECT_EQ(pin->view(), expected);
  }

  /// `secret` must not be in the error.
  static void expect_failure(const PinSource& source, const std::string& code,
                             const std::string& secret = "opensesame",
                             Milliseconds patience = pin_command_patience) {
    const auto pin = read_pin(source, patience);
    ASSERT_FALSE(pin);
    EXPECT_EQ(pin.error().code, code) << pin.error().text();
    EXPECT_EQ(pin.error().text().find(secret), std::string::npos) << pin.error().text();
  }
};

TEST_F(PinSourceTest, FileGivesItsOneLine) {
  const TestToken& token = TestToken::get();
  expect_pin(PinFile{token.write("one", "opensesame\n")}, "opensesame");
  expect_pin(PinFile{token.write("one", "opensesame")}, "opensesame");
}

TEST_F(PinSourceTest, FileThatCannotHoldAPinIsRefused) {
  const TestToken& token = TestToken::get();
  expect_failure(PinFile{token.folder() + "/none"}, "file_missing");
  expect_failure(PinFile{token.write("bad", "")}, "secret_empty");
  expect_failure(PinFile{token.write("bad", "opensesame\nopensesame\n")}, "pin_unreadable");
  expect_failure(PinFile{token.write("bad", "opensesame\r\n")}, "pin_unreadable");
  expect_failure(PinFile{token.write("bad", "opensesame\n", 0640)}, "secret_exposed");
  expect_failure(PinFile{token.folder()}, "file_not_trusted");
}

TEST_F(PinSourceTest, CredentialComesFromTheServiceManagersFolder) {
  const TestToken& token = TestToken::get();
  token.write("credential", "opensesame\n", 0440);
  setenv("CREDENTIALS_DIRECTORY", token.folder().c_str(), 1);
  expect_pin(PinCredential{"credential"}, "opensesame");
  for (const char* name : {"", ".", "..", "../pin", "/etc/hostname", "a/b"})
    expect_failure(PinCredential{name}, "pin_unreadable");
  expect_failure(PinCredential{"none"}, "file_missing");
  unsetenv("CREDENTIALS_DIRECTORY");
  expect_failure(PinCredential{"credential"}, "pin_unreadable");
}

TEST_F(PinSourceTest, CommandGivesItsFirstLine) {
  expect_pin(PinCommand{{script("echo opensesame; echo more")}}, "opensesame");
  expect_pin(PinCommand{{script("printf opensesame")}}, "opensesame");
}

TEST_F(PinSourceTest, CommandGetsItsArgumentsAsTheyAre) {
  expect_pin(PinCommand{{script("printf '%s' \"$1\""), "a b;$HOME*"}}, "a b;$HOME*");
}

TEST_F(PinSourceTest, CommandInheritsNoInputAndNoFiles) {
  expect_pin(PinCommand{{script("wc -c | tr -d ' '")}}, "0");
  const std::string held = TestToken::get().write("held-open", "x");
  const int descriptor = open(held.c_str(), O_RDONLY);  // no O_CLOEXEC: as a careless library would
  ASSERT_GE(descriptor, 0);
  expect_pin(PinCommand{{script("ls -l /proc/self/fd | grep -c held-open || true")}}, "0");
  close(descriptor);
}

TEST_F(PinSourceTest, CommandThatFailsGivesNoPin) {
  expect_failure(PinCommand{{script("echo opensesame; exit 3")}}, "pin_unreadable");
  expect_failure(PinCommand{{script("echo opensesame; kill -9 $$")}}, "pin_unreadable");
  expect_failure(PinCommand{{script("exit 0")}}, "pin_unreadable");
  expect_failure(PinCommand{{script("echo; echo opensesame")}}, "pin_unreadable");
  expect_failure(PinCommand{{script("head -c 5000 /dev/zero")}}, "pin_unreadable");
  expect_failure(PinCommand{{}}, "pin_unreadable");
  expect_failure(PinCommand{{"true"}}, "pin_unreadable");
  expect_failure(PinCommand{{"/usr/bin/none-such"}}, "file_missing");
}

TEST_F(PinSourceTest, CommandOthersCanWriteIsNotRun) {
  const std::string path = script("touch \"$0.ran\"; echo opensesame");
  ASSERT_EQ(chmod(path.c_str(), 0777), 0);
  expect_failure(PinCommand{{path}}, "file_not_trusted");
  EXPECT_FALSE(std::filesystem::exists(path + ".ran"));
}

TEST_F(PinSourceTest, CommandThatHangsIsKilled) {
  const std::string path = script("echo $$ > \"$0.pid\"; echo opensesame; sleep 600");
  expect_failure(PinCommand{{path}}, "pin_unreadable", "opensesame", Milliseconds(300));
  std::ifstream in(path + ".pid");
  int pid = 0;
  in >> pid;
  ASSERT_GT(pid, 0);
  EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(pid)));
}

}  // namespace
}  // namespace countersign::hsm
