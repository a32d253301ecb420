#!/usr/bin/env bash
# Compiles networks of random architecture that nobody wrote a kernel for, in double precision, and checks the gradient of
# each against central differences.   ARCHITECTURES: how many (12).   FIRST: the first seed (30).
set -u
ascc=${ASCC:?the compiler to test}
generate=${GENERATE_MODEL:?the program generate_model}
count=${ARCHITECTURES:-12} first=${FIRST:-30}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASCC_CFLAGS=${ASCC_CFLAGS:--O1} work ascc generate     # the C compiler's time is not the subject

one() {
    file=$work/model$1
    if ! "$generate" "$1" >"$file.asc" || ! "$ascc" "$file.asc" --real=double -o "$file" >"$file.log" 2>&1 ||
        ! "$file" gradcheck --seed "$1" --threads 1 >"$file.log" 2>&1; then
        echo "architecture $1: FAILED"
        cat "$file.asc" "$file.log"
        return 1
    fi
    worst=$(awk '/ checked / { e = $NF; if (e + 0 >= w + 0) w = e } END { print w }' "$file.log")
    [ -z "${ASC_VERIFY:-}" ] ||
        printf 'verify\tgradients: models\trandom architectures\tgradient\t%s\t1e-06\n' "$worst" >>"$ASC_VERIFY"
    echo "architecture $1: $(tail -n 1 "$file.log")"
}
export -f one

seq "$first" $((first + count - 1)) | xargs -P "$(nproc)" -I{} bash -c 'one {}' >"$work/log"
cat "$work/log"
failed=$(grep -c FAILED "$work/log")
echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
