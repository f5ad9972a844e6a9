// What the benchmarks run: 16 KB of output, then a crash; with an argument, the
// exit status 2 instead, which every test runner understands.
#include <signal.h>
#include <unistd.h>

#include <cstring>

int main(int argc, char**) {
  static char text[16 << 10];
  std::memset(text, 'x', sizeof text);
  for (std::size_t end = 63; end < sizeof text; end += 64) text[end] = '\n';
  if (write(STDOUT_FILENO, text, sizeof text) != sizeof text) return 1;
  if (argc > 1) return 2;
  raise(SIGSEGV);
}
