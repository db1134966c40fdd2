#include "hsm-backends/worker_wire.h"

#include <limits>
#include <utility>

#include "hsm-backends/byte_reader.h"
#include "hsm-backends/byte_writer.h"

namespace countersign::hsm::worker_wire {
namespace {

/// The first byte of a frame.
enum class Kind : std::uint8_t {
  start = 1,
  connect,
  find_key,
  sign,
  retry,
  renew,
  pin_question,
  pin_tried,
  pin_answered,
  pin_refused,
  pin_accepted,
  answer,
  pin_reply
};

/// Texts that come from a token library are cut here, so that a report always fits its frame.
constexpr std::size_t longest_told = 4096;
constexpr std::size_t most_words = 256;  ///< of a PIN command
constexpr unsigned most_sessions = 64;

ByteWriter frame(Kind kind) {
  ByteWriter out;
  out.u32(0);
  out.u8(static_cast<std::uint8_t>(kind));
  return out;
}

Bytes finished(ByteWriter out) {
  Bytes bytes = out.take();
  const auto size = static_cast<std::uint32_t>(bytes.size() - frame_header);
  for (std::size_t each = 0; each < frame_header; ++each)
    bytes[each] = static_cast<std::uint8_t>(size >> (8 * (frame_header - 1 - each)));
  return bytes;
}

Bytes empty_frame(Kind kind) {
  return finished(frame(kind));
}

void put_told(ByteWriter& out, std::string_view text) {
  out.text(text.substr(0, longest_told));
}

void put_optional(ByteWriter& out, const std::optional<std::string>& text) {
  out.flag(text.has_value());
  if (text) out.text(*text);
}

std::optional<std::string> get_optional(ByteReader& in) {
  return in.flag() ? std::optional(in.text()) : std::nullopt;
}

void put(ByteWriter& out, const PinSource& source) {
  out.u8(static_cast<std::uint8_t>(source.index()));
  if (const auto* const file = std::get_if<PinFile>(&source)) out.text(file->path);
  if (const auto* const credential = std::get_if<PinCredential>(&source))
    out.text(credential->name);
  if (const auto* const command = std::get_if<PinCommand>(&source)) {
    out.u32(static_cast<std::uint32_t>(command->argv.size()));
    for (const std::string& word : command->argv) out.text(word);
  }
}

PinSource get_pin_source(ByteReader& in) {
  switch (in.u8_up_to(2)) {
    case 0:
      return PinFile{in.text()};
    case 1:
      return PinCredential{in.text()};
    default: {
      PinCommand command;
      const std::uint32_t words = in.u32_up_to(most_words);
      for (std::uint32_t word = 0; word < words && in.good(); ++word)
        command.argv.push_back(in.text());
      return command;
    }
  }
}

TokenConfig get_config(ByteReader& in) {
  TokenConfig config;
  config.name = in.text();
  config.library = in.text();
  config.init_arguments = get_optional(in);
  config.label = in.text();
  config.serial = get_optional(in);
  config.pin = get_pin_source(in);
  config.sessions = in.u32_up_to(most_sessions);
  if (config.sessions == 0) in.refuse();
  config.serialise = in.flag();
  return config;
}

SigningInput get_input(ByteReader& in) {
  SigningInput input;
  input.algorithm.scheme =
      static_cast<Scheme>(in.u8_up_to(static_cast<std::uint8_t>(Scheme::ed25519)));
  input.algorithm.hash = static_cast<Hash>(in.u8_up_to(static_cast<std::uint8_t>(Hash::sha512)));
  input.algorithm.mgf_hash =
      static_cast<Hash>(in.u8_up_to(static_cast<std::uint8_t>(Hash::sha512)));
  input.algorithm.salt_length = in.u32_up_to(std::numeric_limits<std::uint32_t>::max());
  input.digest = in.bytes();
  input.message = in.bytes();
  return input;
}

void put(ByteWriter& out, const Error& error) {
  out.u8(static_cast<std::uint8_t>(error.kind));
  put_told(out, error.code);
  put_told(out, error.message);
  put_told(out, error.remedy);
}

Error get_error(ByteReader& in) {
  Error error;
  error.kind = static_cast<ErrorKind>(in.u8_up_to(static_cast<std::uint8_t>(ErrorKind::internal)));
  error.code = in.text();
  error.message = in.text();
  error.remedy = in.text();
  return error;
}

void put(ByteWriter& out, const TokenStatus& status) {
  put_told(out, status.name);
  put_told(out, status.library);
  put_told(out, status.label);
  put_told(out, status.serial);
  out.u8(static_cast<std::uint8_t>(status.state));
  put_told(out, status.message);
}

TokenStatus get_status(ByteReader& in) {
  TokenStatus status;
  status.name = in.text();
  status.library = in.text();
  status.label = in.text();
  status.serial = in.text();
  status.state =
      static_cast<TokenState>(in.u8_up_to(static_cast<std::uint8_t>(TokenState::locked)));
  status.message = in.text();
  return status;
}

Answer get_answer(ByteReader& in) {
  Answer answer;
  answer.status_number = in.u64();
  if (in.flag()) answer.status = get_status(in);
  if (in.flag()) {
    answer.result = in.bytes();
    return answer;
  }
  SignFailure failure{get_error(in), false};
  failure.surely_not_signed = in.flag();
  answer.result = tl::unexpected(std::move(failure));
  return answer;
}

struct ReportWriter {
  Bytes operator()(const PinQuestion&) const { return empty_frame(Kind::pin_question); }
  Bytes operator()(const PinTried&) const { return empty_frame(Kind::pin_tried); }
  Bytes operator()(const PinAnswered&) const { return empty_frame(Kind::pin_answered); }
  Bytes operator()(const PinAccepted&) const { return empty_frame(Kind::pin_accepted); }
  Bytes operator()(const PinRefused& refused) const {
    ByteWriter out = frame(Kind::pin_refused);
    put_told(out, refused.reason);
    return finished(std::move(out));
  }
  Bytes operator()(const Answer& answer) const {
    ByteWriter out = frame(Kind::answer);
    out.u64(answer.status_number);
    out.flag(answer.status.has_value());
    if (answer.status) put(out, *answer.status);
    out.flag(answer.result.has_value());
    if (answer.result) {
      out.bytes(*answer.result);
    } else {
      put(out, answer.result.error().error);
      out.flag(answer.result.error().surely_not_signed);
    }
    return finished(std::move(out));
  }
};

/// `value` if all of `in` was read without fault.
template <class T>
std::optional<T> whole(const ByteReader& in, T value) {
  if (!in.good() || !in.at_end()) return std::nullopt;
  return value;
}

}  // namespace

std::size_t frame_size(ByteView header) {
  ByteReader in(header);
  return frame_header + in.u32_up_to(std::numeric_limits<std::uint32_t>::max());
}

Bytes encode_start(const TokenConfig& config) {
  ByteWriter out = frame(Kind::start);
  out.text(config.name);
  out.text(config.library);
  put_optional(out, config.init_arguments);
  out.text(config.label);
  put_optional(out, config.serial);
  put(out, config.pin);
  out.u32(config.sessions);
  out.flag(config.serialise);
  return finished(std::move(out));
}

Bytes encode_connect() {
  return empty_frame(Kind::connect);
}

Bytes encode_find_key(const std::string& uri) {
  ByteWriter out = frame(Kind::find_key);
  out.text(uri);
  return finished(std::move(out));
}

Bytes encode_sign(const KeyReference& key, const SigningInput& input) {
  ByteWriter out = frame(Kind::sign);
  out.text(key.uri);
  out.bytes(key.pinned.der());
  out.u8(static_cast<std::uint8_t>(input.algorithm.scheme));
  out.u8(static_cast<std::uint8_t>(input.algorithm.hash));
  out.u8(static_cast<std::uint8_t>(input.algorithm.mgf_hash));
  out.u32(input.algorithm.salt_length);
  out.bytes(input.digest);
  out.bytes(input.message);
  return finished(std::move(out));
}

Bytes encode_retry() {
  return empty_frame(Kind::retry);
}

Bytes encode_renew() {
  return empty_frame(Kind::renew);
}

std::optional<Request> decode_request(ByteView body) {
  ByteReader in(body);
  switch (static_cast<Kind>(in.u8())) {
    case Kind::start: {
      Start start{get_config(in)};
      return whole<Request>(in, std::move(start));
    }
    case Kind::connect:
      return whole<Request>(in, Connect{});
    case Kind::find_key: {
      FindKey find{in.text()};
      return whole<Request>(in, std::move(find));
    }
    case Kind::sign: {
      Sign sign;
      sign.uri = in.text();
      sign.pinned = in.bytes();
      sign.input = get_input(in);
      return whole<Request>(in, std::move(sign));
    }
    case Kind::retry:
      return whole<Request>(in, Retry{});
    case Kind::renew:
      return whole<Request>(in, Renew{});
    default:
      return std::nullopt;
  }
}

Bytes encode_report(const Report& report) {
  return std::visit(ReportWriter{}, report);
}

std::optional<Report> decode_report(ByteView body) {
  ByteReader in(body);
  switch (static_cast<Kind>(in.u8())) {
    case Kind::pin_question:
      return whole<Report>(in, PinQuestion{});
    case Kind::pin_tried:
      return whole<Report>(in, PinTried{});
    case Kind::pin_answered:
      return whole<Report>(in, PinAnswered{});
    case Kind::pin_refused: {
      PinRefused refused{in.text()};
      return whole<Report>(in, std::move(refused));
    }
    case Kind::pin_accepted:
      return whole<Report>(in, PinAccepted{});
    case Kind::answer: {
      Answer answer = get_answer(in);
      return whole<Report>(in, std::move(answer));
    }
    default:
      return std::nullopt;
  }
}

Bytes encode_pin_reply(const PinReply& reply) {
  ByteWriter out = frame(Kind::pin_reply);
  out.flag(reply.locked);
  out.flag(reply.error.has_value());
  if (reply.error) put(out, *reply.error);
  return finished(std::move(out));
}

std::optional<PinReply> decode_pin_reply(ByteView body) {
  ByteReader in(body);
  if (static_cast<Kind>(in.u8()) != Kind::pin_reply) return std::nullopt;
  PinReply reply;
  reply.locked = in.flag();
  if (in.flag()) reply.error = get_error(in);
  return whole(in, std::move(reply));
}

}  // namespace countersign::hsm::worker_wire
