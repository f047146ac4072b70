#include <set>

#include <QLocale>
#include <QtTest>

#include "models/format.h"
#include "models/notice.h"

namespace drydock::tests {

using models::Format;

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

}  // namespace

class FormatTest : public QObject {
    Q_OBJECT
private slots:
    static void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    static void aCountdownShowsItsTwoLargestUnits() {
        QCOMPARE(Format::countdown(3 * kDay + 4 * kHour + 59 * kMinute), QStringLiteral("3 d 4 h"));
        QCOMPARE(Format::countdown(kDay), QStringLiteral("1 d 0 h"));
        QCOMPARE(Format::countdown(kDay - 1), QStringLiteral("23:59 h"));
        QCOMPARE(Format::countdown(21 * kHour + 14 * kMinute), QStringLiteral("21:14 h"));
        QCOMPARE(Format::countdown(kHour - 1), QStringLiteral("59:59 min"));
        QCOMPARE(Format::countdown(14 * kMinute + 5 * kSecond), QStringLiteral("14:05 min"));
        QCOMPARE(Format::countdown(42 * kSecond), QStringLiteral("42 s"));
        QCOMPARE(Format::countdown(1), QStringLiteral("1 s"));
        QCOMPARE(Format::countdown(0), QStringLiteral("due now"));
        QCOMPARE(Format::countdown(-kDay), QStringLiteral("due now"));
    }

    static void aTimePastIsToldFromNow() {
        const std::int64_t now = 1'711'320'000'000;
        QCOMPARE(Format::relativeTime(0, now), QStringLiteral("never"));
        QCOMPARE(Format::relativeTime(now, now), QStringLiteral("just now"));
        QCOMPARE(Format::relativeTime(now + kHour, now), QStringLiteral("just now"));
        QCOMPARE(Format::relativeTime(now - 59 * kSecond, now), QStringLiteral("59 s ago"));
        QCOMPARE(Format::relativeTime(now - kMinute, now), QStringLiteral("1 min ago"));
        QCOMPARE(Format::relativeTime(now - 23 * kHour, now), QStringLiteral("23 h ago"));
        QCOMPARE(Format::relativeTime(now - 3 * kDay, now), QStringLiteral("3 d ago"));
    }

    static void timesComeInUtcOnDemand() {
        QCOMPARE(Format::isoTime(1'711'320'208'793), QStringLiteral("2024-03-24T22:43:28.793Z"));
        QVERIFY(Format::dateTime(1'711'320'208'793, models::TimeZone::utc).contains(QStringLiteral("22:43:28")));
        QVERIFY(Format::dateTime(1'711'320'208'793, models::TimeZone::utc).endsWith(QStringLiteral("UTC")));
        QCOMPARE(Format::dateTime(0), QString());
        QCOMPARE(Format::isoTime(0), QString());
    }

    static void figuresFollowTheLocale() {
        QCOMPARE(Format::count(1'000'000), QStringLiteral("1,000,000"));
        QCOMPARE(Format::rate(1204.4), QStringLiteral("1,204/s"));
        QCOMPARE(Format::rate(0.5), QStringLiteral("0.5/s"));
        QCOMPARE(Format::rate(0), QStringLiteral("0/s"));
        QCOMPARE(Format::size(512), QStringLiteral("512 bytes"));
        QCOMPARE(Format::size(1'468'006), QStringLiteral("1.4 MiB"));
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        QCOMPARE(Format::count(1'000'000), QStringLiteral("1.000.000"));
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }

    static void everyStateHasAWordOfItsOwn() {
        std::set<QString> words;
        for (int i = 0; i <= static_cast<int>(fleet::ReleaseStatus::error); ++i)
            words.insert(Format::releaseStatus(static_cast<fleet::ReleaseStatus>(i)));
        QCOMPARE(words.size(), std::size_t{8});
        words.clear();
        for (int i = 0; i <= static_cast<int>(fleet::Phase::failed); ++i)
            words.insert(Format::phase(static_cast<fleet::Phase>(i)));
        QCOMPARE(words.size(), std::size_t{5});
        words.clear();
        for (int i = 0; i <= static_cast<int>(fleet::ActionKind::removeFromGroup); ++i)
            words.insert(Format::action(static_cast<fleet::ActionKind>(i)));
        QCOMPARE(words.size(), std::size_t{18});
        QVERIFY(words.count(QString()) == 0);
        QCOMPARE(Format::auditAction("release"), Format::action(fleet::ActionKind::release));
        QCOMPARE(Format::auditAction("somethingElse"), QStringLiteral("somethingElse"));
    }

    static void everyErrorBecomesANoticeThatKeepsItsWords() {
        for (int code = 0; code <= static_cast<int>(storage::ErrorCode::internal); ++code) {
            const models::Notice notice =
                models::noticeFrom({static_cast<storage::ErrorCode>(code), "the details", 0}, QStringLiteral("Doing:"));
            QCOMPARE(notice.severity, models::Severity::error);
            QVERIFY(notice.text.startsWith(QStringLiteral("Doing: ")));
            QCOMPARE(notice.detail, QStringLiteral("the details"));
        }
        const models::Notice full = models::noticeFrom({storage::ErrorCode::diskFull, {}, 0});
        QVERIFY(!full.todo.isEmpty());
        QVERIFY(full.text != models::noticeFrom({storage::ErrorCode::conflict, {}, 0}).text);
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::FormatTest)
#include "format_test.moc"
