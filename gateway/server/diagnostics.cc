#include "gateway/server/diagnostics.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <systemd/sd-daemon.h>
#include <array>
#include <cstdlib>
#include <string>

namespace countersign::server {
namespace {

struct Level {
  spdlog::level::level_enum level;
  const char* journal_prefix;
};
// By Severity.
constexpr std::array<Level, 4> levels{{{spdlog::level::debug, SD_DEBUG},
                                       {spdlog::level::info, SD_INFO},
                                       {spdlog::level::warn, SD_WARNING},
                                       {spdlog::level::err, SD_ERR}}};

class Diagnostics final : public LogSink {
 public:
  Diagnostics()
      : journal_(secure_getenv("JOURNAL_STREAM") != nullptr),
        logger_("countersignd", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern(journal_ ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %l: %v",
                        spdlog::pattern_time_type::utc);
    logger_.flush_on(spdlog::level::info);
  }

  void write(Severity severity, std::string_view text) override {
    const Level& level = levels.at(static_cast<std::size_t>(severity));
    std::string line = journal_ ? level.journal_prefix : "";
    line += text;
    logger_.log(level.level, spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  const bool journal_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<LogSink> make_diagnostics() {
  return std::make_unique<Diagnostics>();
}

}  // namespace countersign::server
