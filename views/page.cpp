#include "views/page.h"

#include <utility>

#include "models/desk_models.h"

namespace drydock::views {

bool PageContext::readOnly() const {
    return readOnlyWindow || models.client.status().readOnly;
}

QString PageContext::whyReadOnly() const {
    return readOnly() ? Page::tr("This window only shows: it was opened for reading.") : QString();
}

Page::Page(Face face, QWidget* parent) : QWidget(parent), m_face(std::move(face)) {
    setObjectName(m_face.id);
    setAccessibleName(m_face.title);
}

void Page::open(const QString& /*target*/) {}

QString Page::target() const {
    return {};
}

QString Page::filterText() const {
    return {};
}

void Page::setFilterText(const QString& /*text*/) {}

void Page::focusFilter() {}

QString Page::selectionAsText() const {
    return {};
}

}  // namespace drydock::views
