#!/usr/bin/env bash
# Compares compiled networks with vectors of PyTorch in float64 (tests/reference/oracle.py): output, loss, gradients of
# all parameters, and the weights after ten steps.
set -u
cd "$(dirname "$0")" || exit 2
ascc=${ASCC:?the compiler to test}
compare=${COMPARE_TENSORS:?the program compare_tensors}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check LABEL RESULT EXPECTED LIMIT PREFIX PREFIX_OF_EXPECTED
check() {
    if text=$("$compare" -p "$5" -o "$6" "$2" "$3" "$4"); then
        passed=$((passed + 1))
        printf '%-44s %s\n' "$1" "$text"
    else
        failed=$((failed + 1))
        printf '%-44s FAILED\n%s\n' "$1" "$text"
    fi
}

network() {     # NAME REAL OPTIMISATION LIMIT -D...
    name=$1 real=$2 level=$3 limit=$4
    shift 4
    label="$name $real${level:+ $level}"
    if ! "$ascc" oracle/small_cnn.asc "$@" --real="$real" $level -o "$work/model" ||
        ! "$work/model" step --weights "oracle/$name.weights.safetensors" --input "oracle/$name.input.npy" \
            --target "oracle/$name.target.npy" --steps 10 -o "$work/out.safetensors" >/dev/null; then
        failed=$((failed + 1))
        echo "$label: FAILED to run"
        return
    fi
    expected=oracle/$name.expected.safetensors
    check "$label, output" "$work/out.safetensors" "$expected" "$limit" output output
    check "$label, loss" "$work/out.safetensors" "$expected" "$limit" loss loss
    check "$label, gradients" "$work/out.safetensors" "$expected" "$limit" grad. grad.
    check "$label, weights after ten steps" "$work/out.safetensors" "$expected" "$limit" '' after.
}

for level in '' -O0; do
    network s2cnn double "$level" 1e-8 -D blocks=1 -D experts=2
    network db2cnn double "$level" 1e-8 -D blocks=2 -D experts=3
    network s2cnn float "$level" 1e-4 -D blocks=1 -D experts=2
    network db2cnn float "$level" 1e-4 -D blocks=2 -D experts=3
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
