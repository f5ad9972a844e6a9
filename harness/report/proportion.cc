#include "harness/report/proportion.h"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "absl/strings/str_format.h"

namespace harness {
namespace {

constexpr double kConfidence = 0.95;

}  // namespace

Interval Interval95(std::int64_t failures, std::int64_t runs) {
  using Binomial = boost::math::binomial_distribution<double>;
  constexpr double kEachSide = (1 - kConfidence) / 2;
  const auto n = static_cast<double>(runs);
  const auto k = static_cast<double>(failures);
  return {Binomial::find_lower_bound_on_p(n, k, kEachSide),
          Binomial::find_upper_bound_on_p(n, k, kEachSide)};
}

std::optional<std::int64_t> RunsToSee(double rate) {
  if (rate <= 0) return std::nullopt;
  if (rate >= 1) return 1;
  return static_cast<std::int64_t>(
      std::ceil(std::log(1 - kConfidence) / std::log1p(-rate)));
}

std::string FormatPercent(double rate) {
  return absl::StrFormat("%.3g %%", rate * 100);
}

}  // namespace harness
