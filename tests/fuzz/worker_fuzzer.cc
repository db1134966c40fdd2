// What a token's worker process and the gateway say to each other: a worker may be anything once
// its library has run wild.
#include "hsm-backends/worker_wire.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;
using namespace countersign::hsm::worker_wire;

namespace {

/// There is one way to write a message, so that nothing passes for another.
void insist_same(const Bytes& frame, ByteView body) {
  fuzz::insist(frame_size(frame) == frame.size(), "a frame with another length than it says");
  fuzz::insist(std::ranges::equal(ByteView(frame).subspan(frame_header), body),
               "two encodings of one message");
}

void check_request(const Request& request, ByteView body) {
  if (const auto* const start = std::get_if<Start>(&request))
    insist_same(encode_start(start->config), body);
  if (const auto* const find = std::get_if<FindKey>(&request))
    insist_same(encode_find_key(find->uri), body);
  const auto* const sign = std::get_if<Sign>(&request);
  if (sign == nullptr) return;
  auto pinned = PublicKey::from_der(sign->pinned);
  if (pinned && pinned->der() == sign->pinned)
    insist_same(encode_sign({sign->uri, std::move(*pinned)}, sign->input), body);
}

/// Long texts are cut when a report is written, so what was written is compared.
void check_report(const Bytes& frame) {
  const auto again = decode_report(ByteView(frame).subspan(frame_header));
  fuzz::insist(again && encode_report(*again) == frame, "a report that reads as another");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto side = input.number<std::uint8_t>() % 3;
  const ByteView body = input.rest();
  if (side == 0) {
    if (const auto request = decode_request(body)) check_request(*request, body);
  } else if (side == 1) {
    if (const auto report = decode_report(body)) check_report(encode_report(*report));
  } else if (const auto reply = decode_pin_reply(body)) {
    const Bytes frame = encode_pin_reply(*reply);
    const auto again = decode_pin_reply(ByteView(frame).subspan(frame_header));
    fuzz::insist(again && encode_pin_reply(*again) == frame, "a reply that reads as another");
  }
  return 0;
}
