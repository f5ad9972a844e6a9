// Walks through the steps of a request. Pure: it is told what was heard, and
// says what is to be done.

#ifndef LASTWORDS_HARNESS_PROCESS_CONVERSATION_H_
#define LASTWORDS_HARNESS_PROCESS_CONVERSATION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/process/process.h"

namespace harness {

class Conversation {
 public:
  // What a finder is given at most, so that a long wait in a long output costs
  // bounded memory and time.
  static constexpr std::size_t kWindowBytes = std::size_t{64} << 10;

  // `steps` must outlive the conversation.
  explicit Conversation(const std::vector<Step>& steps) : steps_(steps) {}

  void Hear(std::string_view output);

  // The signal or input that is due now, or null. Taken() makes it done.
  const Step* Due() const;
  void Taken() { ++next_; }

  bool finished() const { return next_ == steps_.size(); }
  // The first step that is not done.
  std::size_t next() const { return next_; }
  // Input, or its end where a step says when that comes.
  bool MoreInputToCome() const;

 private:
  bool waiting() const;
  void MatchWaits();

  const std::vector<Step>& steps_;
  std::size_t next_ = 0;
  std::string window_;  // what was heard since the last match
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_PROCESS_CONVERSATION_H_
