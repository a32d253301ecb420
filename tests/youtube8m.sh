#!/usr/bin/env bash
# youtube8m.sh: a network trained on generated shards in the form of YouTube-8M: streamed, stopped and
# resumed, evaluated, submitted; frames, means and segments; damaged shards.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
export OMP_WAIT_POLICY=passive # steps are so short that threads which spin take the time
make=$build/examples/youtube8m/youtube8m set=$work/set

ends() { refuse "${*:3}" "$1" "$2" "${@:3}"; } # STATUS PATTERN COMMAND...

small='--classes 8 --rgb 12 --audio 4 --frames 16'
sizes='-D classes=8 -D frames=14 -D width=16 -D cells=12 -D mixtures=2'
ends 0 '60 + 24 + 6 synthetic videos' "$make" "$set" --train 60 --validate 24 --test 6 $small --segments
ends 0 '' "$ascc" "$sources/models/youtube8m.asc" $sizes -o "$work/net"
net=$work/net

ends 0 '^train *60 records in 4 files, frames of 12 (rgb) and 4 (audio) numbers' "$net" data --data "$set" --decode
ends 0 'training on 60 records of 4 files; validating on 24 of 4' \
    "$net" train --data "$set" --out "$work/a" --epochs 4 --batch 7 --seed 3
ends 0 'done' "$net" train --data "$set" --out "$work/b" --epochs 2 --batch 7 --seed 3
ends 0 'done' "$net" train --resume "$work/b" --epochs 4
cmp -s "$work/a/weights.safetensors" "$work/b/weights.safetensors"
verdict "two epochs and two more are four" $?

# stopped NAME WHOLE FOLDER OPTION...: in the midst of an epoch, again and again, with another number of threads, a training ends
# with the weights of WHOLE.
stopped() {
    local pause
    timeout -s INT 0.3 "$net" train --data "$set" --out "$3" --epochs 4 --batch 7 --seed 3 "${@:4}" >"$said" 2>&1
    for pause in 0.12 0.2 0.16 0.25 0.3; do
        [ -d "$3" ] && timeout -s INT $pause "$net" train --resume "$3" --threads 1 >"$said" 2>&1
    done
    [ -d "$3" ] || return # not even begun
    "$net" train --resume "$3" >"$said" 2>&1
    cmp -s "$2/weights.safetensors" "$3/weights.safetensors"
    verdict "$1" $?
}
stopped "a stopped stream goes on exactly" "$work/a" "$work/c"

ends 0 '^gap(20) *0\.[0-9]' "$net" eval --data "$set" --run "$work/a"
grep -q '^videos *24$' "$said" && grep -q '^hit(1) *0\.' "$said" && grep -q '^perr *0\.' "$said"
verdict "the figures of YouTube-8M" $?
cp "$said" "$work/figures"
ends 0 '"examples": 24' "$net" eval --data "$set" --run "$work/a" --json --csv "$work/top.csv"
[ "$(<"$said")" = "$(<"$work/a/eval.json")" ]
verdict "the run keeps the JSON" $?
for name in gap.20. hit.1. perr loss; do
    awk -v "name=$name" 'FNR == NR && $1 ~ "^" name "$" { told = $2 } FNR != NR && $1 ~ "^\"" name "\":" { json = $2 + 0 }
        END { exit !(told != "" && json - told < 6e-5 && told - json < 6e-5) }' "$work/figures" "$said"
    verdict "JSON and text agree in $name" $?
done
# The figures once more, from the table: Hit@1, PERR, and GAP@20 of the pool (all labels are among the 8 classes).
{ head -n 1 "$work/top.csv"; tail -n +2 "$work/top.csv" | sort -s -t, -k6,6gr; } >"$work/sorted.csv"
awk -F, 'NR == 1 { bad = $0 != "video,begins,labels,rank,class,score,right"; next }
    { n++; labels[$1] = $3; if ($7) total += ++right / n; if ($4 == 1) hits += $7
      if ($7 && $4 <= $3) perr[$1]++ }
    END { for (v in labels) { all += labels[v]; videos++; mean += perr[v] / labels[v] }
          print "gap(20)", total / all; print "hit(1)", hits / videos; print "perr", mean / videos
          exit bad || videos != 24 || n != 192 }' "$work/sorted.csv" >"$work/again"
verdict "a row for each class of each video" $?
awk 'FNR == NR { again[$1] = $2; next } $1 in again { d = $2 - again[$1]; bad += d * d > 1e-8; seen++ } END { exit bad || seen != 3 }' \
    "$work/again" "$work/figures"
verdict "the table gives the figures" $?
ends 2 'dcase is for recordings' "$net" eval --data "$set" --run "$work/a" --dcase "$work/dcase"
ends 0 '"examples_are": "segments"' "$net" eval --data "$set" --run "$work/a" --segments --json --csv "$work/segments.csv"
awk -F, 'NR > 1 { bad += $2 !~ /^[0-9]+$/ } END { exit bad || NR < 2 }' "$work/segments.csv"
verdict "segments tell where they begin" $?
# MAP once more, from that table: no segment has more than 20 rated classes.
sort -s -t, -k5,5n -k6,6gr <(tail -n +2 "$work/segments.csv") | awk -F, '
    function add() { if (right) { total += sum / right; classes++ } right = sum = n = 0 }
    $5 != class { add(); class = $5 } { n++; if ($7) sum += ++right / n }
    END { add(); printf "%.6f %d\n", total / classes, classes }' >"$work/map"
read -r map classes <"$work/map"
awk -v map="$map" -v classes="$classes" '$1 == "\"map(100000)\":" { d = $2 - map; fine = d * d < 1e-10 && classes > 3 } END { exit !fine }' "$said"
verdict "MAP of segments is that of the table, $map of $classes classes" $?
grep -q '"examples": 24' "$work/a/eval.json"
verdict "the run keeps what it is of videos" $?
ends 3 'nowhere/top.csv' "$net" eval --data "$set" --run "$work/a" --csv "$work/nowhere/top.csv"
ends 0 '^segments *[0-9]' "$net" eval --data "$set" --run "$work/a" --segments
grep -q '^map(100000) *0\.' "$said"
verdict "MAP is told of segments" $?
ends 1 'no labels are told' "$net" eval --data "$set" --run "$work/a" --split test --csv "$work/none.csv"
[ ! -e "$work/none.csv" ]
verdict "no table of nothing" $?

printf 'Index,TrainVideoCount,KnowledgeGraphId,Name\n0,1,/m/0,Game\n1,1,/m/1,"Car, red"\n' >"$set/vocabulary.csv"
ends 0 '^[0-9A-Z]\{4\}  [0-7]  0\.[0-9]*' "$net" predict --data "$set" --run "$work/a"
ends 0 '' "$net" predict --data "$set" --run "$work/a" --submission "$work/out.csv"
awk -F, 'NR == 1 && $0 != "VideoId,LabelConfidencePairs" { bad = 1 }
    NR > 1 { n = split($2, f, " "); bad += n != 16; for (i = 4; i <= n; i += 2) bad += f[i] > f[i - 2] }
    END { exit bad != 0 || NR != 7 }' "$work/out.csv"
verdict "a submission of six videos, eight pairs each, the surest first" $?
ends 0 '' "$net" predict "$set"/test000[01].tfrecord --run "$work/a"
[ "$(wc -l <"$said")" -eq 4 ]
verdict "two files of two videos" $?

# Segments: a line of each, and for the challenge of 2019 a line of each class, with all of them.
ends 0 '^[0-9A-Z]\{4\}:5  [0-7]  0\.[0-9]*' "$net" predict --data "$set" --run "$work/a" --segments
segments=$(grep -c '^[0-9A-Z]*:[0-9]*[05]  ' "$said")
ends 0 '' "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/segments.csv"
awk -F, -v segments="$segments" 'NR == 1 && $0 != "Class,Segments" { bad = 1 }
    NR > 1 { n = split($2, s, " "); bad += n != segments || $1 != NR - 2; split("", seen)
             for (i = 1; i <= n; i++) { bad += s[i] in seen || s[i] !~ /^[0-9A-Z]+:[0-9]*[05]$/; seen[s[i]] = 1 } }
    END { exit bad != 0 || NR != 9 }' "$work/segments.csv"
verdict "a submission of eight classes, all $segments segments each" $?
printf 'Index\n5\n2\n' >"$set/segment_label_ids.csv"
ends 0 '' "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/some.csv"
cmp -s <(grep -e Class -e '^[25],' "$work/segments.csv") "$work/some.csv"
verdict "classes of segment_label_ids.csv alone" $?
printf 'Index\n5\n8\n' >"$set/segment_label_ids.csv"
ends 1 'segment_label_ids.csv:3: 8 is none of the model.s 8 classes, 0 to 7' \
    "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/none.csv"
printf 'Index\n5\n2x\n' >"$set/segment_label_ids.csv"
ends 1 'segment_label_ids.csv:3: "2x" where the number of a class is expected' \
    "$net" predict --data "$set" --run "$work/a" --segments --submission "$work/none.csv"
[ ! -e "$work/none.csv" ]
verdict "no submission is left of what failed" $?

# Training on segments: stopped and resumed; what is learnt there is measured there.
ends 0 'training on [0-9]* segments of 60 records, 4 files' \
    "$net" train --data "$set" --segments --out "$work/s1" --epochs 4 --batch 7 --seed 3
ends 0 'done' "$net" train --data "$set" --segments --out "$work/s2" --epochs 2 --batch 7 --seed 3
ends 2 'segments can.t be changed with --resume' "$net" train --resume "$work/s2" --segments
ends 0 'done' "$net" train --resume "$work/s2" --epochs 4
cmp -s "$work/s1/weights.safetensors" "$work/s2/weights.safetensors"
verdict "two epochs of segments and two more are four" $?
stopped "a stopped stream of segments goes on exactly" "$work/s1" "$work/s3" --segments
ends 2 'segments is for TFRecord files' "$build/tests/tiny" train --data "$set" --segments
ends 2 'segments is for TFRecord files' "$build/tests/tiny" eval --data "$set" --run "$work/a" --folds all --segments
ends 2 'of a model of stored features one --run is evaluated' "$net" eval --data "$set" --run "$work/a" --folds all
ends 0 '' "$make" "$work/unrated" --train 8 --validate 4 --test 0 $small
ends 1 '/unrated: has no segments that were rated' "$net" train --data "$work/unrated" --segments --out "$work/none"

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
ends 0 '' "$make" "$work/rated" --train 400 --validate 200 --test 0 --segments $small --frames 30
ends 0 '' "$ascc" "$work/parts.asc" -o "$work/parts"
ends 0 'done' "$work/parts" train --data "$work/rated" --segments --out "$work/p"
ends 0 '^map(100000) *0\.[89]' "$work/parts" eval --data "$work/rated" --run "$work/p" --segments
grep -q '^map(5) *0\.' "$said"
verdict "MAP of the first five" $?
ends 0 '' "$work/parts" init -o "$work/init.safetensors"
ends 0 '^map(100000) *0\.[0-5]' "$work/parts" eval --data "$work/rated" --weights "$work/init.safetensors" --segments
ASCC_CFLAGS=-O0 ends 0 '' "$ascc" "$work/parts.asc" -D squared=yes -o "$work/squared"
ends 0 '' "$work/squared" init -o "$work/squared.safetensors"
ends 1 'loss counts classes that were not rated, whose target is -1' \
    "$work/squared" train --data "$work/rated" --segments --out "$work/none"
ends 0 'warning: the model.s loss counts classes' \
    "$work/squared" eval --data "$work/rated" --weights "$work/squared.safetensors" --segments
[ ! -e "$work/none" ]
verdict "nothing is left of a run that can't begin" $?
ASCC_CFLAGS=-O0 ends 0 '' "$ascc" "$work/parts.asc" -D mix=0.2 -o "$work/mixes"
ends 2 'mixup mixes labels' "$work/mixes" train --data "$work/rated" --segments --out "$work/none"

# Damage.
bad=$work/bad
mkdir "$bad" && cp "$set"/*.tfrecord "$bad"
printf 'x' | dd of="$bad/train0001.tfrecord" bs=1 seek=300 conv=notrunc 2>/dev/null
ends 1 'train0001.tfrecord: record 1 at byte 0: the checksum of its' "$net" train --data "$bad" --out "$work/d" --epochs 1
ends 0 'left out of epoch 1: 1 record; the first: .*train0001.tfrecord: record 1 at byte 0' \
    "$net" train --data "$bad" --out "$work/e" --epochs 1 --skip-bad
truncate -s -3 "$bad/validate0002.tfrecord"
ends 1 'validate0002.tfrecord: record 6 at byte [0-9]* is cut off: 3 bytes are missing' \
    "$net" eval --data "$bad" --run "$work/a"
ends 0 'left out: .*validate0002.tfrecord: record 6' "$net" eval --data "$bad" --run "$work/a" --skip-bad
grep -q '^videos *23$' "$said"
verdict "one video is left out" $?
ends 1 '^2 problems$' "$net" data --data "$bad" --decode
echo text >"$bad/train9999.tfrecord"
ends 1 'train9999.tfrecord: record 1 at byte 0 is cut off' "$net" train --data "$bad" --out "$work/f"

# What does not fit.
ends 0 '' "$make" "$work/other" --train 8 --validate 4 --test 0 --classes 8 --rgb 12 --audio 5 --frames 16
ends 1 "has frames of 12 (rgb) and 5 (audio) numbers; the model's .video. is frames of 16" \
    "$net" train --data "$work/other" --out "$work/g"
ends 0 '' "$make" "$work/more" --train 8 --validate 4 --test 0 --classes 500 --rgb 12 --audio 4 --frames 16
ends 1 "is none of the model's 8 classes, 0 to 7" "$net" train --data "$work/more" --out "$work/g"
ends 2 'no share of TFRecord files' "$net" train --data "$set" --out "$work/g" --validate 30%
ends 1 'has TFRecord files (YouTube-8M); the model reads recordings' "$build/tests/tiny" train --data "$set"

# Video level, with the id of 2017.
cat >"$work/means.asc" <<'END'
asc 1
features mean { input[feature = 16] }
network { mean | logistic_moe(8, 2) }
train { loss = binary_cross_entropy(output, target); optimizer = adam(0.01); epochs = 30; batch = 16; validate = provided; keep = best(gap(20)) }
evaluate { report = gap(20), hit(1), perr }
END
ends 0 '' "$make" "$work/means" --train 300 --validate 60 --test 4 $small --means --2017
ends 0 '' "$ascc" "$work/means.asc" -o "$work/mean"
ends 0 'done' "$work/mean" train --data "$work/means" --out "$work/h"
ends 0 '^gap(20) *0\.[89]' "$work/mean" eval --data "$work/means" --run "$work/h" # it learns
ends 1 'the model.s .mean. is means of 16' "$work/mean" eval --data "$set" --run "$work/h"

summary
