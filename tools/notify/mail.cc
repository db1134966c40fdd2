#include "tools/notify/mail.h"

#include <ctime>
#include <set>
#include <utility>

#include "core/text.h"
#include "core/trusted_file.h"
#include "tools/notify/delivery.h"
#include "tools/notify/event_names.h"
#include "tools/notify/event_text.h"
#include "tools/notify/handler_url.h"
#include "tools/notify/transfer.h"

namespace countersign::notify {
namespace {

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct FreeMime {
  void operator()(curl_mime* mime) const noexcept { curl_mime_free(mime); }
};

/// RFC 5322 §3.3, in UTC and in English, whatever the locale.
std::string mail_date(Time time) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = to_unix_ms(time) / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> clock{};
  std::strftime(clock.data(), clock.size(), "%Y %H:%M:%S +0000", &parts);
  return std::string(days.at(static_cast<std::size_t>(parts.tm_wday))) + ", " +
         std::to_string(parts.tm_mday) + " " + months.at(static_cast<std::size_t>(parts.tm_mon)) +
         " " + clock.data();
}

class Mail final : public Delivery {
 public:
  Mail(MailConfig config, std::map<std::string, std::string> addresses, Milliseconds time_limit)
      : config_(std::move(config)), addresses_(std::move(addresses)), time_limit_(time_limit) {}

  Status deliver(const Event& event, const std::stop_token& stop) override {
    const auto to = recipients(config_, addresses_, event);
    if (!to) return fail(to.error());
    if (to->empty()) return {};
    Transfer transfer(config_.url, config_.ca, time_limit_);
    curl_easy_setopt(transfer.get(), CURLOPT_USE_SSL,
                     is_on_this_host(config_.url) ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    if (auto ready = log_in(transfer); !ready) return ready;
    curl_easy_setopt(transfer.get(), CURLOPT_MAIL_FROM, ("<" + config_.from + ">").c_str());
    const auto list = recipient_list(*to);
    curl_easy_setopt(transfer.get(), CURLOPT_MAIL_RCPT, list.get());
    add_headers(transfer, event, *to);
    const std::unique_ptr<curl_mime, FreeMime> mime(curl_mime_init(transfer.get()));
    curl_mimepart* const part = curl_mime_addpart(mime.get());
    const std::string text = event_mail(event);
    curl_mime_data(part, text.data(), text.size());
    curl_mime_type(part, "text/plain; charset=utf-8");
    curl_mime_encoder(part, "quoted-printable");
    curl_easy_setopt(transfer.get(), CURLOPT_MIMEPOST, mime.get());
    return transfer.run(stop);
  }

 private:
  /// The password is read anew each time, so that another can take its place.
  Status log_in(Transfer& transfer) const {
    if (config_.user.empty()) return {};
    const auto password = read_secret_file("SMTP password", config_.password_file);
    if (!password) return fail(password.error());
    std::string copy(password->view());
    curl_easy_setopt(transfer.get(), CURLOPT_USERNAME, config_.user.c_str());
    curl_easy_setopt(transfer.get(), CURLOPT_PASSWORD, copy.c_str());
    wipe(copy.data(), copy.size());
    return {};
  }

  static std::unique_ptr<curl_slist, FreeList> recipient_list(const std::vector<std::string>& to) {
    std::unique_ptr<curl_slist, FreeList> list;
    for (const std::string& each : to)
      if (curl_slist* const longer = curl_slist_append(list.get(), ("<" + each + ">").c_str())) {
        (void)list.release();
        list.reset(longer);
      }
    return list;
  }

  /// Nothing in a header is other people's text: addresses are the configuration's, and the
  /// subject is plain ASCII on one line.
  void add_headers(Transfer& transfer, const Event& event,
                   const std::vector<std::string>& to) const {
    transfer.add_header("Date: " + mail_date(SystemClock().now()));
    transfer.add_header("From: <" + config_.from + ">");
    std::string all;
    for (const std::string& each : to) all += (all.empty() ? "<" : ",\r\n <") + each + ">";
    transfer.add_header("To: " + all);
    transfer.add_header("Subject: " + event_subject(event));
    transfer.add_header("Message-ID: <" + event.id + "." +
                        config_.from.substr(0, config_.from.find('@')) + ".countersign" +
                        config_.from.substr(config_.from.find('@')) + ">");
    transfer.add_header("Auto-Submitted: auto-generated");
    transfer.add_header("Countersign-Id: " + event.id);
  }

  const MailConfig config_;
  const std::map<std::string, std::string> addresses_;
  const Milliseconds time_limit_;
};

/// The names of those whom "approvers" or "requester" means.
std::vector<std::string> names_of(const std::string& to, const Event& event) {
  std::vector<std::string> names;
  if (to == "requester") {
    for (const EventRequest& each : event.requests) {
      names.push_back(each.requester);
      if (!each.beneficiary.empty()) names.push_back(each.beneficiary);
    }
    if (event.change) names.push_back(event.change->requester);
    return names;
  }
  names = named_to_be_told(event);
  const auto add = [&](const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
  };
  for (const EventRequest& each : event.requests) {
    add(each.approvers);
    add(each.delegates);
  }
  if (event.change) add(event.change->asked);
  return names;
}

tl::unexpected<Error> hidden(const Event& event) {
  const bool change = change_of(event).has_value();
  return fail(ErrorKind::denied, "request_hidden",
              std::string("the gateway does not show countersign-notify whose ") +
                  (change ? "change" : "request") + " it is",
              change ? "give its account a role with /signers/read/, /applications/read/ and "
                       "/security/read/"
                     : "give its account a role with /workflows/instances/read/");
}

}  // namespace

Result<std::vector<std::string>> recipients(const MailConfig& mail,
                                            const std::map<std::string, std::string>& addresses,
                                            const Event& event) {
  std::vector<std::string> all;
  std::vector<std::string> without;
  std::set<std::string> seen;
  const auto add = [&](const std::string& address) {
    if (seen.insert(address).second) all.push_back(address);
  };
  for (const std::string& to : mail.to) {
    if (to.find('@') != std::string::npos) {
      add(to);
      continue;
    }
    if (event.hidden) return hidden(event);
    for (const std::string& name : names_of(to, event)) {
      const auto address = addresses.find(name);
      if (address != addresses.end())
        add(address->second);
      else
        without.push_back(name);
    }
  }
  if (all.empty() && event.name == test_name) add(mail.from);
  if (all.empty() && !without.empty())
    return fail(ErrorKind::invalid, "no_address", "no address is known of: " + joined(without),
                "add them to \"addresses\" in notify.json");
  return all;
}

std::unique_ptr<Delivery> make_mail(const MailConfig& mail,
                                    const std::map<std::string, std::string>& addresses,
                                    Milliseconds time_limit) {
  return std::make_unique<Mail>(mail, addresses, time_limit);
}

}  // namespace countersign::notify
