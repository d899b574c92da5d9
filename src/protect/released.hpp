// Released<T>: the only thing that reports, exports, charts, screens and the API accept (invariant 4).
#pragma once

#include <utility>

namespace hamdil::protect {

class Gate;
class ReleaseForTests;  // defined by tests only; scripts/check_layers.py refuses it anywhere else

// A value that has passed the disclosure gate. Only the Gate can make one; what follows from it by a plain function of
// it and of descriptive context stays released. A lambda with captures does not convert to a plain function, so
// unreleased data cannot slip in.
template <class T>
class Released {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }

  template <class U>
  Released<U> derive(U (*function)(const T&)) const {
    return Released<U>(function(value_));
  }
  // `Context` describes (titles, languages, method words); it must not hold rows or unreleased estimates.
  template <class U, class Context>
  Released<U> derive(U (*function)(const T&, const Context&), const Context& context) const {
    return Released<U>(function(value_, context));
  }

 private:
  friend class Gate;
  friend class ReleaseForTests;
  class ReleaseForTests;  // defined by tests only; scripts/check_layers.py refuses it anywhere else
  template <class>
  friend class Released;
  explicit Released(T value) : value_(std::move(value)) {}
  T value_;
};

}  // namespace hamdil::protect
