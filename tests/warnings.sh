#!/bin/sh
# warnings.sh: gcc and clang compile the generated C of every model without a warning.
#
# All of clang's warnings but one come from its front end, so it need not make code.  The one, that it did not vectorize
# a loop, says something only with the options that programs are built with.  Some of gcc's need the flow of values: it makes
# code for a few models of different kinds, and for all with WARNINGS=all.
set -u
: "${ASCC:=build/ascc}" "${SRCDIR:=.}"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
passed=0
failed=0
skipped=

flags() { # flags TARGET: as in compiler/target.c
    case $1 in
    avx512) echo "-march=skylake-avx512 -mprefer-vector-width=512" ;;
    avx2) echo "-march=haswell" ;;
    *) echo "" ;;
    esac
}

how() { # how COMPILER
    case $1 in
    gcc) echo "${gcc:--fsyntax-only}" ;;
    clang) echo "${clang:--fsyntax-only}" ;;
    esac
}

check() { # check MODEL TARGET OPTION...
    model=$1
    target=$2
    shift 2
    if ! "$ASCC" "$model" --emit=c --target="$target" "$@" -o "$folder/model.c"; then
        failed=$((failed + 1))
        return
    fi
    for cc in gcc clang; do
        case " $skipped " in *" $cc "*) continue ;; esac
        # shellcheck disable=SC2046
        if $cc -std=gnu11 $(how "$cc") -fno-math-errno -fno-trapping-math -fopenmp -Wall -Wextra -Werror \
            $(flags "$target") $real -I"$SRCDIR/runtime" -c "$folder/model.c" -o "$folder/model.o"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "$cc, $model, $target $*"
        fi
    done
}

for cc in gcc clang; do
    echo '#include <omp.h>' | $cc -fopenmp -E - >/dev/null 2>&1 || skipped="$skipped $cc"
done
[ -z "$skipped" ] || echo "not here, with OpenMP:$skipped"

real=
gcc=
clang=

case $(uname -m) in
x86_64) targets="avx2 avx512 neon scalar" ;;
*) targets="scalar neon" ;;
esac
for model in "$SRCDIR"/models/*.asc "$SRCDIR"/examples/*/*.asc; do
    grep -q '^network' "$model" || continue # only layers, to be included
    case ${WARNINGS-},${model##*/} in
    all,* | *,nnf.asc | *,attention_lstm.asc | *,dcase2024_baseline.asc) gcc=-O1 ;;
    *) gcc= ;;
    esac
    check "$model" "${targets%% *}"
done
gcc=-O1
for target in ${targets#* }; do
    check "$SRCDIR/examples/scenes/scenes.asc" "$target"
done
clang="-O3 -ffp-contract=fast"
check "$SRCDIR/examples/scenes/scenes.asc" "${targets%% *}"
clang=
real=-DASC_REAL_DOUBLE
check "$SRCDIR/examples/scenes/scenes.asc" "${targets%% *}" --real=double
check "$SRCDIR/examples/scenes/scenes.asc" "${targets%% *}" --real=double -O0

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
