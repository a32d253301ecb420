#!/usr/bin/env bash
# repeatable.sh: a training with a fixed seed, of everything whose rounding this project decides (integer samples, own exp and
# log, fixed contraction, no library for matrix products), ends with weights of a known hash, for every target that runs here.
# tests/repeatable/hashes has them by target, compiler and its major version; of others the script says only what was found.
# UPDATE=1: writes those of the targets that run here.
set -u
ascc=${ASCC:?the compiler to test}
source_dir=${SRCDIR:?the source tree}
sound=${BUILDDIR:?the build tree}/tests/sound_file
hashes=$source_dir/tests/repeatable/hashes
cc=${ASCC_CC:-${CC:-cc}}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export ASC_CACHE=$work/cache
unset ASCC_CFLAGS
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "FAILED: $1"
    [ ! -s "$work/said" ] || sed 's/^/    /' "$work/said"
}

compiler=$(echo '__clang_major__ __GNUC__' | $cc -E -P - | sed -n 's/^__clang_major__ \(.*\)/gcc \1/p; s/^\([0-9][0-9]*\) .*/clang \1/p')
echo "the compiler is $compiler"

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
    if ! "$ascc" "$source_dir/tests/repeatable/all.asc" --target="$target" -o "$work/$target" >"$work/said" 2>&1; then
        fail "$target: does not compile"
        return
    fi
    { "$work/$target" train --data "$work/data" --out "$work/run_$target" >"$work/said" 2>&1; } 2>/dev/null
    case $? in
    0) ;;
    132) echo "$target: does not run on this processor" && return ;;
    *) fail "$target: does not train" && return ;;
    esac
    found=$(hash "$work/run_$target/weights.safetensors")
    expected=$(sed -n "s/^$target $compiler //p" "$hashes")
    if [ "${UPDATE:-0}" = 1 ]; then
        sed -i "/^$target $compiler /d" "$hashes"
        echo "$target $compiler $found" >>"$hashes"
        LC_ALL=C sort -o "$hashes" "$hashes"
    elif [ -z "$expected" ]; then
        echo "$target: no hash is known for $compiler; it is $found: add it with UPDATE=1 where you trust it"
        return
    elif [ "$found" != "$expected" ]; then
        fail "$target, $compiler: other numbers than before: hash $found, expected $expected"
        echo "Where a change of the numbers is meant: UPDATE=1 make check TESTS=tests/repeatable.sh"
        return
    fi
    passed=$((passed + 1))
    echo "$target, $compiler: $found"
}

if grep -q -c __asan_init "$ascc"; then
    echo "sanitizers change what the compiler contracts: nothing is compared"
elif [[ $("$ascc" "$source_dir/tests/repeatable/all.asc" --emit=c) == *asc_blas_product\(* ]]; then
    fail "a product is left to the library: its rounding is not ours"
else
    for target in avx512 avx2 neon scalar; do
        case $target,$(uname -m) in
        avx*,x86_64 | neon,aarch64 | scalar,*) one $target ;;
        esac
    done
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
