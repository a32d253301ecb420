#!/usr/bin/env bash
# local.sh: a change of one layer changes only the lines of the generated C that follow from it.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

cat >old.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8 kHz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 16]
    | decibels | normalize[freq] | segment[time = 20 frames]
}
network {
    a = logmel | conv[channel = 16] | relu | maxpool[freq = 4, time = 4]
    b = a | conv[channel = 32] | relu | mean[freq, time]
    c = b | dense[feature = 20] | relu
    c | dense[class = 4] | softmax[class]
}
train { loss = cross_entropy(output, target); optimizer = adam(0.001); epochs = 20; batch = 16 }
END

expect() { verdict "$1" $?; } # WHAT: the last command succeeded

# A function a line, its name first; the tables, one line each, as they are.
functions() {
    awk '/^[A-Za-z].* (train|infer)_[a-z0-9_]*\(/ { sub(/^.* /, "", $0); text = "" ; inside = 1 }
         inside { text = text " " $0 }
         !inside && !/^\/\*/ && !/^ \*/ { print "table " $0 }
         /^}/ && inside { print text; inside = 0 }' "$1"
}

change() { # change FROM TO: the model with another layer; lines has what is new in its C
    sed "s/$1/$2/" old.asc >net.asc
    "$ascc" --emit=c --target=avx2 net.asc -o new.c || exit 1
    functions new.c | grep -v -e '^table *"' -e '\.hash = ' >functions
    diff net.functions functions | sed -n 's/^> //p' >lines
}

names() { grep -o -w -E '[a-z]+[0-9]*_[A-Za-z0-9_]+' "$1" | grep -v -E '^(train|infer|asc)_' | sort -u; }

cp old.asc net.asc
"$ascc" --emit=c --target=avx2 net.asc -o old.c || exit 1
functions old.c | grep -v -e '^table *"' -e '\.hash = ' >net.functions
[ "$(grep -v -c '^table' net.functions)" -gt 30 ]
expect "functions are not found"

change 'feature = 20\] | relu' 'feature = 20] | tanh'
[ -s lines ] && ! grep -v -w tanh_c lines
expect "another activation: these functions know nothing of it"

change '32\] | relu' '32] | tanh'      # in inference, behind it, lies the sum of its mean alone
[ -s lines ] && ! grep -v -w -e tanh_b -e sum_b lines
expect "another activation of a convolution: these functions know nothing of it"

change 'channel = 32\]' 'channel = 32](init = he_normal)'
[ "$(grep -c . lines)" -eq 1 ] && grep -q '^table.*"b.conv.weight"' lines
expect "another initialiser: not one line of the table of weights"

change 'epochs = 20' 'epochs = 21'
[ "$(grep -c . lines)" -eq 1 ] && grep -q '^table.*epochs = 21' lines
expect "other epochs: not one line of the recipe"

change 'feature = 20' 'feature = 24'
cmp -s <(names old.c) <(names new.c)
expect "another size: other names"

change 'c = b | dense' 'c = b | dropout(0.5) | dense'
! comm -13 <(names old.c) <(names new.c) | grep -v dropout
expect "one more layer: other names than those of dropout"
! comm -23 <(names old.c) <(names new.c) | grep .
expect "one more layer: names of others are gone"
summary
