#!/usr/bin/env bash
# experiments.sh: the experiments of the papers (examples/*/run) at reduced size: each makes its data, trains a row,
# prints the table with the paper's figures; called again it only prints.  With
# EXPERIMENTS=all every row is trained.
set -u
: "${ASCC:?the compiler}" "${BUILDDIR:?the build tree}" "${SRCDIR:?the sources}"
export ASCC_CFLAGS=${ASCC_CFLAGS:--O1} # speed is not the subject
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
all=${EXPERIMENTS-}
passed=0 failed=0

# table EXPERIMENT ROW PATTERN...: one row (or all) at reduced size; the table has every pattern.
table() {
    local experiment=$1 row=$2 pattern only=(--only "$2")
    shift 2
    [ "$all" = all ] && only=()
    for call in first again; do
        "$SRCDIR/examples/$experiment/run" --reduced --out "$work/$experiment" "${only[@]}" \
            >"$work/$call" 2>"$work/err" </dev/null || echo "status $?" >>"$work/$call"
        cat "$work/err" >>"$work/said"
    done
    cmp -s "$work/first" "$work/again" && [ ! -s "$work/err" ] || echo "wrong: not the same again" >>"$work/first"
    grep -q 'SYNTHETIC data' "$work/first" || echo "wrong: not called synthetic" >>"$work/first"
    for pattern; do
        grep -q -e "$pattern" "$work/first" || echo "wrong: no line $pattern" >>"$work/first"
    done
    if grep -q -e '^status ' -e '^wrong: ' "$work/first"; then
        failed=$((failed + 1))
        echo "FAILED: examples/$experiment/run, row $row"
        cat "$work/first" "$work/err"
        tail -n 5 "$work/$experiment"/*.log "$work/$experiment/data.txt"
    else
        passed=$((passed + 1))
    fi
}

table litis_rouen 'vanilla' '^vanilla LSTM  *2.54  *[0-9][0-9.]*' '^RNN-Gam  *3.4  *- '
table dcase2016 'LSTM+SA' '^LSTM+SA  *25.6  *[0-9][0-9.]*' 'mean of 1 of 4 folds'
table dcase2018_1b 's3cnn' '^E-0-Mu(s3cnn)  *69.0  *60.0  *66.1  *63.1  *401,610  *[0-9.]*  *[0-9.]*  *[0-9.]*  *[0-9.]*  *401,610' \
    '^tram  *19.7  *38.9  *61.1'
table esc10 's2cnn' '^s2cnn  *[0-9][0-9.]*'
table youtube8m 'LSTM+TA+SA' '^LSTM+TA+SA  *0.8702  *0.8172  *3  *0\.[0-9]*  *0\.[0-9]*  *[123]$'

"$SRCDIR/examples/esc10/clips" --reduced --out "$work/clips" --epochs 1 >"$work/said" 2>"$work/err" </dev/null
if [ $? -eq 0 ] && [ "$(grep -c '^fold 4, seed [01]  *[0-9.]' "$work/said")" -eq 4 ] && grep -q 'SYNTHETIC data' "$work/said" &&
    [ "$(grep -c '^standard deviation' "$work/said")" -eq 2 ]; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "FAILED: examples/esc10/clips"
    cat "$work/said" "$work/err"
fi

# Results of other options are not shown for what is asked now.
for options in '--seed 1' '--epochs 3'; do
    "$SRCDIR/examples/esc10/run" --reduced --out "$work/esc10" --only s2cnn $options >"$work/said" 2>&1 </dev/null
    if [ $? -eq 1 ] && grep -q 's2cnn.fold4 was trained otherwise' "$work/said" && grep -q "now: .*$options" "$work/said" &&
        ! grep -q '^s2cnn' "$work/said"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: old results under $options"
        cat "$work/said"
    fi
done

# What a user can do wrong.
for experiment in litis_rouen dcase2016 dcase2018_1b esc10 youtube8m; do
    "$SRCDIR/examples/$experiment/run" >"$work/said" 2>&1 </dev/null
    [ $? -eq 2 ] && grep -q "usage: examples/$experiment/run DATA" "$work/said" &&
        ! "$SRCDIR/examples/$experiment/run" "$work/none" --out "$work/o" >"$work/said" 2>&1 </dev/null &&
        grep -q "examples/$experiment/run: no such folder" "$work/said"
    if [ $? -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: examples/$experiment/run without data"
        cat "$work/said"
    fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
