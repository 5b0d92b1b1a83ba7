#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace bench {

/// Adds one side of a job: `name` ends in /bare or /strata, and `work` measures `count` things.
void add_job(const std::string& name, std::int64_t count, const std::function<void()>& prepare,
             const std::function<void()>& work, int repetitions);

/// create_all of many tables beside the database's own shell on the same DDL, in one transaction both.
void register_create_all_sqlite(const std::string& folder);
void register_create_all_postgresql(const std::string& url);
/// A million rows streamed beside libpq's single-row mode.
void register_streaming_postgresql(const std::string& url);
/// 64 threads that take and return one of 8 connections, beside the least that could be done: a mutex, a condition
/// variable and a stack.
void register_pool(const std::string& folder);

}  // namespace bench
