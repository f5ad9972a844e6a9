// A small depth-first explorer of schedules, test support.
//
// Modelled threads are fibers. Each announces its next step with Step() and
// switches to the explorer, which tries every order of the steps announced. To
// come back to a state the explorer does not run the threads again: all that
// they can change, the State and the live part of their stacks, is copied when
// there is more than one way to go on, and copied back in place. So a State,
// and every local of a thread, must be content with memcpy.
//
// Reductions. Sleep sets (Source: Godefroid, Partial-Order Methods, 1996): when
// thread t has been tried in a state, it sleeps in the states reached by the
// other choices until a step is taken that depends on its own. Every class of
// schedules that differ only in the order of independent steps is still
// visited. Independent are steps on different objects, and two reads. Exit ends
// everything, yet needs to depend only on steps that the verdict can see (the
// log, the history, another Exit): had the others gone on behind it, the
// verdict would have been the same.
// States: one that was seen before, log and history included, is not explored
// again but for the threads that slept then and do not now (same source).
// States are told apart by a 64-bit hash: a wrong match in 10^7 of them has a
// chance of 3 in a million. A cycle is a hang if it passes a state without a
// choice.

#ifndef LASTWORDS_RUNTIME_INTERNAL_EXPLORE_EXPLORER_H_
#define LASTWORDS_RUNTIME_INTERNAL_EXPLORE_EXPLORER_H_

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace runtime::internal::explore {

// AddressSanitizer and ThreadSanitizer keep books on every stack, which a copy
// put back would not match.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kStacksMayBeCopied = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
inline constexpr bool kStacksMayBeCopied = false;
#else
inline constexpr bool kStacksMayBeCopied = true;
#endif
#else
inline constexpr bool kStacksMayBeCopied = true;
#endif

struct Op {
  enum class Kind : uint8_t {
    kRead,
    kWrite,
    kExit,     // the process ends
    kBarrier,  // depends on every step
  };
  // What a thread that cannot take its step is to the deadlock detector.
  enum class Blocked : uint8_t {
    kBusy,      // runs without end, or stands at a lock: not asleep
    kAsleep,    // parked
    kDetector,  // is the detector: its step is possible when no other one is
  };

  Kind kind = Kind::kWrite;
  bool visible = false;  // to the verdict
  Blocked blocked = Blocked::kBusy;
  bool timer = false;  // possible, but does not keep the detector waiting
  const void* object = nullptr;
  // The step is possible when one of these is not 0, or when there is none.
  const uint32_t* guards[2] = {nullptr, nullptr};
  const char* verb = "";
};

inline bool Dependent(const Op& a, const Op& b) {
  if (a.kind == Op::Kind::kBarrier || b.kind == Op::Kind::kBarrier) return true;
  if (a.kind == Op::Kind::kExit || b.kind == Op::Kind::kExit) {
    return a.visible && b.visible;
  }
  return a.object == b.object &&
         (a.kind == Op::Kind::kWrite || b.kind == Op::Kind::kWrite);
}

enum class Reduction { kNone, kSleepSets, kSleepSetsAndStates };

class Explorer {
 public:
  enum class End { kExit, kStuck };
  struct Thread {
    const char* name;
    std::function<void()> body;
  };
  struct Count {
    uint64_t schedules = 0;  // that ran to their end
    uint64_t redundant = 0;  // given up: the same as one seen before
    uint64_t states = 0;     // told apart, if they are
    uint64_t steps = 0;
    bool stopped = false;  // by the verdict
  };

  // `state` is everything but the stacks that the threads change.
  Explorer(void* state, size_t state_size_bytes)
      : state_(state), state_size_bytes_(state_size_bytes) {}
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;

  void Add(Thread thread) { threads_.push_back(std::move(thread)); }

  // Calls `verdict` at the end of each schedule, until that returns false.
  Count Run(Reduction reduction, const std::function<bool(End)>& verdict) {
    Start();
    Count count;
    const auto end = [&](End how) {
      ++count.schedules;
      count.stopped = !verdict(how);
    };
    uint32_t asleep = 0;
    for (;;) {
      const uint32_t possible = exited_ ? 0 : Possible();
      bool deeper = false;
      if (exited_) {
        end(End::kExit);
      } else if (possible == 0 || frames_.size() == kMaxSteps) {
        end(End::kStuck);
      } else {
        const size_t depth = frames_.size();
        Frame frame{.possible = possible,
                    .todo = possible & ~asleep,
                    .asleep = asleep,
                    .seen = nullptr};
        if (saved_.size() == depth) saved_.emplace_back();
        if (frame.todo != 0 && (reduction == Reduction::kSleepSetsAndStates ||
                                !Single(frame.todo))) {
          Save(saved_[depth]);
        }
        if (frame.todo != 0 && reduction == Reduction::kSleepSetsAndStates) {
          if (Match(saved_[depth], frame)) end(End::kStuck);
        }
        deeper = frame.todo != 0;
        if (deeper) {
          if (frame.seen != nullptr) ++frame.seen->on_path;
          frames_.push_back(frame);
        } else {
          ++count.redundant;
        }
      }
      if (count.stopped) break;
      while (!frames_.empty() && frames_.back().todo == 0) {
        if (Seen* const seen = frames_.back().seen) --seen->on_path;
        frames_.pop_back();
      }
      if (frames_.empty()) break;
      Frame& frame = frames_.back();
      if (!deeper) Restore(saved_[frames_.size() - 1]);
      const uint32_t t = Choose(frame.todo, frames_.size());
      frame.todo &= ~(1u << t);
      asleep = 0;
      for (uint32_t u = 0; u < fibers_.size(); ++u) {
        if ((frame.asleep >> u & 1) != 0 &&
            !Dependent(fibers_[u].op, fibers_[t].op)) {
          asleep |= 1u << u;
        }
      }
      if (reduction != Reduction::kNone) frame.asleep |= 1u << t;
      path_.resize(frames_.size() - 1);
      taken_ = {t, fibers_[t].op.verb, "", "", {}};
      ++count.steps;
      Resume(t);
      path_.push_back(taken_);
    }
    count.states = seen_.size();
    return count;
  }

  // The schedule that was stopped, one step a line.
  std::string Path() const {
    std::string text;
    for (const Taken& taken : path_) {
      char detail[80];
      std::snprintf(detail, sizeof detail, taken.format, taken.numbers[0],
                    taken.numbers[1]);
      text += std::string("  ") + threads_[taken.thread].name + ": " +
              taken.verb + " " + detail + taken.note + "\n";
    }
    return text;
  }

  // For the threads, while Run runs them.
  static Explorer& Current() { return *current_; }
  uint32_t Self() const { return running_; }
  void Step(const Op& op) {
    Fiber& fiber = fibers_[running_];
    fiber.op = op;
    explorer_ = boost::context::detail::jump_fcontext(explorer_, nullptr).fctx;
    if (op.kind == Op::Kind::kExit) exited_ = true;
  }
  // What the step just taken came to, for the reader of Path(): a format for
  // up to two numbers, and a note. Both must outlive the run.
  void Detail(const char* format, uint64_t a = 0, uint64_t b = 0,
              const char* note = "") {
    taken_.format = format;  // no pointer into path_ may stay on the stack:
    taken_.note = note;      // it would tell equal states apart
    taken_.numbers[0] = static_cast<uint32_t>(a);
    taken_.numbers[1] = static_cast<uint32_t>(b);
  }
  // All threads of the set but the running one cease to be: in the child of
  // fork all there are.
  void KillOthers(uint32_t set = ~0u) {
    for (uint32_t u = 0; u < fibers_.size(); ++u) {
      if (u != running_ && (set >> u & 1) != 0) fibers_[u].done = true;
    }
  }

 private:
  static constexpr size_t kMaxSteps = 400;  // more is a livelock
  static constexpr size_t kStackSizeBytes = 16 * 1024;

  struct Fiber {
    boost::context::detail::fcontext_t context;
    char* top;
    Op op;
    bool done;
  };
  struct Seen {
    uint32_t asleep;       // not explored from here
    uint32_t on_path = 0;  // frames that are in this state
  };
  struct Frame {
    uint32_t possible;
    uint32_t todo;
    uint32_t asleep;
    Seen* seen;
  };
  struct Taken {
    uint32_t thread;
    const char* verb;
    const char* format;
    const char* note;
    uint32_t numbers[2];
  };

  static bool Single(uint32_t set) { return (set & (set - 1)) == 0; }

  // The thread that ran last goes first: few switches, readable schedules.
  uint32_t Choose(uint32_t todo, size_t depth) const {
    if (depth > 1 && (todo >> path_[depth - 2].thread & 1) != 0) {
      return path_[depth - 2].thread;
    }
    return static_cast<uint32_t>(__builtin_ctz(todo));
  }

  uint32_t Possible() const {
    uint32_t possible = 0;
    uint32_t detector = 0;
    bool awake = false;
    for (uint32_t t = 0; t < fibers_.size(); ++t) {
      const Op& op = fibers_[t].op;
      if (fibers_[t].done) continue;
      if (op.blocked == Op::Blocked::kDetector) {
        detector |= 1u << t;
      } else if (op.guards[0] == nullptr || *op.guards[0] != 0 ||
                 (op.guards[1] != nullptr && *op.guards[1] != 0)) {
        possible |= 1u << t;
        awake = awake || !op.timer;
      } else {
        awake = awake || op.blocked == Op::Blocked::kBusy;
      }
    }
    return awake ? possible : possible | detector;
  }

  void Start() {
    current_ = this;
    exited_ = false;
    frames_.clear();
    seen_.clear();
    path_.clear();
    fibers_.resize(threads_.size());
    stacks_.clear();
    for (uint32_t t = 0; t < threads_.size(); ++t) {
      stacks_.push_back(std::make_unique<char[]>(kStackSizeBytes));
      Fiber& fiber = fibers_[t];
      fiber.top = stacks_.back().get() + kStackSizeBytes;
      fiber.context = boost::context::detail::make_fcontext(
          fiber.top, kStackSizeBytes, &Explorer::Entry);
      fiber.done = false;
      Resume(t);
    }
  }

  static void Entry(boost::context::detail::transfer_t from) {
    Explorer& self = *current_;
    self.explorer_ = from.fctx;
    self.threads_[self.running_].body();
    self.fibers_[self.running_].done = true;
    boost::context::detail::jump_fcontext(self.explorer_, nullptr);
  }

  void Resume(uint32_t t) {
    running_ = t;
    fibers_[t].context =
        boost::context::detail::jump_fcontext(fibers_[t].context, nullptr).fctx;
  }

  // fcontext_t is the stack pointer; what lies above it is live.
  void Save(std::vector<char>& saved) const {
    saved.clear();
    const auto put = [&saved](const void* from, size_t size) {
      const char* const bytes = static_cast<const char*>(from);
      saved.insert(saved.end(), bytes, bytes + size);
    };
    put(state_, state_size_bytes_);
    put(fibers_.data(), fibers_.size() * sizeof(Fiber));
    for (const Fiber& fiber : fibers_) put(fiber.context, Live(fiber));
  }
  void Restore(const std::vector<char>& saved) {
    exited_ = false;
    const char* from = saved.data();
    const auto get = [&from](void* to, size_t size) {
      std::memcpy(to, from, size);
      from += size;
    };
    get(state_, state_size_bytes_);
    get(fibers_.data(), fibers_.size() * sizeof(Fiber));
    for (const Fiber& fiber : fibers_) get(fiber.context, Live(fiber));
  }
  // Looks the state up. True: it closes a cycle that is a hang.
  bool Match(const std::vector<char>& saved, Frame& frame) {
    const auto [it, fresh] =
        seen_.try_emplace(Hash(saved), Seen{.asleep = frame.asleep});
    frame.seen = &it->second;
    if (fresh) return false;
    frame.todo &= frame.seen->asleep;
    frame.asleep &= frame.seen->asleep;
    frame.seen->asleep = frame.asleep;
    if (frame.seen->on_path == 0) return false;
    for (size_t i = frames_.size(); frames_[--i].seen != frame.seen;) {
      if (Single(frames_[i].possible)) return true;
    }
    return Single(frame.possible);
  }

  // Of the state and the stacks; what the fibers wait for is on their stacks.
  uint64_t Hash(const std::vector<char>& saved) const {
    uint64_t lanes[4] = {1, 2, 3, 4};
    const auto mix = [&lanes](const char* from, size_t size) {
      for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t word;
        std::memcpy(&word, from + i, 8);
        uint64_t& lane = lanes[i / 8 % 4];
        lane = (lane ^ word) * 0x9e3779b97f4a7c15;
        lane ^= lane >> 29;
      }
    };
    const size_t fibers_size = fibers_.size() * sizeof(Fiber);
    mix(saved.data(), state_size_bytes_);
    mix(saved.data() + state_size_bytes_ + fibers_size,
        saved.size() - state_size_bytes_ - fibers_size);
    for (const Fiber& fiber : fibers_) {
      const uint64_t live = Live(fiber);
      mix(reinterpret_cast<const char*>(&live), sizeof live);
    }
    uint64_t hash = 0;
    for (const uint64_t lane : lanes) {
      hash = (hash ^ lane) * 0xd6e8feb86659fd93;
      hash ^= hash >> 32;
    }
    return hash;
  }

  static size_t Live(const Fiber& fiber) {
    if (fiber.done) return 0;
    return static_cast<size_t>(fiber.top - static_cast<char*>(fiber.context));
  }

  inline static Explorer* current_ = nullptr;

  void* const state_;
  const size_t state_size_bytes_;
  std::vector<Thread> threads_;
  std::vector<std::unique_ptr<char[]>> stacks_;
  std::vector<Fiber> fibers_;
  std::vector<std::vector<char>> saved_;
  std::vector<Frame> frames_;
  std::unordered_map<uint64_t, Seen> seen_;
  std::vector<Taken> path_;
  Taken taken_{};  // the step being taken, path_'s next
  boost::context::detail::fcontext_t explorer_ = nullptr;
  uint32_t running_ = 0;
  bool exited_ = false;
};

}  // namespace runtime::internal::explore

#endif  // LASTWORDS_RUNTIME_INTERNAL_EXPLORE_EXPLORER_H_
