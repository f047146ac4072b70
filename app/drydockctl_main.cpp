// drydockctl: everything without a window.

#include "app/commands/ctl.h"

int main(int argc, char** argv) {
    return drydock::app::runCtl(argc, argv);
}
