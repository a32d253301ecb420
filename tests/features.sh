#!/usr/bin/env bash
# features.sh: every preset of the standard library, and odd options, against vectors in float64 that
# tests/reference/features.py made, to 80 dB (200 in double); prints the smallest ratio of signal to error.  A case of bands
# 130 dB apart is compared as amplitudes in single precision, to 120 dB: of their decibels float32 itself keeps 70.
set -u
source_dir=${SRCDIR:?the source tree}
ascc=${ASCC:?the compiler to test}
tools=${BUILDDIR:?the build tree}/tests
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASC_CACHE=$work/cache ASCC_CFLAGS=${ASCC_CFLAGS--O1}
passed=0 failed=0 least=1000 worst=none

# check LABEL PROGRAM NAME RATE SAMPLES LIMIT [-a]
check() {
    local sound=$work/$4_$5.wav text status
    [ -e "$sound" ] || "$tools/sound_file" "$4" "$5" "$sound" || exit 2
    text=$("$2" features "$sound" --set "$3" --whole -o "$work/x.npy" 2>&1 &&
        "$tools/compare_arrays" ${7:-} "$work/x.npy" "$source_dir/tests/vectors/features_$3.npy" "$6" features "$3" "$1, dB")
    status=$?
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $3 $1: $text"
    fi
    case $text in
    *[!0-9.]* | '') ;;
    *) if [ "$(echo "$text < $least" | bc)" -eq 1 ]; then least=$text worst="$3 $1"; fi ;;
    esac
}

for how in "float 80" "float 80 -O0" "float 80 --target=scalar" "double 200"; do
    set -- $how
    label="$1${3:+ $3}"
    if ! "$ascc" "$source_dir/tests/features/all.asc" --real="$1" ${3:-} -o "$work/all"; then
        failed=$((failed + 1))
        continue
    fi
    while read -r name rate samples form; do
        if [ "$1 $form" = "float amplitudes" ]; then
            check "$label" "$work/all" "$name" "$rate" "$samples" 120 -a
        else
            check "$label" "$work/all" "$name" "$rate" "$samples" "$2"
        fi
    done <"$source_dir/tests/features/cases"
    echo "$label: the smallest ratio so far is $least dB ($worst)"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
