// The exhaustive test of the exit gate: the source that ships, run over a
// modelled Env through every order of its atomic steps.
//
// P1  a panic that entered is reported, unless it was recovered or its
//     goroutine called Goexit (under a fatal error: at least as overtaken)
// P2  a report is whole, alone, printed once, and not of a panic that left
// P3  status 2 exactly when there is a report; else one has chosen it
// P4  no hang

#include "runtime/internal/control/exit_gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/internal/control/exit_gate_mutants.h"
#include "runtime/internal/control/wrong_gates.h"
#include "runtime/internal/explore/explorer.h"
#include "runtime/internal/explore/model_env.h"

namespace runtime::internal {
namespace {

using explore::Explorer;
using explore::ModelEnv;
using explore::Op;
using explore::Reduction;
using Line = ModelEnv::Line;
using Slot = ModelEnv::Slot;

// The gate under test behind one face, so that a scenario is compiled once.
class AnyGate {
 public:
  virtual void Enter(Slot& slot) = 0;
  virtual void Amend(ModelEnv::Record& record) = 0;
  virtual void Leave(Slot& slot) = 0;
  virtual void Crash(Slot& slot) = 0;
  virtual void Close(Slot* own) = 0;
  virtual void Finish() = 0;
  virtual void CloseInHandler() = 0;
  virtual bool CloseBySignal() = 0;
  virtual bool AllAsleep() = 0;
  virtual void GraceEnded() = 0;
  virtual void Overtake() = 0;
  virtual void ForkChild(Slot* own) = 0;

 protected:
  ~AnyGate() = default;
};

// Two steps, as no edit of a record is one.
void Edit(ModelEnv::Record& record) {
  explore::Write(&ModelEnv::world->lines, "edit record");
  record.changing = true;
  explore::Write(&ModelEnv::world->lines, "edit record");
  ++record.chain;
  record.changing = false;
}

template <class Gate>
class AGate final : public AnyGate {
 public:
  void Enter(Slot& slot) override { gate_.Enter(slot); }
  void Amend(ModelEnv::Record& record) override {
    gate_.Amend([&record] { Edit(record); });
  }
  void Leave(Slot& slot) override { gate_.Leave(slot); }
  void Crash(Slot& slot) override { gate_.Crash(slot); }
  void Close(Slot* own) override { gate_.Close(own); }
  void Finish() override { gate_.Finish(); }
  void CloseInHandler() override { gate_.CloseInHandler(); }
  bool CloseBySignal() override { return gate_.CloseBySignal(); }
  bool AllAsleep() override { return gate_.AllAsleep(); }
  void GraceEnded() override { gate_.GraceEnded(); }
  void Overtake() override { gate_.Overtake(); }
  void ForkChild(Slot* own) override { gate_.ForkChild(own); }

 private:
  Gate gate_;
};

constexpr int kPanics = 5;
constexpr int kEvents = 4;

struct History {
  bool entered = false;
  bool leaving = false;  // from here on a report is neither owed nor wrong
  bool left = false;
  uint8_t chain = 1;    // panics of the chain that have begun
  bool forked = false;  // the parent's; none of the child's business
};

// Everything that a run changes.
struct Stage {
  ModelEnv::World world;
  alignas(16) char gate_bytes[128];
  AnyGate* gate = nullptr;
  ModelEnv::Record records[kPanics];
  History history[kPanics];
  uint32_t events[kEvents] = {};
  uint32_t finished = 0;  // who has come back from Finish
};
Stage stage;

using MakeGate = AnyGate* (*)(void* at);
template <class Gate>
AnyGate* Make(void* at) {
  static_assert(sizeof(AGate<Gate>) <= sizeof stage.gate_bytes);
  return new (at) AGate<Gate>;
}

// ---- What the modelled goroutines do. A slot is a goroutine's.

void Happen(bool& what, const char* verb) {
  Explorer::Current().Step({.visible = true, .object = &what, .verb = verb});
  what = true;
}
void Panic(int slot, int panic) {
  stage.records[panic].panic = static_cast<uint8_t>(panic);
  stage.world.slots[slot].record = &stage.records[panic];
  stage.gate->Enter(stage.world.slots[slot]);
  Happen(stage.history[panic].entered, "panics");
}
void Nested(int panic) {
  stage.gate->Amend(stage.records[panic]);
  bool begun = false;
  Happen(begun, "panics in a deferred call");
  ++stage.history[panic].chain;
}
void Recover(int slot, int panic) {  // as Goexit, for the gate
  stage.history[panic].leaving = true;
  stage.gate->Leave(stage.world.slots[slot]);
  Happen(stage.history[panic].left, "left");
}
[[noreturn]] void Crash(int slot) {
  stage.gate->Crash(stage.world.slots[slot]);
  explore::Stop(Op::Blocked::kBusy, "returned from Crash");
}
Slot* SlotOf(int slot) { return slot < 0 ? nullptr : &stage.world.slots[slot]; }
constexpr int kNoSlot = -1;
void Close(int slot) { stage.gate->Close(SlotOf(slot)); }
[[noreturn]] void Finish(int status) {
  stage.gate->Finish();
  Explorer::Current().Step(
      {.visible = true, .object = &stage.finished, .verb = "shut the gate"});
  ++stage.finished;
  ModelEnv::Exit(status);
}
[[noreturn]] void Exit(int slot, int status) {
  Close(slot);
  ModelEnv::StopScheduling();
  Finish(status);
}
[[noreturn]] void Fatal() {
  stage.gate->Overtake();
  ModelEnv::Print({Line::kFatal, 0, 0});
  for (Slot& slot : stage.world.slots) {
    if (!ExitGate<ModelEnv>::InFlight(slot)) continue;
    const auto* record = static_cast<ModelEnv::Record*>(slot.record);
    ModelEnv::Print({Line::kOvertaken, record->panic, record->chain});
  }
  ModelEnv::Print({Line::kFatalEnd, 0, 0});
  ModelEnv::Exit(2);
}
void Ready(int event) {  // wg.Done()
  explore::Write(&stage.events[event], "ready");
  stage.events[event] = 1;
}
void Await(int event) {  // wg.Wait()
  Explorer::Current().Step({.kind = Op::Kind::kRead,
                            .blocked = Op::Blocked::kAsleep,
                            .object = &stage.events[event],
                            .guards = {&stage.events[event], nullptr},
                            .verb = "awaits"});
}
[[noreturn]] void RunForEver() {
  explore::Stop(Op::Blocked::kBusy, "runs for ever");
}
[[noreturn]] void SleepForEver() {
  explore::Stop(Op::Blocked::kAsleep, "sleeps for ever");
}
void Fork(int slot, int panic) {
  Explorer::Current().Step({.kind = Op::Kind::kBarrier, .verb = "fork"});
  Explorer::Current().KillOthers();
  for (int p = 0; p < kPanics; ++p) stage.history[p].forked = p != panic;
  stage.world.lines = 0;
  stage.gate->ForkChild(SlotOf(slot));
}

// ---- The roles.

// A goroutine ceases to be when somebody else has closed the gate; a thread
// goes on.
enum class Kind { kGoroutine, kThread };
struct Role {
  const char* name;
  std::function<void()> body;
  Kind kind = Kind::kGoroutine;
};

// The typical goroutine: its deferred call wakes whoever waits, then it dies.
Role Panics(const char* name, int id) {
  return {name, [id] {
            Panic(id, id);
            Ready(id);
            Crash(id);
          }};
}
Role Recovers(const char* name, int id) {
  return {name, [id] {
            Panic(id, id);
            Ready(id);
            Recover(id, id);
          }};
}
Role Exits(const char* name, int status) {
  return {name, [status] { Exit(kNoSlot, status); }};
}
Role ExitsAfter(const char* name, int event, int status) {
  return {name, [event, status] {
            Await(event);
            Exit(kNoSlot, status);
          }};
}
Role Clock() {
  return {"clock",
          [] {
            stage.world.clock = Explorer::Current().Self();
            ModelEnv::ParkForever();
          },
          Kind::kThread};
}
Role Detector() {
  return {"detector",
          [] {
            // More than once asked in vain, it was a hang.
            for (int i = 0; i < 2; ++i) {
              Explorer::Current().Step({.kind = Op::Kind::kBarrier,
                                        .blocked = Op::Blocked::kDetector,
                                        .verb = "all asleep"});
              if (!stage.gate->AllAsleep()) Fatal();
            }
          },
          Kind::kThread};
}

// ---- The verdict.

std::string Reported(bool in_order) {
  std::string text;
  const ModelEnv::World& world = stage.world;
  for (uint32_t i = 0; i < world.lines; ++i) {
    const Line& line = world.log[i];
    if (line.what == Line::kBegin) text += static_cast<char>('0' + line.panic);
    if (line.what == Line::kFatal) text += 'F';
  }
  if (!in_order) std::sort(text.begin(), text.end());
  return text;
}

// Reports one after the other, none cut: "" or what is wrong.
std::string CheckLog(int (&links)[kPanics]) {
  const ModelEnv::World& world = stage.world;
  bool fatal = false;
  int open = -1;
  for (uint32_t i = 0; i < world.lines; ++i) {
    const Line& line = world.log[i];
    switch (line.what) {
      case Line::kBegin:
        if (open >= 0 || fatal) return "P2: a report begins in another";
        if (links[line.panic] != 0) return "P2: a report is printed twice";
        open = line.panic;
        break;
      case Line::kPanic:
        if (open != line.panic) return "P2: reports are mixed";
        ++links[line.panic];
        break;
      case Line::kEnd:
        if (open != line.panic) return "P2: reports are mixed";
        if (links[line.panic] != line.link) return "P2: a chain changed";
        open = -1;
        break;
      case Line::kFatal:
        if (open >= 0 || fatal) return "P2: a fatal error in a report";
        fatal = true;
        break;
      case Line::kOvertaken:
        if (links[line.panic] != 0) return "P2: printed and overtaken";
        links[line.panic] = line.link;
        break;
      case Line::kFatalEnd:
        fatal = false;
        break;
    }
  }
  return open >= 0 || fatal ? "P2: the last report is cut" : "";
}

std::string Judge(Explorer::End end) {
  if (end == Explorer::End::kStuck) return "P4: hang";
  int links[kPanics] = {};
  if (std::string wrong = CheckLog(links); !wrong.empty()) return wrong;
  for (int p = 0; p < kPanics; ++p) {
    const History& history = stage.history[p];
    if (history.forked) {
      if (links[p] != 0) return "P2: the parent's report in the child";
    } else if (history.left && links[p] != 0) {
      return "P2: reported, though it left";
    } else if (history.entered && !history.leaving &&
               links[p] < history.chain) {
      return "P1: a panic that entered is lost";
    }
  }
  if (stage.finished > 1) return "P3: two have chosen the status";
  if ((stage.world.status == 2) != !Reported(false).empty()) {
    return "P3: status " + std::to_string(stage.world.status) +
           " with reports '" + Reported(true) + "'";
  }
  return "";
}

// ---- Scenarios.

struct Scenario {
  const char* name;
  std::vector<Role> roles;
  // Reports (F: a fatal error) and status; exactly these must be seen. None
  // given: the properties say enough.
  std::set<std::string> outcomes{};
  bool heavy = false;  // millions of states
};

struct Result {
  Explorer::Count count;
  std::set<std::string> outcomes;  // the order of the reports forgotten
  std::set<std::string> ordered;
  std::map<std::string, std::string> wrongs;  // with the first schedule of each
  double seconds = 0;
};

#ifdef __OPTIMIZE__
constexpr bool kExploreHeavy = true;
constexpr uint64_t kMostPlainSchedules = 10'000;
#else
constexpr bool kExploreHeavy = false;
constexpr uint64_t kMostPlainSchedules = 2'000;
#endif
enum class Until { kEnd, kFirstWrong };

Result Explore(const Scenario& scenario, MakeGate make, Reduction reduction,
               Until until, uint64_t most_schedules = UINT64_MAX) {
  new (&stage) Stage;
  stage.gate = make(stage.gate_bytes);
  ModelEnv::world = &stage.world;
  stage.world.grace_ended = [] { stage.gate->GraceEnded(); };
  Explorer explorer(&stage, sizeof stage);
  for (size_t i = 0; i < scenario.roles.size(); ++i) {
    const Role& role = scenario.roles[i];
    explorer.Add({role.name, role.body});
    if (role.kind == Kind::kGoroutine) stage.world.goroutines |= 1u << i;
  }
  Result result;
  uint64_t ends = 0;
  const auto start = std::chrono::steady_clock::now();
  result.count = explorer.Run(reduction, [&](Explorer::End end) {
    const std::string status = end == Explorer::End::kStuck
                                   ? " hang"
                                   : " =" + std::to_string(stage.world.status);
    result.ordered.insert(Reported(true) + status);
    result.outcomes.insert(Reported(false) + status);
    const std::string wrong = Judge(end);
    if (!wrong.empty() && result.wrongs.count(wrong) == 0) {
      result.wrongs[wrong] = explorer.Path();
    }
    return ++ends < most_schedules && (wrong.empty() || until == Until::kEnd);
  });
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  return result;
}

std::string Joined(const std::set<std::string>& outcomes) {
  std::string text;
  for (const std::string& outcome : outcomes) text += " [" + outcome + "]";
  return text;
}

std::vector<Scenario> Scenarios() {
  const Role main = ExitsAfter("main", 0, 0);  // woken by a deferred call of g0
  const Role race = Exits("main", 0);          // returns when it likes
  const Role second_closer = Exits("exit5", 5);
  const Role panics_again = {"g0", [] {
                               Panic(0, 0);
                               Ready(0);
                               Recover(0, 0);
                               Panic(0, 3);
                               Crash(0);
                             }};
  const Role nested = {"g0", [] {
                         Panic(0, 0);
                         Ready(0);
                         Nested(0);
                         Crash(0);
                       }};
  const Role exits_itself = {"g0", [] {
                               Panic(0, 0);
                               Ready(0);
                               Exit(0, 3);
                             }};
  const Role recovers_and_exits = {"g0", [] {
                                     Panic(0, 0);
                                     Recover(0, 0);
                                     Exit(0, 3);
                                   }};
  const Role runs_for_ever = {"g0", [] {
                                Panic(0, 0);
                                Ready(0);
                                RunForEver();
                              }};
  const Role sleeps_for_ever = {"g0", [] {
                                  Panic(0, 0);
                                  Ready(0);
                                  SleepForEver();
                                }};
  const Role again_for_ever = {"g0", [] {
                                 Panic(0, 0);
                                 Ready(0);
                                 Recover(0, 0);
                                 Panic(0, 3);
                                 RunForEver();
                               }};
  const Role nested_for_ever = {"g0", [] {
                                  Panic(0, 0);
                                  Ready(0);
                                  Nested(0);
                                  RunForEver();
                                }};
  const Role fatal = {"fatal", [] { Fatal(); }, Kind::kThread};
  const Role fatal_after = {"fatal",
                            [] {
                              Await(0);
                              Fatal();
                            },
                            Kind::kThread};
  const Role signal = {"signal",
                       [] {
                         if (stage.gate->CloseBySignal()) ModelEnv::Exit(143);
                         Ready(3);
                       },
                       Kind::kThread};
  const Role signal_after = {"signal",
                             [] {
                               Await(0);
                               if (stage.gate->CloseBySignal()) {
                                 ModelEnv::Exit(143);
                               }
                               Ready(3);
                             },
                             Kind::kThread};
  const Role signal_clock = {"clock",
                             [] {
                               stage.world.clock = Explorer::Current().Self();
                               Await(3);
                               Finish(143);
                             },
                             Kind::kThread};
  const Role handler = {"handler",
                        [] {
                          Await(0);
                          stage.gate->CloseInHandler();
                          ModelEnv::Exit(7);
                        },
                        Kind::kThread};
  const Role handler_races = {"handler",
                              [] {
                                stage.gate->CloseInHandler();
                                ModelEnv::Exit(7);
                              },
                              Kind::kThread};
  const Role handlers_panic = {"main", [] {
                                 Close(kNoSlot);
                                 Close(kNoSlot);
                                 Panic(3, 3);
                                 Crash(3);
                               }};
  const Role handlers_recover = {"main", [] {
                                   Close(kNoSlot);
                                   Panic(3, 3);
                                   Recover(3, 3);
                                   Exit(3, 0);
                                 }};
  const Role main_then_handlers_recover = {"main", [] {
                                             Await(0);
                                             Close(kNoSlot);
                                             Panic(3, 3);
                                             Recover(3, 3);
                                             Exit(3, 0);
                                           }};
  const Role handlers_exit = {"main", [] {
                                Close(kNoSlot);
                                Panic(3, 3);
                                Exit(3, 4);
                              }};
  const Role forks = {"forks", [] {
                        Panic(1, 1);
                        Fork(1, 1);
                        Recover(1, 1);
                        Exit(1, 6);
                      }};
  const Role forks_and_crashes = {"forks", [] {
                                    Panic(1, 1);
                                    Fork(1, 1);
                                    Crash(1);
                                  }};
  const Role handlers_fork = {"main", [] {
                                Close(kNoSlot);
                                Fork(kNoSlot, kNoSlot);
                                Exit(kNoSlot, 6);
                              }};
  const Role g0 = Panics("g0", 0), g1 = Panics("g1", 1), g2 = Panics("g2", 2);
  const Role r0 = Recovers("g0", 0), r1 = Recovers("g1", 1);
  const Role r2 = Recovers("g2", 2);

  // Threads, which go on while exit handlers run.
  const auto thread = [](Role role) {
    role.kind = Kind::kThread;
    return role;
  };
  const Role t0 = thread(g0), t1 = thread(g1), t0_recovers = thread(r0);
  const Role t0_for_ever = thread(runs_for_ever);
  // A pool that an exit handler stops: what its threads do then begins then.
  const Role pool_panics = {"t1",
                            [] {
                              Await(2);
                              Panic(1, 1);
                              Crash(1);
                            },
                            Kind::kThread};
  const Role pool_recovers_and_exits = {"t1",
                                        [] {
                                          Await(2);
                                          Panic(1, 1);
                                          Recover(1, 1);
                                          Exit(1, 3);
                                        },
                                        Kind::kThread};
  const Role pool_exits_itself = {"t1",
                                  [] {
                                    Await(2);
                                    Panic(1, 1);
                                    Exit(1, 3);
                                  },
                                  Kind::kThread};
  const Role pool_fatal = {"fatal",
                           [] {
                             Await(2);
                             Fatal();
                           },
                           Kind::kThread};
  const Role pool_handler = {"handler",
                             [] {
                               Await(2);
                               stage.gate->CloseInHandler();
                               ModelEnv::Exit(7);
                             },
                             Kind::kThread};
  const Role pool_signal = {"signal",
                            [] {
                              Await(2);
                              if (stage.gate->CloseBySignal()) {
                                ModelEnv::Exit(143);
                              }
                              Ready(3);
                            },
                            Kind::kThread};
  // Exit handlers that wait for a thread which never comes back; that stop the
  // pool and wait for nobody; that were let go by a deferred call of t0.
  const auto handlers = [](std::function<void()> run) {
    return Role{"main", [run = std::move(run)] {
                  Close(kNoSlot);
                  ModelEnv::StopScheduling();
                  run();
                  Finish(0);
                }};
  };
  const Role handlers_join = handlers([] {
    Ready(2);
    Await(1);
  });
  const Role handlers_stop = handlers([] { Ready(2); });
  const Role handlers_await = handlers([] { Await(0); });
  const Role handlers_stop_and_panic = handlers([] {
    Ready(2);
    Panic(3, 3);
    Crash(3);
  });
  const Role handlers_stop_and_recover = handlers([] {
    Ready(2);
    Panic(3, 3);
    Recover(3, 3);
  });
  // Goroutines that have a worker of their own go on until they ask for more.
  const Role main_alone = {"main", [] {
                             Close(kNoSlot);
                             Finish(0);
                           }};

  return {
      {"nothing, main", {race}, {" =0"}},
      {"panic, main woken by it", {g0, main}, {"0 =2"}},
      {"panic, main races", {g0, race}, {" =0", "0 =2"}},
      {"2 panics, main", {g0, g1, main}, {"0 =2", "1 =2", "01 =2"}},
      {"2 panics, main races",
       {g0, g1, race},
       {" =0", "0 =2", "1 =2", "01 =2"}},
      {"3 panics, main",
       {g0, g1, g2, main},
       {"0 =2", "1 =2", "2 =2", "01 =2", "02 =2", "12 =2", "012 =2"}},
      {"3 panics, main races, clock", {g0, g1, g2, race, Clock()}, {}, true},
      {"2 panics, recovered, main, clock",
       {g0, g1, r2, main, Clock()},
       {},
       true},
      {"3 recovered, main", {r0, r1, r2, main}, {" =0"}},
      {"recovered, main", {r0, main}, {" =0"}},
      {"recovered, panic, main", {r0, g1, main}, {" =0", "1 =2"}},
      {"panic, recovered, main", {g0, r1, main}, {"0 =2"}},
      {"recovered and again, main", {panics_again, main}, {" =0", "3 =2"}},
      {"recovered and again, panic, main",
       {panics_again, g1, main},
       {" =0", "1 =2", "3 =2", "13 =2"}},
      {"nested, main", {nested, main}, {"0 =2"}},
      {"nested, panic, main", {nested, g1, main}, {"0 =2", "1 =2", "01 =2"}},
      {"if (Recover()) Exit(3)", {recovers_and_exits}, {" =3"}},
      {"if (Recover()) Exit(3), main",
       {recovers_and_exits, race},
       {" =0", " =3"}},
      {"Exit from the panic, main", {exits_itself, main}, {"0 =2"}},
      {"Exit from the panic, panic, main",
       {exits_itself, g1, main},
       {"0 =2", "1 =2", "01 =2"}},
      {"panic, two closers", {g0, main, second_closer}, {" =5", "0 =2"}},
      {"recovered, two closers", {r0, main, second_closer}, {" =0", " =5"}},
      {"2 recovered, two closers",
       {r0, r1, main, second_closer},
       {" =0", " =5"}},
      {"2 panics, two closers",
       {g0, g1, main, second_closer},
       {" =5", "0 =2", "1 =2", "01 =2"}},
      {"runs for ever, main, clock", {runs_for_ever, main, Clock()}, {"0 =2"}},
      {"runs for ever, panic, main, clock",
       {runs_for_ever, g1, main, Clock()},
       {"0 =2", "1 =2", "01 =2"}},
      {"runs for ever, panic, clock",
       {runs_for_ever, g1, Clock()},
       {"1 =2", "01 =2"}},
      {"runs for ever, recovered, main, clock",
       {runs_for_ever, r1, main, Clock()},
       {"0 =2", "01 =2"}},
      {"panic, main, clock", {g0, main, Clock()}, {"0 =2"}},
      {"2 panics, main, clock",
       {g0, g1, main, Clock()},
       {"0 =2", "1 =2", "01 =2"}},
      {"recovered, main, clock", {r0, main, Clock()}, {" =0", "0 =2"}},
      {"recovered and again for ever, main, clock",
       {again_for_ever, main, Clock()},
       {" =0", "0 =2", "3 =2"}},
      {"nested for ever, main, clock",
       {nested_for_ever, main, Clock()},
       {"0 =2"}},
      {"recovered, main, clock, panic recovered in exit handlers",
       {r0, main_then_handlers_recover, Clock()},
       {" =0", "0 =2"}},
      {"recovered, panic, main, clock, panic recovered in exit handlers",
       {r0, g1, main_then_handlers_recover, Clock()},
       {" =0", "0 =2", "1 =2", "01 =2"}},
      {"asleep, main", {sleeps_for_ever, main, Detector()}, {"0 =2"}},
      {"asleep, panic, main",
       {sleeps_for_ever, g1, main, Detector()},
       {"1 =2", "01 =2"}},
      {"asleep, panic", {sleeps_for_ever, g1, Detector()}, {"1 =2", "01 =2"}},
      {"asleep, nobody waits", {sleeps_for_ever, Detector()}, {"F =2"}},
      {"asleep, main, clock",
       {sleeps_for_ever, main, Clock(), Detector()},
       {"0 =2"}},
      {"asleep, recovered, main, clock",
       {sleeps_for_ever, r1, main, Clock(), Detector()},
       {"0 =2", "01 =2"}},
      {"panic, fatal error", {g0, fatal_after}, {"0 =2", "0F =2", "F =2"}},
      {"2 panics, fatal error", {g0, g1, fatal}, {}},
      {"recovered, fatal error, main", {r0, fatal_after, race}, {}},
      {"nested, fatal error, main", {nested, fatal_after, race}, {}},
      {"panic, two fatal errors", {g0, fatal_after, fatal}, {}},
      {"panic, fatal error, main, clock", {g0, fatal_after, main, Clock()}, {}},
      {"panic, signal", {g0, signal_after, signal_clock}, {"0 =2"}},
      {"recovered, signal",
       {r0, signal_after, signal_clock},
       {" =143", "0 =2"}},
      {"panic, signal, main", {g0, signal, signal_clock, main}, {}},
      {"panic, Exit in a handler", {g0, handler}, {"0 =2"}},
      {"2 panics, Exit in a handler",
       {g0, g1, handler},
       {"0 =2", "1 =2", "01 =2"}},
      {"recovered, Exit in a handler", {r0, handler}, {" =7", "0 =2"}},
      {"panic, Exit in a handler, main", {g0, handler, race}, {" =0", "0 =2"}},
      {"panic races Exit in a handler, signal",
       {g0, handler_races, signal},
       {" =143", " =7", "0 =2"}},
      {"panic in exit handlers, panic, closer",
       {handlers_panic, g0, second_closer},
       {}},
      {"panic in exit handlers, signal",
       {handlers_panic, signal, signal_clock},
       {" =143", "3 =2"}},
      {"panic in exit handlers", {handlers_panic}, {"3 =2"}},
      {"recovered in exit handlers, closer",
       {handlers_recover, second_closer},
       {" =0", " =5"}},
      {"Exit from a panic in exit handlers, closer",
       {handlers_exit, second_closer},
       {"3 =2", " =5"}},
      {"panic, fork, recovered", {g0, forks}, {}},
      {"panic, fork, panic", {g0, forks_and_crashes}, {}},
      {"fork in exit handlers", {handlers_fork, g0}, {" =6", "0 =2"}},

      {"a thread panics, main races", {t0, race}, {" =0", "0 =2"}},
      {"goroutines go on in exit handlers", {g0, main_alone}, {" =0", "0 =2"}},
      {"goroutines go on in exit handlers, panic of a thread, clock",
       {g0, main_alone, t1, Clock()},
       {" =0", "0 =2", "1 =2", "01 =2"}},
      {"exit handlers join a thread that panics",
       {handlers_join, pool_panics},
       {"1 =2"}},
      {"exit handlers join a thread that panics, closer",
       {handlers_join, pool_panics, second_closer},
       {"1 =2", " =5"}},
      {"exit handlers join a thread with a fatal error",
       {handlers_join, pool_fatal},
       {"F =2"}},
      {"exit handlers join a thread that panics, another has a fatal error",
       {handlers_join, pool_panics, pool_fatal},
       {"1 =2", "F =2", "1F =2"}},
      {"exit handlers stop a thread that panics",
       {handlers_stop, pool_panics},
       {" =0", "1 =2"}},
      {"exit handlers stop a thread with a fatal error",
       {handlers_stop, pool_fatal},
       {" =0", "F =2"}},
      {"exit handlers let go by a thread's panic",
       {handlers_await, t0},
       {"0 =2"}},
      {"exit handlers let go by a thread's panic, another panics",
       {handlers_await, t0, t1},
       {"0 =2", "1 =2", "01 =2"}},
      {"exit handlers let go by a thread's recovered panic",
       {handlers_await, t0_recovers},
       {" =0"}},
      {"exit handlers let go by a thread's recovered panic, another panics",
       {handlers_await, t0_recovers, t1},
       {" =0", "1 =2"}},
      {"exit handlers let go by a thread's panic, clock",
       {handlers_await, t0, Clock()},
       {"0 =2"}},
      {"exit handlers let go by a thread's panic that runs for ever, clock",
       {handlers_await, t0_for_ever, Clock()},
       {"0 =2"}},
      {"exit handlers let go by a thread's panic, signal",
       {handlers_await, t0, signal, signal_clock},
       {" =143", "0 =2"}},
      {"exit handlers let go by a thread's recovered panic, signal",
       {handlers_await, t0_recovers, signal, signal_clock},
       {" =0", " =143", "0 =2"}},
      {"exit handlers stop a thread that panics, signal",
       {handlers_stop, pool_panics, pool_signal, signal_clock},
       {" =0", " =143", "1 =2"}},
      {"exit handlers panic, so does a thread",
       {handlers_stop_and_panic, pool_panics},
       {"1 =2", "3 =2", "13 =2"}},
      {"exit handlers panic, a thread has a fatal error",
       {handlers_stop_and_panic, pool_fatal},
       {"3 =2", "F =2", "3F =2"}},
      {"exit handlers recover, a thread panics",
       {handlers_stop_and_recover, pool_panics},
       {" =0", "1 =2"}},
      {"exit handlers and a thread: if (Recover()) Exit(3)",
       {handlers_stop_and_recover, pool_recovers_and_exits},
       {" =0"}},
      {"Exit from a thread's panic in exit handlers",
       {handlers_join, pool_exits_itself},
       {"1 =2"}},
      {"exit handlers, Exit in a thread's handler",
       {handlers_stop, pool_handler},
       {" =0"}},
      {"exit handlers, Exit in a thread's handler, a thread panics",
       {handlers_stop, pool_handler, pool_panics},
       {" =0", "1 =2"}},
  };
}

std::string Told(const std::pair<const std::string, std::string>& wrong) {
  return wrong.first + "\n" + wrong.second;
}

const Scenario& Find(const std::vector<Scenario>& scenarios, const char* name) {
  for (const Scenario& scenario : scenarios) {
    if (std::string(scenario.name) == name) return scenario;
  }
  ADD_FAILURE() << "no scenario " << name;
  return scenarios[0];
}

std::string Unexpected(const Scenario& scenario, const Result& result) {
  if (scenario.outcomes.empty()) return "";
  for (const std::string& outcome : result.outcomes) {
    if (scenario.outcomes.count(outcome) == 0) return "wrong end: " + outcome;
  }
  return "";
}

class ExitGateTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!explore::kStacksMayBeCopied) {
      GTEST_SKIP() << "a sanitizer keeps books on the stacks";
    }
  }
  const std::vector<Scenario> scenarios_ = Scenarios();
};

TEST_F(ExitGateTest, HoldsInEverySchedule) {
  double seconds = 0;
  std::printf("%10s %10s %10s %8s  scenario: reports and status\n", "schedules",
              "states", "steps", "seconds");
  for (const Scenario& scenario : scenarios_) {
    if (scenario.heavy && !kExploreHeavy) continue;
    const Result result =
        Explore(scenario, Make<ExitGate<ModelEnv>>,
                Reduction::kSleepSetsAndStates, Until::kFirstWrong);
    for (const auto& wrong : result.wrongs) {
      ADD_FAILURE() << scenario.name << ": " << Told(wrong);
    }
    if (!scenario.outcomes.empty()) {
      EXPECT_EQ(result.outcomes, scenario.outcomes) << scenario.name;
    }
    std::printf("%10ju %10ju %10ju %8.2f  %s:%s\n",
                uintmax_t{result.count.schedules},
                uintmax_t{result.count.states}, uintmax_t{result.count.steps},
                result.seconds, scenario.name, Joined(result.outcomes).c_str());
    seconds += result.seconds;
  }
  std::printf("%.2f seconds\n", seconds);
}

// What the reductions leave out must not matter: plain depth-first search of
// the small scenarios, with the gates that go wrong too, comes to the same
// ends.
TEST_F(ExitGateTest, ReductionsLoseNoOutcome) {
  const std::pair<const char*, MakeGate> gates[] = {
      {"right", Make<ExitGate<ModelEnv>>},
      {"none", Make<NoGate<ModelEnv>>},
      {"2012", Make<Gate2012<ModelEnv>>},
      {"Go", Make<GoGate<ModelEnv>>},
      {"mutant", Make<CrashedAfterUncounting<ModelEnv>>}};
  std::printf("%10s %10s %10s %8s  schedules, small scenarios\n", "plain",
              "sleep sets", "states", "seconds");
  int compared = 0;
  for (const auto& [name, make] : gates) {
    for (const Scenario& scenario : scenarios_) {
      if (scenario.roles.size() > 3) continue;
      const Result states =
          Explore(scenario, make, Reduction::kSleepSetsAndStates, Until::kEnd);
      const Result sleep = Explore(scenario, make, Reduction::kSleepSets,
                                   Until::kEnd, kMostPlainSchedules);
      const Result plain = Explore(scenario, make, Reduction::kNone,
                                   Until::kEnd, kMostPlainSchedules);
      if (sleep.count.stopped || plain.count.stopped) continue;  // not small
      ++compared;
      std::printf(
          "%10ju %10ju %10ju %8.2f  %s: %s\n", uintmax_t{plain.count.schedules},
          uintmax_t{sleep.count.schedules}, uintmax_t{states.count.schedules},
          plain.seconds, name, scenario.name);
      for (const Result* reduced : {&sleep, &states}) {
        EXPECT_EQ(reduced->ordered, plain.ordered) << name << scenario.name;
        ASSERT_EQ(reduced->wrongs.size(), plain.wrongs.size());
        for (const auto& [wrong, path] : plain.wrongs) {
          EXPECT_EQ(reduced->wrongs.count(wrong), 1u) << wrong;
        }
      }
    }
  }
  EXPECT_GE(compared, 90);
}

// The properties that a gate breaks in one scenario, each with a schedule.
std::set<std::string> Convict(const char* gate, MakeGate make,
                              const Scenario& scenario) {
  const Result result =
      Explore(scenario, make, Reduction::kSleepSetsAndStates, Until::kEnd);
  std::set<std::string> broken;
  for (const auto& wrong : result.wrongs) {
    if (!broken.insert(wrong.first.substr(0, 2)).second) continue;
    std::printf("gate \"%s\", %s: %s", gate, scenario.name,
                Told(wrong).c_str());
  }
  return broken;
}

TEST_F(ExitGateTest, WrongGatesAreConvicted) {
  using Broken = std::set<std::string>;
  const Scenario& one = Find(scenarios_, "panic, main woken by it");
  const Scenario& two = Find(scenarios_, "2 panics, main");
  const Scenario& left = Find(scenarios_, "recovered, main");
  EXPECT_EQ(Convict("none", Make<NoGate<ModelEnv>>, one),
            (Broken{"P1", "P2", "P3"}));
  EXPECT_EQ(Convict("2012", Make<Gate2012<ModelEnv>>, one),
            (Broken{"P1", "P2", "P3"}));
  EXPECT_EQ(Convict("Go", Make<GoGate<ModelEnv>>, one),
            (Broken{"P1", "P2", "P3"}));
  EXPECT_EQ(Convict("none", Make<NoGate<ModelEnv>>, two),
            (Broken{"P1", "P2", "P3"}));
  EXPECT_EQ(Convict("2012", Make<Gate2012<ModelEnv>>, two),
            (Broken{"P1", "P2", "P3"}));
  EXPECT_EQ(Convict("Go", Make<GoGate<ModelEnv>>, two),
            (Broken{"P1", "P2", "P3"}));
  // No panic, no fault of theirs.
  EXPECT_EQ(Convict("Go", Make<GoGate<ModelEnv>>, left), Broken{});
}

struct Mutant {
  const char* name;
  MakeGate make;
};
constexpr Mutant kMutants[] = {
#define MUTANT(name) {#name, Make<name<ModelEnv>>},
    EXIT_GATE_MUTANTS(MUTANT)
#undef MUTANT
};

// What is wrong with the mutant in one of the scenarios, or "": in none.
std::string Convicted(const Mutant& mutant,
                      const std::vector<Scenario>& scenarios,
                      uint64_t most_schedules) {
  for (const Scenario& scenario : scenarios) {
    if (scenario.heavy) continue;
    const Result result =
        Explore(scenario, mutant.make, Reduction::kSleepSetsAndStates,
                Until::kFirstWrong, most_schedules);
    std::string wrong = Unexpected(scenario, result);
    if (!result.wrongs.empty()) wrong = result.wrongs.begin()->first;
    if (wrong.empty()) continue;
    return wrong + " (" + scenario.name + ", schedule " +
           std::to_string(result.count.schedules) + ")";
  }
  return "";
}

TEST_F(ExitGateTest, MutantsAreConvicted) {
  std::vector<Scenario> small_first = scenarios_;
  std::stable_sort(small_first.begin(), small_first.end(),
                   [](const Scenario& a, const Scenario& b) {
                     return a.roles.size() < b.roles.size();
                   });
  for (const Mutant& mutant : kMutants) {
    constexpr uint64_t kGlance = 300;  // most need no more
    std::string wrong = Convicted(mutant, small_first, kGlance);
    if (wrong.empty()) wrong = Convicted(mutant, small_first, UINT64_MAX);
    EXPECT_NE(wrong, "") << mutant.name;
    std::printf("%-32s %s\n", mutant.name, wrong.c_str());
  }
}

}  // namespace
}  // namespace runtime::internal
