#include "bench/support/comparison.h"

#include <charconv>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace drydock::bench {

Options parseOptions(int argc, char** argv) {
    constexpr std::size_t kQuickItems = 4'000;
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--quick") {
            options.items = kQuickItems;
            continue;
        }
        if (argument == "--items" && i + 1 < argc) {
            const std::string_view number = argv[++i];
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.items);
            if (error == std::errc() && end == number.data() + number.size() && options.items > 0) continue;
        }
        stop("Usage: " + std::string(argv[0]) + " [--items N] [--quick]");
    }
    return options;
}

void stop(const std::string& message) {
    throw std::runtime_error(message);
}

void Comparison::printHeader() {
    std::printf("%-24s %12s %12s %6s\n", "workload", "drydock/s", "baseline/s", "ratio");
}

void Comparison::print() const {
    const auto operations = static_cast<double>(m_operations);
    std::printf("%-24s %12.0f %12.0f %6.2f\n", m_name.c_str(), operations / m_drydock.count(),
                operations / m_baseline.count(), m_baseline / m_drydock);
    std::fflush(stdout);
}

}  // namespace drydock::bench
