#!/bin/sh
# unit.t: run every unit of build/unit; a unit is one test here, what it says stands behind it where it fails.
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
n=0
for source in tests/unit/*.c; do
	n=$((n + 1))
	name=$(basename "$source" .c)
	if out=$("$build/unit/$name" 2>&1); then
		echo "ok $n - $name: $(echo "$out" | grep -c '^ok ') tests"
	else
		echo "not ok $n - $name"
		echo "$out" | sed 's/^/# /' >&2
	fi
done
echo "1..$n"
