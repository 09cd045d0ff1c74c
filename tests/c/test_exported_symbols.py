"""The dynamic symbols and the soname of the shared library, against the golden list exported_symbols.txt.

usage: test_exported_symbols.py NM LIBRARY SONAME
"""

import pathlib
import subprocess
import sys

nm, library, soname = sys.argv[1:]
listed = (pathlib.Path(__file__).parent / "exported_symbols.txt").read_text().split()
lines = subprocess.run([nm, "--dynamic", "--defined-only", "--format=posix", library],
                       check=True, capture_output=True, text=True).stdout.splitlines()
exported = sorted(line.split()[0] for line in lines)
if exported != sorted(listed):
    sys.exit(f"exported but not listed: {sorted(set(exported) - set(listed))}\n"
             f"listed but not exported: {sorted(set(listed) - set(exported))}")
if soname != "libigvm.so.0.4":
    sys.exit(f"the soname is {soname}")
