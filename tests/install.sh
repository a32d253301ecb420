#!/bin/sh
# install.sh: an installed compiler finds its runtime library, also after the installation was moved.
set -u
: "${ASCC:=build/ascc}" "${SRCDIR:=.}" "${BUILDDIR:=build}"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
unset ASCC_RUNTIME ASCC_CC
passed=0
failed=0

cat >"$folder/small.asc" <<'END'
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

check() { # check NAME COMMAND...: the command must succeed
    name=$1
    shift
    if "$@" >"$folder/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: $*"
        cat "$folder/said"
    fi
}

compiles() { # compiles NAME ASCC...: it makes a program that runs
    name=$1
    shift
    check "$name" env ASCC_CFLAGS=-O0 "$@" "$folder/small.asc" -o "$folder/small"
    check "its program" "$folder/small" info
    rm -f "$folder/small"
}

compiles "in the build tree" "$ASCC"
check "make install" env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
    make -C "$BUILDDIR" install DESTDIR="$folder/staged"
installed=$(find "$folder/staged" -path '*/bin/ascc')
compiles "under DESTDIR" "$installed"
mv "$folder/staged" "$folder/moved"
compiles "moved" "$folder/moved${installed#"$folder/staged"}"
cp "$ASCC" "$folder/alone"
compiles "alone, with ASCC_RUNTIME" env ASCC_RUNTIME="$BUILDDIR" "$folder/alone"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
