#!/usr/bin/env bash
# verification.sh: doc/verification.md has a row for everything that the tests measured, no other, and no error is larger than
# it says.  VERIFICATION=write: writes it instead (`make verification` does so after running the tests that measure).
#
# The records (verify.h) are those of the last run of each test, BUILDDIR/tests/*.verify.  Figures differ a little from one
# processor and compiler to the next: the document has them rounded up, and a figure is out of date when it is more than a
# hundred times too small.  Rows of instructions that a machine may lack are compared only where it has them.
set -u
document=${SRCDIR:?the sources}/doc/verification.md
tables=$SRCDIR/tests/verification
records=${BUILDDIR:?the build tree}/tests
measuring=${MEASURING:?the tests that measure}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$1"
}

fail_lines() {      # FILE: a failure a line
    while IFS= read -r line; do
        fail "$line"
    done < <(LC_ALL=C sort "$1" 2>/dev/null)
}

# Every test of the list has records, and no other has.
check_records() {
    local test file name
    for test in $measuring; do
        [ -s "$records/${test##*/}.verify" ] ||
            fail "$test has measured nothing in this build tree; \`make check TESTS=$test\` makes it do so"
    done
    for file in "$records"/*.verify; do
        name=$(basename "$file" .verify)
        [[ " $measuring " == *"/$name "* ]] || fail "tests/$name measures, but is not in the list \`measuring\` of Makefile.am"
    done
}

# figures FILE: a document's tables as lines: section, case, quantity, figure, bound.
figures() {
    LC_ALL=C awk -f "$tables/figures.awk" "$1"
}

compare() {
    figures "$document" >"$work/old"
    figures "$work/new.md" >"$work/new"
    LC_ALL=C awk -F'\t' -v problems="$work/problems" -f "$tables/compare.awk" "$work/old" "$work/new" >"$work/fine"
    passed=$(<"$work/fine")
    fail_lines "$work/problems"
    if diff <(grep -v '^|' "$document") <(grep -v '^|' "$work/new.md") >"$work/text"; then
        passed=$((passed + 1))
    else
        fail "the text is another"
        cat "$work/text"
    fi
}

check_records
if [ "$failed" -eq 0 ]; then
    LC_ALL=C awk -F'\t' -v problems="$work/problems" -f "$tables/document.awk" "$tables/sections" "$records"/*.verify >"$work/new.md"
    fail_lines "$work/problems"
fi
if [ "$failed" -eq 0 ] && [ "${VERIFICATION:-}" = write ]; then
    cp "$work/new.md" "$document" && passed=1 && echo "$document: written"
elif [ "$failed" -eq 0 ]; then
    compare
fi
[ "$failed" -eq 0 ] || echo "\`make verification\` runs what measures and writes doc/verification.md anew"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
