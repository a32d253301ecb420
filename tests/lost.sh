#!/usr/bin/env bash
# lost.sh: a training whose run's folder goes, or whose disk is full, in the middle of it: it stops and says why, and what was saved
# before goes on to the weights of one that nobody disturbed.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export OMP_NUM_THREADS=1 # many small steps

cat >m.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8] | decibels
    | normalize[freq] | segment[time = 20 frames](overlap = 50 %)
}
network { logmel | conv[channel = 16] | relu | mean[freq, time] | dropout(0.1) | dense[class = 2] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = adam(0.01); epochs = 80; batch = 1; mixup = 0.2; seed = 3 }
END
mkdir -p set/a set/b
for n in 1 2 3 4; do
    "$build/tests/sound_file" 8000 9000 set/a/$n.wav $n
    "$build/tests/sound_file" 8000 9000 set/b/$n.wav $((40 * n + 9))
done
check "compile" "$ascc" m.asc -o m
check "undisturbed" ./m train --data set --out whole --quiet

# disturb NAME COMMAND...: does something to a training in `run` once it has saved some epochs; it must stop with status 3.
disturb() {
    rm -rf run
    rm -f said
    ./m train --data set --out run --quiet > >(cat >said) 2>&1 </dev/null & # a file of its own would have the limit, too
    process=$!
    while kill -0 $process 2>/dev/null && [ "$(cat run/log.jsonl 2>/dev/null | wc -l)" -lt 3 ]; do sleep 0.01; done
    "${@:2}"
    wait $process
    local status=$?
    for _ in {1..100}; do [ -s said ] && break || sleep 0.02; done
    holds "$1: status $status, expected 3" test $status -eq 3
}
resumes() {         # NAME FOLDER
    check "$1: weights to use" ./m eval --data set --run "$2" --split all --quiet
    rm -f "$2"/eval*.json
    check "$1: some epochs are left" test "$(wc -l <"$2/log.jsonl")" -lt 80
    check "$1: resumed" ./m train --resume "$2" --quiet
    check "$1: the same weights" cmp "$2/weights.safetensors" whole/weights.safetensors
    check "$1: nothing else is left" diff <(ls "$2") <(ls whole)
}

disturb "a folder that goes" mv run gone
says "says where it could not write" '^m train: run/[a-z.]*: can.t write: No such file or directory'
check "leaves no other" test ! -e run
resumes "a folder that goes" gone

if command -v prlimit >/dev/null; then
    full() { prlimit --pid $process --fsize=0; }
    disturb "a disk that is full" full
    says "says that it is" '^m train: run/[a-z.]*: can.t write: File too large'
    resumes "a disk that is full" run
fi

summary
