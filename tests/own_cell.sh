#!/usr/bin/env bash
# own_cell.sh: the example of a cell that a user writes, at a small size: its gradients, training, a program that has learned.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
example=$sources/examples/own_cell

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
summary
