#!/usr/bin/env bash
# terminal.sh: on a terminal progress is a line that renews itself and fits; colours are left out where NO_COLOR says so;
# elsewhere, and with --quiet, there is none.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
command -v script >/dev/null || { echo "SKIP: no script(1)"; exit 77; }
workplace
unset NO_COLOR

has() { grep -q -e "$1" seen; }
hasnt() { ! has "$1"; }

cat >small.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 20] | decibels
    | normalize[freq] | segment[time = 20 frames]
}
network { logmel | conv[channel = 24] | relu | conv[channel = 24] | relu | mean[freq, time] | dense[class = 10] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = adam(0.003); epochs = 40; batch = 4; validate = none; keep = last }
END
"$ascc" small.asc -o small || exit 1
"$scenes" set --recordings 20 --parallel 0 --locations 2 --seconds 2 >/dev/null || exit 1

# on COLUMNS VARIABLE=VALUE.. -- OPTION..: a training on a terminal, into `seen`
on() {
    local columns=$1 variables=()
    shift
    while [ "$1" != -- ]; do variables+=("$1"); shift; done
    shift
    rm -rf run
    env TERM=xterm "${variables[@]}" script -qec "stty cols $columns; ./small train --data set --out run --threads 1 $*" /dev/null </dev/null >seen
}
escape=$(printf '\033')
fits() { # fits COLUMNS: none of the lines is wider than that less one
    tr '\r' '\n' <seen | grep 'step ' | sed "s/$escape\[[0-9;]*[mK]//g" | awk -v most="$1" 'length($0) >= most { bad = 1 } END { exit bad || !NR }'
}

on 110 LC_ALL=C --
holds "it trains" has "epoch 40/40  loss"
holds "a bar" has "epoch [0-9]*/40 .*[=-]\{8,\}.*step [0-9]*/15.*  loss"
holds "that renews itself" has "$(printf '\r')epoch"
holds "in colours" has "$escape\[36m"
holds "fits 110 columns" fits 110
on 40 LC_ALL=C --
holds "fits 40 columns" fits 40
holds "has no bar there" hasnt '====\|----'
on 100 LC_ALL=C NO_COLOR=1 --
holds "NO_COLOR: a bar" has '[=-]\{8,\}'
holds "NO_COLOR: no colours" hasnt "$escape\[[0-9;]*m"
on 100 TERM=dumb --
holds "a dumb terminal gets plain lines" hasnt "$escape"
on 100 -- --quiet
holds "--quiet: nothing" hasnt 'step \|epoch'
# appears PATTERN COMMAND: on a terminal, within 20 s; then the command is stopped.
appears() {
    : >seen
    env TERM=xterm LC_ALL=C script -qefc "stty cols 100; exec timeout 20 $2" /dev/null </dev/null >seen &
    local process=$!
    while kill -0 $process 2>/dev/null && ! has "$1"; do sleep 0.05; done
    kill $process 2>/dev/null
    wait $process 2>/dev/null
    has "$1"
}
sed 's/32 ms, hop = 16 ms/512 ms, hop = 1 ms/' small.asc >dense.asc
"$ascc" dense.asc --real=double -o exact || exit 1
head -c 16000000 /dev/zero | wav long.wav 1 16
holds "features: a bar with what is left" appears 'features .*[=-]\{8,\}.*[0-9]/1000001 frames .*/s .* left' \
    "./exact features long.wav -o long.npy --no-cache"
rm -f long.wav long.npy
printf '#!/bin/sh\nsleep 0.7\nexec cc "$@"\n' >slowly && chmod +x slowly
holds "ascc: a bar of the parts" appears 'compiling .*[=-]\{8,\}.*[1-9]/[1-9] parts .*left' \
    "env ASCC_CC=./slowly $ascc small.asc -o late"
"$ascc" small.asc -o late >out 2>seen
holds "ascc elsewhere: silence" [ ! -s seen ]
holds "bench: a bar with what is left" appears 'bench .*[=-]\{8,\}.*[1-6]/7 measurements .*/s .* left' "./small bench --batch 4"
holds "gradcheck: a bar with what is left" appears 'gradient check .*[=-]\{8,\}.*[0-9]*/[0-9]* weights .*/s .* left' \
    "./exact gradcheck --batch 12"
rm -rf run
./small train --data set --out run --threads 1 >out 2>seen
holds "not a terminal: no bars" [ ! -s seen ]
cp out seen
holds "not a terminal: a line for each epoch" [ "$(grep -c '^epoch [0-9]*/40  loss' out)" = 40 ]
for command in "data --data set --quiet" "report run -o page.html --data set --quiet"; do
    # shellcheck disable=SC2086 # several words
    ./small $command >out 2>seen
    holds "$command" [ $? -eq 0 ]
    holds "$command: no progress" hasnt "recordings  \|$escape"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
