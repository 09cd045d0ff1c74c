#!/bin/sh
# pack.sh INIT ARCHIVE: an initramfs with one file, /init. The same bytes whenever and by whomever it is made.
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
install -m 755 "$1" "$root/init"
touch -d @0 "$root/init"
cd "$root"
echo init | cpio --quiet --create --format=newc --reproducible --owner=+0:+0 >archive
cp archive "$2"
