#include <unistd.h>

int main(int count, char** arguments) {
    (void)count;
    arguments[0] = REAL_IGVM;
    execv(REAL_IGVM, arguments);
    return 127;
}
