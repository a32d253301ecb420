#!/usr/bin/env bash
# install.sh: an installed compiler finds its runtime library, also after the installation was moved.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
unset ASCC_RUNTIME ASCC_CC

cat >small.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz)
    | spectrogram[bin](32 ms, hop = 16 ms)
    | mel[freq = 8] | decibels | normalize[freq] | segment[time = 10 frames]
}
network { logmel | mean[channel, time] | dense[class = 3] | softmax[class] }
train {
    loss      = cross_entropy(output, target)
    optimizer = sgd(0.01)
    epochs    = 1
    batch     = 4
}
END

compiles() { # compiles NAME ASCC...: it makes a program that runs
    check "$1" env ASCC_CFLAGS=-O0 "${@:2}" small.asc -o small
    check "$1: its program" ./small info
    rm -f small
}

compiles "in the build tree" "$ascc"
check "make install" env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
    make -C "$build" install DESTDIR="$work/staged"
installed=$(find staged -path '*/bin/ascc')
compiles "under DESTDIR" "$installed"
mv staged moved
compiles "moved" "moved${installed#staged}"
cp "$ascc" ./alone
compiles "alone, with ASCC_RUNTIME" env ASCC_RUNTIME="$build" ./alone
summary
