#!/usr/bin/env bash
# streaming.sh: `predict --stream` on raw sound gives what `predict` gives on the file, to 1e-5, for sounds of many lengths,
# feature streams of many kinds, samples of every coding; a file that grows; what is refused.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export OMP_NUM_THREADS=1
tools=$build/tests

tail='join[channel](x, y, z) | dense[class = classes] | softmax[class]'
train='train { loss = cross_entropy(output, target); optimizer = sgd(0.1); epochs = 1; batch = 8; validate = none }'
cat >overlap.asc <<END
asc 1
param classes = 10
features pair {
    m = audio[channel = 1](44100 Hz) | spectrogram[bin](40 ms, hop = 20 ms, edges = reflect) | mel[freq = 8] | decibels
    d = m | delta[time]
    m | normalize[freq] | segment[time = 1 s](overlap = 50 %, last = overlap),
    d | normalize[freq] | segment[time = 1 s](overlap = 50 %, last = overlap)
}
features pieces {
    audio[channel = 1](44100 Hz) | segment[time = 1 s](overlap = 50 %, last = overlap)
    | spectrogram[bin](40 ms, hop = 10 ms, edges = valid) | mel[freq = 8] | decibels | normalize[freq]
}
network {
    a, b = pair
    x = a | conv[channel = 4] | relu | mean[freq, time]
    y = b | conv[channel = 4] | relu | mean[freq, time]
    z = pieces | conv[channel = 4] | relu | mean[freq, time]
    $tail
}
$train
evaluate { combine = vote }
END
cat >pad.asc <<END
asc 1
param classes = 10
features one {
    audio[channel = 1](44100 Hz) | spectrogram[bin](2048 samples, hop = 512 samples) | mel[freq = 8] | decibels
    | delta[time](width = 5) | normalize[freq] | segment[time = 50 frames](last = pad)
}
network {
    x = one | conv[channel = 4] | relu | mean[freq, time]
    y = one | conv[channel = 4] | relu | mean[freq, time]
    z = one | conv[channel = 4] | relu | mean[freq, time]
    $tail
}
$train
END
sed 's/| delta\[time\](width = 5)/| nnf[time](aggregate = mean)/' pad.asc >whole.asc
check "data" "$scenes" set --recordings 20 --parallel 10 --locations 2 --seconds 3
for model in overlap pad whole; do
    check "$model: compile" "$ascc" "$model.asc" -o "$model"
    check "$model: train" "./$model" train --data set --out "$model.run"
done

# The last line of a stream, as the fields of `predict --csv` behind the name.
numbers() { sed -n '$s/.*"probabilities": {\([^}]*\)}.*/\1/p' | sed 's/"[^"]*": //g; s/, /\n/g'; }

# equals NAME: the two lists of numbers agree to 1e-5.
equals() {
    [ "$(wc -l <offline)" -eq 10 ] && paste offline online |
        awk 'NF != 2 || $1 - $2 > 1e-5 || $2 - $1 > 1e-5 { wrong = 1 } END { exit wrong || NR != 10 }'
    local status=$?
    paste offline online >said
    verdict "$1" $status
}

for samples in 3000 44100 52920 66150 88199 100001 230000; do
    "$tools/sound_file" 44100 $samples sound.wav || exit 2
    tail -c $((8 * samples)) sound.wav >raw
    for model in overlap pad; do
        ./$model predict --run $model.run sound.wav --csv all.csv >said 2>&1
        tail -n 1 all.csv | cut -d, -f4- | tr , '\n' >offline
        ./$model predict --run $model.run --stream --pcm f64le --smooth 0 --json <raw 2>said | numbers >online
        equals "$model: a stream of $samples samples"
    done
done

# Slowly, through a pipe, in odd pieces; and a file that grows.
{ for ((i = 0; i < 8; i++)); do tail -c +$((i * 250013 + 1)) raw | head -c 250013; sleep 0.02; done; } |
    ./overlap predict --run overlap.run --stream --pcm f64le --smooth 0 --json 2>said | numbers >online
./overlap predict --run overlap.run sound.wav --csv all.csv >said 2>&1
tail -n 1 all.csv | cut -d, -f4- | tr , '\n' >offline
equals "pieces through a pipe"
head -c 100000 raw >grows
{ for ((i = 0; i < 10; i++)); do tail -c +$((100001 + i * 174000)) raw | head -c 174000 >>grows; sleep 0.05; done; } &
./overlap predict --run overlap.run --stream grows --follow 2 --pcm f64le --smooth 0 --json 2>said | numbers >online
wait
equals "a file that grows"

# Codings: 24 bits of the scenes, as a file and raw; both channels the same.
wav=$(find set/audio -name '*.wav' | sort | head -n 1)
./overlap predict --run overlap.run "$wav" --csv all.csv >said 2>&1
tail -n 1 all.csv | cut -d, -f4- | tr , '\n' >offline
tail -c +45 "$wav" | ./overlap predict --run overlap.run --stream --pcm s24le --smooth 0 --json 2>said | numbers >online
equals "24 bits"
printf "$(tail -c +45 "$wav" | od -An -v -tx1 -w3 | awk '{ for (i = 0; i < 2; i++) printf "\\x%s\\x%s\\x%s", $1, $2, $3 }')" >both
./overlap predict --run overlap.run --stream both --pcm s24le,2 --smooth 0 --json 2>said | numbers >online
equals "two channels"

# At other rates: as a whole file that is resampled.
for rate in 8000 22050 48000 96000; do
    for samples in 4000 $((rate * 3 / 2)) $((rate * 37 / 14)); do
        "$tools/sound_file" $rate $samples other.wav || exit 2
        tail -c $((8 * samples)) other.wav >other
        rm all.csv
        ./overlap predict --run overlap.run other.wav --csv all.csv >said 2>&1
        tail -n 1 all.csv | cut -d, -f4- | tr , '\n' >offline
        ./overlap predict --run overlap.run --stream --pcm f64le,1,$rate --smooth 0 --json <other 2>told | numbers >online
        equals "a stream of $samples samples at $rate Hz"
    done
done
grep -q 'resampled from 96000 Hz to 44100 Hz (libsoxr, high quality)' told
verdict "the change of rate is told" $?

# Decisions come while the sound does, smoothed over the last N.
(
    head -c 800000 raw
    sleep 1
) | ./pad predict --run pad.run --stream --pcm f64le --smooth 2 >lines 2>said &
sleep 0.6
[ "$(wc -l <lines)" -ge 2 ]
verdict "lines come before the end: $(wc -l <lines)" $?
wait

# refuse PATTERN COMMAND...: fails and says so.
refuse() {
    local pattern=$1
    shift
    "$@" >said 2>&1 </dev/null
    [ $? -ne 0 ] && grep -q -e "$pattern" said
    verdict "$* says $pattern" $?
}
refuse 'features one can.t be streamed: the nearest-neighbour filter needs the whole recording' \
    ./whole predict --run whole.run --stream
sed '/pieces {/,/}/s/44100 Hz/&, resample = sinc/' overlap.asc >mixed.asc
check "mixed: compile" "$ascc" mixed.asc -o mixed
check "mixed: train" ./mixed train --data set --out mixed.run
refuse 'features pair.* and pieces resample in different ways: only sound at 44100 Hz can be streamed' \
    ./mixed predict --run mixed.run --stream --pcm s16le,1,48000 raw
refuse 'the stream had no samples' ./pad predict --run pad.run --stream
refuse 'begins with RIFF' ./pad predict --run pad.run --stream sound.wav
refuse 'nowhere' ./pad predict --run pad.run --stream nowhere
refuse 'pcm s20: expected u8, s16le' ./pad predict --run pad.run --stream --pcm s20
refuse 'pcm s16le,1,50: expected' ./pad predict --run pad.run --stream --pcm s16le,1,50
refuse 'pcm s16le,1,x: expected' ./pad predict --run pad.run --stream --pcm s16le,1,x
refuse 'pcm s16le,0: expected' ./pad predict --run pad.run --stream --pcm s16le,0
refuse 'expected one FILE' ./pad predict --run pad.run --stream raw raw
refuse '--json: only with --stream' ./pad predict --run pad.run --json sound.wav
head -c 1001 raw >odd
refuse 'ends in the middle of a sample, after 125' ./pad predict --run pad.run --stream --pcm f64le odd
{ head -c 800 /dev/zero; printf '\0\0\300\177'; } >nan
refuse 'sample 201 is not a finite number' ./pad predict --run pad.run --stream --pcm f32le nan
summary
