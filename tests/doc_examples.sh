#!/bin/sh
# doc_examples.sh: compiles every example of README.md and doc/language.md.
#
# A block that begins with ```asc is a whole file.  ```asc network, features, train or evaluate holds
# lines of that section; the other sections are those of `frame`.  After ```asc error, the compiler
# must refuse the file and say what the next block, ```text, shows.
set -u
: "${ASCC:=build/ascc}" "${SRCDIR:=.}"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

awk -v folder="$folder" '
FNR == 1 {
    document = FILENAME
    sub(".*/", "", document)
}
function begin()
{
    file = sprintf("%s/%s:%d.%s.asc", folder, document, FNR, kind)
    printf "" > file
    if (kind == "file" || kind == "error")
        return
    print "asc 1" > file
    if (kind != "features")
        print "features logmel { audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)" \
              " | mel[freq = 16] | decibels | normalize[freq] | segment[time = 25 frames] }" > file
    if (kind != "network")
        print "network { logmel | conv[channel = 4] | relu | mean[freq, time]" \
              " | dense[class = 10] | softmax[class] }" > file
    if (kind != "train")
        print "train { loss = cross_entropy(output, target); optimizer = sgd(0.01)" \
              "; epochs = 1; batch = 8 }" > file
    print kind (kind == "features" ? " logmel {" : " {") > file
}
/^```/ && inside {
    inside = 0
    if (kind != "file" && kind != "error" && kind != "text")
        print "}" > file
    close(file)
    next
}
/^```asc/ {
    kind = NF > 1 ? $2 : "file"
    begin()
    errors = kind == "error" ? file : ""
    inside = 1
    next
}
/^```text/ && errors != "" {
    kind = "text"
    file = errors ".expected"
    errors = ""
    inside = 1
    next
}
/^```/ { skipping = !skipping; next }
inside { print > file }
' "$SRCDIR/README.md" "$SRCDIR/doc/language.md"

passed=0
failed=0
for file in "$folder"/*.asc; do
    place=$(basename "$file" | sed 's/\.[a-z]*\.asc$//')
    "$ASCC" --emit=graph "$file" >"$folder/graph" 2>"$folder/errors"
    status=$?
    sed "s|$folder/[A-Za-z0-9.:]*asc|example.asc|" "$folder/errors" >"$folder/said"
    case $file in
    *.error.asc) wanted=1 ;;
    *)
        wanted=0
        : >"$file.expected"
        ;;
    esac
    if [ "$status" -eq "$wanted" ] && cmp -s "$file.expected" "$folder/said"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$place: exit status $status, expected $wanted; said and expected:"
        cat "$folder/said"
        cat "$file.expected"
        echo
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
