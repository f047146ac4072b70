// The groups as the side bar lists them, and the filters that show their members.
#include <QSignalSpy>
#include <QtTest>

#include "models/device_list_model.h"
#include "models/group_list.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using models::GroupList;

class GroupListTest : public QObject {
    Q_OBJECT

    static QStringList names(const GroupList& list) {
        QStringList names;
        for (const fleet::ThingGroup& group : list.groups()) names.append(QString::fromStdString(group.name));
        return names;
    }

private slots:
    static void initTestCase() { qRegisterMetaType<models::Notice>("drydock::models::Notice"); }

    static void theyComeAsPeopleReadNames() {
        FakeDeskClient client;
        for (const char* name : {"Beta", "alpha", "Gamma", "delta"})
            client.values.groups.push_back({name, {}, 0, false});
        GroupList list(client);
        list.load();
        client.answerAll();
        QCOMPARE(names(list), (QStringList{"alpha", "Beta", "delta", "Gamma"}));
        QVERIFY(list.find(QStringLiteral("Beta")) != nullptr);
        QVERIFY(list.find(QStringLiteral("beta")) == nullptr);  // names keep their case
    }

    static void theyFollowWhatIsCommitted() {
        FakeDeskClient client;
        GroupList list(client);
        list.load();
        client.answerAll();
        const QSignalSpy changed(&list, &GroupList::changed);
        client.tell(fleet::ThingGroup{"new", "phase:failed", 0, true});
        client.answerAll();
        QCOMPARE(names(list), QStringList{"new"});
        QVERIFY(list.find(QStringLiteral("new"))->filling);
        client.tell(fleet::ThingGroup{"new", "phase:failed", 0, false});
        client.answerAll();
        QVERIFY(!list.find(QStringLiteral("new"))->filling);
        client.tellRemovedGroup("new");
        client.answerAll();
        QVERIFY(list.groups().empty());
        QCOMPARE(changed.count(), 3);
    }

    static void aChangeWhileTheyAreAskedForIsNotMissed() {
        FakeDeskClient client;
        client.hold(true);
        GroupList list(client);
        list.load();
        client.tell(fleet::ThingGroup{"a", {}, 0, false});
        client.tell(fleet::ThingGroup{"b", {}, 0, false});
        QCOMPARE(client.waiting(), std::size_t{1});  // one question at a time
        client.answerNext();
        QVERIFY(names(list).isEmpty());
        client.answerAll();
        QCOMPARE(names(list), (QStringList{"a", "b"}));
    }

    static void aFailedLoadSaysSoAndKeepsWhatWasKnown() {
        FakeDeskClient client;
        client.values.groups = {{"a", {}, 0, false}};
        GroupList list(client);
        list.load();
        client.answerAll();
        const QSignalSpy failed(&list, &GroupList::failed);
        client.failWith = storage::Error{storage::ErrorCode::io, "broken", 0};
        list.load();
        client.answerAll();
        QCOMPARE(failed.count(), 1);
        QCOMPARE(names(list), QStringList{"a"});
    }

    // The device list evaluates what the tables' rule would: the same members, of either kind.
    static void theFilterOfAGroupShowsExactlyItsMembers() {
        FakeDeskClient client;
        fillSampleFleet(client, 300);
        client.values.groups.push_back({"AND", {}, 0, false});
        client.values.groups.push_back({"wo:v8-lab_1", {}, 0, false});
        auto device = client.values.devices.begin();
        device->second.thing.groups = {"AND", "wo:v8-lab_1"};
        (++device)->second.thing.groups = {"AND", "wo"};
        models::DeviceStore store(client);
        store.load();
        client.answerAll();
        models::DeviceListModel list(store, [&client] { return client.values.nowMs; });
        for (const fleet::ThingGroup& group : client.values.groups) {
            const QString filter = models::filterOf(group);
            QVERIFY2(list.filterError(filter).isEmpty(), qPrintable(list.filterError(filter)));
            list.setFilterText(filter);
            std::vector<std::string> shown;
            for (int row = 0; row < list.rowCount(); ++row) shown.push_back(list.deviceId(row).toStdString());
            std::sort(shown.begin(), shown.end());
            std::vector<std::string> members;
            for (const auto& [id, each] : client.values.devices) {
                bool isMember = false;
                client.fetchDevice(QString::fromStdString(id), &list, [&](const auto& detail) {
                    for (const fleet::GroupMembership& one : detail->memberships) isMember |= one.group == group.name;
                });
                client.answerAll();
                if (isMember) members.push_back(id);
            }
            QVERIFY2(!members.empty(), group.name.c_str());
            QVERIFY2(shown == members, group.name.c_str());
        }
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::GroupListTest)
#include "group_list_test.moc"
