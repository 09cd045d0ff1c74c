#include "expect.h"

#include <stdio.h>
#include <string.h>

static int failures;

void expect_equal(long long actual, long long expected, const char* what, const char* file, int line) {
    if (actual == expected) return;
    printf("%s:%d: %s is %lld, not %lld\n", file, line, what, actual, expected);
    failures++;
}

void expect_text(const char* actual, const char* expected, const char* what, const char* file, int line) {
    if (strcmp(actual, expected) == 0) return;
    printf("%s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, actual, expected);
    failures++;
}

void expect_part(const char* text, const char* part, const char* what, const char* file, int line) {
    if (strstr(text, part) != NULL) return;
    printf("%s:%d: %s is \"%s\", without \"%s\"\n", file, line, what, text, part);
    failures++;
}

int expectations_failed(void) { return failures == 0 ? 0 : 1; }
