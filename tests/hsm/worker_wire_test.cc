// The frames between gateway and worker: read back as written, and nothing else read.
#include "hsm-backends/worker_wire.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/certificate.h"
#include "hsm-backends/worker_channel.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm::worker_wire {
namespace {

ByteView body_of(const Bytes& frame) {
  EXPECT_EQ(frame_size(ByteView(frame).first(frame_header)), frame.size());
  return ByteView(frame).subspan(frame_header);
}

PublicKey some_key() {
  std::ifstream in(TestToken::get().folder() + "/p256.pem");
  std::stringstream pem;
  pem << in.rdbuf();
  return certificates_from_pem(pem.str())->front().key;
}

TEST(WorkerWire, AConfigurationIsReadBackAsWritten) {
  for (const PinSource& pin : {PinSource(PinFile{"/a"}), PinSource(PinCredential{"b"}),
                               PinSource(PinCommand{{"/c", ""}})}) {
    TokenConfig config;
    config.name = "name";
    config.library = "/library.so";
    config.init_arguments = "x";
    config.label = "label";
    config.pin = pin;
    config.sessions = 64;
    config.serialise = true;
    const auto read = decode_request(body_of(encode_start(config)));
    ASSERT_TRUE(read);
    const TokenConfig& got = std::get<Start>(*read).config;
    EXPECT_EQ(got.name, "name");
    EXPECT_EQ(got.library, "/library.so");
    EXPECT_EQ(got.init_arguments, "x");
    EXPECT_EQ(got.label, "label");
    EXPECT_EQ(got.serial, std::nullopt);
    EXPECT_EQ(got.pin.index(), pin.index());
    EXPECT_EQ(got.sessions, 64U);
    EXPECT_TRUE(got.serialise);
    if (const auto* const command = std::get_if<PinCommand>(&got.pin)) {
      EXPECT_EQ(command->argv, (std::vector<std::string>{"/c", ""}));
    }
  }
}

TEST(WorkerWire, ASignatureIsAskedForInFull) {
  const PublicKey key = some_key();
  SigningInput input = sha256_input(Scheme::rsa_pss);
  input.message = Bytes(longest_message, 7);
  const Bytes frame = encode_sign({"pkcs11:object=x", key}, input);
  EXPECT_LE(frame.size(), longest_request);
  const auto read = decode_request(body_of(frame));
  ASSERT_TRUE(read);
  const Sign& sign = std::get<Sign>(*read);
  EXPECT_EQ(sign.uri, "pkcs11:object=x");
  EXPECT_EQ(sign.pinned, key.der());
  EXPECT_EQ(sign.input, input);
}

TEST(WorkerWire, AnswersAreReadBackAsWritten) {
  Answer answer;
  answer.status_number = 0x0102030405060708;
  answer.status = TokenStatus{"n", "l", "b", "s", TokenState::locked, "m"};
  answer.result = Bytes{1, 2, 3};
  auto read = decode_report(body_of(encode_report(answer)));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<Answer>(*read).status_number, answer.status_number);
  EXPECT_EQ(std::get<Answer>(*read).status, answer.status);
  EXPECT_EQ(std::get<Answer>(*read).result, (Bytes{1, 2, 3}));

  answer.status.reset();
  answer.result = tl::unexpected(
      SignFailure{Error{ErrorKind::unavailable, "code", std::string(100'000, 'x'), "mend"}, true});
  const Bytes frame = encode_report(answer);
  EXPECT_LE(frame.size(), longest_report) << "whatever a library says, it fits";
  read = decode_report(body_of(frame));
  ASSERT_TRUE(read);
  const SignFailure& failure = std::get<Answer>(*read).result.error();
  EXPECT_EQ(failure.error.kind, ErrorKind::unavailable);
  EXPECT_EQ(failure.error.code, "code");
  EXPECT_EQ(failure.error.remedy, "mend");
  EXPECT_TRUE(failure.surely_not_signed);
}

std::vector<Bytes> frames() {
  Answer answer;
  answer.status = TokenStatus{"n", "l", "b", "s", TokenState::ready, "m"};
  Answer failed;
  failed.result = tl::unexpected(SignFailure{Error{ErrorKind::internal, "c", "m", "r"}, false});
  TokenConfig config = TestToken::get().config();
  config.pin = PinCommand{{"/bin/cat", "pin"}};
  return {encode_start(config),
          encode_connect(),
          encode_find_key("uri"),
          encode_sign({"uri", some_key()}, sha256_input(Scheme::ecdsa)),
          encode_retry(),
          encode_renew(),
          encode_report(PinQuestion{}),
          encode_report(PinTried{}),
          encode_report(PinAnswered{}),
          encode_report(PinRefused{"reason"}),
          encode_report(PinAccepted{}),
          encode_report(answer),
          encode_report(failed),
          encode_pin_reply({true, Error{ErrorKind::internal, "c", "m", "r"}})};
}

int readers_of(ByteView body) {
  return int{decode_request(body).has_value()} + int{decode_report(body).has_value()} +
         int{decode_pin_reply(body).has_value()};
}

TEST(WorkerWire, WhatIsCutShortOrHasMoreBehindIsNotRead) {
  for (const Bytes& frame : frames()) {
    const ByteView body = body_of(frame);
    EXPECT_EQ(readers_of(body), 1) << "each frame means one thing to one side";
    for (std::size_t size = 0; size < body.size(); ++size)
      EXPECT_EQ(readers_of(body.first(size)), 0);
    Bytes longer(body.begin(), body.end());
    longer.push_back(0);
    EXPECT_EQ(readers_of(longer), 0);
  }
}

TEST(WorkerWire, ValuesOutsideTheirRangeAreNotRead) {
  for (const Bytes& frame : frames()) {
    const Bytes body(body_of(frame).begin(), body_of(frame).end());
    for (std::size_t at = 0; at < body.size(); ++at) {
      Bytes changed = body;
      changed[at] = 0xff;
      readers_of(changed);  // whatever comes of it, it ends
    }
  }
  TokenConfig config = TestToken::get().config();
  config.sessions = 65;
  EXPECT_FALSE(decode_request(body_of(encode_start(config))));
  config.sessions = 0;
  EXPECT_FALSE(decode_request(body_of(encode_start(config))));
}

/// Two channels that are connected.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    here = std::make_unique<WorkerChannel>(ends[0], longest_report);
    there = std::make_unique<WorkerChannel>(ends[1], longest_request);
  }
  std::unique_ptr<WorkerChannel> here;
  std::unique_ptr<WorkerChannel> there;
};

TEST(WorkerChannel, PassesWholeFramesOn) {
  Pair pair;
  SigningInput input;
  input.message = Bytes(longest_message, 7);
  const Bytes large = encode_sign({"uri", some_key()}, input);
  const Bytes small = encode_connect();
  std::thread sender([&] {
    for (const Bytes* each : {&small, &large, &small, &small})
      EXPECT_TRUE(pair.here->send(*each, WorkerChannel::never));
  });
  for (const Bytes* each : {&small, &large, &small, &small}) {
    const auto body = pair.there->receive(WorkerChannel::never);
    ASSERT_TRUE(body);
    EXPECT_TRUE(std::ranges::equal(*body, body_of(*each)));
  }
  sender.join();
}

TEST(WorkerChannel, SaysHowItFailed) {
  const auto soon = [] { return std::chrono::steady_clock::now() + Milliseconds(20); };
  {
    Pair pair;
    EXPECT_EQ(pair.here->receive(soon()).error(), ChannelFailure::late);
    const Bytes half{0, 0, 0, 9, 1};
    ASSERT_TRUE(pair.there->send(half, WorkerChannel::never));
    EXPECT_EQ(pair.here->receive(soon()).error(), ChannelFailure::late);
  }
  {
    Pair pair;
    const Bytes endless{0x7f, 0xff, 0xff, 0xff};
    ASSERT_TRUE(pair.there->send(endless, WorkerChannel::never));
    EXPECT_EQ(pair.here->receive(soon()).error(), ChannelFailure::malformed);
    pair.there.reset();
    EXPECT_EQ(pair.here->send(encode_connect(), soon()).error(), ChannelFailure::closed);
  }
  Pair pair;
  const Bytes large(longest_request);
  EXPECT_EQ(pair.here->send(large, soon()).error(), ChannelFailure::late) << "nobody reads";
  pair.here->shut();
  EXPECT_EQ(pair.here->receive(WorkerChannel::never).error(), ChannelFailure::closed);
}

}  // namespace
}  // namespace countersign::hsm::worker_wire
