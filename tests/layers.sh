#!/usr/bin/env bash
# Every layer and cell of the standard library is in a golden model, tests/golden/layer_*.asc or cell_*.asc, and the
# gradient of each such model, compiled in double precision, agrees with central differences.
set -u
ascc=${ASCC:?the compiler to test} golden=${SRCDIR:?the sources}/tests/golden
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASCC_CFLAGS=${ASCC_CFLAGS:--O1} work ascc golden       # the C compiler's time is not the subject

one() {
    name=$(basename "$1" .asc)
    if [ ! -s "$golden/$name.graph" ]; then
        echo "$name: FAILED, it has no $name.graph"
    elif ! "$ascc" "$1" --real=double -o "$work/$name" >"$work/$name.log" 2>&1 ||
        ! "$work/$name" gradcheck --threads 1 >"$work/$name.log" 2>&1; then
        echo "$name: FAILED"
        cat "$work/$name.log"
    else
        worst=$(awk '/ checked / { e = $NF; if (e + 0 >= w + 0) w = e } END { print w }' "$work/$name.log")
        [ -z "${ASC_VERIFY:-}" ] ||
            printf 'verify\tgradients: layers, compiled\t%s\tgradient\t%s\t1e-06\n' "$name" "$worst" >>"$ASC_VERIFY"
        echo "$name: $(tail -n 1 "$work/$name.log")"
    fi
}
export -f one

for name in $("$ascc" --print-std | sed -n 's/^\(layer\|cell\) \([a-z_0-9]*\).*/\2/p'); do
    # in a model, or in the path of a node: a layer may be part of another
    if cat "$golden"/*.asc "$golden"/*.graph | grep -qw -- "$name"; then
        echo "golden of $name: found"
    else
        echo "golden of $name: FAILED, no tests/golden/layer_*.asc or cell_*.asc has it"
    fi
done >"$work/log"
printf '%s\n' "$golden"/layer_*.asc "$golden"/cell_*.asc | xargs -P "$(nproc)" -I{} bash -c 'one {}' >>"$work/log"
cat "$work/log"
failed=$(grep -c FAILED "$work/log") all=$(grep -c ': ' "$work/log")
echo "$((all - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
