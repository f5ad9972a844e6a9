// SCENARIO(Name) { ... }: a way to run, and mostly to crash, that testprog
// offers under its name. The family is the name of the file.
//
//   SCENARIO(PanicRace) { runtime::Panic("crash"); }      // testprog PanicRace
//
// A scenario runs as goroutine 1. It is an inline function with external
// linkage in namespace testprog, so that its frames, and those of its lambdas,
// have the same names from every compiler: testprog.PanicRace.func1.
#ifndef LASTWORDS_TESTPROG_REGISTRY_H_
#define LASTWORDS_TESTPROG_REGISTRY_H_

#include <span>
#include <string_view>

namespace testprog {

struct Scenario {
  std::string_view name;
  std::string_view file;
  int line;
  void (*run)();

  std::string_view family() const;  // panic_race for .../panic_race.cc
};

// A static object for each scenario. `at_init`: run the scenario right here,
// before main, if it is the one that was asked for.
class Registration {
 public:
  Registration(const Scenario& scenario, bool at_init);
};

// All of them, by family and name. Errors: two of one name end the program
// with a message that names both places, and status 70.
std::span<const Scenario> Scenarios();

// The scenarios with that name, or null.
const Scenario* FindScenario(std::string_view name);

// The names nearest to one that is not there, nearest first.
std::span<const std::string_view> NearestNames(std::string_view name);

}  // namespace testprog

#define SCENARIO(Name) LASTWORDS_SCENARIO(Name, /*at_init=*/false)
#define SCENARIO_AT_INIT(Name) LASTWORDS_SCENARIO(Name, /*at_init=*/true)

#define LASTWORDS_SCENARIO(Name, at_init)                \
  inline void Name();                                    \
  static const ::testprog::Registration register_##Name( \
      {#Name, __FILE__, __LINE__, &Name}, at_init);      \
  inline void Name()

#endif  // LASTWORDS_TESTPROG_REGISTRY_H_
