#include <stdio.h>

#include "expect.h"
#include "tests.h"

int main(void) {
    test_layout();
    test_reader();
    test_refusals();
    test_misuse();
    test_extensions();
    test_writer();
    return expectations_failed();
}
