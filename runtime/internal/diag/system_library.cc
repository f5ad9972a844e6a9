// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/system_library.h"

#include <dlfcn.h>
#include <link.h>

#include <string_view>

namespace runtime::internal {
namespace {

struct Library {
  std::string_view prefix;  // of the file's name
  CodeOwner owner;
};

constexpr Library kLibraries[] = {
    {"libc.so", CodeOwner::kSystem},     {"libc-", CodeOwner::kSystem},
    {"ld-linux", CodeOwner::kSystem},    {"ld-2", CodeOwner::kSystem},
    {"linux-vdso", CodeOwner::kSystem},  {"libpthread", CodeOwner::kSystem},
    {"libm.so", CodeOwner::kSystem},     {"libgcc_s", CodeOwner::kSystem},
    {"libstdc++", CodeOwner::kSystem},   {"libc++", CodeOwner::kSystem},
    {"libasan", CodeOwner::kSanitizer},  {"libtsan", CodeOwner::kSanitizer},
    {"libubsan", CodeOwner::kSanitizer}, {"liblsan", CodeOwner::kSanitizer},
};

}  // namespace

CodeOwner OwnerOf(uintptr_t pc) {
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void*>(pc), &found) != 0) {
    return CodeOwner::kNobody;
  }
  const char* const path = found.dlfo_link_map->l_name;
  if (path == nullptr) return CodeOwner::kProgram;
  std::string_view name(path);
  name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
  for (const Library& library : kLibraries) {
    if (name.starts_with(library.prefix)) return library.owner;
  }
  return CodeOwner::kProgram;
}

}  // namespace runtime::internal
