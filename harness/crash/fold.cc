#include "harness/crash/fold.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace harness {
namespace {

// No text of a report holds it: it ends each part of a key.
constexpr char kEnd = '\n';

template <typename Placed>
void AppendPlace(const Placed& placed, std::string& key) {
  key += placed.function;
  key += kEnd;
  key += placed.file;
  key += kEnd;
  key += std::to_string(placed.line);
  key += kEnd;
}

void AppendStack(const Stack& stack, std::string& key) {
  for (const Frame& frame : stack.frames) AppendPlace(frame, key);
  key += std::to_string(stack.elided_frames);
  key += kEnd;
  if (stack.created_by.has_value()) AppendPlace(*stack.created_by, key);
}

std::string KeyOf(const Goroutine& goroutine) {
  std::string key = std::to_string(static_cast<int>(goroutine.kind));
  for (const std::string* part : {&goroutine.name, &goroutine.state}) {
    key += *part;
    key += kEnd;
  }
  for (const std::string& attribute : goroutine.attributes) {
    key += attribute;
    key += kEnd;
  }
  key += goroutine.locked_to_thread ? 'l' : '-';
  key += goroutine.stack_unavailable ? 'u' : '-';
  AppendStack(goroutine.stack, key);
  for (const Ancestor& ancestor : goroutine.ancestors) {
    AppendStack(ancestor.stack, key);
  }
  return key;
}

void Widen(std::optional<int> minutes, GoroutineGroup& group) {
  if (!minutes.has_value()) return;
  group.least_minutes =
      std::min(group.least_minutes.value_or(*minutes), *minutes);
  group.most_minutes =
      std::max(group.most_minutes.value_or(*minutes), *minutes);
}

void Join(const Goroutine& goroutine, GoroutineGroup& group) {
  ++group.count;
  group.ids.Add({goroutine.id, goroutine.id});
  Widen(goroutine.minutes, group);
}

GoroutineGroup GroupOf(const Goroutine& goroutine) {
  GoroutineGroup group;
  group.sample = goroutine;
  Join(goroutine, group);
  return group;
}

// The groups of one goroutine, and of others equal to it that came later.
GoroutineGroup Joined(GoroutineGroup first, const GoroutineGroup& others) {
  first.count += others.count;
  first.ids.Append(others.ids);
  Widen(others.least_minutes, first);
  Widen(others.most_minutes, first);
  return first;
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Machinery: not where a program's author would look first. Line 0: a library
// without debug information.
bool IsMachinery(const Frame& frame) {
  if (frame.line == 0) return true;
  if (frame.function == "panic") return true;
  for (const std::string_view prefix :
       {"runtime.", "runtime/", "std.", "__gnu_cxx.", "internal/", "sync.",
        "sync/", "testing.", "syscall."}) {
    if (StartsWith(frame.function, prefix)) return true;
  }
  return false;
}

}  // namespace

void IdList::Add(IdRange range) {
  const bool full = last_not_kept_.has_value();
  if (!ranges_.empty() && !full && ranges_.back().last + 1 == range.first) {
    ranges_.back().last = range.last;
  } else if (ranges_.size() < kMaxRanges) {
    ranges_.push_back(range);
  } else {
    last_not_kept_ = range.last;
  }
}

void IdList::Append(const IdList& others) {
  for (const IdRange& range : others.ranges_) Add(range);
  if (others.last_not_kept_) last_not_kept_ = others.last_not_kept_;
}

std::string IdList::Text() const {
  std::string text;
  for (const IdRange& range : ranges_) {
    if (!text.empty()) text += ", ";
    text += std::to_string(range.first);
    if (range.last == range.first) continue;
    text += range.last == range.first + 1 ? ", " : "-";
    text += std::to_string(range.last);
  }
  if (last_not_kept_) text += " ... " + std::to_string(*last_not_kept_);
  return text;
}

void GoroutineFolder::Add(const Goroutine& goroutine) {
  ++goroutines_;
  // "runtime stack:" may stand before the goroutine it was working for.
  if (!first_.has_value() && goroutine.kind != Goroutine::Kind::kRuntimeStack) {
    first_ = goroutine;
    return;
  }
  const auto [place, is_new] =
      index_.try_emplace(KeyOf(goroutine), groups_.size());
  if (is_new) {
    groups_.push_back(GroupOf(goroutine));
  } else {
    Join(goroutine, groups_[place->second]);
  }
}

std::vector<GoroutineGroup> GoroutineFolder::Groups(bool first_crashed) const {
  std::vector<GoroutineGroup> groups = groups_;
  if (first_.has_value()) {
    GoroutineGroup first = GroupOf(*first_);
    first.crashed = first_crashed;
    const auto equal = index_.find(KeyOf(*first_));
    if (!first_crashed && equal != index_.end()) {
      const auto others =
          groups.begin() + static_cast<std::ptrdiff_t>(equal->second);
      first = Joined(std::move(first), *others);
      groups.erase(others);
    }
    groups.insert(groups.begin(), std::move(first));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const GoroutineGroup& a, const GoroutineGroup& b) {
                     if (a.crashed != b.crashed) return a.crashed;
                     return a.count > b.count;
                   });
  return groups;
}

bool FirstGoroutineCrashed(const CrashReport& report) {
  if (!report.panics.empty()) return true;
  if (report.fatal.has_value()) {
    return report.fatal->text.find("deadlock!") == std::string::npos;
  }
  return report.signal.has_value() && report.signal->name != "SIGQUIT";
}

std::optional<std::size_t> CrashSite(const Stack& stack) {
  if (stack.frames.empty()) return std::nullopt;
  const auto site =
      std::find_if_not(stack.frames.begin(), stack.frames.end(), IsMachinery);
  if (site == stack.frames.end()) return 0;
  return static_cast<std::size_t>(site - stack.frames.begin());
}

}  // namespace harness
