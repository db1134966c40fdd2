// The wire format: what is written is read back, and what is not exactly right is refused.
#include "gateway/client/wire.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace countersign::wire {
namespace {

using nlohmann::json;

SignatureRequest example() {
  SignatureRequest request;
  for (std::size_t i = 0; i < request.operation.size(); ++i)
    request.operation[i] = static_cast<std::uint8_t>(i * 16 + 1);
  request.input = {{Scheme::rsa_pss, Hash::sha384, Hash::sha256, 48}, Bytes(48, 0xA5)};
  request.claimed = {{"command", "osslsigncode sign"}, {"host", "build-7"}};
  return request;
}

json example_body() {
  return {{"operation", std::string(32, '0')},
          {"algorithm", {{"scheme", "ecdsa"}, {"hash", "sha256"}}},
          {"digest", "AAAA"}};
}

TEST(Wire, SignatureRequestReadsBack) {
  const SignatureRequest sent = example();
  const auto read = signature_request_from_json(to_json(sent));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->operation, sent.operation);
  EXPECT_EQ(read->input, sent.input);
  EXPECT_EQ(read->claimed, sent.claimed);
}

TEST(Wire, Ed25519CarriesItsMessage) {
  SignatureRequest sent = example();
  sent.input = {{Scheme::ed25519, Hash::sha512, Hash::none, 0}, {}, Bytes(longest_message, 0x5A)};
  json body = to_json(sent);
  EXPECT_FALSE(body.contains("digest"));
  const auto read = signature_request_from_json(body);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->input, sent.input);
  sent.input.message.push_back(0);
  EXPECT_FALSE(signature_request_from_json(to_json(sent)));
  body["message"] = "";
  EXPECT_TRUE(signature_request_from_json(body));
  body["digest"] = "AAAA";
  EXPECT_FALSE(signature_request_from_json(body));
  body.erase("message");
  EXPECT_FALSE(signature_request_from_json(body));
}

TEST(Wire, ClaimedFactsAreCutToWhatIsAccepted) {
  SignatureRequest request = example();
  request.claimed = {{"command", "line one\nline two"},
                     {"long", std::string(511, 'x') + "\xC3\xA9tail"},
                     {"empty", ""},
                     {std::string(60, 'n'), "name too long"},
                     {"bytes", "\xFF\xFE"}};
  for (int i = 0; i < 40; ++i) request.claimed.emplace_back("fact" + std::to_string(i), "value");
  const auto read = signature_request_from_json(json::parse(to_json(request).dump()));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->claimed.size(), most_claimed_facts);
  const std::map<std::string, std::string> facts(read->claimed.begin(), read->claimed.end());
  EXPECT_EQ(facts.at("command"), "line one\\u000aline two");
  EXPECT_EQ(facts.at("long"), std::string(511, 'x'));
  EXPECT_EQ(facts.at("bytes"), "\\xff\\xfe");
  EXPECT_FALSE(facts.contains("empty"));
}

struct Refused {
  const char* name;
  void (*spoil)(json&);
  const char* pointer;
};

class RefusedRequest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, NamesTheField) {
  json body = example_body();
  ASSERT_TRUE(signature_request_from_json(body));
  GetParam().spoil(body);
  const auto read = signature_request_from_json(body);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  EXPECT_EQ(read.error().code, "bad_field");
  EXPECT_EQ(read.error().message.substr(0, read.error().message.find(' ')), GetParam().pointer)
      << read.error().text();
}

const Refused refused_requests[] = {
    {"UnknownField", [](json& b) { b["signer"] = 1; }, "/signer"},
    {"NoOperation", [](json& b) { b.erase("operation"); }, "/operation"},
    {"ShortOperation", [](json& b) { b["operation"] = std::string(30, '0'); }, "/operation"},
    {"OperationNoHex", [](json& b) { b["operation"] = std::string(32, 'g'); }, "/operation"},
    {"OperationNumber", [](json& b) { b["operation"] = 7; }, "/operation"},
    {"NoDigest", [](json& b) { b.erase("digest"); }, "/digest"},
    {"EmptyDigest", [](json& b) { b["digest"] = ""; }, "/digest"},
    {"DigestUnpadded", [](json& b) { b["digest"] = "AAA"; }, "/digest"},
    {"DigestNotCanonical", [](json& b) { b["digest"] = "AAB="; }, "/digest"},
    {"NoAlgorithm", [](json& b) { b.erase("algorithm"); }, "/algorithm"},
    {"AlgorithmText", [](json& b) { b["algorithm"] = "ecdsa"; }, "/algorithm"},
    {"UnknownScheme", [](json& b) { b["algorithm"]["scheme"] = "dsa"; }, "/algorithm/scheme"},
    {"UnknownHash", [](json& b) { b["algorithm"]["hash"] = "md5"; }, "/algorithm/hash"},
    {"SaltWithoutPss", [](json& b) { b["algorithm"]["salt_length"] = 0; },
     "/algorithm/salt_length"},
    {"PssWithoutMask", [](json& b) { b["algorithm"]["scheme"] = "rsa-pss"; },
     "/algorithm/mgf_hash"},
    {"SaltNegative",
     [](json& b) {
       b["algorithm"] = {
           {"scheme", "rsa-pss"}, {"hash", "sha256"}, {"mgf_hash", "sha256"}, {"salt_length", -1}};
     },
     "/algorithm/salt_length"},
    {"SaltHuge",
     [](json& b) {
       b["algorithm"] = {{"scheme", "rsa-pss"},
                         {"hash", "sha256"},
                         {"mgf_hash", "sha256"},
                         {"salt_length", 18446744073709551615ULL}};
     },
     "/algorithm/salt_length"},
    {"ClaimedList", [](json& b) { b["claimed"] = json::array(); }, "/claimed"},
    {"ClaimedNumber",
     [](json& b) {
       b["claimed"] = {{"pid", 7}};
     },
     "/claimed/pid"},
    {"ClaimedControl",
     [](json& b) {
       b["claimed"] = {{"host", "a\nb"}};
     },
     "/claimed/host"},
    {"ClaimedLong",
     [](json& b) {
       b["claimed"] = {{"host", std::string(513, 'x')}};
     },
     "/claimed/host"},
    {"ClaimedMany",
     [](json& b) {
       for (int i = 0; i < 17; ++i) b["claimed"]["f" + std::to_string(i)] = "x";
     },
     "/claimed"},
};
INSTANTIATE_TEST_SUITE_P(Wire, RefusedRequest, testing::ValuesIn(refused_requests),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(Wire, OnlyOneWholeObjectIsJson) {
  const std::string nest16(15, '[');
  const std::string close16(15, ']');
  EXPECT_TRUE(parse_object("{}"));
  EXPECT_TRUE(parse_object("{\"a\":" + nest16 + close16 + "}"));
  const std::string bad[] = {"",
                             "[]",
                             "7",
                             "{",
                             "{}x",
                             "{\"a\":1,}",
                             "{\"a\":1,\"a\":2}",
                             "{\"a\":{\"b\":1,\"c\":{},\"b\":[{}]}}",
                             "{\"a\":1e999}",
                             "{\"a\":\"\xFF\"}",
                             "// no comment\n{}",
                             "{\"a\":[" + nest16 + close16 + "]}",
                             std::string(100'000, '[')};
  for (const std::string& text : bad) {
    const auto parsed = parse_object(text);
    ASSERT_FALSE(parsed) << text.substr(0, 60);
    EXPECT_EQ(parsed.error().code, "bad_json");
    EXPECT_EQ(parsed.error().text().find('\n'), std::string::npos);
  }
}

TEST(Wire, BadJsonNamesTheByte) {
  EXPECT_NE(parse_object("{\"a\": x}").error().message.find("byte 7"), std::string::npos);
}

TEST(Wire, SignatureReadsBack) {
  const Signature sent{{1, 2, 3}, 42, 7};
  const auto read = signature_from_json(to_json(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bytes, sent.bytes);
  EXPECT_EQ(read->record, 42);
  EXPECT_EQ(read->request, 7);
  EXPECT_EQ(signature_from_json(to_json(Signature{{1}, 0, std::nullopt}))->request, std::nullopt);
}

TEST(Wire, AnswersMayHaveUnknownFieldsButNoMissingOnes) {
  json body = to_json(Signature{{1}, 1, std::nullopt});
  body["later"] = true;
  EXPECT_TRUE(signature_from_json(body));
  for (const char* field : {"signature", "record"}) {
    json spoilt = body;
    spoilt[field] = nullptr;
    EXPECT_EQ(signature_from_json(spoilt).error().code, "bad_answer") << field;
    spoilt.erase(field);
    EXPECT_EQ(signature_from_json(spoilt).error().code, "bad_answer") << field;
  }
  EXPECT_FALSE(signature_from_json(json::array()));
}

TEST(Wire, ExplanationReadsBack) {
  const Explanation sent{"release",
                         false,
                         "approval_needed",
                         "why",
                         "what to do",
                         9,
                         {},
                         "group builders, membership signer operator of release"};
  const auto read = explanation_from_json(to_json(sent));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->signer, sent.signer);
  EXPECT_FALSE(read->allowed);
  EXPECT_EQ(read->code, sent.code);
  EXPECT_EQ(read->message, sent.message);
  EXPECT_EQ(read->remedy, sent.remedy);
  EXPECT_EQ(read->request, sent.request);
  EXPECT_EQ(read->access, sent.access);
}

TEST(Wire, SignersAreRead) {
  const json signer{{"id", 3},           {"slot", 1},
                    {"name", "release"}, {"public_key", "AQ=="},
                    {"certificate", ""}, {"chain", {"Ag==", "Aw=="}},
                    {"state", "active"}};
  const auto read = signers_from_json({{"signers", {signer}}});
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().id, 3);
  EXPECT_EQ(read->front().slot, 1);
  EXPECT_EQ(read->front().name, "release");
  EXPECT_EQ(read->front().public_key, Bytes{1});
  EXPECT_TRUE(read->front().certificate.empty());
  EXPECT_EQ(read->front().chain, (std::vector<Bytes>{{2}, {3}}));
  EXPECT_TRUE(read->front().weak_hashes.empty());
  json allowing = signer;
  allowing["weak_hashes"] = {"sha1", "of-a-later-version"};
  EXPECT_EQ(signers_from_json({{"signers", {allowing}}})->front().weak_hashes,
            std::vector<Hash>{Hash::sha1});
  for (const char* field : {"id", "slot", "name", "public_key", "certificate", "chain"}) {
    json spoilt = signer;
    spoilt[field] = false;
    EXPECT_FALSE(signers_from_json({{"signers", {spoilt}}})) << field;
  }
  EXPECT_FALSE(signers_from_json({{"signers", {7}}}));
  EXPECT_FALSE(signers_from_json(json::object()));
}

TEST(Wire, ErrorsKeepKindCodeAndWordsOverHttp) {
  for (const ErrorKind kind :
       {ErrorKind::invalid, ErrorKind::unauthenticated, ErrorKind::denied, ErrorKind::not_found,
        ErrorKind::conflict, ErrorKind::unavailable, ErrorKind::internal}) {
    const Error sent{kind, "some_code", "what", "mend"};
    const Error read = error_from_answer(http_status(kind), to_json(sent).dump());
    EXPECT_EQ(read.kind, kind);
    EXPECT_EQ(read.code, "some_code");
    EXPECT_EQ(read.text(), sent.text());
  }
  EXPECT_EQ(http_status(ErrorKind::denied), 403);
  EXPECT_EQ(http_status(ErrorKind::invalid), 400);
  EXPECT_EQ(error_from_answer(413, "").kind, ErrorKind::invalid);
  EXPECT_EQ(error_from_answer(418, "<html>").kind, ErrorKind::internal);
  EXPECT_EQ(error_from_answer(403, "{\"error\":{\"code\":7}}").kind, ErrorKind::denied);
}

TEST(Wire, ErrorWordsAreSafeToShow) {
  const Error read = error_from_answer(
      403, R"({"error":{"code":"c","message":"line\nforged \u001b[2J","remedy":""}})");
  EXPECT_EQ(read.message, "line\\u000aforged \\u001b[2J");
}

}  // namespace
}  // namespace countersign::wire
