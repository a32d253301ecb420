#!/usr/bin/env bash
# series.sh: `train --folds` and `--seeds`, their summary, how they go on after a stop, and ensembles of runs.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

linear_model 6 'hit(3)' >m.asc
check "compile" "$ascc" m.asc -o m
check "data" "$scenes" set --recordings 60 --parallel 0 --locations 3 --seconds 1
mkdir -p esc/audio esc/meta          # the same recordings in the layout of ESC-50, on three folds
awk -F/ -v OFS=, 'BEGIN { print "filename,fold,target,category,esc10,src_file,take" }
    { split($NF, part, "-"); n[part[1]]++
      print $NF, n[part[1]] % 3 + 1, 0, part[1], "True", NR, "A" }' <(find set/audio -name '*.wav' | sort) >esc/meta/esc50.csv
awk -F, -v OFS=, 'NR == 1 { print; next }
    { if (!($4 in t)) t[$4] = k++; $3 = t[$4]; print }' esc/meta/esc50.csv >t && mv t esc/meta/esc50.csv
cp set/audio/*.wav esc/audio

# ---------------------------------------------------------------- folds
check "all folds" ./m train --data esc --folds all --out folds
holds "a row a fold" test "$(grep -c '^fold [123], seed 5 ' said)" -eq 3
cp said table
holds "the mean is that of the rows" awk '/^fold [0-9]/ { sum += $5; n++ } /^mean/ { mean = $2 }
    END { exit !(n == 3 && sum / n - mean < 1e-4 && mean - sum / n < 1e-4) }' table
holds "deviation and interval" awk '/^fold [0-9]/ { x[n++] = $5; sum += $5 } /^standard/ { d = $3 } /^95 %/ { i = $6 }
    END { m = sum / n; for (k in x) s += (x[k] - m) ^ 2; s = sqrt(s / (n - 1)); t = 4.303 * s / sqrt(n)
          exit !(s - d < 2e-4 && d - s < 2e-4 && t - i < 5e-4 && i - t < 5e-4) }' table
holds "a figure of the model's report" contains ' hit(3)' table
for fold in 1 2 3; do
    holds "fold $fold keeps what eval found" test -s folds/fold$fold/eval.json -a -s folds/fold$fold/eval.csv
done
cp -r folds/fold2 kept
for fold in 1 2 3; do
    ./m eval --data esc --fold $fold --run folds/fold$fold >said 2>&1
    right=$(awk '/^in all/ { on = 1 } on && $1 == "accuracy" { print $2 / 100 }' said)
    holds "fold $fold: eval says the same as the table" contains "^fold $fold, seed 5  *$right" table
done
holds "the same as eval of the run keeps" diff -r kept folds/fold2
holds "summary" contains '"interval95": [0-9.]*' folds/summary.json
check "the same again does nothing" ./m train --data esc --folds all --out folds --quiet
holds "and contains the same" cmp <(tail -n 7 table) <(tail -n 7 said)
check "JSON" ./m train --data esc --folds 1,3 --out folds --json --quiet
holds "of two folds" test "$(grep -c '"fold": [13]' said)" -eq 2

# ---------------------------------------------------------------- folds evaluated again, and DCASE's splits
check "eval of the folds" ./m eval --data esc --folds all --run folds --dcase folds.dcase --quiet
holds "tells the same" diff <(tail -n 7 table) <(tail -n 7 said)
holds "results of each fold" test "$(grep -c '^    fold_[123]:$' folds.dcase/meta.yaml)" -eq 3
holds "in the order of the table" diff <(awk '/^      overall:/ { getline; printf "%.4f\n", $2 / 100 }' folds.dcase/meta.yaml) \
    <(awk '/^fold / { print $6 }' table)
holds "outputs of each fold" test "$(cat folds.dcase/output_fold_[123].csv | wc -l)" -eq 63
check "as JSON" ./m eval --data esc --folds 3,1 --run folds --json --quiet
holds "of two folds" test "$(grep -c '"fold": [13]' said)" -eq 2
refuse "a fold that was not trained" 1 'folds/fold4' ./m eval --data esc --folds 1,4 --run folds
mkdir swapped && cp -r folds/fold1 swapped/fold2
refuse "a run of another fold" 1 'swapped/fold2: was trained for fold 1, not for fold 2' ./m eval --data esc --folds 2 --run swapped
refuse "no list" 2 'folds 1,x: expected all' ./m eval --data esc --folds 1,x --run folds
check "a table of all folds" ./m eval --data esc --folds all --run folds --csv all.csv --quiet
holds "has each recording once" test "$(cut -d, -f2 all.csv | sort -u | wc -l)" -eq 61 -a "$(wc -l <all.csv)" -eq 61
check "their confusion" ./m eval --with all.csv
holds "of all folds" contains '  accuracy .* of 60)$' said
refuse "of one run and of folds" 2 'folds takes one --run' ./m eval --data esc --folds all --run folds --run folds
refuse "the run of a series" 1 'folds: is a series of 3 runs: give one, as folds/fold1, or' ./m eval --data esc --run folds
check "a report of the series" ./m report folds -o folds.html
holds "is one of its runs" diff folds.html <(./m report folds/fold[123] -o /dev/stdout)
mkdir splits && printf 'filename\tscene_label\n' | tee splits/test.csv splits/split5.csv >splits/split10.csv
awk -F/ -v OFS='\t' '{ split($NF, p, "-"); n[p[1]]++; row = "audio/" $NF OFS p[1]
    if (n[p[1]] <= 2) print row >>"splits/test.csv"; else { print row >>"splits/split10.csv"; if (n[p[1]] <= 4) print row >>"splits/split5.csv" } }' \
    <(find set/audio -name '*.wav' | sort)
check "train on splits" ./m train --data set --lists splits --folds 5,10 --out splits.runs --validate none --epochs 1 --quiet
check "eval of the splits" ./m eval --data set --lists splits --folds 5,10 --run splits.runs --dcase splits.dcase --quiet
holds "results of each split" test "$(grep -c -e '^    split_5:$' -e '^    split_10:$' splits.dcase/meta.yaml)" -eq 2
holds "outputs of each split" test "$(cat splits.dcase/output_split_5.csv splits.dcase/output_split_10.csv | wc -l)" -eq 42
if /usr/bin/python3 -c 'import yaml' 2>/dev/null; then
    holds "YAML that others read" /usr/bin/python3 -c 'import yaml
results = yaml.safe_load(open("splits.dcase/meta.yaml"))["results"]["development_dataset"]
assert list(results) == ["split_5", "split_10"] and len(results["split_5"]["class_wise"]) == 10'
fi

# ---------------------------------------------------------------- which epoch is kept
# best FIGURE SIGN LOG: an epoch is marked as the best where the figure times the sign is above that of all before.
best() {
    awk -v key="\"$1\":" -v sign="$2" '{ for (i = 1; i < NF; i++) { if ($i == key) value = sign * $(i + 1); if ($i == "\"best\":") told = $(i + 1) }
        if (told != (NR == 1 || value > most ? "true," : "false,")) exit bad = 1; if (NR == 1 || value > most) { most = value; n++ } }
        END { exit bad || NR < 5 || n < 2 }' "$3"
}
holds "by accuracy" best validation_accuracy 1 folds/fold1/log.jsonl
sed 's/validate = /patience = 4; keep = best(loss); validate = /; s/adam(0.05); epochs = 6/adam(0.1); epochs = 200/' m.asc >patient.asc
check "compile for patience" "$ascc" patient.asc -o patient
check "patience" ./patient train --data esc --fold 1 --out patient.run --quiet
holds "by the loss" best validation_loss -1 patient.run/log.jsonl
cp -r patient.run lost && echo >lost/weights.safetensors
refuse "the best weights are lost" 1 'lost/weights.safetensors: is missing or damaged: the weights of epoch [0-9]*, which' \
    ./patient train --resume lost --epochs 300
sed 's/validate = /keep = best(loss, after = 9); validate = /' m.asc >late.asc
check "compile for what is never best" "$ascc" late.asc -o late
check "the last weights are kept" ./late train --data esc --fold 1 --out late.run --quiet
cp -r late.run lost.late && rm lost.late/weights.safetensors
check "and found again" ./late train --resume lost.late --quiet
holds "from the checkpoint" cmp late.run/weights.safetensors lost.late/weights.safetensors
holds "ends after four epochs without a better one" awk '/"best": true/ { last = NR } END { exit NR == 200 || NR - last != 4 }' \
    patient.run/log.jsonl

# ---------------------------------------------------------------- one run as JSON
./m train --data esc --fold 1 --out single --json >lines 2>said
verdict "a run as JSON" $?
holds "its lines are those of the log" cmp lines single/log.jsonl
holds "the rest is told elsewhere" contains '^done: ' said
./m train --data esc --fold 1 --out silent --json --quiet >lines 2>said
holds "quiet" diff <(sed 's/"seconds".*//' lines) <(sed 's/"seconds".*//' single/log.jsonl)
holds "says nothing else" test "$(grep -cv '^done: ' said)" -eq 0

# ---------------------------------------------------------------- a stop
./m train --data esc --folds 2,3 --seeds 2 --epochs 60 --threads 1 --out parts >said 2>&1 &
process=$!
while kill -0 $process 2>/dev/null && [ "$(cat parts/fold2-seed6/log.jsonl 2>/dev/null | wc -l)" -lt 3 ]; do sleep 0.01; done
kill -INT $process
wait $process
status=$?
[ $status -eq 130 ] && grep -q 'the same command goes on' said
verdict "a stopped series: status $status, expected 130" $?
check "goes on" ./m train --data esc --folds 2,3 --seeds 2 --epochs 60 --out parts
check "in one go" ./m train --data esc --folds 2,3 --seeds 2 --epochs 60 --out whole
for run in fold2-seed5 fold2-seed6 fold3-seed5 fold3-seed6; do
    check "$run: the same weights" cmp parts/$run/weights.safetensors whole/$run/weights.safetensors
done
check "eval of folds and seeds" ./m eval --data esc --folds 3,2 --run parts --quiet
holds "in the order that was asked for" diff <(printf 'fold %s\n' 3,5 3,6 2,5 2,6) \
    <(sed -n 's/^\(fold [0-9]*, \)seed \([0-9]*\) .*/\1\2/p' said | tr -d ' ' | sed 's/^fold/fold /')
refuse "one table of them" 1 'was evaluated by several of these runs' \
    ./m eval --data esc --folds 2,3 --run parts --csv both.csv
refuse "results of a challenge" 1 'parts has 2 runs of fold 2, and --dcase needs one' \
    ./m eval --data esc --folds 2 --run parts --dcase parts.dcase
refuse "another batch" 1 "fold2-seed5: was begun with another batch" ./m train --data esc --folds 2 --seeds 2 --batch 4 --out parts

# ---------------------------------------------------------------- seeds, ensembles
check "seeds" ./m train --data set --seeds 3 --seed 1 --out seeds
holds "a row a seed" test "$(grep -c '^seed [123] ' said)" -eq 3
runs=(--run seeds/seed1 --run seeds/seed2 --run seeds/seed3)
check "eval of three" ./m eval --data set "${runs[@]}" --quiet
./m eval --data set --run seeds/seed1 --run seeds/seed1 --run seeds/seed1 2>said >thrice
verdict "of one thrice" $?
./m eval --data set --run seeds/seed1 2>/dev/null | sed '/loss of the segments/d' >once
holds "is one" diff <(sed '/^complexity/,/segment/d' once) <(sed '/^complexity/,/segment/d' thrice)
complexity() { sed -n '/^complexity/,/segment/s/.*  *\([0-9]*\)$/\1/p' "$1"; }
holds "of three times the size" diff <(complexity once | awk '{ print 3 * $1 }') <(complexity thrice)

check "select" ./m eval --data set "${runs[@]}" --select
holds "tells what it chose by" contains '^members chosen by accuracy of [0-9]* recordings' said
refuse "select of one" 2 "select needs two runs" ./m eval --data set --run seeds/seed1 --select
refuse "select by different recordings" 1 "was validated on other recordings" \
    ./m eval --data esc --fold 1 --run folds/fold1 --run folds/fold2 --select
mkdir flat && for class in airport bus metro metro_station park public_square shopping_mall street_pedestrian \
    street_traffic tram; do mkdir flat/$class && cp set/audio/$class-*.wav flat/$class; done
refuse "no folds" 1 "neither its table nor its files tell folds" ./m train --data flat --folds all --out none
refuse "nothing to evaluate on" 1 "has no part to evaluate on" ./m train --data flat --seeds 2 --out none
cp -r esc bad && rm "$(find bad/audio -name '*.wav' | sort | head -n 1)" &&
    echo broken >"$(find bad/audio -name '*.wav' | sort | tail -n 1)"
refuse "missing recordings" 1 "is missing" ./m train --data bad --folds all --out bad.run
check "left out with --skip-bad" ./m train --data bad --folds all --skip-bad --quiet --out bad.run
holds "a row a fold without them" test "$(grep -c '^fold [123], seed 5 ' said)" -eq 3
holds "told" contains 'is missing' said
check "and when the series is evaluated again" ./m eval --data bad --folds all --run bad.run
holds "which tells them" contains 'is missing' said
check "an ensemble without them" ./m eval --data bad --fold 1 --skip-bad --run bad.run/fold1 --run bad.run/fold2
holds "tells of them" contains 'left out' said
mkdir lists && for class in airport bus metro metro_station park public_square shopping_mall street_pedestrian \
    street_traffic tram; do
    ls flat/$class | head -n 3 | sed "s,.*,$class/&\t$class," >>lists/fold1_train.txt
    ls flat/$class | tail -n +4 | sed "s,.*,$class/&\t$class," >>lists/fold1_evaluate.txt
done
check "lists from elsewhere" ./m train --data flat --lists lists --seeds 2 --out listed
cp -r lists others
refuse "other lists" 1 "seed5: was begun with another" ./m train --data flat --lists others --seeds 2 --out listed
printf 'bus/gone.wav\tbus\n' >>others/fold1_evaluate.txt
check "a row left out" ./m train --data flat --lists others --folds 1 --skip-bad --quiet --out rows
holds "told" contains 'gone.wav is not in' said
check "and left out again" ./m eval --data flat --lists others --folds 1 --run rows
holds "and told" contains 'gone.wav is not in' said
refuse "a list of folds" 2 "folds 1,,2: expected all, or numbers" ./m train --data esc --folds 1,,2 --out none
refuse "an unknown fold" 1 "has no fold 9" ./m train --data esc --folds 9 --out none
refuse "--fold and --folds" 2 "give --fold or --folds" ./m train --data esc --folds 1 --fold 2 --out none

summary
