#!/usr/bin/env bash
# class_weights.sh: weights of classes by name: all the same are another rate, what weighs nothing isn't learned, names are found
# in the data set's labels, however these are written.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
compare=$(realpath "${COMPARE_TENSORS:?the program compare_tensors}") || exit 2
workplace

# recipe NAME RATE LINE...: a model of that rate with these lines in its recipe, compiled.
recipe() {
    { cat <<'A'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 32 ms) | mel[freq = 8] | decibels
    | normalize[freq] | segment[time = 30 frames]
}
network { logmel | mean[time] | dense[class = 3] | softmax[class] }
A
    printf 'train { loss = cross_entropy(output, target); optimizer = sgd(%s); epochs = 8; batch = 4\n' "$2"
    printf '%s\n' "${@:3}" '}'; } >$1.asc
    check "compile $1" "$ascc" $1.asc -o $1
    check "train $1" ./$1 train --data set --out $1.run --quiet
}
same() { "$compare" "$1.run/weights.safetensors" "$2.run/weights.safetensors" 0; }
recognised() { ./$1 eval --data set --run $1.run --split all --csv $1.csv --quiet >/dev/null 2>&1 &&
    awk -F, -v column="$2" 'NR == 1 { for (i = 5; i <= NF; i++) if ($i == column) c = i; next }
        { best = 5; for (i = 6; i <= NF; i++) if ($i > $best) best = i; n += best == c } END { print n + 0 }' $1.csv; }

for class in 'Sea waves' dog Baby-cry; do
    mkdir -p "set/$class"
    for n in 1 2 3 4 5 6; do
        case $class in Sea*) pitch=3 ;; dog) pitch=40 ;; *) pitch=90 ;; esac
        "$build/tests/sound_file" 8000 9000 "set/$class/$n.wav" $((pitch + n))
    done
done
recipe plain 0.25
recipe twice 0.25 'class_weights[sea_waves] = 2' 'class_weights[dog] = 2' 'class_weights[baby_cry] = 2'
recipe faster 0.5
holds "all of them twice is twice the rate" same twice faster
differ() { ! same "$@"; }
holds "and not the same as once" differ twice plain
recipe deaf 0.25 'class_weights = balanced' 'class_weights[Sea_Waves] = 0'
holds "some are recognised" [ "$(recognised plain 'Sea waves')" -gt 3 ]
holds "what weighs nothing is not" [ "$(recognised deaf 'Sea waves')" -eq 0 ]

sed 's/.*Sea_Waves.*/&; class_weights[dog] = 0; class_weights[baby_cry] = 0/' deaf.asc >none.asc
check "compile none" "$ascc" none.asc -o none
refuse "all of them nothing" 1 'all 3 classes weigh 0' ./none train --data set --out none.run

cp -r set other && mv 'other/Sea waves' 'other/Sea foam'
refuse "a class that is not there" 1 'class_weights.Sea_Waves.: the data set has no such class; .Baby-cry. is one of its 3' \
    ./deaf train --data other --out none.run
holds "begins nothing" [ ! -e none.run ]
cp -r set two && mv two/dog 'two/sea-waves'
refuse "one of two" 1 'class_weights.Sea_Waves.: may be the class .Sea waves. or .sea-waves.' ./deaf train --data two --out two.run
summary
