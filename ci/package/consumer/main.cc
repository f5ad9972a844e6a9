// Whatever its arguments say, it runs out of coffee.
#include "runtime/defer.h"
#include "runtime/go.h"
#include "runtime/panic.h"
#include "runtime/sync.h"

namespace consumer {

void Brew() {
  runtime::WaitGroup cups;
  cups.Add(1);
  runtime::Go([&] {
    runtime::Defer done([&] { cups.Done(); });
    runtime::Panic("out of coffee");
  });
  cups.Wait();
}

}  // namespace consumer

RUNTIME_MAIN(consumer::Brew)
