#!/usr/bin/env bash
# data_command.sh: `MODEL data` on generated scenes: counts, folds, lengths; then every oddity that it
# finds, planted one after the other.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
tiny=${TINY:-$build/tests/tiny}
set=$work/set

# expect STATUS PATTERN... -- OPTION...: `data` ends so, and says every pattern.
expect() {
    local status=$1 patterns=() pattern found
    shift
    while [ "$1" != -- ]; do
        patterns+=("$1")
        shift
    done
    shift
    "$tiny" data --data "$set" "$@" >"$said" 2>&1 </dev/null
    found=$?
    [ "$found" -eq "$status" ] || echo "status $found, expected $status" >>"$said"
    for pattern in "${patterns[@]}"; do
        grep -q -e "$pattern" "$said" || echo "missing: $pattern" >>"$said"
    done
    ! grep -q -e '^missing: ' -e '^status ' "$said"
    verdict "data $* (expected $status)" $?
}

fresh() {
    rm -rf "$set"
    "$scenes" "$set" --recordings 60 --parallel 10 --locations 3 --seconds 0.5 >"$said" 2>&1 || exit 2
}

first() { find "$set/audio" -name "$1" | sort | head -n 1; }

fresh
labels='has 10 labels, the model.s output is' # the tiny model has fewer classes
expect 1 '^layout  *dcase$' '^recordings  *80 of 10 classes$' '^length  *0:40 in all, 0.5 s to 0.5 s' \
    '80 of 44100 Hz with 1 channel, WAV' '^fold 1  *[0-9]* to train on, [0-9]* to evaluate on' \
    '^devices  *a 60, b 10, c 10$' '^cities ' '^class  *count  *a  *b  *c$' '^airport  *[0-9]' \
    '^1 problem$' "$labels" --
expect 1 '"layout": "dcase"' '"recordings": 80' '"seconds": 40.0' '"rate": 44100' '"b": 10' \
    '"fold": 1' "$labels" -- --json

printf 'no sound' >"$(first '*-a.wav')"
expect 1 '^2 problems$' 'is not audio that can be read' --

fresh
file=$(first '*-a.wav')
rm "$file"
expect 1 '^3 problems$' "meta.csv:[0-9]*: .*$(basename "$file") is missing" \
    "fold1_[a-z]*.txt:[0-9]*: audio/$(basename "$file") is not in meta.csv, or was left out" --

fresh
sed -n 2p "$set/meta.csv" >>"$set/meta.csv"
expect 1 '^2 problems$' 'meta.csv:82: .* is listed again; first in line 2' --

fresh
head -n 1 "$set/evaluation_setup/fold1_train.txt" >>"$set/evaluation_setup/fold1_evaluate.txt"
expect 1 'is both to train on and to evaluate on, the first audio/.* (.*fold1_train.txt:1 and .*fold1_evaluate.txt:[0-9]*)' --

fresh
moved=audio/public_square-stockholm-17-34-a.wav # the location has a second recording
grep "^$moved" "$set/evaluation_setup/fold1_evaluate.txt" >>"$set/evaluation_setup/fold1_train.txt"
sed -i "\\#^$moved#d" "$set/evaluation_setup/fold1_evaluate.txt"
expect 1 'is both in training (audio/.*) and in evaluation (audio/' --

fresh
file=$(first '*-a.wav')
head -c 44 "$file" >"$work/head"
tail -c +45 "$file" | tr '\000-\377' '\000' >"$work/silence"
cat "$work/head" "$work/silence" >"$file"
expect 1 '^1 problem$' --
expect 1 '^2 problems$' 'is digitally silent for 0.5 s of 0.5 s' -- --decode

# One of each kind: counted, and told with the line of the table.
fresh
mapfile -t victim < <(find "$set/audio" -name '*-a.wav' | sort | head -n 4)
cat "$work/head" "$work/silence" >"${victim[0]}"
head -c 44 "${victim[1]}" >"$work/loud"
printf '\377\377\177%.0s' 1 2 3 4 5 >"$work/wave"
printf '\0\0\200%.0s' 1 2 3 4 5 >>"$work/wave"
for ((i = 0; i < 12; i++)); do cat "$work/wave" "$work/wave" >"$work/twice" && mv "$work/twice" "$work/wave"; done
head -c 66150 "$work/wave" >>"$work/loud"
cat "$work/loud" >"${victim[1]}"
"$build/tests/sound_file" 22050 11025 "${victim[2]}" || exit 2
"$build/tests/sound_file" 44100 22050 "${victim[3]}" || exit 2
printf '\0\0\0\0\0\0\370\177' | dd of="${victim[3]}" bs=1 seek=1000 conv=notrunc status=none
line() { grep -n "$(basename "$1")" "$set/meta.csv" | cut -d: -f1; }
expect 1 '^odd  *1 not finite, 1 clipped, 1 silent, 1 of another rate (see below)$' \
    "meta.csv:$(line "${victim[0]}"): .*is digitally silent" "meta.csv:$(line "${victim[1]}"): .*is clipped" \
    "meta.csv:$(line "${victim[2]}"): .*is at 22050 Hz, 79 of 80 recordings at 44100 Hz" \
    "meta.csv:$(line "${victim[3]}"): .*is not a finite number" -- --decode
expect 1 '"not finite": 1' '"clipped": 1' '"unreadable": 0' -- --decode --json

expect 2 'expected auto, youtube8m, esc50, dcase' -- --layout dcsae
set=$work/none
expect 1 'no such folder' --
summary
