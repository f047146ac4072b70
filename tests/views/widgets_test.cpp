// The parts that pages are made of: what they compute, what they say, and what their colours promise.
#include <algorithm>

#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineF>
#include <QPainter>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QStandardItemModel>

#include "tests/views/window_fixture.h"
#include "views/devices/device_actions.h"
#include "views/devices/device_query.h"
#include "views/first_size.h"
#include "views/icons.h"
#include "views/page_history.h"
#include "views/phase_marks.h"
#include "views/theme.h"
#include "views/widgets/change_list.h"
#include "views/widgets/cycle_diagram.h"
#include "views/widgets/cycle_geometry.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/id_label.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"
#include "views/widgets/rate_chart.h"
#include "views/widgets/selection_text.h"
#include "views/widgets/table_view.h"

namespace drydock::tests {

using fleet::CycleState;
using fleet::Phase;

class WidgetsTest : public QObject {
    Q_OBJECT

    static CycleState stateOf(Phase phase, int retries, int resets) {
        CycleState state;
        state.phase = phase;
        state.retryCounter = retries;
        state.resetRetryCount = resets;
        return state;
    }

private slots:
    static void initTestCase() {
        static const views::Theme kTheme(views::ThemeChoice::light);
        QVERIFY(!kTheme.isDark());
    }

    static void actionsTakeAsManyRowsAsTheirPaneIsNarrow() {
        views::DetailsPane pane("Select something.");
        constexpr int kActions = 6;
        std::vector<QPushButton*> buttons;
        buttons.reserve(kActions);
        for (int i = 0; i < kActions; ++i) buttons.push_back(pane.addAction(QStringLiteral("An action with words…")));
        pane.setShown(true);
        pane.resize(1600, 600);
        pane.show();
        QCoreApplication::processEvents();
        QCOMPARE(buttons.back()->y(), buttons.front()->y());
        pane.resize(400, 600);
        QCoreApplication::processEvents();
        QVERIFY(buttons.back()->y() > buttons.front()->y());
        for (const QPushButton* button : buttons) {
            QVERIFY(button->width() >= button->sizeHint().width());
            QVERIFY(pane.rect().contains(QRect(button->mapTo(&pane, QPoint()), button->size())));
        }
        // What is hidden takes no room.
        const int height = buttons.front()->parentWidget()->height();
        for (std::size_t i = 1; i < buttons.size(); ++i) buttons[i]->hide();
        QTRY_VERIFY(buttons.front()->parentWidget()->height() < height);
    }

    static void sectionsOfATallPaneStandClose() {
        views::DetailsPane pane("Select something.");
        auto* facts = new views::FactGrid;
        facts->add("On", "3hw59");
        facts->add("Why", {});
        const QWidget* first = pane.addSection({}, facts);
        const QWidget* second = pane.addSection("Heading", new QLabel("Text that wraps\nor not"));
        pane.setShown(true);
        pane.resize(500, 1200);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        QCOMPARE(first->height(), first->sizeHint().height());
        QCOMPARE(second->height(), second->sizeHint().height());
    }

    static void textIsReadableAndMarksAreVisibleInBothThemes() {
        for (const bool dark : {false, true}) {
            const views::Tokens& t = views::tokens(dark);
            for (const QColor& ground : {t.window, t.panel, t.hover, t.selection}) {
                QVERIFY(views::contrast(t.text, ground) >= 4.5);
                QVERIFY2(views::contrast(t.quietText, ground) >= 4.5, qPrintable(ground.name()));
            }
            for (const QColor& ground : {t.goodTint, t.warningTint, t.badTint}) {
                QVERIFY(views::contrast(t.text, ground) >= 4.5);
            }
            for (const QColor& colour : {t.accent, t.good, t.warning, t.bad}) {
                QVERIFY(views::contrast(colour, t.panel) >= 4.5);
            }
            QVERIFY(views::contrast(t.onAccent, t.accent) >= 4.5);
            for (const views::Mark mark : views::kAllMarks) {
                const views::MarkColours colours = views::markColours(mark, t);
                QVERIFY2(views::contrast(colours.edge, t.panel) >= 3, qPrintable(views::markWord(mark)));
                QVERIFY2(views::contrast(colours.edge, t.window) >= 3, qPrintable(views::markWord(mark)));
            }
        }
    }

    static void everyPhaseHasAMarkOfItsOwnInShapeAndWord() {
        QSet<QString> words;
        QSet<QByteArray> shapes;
        for (const views::Mark mark : views::kAllMarks) {
            words.insert(views::markWord(mark));
            QImage image(48, 48, QImage::Format_ARGB32);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            views::paintMark(painter, QRectF(0, 0, 48, 48), mark, views::tokens(false));
            painter.end();
            // Without colours: what remains is where ink is, and how dark it is.
            const QImage grey = image.convertToFormat(QImage::Format_Grayscale8);
            shapes.insert(
                QByteArray(reinterpret_cast<const char*>(grey.constBits()), static_cast<int>(grey.sizeInBytes())));
        }
        QCOMPARE(words.size(), 6);
        QCOMPARE(shapes.size(), 6);
    }

    static void everyIconCanBeDrawn() {
        for (int i = 0; i < static_cast<int>(views::Icon::count); ++i) {
            QVERIFY2(views::iconExists(static_cast<views::Icon>(i)), qPrintable(QString::number(i)));
        }
    }

    static void aWindowOpensNoLargerThanItsScreen() {
        const QSize wanted(1280, 800);
        const auto roomy = views::FirstSize::of(wanted, QSize(1920, 1080), 24);
        QCOMPARE(roomy.size, wanted);
        QVERIFY(!roomy.isMaximized);
        const auto exact = views::FirstSize::of(wanted, QSize(1280, 824), 24);
        QCOMPARE(exact.size, wanted);
        QVERIFY(!exact.isMaximized);
        const auto withoutFrame = views::FirstSize::of(wanted, wanted, 24);
        QCOMPARE(withoutFrame.size, QSize(1280, 776));
        QVERIFY(withoutFrame.isMaximized);
        const auto small = views::FirstSize::of(wanted, QSize(1024, 768), 24);
        QCOMPARE(small.size, QSize(1024, 744));
        QVERIFY(small.isMaximized);
    }

    static void theWayOfADeviceLeadsToWhereItIs() {
        const views::CycleGeometry geometry(QSizeF(420, 168), 2, 10, 1);
        for (const CycleState& state :
             {stateOf(Phase::retrying, 1, 0), stateOf(Phase::retrying, 10, 0), stateOf(Phase::coolingOff, 0, 1),
              stateOf(Phase::retrying, 0, 1), stateOf(Phase::retrying, 5, 1), stateOf(Phase::failing, 0, 2),
              stateOf(Phase::failed, 0, 2)}) {
            const QPointF end = geometry.wayTo(state).currentPosition();
            const QPointF at = geometry.positionOf(state);
            QVERIFY2(QLineF(end, at).length() < 0.5, qPrintable(QString::number(static_cast<int>(state.phase))));
        }
        QVERIFY(geometry.wayTo(stateOf(Phase::well, 0, 0)).isEmpty());
        QVERIFY(geometry.wayTo(stateOf(Phase::failed, 0, 0)).isEmpty());  // moved there by hand: it did not walk
    }

    static void theCycleFitsItsLeastSizeForAnyNumberOfCycles() {
        for (int cycles = 1; cycles <= 4; ++cycles) {
            const QSizeF size = views::CycleGeometry::leastSize(cycles, 1);
            const views::CycleGeometry geometry(size, cycles, 10, 1);
            const QRectF whole(QPointF(0, 0), size);
            QVERIFY(whole.contains(geometry.wholeWay().boundingRect()));
            QVERIFY(whole.contains(geometry.wayBack().boundingRect()));
        }
    }

    static void theDiagramSaysItsStateInWords() {
        views::CycleDiagram diagram;
        const fleet::Limits limits;
        QVERIFY(diagram.accessibleDescription().contains(QLatin1String("has not entered")));
        diagram.setCycle(stateOf(Phase::retrying, 7, 1), limits, 0);
        QCOMPARE(diagram.accessibleDescription(), QStringLiteral("Retrying: 7 of 10 failures in cycle 2 of 2."));
        CycleState cooling = stateOf(Phase::coolingOff, 0, 1);
        cooling.dueMs = 3'600'000;
        diagram.setCycle(cooling, limits, 0);
        const QString anHourBefore = diagram.accessibleDescription();
        diagram.setNow(1'800'000);
        QVERIFY(diagram.accessibleDescription() != anHourBefore);
        CycleState failed = stateOf(Phase::failed, 0, 2);
        failed.reportsSuccess = true;
        diagram.setCycle(failed, limits, 0);
        QVERIFY(diagram.accessibleDescription().contains(QLatin1String("reports success")));
    }

    static void aDeviceQueryIsReadAndWrittenAlike() {
        const views::DeviceQuery query =
            views::parseDeviceQuery(QStringLiteral("phase:failed,retrying wo:v8 seen:5m 2.27"));
        QCOMPARE(query.words, QStringLiteral("wo:v8 2.27"));
        QCOMPARE(query.phases, (std::vector<Phase>{Phase::retrying, Phase::failed}));
        QCOMPARE(query.seenWithinMs, std::int64_t{300'000});
        QCOMPARE(query.toText(), QStringLiteral("phase:retrying,failed seen:5m wo:v8 2.27"));
        const auto mixed = views::parseDeviceQuery(QStringLiteral("FW:2.27 OR phase:failed"));
        QCOMPARE(mixed.words, QStringLiteral("(FW:2.27 OR phase:failed)"));
        QVERIFY(mixed.phases.empty());
        QCOMPARE(views::parseDeviceQuery(QStringLiteral("phase:well ") + mixed.words).toText(),
                 QStringLiteral("phase:well (FW:2.27 OR phase:failed)"));
        QCOMPARE(views::parseDeviceQuery(QStringLiteral("seen:soon")).toText(), QString());
    }

    static void anActionIsOfferedWhereTheRulesAllowItForOneOfTheSelected() {
        const fleet::Limits limits;
        const CycleState well;
        const CycleState failed = stateOf(Phase::failed, 0, 2);
        QVERIFY(!views::whyNot(fleet::ActionKind::release, {well}, 0, limits).isEmpty());
        QVERIFY(views::whyNot(fleet::ActionKind::release, {well, failed}, 0, limits).isEmpty());
        QVERIFY(views::whyNot(fleet::ActionKind::setNote, {well}, 0, limits).isEmpty());
    }

    static void aButtonNamesTheActAndTheCount() {
        QCOMPARE(views::actLabel(fleet::ActionKind::restoreAttributes, 12), QStringLiteral("Restore 12 devices"));
        QCOMPARE(views::actLabel(fleet::ActionKind::release, 1), QStringLiteral("Release 1 device"));
    }

    static void historyForgetsWhatLayAheadWhenOneGoesElsewhere() {
        views::PageHistory history;
        history.go({QStringLiteral("a"), {}});
        history.go({QStringLiteral("b"), {}});
        history.go({QStringLiteral("b"), {}});
        QCOMPARE(history.back()->page, QStringLiteral("a"));
        QVERIFY(!history.canGoBack());
        history.go({QStringLiteral("c"), {}});
        QVERIFY(!history.canGoForward());
        QCOMPARE(history.back()->page, QStringLiteral("a"));
    }

    static void historyKeepsABoundedNumberOfPlaces() {
        views::PageHistory history;
        for (std::size_t i = 0; i < 3 * views::PageHistory::kMost; ++i) history.go({QString::number(i), {}});
        std::size_t steps = 0;
        while (history.back()) ++steps;
        QCOMPARE(steps, views::PageHistory::kMost - 1);
    }

    static void thinningKeepsHighsLowsAndBothEnds() {
        std::vector<models::TimeSeries::Sample> samples;
        samples.reserve(10'000);
        for (int i = 0; i < 10'000; ++i) samples.push_back({i, static_cast<double>(i % 10)});
        samples[5'555].value = 500;
        samples[7'777].value = -500;
        const auto thin = views::thinned(samples, 100);
        QVERIFY(thin.size() <= 202);
        const auto has = [&thin](double value) {
            return std::any_of(thin.begin(), thin.end(), [value](const auto& one) { return one.value == value; });
        };
        QVERIFY(has(500));
        QVERIFY(has(-500));
        QCOMPARE(thin.front().atMs, std::int64_t{0});
        QCOMPARE(thin.back().atMs, std::int64_t{9'999});
        for (std::size_t i = 1; i < thin.size(); ++i) QVERIFY(thin[i - 1].atMs < thin[i].atMs);
        QCOMPARE(views::thinned(thin, 1'000).size(), thin.size());
    }

    static void axesEndAtRoundNumbers() {
        QCOMPARE(views::roundedUp(0), 2.0);
        QCOMPARE(views::roundedUp(3), 4.0);
        QCOMPARE(views::roundedUp(1204), 2000.0);
        QCOMPARE(views::roundedUp(5001), 10000.0);
    }

    static void rowsAreCopiedAsTabsCsvAndJson() {
        QStandardItemModel model(2, 2);
        model.setHorizontalHeaderLabels({QStringLiteral("id"), QStringLiteral("note")});
        model.setItem(0, 0, new QStandardItem(QStringLiteral("a")));
        model.setItem(0, 1, new QStandardItem(QStringLiteral("said \"no\", twice")));
        model.setItem(1, 0, new QStandardItem(QStringLiteral("b")));
        model.setItem(1, 1, new QStandardItem(QStringLiteral("tab\tinside")));
        using views::TextFormat;
        QCOMPARE(views::rowsAsText(model, {0}, {0, 1}, TextFormat::tabs), QStringLiteral("a\tsaid \"no\", twice"));
        QCOMPARE(views::rowsAsText(model, {0, 1}, {1, 0}, TextFormat::tabs),
                 QStringLiteral("note\tid\nsaid \"no\", twice\ta\ntab inside\tb"));
        QCOMPARE(views::rowsAsText(model, {0}, {0, 1}, TextFormat::csv),
                 QStringLiteral("id,note\r\na,\"said \"\"no\"\", twice\"\r\n"));
        QVERIFY(views::rowsAsText(model, {1}, {0}, TextFormat::json).contains(QLatin1String("\"id\": \"b\"")));
        QVERIFY(views::rowsAsText(model, {}, {0}, TextFormat::csv).isEmpty());
    }

    static void aTableShowsTheColumnsSavedForItsVersionOnly() {
        const QTemporaryDir directory;
        views::ViewSettings settings(directory.filePath(QStringLiteral("settings.ini")));
        QStandardItemModel model(1, 3);
        {
            views::TableView table;
            table.setModel(&model);
            table.remember(settings, QStringLiteral("t"), 1);
            table.setColumnHidden(1, true);
            table.setColumnWidth(0, 222);
        }
        views::TableView again;
        again.setModel(&model);
        again.remember(settings, QStringLiteral("t"), 1);
        QVERIFY(again.isColumnHidden(1));
        QCOMPARE(again.columnWidth(0), 222);
        views::TableView newer;
        newer.setModel(&model);
        newer.remember(settings, QStringLiteral("t"), 2, {2});
        QVERIFY(!newer.isColumnHidden(1));
        QVERIFY(newer.isColumnHidden(2));
    }

    static void aLongIdIsCutInItsMiddleAndCopiedWhole() {
        const QString hash(64, QLatin1Char('a'));
        views::IdLabel label(hash);
        label.resize(label.minimumSizeHint());
        label.show();
        QApplication::setActiveWindow(&label);
        label.setFocus();
        QVERIFY(label.minimumSizeHint().width() < label.sizeHint().width());
        QCOMPARE(label.toolTip(), hash);
        QTest::keySequence(&label, QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text(), hash);
        label.resize(label.sizeHint() + QSize(8, 0));
        QCOMPARE(label.toolTip(), QString());
    }

    static void aChangeIsToldInTheWordsOfTheDesk() {
        views::ChangeList list;
        list.setChanges({{"phase", "coolingOff", "retrying"},
                         {"release_status", "READY_TO_TEST", "TESTING"},
                         {"assignee", "", "mara"}});
        QCOMPARE(list.accessibleDescription(),
                 QStringLiteral("phase: from cooling off to retrying\nrelease_status: from ready to test to testing\n"
                                "assignee: from – to mara"));
    }

    static void factsThatAreClearedLeaveNoRoomBehind() {
        views::FactGrid grid;
        grid.add(QStringLiteral("a"), QStringLiteral("1"));
        const int oneLine = grid.sizeHint().height();
        for (int i = 0; i < 10; ++i) grid.add(QStringLiteral("b"), QStringLiteral("2"));
        grid.clear();
        grid.add(QStringLiteral("a"), QStringLiteral("1"));
        QCOMPARE(grid.sizeHint().height(), oneLine);
    }

    static void factsAnewAreSeen() {
        views::FactGrid grid;
        grid.resize(300, 200);
        grid.show();
        for (const char* name : {"first", "second"}) {
            grid.clear();
            grid.addId(QLatin1String(name), QStringLiteral("1"));
            grid.add(QLatin1String(name), QStringLiteral("2"));
            QCoreApplication::processEvents();
            const auto labels = grid.findChildren<QLabel*>();
            QCOMPARE(labels.size(), 4);
            for (const QLabel* label : labels) {
                QVERIFY2(label->isVisible(), name);
                QVERIFY2(grid.rect().contains(label->geometry()) && label->height() > 10, name);
            }
        }
    }

    static void anIconBeforeATextKeepsItsDistance() {
        QPushButton button(QStringLiteral("text"));
        views::setLeadingIcon(button, views::markIcon(views::Mark::failed), 10);
        const QImage image = button.icon().pixmap(QSize(14, 10)).toImage();
        QVERIFY(image.width() > image.height());
        const auto inked = [&image](int x) {
            for (int y = 0; y < image.height(); ++y)
                if (qAlpha(image.pixel(x, y)) > 0) return true;
            return false;
        };
        QVERIFY(inked(image.height() / 2));
        for (int x = image.height(); x < image.width(); ++x) QVERIFY(!inked(x));
    }

    static void theSelectionReachesFromEdgeToEdge() {
        QStandardItemModel model(3, 1);
        views::TableView table;
        table.setModel(&model);
        table.setColumnWidth(0, 80);
        table.resize(400, 200);
        table.show();
        table.showRow(1);
        QCoreApplication::processEvents();
        const QImage image = table.viewport()->grab().toImage();
        const int y = table.rowViewportPosition(1) + table.rowHeight(1) / 2;
        const QRgb selection = views::tokens(table).selection.rgb();
        QCOMPARE(image.pixel(300, y), selection);
        QVERIFY(image.pixel(300, table.rowViewportPosition(2) + 4) != selection);
    }

    static void errorsStayAndTheOldestMessageGivesWay() {
        using Banner = views::MessageBanner;
        Banner banner;
        QSignalSpy expired(&banner, &Banner::actionExpired);
        banner.showMessage(Banner::Tone::success, QStringLiteral("one"), QStringLiteral("Undo"), 7);
        banner.showMessage(Banner::Tone::error, QStringLiteral("two"));
        banner.showMessage(Banner::Tone::error, QStringLiteral("three"));
        banner.showMessage(Banner::Tone::error, QStringLiteral("four"));
        QCOMPARE(banner.texts(), (QStringList{QStringLiteral("two"), QStringLiteral("three"), QStringLiteral("four")}));
        QCOMPARE(expired.count(), 1);
        QCOMPARE(expired.first().first().toULongLong(), 7ULL);
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::WidgetsTest)
#include "widgets_test.moc"
