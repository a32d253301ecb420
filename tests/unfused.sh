#!/usr/bin/env bash
# Compares what optimised programs compute with what the same models compute under -O0, in double precision: outputs,
# gradients and the weights after three steps.
# UNFUSED=all: of the passes that make a difference each is left out, too; without it, what is left out must compile.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
compare=${COMPARE_TENSORS:?the program compare_tensors}
cd "$sources/tests" || exit 2

# run NAME OPTION...: compiles $file in one way and takes three steps; the weights are those of the first one.
run() {
    local name=$1
    shift
    "$ascc" "$file" "$@" --real=double -o "$work/model" &&
        { [ "$name" != optimised ] || "$work/model" init --seed 3 -o "$work/weights.safetensors" >/dev/null; } &&
        "$work/model" step --weights "$work/weights.safetensors" --input "$arrays.input.npy" \
            --target "$arrays.target.npy" --steps 3 -o "$work/$name.safetensors" >/dev/null
}

# agrees NAME: with what was computed with all passes
agrees() {
    measured "$label, $1" "$compare" -s 'passes: fused against unfused' -c "$label" -q 'all tensors' \
        "$work/optimised.safetensors" "$work/$1.safetensors" 1e-10
}

model() {       # LABEL FILE ARRAYS PASSES -D...: oracle/ARRAYS.input.npy and .target.npy are the batch; PASSES are left out, too
    local passes=" $4 " pass
    label=$1 file=oracle/$2.asc arrays=oracle/$3
    shift 4
    run optimised "$@" && run -O0 "$@" -O0 && agrees -O0 || failed=$((failed + 1))
    "$ascc" "$file" "$@" --real=double --target=native --emit=c -o "$work/optimised.c"
    for pass in $(sed -n 's/^PASS(\([a-z]*\), .*/\1/p' ../compiler/passes.def); do
        "$ascc" "$file" "$@" --real=double --target=native --emit=c --without="$pass" -o "$work/one.c" ||
            { failed=$((failed + 1)); continue; }
        [ "${UNFUSED:-}" = all ] || [[ $passes == *" $pass "* ]] || continue
        cmp -s "$work/optimised.c" "$work/one.c" && continue
        run "$pass" "$@" --without="$pass" && agrees "$pass" || failed=$((failed + 1))
    done
}

model 'double blocks, three experts' small_cnn db2cnn '' -D blocks=2 -D experts=3
model 'temporal and semantic attention' small_lstm ta_sa_lstm '' -D temporal=yes -D semantic=yes
model 'a product by OpenBLAS' large_product s2cnn library
summary
