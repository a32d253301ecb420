#!/usr/bin/env bash
# repeatable.sh: a training with a fixed seed, of everything whose rounding this project decides (integer samples, own exp and
# log, fixed contraction, no library for matrix products), ends with weights of a known hash, for every target that runs here.
# tests/repeatable/hashes has them by processor, target, compiler and its major version; of others the script says only what was found.
# UPDATE=1: writes those of the targets that run here.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
sound=$build/tests/sound_file
hashes=$sources/tests/repeatable/hashes
cc=${ASCC_CC:-${CC:-cc}}
unset ASCC_CFLAGS

compiler=$(echo '__clang_major__ __GNUC__' | $cc -E -P - | sed -n 's/^__clang_major__ \(.*\)/gcc \1/p; s/^\([0-9][0-9]*\) .*/clang \1/p')
processor=$($cc -dumpmachine | cut -d - -f 1)
echo "the compiler is $compiler for $processor"

# Three classes, told apart by how fast the tone rises.
for class in 0 1 2; do
    mkdir -p "$work/data/class$class"
    for n in 1 2 3 4 5; do
        "$sound" 8000 $((8000 + 400 * n)) "$work/data/class$class/$n.wav" $((1 + 10 * class + n)) || exit 2
    done
done

# hash FILE: of the numbers in a safetensors file, without its header
hash() {
    local length
    length=$(od -A n -t u8 -N 8 "$1")
    tail -c +$((9 + length)) "$1" | sha256sum | cut -d ' ' -f 1
}

one() {             # TARGET
    local target=$1 found expected
    check "$target: compile" "$ascc" "$sources/tests/repeatable/all.asc" --target="$target" -o "$work/$target"
    { "$work/$target" train --data "$work/data" --out "$work/run_$target" >"$said" 2>&1; } 2>/dev/null
    case $? in
    0) ;;
    132) echo "$target: does not run on this processor" && return ;;
    *) verdict "$target: train" 1 && return ;;
    esac
    found=$(hash "$work/run_$target/weights.safetensors")
    expected=$(sed -n "s/^$processor $target $compiler //p" "$hashes")
    if [ "${UPDATE:-0}" = 1 ]; then
        sed -i "/^$processor $target $compiler /d" "$hashes"
        echo "$processor $target $compiler $found" >>"$hashes"
        LC_ALL=C sort -o "$hashes" "$hashes"
    elif [ -z "$expected" ]; then
        echo "$target: no hash is known for $compiler; it is $found: add it with UPDATE=1 where you trust it"
        return
    else
        echo "Where a change of the numbers is meant: UPDATE=1 make check TESTS=tests/repeatable.sh" >"$said"
        [ "$found" = "$expected" ]
        verdict "$target, $compiler: the numbers as before: hash $found, expected $expected" $?
    fi
    echo "$target, $compiler: $found"
}

if grep -q -c __asan_init "$ascc"; then
    echo "SKIP: sanitizers change what the compiler contracts"
    exit 77
elif [[ $("$ascc" "$sources/tests/repeatable/all.asc" --emit=c) == *asc_blas_product\(* ]]; then
    verdict "a product is left to the library: its rounding is not ours" 1
else
    for target in avx512 avx2 neon scalar; do
        case $target,$processor in
        avx*,x86_64 | neon,aarch64 | scalar,*) one $target ;;
        esac
    done
fi
summary
