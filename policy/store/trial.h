// A change that is made to be looked at, and then kept or undone.
#pragma once

namespace soci {
class session;
}

namespace countersign {

class WriteWatch;

/// Begun once at a time, within a transaction. What it undoes must not have touched the log or what
/// SignerTable remembers. Not thread-safe. Throws what the database throws.
class Trial {
 public:
  Trial(soci::session& sql, WriteWatch& watch) : sql_(sql), watch_(watch) {}

  void begin();
  void keep();
  void undo();

 private:
  soci::session& sql_;
  WriteWatch& watch_;
};

}  // namespace countersign
