#!/usr/bin/env bash
# recompute.sh: with --recompute training takes less memory, and comes to the same weights.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

example() { "$ascc" "$@" --target=avx2 --emit=report | sed -n 's/^arena, training .* + \([0-9]*\) an example.*/\1/p'; }

smaller() {     # NAME PERCENT MODEL -D..: the arena has at most so much of what it has without
    local name=$1 percent=$2 kept again
    shift 2
    kept=$(example "$@") again=$(example "$@" --recompute)
    printf '%-28s %9d bytes an example, with --recompute %9d\n' "$name" "$kept" "$again"
    holds "$name: less memory" [ $((100 * again)) -le $((percent * kept)) ]
}

same() {        # NAME MODEL -D..: outputs, gradients and weights after three steps, bit by bit
    local name=$1
    shift
    check "$name" "$ascc" "$@" -o kept
    check "$name, --recompute" "$ascc" "$@" --recompute -o again
    [ -f w.safetensors ] || check "$name: weights" ./kept init --seed 3 -o w.safetensors
    for way in kept again; do
        check "$name: steps, $way" "./$way" step --weights w.safetensors --input "$input" --target "$target" --steps 3 -o $way.safetensors
    done
    holds "$name: the same numbers" cmp kept.safetensors again.safetensors
    "$ascc" "$@" --recompute --emit=report >report
    holds "$name: something is worked out again" contains '^train_.*, again ' report
    rm -f w.safetensors
}

models=$sources/models
smaller 'E-15 db4cnn' 90 "$models/moe_cnn.asc" -D depth=4 -D blocks=2 -D experts=0
smaller 'PANNs CNN10' 70 "$models/cnn10.asc"
smaller 'baseline of DCASE 2024' 50 "$models/dcase2024_baseline.asc"
input=$sources/tests/oracle/s2cnn.input.npy target=$sources/tests/oracle/s2cnn.target.npy
same 'double blocks' "$sources/tests/oracle/small_cnn.asc" -D blocks=2

cat >residual.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](25 ms, hop = 10 ms, window = hann)
    | mel[freq = 16] | decibels | normalize[freq] | segment[time = 13 frames]
}
layer unit(x) {
    y = x | conv[channel = 8] | batchnorm[channel] | relu | conv[channel = 8] | batchnorm[channel] | dropout(0.2)
    x + y | relu
}
network {
    logmel | conv[channel = 8] | unit | unit | unit | unit | conv[channel = 8]([freq = 1, time = 1]) | tanh | unit
    | mean[freq, time] | dense[class = 10] | softmax[class]
}
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 1; batch = 3 }
END
same 'a residual network with dropout' residual.asc
summary
