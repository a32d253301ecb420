#!/usr/bin/env bash
# Trains every network of both papers for 50 steps beside PyTorch in float64 (tests/reference/trajectory.py), with the
# paper's optimiser, dropout masks and mixup pinned: output and gradients of the first step, every loss, the last weights.
# TRAJECTORIES: names of those to run (all)
set -u
cd "$(dirname "$0")/trajectory" || exit 2
ascc=${ASCC:?the compiler to test}
compare=${COMPARE_TENSORS:?the program compare_tensors}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASCC_CFLAGS=${ASCC_CFLAGS:--O1}      # the C compiler's time is not the subject
said=$work/said
. "${SRCDIR:?the sources}/tests/lib.sh"

# agrees NAME REAL QUANTITY LIMIT PREFIX PREFIX_OF_EXPECTED
agrees() {
    measured "$1 $2, $3" "$compare" -p "$5" -o "$6" -s "oracle, $2" -c "$1" -q "$3" "$work/out.safetensors" \
        "$1.expected.safetensors" "$4"
}

network() {     # NAME MODEL -D...
    local name=$1 model=$2 random=()
    shift 2
    [[ -z ${TRAJECTORIES:-} || " $TRAJECTORIES " == *" $name "* ]] || return
    [ ! -e "$name.random.safetensors" ] || random=(--random "$name.random.safetensors")
    # single precision is compared where no ReLU or max is nearer to its kink than what it could move
    measured "$name" "$compare" -l kink "$name.expected.safetensors" 1e-4
    for real in double float; do
        if ! "$ascc" "$model.asc" "$@" --real=$real -o "$work/model" ||
            ! "$work/model" step --weights "$name.weights.safetensors" --input "$name.input.npy" \
                --target "$name.target.npy" "${random[@]}" --steps 50 -o "$work/out.safetensors" >/dev/null; then
            failed=$((failed + 1))
            echo "$name $real: FAILED to run"
        elif [ $real = double ]; then
            agrees "$name" $real output 1e-8 output output
            agrees "$name" $real gradients 1e-8 grad. grad.
            agrees "$name" $real 'loss of 50 steps' 1e-6 loss loss
            agrees "$name" $real 'weights after 50 steps' 1e-6 '' after.
        else
            agrees "$name" $real output 1e-4 output output
            agrees "$name" $real gradients 1e-4 grad. grad.
            agrees "$name" $real 'loss of 50 steps' 1e-3 loss loss
        fi
    done
}

network s2cnn      paper_cnn -D depth=2 -D blocks=1
network db2cnn     paper_cnn -D depth=2 -D blocks=2
network s3cnn      paper_cnn -D depth=3 -D blocks=1 -D experts=0
network db3cnn     paper_cnn -D depth=3 -D blocks=2
network s4cnn      paper_cnn -D depth=4 -D blocks=1
network db4cnn     paper_cnn -D depth=4 -D blocks=2
network ecnn       paper_ecnn
network lstm       paper_lstm -D temporal=no -D semantic=no
network ta_lstm    paper_lstm -D temporal=yes -D semantic=no
network sa_lstm    paper_lstm -D temporal=no -D semantic=yes
network ta_sa_lstm paper_lstm -D temporal=yes -D semantic=yes
network moe        paper_moe
summary
