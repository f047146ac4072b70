// The pages the window has, in the order of the navigation.
#pragma once

#include <vector>

#include "views/page.h"

namespace drydock::views {

struct PageEntry {
    Page* page;
    bool inNavigation = true;
};

// Ownership passes to whoever adds them to a window.
[[nodiscard]] std::vector<PageEntry> makePages(const PageContext& context);

}  // namespace drydock::views
