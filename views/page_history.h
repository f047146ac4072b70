// PageHistory: where the person has been, as a browser keeps it: going somewhere new forgets what lay ahead.
// Thread: any; plain values.
#pragma once

#include <optional>
#include <vector>

#include "views/page.h"

namespace drydock::views {

class PageHistory {
public:
    static constexpr std::size_t kMost = 100;

    // The same place twice in a row is one.
    void go(const Destination& destination);
    // What was looked at here in the meantime (a filter typed, a row selected) replaces how one came here.
    void updateCurrent(const Destination& destination);

    [[nodiscard]] bool canGoBack() const { return m_at > 0; }
    [[nodiscard]] bool canGoForward() const { return m_at + 1 < m_places.size(); }
    std::optional<Destination> back();
    std::optional<Destination> forward();

private:
    std::vector<Destination> m_places;
    std::size_t m_at = 0;
};

}  // namespace drydock::views
