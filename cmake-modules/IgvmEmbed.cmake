# Script: writes the bytes of FILE to OUTPUT as hexadecimal C++ literals, each followed by a comma.
file(READ "${FILE}" digits HEX)
string(REGEX REPLACE "(..)" "0x\\1," literals "${digits}")
file(WRITE "${OUTPUT}" "${literals}\n")
