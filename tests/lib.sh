# lib.sh: what test scripts share, for `. "$SRCDIR/tests/lib.sh"` (bash).  Counts in $passed and $failed; what a command says goes
# to the file $said.
passed=0 failed=0

# scratch: an empty folder, $work, which goes when the script ends; $ascc, $build, $sources and $scenes are absolute; programs
# are compiled quickly, as their speed is not the subject, and cache features in the folder.
scratch() {
    ascc=$(realpath "${ASCC:?the compiler to test}") && build=$(realpath "${BUILDDIR:?the build tree}") &&
        sources=$(realpath "$SRCDIR") && scenes=$(realpath "${SCENES:-$build/examples/scenes/scenes}") &&
        work=$(mktemp -d) || exit 2
    trap 'rm -rf "$work"' EXIT
    said=$work/said
    : >"$said"
    export ASCC_CFLAGS=${ASCC_CFLAGS--O1} ASC_CACHE=$work/cache
}

# workplace: the same, and it is the current folder.
workplace() {
    scratch
    cd "$work" || exit 2
}

# verdict NAME STATUS [FILE]: counts; when it failed, shows what was said.
verdict() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
        sed 's/^/    /' "${3:-$said}"
    fi
}

# check NAME COMMAND...: the command succeeds.
check() {
    "${@:2}" >"$said" 2>&1 </dev/null
    verdict "$1" $?
}

# holds NAME COMMAND...: as check, of what an earlier command left; keeps $said.
holds() {
    "${@:2}" >"$said.held" 2>&1 </dev/null
    verdict "$1" $? "$said.held"
}

# says NAME PATTERN: the last command did.
says() {
    grep -q -e "$2" "$said"
    verdict "$1" $?
}

contains() { grep -q -e "$1" "$2"; } # PATTERN FILE

# measured NAME COMMAND...: as check, but what was said is shown in any case.
measured() {
    "${@:2}" >"$said" 2>&1
    local status=$?
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
        printf '%-44s %s\n' "$1" "$(<"$said")"
    else
        verdict "$1" $status
    fi
}

# refuse NAME STATUS PATTERN COMMAND...: the command ends with the status and says the pattern, if there is one.
refuse() {
    local status
    "${@:4}" >"$said" 2>&1 </dev/null
    status=$?
    [ "$status" -eq "$2" ] && { [ -z "$3" ] || grep -q -e "$3" "$said"; }
    verdict "$1: status $status, expected $2 and \"$3\"" $?
}

# little BYTES NUMBER: escapes for printf
little() {
    local i
    for ((i = 0; i < $1; i++)); do printf '\\x%02x' $((($2 >> (8 * i)) & 255)); done
}

# wav FILE FORMAT BITS: data from standard input; 1: whole numbers, 3: floating point; 8000 Hz.
wav() {
    local bytes header
    cat >"$1.data"
    bytes=$(wc -c <"$1.data")
    header=$(printf 'RIFF%sWAVEfmt %s%s\\x01\\x00%s%s%s%sdata%s' "$(little 4 $((bytes + 36)))" \
        "$(little 4 16)" "$(little 2 "$2")" "$(little 4 8000)" "$(little 4 $((1000 * $3)))" \
        "$(little 2 $(($3 / 8)))" "$(little 2 "$3")" "$(little 4 "$bytes")")
    # shellcheck disable=SC2059 # it is made of escapes
    printf "$header" >"$1"
    cat "$1.data" >>"$1"
    rm "$1.data"
}

# linear_model EPOCHS METRICS: prints a model of one layer, which is trained in no time.
linear_model() {
    cat <<END
asc 1
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 32 ms) | mel[freq = 8] | decibels
    | normalize[freq] | segment[time = 30 frames]
}
network { logmel | mean[time] | dense[class = 10] | softmax[class] }
train {
    loss = cross_entropy(output, target); optimizer = adam(0.05); epochs = $1; batch = 8
    validate = split(30 %, by = recording); seed = 5
}
evaluate { report = $2 }
END
}

# The last command of a script.
summary() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
