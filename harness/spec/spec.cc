#include "harness/spec/spec.h"

namespace harness {

std::string_view CheckName(Expectation::Check check) {
  switch (check) {
    case Expectation::Check::kWants:
      return "wants";
    case Expectation::Check::kNever:
      return "never";
    case Expectation::Check::kStarts:
      return "starts";
    case Expectation::Check::kFinishes:
      return "finishes";
    case Expectation::Check::kEquals:
      return "equals";
    case Expectation::Check::kCount:
      return "count";
    case Expectation::Check::kLine:
      return "lines";
  }
  return "?";
}

}  // namespace harness
