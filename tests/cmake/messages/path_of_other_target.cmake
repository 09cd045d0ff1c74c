# igvm_image_path(path firmware): firmware is not a target of add_igvm_image()
add_custom_target(firmware)
igvm_image_path(path firmware)
