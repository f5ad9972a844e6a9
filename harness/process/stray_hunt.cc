#include "harness/process/stray_hunt.h"

#include <algorithm>
#include <utility>

#include "harness/process/child_run.h"

namespace harness {

void StrayHunt::Begin(std::function<void()> done) {
  done_ = std::move(done);
  begun_ = Clock::now();
  Look();
}

void StrayHunt::Look() {
  const std::vector<Relative> strays = orphans_.Find(orphans_.ToNobody());
  const Clock::duration age = Clock::now() - begun_;
  if (strays.empty() ||
      age > ChildRun::kSettleGrace + ChildRun::kBuryDeadline) {
    return std::exchange(done_, nullptr)();
  }
  if (age > ChildRun::kSettleGrace) KillThem(strays);
  timer_.expires_after(ChildRun::kFirstLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) Look();
  });
}

void StrayHunt::KillThem(const std::vector<Relative>& strays) {
  for (const Relative& stray : strays) {
    if (!stray.exiting) Name(stray);
  }
  Kill(strays);
  for (const Relative& stray : orphans_.Chase(orphans_.ToNobody())) {
    Name(stray);
  }
}

void StrayHunt::Name(const Relative& stray) {
  const bool known = std::any_of(
      killed_.begin(), killed_.end(),
      [&](const LeakedProcess& other) { return other.pid == stray.pid; });
  if (!known) killed_.push_back(Describe(stray));
}

}  // namespace harness
