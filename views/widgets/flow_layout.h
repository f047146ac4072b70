// FlowLayout: widgets beside one another, in as many rows as the width asks for.
// Thread: GUI.
#pragma once

#include <vector>

#include <QLayout>

namespace drydock::views {

class FlowLayout final : public QLayout {
    Q_OBJECT
public:
    using QLayout::QLayout;
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    [[nodiscard]] int count() const override;
    [[nodiscard]] QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize minimumSize() const override;
    [[nodiscard]] QSize sizeHint() const override;
    void setGeometry(const QRect& rect) override;

private:
    // Goes through the rows within `rect`, placing the items if `place`; returns the height they take.
    int arrange(const QRect& rect, bool place) const;

    std::vector<QLayoutItem*> m_items;  // owned
};

}  // namespace drydock::views
