// From the process runner's thread to the one that judges: judging takes longer
// than the runner's loop may be held up. Not an absl::Mutex: ThreadSanitizer
// does not see the locks of Debian's Abseil.

#ifndef LASTWORDS_HARNESS_CLI_BLOCKING_QUEUE_H_
#define LASTWORDS_HARNESS_CLI_BLOCKING_QUEUE_H_

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace harness {

// Safety: any thread may push and pop.
template <typename Item>
class BlockingQueue {
 public:
  void Push(Item item) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(item));
    }
    not_empty_.notify_one();
  }

  // Blocks: until there is one.
  Item Pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [this] { return !queue_.empty(); });
    Item item = std::move(queue_.front());
    queue_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::deque<Item> queue_;
};

}  // namespace harness

#endif  // LASTWORDS_HARNESS_CLI_BLOCKING_QUEUE_H_
