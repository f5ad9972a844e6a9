// Ends what nobody can be blamed for: orphans without a trace of their tree,
// left by one of several programs that ran at the same time.

#ifndef LASTWORDS_HARNESS_PROCESS_STRAY_HUNT_H_
#define LASTWORDS_HARNESS_PROCESS_STRAY_HUNT_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "harness/process/orphans.h"
#include "harness/process/process.h"

namespace harness {

class StrayHunt {
 public:
  StrayHunt(boost::asio::io_context& io, const Orphans& orphans)
      : orphans_(orphans), timer_(io) {}

  // Gives them the time that every tree is given, then kills them. `done` is
  // called at once if there are none, and else when they are gone. Nothing may
  // run meanwhile.
  void Begin(std::function<void()> done);

  // All that were killed. Not while a hunt is on.
  const std::vector<LeakedProcess>& killed() const { return killed_; }

 private:
  using Clock = std::chrono::steady_clock;

  void Look();
  void KillThem(const std::vector<Relative>& strays);
  void Name(const Relative& stray);

  const Orphans& orphans_;
  boost::asio::steady_timer timer_;
  Clock::time_point begun_;
  std::function<void()> done_;
  std::vector<LeakedProcess> killed_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_STRAY_HUNT_H_
