#!/usr/bin/env bash
# end_to_end.sh: generated sound, a compiled model, training, and everything after it; that a run is
# repeatable whatever the threads and the interruptions; that weights are used only where they belong.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

different() { ! cmp -s "$1" "$2"; }


# ---------------------------------------------------------------- data and programs
cat >small.asc <<'END'
asc 1
param classes = 10
param mels = 12
param filters = 4

features logmel {
    audio[channel = 1](16000 Hz)
    | spectrogram[bin](32 ms, hop = 16 ms)
    | mel[freq = mels] | decibels
    | normalize[freq]
    | segment[time = 20 frames](overlap = 50 %)
}
layer block(x, filters) {
    x | pad[freq = 1, time = 1] | batchnorm[freq] | conv[channel = filters] | relu
    | maxpool[freq = 3, time = 3]
}
network {
    logmel | block(filters) | mean[freq, time] | dropout(0.1)
    | dense[class = classes] | softmax[class]
}
train {
    loss      = cross_entropy(output, target)
    optimizer = sgd(0.1, momentum = 0.9)
    epochs    = 2
    batch     = 8
    mixup     = 0.2
    validate  = none
    keep      = last
}
evaluate { combine = mean; report = accuracy[class], confusion, log_loss[device, class] }
END
sed 's/= none/= split(40 %, by = location)/; s/= last/= best(accuracy)/' small.asc >best.asc

check "data" "$scenes" set --recordings 40 --parallel 10 --locations 4 --seconds 1
check "compile" "$ascc" small.asc -o small
check "compile keep = best" "$ascc" best.asc -o best
check "compile another network" "$ascc" small.asc -D filters=5 -o wider
sed 's/hop = 16 ms/&, window = hamming/' small.asc >window.asc
check "compile other features" "$ascc" window.asc -o window

# ---------------------------------------------------------------- train, and all that follows
check "train" ./small train --data set --out run
holds "two epochs are logged" test "$(wc -l <run/log.jsonl)" -eq 2
holds "a progress of plain lines" contains '^epoch 2/2  loss [0-9.]*  accuracy [0-9.]* %' said
check "info" ./small info --run run
holds "info tells the labels" contains '^labels .*airport, .*tram' said
holds "info tells the input" contains '^input  *logmel \[channel = 1, freq = ' said
holds "info tells the total" contains '^total  *[0-9]' said
refuse "a run is not overwritten" 1 "run: has a run already.*--resume" ./small train --data set --out run

./small eval --data set --run run >table 2>said
verdict "eval" $?
holds "eval: accuracy" contains '^  accuracy  *[0-9.]* %  ([0-9]* of [0-9]*)$' table
holds "eval: every class" test "$(sed -n '/^by class/,/^  mean/p' table | wc -l)" -eq 12
holds "eval: the mean of the classes" contains '^  mean  *[0-9.]* %$' table
holds "eval: every device" test "$(sed -n '/^by device/,/^in all/p' table | grep -c '^  [abc] ')" -eq 3
holds "eval: every class on every device" test "$(
    sed -n '/^log_loss by device and class/,$p' table | grep -c '^  [abc], [a-z_]*  *[0-9.]*$')" -gt 9
holds "eval: confusion matrix" test "$(grep -c '^ *[0-9]* [a-z_][a-z_]*\( *[0-9]\)\{10\}$' table)" -eq 10
count=$(wc -l <set/evaluation_setup/fold1_test.txt)
holds "eval: the matrix holds every recording once" test "$(
    awk '/^confusion/ { on = 1 } /^by class/ { on = 0 }
         on && NF == 12 { for (i = 3; i <= 12; i++) n += $i } END { print n }' table)" -eq "$count"
check "eval of the training part" ./small eval --data set --run run --split train

mapfile -t files < <(sed 's|^|set/|' set/evaluation_setup/fold1_test.txt)
check "predict" ./small predict --run run "${files[@]}" --csv all.csv
holds "predict: a line a file" test "$(grep -c "^set/" said)" -eq "$count"
holds "csv: a row a file" test "$(wc -l <all.csv)" -eq $((count + 1))
check "csv: probabilities add up to 1, and the class is the likeliest" awk -F, '
    NR == 1 { for (i = 4; i <= NF; i++) name[i] = $i; next }
    {
        sum = 0; best = 4
        for (i = 4; i <= NF; i++) { sum += $i; if ($i > $best) best = i }
        if (NF != 13 || sum < 0.99999 || sum > 1.00001 || $best != $3 || name[best] != $2) {
            print "row " NR ": sum " sum; exit 1
        }
    }' all.csv
right=$(awk -F, 'NR > 1 { n = split($1, part, /[\/-]/); right += part[3] == $2 } END { print right + 0 }' all.csv)
holds "predict and eval agree" contains "^  accuracy .* ($right of $count)\$" table

file=${files[0]}
check "features" ./small features --run run "$file" -o x.npy
check "forward" ./small forward --run run --input x.npy -o y.npy
bytes=$(($(wc -c <y.npy) - 128))
tail -c $bytes y.npy | od -A n -t f4 -v -w40 >rows
check "the mean of the segments is what predict writes" awk -F, -v file="$file" '
    FNR == NR { n = split($0, value, " "); for (i = 1; i <= n; i++) sum[i] += value[i]; rows++; next }
    $1 == file {
        found = 1
        for (i = 1; i <= 10; i++)
            if ((d = sum[i] / rows - $(i + 3)) > 2e-6 || d < -2e-6) { print i, sum[i] / rows, $(i + 3); exit 1 }
    }
    END { if (!found) exit 1 }' FS=' ' rows FS=, all.csv
check "predict without a cache" ./small predict --no-cache --run run "${files[@]}" --csv fresh.csv
check "the cache changes nothing" cmp all.csv fresh.csv
check "init" ./small init --seed 1 -o begin.safetensors
check "train from given weights" ./small train --data set --epochs 1 --init begin.safetensors --out given
check "bench" ./small bench --json
holds "bench writes JSON" contains '"train_step_ms": [0-9.]*,' said
for key in infer_ms infer1_ms batch threads peak_rss_mb fma_peak_gflops ms gflops share bytes; do
    holds "bench tells $key" contains "\"$key\": [0-9.e+-]*" said
done
holds "a kernel's share is of the measured peak" awk -F': ' '
    /"fma_peak_gflops"/ { peak = $2 + 0 }
    /"gflops"/ { rate[++n] = $2 + 0 }
    /"share"/ { share[n] = $2 + 0; some = some || share[n] > 0 }
    END { for (i in rate) if ((d = rate[i] / peak - share[i]) > 0.001 || d < -0.001) exit 1; exit !some }' said

# ---------------------------------------------------------------- the same again
for threads in 1 2 3; do
    check "$threads threads" ./small train --data set --threads $threads --out threads$threads
    check "$threads threads: the same weights" cmp threads$threads/weights.safetensors run/weights.safetensors
done
check "seed 7" ./small train --data set --seed 7 --out seed7
check "another seed, other weights" different seed7/weights.safetensors run/weights.safetensors
check "seed 7 again" ./small train --data set --seed 7 --no-cache --out again
check "the same seed, the same weights" cmp seed7/weights.safetensors again/weights.safetensors

# ---------------------------------------------------------------- stopped and resumed
# stop PROGRAM SIGNAL STATUS LINES ARGUMENT...: trains until the log has that many lines, then sends the signal.
stop() {
    local program=$1 signal=$2 expected=$3 lines=$4 process status
    shift 4
    "$program" train --threads 1 "$@" >said 2>&1 &
    process=$!
    while kill -0 $process 2>/dev/null && [ "$(cat half/log.jsonl 2>/dev/null | wc -l)" -lt "$lines" ]; do
        sleep 0.01
    done
    kill -"$signal" $process 2>/dev/null
    wait $process
    status=$?
    [ $status -eq "$expected" ] && grep -q "stopped and saved; go on with: $program train --resume half" said
    verdict "$program, $signal: status $status, expected $expected" $?
}

for program in ./small ./best; do
    rm -rf whole half
    check "$program: without a stop" "$program" train --data set --epochs 30 --threads 1 --out whole
    stop "$program" INT 130 5 --data set --epochs 30 --out half
    check "a stopped run has weights to use" "$program" eval --data set --run half
    stop "$program" TERM 143 15 --resume half
    check "$program: resumed" "$program" train --resume half
    check "$program: the same weights" cmp half/weights.safetensors whole/weights.safetensors
    sed 's/"seconds": .*//' whole/log.jsonl >whole.log
    sed 's/"seconds": .*//' half/log.jsonl >half.log
    check "$program: the same log" cmp half.log whole.log
    check "$program: nothing else is left" test "$(find half | wc -l)" -eq 6
done
check "more epochs" ./small train --resume run --epochs 4
check "four epochs straight" ./small train --data set --epochs 4 --out four
check "two and two are four" cmp run/weights.safetensors four/weights.safetensors
refuse "a resumed run keeps its seed" 2 "seed can't be changed with --resume" ./small train --resume run --seed 3

# ---------------------------------------------------------------- weights where they don't belong
weights=run/weights.safetensors
refuse "another network" 1 "$weights: holds weights of another model: small (.*) there, small (filters=5.*) here" \
    ./wider eval --data set --run run
refuse "other features" 1 "$weights: was made with other features .logmel.: .*window = hann.* there, .*hamming.* here" \
    ./window predict --run run "$file"
refuse "resuming with another network" 1 "checkpoint.safetensors: holds weights of another model" \
    ./wider train --resume run
refuse "beginning with weights of another network" 1 "$weights: holds weights of another model" \
    ./wider train --data set --init $weights --out other
check "a refused training leaves nothing" test ! -e other
check "no temporary files" test -z "$(find . -name '*.new' -o -name '*.tmp')"

summary
