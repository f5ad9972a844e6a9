// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks, once UnwindInit has run.
//
// Raw program counters of a stack, no symbols: of this thread, of a parked
// goroutine, of an interrupted context, of another running thread.
//
// Walks are guarded (guarded_call.h): a smashed stack ends the walk, not the
// program.
#ifndef LASTWORDS_RUNTIME_INTERNAL_MACHINE_UNWIND_H_
#define LASTWORDS_RUNTIME_INTERNAL_MACHINE_UNWIND_H_

#include <sys/types.h>
#include <ucontext.h>

#include <cstdint>

#include "runtime/internal/machine/guarded_call.h"

namespace runtime::internal {

// A traced pc is a return address, except where an instruction was interrupted
// (the fault site, a signal): these carry this bit, which no address uses.
inline constexpr uintptr_t kExactPc = uintptr_t{1} << 63;

constexpr uintptr_t PcAddress(uintptr_t pc) { return pc & ~kExactPc; }
constexpr bool IsReturnAddress(uintptr_t pc) { return (pc & kExactPc) == 0; }
// An address within the function: what follows a call that does not return may
// belong to the next one.
constexpr uintptr_t WithinFunction(uintptr_t pc) {
  return IsReturnAddress(pc) ? pc - 1 : PcAddress(pc);
}

// How a walk ended.
enum class StackEnd : uint8_t {
  kBottom,   // the outermost frame
  kFaulted,  // reading the next frame faulted: a smashed stack
  kBroken,   // a frame returns to what is no code, or leads back down
};

// Where a walk that did not reach the bottom would have gone on: the return
// address, 0 where it could not be read, and the stack pointer after the
// return.
struct NextFrame {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
};

// The innermost kHead and the outermost kTail frames of a stack of any depth.
class StackTrace {
 public:
  // More than a report shows, which hides some of them, most of those at the
  // bottom.
  static constexpr int kHead = 60;
  static constexpr int kTail = 70;

  void Clear() { *this = StackTrace(); }
  void Add(uintptr_t pc, uintptr_t sp);
  // All of another one, further out.
  void Add(const StackTrace& outer);

  // The frames kept, innermost first; elided() frames are missing before
  // index kHead.
  int size() const;
  uint64_t elided() const { return total_ - static_cast<uint64_t>(size()); }
  uint64_t total() const { return total_; }
  uintptr_t pc(int i) const { return pcs_[SlotOf(i)]; }  // see kExactPc
  // At the call in frame i; 0 where it is too far from the first one's.
  uintptr_t sp(int i) const;

  StackEnd end() const { return end_; }
  const NextFrame& next() const { return next_; }
  void set_end(StackEnd end, NextFrame next = {}) {
    end_ = end;
    next_ = next;
  }

 private:
  // Stack pointers as words from the first one: traces are kept in frames.
  static constexpr int32_t kFarAway = INT32_MIN;

  int SlotOf(int i) const;

  uintptr_t pcs_[kHead + kTail] = {};  // the tail is a ring: frame n is at
  int32_t sps_[kHead + kTail] = {};    // kHead + (n - kHead) % kTail
  uintptr_t first_sp_ = 0;
  uint64_t total_ = 0;
  StackEnd end_ = StackEnd::kBottom;
  NextFrame next_;
};

// Does once what the first unwind would do (binding of symbols, libgcc's
// tables) and installs the handler for UnwindThread. Call at start-up.
// Errors: false when the handler could not be installed.
bool UnwindInit();

// Installs the handler of kUnwindSignal, which is that of the ticks too
// (guarded_call.h). `restart`: whether system calls that it interrupts go on;
// those of a thread that reports must not, a terminal may never take what a
// write has begun. Errors: false.
bool InstallUnwindHandler(bool restart);

// Whether there is a function at `pc`, so that a walk can go on from there (of
// a return address: from one less).
bool IsCode(uintptr_t pc);

// Asks another thread for its stack. Go's choice: ignored by default, so one
// that comes late kills nobody; passed on when the request is not ours.
inline constexpr int kUnwindSignal = kTickSignal;

// The frames of the caller, `skip` of them left out.
int UnwindHere(int skip, uintptr_t* pcs, int max);
void UnwindHere(int skip, StackTrace* trace);

// Adds to `trace` the caller's frames that are further out than `inner_sp`, up
// to the one whose locals are at `outer_sp`.
void UnwindBetween(uintptr_t inner_sp, uintptr_t outer_sp, StackTrace* trace);

// The frames of a goroutine parked by Boost's jump_fcontext, from the saved
// fcontext. Empty where kCanUnwindParked is false.
// Safety: the goroutine must not be resumed meanwhile.
#if defined(__x86_64__)
inline constexpr bool kCanUnwindParked = true;
#else
inline constexpr bool kCanUnwindParked = false;
#endif
int UnwindParked(const void* fcontext, uintptr_t* pcs, int max);
void UnwindParked(const void* fcontext, StackTrace* trace);

// The frames of the context a signal interrupted, without the handler's. A
// call through a bad pointer shows the bad pc, then its caller. Ends below
// `up_to_sp`.
// Safety: in the handler that was given `context`.
int UnwindContext(const ucontext_t* context, uintptr_t* pcs, int max);
void UnwindContext(const ucontext_t* context, StackTrace* trace,
                   uintptr_t up_to_sp = UINTPTR_MAX);

// The frames of thread `tid` of this process, which is interrupted and walks
// its own stack.
// Blocks: at most timeout_ms, and then until a walk already begun by the
// target is given up. Requests are served one at a time.
// A thread that is `busy(arg)`, asked in its handler, goes on and is
// interrupted again a little later.
//
// Errors: false when the thread is gone, blocks the signal, stays busy or is
// too late.
//
// Source: Go prints "goroutine running on other thread; stack unavailable".
bool UnwindThread(pid_t tid, StackTrace* trace, int timeout_ms,
                  bool (*busy)(const void* arg) = nullptr,
                  const void* arg = nullptr);

// From now on a thread that was asked for its stack stays where it was, and can
// be asked again: for reports that end the process. Its system call would come
// back to a program that goes on, and says so.
void HoldWalkedThreads();

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_MACHINE_UNWIND_H_
