#!/usr/bin/env bash
# The augmentations of the standard library beside NumPy (tests/reference/augment.py), with pinned random numbers: what
# training sees; inference sees its input as it is.
set -u
cd "$(dirname "$0")/oracle" || exit 2
ascc=${ASCC:?the compiler to test}
compare=${COMPARE_TENSORS:?the program compare_tensors}
export ASCC_CFLAGS=${ASCC_CFLAGS--O1} # the C compiler's time is not the subject
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() {
    local name=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
        cat "$work/said"
    fi
}

for real in double float; do
    limit=1e-12
    [ $real = double ] || limit=1e-6
    check "$real: compile" "$ascc" augment.asc --real=$real -o "$work/model"
    check "$real: init" "$work/model" init -o "$work/w.safetensors"
    check "$real: step" "$work/model" step --weights "$work/w.safetensors" --input augment.input.npy \
        --target augment.input.npy --random augment.random.safetensors -o "$work/out.safetensors"
    check "$real: as NumPy" "$compare" -p output -o output "$work/out.safetensors" augment.expected.safetensors $limit
done
check "forward" "$work/model" forward --weights "$work/w.safetensors" --input augment.input.npy -o "$work/y.npy"
check "forward again" "$work/model" forward --weights "$work/w.safetensors" --input "$work/y.npy" -o "$work/z.npy"
check "inference leaves its input alone" cmp "$work/y.npy" "$work/z.npy"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
