#!/usr/bin/env bash
# experiments.sh: the experiments of the papers (examples/*/run) at reduced size: each makes its data, trains a row,
# prints the table with the paper's figures; called again it only prints.  With
# EXPERIMENTS=all every row is trained.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
export ASCC_CFLAGS=-O1      # in make check-long, too: at -O3 the C compiler takes four fifths of the time
all=${EXPERIMENTS-}

# table EXPERIMENT ROW PATTERN...: one row (or all) at reduced size; the table has every pattern.
table() {
    local experiment=$1 row=$2 pattern only=(--only "$2")
    shift 2
    [ "$all" = all ] && only=()
    for call in first again; do
        "$sources/examples/$experiment/run" --reduced --out "$work/$experiment" "${only[@]}" \
            >"$work/$call" 2>"$work/err" </dev/null || echo "status $?" >>"$work/$call"
    done
    cmp -s "$work/first" "$work/again" && [ ! -s "$work/err" ] || echo "wrong: not the same again" >>"$work/first"
    grep -q 'SYNTHETIC data' "$work/first" || echo "wrong: not called synthetic" >>"$work/first"
    for pattern; do
        grep -q -e "$pattern" "$work/first" || echo "wrong: no line $pattern" >>"$work/first"
    done
    cat "$work/first" "$work/err" <(tail -n 5 "$work/$experiment"/*.log "$work/$experiment/data.txt") >"$said"
    ! grep -q -e '^status ' -e '^wrong: ' "$work/first"
    verdict "examples/$experiment/run, row $row" $?
}

table litis_rouen 'vanilla' '^vanilla LSTM  *2.54  *[0-9][0-9.]*' '^RNN-Gam  *3.4  *- '
table dcase2016 'LSTM+SA' '^LSTM+SA  *25.6  *[0-9][0-9.]*' 'mean of 1 of 4 folds'
table dcase2018_1b 's3cnn' '^E-0-Mu(s3cnn)  *69.0  *60.0  *66.1  *63.1  *401,610  *[0-9.]*  *[0-9.]*  *[0-9.]*  *[0-9.]*  *401,610' \
    '^tram  *19.7  *38.9  *61.1' '^average  *45.6  *63.6  *66.1  *'
table esc10 's2cnn' '^s2cnn  *[0-9][0-9.]*'
table youtube8m 'LSTM+TA+SA' '^LSTM+TA+SA  *0.8702  *0.8172  *3  *0\.[0-9]*  *0\.[0-9]*  *[123]$'

check "clips" "$sources/examples/esc10/clips" --reduced --out "$work/clips" --epochs 1
says "clips: of synthetic sound" 'SYNTHETIC data'
holds "clips: two seeds of two networks" [ "$(grep -c '^fold 4, seed [01]  *[0-9.]' "$said")" -eq 4 ]
holds "clips: two deviations" [ "$(grep -c '^standard deviation' "$said")" -eq 2 ]

# shellcheck source=/dev/null
. "$sources/examples/experiment.sh"
holds "a share of 17 in 36 is 47.2 %" [ "$(percent 0.4444 0.5000)" = 47.2 ]
holds "what is missing is left out" [ "$(percent - 0.5) $(percent - -)" = '50.0 -' ]

# Results of other options are not shown for what is asked now.
for options in '--seed 1' '--epochs 3'; do
    # shellcheck disable=SC2086 # two words
    refuse "old results under $options" 1 's2cnn.fold4 was trained otherwise' \
        "$sources/examples/esc10/run" --reduced --out "$work/esc10" --only s2cnn $options
    says "what is asked: $options" "now: .*$options"
    holds "none is shown under $options" [ "$(grep -c '^s2cnn' "$said")" -eq 0 ]
done

# What a user can do wrong.
for experiment in litis_rouen dcase2016 dcase2018_1b esc10 youtube8m; do
    run=examples/$experiment/run
    refuse "$run without data" 2 "usage: $run DATA" "$sources/$run"
    refuse "$run without its data" 1 "$run: no such folder" "$sources/$run" "$work/none" --out "$work/o"
done
summary
