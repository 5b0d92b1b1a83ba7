#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

/// A measured job is a pair of benchmarks, `DATABASE/JOB/bare` and `DATABASE/JOB/strata`. Prints for each the rows a
/// second of both (medians) and the ratio, which is what lasts: Strata's throughput against the bare driver's.
class RatioReporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override;
    void Finalize() override;

    /// The table as JSON: `{"sqlite/by key": {"bare_rows_per_second": ..., "strata_rows_per_second": ..., "ratio":
    /// ...}}`.
    [[nodiscard]] std::string json() const;

private:
    struct Pair {
        std::vector<double> bare;  // rows a second, one entry per repetition
        std::vector<double> strata;
    };
    std::map<std::string, Pair> pairs_;
    std::vector<std::string> order_;
};

}  // namespace bench
