#!/usr/bin/env bash
# Compiles every model of models/ at a small size in double precision, and has `gradcheck` compare its gradients with
# central differences.   LAYER_SEEDS: so many networks of all layers (layers.def) beside them, at other sizes each (0)
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
generate=${GENERATE_LAYERS:?the program generate_layers}
cd "$sources" || exit 2

# model | options | what makes it small: texts that are replaced, all of which must be there.  A model may have several lines.
image='mel[freq = 128] -> mel[freq = 8]; time = 2 s -> time = 8 frames; 256 -> 12; (128) -> (8)'
clip='time = 1 s -> time = 0.08 s; (128) -> (12)'
models="
attention_lstm |                                           | $clip
attention_lstm | -D temporal=no -D semantic=no -D drop=0.5 | $clip
attention_lstm | -D semantic=no                            | $clip
attention_lstm | -D temporal=no                            | $clip
esc10          | -D experts=2                              | $image
moe_cnn        | -D experts=2                              | $image
youtube8m      | -D classes=3 -D frames=5 -D width=4 -D cells=6 -D mixtures=2 |
mfcc_bilstm    | -D units=4                                | time = 100 frames -> time = 5 frames
nnf            | -D mels=8 -D filters=2                    | time = 2 s -> time = 8 frames
moe_cnn        | -D depth=3 -D blocks=1 -D experts=0       | $image
moe_conv       | -D filters=2 -D experts=2 -D units=4      | mel[freq = 128] -> mel[freq = 8]; time = 2 s -> time = 8 frames
dcase2018_baseline | -D filters=2 -D units=4               | 500 frames -> 20 frames; time = 100] -> time = 4]
cnn10          | -D width=1 -D classes=3                   | [freq = 64] -> [freq = 16]; time = 5 s -> time = 16 frames; (32) -> (3); (8) -> (2)
crnn           | -D cells=3 -D classes=3                   | time = 10 s -> time = 8 frames; (16) -> (2); (32) -> (2); (64) -> (3); (128) -> (2)
dcase2024_baseline | -D width=1                            | freq = 256 -> freq = 16; 65 frames -> 17 frames
"

gradients() {   # SECTION CASE FILE OPTION...
    local worst
    if ! { "$ascc" "$3" "${@:4}" --real=double -o "$work/model" && "$work/model" gradcheck --batch 5; } >"$work/log" 2>&1; then
        grep -v ' error [0-9.e-]*$' "$work/log"
        return 1
    fi
    worst=$(awk '/ checked / { e = $NF; if (e + 0 >= w + 0) w = e } END { print w }' "$work/log")
    echo "$(grep -c ' checked ' "$work/log") parameters, largest error $worst"
    [ -z "$1" ] || [ -z "${ASC_VERIFY:-}" ] ||
        printf 'verify\t%s\t%s\tgradient\t%s\t1e-06\n' "$1" "$2" "$worst" >>"$ASC_VERIFY"
}
right() { measured "$2" gradients "$@"; }

for seed in $(seq 1 "${LAYER_SEEDS:-0}"); do
    "$generate" "$seed" >"$work/layers.asc"
    right "gradients: layers, compiled" "all layers, sizes $seed" "$work/layers.asc"
done

# reduce FILE REPLACEMENTS: the model with these done
reduce() {
    local text from to
    text=$(<"$1")
    [ -n "${2// /}" ] || { printf '%s\n' "$text" && return; }
    while IFS= read -r pair; do
        from=${pair%% -> *} to=${pair##* -> }
        [[ $text == *"$from"* ]] || { echo "$1: no \`$from\`" >&2 && return 1; }
        text=${text//"$from"/"$to"}
    done <<<"${2//; /$'\n'}"
    printf '%s\n' "$text"
}

while IFS='|' read -r model options replacements; do
    [ -n "${model// /}" ] || continue
    read -r model <<<"$model"
    read -ra words <<<"$options"
    if reduce "models/$model.asc" "${replacements# }" >"$work/$model.asc"; then
        right "gradients: models" "$model${words[*]:+ ${words[*]}}" "$work/$model.asc" "${words[@]}"
    else
        failed=$((failed + 1))
    fi
done <<<"$models"

# Models that once became wrong code.
for file in tests/gradcheck/*.asc; do
    right '' "${file##*/}" "$file"
done

for file in models/*.asc; do
    name=$(basename "$file" .asc)
    grep -q "^$name *|" <<<"$models" && continue
    failed=$((failed + 1))
    echo "$file: FAILED: no line in tests/gradcheck.sh"
done
summary
