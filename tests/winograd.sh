#!/usr/bin/env bash
# winograd.sh: Winograd's convolutions at the full size of E-15 db4cnn (batch of three) in single precision, against direct ones in
# double precision.  Of the network as it is published the output is compared: among two million ReLUs some are nearer to
# their kink than single precision sees, and one that falls to the other side moves gradients by a percent, with Winograd or
# without.  Where tanh and means stand for ReLU and max there is nothing but rounding: gradients of all weights and the weights
# after three steps agree as well.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
compare=${COMPARE_TENSORS:?the program compare_tensors}
oracle=$sources/tests/oracle

# Images of random numbers: those of a small network's input, projected to full size.
cat >project.asc <<'END'
asc 1
features small { input[channel = 1, freq = 16, time = 13] }
network { small | dense[channel = 1, freq = 128, time = 100] }
train { loss = squared_error(output, target); optimizer = sgd(0.01); epochs = 1; batch = 3 }
END
check "the program that makes images" "$ascc" project.asc -o project
check "its weights" ./project init --seed 1 -o project.safetensors
check "images" ./project forward --weights project.safetensors --input "$oracle/s2cnn.input.npy" -o images.npy

# agrees NETWORK QUANTITY PREFIX PREFIX_OF_EXPECTED
agrees() {
    "$compare" -p "$3" -o "$4" float.out.safetensors double.out.safetensors 1e-3 >"$said"
    verdict "$1: $2" $?
    printf '%-28s %-28s %s\n' "$1" "$2" "$(tail -n 1 "$said")"
}

network() {     # NAME FILE DEFINITION...
    local name=$1 file=$2 real
    shift 2
    for real in double float; do
        check "$name, $real: compile" "$ascc" "$file" "$@" --real=$real -o $real
        [ $real = float ] || check "$name: weights" ./double init --seed 3 -o w.safetensors
        check "$name, $real: steps" ./$real step --weights w.safetensors --input images.npy --target "$oracle/s2cnn.target.npy" \
            --steps 3 -o $real.out.safetensors
    done
    check "$name: Winograd's algorithm" grep -q asc_winograd_turn <("$ascc" "$file" "$@" --emit=c)
    agrees "$name" output output output
}

cp "$sources/models/moe_cnn.asc" published.asc
sed 's/| relu/| tanh/; s/maxpool\[/meanpool[/' published.asc >smooth.asc
network 'E-15 db4cnn' published.asc -D depth=4 -D blocks=2
smooth() {      # NAME DEFINITION...
    network "$1" smooth.asc "${@:2}"
    agrees "$1" gradients grad. grad.
    agrees "$1" 'weights after three steps' '' ''
}
smooth 'E-15 db4cnn without kinks' -D depth=4 -D blocks=2
smooth 'E-15 s2cnn without kinks' -D depth=2 -D blocks=1        # its maps are larger than a block of tiles
summary
