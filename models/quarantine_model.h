// QuarantineModel: the messages that could not be used, newest first, with the reason.
// Thread: GUI. Borrows the client, which outlives it.
#pragma once

#include <vector>

#include "models/desk_client.h"
#include "models/format.h"
#include "models/notice.h"
#include "models/record_model.h"

namespace drydock::models {

class QuarantineModel final : public RecordModel {
    Q_OBJECT
public:
    enum Column : int { ArrivedColumn, ReasonColumn, TopicColumn, SizeColumn, PayloadColumn, ColumnCount };

    // Beyond this the list starts over with the newest.
    static constexpr std::size_t kMaxMessages = 10'000;

    QuarantineModel(DeskClient& client, WallClock now, QObject* parent = nullptr);

    // Loads, and from then on follows: the list is fetched anew when it changed, one fetch at a time.
    void load();
    [[nodiscard]] bool isLoading() const { return m_loading; }
    [[nodiscard]] const fleet::QuarantinedMessage& message(int row) const;
    // The kept bytes as text; what is no printable UTF-8 as \xNN.
    [[nodiscard]] static QString readable(const storage::Binary& raw);
    [[nodiscard]] const fleet::QueryVocabulary& vocabulary() const override { return fleet::quarantineFields(); }

signals:
    void loadingChanged();
    void failed(const drydock::models::Notice& notice);

protected:
    std::uint32_t recordCount() const override { return static_cast<std::uint32_t>(m_messages.size()); }
    fleet::RecordRow queryRow(std::uint32_t record) const override;
    std::vector<std::string> searchTexts(std::uint32_t record) const override;
    bool comesBefore(std::uint32_t a, std::uint32_t b) const override;
    QVariant recordCell(std::uint32_t record, int column, int role) const override;
    int columns() const override { return ColumnCount; }
    QString title(int column) const override;
    bool isNumeric(int column) const override;

private:
    void take(std::vector<fleet::QuarantinedMessage> messages);

    DeskClient* m_client;
    WallClock m_now;
    std::vector<fleet::QuarantinedMessage> m_messages;
    bool m_loading = false;
    bool m_following = false;
    bool m_again = false;
};

}  // namespace drydock::models
