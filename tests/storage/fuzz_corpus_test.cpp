// The fuzz targets over their corpus and over mutations of it.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/targets.h"

namespace drydock::tests {
namespace {

constexpr int kMutations = 3000;

std::vector<std::string> corpusOf(std::string_view target) {
    std::vector<std::string> corpus;
    const std::filesystem::path folder =
        std::filesystem::path(DRYDOCK_SOURCE_DIR) / "tests/fuzz/corpus" / std::string(target);
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return corpus;
}

class Mutator {
public:
    Mutator(std::vector<std::string> corpus, std::uint32_t seed) : m_corpus(std::move(corpus)), m_random(seed) {}

    std::string next() {
        std::string text = m_corpus[below(m_corpus.size())];
        for (std::size_t i = below(6); i > 0; --i) mutate(text);
        return text;
    }

private:
    std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(m_random); }

    void mutate(std::string& text) {
        const std::size_t at = below(text.size() + 1);
        const std::string& other = m_corpus[below(m_corpus.size())];
        const std::size_t from = below(other.size() + 1);
        switch (below(5)) {
            case 0:
                text.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 1:
                text.erase(at, below(8) + 1);
                break;
            case 2:
                if (at < text.size())
                    text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(8)));
                break;
            case 3:
                text.insert(at, other.substr(from, below(20)));
                break;
            default:
                text = text.substr(0, at) + other.substr(from);
                break;
        }
    }

    std::vector<std::string> m_corpus;
    std::mt19937 m_random;
};

class FuzzCorpus : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzCorpus, BreaksNoRule) {
    const std::vector<std::string> corpus = corpusOf(GetParam().name);
    ASSERT_FALSE(corpus.empty());
    for (const std::string& input : corpus) GetParam().run(input);
}

TEST_P(FuzzCorpus, BreaksNoRuleWhenMutated) {
    const std::uint32_t seed = 20'120'810;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Mutator mutator(corpusOf(GetParam().name), seed);
    for (int i = 0; i < kMutations; ++i) GetParam().run(mutator.next());
}

INSTANTIATE_TEST_SUITE_P(All, FuzzCorpus, ::testing::ValuesIn(fuzzTargets().begin(), fuzzTargets().end()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace drydock::tests
