#!/usr/bin/env bash
# command.sh: the compiler's command line: exit status, messages, and what is left behind.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
unset ASCC_CC ASCC_CFLAGS

# expect STATUS PATTERN ARGUMENT...: ascc ends with the status and says the pattern; "" is silence.
expect() {
    refuse "ascc ${*:3}" "$1" "$2" "$ascc" "${@:3}"
    [ -n "$2" ] || holds "ascc ${*:3}: says nothing" test ! -s "$said"
}

cat >small.asc <<'END'
asc 1
param classes = 3
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)
    | mel[freq = 8] | decibels | normalize[freq] | segment[time = 10 frames]
}
network { logmel | mean[channel, time] | dense[class = classes] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 1; batch = 4 }
END
sed 's/softmax/sofmax/' small.asc >wrong.asc

expect 0 "usage: ascc MODEL.asc" --help
expect 0 "^ascc [0-9]" --version
expect 0 "^layer dense" --print-std
expect 0 "^total 27$" small.asc --emit=params
expect 0 "^total 45$" small.asc --emit=params -D classes=5
expect 2 "has a value already" small.asc --emit=params -D classes=4 -D classes=5
expect 2 "letters of" small.asc --emit=params -d x
expect 2 "would be overwritten" small.asc -o small.asc
expect 0 "asc_model" small.asc --emit=c
expect 0 "digraph" small.asc --emit=dot
expect 0 "" small.asc --emit=report -o report
holds "a report" test -s report
expect 0 "" small.asc --emit=c -o a.c
expect 0 "" small.asc --emit=c -o b.c
holds "the same C again" cmp a.c b.c

expect 1 "none.asc.*No such file" none.asc
expect 1 "did you mean .softmax." wrong.asc
holds "no program" test ! -e wrong
expect 1 "no such param" small.asc -D clases=5
mkdir folder.asc
expect 1 "folder.asc" folder.asc

expect 2 "MODEL.asc"
expect 2 "frobnicate" small.asc --frobnicate
expect 2 "emit" small.asc --emit=poem
expect 2 "^ascc: --without=simplfy: there is no such pass" small.asc --without=hoist,simplfy
expect 2 "^ascc: --without=: there is no such pass" small.asc --without=hoist,
expect 0 "asc_model" small.asc --emit=c --without=hoist,simplify,reuse
expect 2 "target" small.asc --target=z80
expect 2 "real" small.asc --real=half
expect 2 "NAME=VALUE" small.asc -D classes

ASCC_CC=no-such-compiler
export ASCC_CC
expect 3 "no-such-compiler" small.asc -o program
unset ASCC_CC
ASCC_CFLAGS="-O0 -DASC_H"
export ASCC_CFLAGS
echo old >program
expect 3 "error" small.asc -o program
holds "the old program is kept" test "$(cat program)" = old
ASCC_CFLAGS=-O0
expect 3 "none/program" small.asc -o none/program
expect 3 "none/a.c" small.asc --emit=c -o none/a.c
mkdir folder
expect 3 "folder" small.asc -o folder
expect 0 "" small.asc -o program
holds "a program" test -x program
holds "nothing beside it" test "$(find . -name 'program.*' | wc -l)" -eq 0
expect 0 "" small.asc
holds "a program by the name of the model" test -x small
summary
