#!/usr/bin/env bash
# feature_models.sh: models/nnf.asc (two inputs) and models/mfcc_bilstm.asc at small size: gradients against central
# differences, training on generated sound, evaluation, prediction.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
models=$sources/models

check "data" "$scenes" set --recordings 20 --parallel 10 --locations 2 --seconds 3
while read -r name options; do
    lines=$(grep -vc '^ *#\|^ *$' "$models/$name.asc")
    check "$name: no longer than 40 lines" test "$lines" -le 40
    # shellcheck disable=SC2086
    check "$name: compile" "$ascc" "$models/$name.asc" -D classes=10 $options -o "$name"
    # shellcheck disable=SC2086
    check "$name: compile in double" "$ascc" "$models/$name.asc" -D classes=3 $options --real=double -o double
    check "$name: gradients" ./double gradcheck
    check "$name: train" "./$name" train --data set --epochs 5 --batch 4 --out "$name.run"
    check "$name: loss falls" awk -F'"loss":' '{ split($2, a, ","); l[NR] = a[1] } END { exit !(NR == 5 && l[5] < l[1]) }' \
        "$name.run/log.jsonl"
    check "$name: train again, from the cache" "./$name" train --data set --epochs 5 --batch 4 --out "$name.again"
    check "$name: the same weights" cmp "$name.run/weights.safetensors" "$name.again/weights.safetensors"
    check "$name: eval" "./$name" eval --data set --run "$name.run"
    check "$name: predict" "./$name" predict --run "$name.run" "set/$(head -n 1 set/evaluation_setup/fold1_test.txt)"
done <<'END'
nnf -D mels=16 -D filters=3
mfcc_bilstm -D units=6
END
summary
