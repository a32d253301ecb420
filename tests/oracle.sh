#!/usr/bin/env bash
# Compares compiled networks with vectors of PyTorch in float64 (tests/reference/oracle.py): output, loss, gradients of
# all parameters, and the weights after ten steps.
set -u
cd "$(dirname "$0")" || exit 2
ascc=${ASCC:?the compiler to test}
compare=${COMPARE_TENSORS:?the program compare_tensors}
export ASCC_CFLAGS=${ASCC_CFLAGS--O1} # the C compiler's time is not the subject
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
said=$work/said
. "${SRCDIR:?the sources}/tests/lib.sh"

# agrees LABEL RESULT EXPECTED LIMIT PREFIX PREFIX_OF_EXPECTED
agrees() {
    measured "$1" "$compare" -p "$5" -o "$6" -s "oracle, ten steps, $real" -c "$name${level:+ $level}" -q "${1#*, }" "$2" "$3" "$4"
}

network() {     # MODEL NAME REAL OPTIMISATION LIMIT -D...; the videos have lengths, too
    local model=$1 name=$2 real=$3 level=$4 limit=$5 label lengths expected
    shift 5
    label="$name $real${level:+ $level}"
    lengths=(oracle/$name.length.npy)
    [ -e "${lengths[0]}" ] && lengths=(--input "${lengths[0]}") || lengths=()
    if ! "$ascc" "$model.asc" "$@" --real="$real" $level -o "$work/model" ||
        ! "$work/model" step --weights "oracle/$name.weights.safetensors" --input "oracle/$name.input.npy" \
            "${lengths[@]}" --target "oracle/$name.target.npy" --steps 10 -o "$work/out.safetensors" >/dev/null; then
        failed=$((failed + 1))
        echo "$label: FAILED to run"
        return
    fi
    expected=oracle/$name.expected.safetensors
    # where no ReLU or max is nearer to its kink than what single precision could move
    [ "$real" = double ] || measured "$label" "$compare" -l kink "$expected" 1e-4
    agrees "$label, output" "$work/out.safetensors" "$expected" "$limit" output output
    agrees "$label, loss" "$work/out.safetensors" "$expected" "$limit" loss loss
    agrees "$label, gradients" "$work/out.safetensors" "$expected" "$limit" grad. grad.
    agrees "$label, weights after ten steps" "$work/out.safetensors" "$expected" "$limit" '' after.
}

video() {       # NAME TEMPORAL SEMANTIC
    network ../models/youtube8m "video_$1" "$real" "$level" "$limit" -D temporal="$2" -D semantic="$3" \
        -D classes=5 -D frames=7 -D width=6 -D cells=8 -D mixtures=3
}

network oracle/small_cnn s2cnn float -O1 1e-4 -D blocks=1 -D experts=2
network oracle/small_cnn db2cnn float -O1 1e-4 -D blocks=2 -D experts=3
for level in '' -O0; do
    for real in 'double 1e-8' 'float 1e-4'; do
        limit=${real#* } real=${real% *}
        [ "$real$level" != float-O0 ] || continue               # check_kernels has that
        [ "$real$level" = float ] && cnn=1e-3 || cnn=$limit     # Winograd convolutions round more
        network oracle/small_cnn s2cnn "$real" "$level" "$cnn" -D blocks=1 -D experts=2
        network oracle/small_cnn db2cnn "$real" "$level" "$cnn" -D blocks=2 -D experts=3
        network oracle/small_layers layers "$real" "$level" "$limit"
        network oracle/small_lstm lstm "$real" "$level" "$limit"
        network oracle/small_lstm ta_lstm "$real" "$level" "$limit" -D temporal=yes
        network oracle/small_lstm sa_lstm "$real" "$level" "$limit" -D semantic=yes
        network oracle/small_lstm ta_sa_lstm "$real" "$level" "$limit" -D temporal=yes -D semantic=yes
        [ -z "$level" ] || continue
        video lstm no no
        video ta_lstm yes no
        video sa_lstm no yes
        video ta_sa_lstm yes yes
    done
done
summary
