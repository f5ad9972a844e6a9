// What a number of failures among a number of runs says about how often a
// program fails.
//
//   Interval95(12, 1000)  ->  0.0062 to 0.0209: the true rate is in there, in
//                             at least 95 of 100 such series
//   RunsToSee(0.0005)     ->  5990: so many runs show it with 95 % confidence

#ifndef LASTWORDS_HARNESS_REPORT_PROPORTION_H_
#define LASTWORDS_HARNESS_REPORT_PROPORTION_H_

#include <cstdint>
#include <optional>
#include <string>

namespace harness {

struct Interval {
  double low = 0;
  double high = 1;
};

// Clopper and Pearson's exact interval. Wilson's is narrower, but covers less
// than it says where rates are small, and small rates are what is hunted here.
// `runs` is at least 1, `failures` at most `runs`.
// Source: Clopper, Pearson, "The use of confidence or fiducial limits", 1934.
Interval Interval95(std::int64_t failures, std::int64_t runs);

// The runs in which a failure of that rate is seen at least once with 95 %
// confidence; nullopt for rate 0.
std::optional<std::int64_t> RunsToSee(double rate);

// 0.0062 as "0.62 %": three digits that count.
std::string FormatPercent(double rate);

}  // namespace harness

#endif  // LASTWORDS_HARNESS_REPORT_PROPORTION_H_
