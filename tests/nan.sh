#!/usr/bin/env bash
# nan.sh: what is not a number is not passed over: it goes through ReLU, pooling, maxima and softmax to the loss, and a training
# stops there; features that are not finite are refused with the recording's name.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export OMP_NUM_THREADS=1

noise() { # SEED: 8000 letters by Lehmer's generator; as sound they are never silent
    awk -v x="$1" 'BEGIN { for (i = 0; i < 8000; i++) { x = x * 16807 % 2147483647; printf "%c", 33 + x % 94 } }'
}
for i in 1 2 3; do
    mkdir -p good/dog good/rain
    noise $((i * 9000)) | wav good/dog/$i.wav 1 16
    noise $((i * 9000)) | wav good/rain/$i.wav 1 8
done

# stops NAME BODY [ABOVE]: a training of a network stops whose `b` has some values that are NaN, behind BODY: half of them, or
# the few whose logarithm's argument lies so far below zero.
stops() {
    local level
    cat >net.asc <<END
asc 1
features logmel {
    audio[channel = 1](8000 Hz)
    | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8] | decibels | normalize[freq] | segment[time = 10 frames]
}
network {
    a = logmel | conv[channel = 8]
    b = a * log(a + ${3:-0})
    c = $2
    c | mean[time] | dense[class = 2] | softmax[class]
}
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 2; batch = 4 }
END
    for level in '' -O0; do
        check "$1 $level: compile" "$ascc" net.asc $level -o net
        rm -rf run
        refuse "$1 $level" 1 'the loss is not finite in epoch 1, step 1' ./net train --data good --out run
    done
}
stops relu 'b | relu'
stops pooling 'b | relu | maxpool[freq = 2, time = 2]'
stops 'pooling behind a convolution' 'b | conv[channel = 8] | relu | maxpool[freq = 2, time = 2]'
stops 'windows of which a part is NaN' 'b | conv[channel = 8]([freq = 1, time = 1]) | relu | maxpool[freq = 2, time = 2]' 1.3
stops 'a maximum' 'b | max[freq]'
stops 'the larger one' 'max(b, 0) + min(0, b)'
stops softmax 'b | softmax[freq]'
rm -rf run

cat >silent.asc <<'END'
asc 1
features loud {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8] | log | segment[time = 10 frames]
}
network { loud | mean[time] | dense[class = 2] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 2; batch = 4 }
END
head -c 8000 /dev/zero | wav good/rain/3.wav 1 16
check "compile a logarithm" "$ascc" silent.asc -o silent
refuse 'silence' 1 'good/rain/3.wav: .* is not finite' ./silent train --data good --out run
refuse 'silence, features' 1 'good/rain/3.wav: .* is not finite' ./silent features good/rain/3.wav -o x.npy
check "leave it out" ./silent train --data good --skip-bad --out run
says "it is listed" 'good/rain/3.wav: .* is not finite'
summary
