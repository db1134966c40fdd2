#include "tools/cli/inbox_screen.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "tools/cli/request_text.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

constexpr const char* clear_screen = "\x1b[H\x1b[2J";
constexpr const char* keys =
    "up/down choose   enter look closer   a approve   r reject   u look again   q quit";
constexpr std::size_t other_lines = 5;  // title, empty lines, keys, message

/// Hands over single keys, unechoed, while it lives.
class KeyTerminal {
 public:
  KeyTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios keys_only = before_;
    keys_only.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
    active_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &keys_only) == 0;
  }
  KeyTerminal(const KeyTerminal&) = delete;
  KeyTerminal& operator=(const KeyTerminal&) = delete;
  ~KeyTerminal() {
    if (active_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }

 private:
  termios before_{};
  bool active_ = false;
};

/// The next byte; 0 when there are no more.
char read_byte() {
  char byte = 0;
  while (true) {
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got == 1) return byte;
    if (got < 0 && errno == EINTR) continue;
    return 0;
  }
}

/// A key: of the arrows' escape sequences their last letter in upper case.
char read_key() {
  const KeyTerminal terminal;
  const char first = read_byte();
  if (first != '\x1b') return first;
  return read_byte() == '[' ? read_byte() : '\x1b';
}

/// A line that is typed after `prompt`.
std::string read_line(const std::string& prompt) {
  std::cout << "\n" << prompt << std::flush;
  std::string line;
  for (char byte = read_byte(); byte != 0 && byte != '\n'; byte = read_byte()) line += byte;
  return line;
}

/// Rows and columns of the terminal; what most have when it does not say.
winsize screen_size() {
  winsize size{24, 80, 0, 0};
  winsize told{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &told) == 0 && told.ws_row > 0 && told.ws_col > 0)
    size = told;
  return size;
}

/// One line for an item, cut to the width between two characters.
std::string item_line(const nlohmann::json& item, bool chosen, std::size_t width) {
  std::string line = chosen ? "> " : "  ";
  for (const char* const field : {"kind", "number", "signer", "by", "since", "what"})
    line += printable(field_text(item, field)) + "  ";
  if (line.size() <= width) return line;
  while (width > 0 && (static_cast<unsigned char>(line[width]) & 0xC0U) == 0x80U) --width;
  line.resize(width);
  return line;
}

struct AnswerRow {
  const char* kind;
  bool yes;
  const char* operation;
  const char* noun;  ///< of the route
  const char* prompt;
};
constexpr AnswerRow answer_rows[] = {
    {"request", true, "request.approve", "request", "comment (may be empty): "},
    {"request", false, "request.reject", "request", "why: "},
    {"review", true, "request.review", "request", "what you found: "},
    {"change", true, "change.consent", "change", "comment (may be empty): "},
    {"change", false, "change.reject", "change", "why: "}};

class InboxScreen {
 public:
  explicit InboxScreen(Session& session) : session_(session) {}

  Result<ExitCode> run();

 private:
  Status refresh();
  void draw() const;
  void move(int by);
  void look_closer();
  void answer(bool yes);
  const nlohmann::json* chosen() const;

  Session& session_;
  nlohmann::json items_ = nlohmann::json::array();
  std::size_t cursor_ = 0;
  std::string message_;  ///< what became of the last key
};

Result<ExitCode> InboxScreen::run() {
  if (auto good = refresh(); !good) return fail(good.error());
  while (true) {
    draw();
    switch (read_key()) {
      case 'q':
      case 0:
        std::cout << "\n";
        return ExitCode::ok;
      case 'j':
      case 'B':
        move(1);
        break;
      case 'k':
      case 'A':
        move(-1);
        break;
      case '\n':
        look_closer();
        break;
      case 'a':
        answer(true);
        break;
      case 'r':
        answer(false);
        break;
      case 'u':
        if (auto good = refresh(); !good) message_ = good.error().text();
        break;
      default:
        break;
    }
  }
}

Status InboxScreen::refresh() {
  const auto answer = session_.perform("inbox.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  items_ = field_of(*answer, "items");
  cursor_ = items_.empty() ? 0 : std::min(cursor_, items_.size() - 1);
  return {};
}

void InboxScreen::draw() const {
  const winsize size = screen_size();
  const std::size_t room = size.ws_row > other_lines ? size.ws_row - other_lines : 1;
  const std::size_t first = cursor_ < room ? 0 : cursor_ - room + 1;
  std::cout << clear_screen << "waits for you: " << items_.size() << "\n\n";
  for (std::size_t i = first; i < std::min(items_.size(), first + room); ++i)
    std::cout << item_line(items_[i], i == cursor_, size.ws_col) << "\n";
  std::cout << "\n" << keys << "\n" << printable(message_) << std::flush;
}

void InboxScreen::move(int by) {
  message_.clear();
  if (by < 0 && cursor_ > 0) --cursor_;
  if (by > 0 && cursor_ + 1 < items_.size()) ++cursor_;
}

const nlohmann::json* InboxScreen::chosen() const {
  return items_.empty() ? nullptr : &items_[cursor_];
}

void InboxScreen::look_closer() {
  if (chosen() == nullptr) return;
  const bool change = field_text(*chosen(), "kind") == "change";
  const char* const noun = change ? "change" : "request";
  const auto answer = session_.perform(change ? "change.show" : "request.show",
                                       {{noun, field_text(*chosen(), "number")}}, nullptr);
  std::cout << clear_screen;
  if (!answer)
    std::cout << printable(answer.error().text()) << "\n";
  else if (change)
    std::cout << change_text(field_of(*answer, noun));
  else
    std::cout << request_text(field_of(*answer, noun));
  std::cout << "\nany key goes back" << std::flush;
  read_key();
}

void InboxScreen::answer(bool yes) {
  if (chosen() == nullptr) return;
  const std::string kind = field_text(*chosen(), "kind");
  const std::string number = field_text(*chosen(), "number");
  const auto* const row =
      std::find_if(std::begin(answer_rows), std::end(answer_rows),
                   [&](const AnswerRow& each) { return kind == each.kind && each.yes == yes; });
  if (row == std::end(answer_rows)) {
    message_ = "a review is not rejected: approve it with what you found";
    return;
  }
  const std::string comment = read_line(row->prompt);
  nlohmann::json body = nlohmann::json::object();
  if (!comment.empty()) body["comment"] = comment;
  const auto answer = session_.perform(row->operation, {{row->noun, number}}, body);
  message_ =
      answer ? kind + " " + number + (yes ? " approved" : " rejected") : answer.error().text();
  if (auto good = refresh(); !good) message_ = good.error().text();
}

}  // namespace

Result<ExitCode> run_inbox_screen(Session& session) {
  return InboxScreen(session).run();
}

}  // namespace countersign
