#!/usr/bin/env bash
# responses.sh: training with recordings heard through impulse responses and at other levels: what a response of one sample leaves alone, the same weights
# however training is interrupted, variants in the cache, what is refused.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

same() { cmp "$1/weights.safetensors" "$2/weights.safetensors"; }
differ() { ! cmp -s "$1/weights.safetensors" "$2/weights.safetensors"; }
entries() { [ "$(find "${2:-cache}" -type f ! -name '*index*' | wc -l)" -eq "$1" ]; }

cat >m.asc <<'END'
asc 1
param share = 0.5
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8] | decibels
    | normalize[freq] | segment[time = 20 frames](overlap = 50 %)
}
network { logmel | conv[channel = 4] | relu | mean[freq, time] | dense[class = 2] | softmax[class] }
train {
    loss = cross_entropy(output, target); optimizer = sgd(0.05, momentum = 0.9); epochs = 4; batch = 8
    impulse_responses = mix(share, variants = 3); seed = 5
}
END
cat >stored.asc <<'END'
asc 1
features x { input[feature = 4] }
network { x | dense[class = 2] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 2; gain = random(6 dB) }
END
for n in 1 2 3 4 5 6; do
    mkdir -p set/a set/b
    "$build/tests/sound_file" 8000 9000 set/a/$n.wav $n
    "$build/tests/sound_file" 16000 18000 set/b/$n.wav $((40 * n + 9))
done
mkdir -p rooms/far click
for n in 1 2 3; do "$build/tests/sound_file" 16000 $((200 * n)) rooms/$n.wav $((70 * n)); done
"$build/tests/sound_file" 8000 300 rooms/far/4.wav 5
"$build/tests/sound_file" 8000 1 click/click.wav

check "compile" "$ascc" m.asc -o m
check "compile without" "$ascc" m.asc -D share=0 -o plain
sed 's/mix(share, variants = 3)/mix(100 %, variants = 1)/; s/param share.*//' m.asc >all.asc
check "compile with all" "$ascc" all.asc -o all

check "train" ./m train --data set --responses rooms --out whole
grep -q '4 impulse responses, each recording through 3 of them' said && grep -q 'training on 12 recordings, 7[0-9]* segments' said
verdict "tells of them" $?
check "four entries a recording in the cache" entries 48
check "the settings have the folder" grep -q "\"responses\": \"$work/rooms\"" whole/settings.json
check "once more" ./m train --data set --responses rooms --out again --threads 1 --seed 5
check "the same weights, on one thread" same whole again
check "nothing new in the cache" entries 48
check "without a cache" ./m train --data set --responses rooms --out uncached --no-cache
check "the same weights, without a cache" same whole uncached
check "another seed" ./m train --data set --responses rooms --out other --seed 6
check "other weights" differ whole other
check "of the same variants" entries 48
check "half of it" ./m train --data set --responses rooms --out half --epochs 2
mv rooms moved
refuse "resumed where they are no more" 1 "rooms: is no folder" ./m train --resume half --epochs 4
check "resumed, from elsewhere" ./m train --resume half --responses moved --epochs 4
check "the same weights, resumed" same whole half
check "eval needs no responses" ./m eval --data set --run whole --quiet

# ---------------------------------------------------------------- what changes nothing
check "train without" ./plain train --data set --out plain.run
check "other weights than with them" differ whole plain.run
check "train through clicks" ./all train --data set --responses click --out click.run
check "as without, but for rounding" "${COMPARE_TENSORS:-$build/tests/compare_tensors}" click.run/weights.safetensors \
    plain.run/weights.safetensors 1e-3

# ---------------------------------------------------------------- random gain
# Of what is relative to the loudest bin of its clip, in dB, of MFCC without the first and of linear spectra, a gain leaves
# nothing; of the features above it does.
cat >level.asc <<'END'
asc 1
param most = 20 dB
features relative {
    a = audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 8]
    b = a | decibels
    c = b | dct[freq = 8]([freq])
    b - max[time, freq](b) | normalize[freq] | segment[time = 20 frames],
    slice[freq = 1 .. 8](c) | normalize[freq] | segment[time = 20 frames],
    a / max[time, freq](a) | segment[time = 20 frames]
}
layer tower(x) { x | conv[channel = 4] | relu | mean[freq, time] }
network {
    decibel, cepstrum, linear = relative
    join[channel](tower(decibel), tower(cepstrum), tower(linear)) | dense[class = 2] | softmax[class]
}
train {
    loss = cross_entropy(output, target); optimizer = sgd(0.05); epochs = 2; batch = 8; seed = 5
    gain = random(most, variants = 3)
}
END
sed 's/impulse_responses.*;/impulse_responses = mix(50 %, variants = 2); gain = random(6 dB, variants = 3);/; s/param share.*//' m.asc >both.asc
sed 's/impulse_responses.*;/gain = random(6 dB);/; s/param share.*//' m.asc >gain.asc
check "compile" "$ascc" level.asc -o level
check "compile with gain" "$ascc" gain.asc -o gain
check "compile with both" "$ascc" both.asc -o both
check "compile of stored features" "$ascc" stored.asc -o stored
check "train at other levels" env ASC_CACHE="$work/levels" ./level train --data set --out level.run
says "tells of them" 'random gain: each recording at 3 levels from -20 to 20 dB'
holds "four entries a recording and set" entries 144 levels
check "compile without gain" "$ascc" level.asc -D 'most=0 dB' -o still
check "train without" ./still train --data set --out still.run
check "as without, but for rounding" "${COMPARE_TENSORS:-$build/tests/compare_tensors}" level.run/weights.safetensors \
    still.run/weights.safetensors 1e-3
check "train with gain" ./gain train --data set --out gain.run --epochs 2
check "train without, as long" ./plain train --data set --out plain.two --epochs 2
check "other weights" differ gain.run plain.two
check "gain once more" ./gain train --data set --out gain.again --epochs 1
check "resumed" ./gain train --resume gain.again --epochs 2
check "the same weights, resumed with gain" same gain.run gain.again
check "train with both" ./both train --data set --responses moved --out both.run
grep -q '4 impulse responses, each recording through 2 of them' said && grep -q 'each recording at 5 levels' said
verdict "tells of both" $?
refuse "gain of stored features" 2 "gain: the model's features are stored" ./stored train --data set --out no

# ---------------------------------------------------------------- what is refused
refuse "no folder" 2 "responses DIR is missing: the model's .train. has impulse_responses" ./m train --data set --out no
refuse "nothing to hear through" 2 "the model's .train. has no impulse_responses" ./plain train --data set --responses moved --out no
refuse "an empty folder" 1 "set/none: is no folder" ./m train --data set --responses set/none --out no
mkdir empty
refuse "no audio" 1 "empty: has no impulse responses" ./m train --data set --responses empty --out no
cp -r moved broken && echo x >broken/2.wav
refuse "no audio file" 1 "broken/2.wav: " ./m train --data set --responses broken --out no
check "no run is left" test ! -e no
refuse "others than the run began with" 1 "are not those that the run began with" \
    ./m train --resume half --responses broken --epochs 9
cp -r set bad && echo x >bad/b/3.wav
refuse "a broken recording" 1 "bad/b/3.wav: " ./m train --data bad --responses moved --out no
check "left out" ./m train --data bad --responses moved --skip-bad --out left
[ "$(grep -c 'bad/b/3.wav' said)" -eq 1 ] && grep -q 'training on 11 recordings' said
verdict "told once" $?

summary
