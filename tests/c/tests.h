/* The groups of tests, one file each. */
#ifndef TESTS_H
#define TESTS_H

void test_layout(void);
void test_reader(void);
void test_refusals(void);
void test_misuse(void);
void test_extensions(void);
void test_writer(void);

#endif
