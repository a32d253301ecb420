#!/usr/bin/env bash
# pipeline.sh: features on their way from recordings through the cache to a training: without a cache, as float16, shared by
# two runs at once, after a kill, with recordings that can't be used, at another rate.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export OMP_NUM_THREADS=2

cat >small.asc <<'END'
asc 1
param classes = 10
param rate    = 44100 Hz
features logmel {
    audio[channel = 1](rate) | spectrogram[bin](40 ms, hop = 20 ms) | mel[freq = 16] | decibels
    | normalize[freq] | segment[time = 1 s](overlap = 50 %)
}
network { logmel | conv[channel = 4] | relu | mean[freq, time] | dense[class = classes] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 3; batch = 8; mixup = 0.2; validate = none }
END
check "compile" "$ascc" small.asc -o small
check "data" "$scenes" set --recordings 30 --parallel 10 --locations 3 --seconds 3

# ---------------------------------------------------------------- the same weights, however features come
check "train" ./small train --data set --out one
check "train from the cache" ./small train --data set --out two
check "from the cache: the same weights" cmp one/weights.safetensors two/weights.safetensors
check "train without a cache" ./small train --data set --no-cache --threads 1 --out three
check "without a cache: the same weights" cmp one/weights.safetensors three/weights.safetensors

bytes() { find "$1" -name '*.map' -printf '%s\n' | awk '{ s += $1 - 64 } END { print s }'; }
check "train with float16" ./small train --data set --half --cache half --out four
[ $((2 * $(bytes half))) -eq "$(bytes cache)" ]
verdict "float16: half the bytes" $?
check "float16: one epoch" ./small train --data set --half --cache half --epochs 1 --out five
check "float16: resumed without saying it again" ./small train --resume five --epochs 3 --cache half
check "float16: the same weights from the cache" cmp four/weights.safetensors five/weights.safetensors

./small train --data set --cache shared --out six >said.6 2>&1 &
./small train --data set --cache shared --out seven >said.7 2>&1
first=$?
wait $!
second=$?
cat said.6 said.7 >said
verdict "two runs at once" $((first + second))
check "two runs at once: the same weights" cmp six/weights.safetensors seven/weights.safetensors
check "two runs at once: those of one" cmp one/weights.safetensors seven/weights.safetensors

for turn in 1 2 3; do
    timeout -s KILL "0.0$((4 * turn))" ./small train --data set --cache killed --out killed.$turn >said 2>&1
done
check "train after kills" ./small train --data set --cache killed --out eight
check "after kills: the same weights" cmp one/weights.safetensors eight/weights.safetensors

# ---------------------------------------------------------------- what can't be used
cp -r set bad
victim=$(awk 'NR == 5 { print $1 }' bad/meta.csv)
line=$(grep -n "$victim" bad/meta.csv | cut -d: -f1)
head -c 5000 "set/$victim" >"bad/$victim"
gone=$(awk 'NR == 7 { print $1 }' bad/meta.csv)
rm "bad/$gone"
./small train --data bad --out refused >said 2>&1
[ $? -eq 1 ]
verdict "a missing recording ends the training" $?
check "train with --skip-bad" ./small train --data bad --skip-bad --out left
says "they are counted" 'left out of the data set: 2, which'
grep -q "^bad/meta.csv:$line: .*$victim: is cut off\|meta.csv:$line: .*$victim: is cut off" left/skipped.txt &&
    grep -q "$gone is missing" left/skipped.txt && [ "$(wc -l <left/skipped.txt)" -eq 2 ]
verdict "they are listed, with the line of the table: $(cat left/skipped.txt)" $?
check "predict with --skip-bad" ./small predict --run one --skip-bad "bad/$victim" "set/$victim" --csv said.csv
says "predict tells" "left out: bad/$victim: is cut off"
[ "$(wc -l <said.csv)" -eq 2 ] && grep -q "^set/$victim" said.csv
verdict "predict goes on" $?
./small predict --run one --skip-bad "bad/$victim" >said 2>&1
[ $? -eq 1 ] && grep -q 'none of 1 recordings can be used' said
verdict "nothing left" $?

# ---------------------------------------------------------------- training while recordings are read
# Features without statistics of the training set: the first step comes before all recordings were read.
sed 's/ *| normalize\[freq\]//; s/validate = none/validate = split(30 %)/' small.asc >plain.asc
check "compile without statistics" "$ascc" plain.asc -o plain
check "train while features are computed" ./plain train --data set --cache early --out ten
check "train on features that are there" ./plain train --data set --cache early --out eleven
check "the same weights" cmp ten/weights.safetensors eleven/weights.safetensors
check "train without a cache" ./plain train --data set --no-cache --threads 1 --out twelve
check "without a cache: the same weights" cmp ten/weights.safetensors twelve/weights.safetensors
cp -r set cut
read -r victim _ <cut/evaluation_setup/fold1_train.txt
head -c 100000 "set/$victim" >"cut/$victim"
./plain train --data cut --out refused >said 2>&1
[ $? -eq 1 ] && grep -q "meta.csv:[0-9]*: .*$victim: is cut off" said && [ ! -e refused ]
verdict "one that is found to be cut off while it trains ends the training, and leaves no run" $?
check "train with --skip-bad" ./plain train --data cut --validate none --skip-bad --out thirteen
grep -q "$victim: is cut off" thirteen/skipped.txt
verdict "it is left out" $?
rm "cut/$victim"
check "train without it" ./plain train --data cut --validate none --skip-bad --out fourteen
check "as if it had never been there: the same weights" cmp thirteen/weights.safetensors fourteen/weights.safetensors

# ---------------------------------------------------------------- rates
check "compile for another rate" "$ascc" small.asc -D "rate=22050 Hz" -o slow
check "train at another rate" ./slow train --data set --epochs 1 --out nine
says "resampling is told" 'resampled from 44100 Hz to 22050 Hz (libsoxr, high quality): '

summary
