// ASYNC-SIGNAL-SAFE: no malloc, no stdio, no locks.
#include "runtime/internal/diag/module.h"

#include <backtrace.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <span>

#include "runtime/internal/base/print.h"
#include "runtime/internal/diag/absolute_path.h"
#include "runtime/internal/diag/backtrace_files.h"
#include "runtime/internal/diag/build_id.h"
#include "runtime/internal/diag/private_fd.h"

extern "C" decltype(backtrace_create_state) lastwords_backtrace_create_state;

namespace runtime::internal {
namespace {

constexpr size_t kPageBytes = 4096;

constinit const Module* modules = nullptr;
char program_path[PATH_MAX] = "/proc/self/exe";

bool Find(uintptr_t pc, dl_find_object* found) {
  return _dl_find_object(reinterpret_cast<void*>(pc), found) == 0;
}

std::string_view NameOf(const link_map* map) {
  return map->l_name == nullptr ? "" : map->l_name;
}

// What the first page of a module says, which is always mapped: it is the first
// one of its file.
class FirstPage {
 public:
  explicit FirstPage(uintptr_t begin) : begin_(begin) {
    const auto* const header = reinterpret_cast<const ElfW(Ehdr)*>(begin);
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_phentsize != sizeof(ElfW(Phdr)) ||
        header->e_phoff + header->e_phnum * sizeof(ElfW(Phdr)) > kPageBytes) {
      return;
    }
    headers_ = {reinterpret_cast<const ElfW(Phdr)*>(begin + header->e_phoff),
                header->e_phnum};
    const auto first =
        std::find_if(headers_.begin(), headers_.end(),
                     [](const auto& h) { return h.p_type == PT_LOAD; });
    if (first != headers_.end() && first->p_offset == 0)
      size_ = first->p_filesz;
  }

  std::span<const unsigned char> BuildId(uintptr_t bias) const {
    const auto id = BuildIdIn(headers_, bias);
    const uintptr_t at = reinterpret_cast<uintptr_t>(id.data()) - begin_;
    const bool is_here = at < kPageBytes && id.size() <= kPageBytes - at;
    return is_here ? id : std::span<const unsigned char>();
  }

  // The first mapping's end.
  uintptr_t end() const {
    const auto page = static_cast<uintptr_t>(getpagesize());
    return (begin_ + size_ + page - 1) & ~(page - 1);
  }

  // Whether the file at `path` begins with the same bytes, its build-id among
  // them: not one that has been put in its place.
  bool IsOf(const char* path) const {
    const int fd = OpenSparing(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return false;
    static char bytes[kPageBytes];
    const ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
    close(fd);
    const size_t size = std::min(n < 0 ? 0 : static_cast<size_t>(n), size_);
    return size > 0 &&
           memcmp(bytes, reinterpret_cast<const void*>(begin_), size) == 0;
  }

 private:
  const uintptr_t begin_;
  std::span<const ElfW(Phdr)> headers_;
  size_t size_ = 0;  // of what is mapped of the file there
};

char* AppendHex(uintptr_t value, char* to) {
  int digits = 1;
  for (uintptr_t rest = value >> 4; rest != 0; rest >>= 4) ++digits;
  for (int i = digits; i > 0; --i)
    *to++ = kHexDigits[value >> (4 * i - 4) & 15];
  return to;
}

// Where the kernel says the file of a mapping is; "" if it does not.
std::string_view MappedFile(uintptr_t begin, uintptr_t end,
                            std::span<char> out) {
  char link[64] = "/proc/self/map_files/";
  char* to = AppendHex(begin, link + strlen(link));
  *to++ = '-';
  *AppendHex(end, to) = '\0';
  const ssize_t size = readlink(link, out.data(), out.size());
  return {out.data(), size > 0 ? static_cast<size_t>(size) : 0};
}

// A relative path is relative to a directory that may have been left since.
std::string_view PathOf(const Module& module, const FirstPage& page,
                        Arena& arena) {
  const std::string_view name = module.loaded_as;
  if (name.starts_with('/') || name.find('/') == name.npos) return name;
  char path[PATH_MAX];
  const std::string_view mapped = MappedFile(module.begin, page.end(), path);
  return mapped.empty() ? AbsolutePath(name, arena) : arena.Keep(mapped);
}

void IgnoreError(void*, const char*, int) {}

void OpenDebugInformation(Module* module, const FirstPage& page) {
  const char* path = module->path.data();
  if (module->is_program) {
    path = kProgramFile;
  } else if (IsSystemLibrary(module->path) || !page.IsOf(path)) {
    return;
  }
  module->state = lastwords_backtrace_create_state(path, /*threaded=*/0,
                                                   IgnoreError, nullptr);
}

bool IsStill(const Module& module, const dl_find_object& found) {
  return found.dlfo_link_map == module.map &&
         reinterpret_cast<uintptr_t>(found.dlfo_map_start) == module.begin &&
         reinterpret_cast<uintptr_t>(found.dlfo_map_end) == module.end &&
         module.map->l_addr == module.bias &&
         NameOf(module.map) == module.loaded_as &&
         std::equal(module.id, module.id + module.id_size, module.id_was);
}

}  // namespace

bool IsSystemLibrary(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return true;
  std::string_view folder = path.substr(0, slash);
  if (folder.starts_with("/usr/")) folder.remove_prefix(strlen("/usr"));
  if (!folder.starts_with("/lib")) return false;
  folder.remove_prefix(strlen("/lib"));
  for (const std::string_view width : {"64", "32", "x32"}) {
    if (folder.starts_with(width)) folder.remove_prefix(width.size());
  }
  return folder.empty() ||
         (folder.front() == '/' && folder.find('/', 1) == folder.npos &&
          folder.find("-linux-") != folder.npos);
}

void InitModules() {
  const ssize_t size =
      readlink(kProgramFile, program_path, sizeof(program_path) - 1);
  if (size > 0) program_path[size] = '\0';
  NoteStartDirectory();
}

std::string_view ProgramPath() { return program_path; }

bool IsLoadedAt(const Module* module, uintptr_t pc) {
  // The program stays where it is.
  if (module != nullptr && module->is_program) return true;
  dl_find_object found;
  const bool is_code = Find(pc, &found);
  return module == nullptr ? !is_code : is_code && IsStill(*module, found);
}

const Module* ModuleOf(uintptr_t pc, Arena& arena) {
  dl_find_object found;
  if (!Find(pc, &found)) return nullptr;
  for (const Module* m = modules; m != nullptr; m = m->next) {
    if (IsStill(*m, found)) return m;
  }
  void* const memory = arena.Allocate(sizeof(Module));
  if (memory == nullptr) return nullptr;
  const std::string_view name = NameOf(found.dlfo_link_map);
  auto* const module = new (memory)
      Module{.next = modules,
             .map = found.dlfo_link_map,
             .begin = reinterpret_cast<uintptr_t>(found.dlfo_map_start),
             .end = reinterpret_cast<uintptr_t>(found.dlfo_map_end),
             .bias = found.dlfo_link_map->l_addr,
             .loaded_as = arena.Keep(name)};
  module->is_program = name.empty();
  const FirstPage page(module->begin);
  const auto id = page.BuildId(module->bias);
  module->id = id.data();
  module->id_size = std::min(id.size(), Module::kMaxIdBytes);
  std::copy_n(module->id, module->id_size, module->id_was);
  module->path =
      module->is_program ? program_path : PathOf(*module, page, arena);
  OpenDebugInformation(module, page);
  modules = module;
  return module;
}

}  // namespace runtime::internal
