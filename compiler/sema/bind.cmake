igvm_group(igvm_spec_sema
  SOURCES assertions.cpp bind.cpp binding.cpp layout.cpp layout_check.cpp memory.cpp parameters.cpp platforms.cpp
          policy.cpp region.cpp structure.cpp vp_context.cpp
  LINKS igvm_spec_evaluate igvm_spec_model igvm_spec_schema igvm_spec_diagnose
  PRIVATE_LINKS igvm_runtime fmt::fmt)
