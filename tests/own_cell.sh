#!/bin/bash
# own_cell.sh: the example of a cell that a user writes, at a small size: its gradients, training, a program that has learned.
set -u
ascc=${ASCC:?the compiler to test}
scenes=${SCENES:-${BUILDDIR:?the build tree}/examples/scenes/scenes}
example=${SRCDIR:?the sources}/examples/own_cell
case $ascc in /*) ;; *) ascc=$PWD/$ascc ;; esac
case $scenes in /*) ;; *) scenes=$PWD/$scenes ;; esac
case $example in /*) ;; *) example=$PWD/$example ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export ASCC_CFLAGS=${ASCC_CFLAGS--O1} ASC_CACHE=$work/cache
passed=0 failed=0

# check NAME COMMAND...
check() {
    if "${@:2}" >said 2>&1 </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
        sed 's/^/    /' said
    fi
}

check "the parameters that the README tells" grep -q '^total 5274$' <("$ascc" --emit=params "$example/own_cell.asc")
check "those of the LSTM" grep -q '^total 7626$' <("$ascc" --emit=params -D own=no "$example/own_cell.asc")
check "compile in double precision" "$ascc" "$example/own_cell.asc" -D units=5 -D mels=6 --real=double -o double
check "gradients" ./double gradcheck
cp said gradients
check "they are right" grep -q 'the gradients are right' gradients
check "those of the cell, too" grep -q 'focus.*checked' gradients
check "sound" "$scenes" data --recordings 40 --parallel 0 --locations 4 --seconds 2
check "compile" "$ascc" "$example/own_cell.asc" -D units=8 -D mels=12 -o own
check "train" ./own train --data data --fold 1 --epochs 30 --out run
cp said log
check "the loss falls by a third" awk '/^epoch 1\// { first = $4 } /^epoch 30\// { last = $4 }
    END { exit !(last > 0 && last < first * 2 / 3) }' log
check "evaluate" ./own eval --data data --fold 1 --run run
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
