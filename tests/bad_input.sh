#!/usr/bin/env bash
# bad_input.sh: recordings, data sets, weights, arrays, disks and command lines that are wrong: each
# ends in a message that says what and where, in the documented exit status, and leaves no file behind.
set -u
ascc=${ASCC:?the compiler to test}
scenes=${SCENES:-${BUILDDIR:?the build tree}/examples/scenes/scenes}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
case $ascc in /*) ;; *) ascc=$PWD/$ascc ;; esac
case $scenes in /*) ;; *) scenes=$PWD/$scenes ;; esac
chmod 755 "$work"
mkdir "$work/at" "$work/tmp"
cd "$work/at" || exit 2
export ASCC_CFLAGS=${ASCC_CFLAGS--O1} ASC_CACHE=$work/cache TMPDIR=$work/tmp OMP_NUM_THREADS=1
unset ASCC_CC
said=$work/said
skipped=0
. "${SRCDIR:?the sources}/tests/lib.sh"

# As in lib.sh, through a pipe: the command may be under a limit on the size of files.
check() {
    "${@:2}" 2>&1 </dev/null | cat >"$said"
    verdict "$1" "${PIPESTATUS[0]}"
}

files() { find . "$TMPDIR" -printf '%p %s\n' | sort; }

# refuse STATUS PATTERN COMMAND...: the command ends with the status, says the pattern in not more
# than a few lines, and leaves all files as they were.
refuse() {
    local expected=$1 pattern=$2 status fine=1 lines
    shift 2
    files >"$work/before"
    timeout 120 "$@" 2>&1 </dev/null | cat >"$said"
    status=${PIPESTATUS[0]}
    lines=$(wc -l <"$said")
    [ "$status" -eq "$expected" ] && grep -q -e "$pattern" "$said" && [ "$lines" -le 4 ] &&
        files | diff "$work/before" - >>"$said" && fine=0
    verdict "$*: status $status, expected $expected and \"$pattern\"" $fine
}

# "${limited[@]}" BLOCKS COMMAND...: under a limit on the size of files, in the shell's blocks.
limited=(bash -c 'ulimit -f "$0"; exec "$@"')

# ---------------------------------------------------------------- sound
noise() { tail -c +"$1" "$ascc" | head -c "$2"; } # noise BEGIN BYTES: some bytes of no meaning

for i in 1 2 3; do
    mkdir -p good/dog good/rain
    noise $((i * 9000)) 8000 | wav good/dog/$i.wav 1 16
    noise $((i * 9000)) 8000 | wav good/rain/$i.wav 1 8
done
mkdir sound
noise 9000 8000 | wav sound/good.wav 1 16
: >sound/empty.wav
head -c 20 sound/good.wav >sound/header.wav
head -c 5000 sound/good.wav >sound/cut.wav
printf 'Dear diary, today it rained.\n' >sound/text.wav
noise 1 4000 >sound/bytes.flac
: | wav sound/nothing.wav 1 16
{ head -c 2000 /dev/zero; printf '\377\377\377\377'; head -c 2000 /dev/zero; } | wav sound/nan.wav 3 32
{ printf '\0\0\200\177'; head -c 2000 /dev/zero; } | wav sound/infinite.wav 3 32
head -c 16000 /dev/zero | wav sound/silent.wav 1 16
noise 9000 2 | wav sound/one.wav 1 16
noise 9000 100 | wav sound/window.wav 1 16
noise 9000 1000 | wav sound/segment.wav 1 16
mkdir sound/folder.wav
ln -s circle.wav sound/circle.wav

# ---------------------------------------------------------------- programs
cat >small.asc <<'END'
asc 1
param classes = 2
features logmel {
    audio[channel = 1](8000 Hz)
    | spectrogram[bin](32 ms, hop = 16 ms)
    | mel[freq = 8] | decibels | normalize[freq] | segment[time = 10 frames]
}
network { logmel | conv[channel = 4] | batchnorm[channel] | relu | mean[freq, time] | dense[class = classes] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.01, momentum = 0.9); epochs = 2; batch = 4 }
END
check "compile" "$ascc" small.asc -o model
check "compile for ten classes" "$ascc" small.asc -D classes=10 -o ten
check "train" ./model train --data good --out run

# ---------------------------------------------------------------- recordings
predict=(./model predict --run run --csv out.csv)
refuse 1 'sound/none.wav: no such file' "${predict[@]}" sound/none.wav
refuse 1 'sound/empty.wav: is an empty file' "${predict[@]}" sound/empty.wav
refuse 1 'sound/header.wav: ' "${predict[@]}" sound/header.wav
refuse 1 'sound/cut.wav: is cut off after 2478 samples' "${predict[@]}" sound/cut.wav
refuse 1 'sound/text.wav: is not audio that can be read' "${predict[@]}" sound/text.wav
refuse 1 'sound/bytes.flac: is not audio that can be read' "${predict[@]}" sound/bytes.flac
refuse 1 'sound/nothing.wav: holds no samples' "${predict[@]}" sound/nothing.wav
refuse 1 'sound/nan.wav: a sample after [0-9.]* s is not a finite number' "${predict[@]}" sound/nan.wav
refuse 1 'sound/infinite.wav: a sample after 0.000 s is not' "${predict[@]}" sound/infinite.wav
refuse 1 'sound/folder.wav: is a folder, not a file' "${predict[@]}" sound/folder.wav
refuse 3 "sound/circle.wav: can't open: Too many levels" "${predict[@]}" sound/circle.wav
refuse 3 "sound/circle.wav: can't read: Too many levels" "${predict[@]}" --no-cache sound/circle.wav
refuse 1 'sound/cut.wav: is cut off' "${predict[@]}" sound/good.wav sound/cut.wav sound/empty.wav
refuse 1 'sound/cut.wav: is cut off' ./model features sound/cut.wav -o x.npy
refuse 1 'sound/empty.wav: is an empty file' "${predict[@]}" --no-cache sound/empty.wav
if [ "$(id -u)" -ne 0 ]; then
    chmod 000 sound/good.wav
    refuse 3 "sound/good.wav: can't open: Permission denied" "${predict[@]}" sound/good.wav
    chmod 644 sound/good.wav
else
    skipped=$((skipped + 1)) # the superuser reads everything
fi

# Silent and short recordings are recordings.
for name in silent one window segment; do
    check "predict $name" ./model predict --run run sound/$name.wav --csv $name.csv
    says "predict $name: a probability" "^sound/$name.wav  [a-z]*  [01][.][0-9]*\$"
    check "predict $name: a row" grep -q '^sound/[a-z.]*,[a-z]*\(,[01][.][0-9]*\)\{3\}$' $name.csv
done
mkdir -p silent/a silent/b
cp sound/silent.wav silent/a
cp sound/silent.wav silent/b
cp sound/one.wav silent/b
check "train on silence" ./model train --data silent --epochs 3 --out quiet
check "eval on silence" ./model eval --data silent --run quiet
says "eval on silence: a loss" 'loss of the segments  *[0-9.]*$'
rm -r silent/b/one.wav
check "train on nothing but silence" ./model train --data silent --epochs 3 --out quieter
check "no NaN" ./model eval --data silent --run quieter
says "eval on nothing but silence: a loss" 'loss of the segments  *[0-9.]*$'

# ---------------------------------------------------------------- data sets
train=(./model train --out new --data)
refuse 1 'none: no such folder' "${train[@]}" none
refuse 1 'sound/good.wav: is a recording; a folder, or a table' "${train[@]}" sound/good.wav
mkdir nothing
refuse 1 'nothing: is no data set: neither meta/esc50.csv, meta.csv nor meta.txt, and no folder with' "${train[@]}" nothing
cp -r good hollow
mkdir hollow/wind
refuse 1 'hollow/wind: the folder of class wind holds no audio file' "${train[@]}" hollow
echo text >hollow/wind/README
refuse 1 'hollow/wind: the folder of class wind holds no audio file' "${train[@]}" hollow
cp sound/good.wav hollow/wind
refuse 1 'hollow: has 3 labels, the output is .class = 2.*-D classes=3' "${train[@]}" hollow
refuse 1 'good: has 2 labels, the output is .class = 10.*-D classes=2' ./ten train --data good --out new
refuse 1 'the label .wind. is none of those' ./model eval --data hollow --run run
cp -r good spoilt
for name in empty cut text nan; do
    cp sound/$name.wav spoilt/rain/2.wav
    refuse 1 'spoilt/rain/2.wav: ' "${train[@]}" "$work/at/spoilt"
    refuse 1 'spoilt/rain/2.wav: ' ./model eval --data spoilt --run run
done
refuse 1 'good: has no fold 3: neither its table nor its files tell folds' "${train[@]}" good --fold 3
refuse 2 'layout nowhere: expected auto, youtube8m, esc50, dcase, esc10, rouen, flat, table or folders' "${train[@]}" good --layout nowhere
refuse 1 'good/meta.csv: no such file' "${train[@]}" good --layout dcase
refuse 1 'no validation part' "${train[@]}" good --validate 1%
refuse 2 'no part late' ./model eval --data good --run run --split late

mkdir -p esc/meta esc/audio
for i in 1 2 3 4; do cp sound/good.wav esc/audio/$i.wav; done
table() { printf 'filename,fold,target,category\n'; printf '%s\n' "$@"; }
full=(1.wav,1,0,dog 2.wav,1,1,rain 3.wav,2,0,dog 4.wav,2,1,rain)
table "${full[@]}" >esc/meta/esc50.csv
refuse 2 'fold.*there are 1, 2' "${train[@]}" esc
refuse 1 'esc: has no fold 9; there are 1, 2' "${train[@]}" esc --fold 9
refuse 1 'esc: has no fold 9; there are 1, 2' ./model eval --data esc --run run --fold 9
table 1.wav,1,0,dog 2.wav,1,1,rain 3.wav,2,0,dog >esc/meta/esc50.csv
refuse 1 'class rain has no recording to train on' "${train[@]}" esc --fold 1
table "${full[@]}" 9.wav,2,1,rain >esc/meta/esc50.csv
refuse 1 'esc50.csv:6: .*9.wav is missing' "${train[@]}" esc --fold 1
table "${full[@]}" 1.wav,2,1,rain >esc/meta/esc50.csv
refuse 1 'esc50.csv:6: .*1.wav is listed again with another label; first in line 2' "${train[@]}" esc --fold 1
table "${full[@]}" 1.wav,2,0,dog >esc/meta/esc50.csv
refuse 1 'esc50.csv:6: .*1.wav is listed again in another fold; first in line 2' "${train[@]}" esc --fold 1
table "${full[@]}" 5.wav,two,1,rain >esc/meta/esc50.csv
refuse 1 'esc50.csv:6: a filename, a fold .* expected, not "5.wav", "two"' "${train[@]}" esc --fold 1
table "${full[@]}" 5.wav >esc/meta/esc50.csv
refuse 1 'esc50.csv:6: ' "${train[@]}" esc --fold 1
printf 'file,class\n1.wav,dog\n' >esc/meta/esc50.csv
refuse 1 'esc50.csv:1: the columns filename, fold and category are expected' "${train[@]}" esc --fold 1
: >esc/meta/esc50.csv
refuse 1 'esc50.csv' "${train[@]}" esc --fold 1
noise 1 3000 >esc/meta/esc50.csv
refuse 1 'esc50.csv' "${train[@]}" esc --fold 1

check "data" "$scenes" set --recordings 20 --parallel 0 --locations 2 --seconds 0.2
refuse 1 'set: has no fold 2: evaluation_setup/fold2_train.txt is missing' ./ten train --data set --fold 2 --out new
setup=set/evaluation_setup/fold1_train.txt
cp $setup keep.txt
printf 'audio/none.wav\tpark\n' >>$setup
refuse 1 "$setup:11: audio/none.wav is not in meta.csv" ./ten train --data set --out new
sed '1s/\t.*/\tmoon/' keep.txt >$setup
refuse 1 "$setup:1: the label moon is not in meta.csv" ./ten train --data set --out new
: >$setup
refuse 1 "$setup: " ./ten train --data set --out new
sed 1d keep.txt >$setup
refuse 1 'class airport has no recording to train on' ./ten train --data set --out new
rm $setup
refuse 1 "fold1_train.txt is missing" ./ten train --data set --out new
mv keep.txt $setup
mv set/audio/bus-* .
refuse 1 'meta.csv:[0-9]*: .*bus-.* is missing; so ' ./ten train --data set --out new
mv bus-* set/audio
sed '3s/.*//; 4s/.*/\tbus/' set/meta.csv >meta
mv meta set/meta.csv
refuse 1 'meta.csv:4: the name of a file is missing' ./ten train --data set --out new

# ---------------------------------------------------------------- disks
check "weights to begin with" ./model init -o begin.safetensors
check "features" ./model features --run run sound/good.wav -o in.npy
echo old >old
for file in old new; do
    refuse 3 "$file: can't write: File too large" "${limited[@]}" 0 ./model predict --run run sound/good.wav --csv $file
    refuse 3 "$file: can't write: File too large" "${limited[@]}" 0 ./model features sound/good.wav -o $file
    refuse 3 "$file: can't write: File too large" "${limited[@]}" 0 ./model forward --run run --input in.npy -o $file
    refuse 3 "$file: can't write: File too large" "${limited[@]}" 0 ./model init -o $file
done
for blocks in 0 1; do # without a checkpoint; without settings
    refuse 3 "new/.*: can't write: File too large" "${limited[@]}" $blocks ./model train --data good --no-cache --out new
done
check "a new run after a full disk" ./model train --data good --out new
rm -r new
check "features that can't be kept" "${limited[@]}" 0 ./model predict --run run sound/good.wav --cache "$work/other"
says "features that can't be kept: a warning" 'warning: features are not kept: .*: File too large'
check "a cache where no folder can be" ./model predict --run run sound/good.wav --cache old/cache
says "a cache where no folder can be: a warning" 'warning: features are not kept: old'
refuse 3 'none/x.csv: can.t write: No such file' ./model predict --run run sound/good.wav --csv none/x.csv
refuse 3 'old/x.npy: can.t write: Not a directory' ./model features sound/good.wav -o old/x.npy
refuse 2 'sound: is a folder, a file was to be written' ./model features sound/good.wav -o sound
refuse 3 "old: can't make the folder" ./model train --data good --out old
refuse 3 "old/run: can't make the folder\|old: can't make the folder" ./model train --data good --out old/run
refuse 3 "can't write to standard output" bash -c './model predict --run run sound/good.wav >/dev/full'
refuse 3 "/dev/full: can't write: No space left" ./model predict --run run sound/good.wav --csv /dev/full
check "writing to a device" ./model predict --run run sound/good.wav --csv /dev/null
check "the device is one still" test -c /dev/null -a -c /dev/full
echo old >real.csv
ln -s real.csv link.csv
check "writing through a link" ./model predict --run run sound/good.wav --csv link.csv
check "the link is one still" test -L link.csv
check "its file is written" grep -q dog real.csv
if unshare -rm true 2>/dev/null && mkdir disk && unshare -rm mount -t tmpfs -o size=16k none disk 2>/dev/null; then
    # "${filled[@]}" FREE COMMAND...: with a disk in a name space of its own that has so many bytes free
    filled=(unshare -rm bash -c 'mount -t tmpfs -o size=64k none disk &&
        head -c $((65536 - $0)) /dev/zero >disk/ballast &&
        { "$@"; status=$?; ls -A disk | sed "/^ballast/d; s/^/left: /"; exit $status; }')
    refuse 3 "disk/x.npy: can't write: No space left on device" "${filled[@]}" 0 ./model features sound/good.wav -o disk/x.npy
    refuse 3 "disk/x.csv: can't write: No space left on device" \
        "${filled[@]}" 0 ./model predict --run run sound/good.wav --csv disk/x.csv
    cat >"$work/fill" <<'END'
./model train --data good --no-cache --out disk/run && exit
[ $? -eq 3 ] && rm disk/ballast || exit 1
ls disk/run/*.new 2>/dev/null && exit 1
if [ -e disk/run ]; then ./model train --resume disk/run; else ./model train --data good --out disk/run; fi
END
    for ((free = 0; free <= 32768; free += 4096)); do
        check "$free bytes free: a run that can be resumed, or none" "${filled[@]}" $free bash "$work/fill"
    done
    refuse 3 "No space left on device" "${filled[@]}" 0 "$ascc" small.asc -o disk/model
else
    skipped=$((skipped + 1)) # no name spaces
fi

# ---------------------------------------------------------------- command lines
refuse 2 'a command is missing' ./model
refuse 2 'no such command: trian' ./model trian
refuse 2 "unrecognized option '--colour'" ./model train --data good --colour
refuse 2 "unrecognized option '--csv'" ./model train --csv x
refuse 2 "option '--data' requires an argument" ./model train --data
refuse 2 '.more. is not expected here' ./model train --data good more
refuse 2 'data DIR is missing' ./model train --out new
refuse 2 'run RUN or --weights FILE is missing' ./model eval --data good
refuse 2 'give --run or --weights, not both' ./model eval --data good --run run --weights begin.safetensors
refuse 2 'FILE is missing' ./model predict --run run
refuse 2 'o X.npy is missing' ./model features sound/good.wav
refuse 2 'expected one FILE, found 2' ./model features sound/good.wav sound/one.wav -o x.npy
for number in 0 -1 x 1.5 '' 99999999999999999999; do
    refuse 2 "epochs $number: expected a whole number of at least 1" ./model train --data good --epochs "$number"
done
refuse 2 'threads 0: expected a whole number' ./model bench --threads 0
refuse 2 'fold two: expected a whole number' "${train[@]}" good --fold two
refuse 2 'seed -1: expected a whole number from 0' "${train[@]}" good --seed -1
refuse 2 'validate 120%: expected' "${train[@]}" good --validate 120%
refuse 2 'validate nan: expected' "${train[@]}" good --validate nan
refuse 2 'data is given twice' "${train[@]}" good --data set
refuse 2 'input is given 0 times, the network has 1 input' ./model forward --run run -o y.npy

# ---------------------------------------------------------------- weights, runs and arrays
kept=run/weights.safetensors
use() { refuse 1 "$1: $2" ./model predict --weights "$1" sound/good.wav --csv out.csv; }
: >w.empty
use w.empty 'is no safetensors file: only 0 bytes'
head -c 100 $kept >w.header
use w.header 'is cut off: a header of'
head -c -10 $kept >w.cut
use w.cut 'is cut off: tensor .* ends at byte'
{ cat $kept; echo; } >w.long
use w.long 'has 1 bytes after the last tensor'
noise 1 3000 >w.bytes
use w.bytes 'is no safetensors file'
{ head -c -40 $kept; printf '\377%.0s' {1..40}; } >w.nan
use w.nan '.*value [0-9]* is not a finite number'
# 3.4e38 in batchnorm.shift, whose sum over freq and time is none then; behind it dense and 16 numbers in double precision
{ head -c -216 $kept; printf '\177%.0s' {1..16}; tail -c 200 $kept; } >w.huge
refuse 1 "network's output is not finite for sound/good.wav" ./model predict --weights w.huge sound/good.wav
{ head -c 8 $kept; tail -c +9 $kept | sed 's/F32/F16/'; } >w.half
use w.half '.*elements of type F16, expected F32 or F64'
{ head -c 8 $kept; tail -c +9 $kept | sed 's/"dense.bias"/"tense.bias"/'; } >w.name
use w.name 'has no tensor .dense.bias.'
use sound 'is a folder, not a file'
use none.safetensors 'no such file'
refuse 1 'weights have no labels; .* come from .train.' ./model predict --weights begin.safetensors sound/good.wav

broken() { # broken NAME: a copy of the run to spoil
    rm -rf broken
    cp -r run broken
}
resume() { refuse 1 "broken/$1: $2" ./model train --resume broken --epochs 4; }
broken
head -c -100 run/checkpoint.safetensors >broken/checkpoint.safetensors
resume checkpoint.safetensors 'is cut off'
cp $kept broken/checkpoint.safetensors
resume checkpoint.safetensors 'is no checkpoint'
rm broken/checkpoint.safetensors
resume checkpoint.safetensors 'no such file'
broken
head -c 100 run/settings.json >broken/settings.json
resume settings.json:[0-9]* ''
sed '/"batch"/d' run/settings.json >broken/settings.json
resume settings.json 'a setting is missing or wrong'
sed 's/"fold": 0/"fold": -1/' run/settings.json >broken/settings.json
resume settings.json 'a setting is missing or wrong'
rm broken/settings.json
resume settings.json 'no such file'
for lost in 'rm broken' 'ln -sf nowhere broken'; do
    broken
    # shellcheck disable=SC2086 # two words and more
    $lost/settings.json
    refuse 1 'broken: has weights.safetensors of a run whose settings.json is lost' ./model train --data good --out broken
    check "nothing of it is touched" diff <(ls broken | grep -v settings) <(ls run | grep -v settings)
    check "its weights neither" cmp broken/weights.safetensors run/weights.safetensors
    check "its checkpoint neither" cmp broken/checkpoint.safetensors run/checkpoint.safetensors
done
broken
rm broken/weights.safetensors
refuse 1 'broken/weights.safetensors: no such file; .train --resume broken. goes on' ./model eval --data good --run broken
check "weights that are in the checkpoint, too" ./model train --resume broken --quiet
check "are kept again" cmp broken/weights.safetensors run/weights.safetensors
: >broken/weights.safetensors
check "as are damaged ones" ./model train --resume broken --quiet
check "which are whole again" cmp broken/weights.safetensors run/weights.safetensors
broken
cp -r good moved
rm moved/rain/3.wav
refuse 1 'broken: was begun with [0-9]* training segments, the data set now gives' \
    ./model train --resume broken --epochs 4 --data moved
rm -rf broken

forward=(./model forward --run run -o y.npy --input)
head -c 200 in.npy >in.cut
refuse 1 'in.cut: ' "${forward[@]}" in.cut
refuse 1 'sound/text.wav: ' "${forward[@]}" sound/text.wav
refuse 1 'w.empty: ' "${forward[@]}" w.empty
check "output" "${forward[@]}" in.npy
refuse 1 'y.npy: is .*, expected .examples, ... of .channel = 1, freq = 8, time = 10' \
    ./model forward --run run --input y.npy -o z.npy
{ head -c -4 in.npy; printf '\377\377\377\377'; } >in.nan
refuse 1 'in.nan: value [0-9]* is not a finite number' "${forward[@]}" in.nan

# A damaged cache is computed anew.
check "predict" ./model predict --run run good/*/*.wav --csv first.csv
find "$ASC_CACHE" -name '*.map' -exec truncate -s -9 {} +
noise 1 500 >"$ASC_CACHE/index"
check "predict with a damaged cache" ./model predict --run run good/*/*.wav --csv second.csv
check "the same result" cmp first.csv second.csv

# ---------------------------------------------------------------- the compiler
refuse 1 'none.asc.*No such file' "$ascc" none.asc
: >empty.asc
refuse 1 'empty.asc' "$ascc" empty.asc
noise 1 3000 >bytes.asc
refuse 1 'bytes.asc' bash -c '"$0" bytes.asc 2>&1 | head -n 3; exit ${PIPESTATUS[0]}' "$ascc"
head -c 100 small.asc >cut.asc
refuse 1 'cut.asc' "$ascc" cut.asc
refuse 1 'sound' "$ascc" sound
refuse 1 'classes' "$ascc" small.asc -D classes=0
refuse 1 'no such param' "$ascc" small.asc -D klasses=3
refuse 2 'unknown option' "$ascc" small.asc --fast
refuse 2 '-O' "$ascc" small.asc -Ofast
refuse 2 'missing' "$ascc"
refuse 3 "can't run 'no-such-compiler'" env ASCC_CC=no-such-compiler "$ascc" small.asc -o out
refuse 3 'none/out' "$ascc" small.asc -o none/out
refuse 3 'old/out' "$ascc" small.asc -o old/out
refuse 3 'sound' "$ascc" small.asc -o sound
refuse 3 'File too large' "${limited[@]}" 0 "$ascc" small.asc --emit=c -o old
refuse 3 'File too large' "${limited[@]}" 0 "$ascc" small.asc -o old
refuse 3 '/dev/full: No space left' "$ascc" small.asc --emit=c -o /dev/full
refuse 3 'standard output: No space left' bash -c '"$0" small.asc --emit=c >/dev/full' "$ascc"
refuse 3 'standard output: No space left' bash -c '"$0" --format small.asc >/dev/full' "$ascc"
refuse 3 'standard output: No space left' bash -c '"$0" --help >/dev/full' "$ascc"
refuse 3 'no-such-folder' env TMPDIR=/no-such-folder "$ascc" small.asc -o out
check "writing to a device" "$ascc" small.asc --emit=c -o /dev/null
check "the device is one still" test -c /dev/null -a -c /dev/full

# Stopped while the C compiler runs, ascc cleans up; `exec sleep` stands for a compiler at work.
printf '#!/bin/sh\n: >at_work\nexec sleep 60\n' >slow
mkfifo at_work
chmod +x slow
for signal in TERM HUP; do
    refuse 3 'stopped by a signal' bash -c '
        ASCC_CC=./slow "$1" small.asc -o stopped &
        read -r <at_work; kill -$0 $!; wait $!' $signal "$ascc"
done

check "a compiler that ignores the end of processes" \
    bash -c 'trap "" CHLD; exec "$0" small.asc -o deaf' "$ascc"

cat >dozen.asc <<'END'
asc 1
param classes = 2
features logmel {
    audio[channel = 1](8000 furlong)
    | spectrogram[bin](32 ms, hopp = 16 ms)
    | mel[freq = 0] | decibel | normalize[pitch] | segment[time = 10 frames]
}
network { logmel | konv[channel = 4] | relu(3) | mean[tempo] | dense[class = klasses] | sofmax[class] }
train { loss = cross_entropy(output, targets); optimizer = sdg(0.01); epochs = -1; batch = 0.5; mixup = x }
evaluate { combine = median; report = accuracy[kind] }
END
"$ascc" dozen.asc -o dozen >"$said" 2>&1
[ $? -eq 1 ] && [ "$(grep -c '^dozen.asc:[0-9]*:[0-9]*: error: ' "$said")" -ge 12 ] && [ ! -e dozen ]
verdict "a model with a dozen errors: $(grep -c 'error: ' "$said") are told" $?

check "no temporary files" test -z "$(find . "$TMPDIR" "$ASC_CACHE" -name '*.new' -o -name '*.tmp' -o -name 'ascc.*')"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
