#!/usr/bin/env bash
# Generated C of the models, in both precisions and for every target, compiles without a warning under gcc and clang, and
# is the same bytes on every run and from every folder.
set -u
ascc=${ASCC:?the compiler to test}
source=$(cd "${SRCDIR:-.}" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export work source

compilers=
for cc in gcc clang; do
    if echo '#include <omp.h>' | $cc -fopenmp -E - >/dev/null 2>&1; then
        compilers="$compilers $cc"
    else
        echo "$cc, with OpenMP, is not here: skipped"
    fi
done
case $(uname -m) in
x86_64) targets="avx512 avx2 neon scalar" ;;
*) targets="neon scalar" ;;
esac

flags() {       # TARGET: as in compiler/target.c
    case $1 in
    avx512) echo "-march=skylake-avx512 -mprefer-vector-width=512" ;;
    avx2) echo "-march=haswell" ;;
    esac
}

model() {       # LABEL FILE -D...: generates the C of a model, and lists what is to be compiled
    label=$1 file=$2
    shift 2
    for real in float double; do
        for target in $targets; do
            c=$work/$label-$real-$target.c
            "$ascc" "$source/$file" "$@" --emit=c --target="$target" --real=$real -o "$c" || rm -f "$c"
            for cc in $compilers; do
                echo "$cc $c $(flags "$target")" >>"$work/jobs"
            done
        done
    done
    again=$work/again.c
    (cd / && "$ascc" "$source/$file" "$@" --emit=c --target=avx2 -o "$again")
    echo "$label" >>"$work/repeated"
    cmp "$again" "$work/$label-float-avx2.c" >&2 || echo "$label: other bytes" >>"$work/failed"
    "$ascc" "$source/$file" "$@" --emit=c --target=avx2 | cmp - "$again" >&2 ||
        echo "$label: other bytes on standard output" >>"$work/failed"
}

compile() {     # CC FILE FLAGS...
    cc=$1 c=$2
    shift 2
    # tests/warnings.sh has -O1 for some; here are all of them
    "$cc" -std=gnu11 -O0 -fno-math-errno -fno-trapping-math -fopenmp -Wall -Wextra -Werror "$@" \
        -I"$source/runtime" -c "$c" -o "$c.$cc.o" && rm "$c.$cc.o" && return
    echo "$cc: $c" >>"$work/failed"
}
export -f compile

touch "$work/failed"
model s2cnn models/moe_cnn.asc -D depth=2 -D blocks=1
model db4cnn models/moe_cnn.asc -D depth=4 -D blocks=2
model esc10 models/esc10.asc
model scenes examples/scenes/scenes.asc
xargs -P "$(nproc)" -I{} bash -c 'compile {}' <"$work/jobs"
failed=$(wc -l <"$work/failed")
sed "s|$work/||" "$work/failed"
echo "$(($(wc -l <"$work/jobs") + $(wc -l <"$work/repeated") - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
