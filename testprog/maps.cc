// Maps that goroutines use at once. Go's scenarios of these names hope to meet
// within 10,000 turns; these meet in every run.
#include "runtime/chan.h"
#include "runtime/go.h"
#include "runtime/map.h"
#include "runtime/select.h"
#include "testprog/registry.h"

namespace testprog {

SCENARIO(concurrentMapWrites) {
  auto map = runtime::MakeMap<int, int>();
  auto writing = runtime::MakeChan<bool>();
  runtime::Go([=] {
    map.Update(5, [&](int&) {
      writing.Send(true);
      runtime::Select();
    });
  });
  writing.Recv();
  map.Set(6, 0);
}

SCENARIO(concurrentMapReadWrite) {
  auto map = runtime::MakeMap<int, int>();
  auto writing = runtime::MakeChan<bool>();
  runtime::Go([=] {
    map.Update(5, [&](int&) {
      writing.Send(true);
      runtime::Select();
    });
  });
  writing.Recv();
  map.Get(6);
}

SCENARIO(concurrentMapIterateWrite) {
  auto map = runtime::MakeMap<int, int>({{5, 0}});
  auto iterating = runtime::MakeChan<bool>();
  runtime::Go([=] {
    for ([[maybe_unused]] const auto& element : map) {
      iterating.Send(true);
      runtime::Select();
    }
  });
  iterating.Recv();
  map.Set(6, 0);
}

}  // namespace testprog
