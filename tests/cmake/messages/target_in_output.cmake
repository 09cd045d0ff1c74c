# add_igvm_image(guest): OUTPUT ('$<TARGET_FILE_DIR:x>/guest.igvm') may hold no generator expression but $<CONFIG>
add_igvm_image(guest SPEC guest.igvmspec OUTPUT "$<TARGET_FILE_DIR:x>/guest.igvm")
