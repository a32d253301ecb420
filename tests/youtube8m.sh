#!/usr/bin/env bash
# youtube8m.sh: a network trained on generated shards in the form of YouTube-8M: streamed, stopped and
# resumed, evaluated, submitted; frames, means and segments; damaged shards.
set -u
ascc=${ASCC:?the compiler}
make=${BUILDDIR:?the build tree}/examples/youtube8m/youtube8m
export OMP_WAIT_POLICY=passive # steps are so short that threads which spin take the time
export ASCC_CFLAGS=${ASCC_CFLAGS--O1} # the C compiler's time is not the subject
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
set=$work/set

check() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
        tail -n 20 "$work/said"
    fi
}

# says STATUS PATTERN COMMAND...: ends so, and says that.
says() {
    local status=$1 pattern=$2 found
    shift 2
    "$@" >"$work/said" 2>&1 </dev/null
    found=$?
    [ "$found" -eq "$status" ] && { [ -z "$pattern" ] || grep -q -e "$pattern" "$work/said"; }
    check "$* (status $found, expected $status; pattern $pattern)" $?
}

small='--classes 8 --rgb 12 --audio 4 --frames 16'
sizes='-D classes=8 -D frames=14 -D width=16 -D cells=12 -D mixtures=2'
says 0 '60 + 24 + 6 synthetic videos' "$make" "$set" --train 60 --validate 24 --test 6 $small --segments
says 0 '' "$ascc" "$SRCDIR/models/youtube8m.asc" $sizes -o "$work/net"
net=$work/net

says 0 '^train *60 records in 4 files, frames of 12 (rgb) and 4 (audio) numbers' "$net" data --data "$set" --decode
says 0 'training on 60 records of 4 files; validating on 24 of 4' \
    "$net" train --data "$set" --out "$work/a" --epochs 4 --batch 7 --seed 3
says 0 'done' "$net" train --data "$set" --out "$work/b" --epochs 2 --batch 7 --seed 3
says 0 'done' "$net" train --resume "$work/b" --epochs 4
cmp -s "$work/a/weights.safetensors" "$work/b/weights.safetensors"
check "two epochs and two more are four" $?

# Stopped in the midst of an epoch, again and again, with another number of threads.
timeout -s INT 0.3 "$net" train --data "$set" --out "$work/c" --epochs 4 --batch 7 --seed 3 >"$work/said" 2>&1
for pause in 0.12 0.2 0.16 0.25 0.3; do
    [ -d "$work/c" ] && timeout -s INT $pause "$net" train --resume "$work/c" --threads 1 >"$work/said" 2>&1
done
if [ -d "$work/c" ]; then
    "$net" train --resume "$work/c" >"$work/said" 2>&1
    cmp -s "$work/a/weights.safetensors" "$work/c/weights.safetensors"
    check "a stopped stream goes on exactly" $?
fi

says 0 '^gap(20) *0\.[0-9]' "$net" eval --data "$set" --run "$work/a"
grep -q '^videos *24$' "$work/said" && grep -q '^hit(1) *0\.' "$work/said" && grep -q '^perr *0\.' "$work/said"
check "the figures of YouTube-8M" $?
cp "$work/said" "$work/figures"
says 0 '"examples": 24' "$net" eval --data "$set" --run "$work/a" --json --csv "$work/top.csv"
[ "$(<"$work/said")" = "$(<"$work/a/eval.json")" ]
check "the run keeps the JSON" $?
for name in gap.20. hit.1. perr loss; do
    awk -v "name=$name" 'FNR == NR && $1 ~ "^" name "$" { told = $2 } FNR != NR && $1 ~ "^\"" name "\":" { json = $2 + 0 }
        END { exit !(told != "" && json - told < 6e-5 && told - json < 6e-5) }' "$work/figures" "$work/said"
    check "JSON and text agree in $name" $?
done
# The figures once more, from the table: Hit@1, PERR, and GAP@20 of the pool (all labels are among the 8 classes).
{ head -n 1 "$work/top.csv"; tail -n +2 "$work/top.csv" | sort -s -t, -k6,6gr; } >"$work/sorted.csv"
awk -F, 'NR == 1 { bad = $0 != "video,begins,labels,rank,class,score,right"; next }
    { n++; labels[$1] = $3; if ($7) total += ++right / n; if ($4 == 1) hits += $7
      if ($7 && $4 <= $3) perr[$1]++ }
    END { for (v in labels) { all += labels[v]; videos++; mean += perr[v] / labels[v] }
          print "gap(20)", total / all; print "hit(1)", hits / videos; print "perr", mean / videos
          exit bad || videos != 24 || n != 192 }' "$work/sorted.csv" >"$work/again"
check "a row for each class of each video" $?
awk 'FNR == NR { again[$1] = $2; next } $1 in again { d = $2 - again[$1]; bad += d * d > 1e-8; seen++ } END { exit bad || seen != 3 }' \
    "$work/again" "$work/figures"
check "the table gives the figures" $?
says 2 'dcase is for recordings' "$net" eval --data "$set" --run "$work/a" --dcase "$work/dcase"
says 0 '"examples_are": "segments"' "$net" eval --data "$set" --run "$work/a" --segments --json --csv "$work/segments.csv"
awk -F, 'NR > 1 { bad += $2 !~ /^[0-9]+$/ } END { exit bad || NR < 2 }' "$work/segments.csv"
check "segments tell where they begin" $?
# MAP once more, from that table: no segment has more than 20 rated classes.
sort -s -t, -k5,5n -k6,6gr <(tail -n +2 "$work/segments.csv") | awk -F, '
    function add() { if (right) { total += sum / right; classes++ } right = sum = n = 0 }
    $5 != class { add(); class = $5 } { n++; if ($7) sum += ++right / n }
    END { add(); printf "%.6f %d\n", total / classes, classes }' >"$work/map"
read -r map classes <"$work/map"
awk -v map="$map" -v classes="$classes" '$1 == "\"map(100000)\":" { d = $2 - map; fine = d * d < 1e-10 && classes > 3 } END { exit !fine }' "$work/said"
check "MAP of segments is that of the table, $map of $classes classes" $?
grep -q '"examples": 24' "$work/a/eval.json"
check "the run keeps what it is of videos" $?
says 3 'nowhere/top.csv' "$net" eval --data "$set" --run "$work/a" --csv "$work/nowhere/top.csv"
says 0 '^segments *[0-9]' "$net" eval --data "$set" --run "$work/a" --segments
grep -q '^map(100000) *0\.' "$work/said"
check "MAP is told of segments" $?
says 1 'no labels are told' "$net" eval --data "$set" --run "$work/a" --split test --csv "$work/none.csv"
[ ! -e "$work/none.csv" ]
check "no table of nothing" $?

printf 'Index,TrainVideoCount,KnowledgeGraphId,Name\n0,1,/m/0,Game\n1,1,/m/1,"Car, red"\n' >"$set/vocabulary.csv"
says 0 '^[0-9A-Z]\{4\}  [0-7]  0\.[0-9]*' "$net" predict --data "$set" --run "$work/a"
says 0 '' "$net" predict --data "$set" --run "$work/a" --submission "$work/out.csv"
awk -F, 'NR == 1 && $0 != "VideoId,LabelConfidencePairs" { bad = 1 }
    NR > 1 { n = split($2, f, " "); bad += n != 16; for (i = 4; i <= n; i += 2) bad += f[i] > f[i - 2] }
    END { exit bad != 0 || NR != 7 }' "$work/out.csv"
check "a submission of six videos, eight pairs each, the surest first" $?
says 0 '' "$net" predict "$set"/test000[01].tfrecord --run "$work/a"
[ "$(wc -l <"$work/said")" -eq 4 ]
check "two files of two videos" $?

# Segments: a line of each, and for the challenge of 2019 a line of each class, with all of them.
says 0 '^[0-9A-Z]\{4\}:5  [0-7]  0\.[0-9]*' "$net" predict --data "$set" --run "$work/a" --segments
segments=$(grep -c '^[0-9A-Z]*:[0-9]*[05]  ' "$work/said")
says 0 '' "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/segments.csv"
awk -F, -v segments="$segments" 'NR == 1 && $0 != "Class,Segments" { bad = 1 }
    NR > 1 { n = split($2, s, " "); bad += n != segments || $1 != NR - 2; split("", seen)
             for (i = 1; i <= n; i++) { bad += s[i] in seen || s[i] !~ /^[0-9A-Z]+:[0-9]*[05]$/; seen[s[i]] = 1 } }
    END { exit bad != 0 || NR != 9 }' "$work/segments.csv"
check "a submission of eight classes, all $segments segments each" $?
printf 'Index\n5\n2\n' >"$set/segment_label_ids.csv"
says 0 '' "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/some.csv"
cmp -s <(grep -e Class -e '^[25],' "$work/segments.csv") "$work/some.csv"
check "classes of segment_label_ids.csv alone" $?
printf 'Index\n5\n8\n' >"$set/segment_label_ids.csv"
says 1 'segment_label_ids.csv:3: 8 is none of the model.s 8 classes, 0 to 7' \
    "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/none.csv"
printf 'Index\n5\n2x\n' >"$set/segment_label_ids.csv"
says 1 'segment_label_ids.csv:3: "2x" where the number of a class is expected' \
    "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/none.csv"
[ ! -e "$work/none.csv" ]
check "no submission is left of what failed" $?

# Training on segments: stopped and resumed; what is learnt there is measured there.
says 0 'training on [0-9]* segments of 60 records, 4 files' \
    "$net" train --data "$set" --segments --out "$work/s1" --epochs 4 --batch 7 --seed 3
says 0 'done' "$net" train --data "$set" --segments --out "$work/s2" --epochs 2 --batch 7 --seed 3
says 2 'segments can.t be changed with --resume' "$net" train --resume "$work/s2" --segments
says 0 'done' "$net" train --resume "$work/s2" --epochs 4
cmp -s "$work/s1/weights.safetensors" "$work/s2/weights.safetensors"
check "two epochs of segments and two more are four" $?
timeout -s INT 0.25 "$net" train --data "$set" --segments --out "$work/s3" --epochs 4 --batch 7 --seed 3 >"$work/said" 2>&1
for pause in 0.12 0.2 0.16; do
    [ -d "$work/s3" ] && timeout -s INT $pause "$net" train --resume "$work/s3" --threads 1 >"$work/said" 2>&1
done
if [ -d "$work/s3" ]; then
    "$net" train --resume "$work/s3" >"$work/said" 2>&1
    cmp -s "$work/s1/weights.safetensors" "$work/s3/weights.safetensors"
    check "a stopped stream of segments goes on exactly" $?
fi
says 2 'segments is for TFRecord files' "$BUILDDIR/tests/tiny" train --data "$set" --segments
says 2 'segments is for TFRecord files' "$BUILDDIR/tests/tiny" eval --data "$set" --run "$work/a" --folds all --segments
says 2 'of a model of stored features one --run is evaluated' "$net" eval --data "$set" --run "$work/a" --folds all
says 0 '' "$make" "$work/unrated" --train 8 --validate 4 --test 0 $small
says 1 'train0000.tfrecord: has no segments that were rated' "$net" train --data "$work/unrated" --segments --out "$work/none"

# A network of segments learns which classes are there, from the ratings alone.
cat >"$work/parts.asc" <<'END'
asc 1
param mix = 0
param squared = no
features video { input[time <= 30, feature = 16] }
network { video | mean[time] | logistic_moe(8, 2) }
train {
    loss = if squared == yes { squared_error(output, target) } else { binary_cross_entropy(output, target) }
    optimizer = adam(0.02); epochs = 15; batch = 16; mixup = mix; validate = provided; keep = best(map(1000))
}
evaluate { report = map(5) }
END
says 0 '' "$make" "$work/rated" --train 400 --validate 200 --test 0 --segments $small --frames 30
says 0 '' "$ascc" "$work/parts.asc" -o "$work/parts"
says 0 'done' "$work/parts" train --data "$work/rated" --segments --out "$work/p"
says 0 '^map(100000) *0\.[89]' "$work/parts" eval --data "$work/rated" --run "$work/p" --segments
grep -q '^map(5) *0\.' "$work/said"
check "MAP of the first five" $?
says 0 '' "$work/parts" init -o "$work/init.safetensors"
says 0 '^map(100000) *0\.[0-5]' "$work/parts" eval --data "$work/rated" --weights "$work/init.safetensors" --segments
ASCC_CFLAGS=-O0 says 0 '' "$ascc" "$work/parts.asc" -D squared=yes -o "$work/squared"
says 0 '' "$work/squared" init -o "$work/squared.safetensors"
says 1 'loss counts classes that were not rated, whose target is -1' \
    "$work/squared" train --data "$work/rated" --segments --out "$work/none"
says 0 'warning: the model.s loss counts classes' \
    "$work/squared" eval --data "$work/rated" --weights "$work/squared.safetensors" --segments
[ ! -e "$work/none" ]
check "nothing is left of a run that can't begin" $?
ASCC_CFLAGS=-O0 says 0 '' "$ascc" "$work/parts.asc" -D mix=0.2 -o "$work/mixes"
says 2 'mixup mixes labels' "$work/mixes" train --data "$work/rated" --segments --out "$work/none"

# Damage.
bad=$work/bad
mkdir "$bad" && cp "$set"/*.tfrecord "$bad"
printf 'x' | dd of="$bad/train0001.tfrecord" bs=1 seek=300 conv=notrunc 2>/dev/null
says 1 'train0001.tfrecord: record 1 at byte 0: the checksum of its' "$net" train --data "$bad" --out "$work/d" --epochs 1
says 0 'left out of epoch 1: 1 record; the first: .*train0001.tfrecord: record 1 at byte 0' \
    "$net" train --data "$bad" --out "$work/e" --epochs 1 --skip-bad
truncate -s -3 "$bad/validate0002.tfrecord"
says 1 'validate0002.tfrecord: record 6 at byte [0-9]* is cut off: 3 bytes are missing' \
    "$net" eval --data "$bad" --run "$work/a"
says 0 'left out: .*validate0002.tfrecord: record 6' "$net" eval --data "$bad" --run "$work/a" --skip-bad
grep -q '^videos *23$' "$work/said"
check "one video is left out" $?
says 1 '^2 problems$' "$net" data --data "$bad" --decode
echo text >"$bad/train9999.tfrecord"
says 1 'train9999.tfrecord: record 1 at byte 0 is cut off' "$net" train --data "$bad" --out "$work/f"

# What does not fit.
says 0 '' "$make" "$work/other" --train 8 --validate 4 --test 0 --classes 8 --rgb 12 --audio 5 --frames 16
says 1 "has frames of 12 (rgb) and 5 (audio) numbers; the model's .video. is frames of 16" \
    "$net" train --data "$work/other" --out "$work/g"
says 0 '' "$make" "$work/more" --train 8 --validate 4 --test 0 --classes 500 --rgb 12 --audio 4 --frames 16
says 1 "is none of the model's 8 classes, 0 to 7" "$net" train --data "$work/more" --out "$work/g"
says 2 'no share of TFRecord files' "$net" train --data "$set" --out "$work/g" --validate 30%
says 1 'has TFRecord files (YouTube-8M); the model reads recordings' "$BUILDDIR/tests/tiny" train --data "$set"

# Video level, with the id of 2017.
cat >"$work/means.asc" <<'END'
asc 1
features mean { input[feature = 16] }
network { mean | logistic_moe(8, 2) }
train { loss = binary_cross_entropy(output, target); optimizer = adam(0.01); epochs = 30; batch = 16; validate = provided; keep = best(gap(20)) }
evaluate { report = gap(20), hit(1), perr }
END
says 0 '' "$make" "$work/means" --train 300 --validate 60 --test 4 $small --means --2017
says 0 '' "$ascc" "$work/means.asc" -o "$work/mean"
says 0 'done' "$work/mean" train --data "$work/means" --out "$work/h"
says 0 '^gap(20) *0\.[89]' "$work/mean" eval --data "$work/means" --run "$work/h" # it learns
says 1 'the model.s .mean. is means of 16' "$work/mean" eval --data "$set" --run "$work/h"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
