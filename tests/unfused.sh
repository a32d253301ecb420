#!/usr/bin/env bash
# Compares what optimised programs compute with what the same models compute under -O0, in double precision: outputs,
# gradients and the weights after three steps.
set -u
cd "$(dirname "$0")" || exit 2
ascc=${ASCC:?the compiler to test}
compare=${COMPARE_TENSORS:?the program compare_tensors}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASCC_CFLAGS=${ASCC_CFLAGS:--O1}
passed=0 failed=0

model() {       # LABEL FILE ARRAYS -D...: oracle/ARRAYS.input.npy and .target.npy are the batch
    label=$1 file=oracle/$2.asc arrays=oracle/$3
    shift 3
    for level in '' -O0; do
        if ! "$ascc" "$file" "$@" --real=double $level -o "$work/model$level" ||
            ! "$work/model$level" init --seed 3 -o "$work/weights.safetensors" >/dev/null ||
            ! "$work/model$level" step --weights "$work/weights.safetensors" --input "$arrays.input.npy" \
                --target "$arrays.target.npy" --steps 3 -o "$work/out$level.safetensors" >/dev/null; then
            failed=$((failed + 1))
            echo "$label $level: FAILED to run"
            return
        fi
    done
    if text=$("$compare" -s 'passes: fused against unfused' -c "$label" -q 'all tensors' "$work/out.safetensors" "$work/out-O0.safetensors" 1e-10); then
        passed=$((passed + 1))
        printf '%-30s %s\n' "$label" "$text"
    else
        failed=$((failed + 1))
        printf '%-30s FAILED\n%s\n' "$label" "$text"
    fi
}

model 'double blocks, three experts' small_cnn db2cnn -D blocks=2 -D experts=3
model 'temporal and semantic attention' small_lstm ta_sa_lstm -D temporal=yes -D semantic=yes
model 'a product by OpenBLAS' large_product s2cnn
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
