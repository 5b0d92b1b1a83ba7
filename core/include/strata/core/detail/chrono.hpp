#pragma once

// Durations, clocks and time points. C++20's <chrono> brings the calendar and its streams along, which costs every file
// that includes a model 0.15 s; libstdc++ keeps what is needed here in a header of its own.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif
