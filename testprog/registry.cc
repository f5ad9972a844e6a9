#include "testprog/registry.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace testprog {
namespace {

constexpr int kExitSoftware = 70;
constexpr size_t kNearestShown = 3;

std::vector<Scenario>& Registered() {
  static auto* const scenarios = new std::vector<Scenario>;
  return *scenarios;
}

// The first argument, before main has it.
std::string FirstArgument() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string argument;
  std::getline(file, argument, '\0');
  argument.clear();
  std::getline(file, argument, '\0');
  return argument;
}

[[noreturn]] void DieOfDuplicate(const Scenario& a, const Scenario& b) {
  std::fprintf(stderr, "testprog: two scenarios named %.*s:\n",
               static_cast<int>(a.name.size()), a.name.data());
  for (const Scenario* one : {&a, &b}) {
    std::fprintf(stderr, "  %.*s:%d\n", static_cast<int>(one->file.size()),
                 one->file.data(), one->line);
  }
  _exit(kExitSoftware);
}

// How many letters must be changed, added or dropped.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view Scenario::family() const {
  std::string_view stem = file.substr(file.rfind('/') + 1);
  return stem.substr(0, stem.find('.'));
}

Registration::Registration(const Scenario& scenario, bool at_init) {
  Registered().push_back(scenario);
  if (at_init && FirstArgument() == scenario.name) scenario.run();
}

std::span<const Scenario> Scenarios() {
  static const bool sorted = [] {
    std::vector<Scenario>& all = Registered();
    std::ranges::sort(all, {}, &Scenario::name);
    const auto twin = std::ranges::adjacent_find(all, {}, &Scenario::name);
    if (twin != all.end()) DieOfDuplicate(twin[0], twin[1]);
    std::ranges::stable_sort(all, {}, &Scenario::family);
    return true;
  }();
  static_cast<void>(sorted);
  return Registered();
}

const Scenario* FindScenario(std::string_view name) {
  for (const Scenario& scenario : Scenarios()) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

std::span<const std::string_view> NearestNames(std::string_view name) {
  static std::vector<std::string_view> names;
  names.clear();
  for (const Scenario& scenario : Scenarios()) names.push_back(scenario.name);
  std::ranges::stable_sort(names, {}, [name](std::string_view candidate) {
    return EditDistance(name, candidate);
  });
  names.resize(std::min(names.size(), kNearestShown));
  return names;
}

}  // namespace testprog
