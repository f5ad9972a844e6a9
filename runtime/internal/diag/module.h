// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
//
// What is loaded: the program and its libraries. A library may be unloaded, and
// another one loaded in its place; then it is another module.
#ifndef LASTWORDS_RUNTIME_INTERNAL_DIAG_MODULE_H_
#define LASTWORDS_RUNTIME_INTERNAL_DIAG_MODULE_H_

#include <link.h>

#include <cstdint>
#include <string_view>

#include "runtime/internal/diag/arena.h"

struct backtrace_state;

namespace runtime::internal {

// Never changed once it is known to others.
struct Module {
  static constexpr size_t kMaxIdBytes = 20;

  const Module* next = nullptr;
  const link_map* map = nullptr;
  uintptr_t begin = 0;  // of its first mapping
  uintptr_t end = 0;    // of its last one
  uintptr_t bias = 0;   // what relocation added to its addresses
  std::string_view loaded_as = {};
  const unsigned char* id = nullptr;  // its build-id, where it is mapped
  size_t id_size = 0;                 // 0: it has none
  unsigned char id_was[kMaxIdBytes] = {};
  std::string_view path = {};        // absolute, as reports show it
  backtrace_state* state = nullptr;  // null: no debug information wanted
  bool is_program = false;
};

// Whether a library is in one of the loader's own directories, or the kernel's:
// their names are known well enough, and their debug files are large. What
// belongs to an application is elsewhere, or deeper.
bool IsSystemLibrary(std::string_view path);

// Notes where the program and its sources are. Call at start-up.
void InitModules();

// Where the program is, as reports show it.
std::string_view ProgramPath();

// Whether the code at `pc` is still that of `module`; of none: whether there is
// no code.
bool IsLoadedAt(const Module* module, uintptr_t pc);

// The module whose code is at `pc`, new ones in `arena`.
// Errors: null for a pc outside of all code, or where there is no memory.
// Safety: under the symbolizer's lock.
const Module* ModuleOf(uintptr_t pc, Arena& arena);

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_DIAG_MODULE_H_
