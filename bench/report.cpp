#include "report.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace bench {

namespace {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
    for (const Run& run : runs) {
        if (run.error_occurred) {
            std::cerr << run.benchmark_name() << ": " << run.error_message << '\n';
            continue;
        }
        if (run.run_type != Run::RT_Iteration) continue;
        const std::string name = run.run_name.function_name;
        const auto slash = name.rfind('/');
        const std::string job = name.substr(0, slash);
        if (!pairs_.contains(job)) order_.push_back(job);
        Pair& pair = pairs_[job];
        const auto rate = run.counters.find("items_per_second");
        if (rate == run.counters.end()) continue;
        (name.substr(slash + 1) == "bare" ? pair.bare : pair.strata).push_back(rate->second);
    }
}

void RatioReporter::Finalize() {
    std::cout << std::left << std::setw(34) << "job" << std::right << std::setw(14) << "bare rows/s" << std::setw(16)
              << "strata rows/s" << std::setw(9) << "ratio" << '\n';
    for (const std::string& job : order_) {
        const double bare = median(pairs_[job].bare);
        const double strata = median(pairs_[job].strata);
        std::cout << std::left << std::setw(34) << job << std::right << std::fixed << std::setprecision(0)
                  << std::setw(14) << bare << std::setw(16) << strata << std::setprecision(2) << std::setw(9)
                  << strata / bare << '\n';
    }
}

std::string RatioReporter::json() const {
    boost::json::object all;
    for (const std::string& job : order_) {
        const double bare = median(pairs_.at(job).bare);
        const double strata = median(pairs_.at(job).strata);
        all[job] = boost::json::object{
            {"bare_rows_per_second", bare}, {"strata_rows_per_second", strata}, {"ratio", strata / bare}};
    }
    return boost::json::serialize(all);
}

}  // namespace bench
