#!/usr/bin/env bash
# The augmentations of the standard library beside NumPy (tests/reference/augment.py), with pinned random numbers: what
# training sees; inference sees its input as it is.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
compare=${COMPARE_TENSORS:?the program compare_tensors}
cd "$sources/tests/oracle" || exit 2

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
summary
