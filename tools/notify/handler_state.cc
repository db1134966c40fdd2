#include "tools/notify/handler_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "core/json_reader.h"
#include "core/text.h"
#include "core/trusted_file.h"
#include "tools/notify/json_parts.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

constexpr const char* state_what = "state of the handler";
constexpr const char* letters_what = "dead letters of the handler";
constexpr std::size_t largest_state = 4 << 20;
constexpr off_t most_letters = 4 << 20;
constexpr std::size_t largest_letters = 8 << 20;
/// Field of a line that takes a dead letter off the list: its id.
constexpr const char* settled = "settled";

std::string state_path(const std::string& folder, const std::string& name) {
  return folder + "/" + fold_case(name) + ".json";
}

std::string letters_path(const std::string& folder, const std::string& name) {
  return folder + "/" + fold_case(name) + ".dead";
}

tl::unexpected<Error> unwritable(const char* what, const std::string& path) {
  return fail(ErrorKind::unavailable, "file_unwritable",
              std::string(what) + " " + path + ": " + std::system_category().message(errno),
              "check the disk, and that the service's user may write there");
}

std::string line_of(const json& object) {
  return object.dump(-1, ' ', true, json::error_handler_t::replace);
}

json to_json(const WaitingEvent& event) {
  json object{{"record", event.record}, {"tries", event.tries}, {"next", to_unix_ms(event.next)}};
  if (!event.name.empty()) object["name"] = event.name;
  if (event.round != 0) object["round"] = event.round;
  if (event.request) object["request"] = *event.request;
  return object;
}

Result<WaitingEvent> waiting_from_json(const json& object) {
  JsonReader in(object, "/waiting");
  WaitingEvent event;
  event.record = in.integer("record", -1, INT64_MAX);
  event.name = in.optional_text("name").value_or("");
  event.round = in.optional_integer("round", 0, INT64_MAX).value_or(0);
  event.request = in.optional_integer("request", 0, INT64_MAX);
  event.tries = in.integer("tries", 0, INT64_MAX);
  event.next = from_unix_ms(in.integer("next", 0, INT64_MAX));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return event;
}

Result<HandlerState> state_from_json(const json& object) {
  JsonReader in(object, "");
  HandlerState state;
  state.position = in.integer("position", -1, INT64_MAX);
  state.failures = in.integer("failures", 0, INT64_MAX);
  state.last_error = in.text("last_error");
  const json* const waiting = in.any("waiting");
  const json* const pending = in.any("pending");
  if (waiting == nullptr || !waiting->is_array()) in.refuse("waiting", "is not a list");
  if (pending == nullptr || !pending->is_object()) in.refuse("pending", "is not an object");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  for (const json& each : *waiting) {
    auto event = waiting_from_json(each);
    if (!event) return fail(event.error());
    state.waiting.push_back(std::move(*event));
  }
  for (const auto& [request, reminders] : pending->items())
    if (const auto number = whole_number(request); number && reminders.is_number_integer())
      state.pending[*number] = reminders.get<std::int64_t>();
  return state;
}

std::optional<DeadLetter> letter_from(const json& object) {
  if (!object.is_object()) return std::nullopt;
  JsonReader in(object, "");
  DeadLetter letter;
  letter.id = in.text("id");
  letter.name = in.text("event");
  letter.record = in.optional_integer("record", 0, INT64_MAX).value_or(-1);
  letter.request = in.optional_integer("request", 0, INT64_MAX);
  letter.round = in.optional_integer("round", 0, INT64_MAX).value_or(0);
  letter.tries = in.integer("tries", 0, INT64_MAX);
  letter.error = in.text("error");
  letter.time = in.text("time");
  if (!in.finish()) return std::nullopt;
  return letter;
}

/// Adds a line to the dead letters in `path`.
Status add_line(const std::string& path, const json& object) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return unwritable(letters_what, path);
  // A line end before it as well: what a crash left half written then spoils no other.
  const std::string line = "\n" + line_of(object) + "\n";
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       fsync(file) == 0;
  Status done;
  if (!written) done = unwritable(letters_what, path);
  close(file);
  return done;
}

}  // namespace

json to_json(const HandlerState& state) {
  json object{{"position", state.position},
              {"waiting", json::array()},
              {"failures", state.failures},
              {"last_error", state.last_error},
              {"pending", json::object()}};
  for (const WaitingEvent& each : state.waiting) object["waiting"].push_back(to_json(each));
  for (const auto& [request, reminders] : state.pending)
    object["pending"][std::to_string(request)] = reminders;
  return object;
}

json to_json(const DeadLetter& letter) {
  json object{{"id", letter.id},
              {"event", letter.name},
              {"tries", letter.tries},
              {"error", letter.error},
              {"time", letter.time}};
  if (letter.record >= 0) object["record"] = letter.record;
  if (letter.request) object["request"] = *letter.request;
  if (letter.round != 0) object["round"] = letter.round;
  return object;
}

Result<std::optional<HandlerState>> load_state(const std::string& folder, const std::string& name) {
  const std::string path = state_path(folder, name);
  const auto text = read_trusted_file(state_what, path, largest_state);
  if (!text && text.error().code == "file_missing") return std::nullopt;
  if (!text) return fail(text.error());
  const json object = json::parse(*text, nullptr, false);
  auto state = state_from_json(object);
  if (!state)
    return fail(ErrorKind::internal, "bad_state",
                std::string(state_what) + " " + path + " is damaged: " + state.error().message,
                "move it away; the handler then begins at the end of the log");
  return std::optional(std::move(*state));
}

Status save_state(const std::string& folder, const std::string& name, const HandlerState& state) {
  const std::string path = state_path(folder, name);
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());
  if (auto made = write_new_file(state_what, fresh, line_of(to_json(state)) + "\n", 0600); !made)
    return made;
  // Where a power cut takes the renaming back, the older state has events told once more.
  if (rename(fresh.c_str(), path.c_str()) != 0) return unwritable(state_what, path);
  return {};
}

Status add_dead_letter(const std::string& folder, const std::string& name,
                       const DeadLetter& letter) {
  const std::string path = letters_path(folder, name);
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && status.st_size > most_letters)
    rename(path.c_str(), (path + ".old").c_str());
  return add_line(path, to_json(letter));
}

Status settle_dead_letter(const std::string& folder, const std::string& name,
                          const std::string& id) {
  return add_line(letters_path(folder, name), {{settled, id}});
}

Result<std::vector<DeadLetter>> dead_letters(const std::string& folder, const std::string& name) {
  const auto text = read_trusted_file(letters_what, letters_path(folder, name), largest_letters);
  if (!text && text.error().code == "file_missing") return std::vector<DeadLetter>{};
  if (!text) return fail(text.error());
  std::vector<DeadLetter> letters;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line, nullptr, false);
    if (const std::string id = text_of(object, settled); !id.empty())
      std::erase_if(letters, [&](const DeadLetter& each) { return each.id == id; });
    else if (auto letter = letter_from(object))
      letters.push_back(std::move(*letter));
  }
  return letters;
}

}  // namespace countersign::notify
