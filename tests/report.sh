#!/usr/bin/env bash
# report.sh: pages about runs that are given as files, compared with a golden plot, and about a run that is trained; what is
# damaged or missing is refused.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
golden=$sources/tests/report.svg

# refuse STATUS PATTERN COMMAND...: nothing is written.
refused() {
    rm -f no.html
    "${@:3}" -o no.html >said 2>&1
    [ $? -eq "$1" ] && grep -q -e "$2" said && [ ! -e no.html ]
}
refuse() { check "$2" refused "$@"; }

# Every element that is opened is closed, in its order; no script, nothing fetched.
well_formed() {
    grep -o '<[^>]*>' "$1" | awk '
        /^<!|^<meta|\/>$/ { next }
        /^<\// { name = substr($0, 3, length($0) - 3)
                 if (open[depth--] != name) { print "closed wrongly: " $0; exit bad = 1 }
                 next }
        { name = $1; gsub(/[<>]/, "", name); open[++depth] = name }
        END { exit bad || depth != 0 }' || return 1
    ! sed 's/href="data:image\/png;base64,[A-Za-z0-9+\/=]*"//g' "$1" | grep -E '<script|src=|href=|url\(|@import|[^-]nan\b'
}

holds() { grep -q -F -e "$2" "$1"; }

cat >small.asc <<'END'
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms) | mel[freq = 10] | decibels
    | normalize[freq] | segment[time = 20 frames](overlap = 50 %)
}
network {
    x = logmel | conv[channel = 4] | relu
    w = attend[time](x | mean[freq], x | sum[freq, channel])
    w | moe(6, 3) | dense[class = 10] | softmax[class]
}
train {
    loss      = cross_entropy(output, target)
    optimizer = adam(0.003)
    epochs    = 3
    batch     = 8
    validate  = split(40 %, by = location)
    keep      = best(accuracy)
}
evaluate { report = accuracy }
END
check "compile" "$ascc" small.asc -o small

mkdir given
echo '{"model": "a<b>&", "fold": 0, "seed": "7"}' >given/settings.json
echo 'x = "<script>"' >given/model.asc
for n in 1 2 3 4 5; do
    echo "{\"epoch\": $n, \"loss\": $((6 - n)).25, \"accuracy\": 0.$n, \"validation_loss\": 2.5, \"validation_accuracy\": 0.3,\
 \"best\": $([ $n -eq 3 ] && echo true || echo false), \"seconds\": 2}"
done >given/log.jsonl
check "a page of a run" ./small report given -o given.html
check "well-formed" well_formed given.html
check "escaped" holds given.html '&lt;script&gt;'
check "the kept epoch" holds given.html '<td>3 of 5</td>'
check "says that nothing was evaluated" holds given.html 'Not evaluated'
sed -n '/aria-label="loss by epoch"/,/<\/svg>/p' given.html >plot.svg
[ "${UPDATE:-0}" = 0 ] || cp plot.svg "$golden"
check "the plot" diff "$golden" plot.svg

cp -r given cut
echo '{"epoch": 6, "lo' >>cut/log.jsonl
refuse 1 'cut/log.jsonl:6: ' ./small report given cut
sed -i '2d; 6d' cut/log.jsonl
refuse 1 'cut/log.jsonl:2: expected the line of epoch 2' ./small report cut
sed -i '2s/.*/{"epoch": 2, "loss": "x"}/' cut/log.jsonl
refuse 1 'cut/log.jsonl:2: `loss. is not a number' ./small report cut
: >cut/log.jsonl
check "a run before its first epoch" ./small report cut -o cut.html
check "its page is well-formed" well_formed cut.html
refuse 1 'nowhere: is no run' ./small report nowhere
refuse 2 'the folder of a run is missing' ./small report
refuse 2 'go with --data' ./small report given --fold 1
check "a folder that is not there" bash -c '! ./small report given -o not/there/page.html'

check "data" "$scenes" set --recordings 40 --parallel 0 --locations 4 --seconds 1
check "train" ./small train --data set --out one
check "train another" ./small train --data set --seed 2 --out two
check "a page of two runs" ./small report one two --data set -o two.html
check "its elements" well_formed two.html
check "both are evaluated" test "$(grep -c 'aria-label="confusion matrix"' two.html)" = 2
./small eval --run one --data set >evaluated
accuracy=$(sed -n 's/^  accuracy  *\([0-9.]* %\).*/\1/p' evaluated | head -n 1)
check "the accuracy that eval tells" holds two.html "<th scope=\"row\">evaluation accuracy</th><td>$accuracy</td>"
check "both together" holds two.html '2 runs that differ only in seed or fold'
check "calibration" test "$(grep -c 'aria-label="accuracy by confidence"' two.html)" = 2
check "epochs as a table" test "$(grep -c 'as a table</summary>' two.html)" = 2

# The mean of two values is between them, and the interval of two runs 12.706 times half their distance.
spread() { sed -n 's/.*"row">log loss<//p' two.html | sed 's/<[^>]*>/ /g; s/[^0-9. ]//g' | awk 'NR == 1 { a = $1; b = $2 }
    NR == 2 { d = a - b; d = d < 0 ? -d : d; m = $1 - (a + b) / 2; i = $3 - 12.706 * d / 2
              exit !(m * m < 1e-7 && i * i < 1e-5) }'; }
check "mean and interval" spread

# ---------------------------------------------------------------- what the network saw and observed
wrong=$(grep -c 'right is <b>' two.html)
errors=$(sed -n 's/^  accuracy .*(\([0-9]*\) of \([0-9]*\)).*/\1 \2/p' evaluated | head -n 1 | awk '{ n = $2 - $1; print n < 6 ? n : 6 }')
./small eval --run two --data set >evaluated
errors=$((errors + $(sed -n 's/^  accuracy .*(\([0-9]*\) of \([0-9]*\)).*/\1 \2/p' evaluated | head -n 1 | awk '{ n = $2 - $1; print n < 6 ? n : 6 }')))
check "as many errors as eval counts, or six" test "$wrong" = "$errors"
check "with attention over time" holds two.html 'features and w.attend of '
check "gates by class" test "$(grep -c 'aria-label="mean of moe.g by class"' two.html)" = 2
check "gates by device" test "$(grep -c 'aria-label="mean of moe.g by device"' two.html)" = 2
gates() { # those of a row are one in all, within the two digits that are shown
    sed -n '/aria-label="mean of moe.g by class"/,/<\/svg>/p' two.html | grep -o 'mid[a-z ]*">[01]\.[0-9]*' | sed 's/.*>//' |
        awk '{ s += $1 } NR % 3 == 0 { if (s < 0.98 || s > 1.02) bad = 1; s = 0 } END { exit bad || NR != 60 }'
}
check "gates of a class are one in all" gates
# Pictures are PNG that other programs read, of as many bytes as its chunks say.
picture() {
    grep -o 'base64,[A-Za-z0-9+/=]*' two.html | head -n 1 | cut -d, -f2 | base64 -d >picture.png || return 1
    [ "$(head -c 8 picture.png | od -An -t x1 | tr -d ' \n')" = 89504e470d0a1a0a ] || return 1
    [ "$(tail -c 12 picture.png | od -An -t x1 | tr -d ' \n')" = 0000000049454e44ae426082 ] || return 1
    [ "$(head -c 24 picture.png | tail -c 8 | od -An -t x1 | tr -d ' \n')" = 000000140000000a ]
}
check "a picture of 20 frames and 10 bands" picture
if /usr/bin/python3 -c 'import PIL' 2>/dev/null; then
    check "that is read whole" /usr/bin/python3 -c 'from PIL import Image; im = Image.open("picture.png"); im.load(); assert im.size == (20, 10)'
fi
refuse 1 'given' ./small report given --data set

# ---------------------------------------------------------------- runs of several programs
sed 's/channel = 4/channel = 5/; s/    w = attend.*/    w = x | sum[freq, time]/' small.asc >wider.asc
check "compile another" "$ascc" wider.asc -o wider
check "train it" ./wider train --data set --out three
refuse 1 'three: is a run of another model, wider: .eval. of its program keeps' ./small report one three --data set
check "what it says stays in the run" ./wider eval --run three --data set
cp said evaluated
check "a page of both" ./small report one three --data set -o both.html
check "its elements are closed" well_formed both.html
check "both have a matrix" test "$(grep -c 'aria-label="confusion matrix"' both.html)" = 2
accuracy=$(sed -n 's/^  accuracy  *\([0-9.]* %\).*/\1/p' evaluated | head -n 1)
check "the accuracy that the other told" grep -q "evaluation accuracy</th><td>[0-9.]* %</td><td>$accuracy</td>" both.html
check "names both models" holds both.html '<td>small</td><td>wider</td>'
check "classes beside each other" test "$(grep -c 'aria-label="accuracy by class of all runs"' both.html)" = 1
beside() { # the table beneath has what eval tells of each class
    sed -n '/aria-label="accuracy by class of all runs"/,/<\/table>/p' both.html | sed -n 's/.*"row">\([a-z_]*\)<.*<td>\([0-9.]*\) %<\/td><\/tr>/\1 \2/p' |
        sort >ours
    awk '/^by class/ { on = 1; next } /^  mean/ { on = 0 } on { printf "%s %.1f\n", $1, $2 }' evaluated | sort >theirs
    [ "$(wc -l <ours)" = 10 ] && diff ours theirs
}
check "as eval told them" beside
check "devices beside each other" test "$(grep -c 'aria-label="accuracy by device of all runs"' both.html)" = 1
check "eval of the first" ./small eval --run one --data set
check "without the data, by another program" ./wider report one three -o kept.html
check "both are told from what was kept" test "$(grep -c 'From what <code>eval</code> kept' kept.html)" = 2
sed -i '2s/^\([^,]*,[^,]*\),[^,]*/\1,nowhere/' three/eval.csv
refuse 1 'three/eval.csv:2: the label' ./small report one three
summary
