#!/usr/bin/env bash
# eval.sh: what `eval` writes beside its text: JSON, the run's eval.json, tables of probabilities and ensembles of models of
# different programs made of them, and the files of DCASE challenges.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace

says() { grep -q -e "$1" "$2"; }

linear_model 4 'hit(3), accuracy[device, class]' >one.asc
sed 's/seed = 5/keep = last; seed = 5/; s/| mean\[time\]/| conv[channel = 4] | batchnorm[channel] | relu | mean[freq, time]/; s/seed = 5/seed = 6/
    s/30 %/40 %/' one.asc >two.asc
sed 's/seed = 5/seed = 5; init = he_normal/' one.asc >three.asc
check "data" "$scenes" set --recordings 60 --parallel 20 --locations 3 --seconds 1
for name in one two three; do
    check "compile $name" "$ascc" $name.asc -o $name
    check "train $name" ./$name train --data set --out $name.run --quiet
    check "eval $name" ./$name eval --data set --run $name.run --csv $name.csv --dcase $name.dcase --quiet
    grep -v '^resampled' said >$name.txt
done

# ---------------------------------------------------------------- JSON, and what stays in the run
holds "the run keeps the table" diff two.run/eval.csv <(grep -v '^validation' two.csv)
check "JSON" ./two eval --data set --run two.run --json --quiet
cp said two.json
holds "is what the run's folder keeps" diff two.json <(cat two.run/eval.json && echo)
value() { awk -F'[:,] *' -v key="\"$1\"" '{ sub(/^ */, "", $1) } $1 == key { print $2; exit }' "$2"; }
in_text() { awk -v key="$1" '/^in all/ { on = 1 } on && $1 == key { print $2; exit }' "$2"; }
close_to() { awk -v a="$1" -v b="$2" -v by="$3" 'BEGIN { exit !(a != "" && b != "" && a - b < by && b - a < by) }'; }
holds "accuracy as in the text" close_to "$(value accuracy two.json)" "$(in_text accuracy two.txt)e-2" 6e-5
holds "log loss as in the text" close_to "$(value log_loss two.json)" "$(in_text log_loss two.txt)" 6e-5
holds "calibration as in the text" close_to "$(value expected_error two.json)" \
    "$(awk '/^calibration/ { print $4 }' two.txt)e-2" 6e-5
holds "task 1B as in the text" close_to "$(value b_c two.json)" "$(awk '$1 == "task" { print $3 }' two.txt)e-2" 6e-5
holds "task 1B is the mean of b and c by class" awk '
    /^accuracy by device and class/ { on = 1; next } on && /^  [bc], / { sum[$1] += $3; n[$1]++ }
    $1 == "task" { told = $3 } END { ours = 50 * (sum["b,"] / n["b,"] + sum["c,"] / n["c,"])
        exit !(n["b,"] > 1 && ours - told < 0.006 && told - ours < 0.006) }' two.txt
holds "what made it" says '"ascc": "[0-9]' two.json
holds "and the run" says '"compiler": "[a-zA-Z]*' two.run/settings.json
holds "the compiler's version" says "\"libsndfile\": \"libsndfile-[0-9]" two.run/settings.json
check "of another part" ./two eval --data set --run two.run --split train --quiet
holds "stays beside it" says '"split": "train"' two.run/eval-train.json
cp -r two.run more
check "another epoch" ./two train --resume more --epochs 8 --quiet
holds "removes what was found of other weights" test ! -e more/eval.json -a ! -e more/eval-train.json -a ! -e more/eval.csv
cp -r two.run fixed && rm fixed/eval.json && mkdir fixed/eval.json
check "a result that can't be kept" ./two eval --data set --run fixed --quiet
holds "is told" says 'warning: the result is not kept' said

# ---------------------------------------------------------------- DCASE
holds "as DCASE counts parameters" test "$(awk '/total_parameters:/ { print $2 }' two.dcase/meta.yaml)" = \
    "$("$ascc" two.asc --emit=report | awk '$1 == "parameters" { print $3 }')"
holds "as DCASE counts multiply-adds" test "$(awk '$1 == "macs:" { print $2 }' two.dcase/meta.yaml)" = \
    "$("$ascc" two.asc --emit=report | awk '/^as DCASE counts/ { print $4 + 0 }')"
holds "bytes" test "$(awk '$1 == "total_model_size:" { print $2 / 4 }' two.dcase/meta.yaml)" = \
    "$(awk '$1 == "total_parameters:" { print $2 }' two.dcase/meta.yaml)"
for key in label name abbreviation authors input_sampling_rate acoustic_features embeddings data_augmentation \
    machine_learning_method ensemble_method_subsystem_count decision_making external_data_usage external_datasets source_code; do
    holds "the key $key, once" test "$(grep -c "^ *$key: " two.dcase/meta.yaml)" -eq 1
done
holds "the sampling rate" says '^    input_sampling_rate: 8kHz$' two.dcase/meta.yaml
holds "figures by class" close_to "$(awk '/^      bus:/ { getline; print $2 }' two.dcase/meta.yaml)" \
    "$(awk '/^by class/ { on = 1 } on && $1 == "bus" { print $2; exit }' two.txt)" 0.006
holds "figures by device" close_to "$(awk '/^      b:/ { getline; print $2 }' two.dcase/meta.yaml)" \
    "$(awk '/^by device/ { on = 1 } on && $1 == "b" { print $2; exit }' two.txt)" 0.006
count=$(wc -l <set/evaluation_setup/fold1_evaluate.txt)
holds "a line a recording, and a header" test "$(wc -l <two.dcase/output.csv)" -eq $((count + 1))
holds "twelve columns" awk -F'\t' 'NF != 12 { exit 1 }
    NR > 1 { best = 3; sum = 0; for (i = 3; i <= 12; i++) { sum += $i; if ($i + 0 > $best + 0) best = i }
             if (sum < 0.9999 || sum > 1.0001 || $2 != label[best]) exit 1 }
    NR == 1 { if ($1 != "filename" || $2 != "scene_label" || $3 != "airport") exit 1; for (i = 3; i <= 12; i++) label[i] = $i }' two.dcase/output.csv
holds "the form of 2018" diff <(tail -n +2 two.dcase/output.csv | cut -f 1,2) two.dcase/output_2018.csv
holds "names as the data set has them" diff <(cut -f 1 two.dcase/output_2018.csv | sort) \
    <(cut -f 1 set/evaluation_setup/fold1_evaluate.txt | sort)
check "of recordings whose labels nobody knows" ./two predict --data set --split test --run two.run --dcase test.dcase --quiet
holds "the same outputs" cmp two.dcase/output.csv test.dcase/output.csv
holds "no results" test ! -e test.dcase/meta.yaml
mkdir -p odd/yes "odd/it's" && cp set/audio/bus-*.wav odd/yes && cp set/audio/park-*.wav "odd/it's"
sed 's/class = 10/class = 2/' one.asc >odd.asc
check "compile for odd labels" "$ascc" odd.asc -o odd_one
check "train" ./odd_one train --data odd --out odd.run --epochs 1 --quiet
check "eval" ./odd_one eval --data odd --run odd.run --dcase odd.dcase --quiet
holds "labels that YAML would take for something else" test "$(grep -c -e "^      'yes':" -e "^      'it''s':" odd.dcase/meta.yaml)" -eq 2
echo >file
refuse "a folder that can't be made" 3 "file: can't make the folder" ./two eval --data set --run two.run --dcase file/dcase

# ---------------------------------------------------------------- models of different programs
tables=(--with one.csv --with two.csv)
check "two tables" ./one eval "${tables[@]}"
cp said both.txt
check "a run and a table" ./one eval --data set --run one.run --with two.csv --quiet
holds "say the same" diff both.txt <(grep -v '^resampled' said)
check "the other program" ./two eval --with two.csv --with one.csv
holds "says the same" diff both.txt said
check "one table" ./three eval --with one.csv
holds "is one run" diff <(sed '/loss of the segments/d; /^complexity/,/multiply-adds/d' one.txt) said
check "chosen" ./three eval --with one.csv --with three.csv --select
holds "by validation" says '^members chosen by accuracy of [0-9]* recordings' said
chosen=$(sed -n '2,/^confusion/s/^  \([a-z]*\.csv\).*/--with \1/p' said)
# shellcheck disable=SC2086 # several words
holds "is what is told" diff <(./three eval $chosen) <(sed -n '/^confusion/,$p' said)
check "a file of DCASE of both" ./one eval "${tables[@]}" --dcase both.dcase --json
holds "tells how many" says 'subsystem_count: 2' both.dcase/meta.yaml
holds "and not what they cost" says 'macs: null' both.dcase/meta.yaml

refuse "other recordings for validation" 1 "validation" ./one eval "${tables[@]}" --select
grep -v ^validation one.csv >plain.csv
refuse "no validation part" 1 "plain.csv: has no lines of the part validation" ./one eval --with plain.csv --with one.csv --select
sed 2d one.csv >short.csv
refuse "a recording is missing" 1 "short.csv: has no line evaluate," ./one eval --with one.csv --with short.csv
refuse "one too many" 1 "one.csv: has $count lines of the part evaluate, the others have $((count - 1))" \
    ./one eval --with short.csv --with one.csv
sed '1s/bus/car/; s/,bus,/,car,/' one.csv >names.csv
refuse "another class" 1 "names.csv: has no column of the class \`bus'\|names.csv: has no column of the class .bus" \
    ./one eval --with one.csv --with names.csv
sed '2s/,airport,/,tram,/' one.csv >label.csv
refuse "another label" 1 "label.csv: the label of audio/.* is .tram., in one.csv .airport" ./one eval --with one.csv --with label.csv
sed '3s/^evaluate/test/' one.csv >part.csv
refuse "another part" 1 "part.csv:3: the part is .test.: expected evaluate or validation" ./one eval --with part.csv
sed '4s/,[^,]*$/,nan/' one.csv >nan.csv
refuse "no number" 1 "nan.csv:4: the probability of .tram. is .nan." ./one eval --with nan.csv
{ cat one.csv && sed -n 2p one.csv; } >twice.csv
refuse "twice" 1 "twice.csv:$(wc -l <twice.csv): .audio/.*. stands in line 2, too" ./one eval --with twice.csv
head -c -20 one.csv >cut.csv
refuse "cut off" 1 "cut.csv:$(wc -l <one.csv): " ./one eval --with cut.csv
./one predict --data set --split test --run one.run --csv predict.csv --quiet >/dev/null 2>&1
refuse "a table of predict" 1 "predict.csv:1: expected the columns part,recording,label,device" ./one eval --with predict.csv
refuse "no table" 1 "none.csv" ./one eval --with none.csv
refuse "--data without a run" 2 "data, --fold, --split and --lists go with --run" ./one eval --data set --with one.csv
refuse "--select of one" 2 "select needs two runs or more" ./one eval --with one.csv --select
refuse "--with and --weights" 2 "with goes with --run, or alone" ./one eval --data set --weights one.run/weights.safetensors --with one.csv

summary
