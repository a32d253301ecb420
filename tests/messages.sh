#!/bin/sh
# messages.sh: every message of the compiler about a model is shown by a golden .err.
#
# The formats are read from the sources: the texts among the arguments of the functions that report an error. One fails
# that matches no line of any .err, and none of limits.sh, whose models are too large to be committed.
set -u
: "${SRCDIR:=.}"
cd "$SRCDIR" || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

# Guards that no model is known to reach.
cat >"$folder/guards" <<'END'
an expression is expected here
END

# Prints FILE:LINE and a text a line; neighbouring literals are one text.
cat >"$folder/formats.awk" <<'END'
function flush() {
    if (text ~ / / && length(text) > 8)
        print FILENAME ":" FNR "\t" text
    text = ""
}
FNR == 1 { depth = 0 }
{
    line = $0
    sub(/^[ \t]*\/\/.*/, "", line)
    if (!depth) {
        if (!match(line, /(fault|fault_note|diag_error|diag_note|lexer_error|wrong_unit)\(/) || line ~ /^[a-z].*\)$/)
            next
        line = substr(line, RSTART + RLENGTH)
        depth = 1
    }
    while (depth && line != "") {
        c = substr(line, 1, 1)
        if (c == "\"") {
            match(line, /^"([^"\\]|\\.)*"/)
            text = text substr(line, 2, RLENGTH - 2)
            line = substr(line, RLENGTH + 1)
            continue
        }
        if (c == "'") {
            match(line, /^'([^'\\]|\\.)*'/)
            line = substr(line, RLENGTH + 1)
            continue
        }
        if (c !~ /[ \t]/)
            flush()
        depth += (c == "(") - (c == ")")
        line = substr(line, 2)
    }
    if (!depth)
        flush()
}
END
awk -f "$folder/formats.awk" compiler/*.[cly] | sort -u -k2 -t"$(printf '\t')" >"$folder/formats"

# A format as a regular expression: what is not a conversion stands for itself.
sed -e 's/.*\t//' -e 's/\\"/"/g' -e 's/[][\\.*^$/]/\\&/g' \
    -e 's/%%/\x01/g' -e 's/%[-0-9\\.*]*[a-z]*[sdcgux]/.*/g' -e 's/\x01/%/g' "$folder/formats" >"$folder/patterns"
cat tests/golden/*.err tests/limits.sh >"$folder/said"

passed=0
failed=0
paste "$folder/patterns" "$folder/formats" >"$folder/both"
while IFS="$(printf '\t')" read -r pattern place format; do
    if grep -q -e "$pattern" "$folder/said" || grep -q -F -x -e "$format" "$folder/guards"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$place: in no tests/golden/*.err: $format"
    fi
done <"$folder/both"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 100 ]
