#include "views/main_window.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QScreen>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "models/text.h"
#include "views/action_desk.h"
#include "views/devices/devices_page.h"
#include "views/devices/group_bar.h"
#include "views/first_size.h"
#include "views/navigation.h"
#include "views/pages.h"
#include "views/search.h"
#include "views/status_line.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"

namespace drydock::views {

namespace {

constexpr int kSearchWidth = 520;
constexpr int kTopBarHeight = 48;
constexpr int kStatusHeight = 32;
constexpr int kPanelWidth = 480;
constexpr QSize kFirstSize(1280, 800);

QToolButton* toolButton(Icon which, const QString& name, const QString& tip) {
    auto* button = new QToolButton;
    button->setIcon(icon(which));
    button->setAccessibleName(name);
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

}  // namespace

MainWindow::MainWindow(models::DeskClient& client, const WindowOptions& options)
    : m_theme(options.theme),
      m_settings(options.settingsFile.isEmpty() ? ViewSettings() : ViewSettings(options.settingsFile)),
      m_models(client, options.now),
      m_context{m_models, m_settings, options.readOnly},
      m_navigation(new Navigation),
      m_groups(new GroupBar(m_context)),
      m_search(new SearchBox),
      m_back(toolButton(Icon::back, tr("Back"), tr("Back (Alt+←)"))),
      m_forward(toolButton(Icon::forward, tr("Forward"), tr("Forward (Alt+→)"))),
      m_stack(new QStackedWidget),
      m_panel(new PreviewPanel),
      m_banner(new MessageBanner),
      m_status(new StatusLine),
      m_actions(new ActionDesk(client, *m_panel, *m_banner, this)) {
    setWindowTitle(QStringLiteral("Drydock"));
    buildLayout();
    addPages();
    addShortcuts();
    connect(&client, &models::DeskClient::statusChanged, this, &MainWindow::refreshStatus);
    connect(m_actions, &ActionDesk::panelWanted, this, &MainWindow::setPanelShown);
    connect(m_status, &StatusLine::accountingClicked, this, [this] {
        goTo({QLatin1String(page_id::kQuarantine), QString()});
    });
    connect(&m_models.devices, &models::DeviceStore::loadingChanged, this, [this] {
        if (!m_models.devices.isLoading() && !m_openOnceLoaded.isEmpty()) open(m_openOnceLoaded);
    });
    connect(&m_models.devices, &models::DeviceStore::failed, m_actions, &ActionDesk::showNotice);
    connect(&m_models.alerts, &models::AlertModel::failed, m_actions, &ActionDesk::showNotice);
    connect(&m_models.firmware, &models::FirmwareModel::failed, m_actions, &ActionDesk::showNotice);
    connect(&m_models.activity, &models::ActivityModel::failed, m_actions, &ActionDesk::showNotice);
    connect(&m_models.groups, &models::GroupList::failed, m_actions, &ActionDesk::showNotice);
    if (!restoreGeometry(m_settings.windowGeometry())) takeFirstSize();
    refreshStatus();
    m_models.load();
    const QString first = options.startPage.isEmpty() ? m_settings.lastPage() : options.startPage;
    showPage(page(first) != nullptr ? first : QLatin1String(page_id::kOverview));
}

MainWindow::~MainWindow() {
    // Pages borrow the models, which are members of this class and would go before the widgets do.
    delete takeCentralWidget();
}

void MainWindow::takeFirstSize() {
    const QSize wanted(scaled(kFirstSize.width()), scaled(kFirstSize.height()));
    const QSize room = QGuiApplication::primaryScreen()->availableSize();
    const FirstSize first = FirstSize::of(wanted, room, style()->pixelMetric(QStyle::PM_TitleBarHeight));
    resize(first.size);
    if (first.isMaximized) setWindowState(windowState() | Qt::WindowMaximized);
}

void MainWindow::buildLayout() {
    m_stack->setObjectName(QStringLiteral("pages"));
    m_stack->installEventFilter(this);
    m_panel->setParent(m_stack);
    m_panel->hide();
    m_status->setFixedHeight(scaled(kStatusHeight));
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(buildTopBar());
    right->addWidget(m_stack, 1);
    right->addWidget(m_banner);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_navigation);
    upper->addLayout(right, 1);
    auto* central = new QWidget;
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_status);
    setCentralWidget(central);
    // Nothing has the focus until the person gives it to something.
    central->setFocusPolicy(Qt::ClickFocus);
    central->setFocus();
}

QWidget* MainWindow::buildTopBar() {
    auto* bar = new QWidget;
    bar->setObjectName(QStringLiteral("topBar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    bar->setFixedHeight(scaled(kTopBarHeight));
    m_search->setMaximumWidth(scaled(kSearchWidth));
    connect(m_search, &SearchBox::submitted, this, &MainWindow::open);
    connect(m_back, &QToolButton::clicked, this, &MainWindow::goBack);
    connect(m_forward, &QToolButton::clicked, this, &MainWindow::goForward);
    auto* help = toolButton(Icon::info, tr("Keyboard shortcuts"), tr("Keyboard shortcuts (F1)"));
    connect(help, &QToolButton::clicked, this, &MainWindow::showShortcuts);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(space::k3, 0, space::k3, 0);
    layout->setSpacing(space::k1);
    layout->addWidget(m_back);
    layout->addWidget(m_forward);
    layout->addSpacing(space::k2);
    layout->addWidget(m_search, 1);
    layout->addStretch();
    layout->addWidget(help);
    return bar;
}

void MainWindow::addPages() {
    for (const PageEntry& entry : makePages(m_context)) {
        const Page::Face& face = entry.page->face();
        m_pages[face.id] = entry.page;
        m_stack->addWidget(entry.page);
        if (entry.inNavigation) m_navigation->addPage(face);
        connectPage(*entry.page);
    }
    const QString devices = QLatin1String(page_id::kDevices);
    m_navigation->addGroups(devices, m_groups);
    connect(m_navigation, &Navigation::pageChosen, this, [this](const QString& id) {
        // As one left it; but what a group shows has an item of its own.
        const bool atGroup = id == QLatin1String(page_id::kDevices) && m_groups->hasViewOf(page(id)->filterText());
        goTo({id, atGroup ? QLatin1String(kEverything) : QString()});
    });
    connect(m_groups, &GroupBar::goTo, this, &MainWindow::goTo);
    connect(m_groups, &GroupBar::editRequested, qobject_cast<DevicesPage*>(page(devices)), &DevicesPage::editGroup);
    connect(m_groups, &GroupBar::actionRequested, this,
            [this, devices](const fleet::ActionRequest& action, const QStringList& targets) {
                m_actions->start(action, targets, devices);
            });
}

void MainWindow::connectPage(Page& page) {
    const QString id = page.face().id;
    connect(&page, &Page::goTo, this, &MainWindow::goTo);
    connect(&page, &Page::noticeRaised, m_actions, &ActionDesk::showNotice);
    connect(&page, &Page::filterTextChanged, this, [this, &page] {
        if (currentPage() == &page) markWhereOneIs();
    });
    connect(&page, &Page::badgeChanged, this, [this, id](int count) { m_navigation->setBadge(id, count); });
    connect(&page, &Page::undoRequested, this, [this, id](quint64 sequence) { m_actions->startUndo(sequence, id); });
    connect(&page, &Page::bulkUndoRequested, this, [this, id](quint64 bulk) { m_actions->startBulkUndo(bulk, id); });
    connect(&page, &Page::actionRequested, this,
            [this, id](const fleet::ActionRequest& action, const QStringList& targets) {
                m_actions->start(action, targets, id);
            });
}

void MainWindow::addShortcut(const QKeySequence& keys, const QString& what, const std::function<void()>& act) {
    connect(new QShortcut(keys, this), &QShortcut::activated, this, act);
    m_shortcuts.push_back({keys, what});
}

void MainWindow::addShortcuts() {
    addShortcut(QKeySequence(QStringLiteral("Ctrl+K")), tr("Search"), [this] { m_search->focusSearch(); });
    addShortcut(QKeySequence(QStringLiteral("Ctrl+F")), tr("Filter this page"),
                [this] { currentPage()->focusFilter(); });
    addShortcut(QKeySequence(QStringLiteral("Alt+Left")), tr("Back"), [this] { goBack(); });
    addShortcut(QKeySequence(QStringLiteral("Alt+Right")), tr("Forward"), [this] { goForward(); });
    addShortcut(QKeySequence(QKeySequence::Copy), tr("Copy what is selected"), [this] { copySelection(); });
    addShortcut(QKeySequence(Qt::Key_F1), tr("This list"), [this] { showShortcuts(); });
    const std::vector<Shortcut> listed = listedShortcuts();
    m_shortcuts.insert(m_shortcuts.end(), listed.begin(), listed.end());
}

Page* MainWindow::currentPage() const {
    return qobject_cast<Page*>(m_stack->currentWidget());
}

Page* MainWindow::page(const QString& id) const {
    const auto found = m_pages.find(id);
    return found == m_pages.end() ? nullptr : found->second;
}

void MainWindow::open(const QString& target) {
    const SearchResult found = resultOf(target, m_models.devices, m_models.firmware);
    m_openOnceLoaded = m_models.devices.isLoading() ? target : QString();
    if (!found.trouble.isEmpty()) {
        m_actions->showNotice({models::Severity::warning, found.trouble, {}, {}});
        return;
    }
    goTo(found.destination);
    if (!found.action || m_context.readOnly()) return;
    m_actions->start(fleet::ActionRequest{*found.action, {}, {}, {}}, {models::toText(found.deviceId)},
                     found.destination.page);
}

void MainWindow::showPage(const QString& page) {
    goTo({page, QString()});
}

void MainWindow::goTo(const Destination& destination) {
    if (page(destination.page) == nullptr) return;
    m_history.updateCurrent(here());
    arriveAt(destination);
    m_history.go(here());
    refreshHistoryButtons();
}

Destination MainWindow::here() const {
    const Page& current = *currentPage();
    return {current.face().id, current.target(), current.filterText()};
}

void MainWindow::arriveAt(const Destination& destination) {
    Page* wanted = page(destination.page);
    m_stack->setCurrentWidget(wanted);
    m_settings.setLastPage(destination.page);
    if (destination.filter) wanted->setFilterText(*destination.filter);
    wanted->open(destination.target);
    markWhereOneIs();
    refreshHistoryButtons();
    if (m_panel->isVisible()) m_panel->raise();
}

void MainWindow::markWhereOneIs() {
    m_navigation->setCurrent(currentPage()->face().id, currentPage()->filterText());
}

void MainWindow::goBack() {
    m_history.updateCurrent(here());
    if (const auto place = m_history.back()) arriveAt(*place);
}

void MainWindow::goForward() {
    m_history.updateCurrent(here());
    if (const auto place = m_history.forward()) arriveAt(*place);
}

void MainWindow::refreshHistoryButtons() {
    m_back->setEnabled(m_history.canGoBack());
    m_forward->setEnabled(m_history.canGoForward());
}

void MainWindow::refreshStatus() {
    const fleet::DeskStatus& status = m_models.client.status();
    m_status->setStatus(status);
    QStringList troubles;
    for (const std::string& trouble : status.troubles) troubles.append(QString::fromStdString(trouble));
    m_banner->setTroubles(troubles);
}

void MainWindow::setPanelShown(bool shown) {
    m_panel->setVisible(shown);
    if (!shown) return;
    placePanel();
    m_panel->raise();
    m_panel->setFocus(Qt::OtherFocusReason);
}

void MainWindow::placePanel() {
    const int width = std::min(scaled(kPanelWidth), m_stack->width());
    m_panel->setGeometry(m_stack->width() - width, 0, width, m_stack->height());
}

void MainWindow::copySelection() {
    const QString text = currentPage()->selectionAsText();
    if (!text.isEmpty()) QApplication::clipboard()->setText(text);
}

void MainWindow::showShortcuts() {
    (new ShortcutsList(m_shortcuts, this))->show();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_settings.setWindowGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_stack && event->type() == QEvent::Resize) placePanel();
    return QMainWindow::eventFilter(watched, event);
}

}  // namespace drydock::views
