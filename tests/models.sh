#!/usr/bin/env bash
# The models of the papers and of the challenges: sizes as published, read from --emit=params and --emit=report; none longer
# than 40 lines, no layer of the standard library longer than 15; and those of the challenges, at a size that fits a test, train on generated sound (gradients: gradcheck.sh).
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
models=$sources/models

# equal WHAT FOUND WANTED
equal() {
    echo "'$2' instead of '$3'" >"$said"
    [ "$2" = "$3" ]
    verdict "$1" $?
}

# total WORD MODEL -D..: the last field of the line of --emit=params that begins with WORD
total() {
    word=$1 model=$2
    shift 2
    "$ascc" "$models/$model.asc" --emit=params "$@" | awk -v word="$word" '$1 == word && (NF == 2 || $2 == "subtotal") { print $NF }'
}

# reported FIELD LINE MODEL: a field of the line of --emit=report that begins with LINE
reported() {
    "$ascc" "$models/$3.asc" --emit=report | awk -v field="$1" -v line="$2" 'index($0, line) == 1 { print $field }'
}

# ---------------------------------------------------------------- Nguyen & Pernkopf 2019, Table 1
while read -r depth blocks experts mix count; do
    equal "E-$experts, depth $depth, $blocks a stage, mixup $mix" \
        "$(total total moe_cnn -D depth="$depth" -D blocks="$blocks" -D experts="$experts" -D mix="$mix")" "$count"
done <<'END'
4 2 0 0 1241690
3 1 0 0.2 401610
2 2 2 0.2 809724
4 1 5 0.2 721451
2 2 5 0.2 1007871
4 2 10 0.2 1836388
4 2 15 0.2 2166633
2 2 15 0.2 1668361
4 2 15 0 2166633
4 2 20 0.2 2496878
4 1 20 0.2 1712186
END
equal "Ecnn-15" "$(total total moe_conv)" 31415206

# ---------------------------------------------------------------- Zhang, Zhang & Wu 2018: cells and classifier
while read -r temporal semantic cell count; do
    flags=(-D temporal="$temporal" -D semantic="$semantic")
    equal "$cell" "$(total "memory.$cell" attention_lstm "${flags[@]}")" "$count"
    equal "classifier after $cell" "$(total classifier attention_lstm "${flags[@]}")" 35475
done <<'END'
no no lstm 98816
yes no ta_lstm 73986
no yes sa_lstm 123392
yes yes ta_sa_lstm 98562
END

# ---------------------------------------------------------------- baselines of DCASE
equal "2018, trainable" "$(total trainable dcase2018_baseline)" 116118
equal "2018, in all" "$(total total dcase2018_baseline)" 116310
equal "2018, report" "$(reported 3 parameters dcase2018_baseline)" 116118
equal "2024, trainable" "$(total trainable dcase2024_baseline)" 61148
equal "2024, bytes in fp16" "$(reported 5 'bytes in fp16' dcase2024_baseline)" 122296
equal "2024, multiply-adds" "$(reported 4 'as DCASE counts' dcase2024_baseline)" 29419156,
equal "2024, of which batch norm" "$(reported 7 'as DCASE counts' dcase2024_baseline)" 2708
equal "2024, without" "$(reported 2 'multiply-adds' dcase2024_baseline)" 29416448

# ---------------------------------------------------------------- networks of the field, as their code counts them
equal "CNN10, trainable" "$(total trainable cnn10 -D classes=527)" 5219279
equal "CRNN, trainable" "$(total trainable crnn)" 1112420

# ---------------------------------------------------------------- lengths
for file in "$models"/*.asc; do
    lines=$(grep -vc '^ *\(#.*\)\{0,1\}$' "$file")
    equal "$(basename "$file"): at most 40 lines without comments" "$((lines <= 40 ? 40 : lines))" 40
done
"$ascc" --print-std | sed 's/ *#.*//' | awk '
    /^(layer|cell) / { name = $2; first = NR }
    /}$/ && first && ($0 !~ /^ / || NR == first) { print name, NR - first + 1; first = 0 }' >"$work/lengths"
while read -r name lines; do
    equal "${name%%[[(]*}: at most 15 lines" "$((lines <= 15 ? 15 : lines))" 15
done <"$work/lengths"
equal "layers and cells of the standard library" "$(wc -l <"$work/lengths")" "$("$ascc" --print-std | grep -c -E '^(layer|cell) ')"

# ---------------------------------------------------------------- at work
"$scenes" "$work/set" --recordings 20 --parallel 10 --locations 4 --seconds 1 >/dev/null || exit 2
while read -r model flags; do
    program=$work/$model
    # shellcheck disable=SC2086 # several words
    check "$model: compile" "$ascc" "$models/$model.asc" $flags -o "$program"
    check "$model: at work" "$program" train --data "$work/set" --out "$work/run_$model" --epochs 1 --batch 8 --validate none
done <<'END'
moe_conv -D filters=2 -D experts=2 -D units=4
dcase2018_baseline -D filters=2 -D units=4
dcase2024_baseline -D width=1
cnn10 -D width=1 -D classes=10
END
summary
