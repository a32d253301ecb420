#!/usr/bin/env bash
# damaged.sh (make check-long): each file of a run missing, empty, cut, overwritten or a folder, and every command that reads runs on
# it: an exit status that the manual knows, a message that names the run, nothing of the run changed where it failed, no
# weights overwritten, no unfinished files, no sanitizer's complaint.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export OMP_NUM_THREADS=1

linear_model 4 'hit(3)' >m.asc
check "compile" "$ascc" m.asc -o m
check "data" "$scenes" set --layout esc10 --recordings 60 --seconds 1
check "train" ./m train --data set --folds 1,2 --out whole --quiet
cp -r whole/fold1 keep
find set -name '*.ogg' | sort | head -n 1 | { read -r sound && cp "$sound" sound.ogg; }
noise=$(mktemp -p .) && head -c 3000 "$(command -v bash)" >"$noise"

damage() {          # FILE HOW
    case $2 in
    missing) rm "$1" ;;
    empty) : >"$1" ;;
    half) truncate -s $(($(stat -c %s "$1") / 2)) "$1" ;;
    last) truncate -s -1 "$1" ;;
    noise) cp "$noise" "$1" ;;
    zeros) head -c 2000 /dev/zero >"$1" ;;
    folder) rm "$1" && mkdir "$1" ;;
    dangling) rm "$1" && ln -s nowhere "$1" ;;
    esac
}

# `eval` keeps its result before it writes the table of --csv, so this one may change the run.
commands=("train --resume run/fold1 --quiet" "train --resume run/fold1 --epochs 6 --quiet"
    "train --data set --fold 1 --out run/fold1 --quiet" "train --data set --folds 1,2 --out run --quiet"
    "eval --data set --fold 1 --run run/fold1" "eval --data set --fold 1 --run run/fold1 --csv out.csv"
    "eval --data set --fold 1 --run run/fold1 --run keep --select" "eval --with run/fold1/eval.csv --with run/fold1/eval.csv"
    "eval --data set --folds 1,2 --run run" "report run/fold1 -o out.html" "report run --data set -o out.html"
    "predict --run run/fold1 sound.ogg" "info --run run/fold1" "export --run run/fold1 -o out.npz")

kept() { stat -c %i run/fold1/weights.safetensors 2>&1; } # another file has another number

# wrong COMMAND STATUS: what is wrong with how it ended; nothing: all is well.
wrong() {
    grep -qE 'Sanitizer|runtime error' said && echo "a sanitizer complains"
    [ "$2" -le 3 ] || echo "status $2"
    [ "$2" -eq 0 ] || grep -q 'run' said || echo "no message about the run"
    [ "$2" -eq 0 ] || [[ $1 == *--csv* ]] || diff -r --no-dereference before run || echo "the run was changed"
    [[ $1 == *--resume* ]] || [ "$(kept)" = "$weights" ] || echo "the weights were overwritten"
    [ -z "$(find run -name '*.new' -o -name '*.tmp')" ] || echo "unfinished files are left"
}

for file in model.asc settings.json log.jsonl weights.safetensors checkpoint.safetensors eval.json eval.csv; do
    for how in missing empty half last noise zeros folder dangling; do
        for command in "${commands[@]}"; do
            rm -rf run before out.* && cp -r whole run && damage run/fold1/$file $how && cp -a run before && weights=$(kept)
            # shellcheck disable=SC2086 # several words
            timeout 60 ./m $command >said 2>&1 </dev/null
            wrong "$command" $? >problem 2>&1
            [ ! -s problem ]
            verdict "$file $how: $command" $? <(cat problem said)
        done
    done
done
summary
