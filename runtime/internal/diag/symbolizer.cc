// ASYNC-SIGNAL-SAFE: no malloc, no stdio; memory is static or mapped; the only
// lock is its own, which is waited for only so long.
#include "runtime/internal/diag/symbolizer.h"

#include <backtrace.h>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "runtime/internal/base/futex.h"
#include "runtime/internal/diag/absolute_path.h"
#include "runtime/internal/diag/arena.h"
#include "runtime/internal/diag/backtrace_files.h"
#include "runtime/internal/diag/function_name.h"
#include "runtime/internal/diag/module.h"
#include "runtime/internal/machine/unwind.h"

// libbacktrace and libstdc++'s demangler, linked into one object with names of
// its own (see CMakeLists.txt): the demangler that allocates nothing is not
// exported by libstdc++.so, and libbacktrace must ask us, not the dynamic
// loader, which modules there are. Asking the loader takes its lock, and reads
// the debug files of all libraries.
extern "C" {
decltype(backtrace_pcinfo) lastwords_backtrace_pcinfo;
decltype(backtrace_syminfo) lastwords_backtrace_syminfo;
decltype(dl_iterate_phdr) lastwords_dl_iterate_phdr;
int lastwords_demangle_callback(const char* mangled,
                                void (*text)(const char*, size_t, void*),
                                void* arg);
}

namespace runtime::internal {
namespace {

constexpr std::string_view kUnknown = "?";
constexpr size_t kMaxGoName = 512;

// --- The lock --------------------------------------------------------------

// Everything below it is guarded by this. Its word is the holder's tid.
class SymbolizerLock {
 public:
  static constexpr int64_t kTimeoutNs = 1'000'000'000;

  // Not held afterwards if this thread was interrupted while it held it, or if
  // another one does not give it back.
  SymbolizerLock() {
    const auto self = static_cast<uint32_t>(gettid());
    uint32_t holder = 0;
    held_ = word_.compare_exchange_strong(holder, self) ||
            (holder != self && Wait(self));
  }
  SymbolizerLock(const SymbolizerLock&) = delete;
  SymbolizerLock& operator=(const SymbolizerLock&) = delete;
  ~SymbolizerLock() {
    if (!held_) return;
    lost_.store(0);
    word_.store(0);
    // Either we see who waits, or who waits sees that the word has changed.
    if (waiters_.load() != 0) FutexWake(&word_, 1);
  }
  bool held() const { return held_; }

 private:
  bool Wait(uint32_t self) {
    waiters_.fetch_add(1);
    const bool got_it = WaitInTime(self);
    waiters_.fetch_sub(1);
    return got_it;
  }

  bool WaitInTime(uint32_t self) {
    const int64_t deadline_ns = MonotonicNs() + kTimeoutNs;
    uint32_t holder = 0;
    while (!word_.compare_exchange_strong(holder, self)) {
      const int64_t left_ns = deadline_ns - MonotonicNs();
      if (holder == lost_.load()) return false;
      if (left_ns <= 0) {
        lost_.store(holder);
        return false;
      }
      FutexWait(&word_, holder, left_ns);
      holder = 0;
    }
    return true;
  }

  static inline constinit FutexWord word_{0};
  static inline constinit std::atomic<int> waiters_ = 0;
  // A holder already waited for in vain: not once more for each frame.
  static inline constinit FutexWord lost_{0};
  bool held_ = false;
};

// When nothing can be mapped, names are kept here.
alignas(Arena::kAlignment) constinit char reserve[32 * 1024] = {};
constinit Arena arena(reserve);

constinit const Module* module_being_read = nullptr;

void IgnoreError(void*, const char*, int) {}

// --- Symbols in memory -------------------------------------------------------

struct Symbol {
  std::string_view name;
  uintptr_t start = 0;
};

// The tables the dynamic loader itself uses: always mapped.
class DynamicSymbols {
 public:
  explicit DynamicSymbols(const link_map& map) : bias_(map.l_addr) {
    if (map.l_ld == nullptr) return;
    for (const ElfW(Dyn)* entry = map.l_ld; entry->d_tag != DT_NULL; ++entry) {
      const uintptr_t address = Address(entry->d_un.d_ptr);
      if (entry->d_tag == DT_SYMTAB) {
        symbols_ = reinterpret_cast<const ElfW(Sym)*>(address);
      } else if (entry->d_tag == DT_STRTAB) {
        names_ = reinterpret_cast<const char*>(address);
      } else if (entry->d_tag == DT_HASH) {
        count_ = reinterpret_cast<const uint32_t*>(address)[1];
      } else if (entry->d_tag == DT_GNU_HASH) {
        count_ = std::max(count_,
                          GnuCount(reinterpret_cast<const uint32_t*>(address)));
      }
    }
  }

  Symbol Find(uintptr_t pc) const {
    if (symbols_ == nullptr || names_ == nullptr) return {};
    for (uint32_t i = 0; i < count_; ++i) {
      const ElfW(Sym)& symbol = symbols_[i];
      const unsigned type = symbol.st_info & 0xf;
      if (symbol.st_shndx == SHN_UNDEF || symbol.st_size == 0 ||
          (type != STT_FUNC && type != STT_GNU_IFUNC)) {
        continue;
      }
      const uintptr_t start = bias_ + symbol.st_value;
      if (pc >= start && pc - start < symbol.st_size) {
        return {.name = names_ + symbol.st_name, .start = start};
      }
    }
    return {};
  }

 private:
  // The loader relocates these in place, except where the section is
  // read-only, as the vDSO's is.
  uintptr_t Address(uintptr_t value) const {
    return value < bias_ ? bias_ + value : value;
  }

  // The table has no count: it ends with the chain of the last bucket.
  static uint32_t GnuCount(const uint32_t* table) {
    const uint32_t bucket_count = table[0];
    const uint32_t first = table[1];
    const uint32_t bloom_words = table[2] * (sizeof(ElfW(Addr)) / 4);
    const uint32_t* const buckets = table + 4 + bloom_words;
    const uint32_t* const chains = buckets + bucket_count;
    uint32_t last = 0;
    for (uint32_t i = 0; i < bucket_count; ++i) {
      last = std::max(last, buckets[i]);
    }
    if (last < first) return first;
    while ((chains[last - first] & 1) == 0) ++last;
    return last + 1;
  }

  const uintptr_t bias_;
  const ElfW(Sym) * symbols_ = nullptr;
  const char* names_ = nullptr;
  uint32_t count_ = 0;
};

// --- Names and files ---------------------------------------------------------

// Demangled, until the next call. Names of templates may be large: the longer
// buffer is there once one was. One too large for that too stays as it is, for
// the function's own name would be missing.
std::string_view Demangled(std::string_view linkage) {
  constexpr size_t kLargeBytes = size_t{4} << 20;
  static constinit char small[16 * 1024] = {};
  static constinit char* large = nullptr;
  std::string_view text = Demangle(linkage.data(), small);
  if (text.size() < sizeof(small)) return text;
  if (large == nullptr) large = static_cast<char*>(arena.Allocate(kLargeBytes));
  if (large == nullptr) return linkage;
  text = Demangle(linkage.data(), {large, kLargeBytes});
  return text.size() < kLargeBytes ? text : linkage;
}

void NameFunction(Frame* frame) {
  char name[kMaxGoName];
  const std::string_view demangled = Demangled(frame->linkage);
  frame->function = arena.Keep(GoName(demangled, name));
  // Where lines are known, what these call has a frame of its own.
  frame->is_plumbing = frame->line > 0 &&
                       (IsLambdaPointer(demangled) ||
                        IsDeletingDestructor(frame->linkage, frame->function));
}

// --- One pc ------------------------------------------------------------------

struct Lookup {
  Frame frames[Symbolizer::kMaxInlined + 1];
  int count = 0;
};

int OnLine(void* arg, uintptr_t, const char* file, int line,
           const char* function) {
  auto& lookup = *static_cast<Lookup*>(arg);
  if (file == nullptr && function == nullptr) return 0;
  if (lookup.count == static_cast<int>(std::size(lookup.frames))) {
    --lookup.count;  // the outermost one is the function itself
  }
  Frame& frame = lookup.frames[lookup.count++];
  frame = Frame();
  if (function != nullptr) frame.linkage = function;
  if (file != nullptr) {
    frame.file = file;
    frame.line = line;
  }
  return 0;
}

void OnSymbol(void* arg, uintptr_t, const char* name, uintptr_t start,
              uintptr_t) {
  if (name != nullptr) *static_cast<Symbol*>(arg) = {name, start};
}

Symbol FindSymbol(const Module& module, uintptr_t pc) {
  Symbol symbol;
  if (module.state != nullptr) {
    lastwords_backtrace_syminfo(module.state, pc, OnSymbol, IgnoreError,
                                &symbol);
  }
  if (symbol.name.empty()) symbol = DynamicSymbols(*module.map).Find(pc);
  return symbol;
}

// The lambda that this function was instantiated for; empty if there is none.
std::string_view NameOfLambdaIn(const Frame& function) {
  if (function.linkage.empty()) return {};
  const std::string_view argument = LambdaArgument(Demangled(function.linkage));
  char name[kMaxGoName];
  return argument.empty() ? argument : arena.Keep(GoName(argument, name));
}

// GCC gives functions without external linkage no linkage name, only their own
// last piece. What is missing is taken from where they were inlined.
std::string_view GuessedName(const Frame& frame, const Frame* outer,
                             int count) {
  const std::string_view piece = frame.function;
  std::string_view scope = "std";
  if (frame.file.find("/include/c++/") == frame.file.npos) {
    const bool is_call = piece == "operator_call";
    if (is_call && IsLambdaPointer(Demangled(outer->linkage))) {
      return outer->function;
    }
    const auto is_outside = [&](auto matches) {
      return std::any_of(outer, outer + count, matches);
    };
    // Of a call operator it is not known whether it is a lambda's.
    const std::string_view lambda =
        is_call ? NameOfLambdaIn(outer[count - 1]) : std::string_view();
    if (!lambda.empty() &&
        !is_outside([&](const Frame& f) { return f.function == lambda; })) {
      return lambda;
    }
    const bool is_in_same_file =
        is_outside([&](const Frame& f) { return f.file == frame.file; });
    const std::string_view name = outer[count - 1].function;
    scope = name.substr(0, std::min(name.find('.'), name.size()));
    if (!is_in_same_file || scope == name) return piece;
  }
  char name[kMaxGoName];
  const size_t size = scope.size() + 1 + piece.size();
  if (size > sizeof(name)) return piece;
  memcpy(name, scope.data(), scope.size());
  name[scope.size()] = '.';
  memcpy(name + scope.size() + 1, piece.data(), piece.size());
  return arena.Keep({name, size});
}

void FindFrames(const Module& module, uintptr_t pc, Lookup* lookup) {
  module_being_read = &module;
  if (module.state != nullptr) {
    lastwords_backtrace_pcinfo(module.state, pc, OnLine, IgnoreError, lookup);
  }
  if (lookup->count == 0) lookup->count = 1;
  const Symbol symbol = FindSymbol(module, pc);
  Frame& physical = lookup->frames[lookup->count - 1];
  // The symbol's name is better: DWARF has none for many lambdas.
  if (!symbol.name.empty()) physical.linkage = symbol.name;
  physical.start = symbol.name.empty() ? module.begin : symbol.start;
  for (int i = lookup->count - 1; i >= 0; --i) {
    Frame& frame = lookup->frames[i];
    frame.is_inlined = i + 1 < lookup->count;
    frame.file =
        frame.file.empty() ? module.path : AbsolutePath(frame.file, arena);
    if (frame.linkage.empty()) continue;
    NameFunction(&frame);
    if (frame.is_inlined && !frame.linkage.starts_with("_Z")) {
      frame.function =
          GuessedName(frame, lookup->frames + i + 1, lookup->count - i - 1);
    }
  }
}

// ".../runtime/", where this file's sources are; "" if that is not known.
constexpr std::string_view SourceRoot() {
  constexpr std::string_view kThisFile = "internal/diag/symbolizer.cc";
  constexpr std::string_view path = __FILE__;
  return path.ends_with(kThisFile)
             ? path.substr(0, path.size() - kThisFile.size())
             : std::string_view();
}

// The file's path below runtime/, in the source tree or where it is installed;
// empty for files that are not the runtime's.
std::string_view RuntimeFile(std::string_view file) {
  constexpr std::string_view kInstalled = "/lastwords/runtime/";
  constexpr std::string_view kRoot = SourceRoot();
  if (!kRoot.empty() && file.starts_with(kRoot)) {
    return file.substr(kRoot.size());
  }
  const size_t at = file.rfind(kInstalled);
  return at == file.npos ? std::string_view()
                         : file.substr(at + kInstalled.size());
}

// Inlined functions without a linkage name have lost their scope, and with it
// the sign that they are the runtime's: its file tells.
void NameRuntimeFrame(Frame* frame) {
  if (!frame->is_inlined || frame->linkage.starts_with("_Z")) return;
  const std::string_view file = RuntimeFile(frame->file);
  if (file == "panic.h" && frame->function.starts_with("Panic<")) {
    frame->function = "panic";
  } else if (file.starts_with("internal/") || file.ends_with(".h")) {
    frame->is_plumbing = !file.ends_with("_test.cc");
  }
}

void CompleteFrames(const Module* module, uintptr_t pc, Lookup* lookup) {
  if (module != nullptr) {
    FindFrames(*module, pc, lookup);
  } else {
    lookup->count = 1;
    lookup->frames[0].start = pc;
  }
  for (int i = 0; i < lookup->count; ++i) {
    Frame& frame = lookup->frames[i];
    // Something inside a library, which has not told its name to the public.
    const bool is_private =
        frame.function.empty() && module != nullptr && !module->is_program;
    if (frame.function.empty()) frame.function = kUnknown;
    if (frame.linkage.empty()) frame.linkage = kUnknown;
    if (frame.file.empty()) frame.file = kUnknown;
    frame.is_plumbing =
        frame.is_plumbing || is_private || IsPlumbing(frame.function);
    NameRuntimeFrame(&frame);
  }
}

// --- Every pc is looked up once ---------------------------------------------

// Added to under the lock, read without: a dump of many goroutines asks for the
// same few again and again. Nothing is ever removed; what was said of a module
// that is gone is passed over.

struct Known {
  uintptr_t pc;
  const Module* module;
  const Known* next;
  const Frame* frames;
  int count;
};

constexpr size_t kBuckets = 4096;
constinit std::atomic<const Known*> known[kBuckets] = {};

std::atomic<const Known*>& BucketOf(uintptr_t pc) {
  return known[(pc ^ (pc >> 12)) % kBuckets];
}

const Known* FindKnown(uintptr_t pc) {
  const Known* entry = BucketOf(pc).load(std::memory_order_acquire);
  while (entry != nullptr &&
         (entry->pc != pc || !IsLoadedAt(entry->module, pc))) {
    entry = entry->next;
  }
  return entry;
}

int Copy(const Frame* frames, int count, Frame* out, int max) {
  const int n = std::min(count, max);
  // The innermost ones are dropped first: the last is the function itself.
  std::copy_n(frames + (count - n), n, out);
  return n;
}

int LookUp(uintptr_t pc, Frame* out, int max) {
  if (const Known* entry = FindKnown(pc)) {  // while we waited for the lock
    return Copy(entry->frames, entry->count, out, max);
  }
  Lookup lookup;
  const Module* const module = ModuleOf(pc, arena);
  CompleteFrames(module, pc, &lookup);
  const auto count = static_cast<size_t>(lookup.count);
  auto* const frames =
      static_cast<Frame*>(arena.Allocate(count * sizeof(Frame)));
  auto* const entry = static_cast<Known*>(arena.Allocate(sizeof(Known)));
  if (frames != nullptr && entry != nullptr) {
    std::copy_n(lookup.frames, count, frames);
    auto& bucket = BucketOf(pc);
    *entry = {pc, module, bucket.load(), frames, lookup.count};
    bucket.store(entry, std::memory_order_release);
  }
  return Copy(lookup.frames, lookup.count, out, max);
}

// --- Lookups that go wrong --------------------------------------------------

constinit bool is_broken = false;  // what was read may be half written
constinit Guard error;
constinit std::atomic<bool> has_error = false;

struct Question {
  uintptr_t pc;
  Frame* out;
  int max;
  int count;
};

void Answer(void* arg) {
  auto& question = *static_cast<Question*>(arg);
  question.count = LookUp(question.pc, question.out, question.max);
}

bool AlwaysMayEnd(void*, int) { return true; }

// Errors: false, this time and ever after.
bool LookUpGuarded(Question* question) {
  if (is_broken) return false;
  Guard guard = {.max_ticks = Symbolizer::kReadLimitMs / kTickMs,
                 .may_end = &AlwaysMayEnd};
  if (CallGuarded(&guard, &Answer, question)) return true;
  is_broken = true;
  error = guard;
  has_error.store(true);
  return false;
}

// What can be told without the lock, in this thread's own memory.
int Degraded(uintptr_t pc, Frame* out) {
  *out = {
      .function = kUnknown, .linkage = kUnknown, .file = kUnknown, .start = pc};
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void*>(pc), &found) != 0) return 1;
  const char* const name = found.dlfo_link_map->l_name;
  const bool is_program = name == nullptr || *name == '\0';
  out->file = is_program ? ProgramPath() : name;
  out->start = reinterpret_cast<uintptr_t>(found.dlfo_map_start);
  const Symbol symbol = DynamicSymbols(*found.dlfo_link_map).Find(pc);
  if (symbol.name.empty()) return 1;
  out->linkage = symbol.name;
  // A C function's name needs no memory of its own.
  if (!symbol.name.starts_with("_Z")) out->function = symbol.name;
  out->start = symbol.start;
  return 1;
}

}  // namespace

// libbacktrace's question, answered with the one module it is to read: under
// its file's own name, at its address.
extern "C" int lastwords_dl_iterate_phdr(int (*callback)(dl_phdr_info*, size_t,
                                                         void*),
                                         void* arg) {
  dl_phdr_info info = {};
  info.dlpi_addr = module_being_read->bias;
  info.dlpi_name = "";
  return callback(&info, sizeof(info), arg);
}

void Symbolizer::Init() {
  const SymbolizerLock lock;
  if (!lock.held()) return;
  InitModules();
  KeepProgramFile();
  ModuleOf(reinterpret_cast<uintptr_t>(&known), arena);  // the one we are in
}

int Symbolizer::Symbolize(uintptr_t pc, bool is_return_address, Frame* out,
                          int max) {
  if (max <= 0) return 0;
  const uintptr_t at = pc - (is_return_address ? 1 : 0);
  if (const Known* entry = FindKnown(at)) {
    return Copy(entry->frames, entry->count, out, max);
  }
  const SymbolizerLock lock;
  Question question = {.pc = at, .out = out, .max = max, .count = 0};
  if (lock.held() && LookUpGuarded(&question)) return question.count;
  return Degraded(at, out);
}

const char* Symbolizer::ModulePath(uintptr_t pc) {
  const SymbolizerLock lock;
  const Module* const module = lock.held() ? ModuleOf(pc, arena) : nullptr;
  if (module == nullptr) return nullptr;
  return module->is_program ? kProgramFile : module->path.data();
}

const Guard* Symbolizer::TakeError() {
  return has_error.exchange(false) ? &error : nullptr;
}

int Symbolizer::Symbolize(uintptr_t traced_pc, Frame* out, int max) {
  return Symbolize(PcAddress(traced_pc), IsReturnAddress(traced_pc), out, max);
}

std::string_view Demangle(const char* name, std::span<char> out) {
  struct Text {
    std::span<char> out;
    size_t used;
  } text = {out, 0};
  const auto append = [](const char* piece, size_t size, void* arg) {
    auto& t = *static_cast<Text*>(arg);
    size = std::min(size, t.out.size() - t.used);
    memcpy(t.out.data() + t.used, piece, size);
    t.used += size;
  };
  if (strncmp(name, "_Z", 2) != 0 ||
      lastwords_demangle_callback(name, append, &text) != 0) {
    return name;
  }
  return {out.data(), text.used};
}

}  // namespace runtime::internal
