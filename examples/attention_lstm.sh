# attention_lstm.sh: the four networks of Zhang, Zhang & Wu (2018); sourced after experiment.sh.

lstm_names=('vanilla LSTM' 'LSTM+TA' 'LSTM+SA' 'LSTM+TA+SA')
lstm_ids=(lstm ta sa ta_sa)
lstm_defines=('-D temporal=no -D semantic=no' '-D temporal=yes -D semantic=no'
    '-D temporal=no -D semantic=yes' '-D temporal=yes -D semantic=yes')

# lstm_rows OPTIONS FOLD...: trains them; OPTIONS are for the compiler, a word each, "_" for a space.
lstm_rows() {
    local more=($1) n fold
    shift
    for n in 0 1 2 3; do
        wanted "${lstm_names[n]}" || continue
        compile "${lstm_ids[n]}" attention_lstm.asc ${lstm_defines[n]} "${more[@]//_/ }"
        for fold; do
            train "${lstm_ids[n]}" "$fold"
        done
    done
}

# lstm_table PAPER PAPER PAPER PAPER FOLD...
lstm_table() {
    local paper=("${@:1:4}") n
    printf '%-16s %8s   %s\n' model paper ours
    for n in 0 1 2 3; do
        printf '%-16s %8s   %s\n' "${lstm_names[n]}" "${paper[n]}" "$(errors "${lstm_ids[n]}" "${@:5}")"
    done
}
