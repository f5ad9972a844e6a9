// Maps that notice when goroutines use them at once without a lock.
//
//   auto prices = runtime::MakeMap<std::string, int>({{"bread", 3}});
//   prices.Set("cake", 9);
//   int none = prices.Get("pie");                  // 0: not there
//   if (std::optional<int> price = prices.Find("cake")) { ... }
//   for (const auto& [name, price] : prices) { ... }
//
// A Map is a reference: copies are the same map. A default one is nil: it reads
// as empty, and writing to it panics.
//
// Safety: any number of goroutines may read and iterate at once. A write at
// the same time is a fatal error, not undefined behaviour: "concurrent map
// writes", "concurrent map read and map write", "concurrent map iteration and
// map write". Not every race is caught: only uses that meet in time.
//
// Source: Go's map, over absl::flat_hash_map. Differs: an iteration lasts from
// the beginning of its loop to the end, so a write of another goroutine in
// between is always noticed; elements that were added during the iteration
// never come up; the key's hash and equality may park or panic, and hold the
// use open meanwhile.
#ifndef LASTWORDS_RUNTIME_MAP_H_
#define LASTWORDS_RUNTIME_MAP_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "runtime/internal/base/choose.h"
#include "runtime/internal/control/runtime_error.h"
#include "runtime/internal/sync/map_use.h"

namespace runtime {

// K: copyable and hashable, V: copyable.
template <class K, class V,
          class Hash = typename absl::flat_hash_map<K, V>::hasher,
          class Equal = typename absl::flat_hash_map<K, V>::key_equal>
class Map {
 public:
  class Iterator;

  Map() = default;
  // See MakeMap.
  Map(std::initializer_list<std::pair<const K, V>> elements)
      : state_(std::make_shared<State>()) {
    state_->table.insert(elements.begin(), elements.end());
  }

  bool IsNil() const { return state_ == nullptr; }

  // The value, or nothing.
  std::optional<V> Find(const K& key) const {
    if (IsNil()) return std::nullopt;
    const Read read(state_.get());
    const auto found = state_->table.find(key);
    if (found == state_->table.end()) return std::nullopt;
    return found->second;
  }

  // The value, or V().
  V Get(const K& key) const { return Find(key).value_or(V()); }

  bool Contains(const K& key) const {
    if (IsNil()) return false;
    const Read read(state_.get());
    return state_->table.contains(key);
  }

  size_t Len() const {
    if (IsNil()) return 0;
    const Read read(state_.get());
    return state_->table.size();
  }

  // Errors: on a nil map panics: "assignment to entry in nil map".
  void Set(K key, V value) const {
    const Write write(NotNil());
    state_->table.insert_or_assign(std::move(key), std::move(value));
  }

  // Calls `change` with a reference to the value, V() if it is new. That is one
  // write: `change` must not use the map.
  // Errors: as Set.
  template <class F>
  void Update(const K& key, F&& change) const {
    const Write write(NotNil());
    change(state_->table[key]);
  }

  // Nothing happens where there is none.
  void Delete(const K& key) const {
    if (IsNil()) return;
    const Write write(state_.get());
    state_->table.erase(key);
  }

  void Clear() const {
    if (IsNil()) return;
    const Write write(state_.get());
    state_->table.clear();
  }

  // All elements, in no order, beginning with any, as copies. The loop itself
  // may write: what it deletes before its turn does not come up, nor does what
  // it adds. Memory: a copy of the keys.
  Iterator begin() const { return Iterator(state_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  struct State {
    internal::MapUse use;
    absl::flat_hash_map<K, V, Hash, Equal> table;
  };

  class Read {
   public:
    explicit Read(State* state) : state_(state) { state_->use.BeginRead(); }
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    ~Read() { state_->use.EndRead(); }

   private:
    State* const state_;
  };

  class Write {
   public:
    explicit Write(State* state) : state_(state) { state_->use.BeginWrite(); }
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;
    ~Write() { state_->use.EndWrite(); }

   private:
    State* const state_;
  };

  State* NotNil() const {
    if (IsNil()) {
      internal::PanicRuntimeError("assignment to entry in nil map");
    }
    return state_.get();
  }

  std::shared_ptr<State> state_;
};

template <class K, class V, class Hash, class Equal>
class Map<K, V, Hash, Equal>::Iterator {
 public:
  explicit Iterator(const std::shared_ptr<State>& state) : open_(state) {
    if (state == nullptr) return;
    CopyKeys();
    Step();
  }

  const std::pair<K, V>& operator*() const { return *element_; }
  Iterator& operator++() {
    Step();
    return *this;
  }
  bool operator==(std::default_sentinel_t) const {
    return !element_.has_value();
  }

 private:
  struct Open {
    explicit Open(const std::shared_ptr<State>& of) : state(of) {
      if (state != nullptr) state->use.BeginIteration(&iteration);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() {
      if (state != nullptr) state->use.EndIteration(&iteration);
    }
    const std::shared_ptr<State> state;
    internal::MapIteration iteration;
  };

  void CopyKeys() {
    const auto& table = open_.state->table;
    const Read read(open_.state.get());
    keys_.reserve(table.size());
    for (const auto& [key, value] : table) keys_.push_back(key);
    if (keys_.empty()) return;
    first_ = internal::Choose(internal::ChoiceKind::kMapStart,
                              static_cast<uint32_t>(keys_.size()));
  }

  // To the next of the keys that is still there.
  void Step() {
    element_.reset();
    const auto& table = open_.state->table;
    const Read read(open_.state.get());
    while (!element_.has_value() && taken_ != keys_.size()) {
      const K& key = keys_[(first_ + taken_++) % keys_.size()];
      const auto found = table.find(key);
      if (found != table.end()) element_.emplace(key, found->second);
    }
  }

  Open open_;
  std::vector<K> keys_;
  size_t first_ = 0;
  size_t taken_ = 0;
  std::optional<std::pair<K, V>> element_;
};

// A map with these elements; of two with the same key the first.
template <class K, class V>
Map<K, V> MakeMap(std::initializer_list<std::pair<const K, V>> elements = {}) {
  return Map<K, V>(elements);
}

}  // namespace runtime

#endif  // LASTWORDS_RUNTIME_MAP_H_
