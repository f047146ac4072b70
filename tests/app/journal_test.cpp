#include "app/mqtt/journal.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <numeric>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/mqtt/batch_codec.h"
#include "tests/support/temporary_directory.h"

namespace drydock::tests {
namespace {

using app::Journal;
using fleet::RawMessage;
using storage::ErrorCode;

std::unique_ptr<Journal> openJournal(const std::filesystem::path& file, std::uint64_t appliedPosition = 0) {
    auto journal = Journal::open(file, appliedPosition);
    EXPECT_TRUE(journal) << journal.error().message;
    return journal ? std::move(*journal) : nullptr;
}

// Messages numbered from `first`, with the number as payload.
std::vector<RawMessage> numbered(std::uint64_t first, std::size_t count) {
    std::vector<RawMessage> messages;
    for (std::uint64_t number = first; messages.size() < count; ++number)
        messages.push_back({"iot/device/data", std::to_string(number), static_cast<std::int64_t>(1000 + number)});
    return messages;
}

std::vector<std::string> payloads(const std::vector<RawMessage>& messages) {
    std::vector<std::string> result;
    result.reserve(messages.size());
    for (const auto& message : messages) result.push_back(message.payload);
    return result;
}

std::vector<std::string> numbers(std::uint64_t first, std::uint64_t last) {
    std::vector<std::string> result;
    for (; first <= last; ++first) result.push_back(std::to_string(first));
    return result;
}

void execute(const std::filesystem::path& file, const char* sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
}

class JournalTest : public testing::Test {
protected:
    TemporaryDirectory m_directory;
    const std::filesystem::path m_file = m_directory / "journal.db";
};

TEST_F(JournalTest, sequencesStartAtOneAndGrowByOneAMessage) {
    const auto journal = openJournal(m_file);
    EXPECT_EQ(journal->lastSequence(), 0U);
    EXPECT_EQ(journal->append(numbered(1, 3)), 3U);
    EXPECT_EQ(journal->append(numbered(4, 1)), 4U);
    EXPECT_EQ(journal->lastSequence(), 4U);
}

TEST_F(JournalTest, anEmptyBatchTakesNothing) {
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(numbered(1, 2)));
    EXPECT_EQ(journal->append({}), 2U);
    EXPECT_EQ(journal->lastSequence(), 2U);
}

TEST_F(JournalTest, messagesComeBackAsTheyWere) {
    const std::vector<RawMessage> messages = {
        {"iot/device/data", R"({"_id_":"3hwC2y7"})", 1'711'320'208'793},
        {"", std::string("\0\xff\x80 binary", 10), 0},
        {"iot/device/other", "", -5},
        {"t", std::string(300'000, 'x'), std::numeric_limits<std::int64_t>::max()},
        {"t", "y", std::numeric_limits<std::int64_t>::min()},
    };
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(messages));
    const auto read = journal->read(0, 100);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->size(), messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        EXPECT_EQ((*read)[i].topic, messages[i].topic);
        EXPECT_EQ((*read)[i].payload, messages[i].payload);
        EXPECT_EQ((*read)[i].arrivedMs, messages[i].arrivedMs);
    }
}

TEST_F(JournalTest, readingEndsAfterTheBatchThatReachesTheLimit) {
    const auto journal = openJournal(m_file);
    for (const std::uint64_t first : {1U, 4U, 7U}) ASSERT_TRUE(journal->append(numbered(first, 3)));
    EXPECT_EQ(payloads(*journal->read(0, 1)), numbers(1, 3));
    EXPECT_EQ(payloads(*journal->read(0, 4)), numbers(1, 6));
    EXPECT_EQ(payloads(*journal->read(0, 6)), numbers(1, 6));
    EXPECT_EQ(payloads(*journal->read(6, 100)), numbers(7, 9));
    EXPECT_EQ(payloads(*journal->read(9, 100)), numbers(1, 0));
}

TEST_F(JournalTest, aPositionWithinABatchIsReadFromThere) {
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(numbered(1, 5)));
    EXPECT_EQ(payloads(*journal->read(2, 100)), numbers(3, 5));
}

TEST_F(JournalTest, trimmingDropsOnlyBatchesWhollyAppliedAndAccountsForThem) {
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(numbered(1, 3)));
    const std::uint64_t oneBatch = *journal->sizeBytes();
    EXPECT_EQ(oneBatch, app::encodeBatch(numbered(1, 3)).size());
    ASSERT_TRUE(journal->append(numbered(4, 3)));
    ASSERT_TRUE(journal->trim(5));
    EXPECT_EQ(payloads(*journal->read(3, 100)), numbers(4, 6));
    EXPECT_EQ(journal->sizeBytes(), oneBatch);
    ASSERT_TRUE(journal->trim(6));
    EXPECT_EQ(journal->sizeBytes(), 0U);
}

TEST_F(JournalTest, trimmingManyBatchesDropsThemAll) {
    const auto journal = openJournal(m_file);
    for (std::uint64_t first = 1; first <= 150; ++first) ASSERT_TRUE(journal->append(numbered(first, 1)));
    ASSERT_TRUE(journal->trim(149));
    EXPECT_EQ(payloads(*journal->read(149, 100)), numbers(150, 150));
    EXPECT_EQ(journal->sizeBytes(), app::encodeBatch(numbered(150, 1)).size());
}

TEST_F(JournalTest, theLastSequenceIsNeverForgotten) {
    {
        const auto journal = openJournal(m_file);
        ASSERT_TRUE(journal->append(numbered(1, 3)));
        ASSERT_TRUE(journal->trim(3));
    }
    const auto journal = openJournal(m_file);
    EXPECT_EQ(journal->lastSequence(), 3U);
    EXPECT_EQ(journal->append(numbered(4, 1)), 4U);
}

TEST_F(JournalTest, aLostFileGoesOnBehindTheAppliedPosition) {
    const auto journal = openJournal(m_file, 41);
    EXPECT_EQ(journal->lastSequence(), 41U);
    EXPECT_EQ(journal->append(numbered(42, 2)), 43U);
    EXPECT_EQ(payloads(*journal->read(41, 10)), numbers(42, 43));
}

TEST_F(JournalTest, anOldAppliedPositionChangesNothing) {
    ASSERT_TRUE(openJournal(m_file)->append(numbered(1, 9)));
    EXPECT_EQ(openJournal(m_file, 4)->lastSequence(), 9U);
}

TEST_F(JournalTest, aGapIsReportedAndNotSkipped) {
    const auto journal = openJournal(m_file, 10);
    ASSERT_TRUE(journal->append(numbered(11, 2)));
    const auto read = journal->read(7, 10);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    EXPECT_THAT(read.error().message, testing::HasSubstr("Messages 8 to 10 are missing"));
}

TEST_F(JournalTest, aSecondJournalReadsAndTrimsWhatTheFirstAppends) {
    const auto writer = openJournal(m_file);
    const auto reader = openJournal(m_file);
    ASSERT_TRUE(writer->append(numbered(1, 2)));
    EXPECT_EQ(payloads(*reader->read(0, 10)), numbers(1, 2));
    ASSERT_TRUE(reader->trim(2));
    EXPECT_EQ(writer->sizeBytes(), 0U);
    EXPECT_EQ(writer->append(numbered(3, 1)), 3U);
    EXPECT_EQ(reader->lastSequence(), 3U);
}

TEST_F(JournalTest, writerAndTrimmerDoNotDisturbEachOther) {
    constexpr std::uint64_t kMessages = 400;
    const auto writer = openJournal(m_file);
    // On a slow disk either may find the other at it for longer than it waits; then it tries again, as the desk does.
    const auto isDone = [](const auto& result) {
        EXPECT_TRUE(result || result.error().code == ErrorCode::busy) << result.error().message;
        return result || result.error().code != ErrorCode::busy;
    };
    std::thread consumer([&] {
        const auto reader = openJournal(m_file);
        std::uint64_t position = 0;
        while (position < kMessages) {
            const auto messages = reader->read(position, 10);
            ASSERT_TRUE(messages) << messages.error().message;
            ASSERT_EQ(payloads(*messages), numbers(position + 1, position + messages->size()));
            position += messages->size();
            while (!isDone(reader->trim(position))) {
            }
        }
    });
    for (std::uint64_t first = 1; first <= kMessages; first += 4) {
        auto last = writer->append(numbered(first, 4));
        while (!isDone(last)) last = writer->append(numbered(first, 4));
        EXPECT_EQ(last, first + 3);
    }
    consumer.join();
    EXPECT_EQ(writer->sizeBytes(), 0U);
}

TEST_F(JournalTest, aBlockedFileRefusesTheBatchAndTakesItLater) {
    const auto journal = openJournal(m_file);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(m_file.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto refused = journal->append(numbered(1, 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_EQ(journal->lastSequence(), 0U);
    sqlite3_close(other);
    EXPECT_EQ(journal->append(numbered(1, 2)), 2U);
    EXPECT_EQ(payloads(*journal->read(0, 10)), numbers(1, 2));
}

TEST_F(JournalTest, aBlockedFileIsOpenedAndReadAllTheSame) {
    ASSERT_TRUE(openJournal(m_file)->append(numbered(1, 2)));
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(m_file.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto journal = openJournal(m_file, 2);
    EXPECT_EQ(payloads(*journal->read(0, 10)), numbers(1, 2));
    sqlite3_close(other);
}

TEST_F(JournalTest, aDamagedBatchIsNamed) {
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(numbered(1, 3)));
    execute(m_file, "UPDATE batches SET messages = CAST(replace(messages, 'data', 'dada') AS BLOB)");
    const auto read = journal->read(0, 10);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    EXPECT_THAT(read.error().message, testing::HasSubstr("The batch of messages 1 to 3"));
}

TEST_F(JournalTest, aBatchThatIsNotAsLongAsItsRowSaysIsCorrupt) {
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal->append(numbered(1, 3)));
    execute(m_file, "UPDATE batches SET last_sequence = 4");
    const auto read = journal->read(0, 10);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
}

TEST_F(JournalTest, aFileThatIsNoJournalIsLeftAlone) {
    std::ofstream(m_file)
        << "not a database, but quite long enough to be looked at as one ................................";
    const auto bytes = std::filesystem::file_size(m_file);
    const auto opened = Journal::open(m_file, 0);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    EXPECT_EQ(std::filesystem::file_size(m_file), bytes);
}

TEST_F(JournalTest, aJournalOfANewerVersionIsLeftAlone) {
    openJournal(m_file);
    execute(m_file, "PRAGMA user_version=3");
    const auto opened = Journal::open(m_file, 7);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
}

TEST_F(JournalTest, aDirectoryThatIsMissingIsAnIoError) {
    const auto opened = Journal::open(m_directory / "absent" / "journal.db", 0);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::io);
}

TEST_F(JournalTest, aJournalOfTheFirstVersionGoesOn) {
    openJournal(m_file)->append(numbered(1, 2)).value();
    execute(m_file, "DROP TABLE subscriptions; PRAGMA user_version=1");
    const auto journal = openJournal(m_file);
    ASSERT_TRUE(journal);
    EXPECT_EQ(journal->append(numbered(3, 1)), 3U);
    EXPECT_EQ(payloads(journal->read(0, 10).value()), numbers(1, 3));
    EXPECT_TRUE(journal->setSubscriptions("broker:1883", {"a"}));
    EXPECT_FALSE(journal->reclaim().value());
}

TEST_F(JournalTest, subscriptionsAreRememberedForEachBroker) {
    {
        const auto journal = openJournal(m_file);
        EXPECT_TRUE(journal->subscriptions("one:1883").value().empty());
        ASSERT_TRUE(journal->setSubscriptions("one:1883", {"b/#", "a", "b/#"}));
        ASSERT_TRUE(journal->setSubscriptions("two:1883", {"c"}));
    }
    const auto journal = openJournal(m_file);
    EXPECT_EQ(journal->subscriptions("one:1883"), (std::vector<std::string>{"a", "b/#"}));
    ASSERT_TRUE(journal->setSubscriptions("one:1883", {}));
    EXPECT_TRUE(journal->subscriptions("one:1883").value().empty());
    EXPECT_EQ(journal->subscriptions("two:1883"), (std::vector<std::string>{"c"}));
}

// A backlog of about 48 MiB in batches of 1 MiB; returns its last sequence.
std::uint64_t appendBacklog(Journal& journal) {
    std::uint64_t last = 0;
    for (int batch = 0; batch < 48; ++batch) {
        last = journal.append(std::vector<RawMessage>(8, {"iot/device/data", std::string(128 * 1024, 'x'), 1})).value();
    }
    return last;
}

std::int64_t pagesOf(const std::filesystem::path& file, const char* pragma) {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* select = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, pragma, -1, &select, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(select), SQLITE_ROW);
    const std::int64_t pages = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(handle);
    return pages;
}

TEST_F(JournalTest, aBacklogThatWasWorkedOffGivesItsSpaceBack) {
    const auto journal = openJournal(m_file);
    const std::uint64_t last = appendBacklog(*journal);
    const std::int64_t most = pagesOf(m_file, "PRAGMA page_count");
    // Half of it: no time to move the other half about.
    ASSERT_TRUE(journal->trim(last / 2));
    EXPECT_FALSE(journal->reclaim().value());
    EXPECT_EQ(pagesOf(m_file, "PRAGMA page_count"), most);

    ASSERT_TRUE(journal->trim(last));
    EXPECT_TRUE(journal->reclaim().value());
    const std::int64_t afterOne = pagesOf(m_file, "PRAGMA page_count");
    EXPECT_LT(afterOne, most);
    int pieces = 1;
    while (journal->reclaim().value()) ASSERT_LT(++pieces, 100);
    EXPECT_GT(pieces, 1);
    const std::int64_t pageBytes = pagesOf(m_file, "PRAGMA page_size");
    const auto spare = static_cast<std::int64_t>(app::kJournalSpareBytes) / pageBytes;
    EXPECT_EQ(pagesOf(m_file, "PRAGMA freelist_count"), spare);
    EXPECT_LT(pagesOf(m_file, "PRAGMA page_count"), spare + 100);
    EXPECT_FALSE(journal->reclaim().value());
    EXPECT_EQ(journal->append(numbered(last + 1, 1)), last + 1);
    EXPECT_EQ(journal->read(last, 10).value().size(), 1U);
}

TEST_F(JournalTest, theWriteAheadLogStaysBoundedThoughSomebodyAlwaysReads) {
    const auto writer = openJournal(m_file);
    std::atomic<bool> done = false;
    std::thread consumer([&] {
        const auto reader = openJournal(m_file);
        while (!done) ASSERT_TRUE(reader->read(0, 1));
    });
    const std::vector<RawMessage> batch(20, RawMessage{"t", std::string(100'000, 'x'), 0});  // 2 MB
    std::uint64_t largest = 0;
    for (int i = 0; i < 60; ++i) {
        EXPECT_TRUE(writer->append(batch));
        largest = std::max<std::uint64_t>(largest, std::filesystem::file_size(m_file.string() + "-wal"));
    }
    done = true;
    consumer.join();
    EXPECT_LT(largest, app::kJournalLogLimitBytes);
}

// A child appends batches and tells each last sequence; it is killed at a random one.
TEST_F(JournalTest, everythingAppendedSurvivesKill9) {
    const auto seed = std::random_device{}();
    RecordProperty("seed", std::to_string(seed));
    std::cout << "seed " << seed << "\n";
    std::mt19937 random(seed);
    std::uint64_t committed = 0;
    for (int round = 0; round < 5; ++round) {
        int pipeEnds[2];
        ASSERT_EQ(pipe(pipeEnds), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto journal = Journal::open(m_file, 0);
            std::uint64_t last = journal ? *(*journal)->lastSequence() : 0;
            while (journal) {
                const auto appended = (*journal)->append(numbered(last + 1, 3));
                if (!appended) break;
                last = *appended;
                if (write(pipeEnds[1], &last, sizeof last) != sizeof last) break;
            }
            _exit(1);
        }
        close(pipeEnds[1]);
        const auto acknowledgements = std::uniform_int_distribution<>(1, 40)(random);
        for (int i = 0; i < acknowledgements; ++i)
            ASSERT_EQ(read(pipeEnds[0], &committed, sizeof committed), static_cast<ssize_t>(sizeof committed));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status));
        while (read(pipeEnds[0], &committed, sizeof committed) == static_cast<ssize_t>(sizeof committed)) continue;
        close(pipeEnds[0]);

        const auto journal = openJournal(m_file);
        const std::uint64_t last = *journal->lastSequence();
        EXPECT_GE(last, committed);
        EXPECT_LE(last, committed + 3);
        EXPECT_EQ(payloads(*journal->read(0, 1'000'000)), numbers(1, last));
    }
}

TEST(BatchCodec, cutBytesAreRefusedAndNeverReadBeyond) {
    const std::string bytes = app::encodeBatch(numbered(1, 3));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto decoded = app::decodeBatch(std::string_view(bytes).substr(0, size));
        ASSERT_FALSE(decoded) << size;
        EXPECT_EQ(decoded.error().code, ErrorCode::corrupt);
    }
    EXPECT_TRUE(app::decodeBatch(bytes));
}

TEST(BatchCodec, anyFlippedBitIsNoticed) {
    const std::string bytes = app::encodeBatch(numbered(1, 2));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        std::string flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_FALSE(app::decodeBatch(flipped)) << bit;
    }
}

}  // namespace
}  // namespace drydock::tests
