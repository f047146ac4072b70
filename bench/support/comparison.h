// What the benchmarks share: their options, and timing two sides of a comparison against each other.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace drydock::bench {

struct Options {
    std::size_t items = 200'000;
};

// `--items N` sets the amount of work, `--quick` makes it small enough for a smoke test. Stops with the usage on
// anything else.
[[nodiscard]] Options parseOptions(int argc, char** argv);

// Throws a std::runtime_error for main() to print: a benchmark whose work fails has nothing to measure.
[[noreturn]] void stop(const std::string& message);

// One workload run by both sides in turns, so that what else the machine does hits both alike.
class Comparison {
public:
    explicit Comparison(std::string name) : m_name(std::move(name)) {}

    // Times one slice of `operations` done by each side. The sides take turns at going first.
    template <class Drydock, class Baseline>
    void slice(std::size_t operations, Drydock drydock, Baseline baseline) {
        m_operations += operations;
        m_drydockFirst = !m_drydockFirst;
        if (m_drydockFirst) m_drydock += timed(drydock);
        m_baseline += timed(baseline);
        if (!m_drydockFirst) m_drydock += timed(drydock);
    }
    [[nodiscard]] const std::string& name() const { return m_name; }
    // An operation's, of each side.
    [[nodiscard]] double drydockSeconds() const { return m_drydock.count() / static_cast<double>(m_operations); }
    [[nodiscard]] double baselineSeconds() const { return m_baseline.count() / static_cast<double>(m_operations); }
    // Prints "name  drydock/s  baseline/s  ratio".
    void print() const;
    static void printHeader();

private:
    using Duration = std::chrono::duration<double>;
    template <class Work>
    static Duration timed(Work& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::steady_clock::now() - start;
    }

    std::string m_name;
    std::size_t m_operations = 0;
    Duration m_drydock{};
    Duration m_baseline{};
    bool m_drydockFirst = false;
};

}  // namespace drydock::bench
