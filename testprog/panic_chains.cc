// Panics in deferred calls: what is recovered, what is repeated, what is shown.
#include <cstdio>
#include <string>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "testprog/registry.h"

namespace testprog {

inline void PrintRecovered() {
  const auto value = runtime::Recover();
  std::printf("%s\n", value ? value->String().c_str() : "<nil>");
}

SCENARIO(RecursivePanic) {
  runtime::Protect([] {
    runtime::Defer print([] { PrintRecovered(); });
    runtime::Defer wrap([] {
      if (auto value = runtime::Recover()) {
        runtime::Panic("wrap: " + value->String());
      }
    });
    runtime::Panic("bad");
  });
  runtime::Panic("again");
}

SCENARIO(RecursivePanic2) {
  runtime::Protect([] {
    runtime::Defer print([] { PrintRecovered(); });
    runtime::Protect([] {
      runtime::Defer panic([] { runtime::Panic("second panic"); });
      runtime::Defer print_first([] { PrintRecovered(); });
      runtime::Panic("first panic");
    });
  });
  runtime::Panic("third panic");
}

SCENARIO(RecursivePanic3) {
  runtime::Defer panics([] {
    runtime::Defer recovers([] { runtime::Recover(); });
    runtime::Panic("second panic");
  });
  runtime::Panic("first panic");
}

SCENARIO(RecursivePanic4) {
  runtime::Defer panics([] {
    runtime::Recover();
    runtime::Panic("second panic");
  });
  runtime::Panic("first panic");
}

inline void Three() {
  runtime::Defer nothing([] {});
  runtime::Defer print_second([] { PrintRecovered(); });
  runtime::Defer print_first([] {
    PrintRecovered();
    runtime::Panic("second panic");
  });
  runtime::Panic("first panic");
}

inline void Two() {
  runtime::Defer nothing([] {});
  runtime::Protect([] { Three(); });
}

SCENARIO(RecursivePanic5) {
  Two();
  runtime::Panic("third panic");
}

SCENARIO(RepanickedPanic) {
  runtime::Defer again([] { runtime::Panic(*runtime::Recover()); });
  runtime::Panic("message");
}

SCENARIO(RepanickedMiddlePanic) {
  runtime::Defer outer([] {
    runtime::Recover();
    runtime::Panic("outer");
  });
  runtime::Defer again([] { runtime::Panic(*runtime::Recover()); });
  runtime::Defer middle([] {
    runtime::Recover();
    runtime::Panic("middle");
  });
  runtime::Panic("inner");
}

SCENARIO(RepanickedPanicSandwich) {
  runtime::Defer again([] {
    const auto outer = runtime::Recover();
    runtime::Defer outer_again([&] {
      runtime::Recover();
      runtime::Panic(*outer);
    });
    runtime::Panic("inner");
  });
  runtime::Panic("outer");
}

SCENARIO(PanicAfterGoexit) {
  runtime::Defer panics([] { runtime::Panic("hello"); });
  runtime::Goexit();
}

__attribute__((noinline)) inline void pt2() {
  runtime::Defer panics([] { runtime::Panic("panic pt2"); });
  runtime::Panic("hello");
}

__attribute__((noinline)) inline void pt1() {
  runtime::Defer panics([] { runtime::Panic("panic pt1"); });
  pt2();
}

SCENARIO(PanicTraceback) { pt1(); }

}  // namespace testprog
