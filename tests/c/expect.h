/* What the tests of the C interface share: expectations that print and count. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdint.h>

/** Counts a failure and prints it, unless the two are equal. */
void expect_equal(long long actual, long long expected, const char* what, const char* file, int line);
void expect_text(const char* actual, const char* expected, const char* what, const char* file, int line);
/** That `text` contains `part`. */
void expect_part(const char* text, const char* part, const char* what, const char* file, int line);
/** 0 when nothing failed: what main returns. */
int expectations_failed(void);

#define EXPECT(condition) expect_equal((condition) != 0, 1, #condition, __FILE__, __LINE__)
#define EXPECT_EQUAL(actual, expected) \
    expect_equal((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define EXPECT_TEXT(actual, expected) expect_text((actual), (expected), #actual, __FILE__, __LINE__)
#define EXPECT_PART(text, part) expect_part((text), (part), #text, __FILE__, __LINE__)

#endif
