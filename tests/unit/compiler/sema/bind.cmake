igvm_unit_test(igvm_bind_tests SOURCES bind_test.cpp LINKS igvm_spec_sema)
