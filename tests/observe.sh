#!/usr/bin/env bash
# observe.sh: what a model observes is what the network computes there, alone or as a mean; looking changes neither the
# output nor which weights fit; without anything to look at, asking is wrong usage.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

cat >seen.asc <<'END'
asc 1
features sound { audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8] | decibels | segment[time = 12 frames] }
network {
    x = sound | mean[channel] | dense[feature = 6](over = [freq])
    g = x | dense[expert = 4](over = [feature]) | softmax[expert] | observe | observe[expert]
    e = x | dense[expert = 4, feature = 5](over = [feature]) | relu
    a = dot[expert](g, e)
    w = sum[feature](a) | softmax[time] | observe
    y = dot[time](w, a)
    y | dense[class = 3] | softmax[class] | observe
}
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 1; batch = 4 }
END
sed 's/ | observe\(\[expert\]\)\{0,1\}//g' seen.asc >plain.asc
for name in seen plain; do
    "$ascc" $name.asc -o $name || exit 1
done
./seen init --seed 3 -o w.safetensors || exit 1

# Five examples [channel = 1, freq = 8, time = 12] of numbers that look random.
shape="{'descr': '<f4', 'fortran_order': False, 'shape': (5, 1, 8, 12), }"
{
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$shape"
    awk 'BEGIN { for (i = 0; i < 480; i++) { b = (i * 7919) % 256; printf "\\x00\\x00\\x%02x\\x%02x", b, (i % 3 ? 63 : 191) } }' |
        xargs -0 printf '%b'
} >x.npy
./seen forward --weights w.safetensors --input x.npy -o y.npy --observed o.safetensors
holds "forward writes what it observes" [ $? -eq 0 ]
./seen forward --weights w.safetensors --input x.npy -o unseen.npy
./plain forward --weights w.safetensors --input x.npy -o plain.npy
holds "weights fit the model that observes nothing" [ $? -eq 0 ]
holds "looking leaves the output alone" cmp -s y.npy unseen.npy
holds "so does observing" cmp -s y.npy plain.npy

# bytes NAME: of a tensor of o.safetensors
length=$(od -An -t u8 -N 8 o.safetensors | tr -d ' ')
header=$(head -c $((8 + length)) o.safetensors | tail -c "$length")
bytes() {
    local at end
    at=$(sed -n "s/.*\"$1\": *{[^}]*\"data_offsets\": *\[ *\([0-9]*\),.*/\1/p" <<<"$header")
    end=$(sed -n "s/.*\"$1\": *{[^}]*\"data_offsets\": *\[ *[0-9]*, *\([0-9]*\).*/\1/p" <<<"$header")
    tail -c +$((9 + length + at)) o.safetensors | head -c $((end - at))
}
numbers() { bytes "$1" | od -An -v -w4 -t f4; }
holds "the observed output is the output" cmp -s <(bytes observe) <(tail -c 60 y.npy)
# sums FILE ROW COUNT: COUNT rows of so many numbers, each of which is one in all
sums() { numbers "$1" | awk -v row="$2" -v count="$3" '{ s += $1 } NR % row == 0 { if (s < 0.99999 || s > 1.00001) bad = 1; s = 0; n++ } END { exit bad || n != count }'; }
holds "gates of every frame are one in all" sums g 4 60
holds "mean gates are one in all" sums g_2 4 5
holds "attention is one in all" sums w 12 5
means() { # of g [5][12][4] over its frames, beside g_2 [5][4]
    paste <(numbers g | awk '{ s[int((NR - 1) / 48) * 4 + (NR - 1) % 4] += $1 } END { for (i = 0; i < 20; i++) print s[i] / 12 }') \
        <(numbers g_2) | awk '{ d = $1 - $2; if (d > 1e-6 || d < -1e-6) bad = 1; n++ } END { exit bad || n != 20 }'
}
holds "the mean is that of the value" means
holds "gates differ from frame to frame" [ "$(numbers g | sort -u | wc -l)" -gt 100 ]

./plain forward --weights w.safetensors --input x.npy -o z.npy --observed z.safetensors 2>error
holds "nothing to look at is wrong usage" [ $? -eq 2 ]
holds "and said so" grep -q 'observes nothing' error
holds "and nothing is written" [ ! -e z.npy ]

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
