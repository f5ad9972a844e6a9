// Who is who: ids, and that nobody is there whom the program did not start.
#include <cstdio>
#include <functional>

#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/select.h"
#include "runtime/sleep.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(MainGoroutineID) { runtime::Panic("test"); }

SCENARIO(NoHelperGoroutines) {
  runtime::After(absl::Hours(1));
  runtime::Panic("oops");
}

SCENARIO(NumGoroutine) { std::printf("%d\n", runtime::NumGoroutine()); }

SCENARIO(GoNil) {
  runtime::Defer recovers([] { runtime::Recover(); });
  std::function<void()> f;
  runtime::Go(f);
  runtime::Select();
}

}  // namespace testprog
