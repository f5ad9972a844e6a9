// The Env of the program that ships: protocols that are explored (run queue,
// exit gate) are templates over an Env, and take their atomics from it.
#ifndef LASTWORDS_RUNTIME_INTERNAL_BASE_SHIPPING_ENV_H_
#define LASTWORDS_RUNTIME_INTERNAL_BASE_SHIPPING_ENV_H_

#include <atomic>

namespace runtime::internal {

struct ShippingEnv {
  template <class T>
  using Atomic = std::atomic<T>;
};

}  // namespace runtime::internal

#endif  // LASTWORDS_RUNTIME_INTERNAL_BASE_SHIPPING_ENV_H_
