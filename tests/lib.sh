# lib.sh: what test scripts share, for `. "$SRCDIR/tests/lib.sh"`.  Makes the folder $work, which is removed at the end, and goes to
# the folder at/ in it; counts in $passed and $failed what `verdict` and those below are told, and `summary` ends the script.
ascc=${ASCC:?the compiler to test}
case $ascc in /*) ;; *) ascc=$PWD/$ascc ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
said=$work/said
passed=0 failed=0
mkdir "$work/at" "$work/tmp" && cd "$work/at" || exit 2
export TMPDIR=$work/tmp ASC_CACHE=$work/cache
unset ASCC_CC

# verdict NAME STATUS: counts; when it failed, shows what was said.
verdict() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
        sed 's/^/    /' "$said"
    fi
}

# check NAME COMMAND...: the command succeeds.
check() {
    local name=$1
    shift
    "$@" 2>&1 </dev/null | cat >"$said"
    verdict "$name" "${PIPESTATUS[0]}"
}

# says NAME PATTERN: the last command said so.
says() {
    grep -q -e "$2" "$said"
    verdict "$1" $?
}

files() { find . "$TMPDIR" -printf '%p %s\n' | sort; }

# refuse STATUS PATTERN COMMAND...: the command ends with the status, says the pattern in not more
# than a few lines, and leaves all files as they were.
refuse() {
    local expected=$1 pattern=$2 status fine=1 lines
    shift 2
    files >"$work/before"
    timeout 120 "$@" 2>&1 </dev/null | cat >"$said"
    status=${PIPESTATUS[0]}
    lines=$(wc -l <"$said")
    [ "$status" -eq "$expected" ] && grep -q -e "$pattern" "$said" && [ "$lines" -le 4 ] &&
        files | diff "$work/before" - >>"$said" && fine=0
    verdict "$*: status $status, expected $expected and \"$pattern\"" $fine
}

# little BYTES NUMBER: escapes for printf
little() {
    local i
    for ((i = 0; i < $1; i++)); do printf '\\x%02x' $((($2 >> (8 * i)) & 255)); done
}

# wav FILE FORMAT BITS: data from standard input; 1: whole numbers, 3: floating point; 8000 Hz.
wav() {
    local bytes header
    cat >"$work/data"
    bytes=$(wc -c <"$work/data")
    header=$(printf 'RIFF%sWAVEfmt %s%s\\x01\\x00%s%s%s%sdata%s' "$(little 4 $((bytes + 36)))" \
        "$(little 4 16)" "$(little 2 "$2")" "$(little 4 8000)" "$(little 4 $((1000 * $3)))" \
        "$(little 2 $(($3 / 8)))" "$(little 2 "$3")" "$(little 4 "$bytes")")
    # shellcheck disable=SC2059 # it is made of escapes
    printf "$header" >"$1"
    cat "$work/data" >>"$1"
}

# noise BEGIN BYTES: some bytes of no meaning
noise() { tail -c +"$1" "$ascc" | head -c "$2"; }

summary() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
