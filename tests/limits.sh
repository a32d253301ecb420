#!/usr/bin/env bash
# limits.sh: models that are too large, too deep or endless are refused within seconds and within 2 GiB of memory.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
grep -q -c asan "$ascc" || ulimit -v $((2 << 20)) # AddressSanitizer reserves more than any limit leaves
ulimit -t 20

# too_much MESSAGE: model.asc is refused with the message.
too_much() { refuse model.asc 1 "$1" "$ascc" --emit=c model.asc -o out; }

# lines COUNT TEXT: the text COUNT times, # in it being 1, 2, ..
lines() { awk -v n="$1" -v text="$2" 'BEGIN { for (i = 1; i <= n; i++) { t = text; gsub("#", i, t); print t } }'; }
head='asc 1
features x { input[feature = 4] }'
tail='train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2 }'
end='| dense[class = 3] | softmax[class]'
network() { printf '%s\nnetwork {\n' "$head" && cat && printf '}\n%s\n' "$tail"; }

{ echo "$head"; lines 10001 'layer l#(y) { y }'; echo "network { x $end }"; echo "$tail"; } >model.asc
too_much 'more than 10000 layers'
{ lines 10001 'y# = x'; echo "x $end"; } | network >model.asc
too_much 'more than 10000 names in one body'
{ echo 'layer l0(y) { y }'; lines 250 'layer l#(y) { y | before# }' |
    awk '{ gsub(/before[0-9]+/, "l" NR - 1); print }'; } >calls.asc
{ echo 'asc 1'; cat calls.asc; sed 1d <<<"$head"; echo "network { x | l250 $end }"; echo "$tail"; } >model.asc
too_much 'more than 200 calls inside one another'
for i in $(seq 1 110); do echo 'asc 1' >"part$i.asc"; done
{ echo 'asc 1'; lines 110 'include "part#.asc"'; sed 1d <<<"$head"; echo "network { x $end }"; echo "$tail"; } >model.asc
too_much 'more than 100 files are included'

# Layers that call the one before ten times: as many weights, nodes and steps as one likes.
tower() { # tower LEVELS BODY: layer a0 is BODY
    echo 'asc 1'
    echo "layer a0(y) { $2 }"
    for ((i = 1; i <= $1; i++)); do
        p=a$((i - 1))
        echo "layer a$i(y) { y | $p | $p | $p | $p | $p | $p | $p | $p | $p | $p }"
    done
    sed 1d <<<"$head"
    echo "network { x | a$1 $end }"
    echo "$tail"
}
tower 9 'y | dense[feature = 4]' >model.asc
too_much 'the network has more than 20000 weights'
tower 9 'sum[g](join[g](split[h](expand[h = 900, g = 1](y))))' >model.asc
too_much 'the network has more than 300,000 nodes'
tower 9 'y' >model.asc
too_much 'the model takes too many steps to elaborate'

{ echo 'asc 1'; printf 'param a = 1'; for ((i = 0; i < 12000; i++)); do printf ' ^ 2'; done; echo; } >model.asc
too_much 'this expression is nested too deeply'
yes 'asc 1 ( { [' | head -n 200000 >model.asc
too_much 'brackets are nested deeper than 200'
head -c 5000000 /dev/zero | tr '\0' x >model.asc
too_much 'larger than'
head -c 2000000 /dev/urandom >model.asc
too_much .
summary
