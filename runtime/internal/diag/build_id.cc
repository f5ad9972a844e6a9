// ASYNC-SIGNAL-SAFE: reads the program's own headers, already in memory.
#include "runtime/internal/diag/build_id.h"

#include <elf.h>
#include <link.h>
#include <sys/auxv.h>

#include <cstdint>
#include <cstring>

#include "runtime/internal/base/config.h"

namespace runtime::internal {
namespace {

std::span<const ElfW(Phdr)> ProgramHeaders() {
  const auto* const first =
      reinterpret_cast<const ElfW(Phdr)*>(getauxval(AT_PHDR));
  return {first, first == nullptr ? 0 : getauxval(AT_PHNUM)};
}

// Names and descriptors are padded to four bytes.
size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

std::span<const unsigned char> FindIn(std::span<const unsigned char> notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    memcpy(&header, notes.data(), sizeof(header));
    const size_t at = sizeof(header) + Padded(header.n_namesz);
    const size_t next = at + Padded(header.n_descsz);
    if (next > notes.size()) break;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
        memcmp(notes.data() + sizeof(header), "GNU", 4) == 0) {
      return notes.subspan(at, header.n_descsz);
    }
    notes = notes.subspan(next);
  }
  return {};
}

}  // namespace

std::span<const unsigned char> BuildIdIn(std::span<const ElfW(Phdr)> headers,
                                         uintptr_t bias) {
  for (const ElfW(Phdr) & header : headers) {
    if (header.p_type != PT_NOTE) continue;
    const auto* const notes =
        reinterpret_cast<const unsigned char*>(bias + header.p_vaddr);
    const auto found = FindIn({notes, header.p_memsz});
    if (!found.empty()) return found;
  }
  return {};
}

std::span<const unsigned char> BuildId() {
  const std::span<const ElfW(Phdr)> headers = ProgramHeaders();
  uintptr_t bias = 0;
  for (const ElfW(Phdr) & header : headers) {
    if (header.p_type == PT_PHDR) {
      bias = reinterpret_cast<uintptr_t>(headers.data()) - header.p_vaddr;
    }
  }
  return BuildIdIn(headers, bias);
}

void PrintBuildId(Printer& out) {
  const std::span<const unsigned char> id = BuildId();
  if (id.empty() || !WantsExtras()) return;
  out.Str("\nbuild-id: ");
  for (const unsigned char byte : id) {
    out.Char(kHexDigits[byte >> 4]).Char(kHexDigits[byte & 15]);
  }
  out.Char('\n');
}

}  // namespace runtime::internal
