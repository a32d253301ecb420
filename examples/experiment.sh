# experiment.sh: what the experiments of the papers share; their `run` scripts source it.
#
# A row of a table is trained in runs of its own, which are resumed when they were stopped and not repeated when
# they are done: calling `run` again goes on, and only prints where all is there.

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
name=$(basename "$here")

fail() {
    printf 'examples/%s/run: %s\n' "$name" "$*" >&2
    exit 1
}

# Options of all experiments.  Sets data, out, reduced, epochs, seed, only, lists, threads, options; `data` is made where
# --reduced stands for it.
begin() {
    data='' out='' reduced='' epochs='' seed=0 only='' lists='' options=() threads=()
    while [ $# -gt 0 ]; do
        case $1 in
        --reduced) reduced=yes ;;
        --out) out=$2 && shift ;;
        --epochs) epochs=$2 && shift ;;
        --seed) seed=$2 && shift ;;
        --only) only=$2 && shift ;;
        --lists) lists=$(cd "$2" && pwd) || fail "--lists $2: no such folder"
            shift ;;
        --threads) threads=(--threads "$2") && shift ;;
        --help) usage && exit 0 ;;
        -*) usage >&2 && exit 2 ;;
        *) [ -z "$data" ] || { usage >&2 && exit 2; }
            data=$1 ;;
        esac
        shift
    done
    [ -n "$data" ] || [ -n "$reduced" ] || { usage >&2 && exit 2; }
    ascc=${ASCC:-$root/build/ascc}
    tools=${BUILDDIR:-$root/build}/examples
    [ -x "$ascc" ] || fail "$ascc is missing: build it first (./quickstart build), or set ASCC"
    out=${out:-$root/build/$name}
    mkdir -p "$out" || fail "can't make $out"
    out=$(cd "$out" && pwd)
    if [ -n "$reduced" ] && [ -z "$data" ]; then
        data=$out/data
        make_data >"$out/data.txt" 2>&1 || fail "the data could not be made: see $out/data.txt"
    fi
    data=$(cd "$data" && pwd) || fail "no such folder: $data"
    synthetic=''
    grep -qs 'NOT RECORDINGS' "$data/README.md" && synthetic=yes
    [ -n "$reduced" ] && synthetic=yes
    options+=(--seed "$seed")
    [ -n "$epochs" ] && options+=(--epochs "$epochs")
    [ -n "$lists" ] && options+=(--lists "$lists")
    return 0
}

# wanted ROW: whether --only leaves it.
wanted() {
    [ -z "$only" ] || [[ $1 == *"$only"* ]]
}

# compile ID MODEL OPTION...: makes $out/ID, where it is not there or another was asked for.
compile() {
    local id=$1 model=$2
    shift 2
    local asked="$ascc $model $*"
    [ -x "$out/$id" ] && [ "$(cat "$out/$id.asked" 2>/dev/null)" = "$asked" ] && return 0
    "$ascc" "$root/models/$model" "$@" -o "$out/$id" || fail "models/$model could not be compiled"
    printf '%s' "$asked" >"$out/$id.asked"
}

# asked RUN WORD...: what RUN is trained with, kept beside it; results of something else are never shown for it.
asked() {
    local run=$1 file=$1.asked
    shift
    if [ ! -e "$run" ] && [ ! -e "$run.txt" ]; then
        printf '%s\n' "$*" >"$file"
    elif [ "$(cat "$file" 2>/dev/null)" != "$*" ]; then
        fail "$run was trained otherwise: give another --out, or remove $run*
  then: $(cat "$file" 2>/dev/null || echo unknown)
  now:  $*"
    fi
}

# train ID FOLD OPTION...: trains $out/ID (fold 0: the data set has none) and puts what `eval` says into
# $out/ID.foldN.txt.  OPTION... are added to those of `train` and, but for what eval does not know, of `eval`.
train() {
    local id=$1 fold=$2 run=$out/$1.fold$2 result=$out/$1.fold$2.txt where=(--data "$data")
    shift 2
    [ "$fold" = 0 ] || where+=(--fold "$fold")
    asked "$run" "$(cat "$out/$id.asked") ${where[*]}" "${options[@]}" "$@"
    [ -s "$result" ] && return 0
    printf '%s: %s, fold %s\n' "$(date +%H:%M)" "$id" "$fold" >&2
    if [ -f "$run/settings.json" ]; then
        "$out/$id" train --resume "$run" >>"$run.log" 2>&1 || fail "training failed: see $run.log"
    else
        "$out/$id" train "${where[@]}" --out "$run" "${options[@]}" "${threads[@]}" "$@" >"$run.log" 2>&1 ||
            fail "training failed: see $run.log"
    fi
    [ -z "$lists" ] || where+=(--lists "$lists")
    "$out/$id" eval "${where[@]}" --run "$run" >"$result.part" 2>>"$run.log" ||
        fail "the evaluation failed: see $run.log"
    mv "$result.part" "$result"
}

# figure FILE KEY: the number behind a line's first words; "-" where there is none.
figure() {
    [ -f "$1" ] || { printf -- '-'; return; }
    awk -v key="$2" '{ line = $0; sub(/^ */, "", line) }
        index(line, key " ") == 1 { rest = substr(line, length(key) + 1); split(rest, f, " "); value = f[1] }
        END { printf "%s", value == "" ? "-" : value }' "$1"
}

# mean NUMBER...: of those that are there, with the deviation where there are several.
mean() {
    printf '%s\n' "$@" | awk '$1 != "-" { n++; sum += $1; squares += $1 * $1 }
        END { if (n == 0) { printf "-"; exit }
              m = sum / n; printf "%.2f", m
              if (n > 1) { v = (squares - n * m * m) / (n - 1); printf " ±%.2f", sqrt(v > 0 ? v : 0) } }'
}

# percent SHARE...: their mean, in percent.
percent() {
    printf '%s\n' "$@" | awk '$1 != "-" { n++; sum += $1 } END { if (n) printf "%.1f", 100 * sum / n; else printf "-" }'
}

# errors ID FOLD...: the mean error in percent.
errors() {
    local id=$1 fold all=()
    shift
    for fold; do
        local right
        right=$(figure "$out/$id.fold$fold.txt" accuracy)
        [ "$right" = - ] || all+=("$(awk -v r="$right" 'BEGIN { printf "%.4f", 100 - r }')")
    done
    mean "${all[@]:--}"
}

# heading TEXT: what the figures are of.
heading() {
    printf '\n%s\n' "$1"
    if [ -n "$synthetic" ]; then
        printf 'Paper: real data.  Ours: SYNTHETIC data%s, seed %s: it shows that all of it runs, and nothing else.\n' \
            "${reduced:+, reduced}" "$seed"
    else
        printf 'Paper and ours: real data.  Ours: seed %s, %s epochs.\n' "$seed" "${epochs:-the models}"
    fi
}
