// The program whose failures are kept in failures/: each scenario prints the
// same bytes and ends the same way, always, so that what changes in a golden
// file is what `lastwords` says of it.
//
//   bakery SCENARIO
//   bakery --list=json     names them, as any subject may

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr int kPanicked = 2;
constexpr int kUsage = 64;

constexpr std::string_view kBurnt =
    "panic: the bread is burnt\n"
    "\n"
    "goroutine 7 [running]:\n"
    "bakery.Bake.func1(...)\n"
    "\t/srv/bakery/bake.cc:41 +0x96\n"
    "bakery.Bake(...)\n"
    "\t/srv/bakery/bake.cc:44 +0x1d\n"
    "created by bakery.Open in goroutine 1\n"
    "\t/srv/bakery/main.cc:17 +0x4c\n";

constexpr std::string_view kChain =
    "panic: no flour [recovered]\n"
    "\tpanic: no yeast\n"
    "\n"
    "goroutine 1 [running]:\n"
    "bakery.Knead.func1(...)\n"
    "\t/srv/bakery/knead.cc:12 +0x31\n"
    "panic(...)\n"
    "\t/usr/include/runtime/panic.h:83\n"
    "bakery.Knead(...)\n"
    "\t/srv/bakery/knead.cc:15 +0x8f\n"
    "bakery.Open(...)\n"
    "\t/srv/bakery/main.cc:19 +0x60\n";

constexpr std::string_view kDeadlock =
    "fatal error: all goroutines are asleep - deadlock!\n"
    "\n"
    "goroutine 1 [sync.WaitGroup.Wait]:\n"
    "bakery.Open(...)\n"
    "\t/srv/bakery/main.cc:22 +0x7a\n"
    "\n"
    "goroutine 7 [chan receive]:\n"
    "bakery.Bake(...)\n"
    "\t/srv/bakery/bake.cc:38 +0x55\n"
    "created by bakery.Open in goroutine 1\n"
    "\t/srv/bakery/main.cc:17 +0x4c\n"
    "\n"
    "goroutine 8 [chan send, 3 minutes]:\n"
    "bakery.Deliver(...)\n"
    "\t/srv/bakery/deliver.cc:9 +0x2b\n"
    "created by bakery.Open in goroutine 1\n"
    "\t/srv/bakery/main.cc:18 +0x9c\n";

constexpr std::string_view kBytes =
    "\x1b[2J\x1b[31mred\x1b[0m \xff\xfe caf\xc3\xa9\ttab\r\nno end";

void Print(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count <= 0) _exit(kUsage);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Report(std::string_view text) { Print(STDERR_FILENO, text); }
void Say(std::string_view text) { Print(STDOUT_FILENO, text); }

[[noreturn]] void WaitForEver() {
  for (;;) pause();
}

[[noreturn]] void DieBy(int number) {
  signal(number, SIG_DFL);
  raise(number);
  WaitForEver();
}

std::string ReadLine() {
  std::string line;
  char c = 0;
  while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

int Burn() {
  Say("the oven is on\n");
  Report(kBurnt);
  return kPanicked;
}

int Chain() {
  Report(kChain);
  return kPanicked;
}

int Deadlock() {
  Report(kDeadlock);
  return kPanicked;
}

int Quiet() { return 0; }

int Fault() {
  Say("kneading\n");
  DieBy(SIGSEGV);
}

int ShellFault() {
  Say("kneading\n");
  return 128 + SIGSEGV;
}

// Takes no notice of SIGQUIT: how soon a dump is there, nobody can say.
int Hang() {
  signal(SIGQUIT, SIG_IGN);
  Say("the oven is on\n");
  WaitForEver();
}

// Waits until the child has left, so that it is there to be found.
int Leak() {
  int left[2];
  if (pipe(left) != 0) return kUsage;
  if (fork() == 0) {
    setsid();
    close(left[0]);
    close(left[1]);
    WaitForEver();
  }
  close(left[1]);
  char c = 0;
  return read(left[0], &c, 1) == 0 ? 0 : kUsage;
}

int Flood() {
  for (int i = 0; i < 200; ++i) {
    Say("loaf " + std::to_string(i) + " of a long day\n");
  }
  Report(kBurnt);
  return kPanicked;
}

int Talk() {
  Say("What shall it be? ");
  const std::string line = ReadLine();
  if (line.empty()) return 1;
  Say("One " + line + ", please wait.\n");
  return 0;
}

int Streams() {
  Say("bread: 3\n");
  Report("warning: little flour\n");
  return 0;
}

int Bytes() {
  Say(kBytes);
  return 0;
}

struct Scenario {
  const char* name;
  int (*run)();
};

constexpr Scenario kScenarios[] = {
    {"Burn", Burn},       {"Bytes", Bytes},
    {"Chain", Chain},     {"Deadlock", Deadlock},
    {"Fault", Fault},     {"Flood", Flood},
    {"Hang", Hang},       {"Leak", Leak},
    {"Quiet", Quiet},     {"ShellFault", ShellFault},
    {"Streams", Streams}, {"Talk", Talk},
};

int List() {
  std::string names;
  for (const Scenario& scenario : kScenarios) {
    names += names.empty() ? "" : ", ";
    names += std::string("{ \"name\": \"") + scenario.name + "\" }";
  }
  Say("{ \"facts\": { \"oven\": \"gas\" }, \"scenarios\": [" + names + "] }\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "";
  if (name == "--list=json") return List();
  for (const Scenario& scenario : kScenarios) {
    if (name == scenario.name) return scenario.run();
  }
  Report("usage: bakery SCENARIO\n");
  return kUsage;
}
