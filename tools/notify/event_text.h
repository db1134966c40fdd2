// An event as handlers get it. Text that others wrote leaves escaped: no control character, no
// character that reorders or hides what stands around it, and in JSON none that HTML knows.
#pragma once

#include <string>

#include "tools/notify/event.h"

namespace countersign::notify {

/// One JSON object in ASCII, as countersign-notify(8) describes it; a reader of the JSON gets the
/// text that was escaped back as it was written.
std::string event_json(const Event& event);

/// One line, for the journal.
std::string event_line(const Event& event);

/// The subject of a mail: one line of printable ASCII.
std::string event_subject(const Event& event);

/// The text of a mail, in UTF-8: what happened, and for who is asked to answer, how.
std::string event_mail(const Event& event);

}  // namespace countersign::notify
