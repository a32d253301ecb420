#!/usr/bin/env bash
# killed.sh: a training that SIGKILL ends at random moments and that is resumed each time ends with the weights, the moments
# of the optimiser and the log of one that nobody disturbed.
# KILLED: how many trainings (3).   KILLED_SEED: of the moments (1)
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
compare=$(realpath "${COMPARE_TENSORS:?the program compare_tensors}") || exit 2
workplace
RANDOM=${KILLED_SEED:-1}

# Everything that a checkpoint must hold: running statistics, two moments of Adam, random numbers of dropout and mixup, the
# order of the examples, the best epoch so far.
cat >small.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 10] | decibels
    | normalize[freq] | segment[time = 20 frames](overlap = 50 %)
}
network {
    logmel | batchnorm[freq] | conv[channel = 6] | relu | maxpool[freq = 3, time = 3] | mean[freq, time]
    | dropout(0.2) | dense[class = 10] | softmax[class]
}
train {
    loss      = cross_entropy(output, target)
    optimizer = adam(0.003)
    l2        = 0.0001
    epochs    = 25
    batch     = 8
    mixup     = 0.2
    schedule  = cosine
    validate  = split(40 %, by = location)
    keep      = last
}
evaluate { report = accuracy }
END
sed 's/= last/= best(accuracy)/' small.asc >best.asc

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

how() {             # sets `options`: begins or goes on, as a user would
    options=(--data set --out half)
    [ ! -e half/settings.json ] || options=(--resume half)
}

# interrupt PROGRAM: runs it and kills it at a random moment; false when it ended before.
interrupt() {
    local process pause=$((RANDOM * length / 32768 + 1))
    how
    "$1" train "${options[@]}" >said 2>&1 </dev/null &
    process=$!
    sleep "$((pause / 1000)).$(printf %03d $((pause % 1000)))"
    kill -KILL $process 2>/dev/null
    wait $process 2>/dev/null
    [ $? -eq 137 ]
}

disturbed() {       # PROGRAM: kills it until it has had five chances to end
    rm -rf half
    kills=0
    for _ in 1 2 3 4 5; do
        interrupt "$1" || break
        kills=$((kills + 1))
        [ ! -e half/weights.safetensors ] || check "$1: weights to use after a kill" "$1" info --run half
    done
    how
    check "$1: resumed after $kills kills" "$1" train "${options[@]}"
}

same_log() { [ -s half/log.jsonl ] && diff <(sed 's/"seconds": .*//' half/log.jsonl) <(sed 's/"seconds": .*//' whole/log.jsonl); }

check "data" "$scenes" set --recordings 40 --parallel 0 --locations 4 --seconds 1
for name in small best; do
    check "compile $name" "$ascc" $name.asc -o $name
    rm -rf whole
    check "$name: features" ./$name train --data set --epochs 1 --out first_$name
    before=$(milliseconds)
    check "$name: undisturbed" ./$name train --data set --out whole
    length=$(($(milliseconds) - before))
    for turn in $(seq 1 "${KILLED:-3}"); do
        disturbed ./$name
        echo "$name, training $turn: killed $kills times, of $length ms each at most"
        check "$name $turn: the same weights" cmp half/weights.safetensors whole/weights.safetensors
        check "$name $turn: the same moments" "$compare" half/checkpoint.safetensors whole/checkpoint.safetensors 0
        check "$name $turn: the same log" same_log
        check "$name $turn: nothing else is left" diff <(ls half) <(ls whole)
        [ "$kills" -gt 0 ] || length=$((length / 2 + 1))
        all=$((${all:-0} + kills))
    done
done
check "some kills came in time" test "$all" -gt 2
summary
