#include "harness/process/conversation.h"

#include <algorithm>

namespace harness {
namespace {

// Returns the offset after the match, or npos.
std::size_t Find(const Step& step, std::string_view text) {
  if (step.finder) return step.finder(text);
  const std::size_t at = text.find(step.text);
  return at == std::string_view::npos ? at : at + step.text.size();
}

}  // namespace

bool Conversation::waiting() const {
  return !finished() && steps_[next_].kind == Step::Kind::kWaitFor;
}

const Step* Conversation::Due() const {
  return finished() || waiting() ? nullptr : &steps_[next_];
}

bool Conversation::MoreInputToCome() const {
  return std::any_of(steps_.begin() + static_cast<std::ptrdiff_t>(next_),
                     steps_.end(), [](const Step& step) {
                       return step.kind == Step::Kind::kSendInput ||
                              step.kind == Step::Kind::kCloseInput;
                     });
}

void Conversation::Hear(std::string_view output) {
  if (finished()) return;
  // A piece larger than the window must not push a text out before it was
  // looked at, so it is heard in pieces that overlap what came before.
  do {
    const std::string_view piece = output.substr(0, kWindowBytes / 2);
    output.remove_prefix(piece.size());
    window_.append(piece);
    MatchWaits();
    if (window_.size() > kWindowBytes) {
      window_.erase(0, window_.size() - kWindowBytes);
    }
  } while (!output.empty());
}

void Conversation::MatchWaits() {
  while (waiting()) {
    const std::size_t end = Find(steps_[next_], window_);
    if (end == std::string_view::npos) return;
    window_.erase(0, end);
    ++next_;
  }
}

}  // namespace harness
