#!/bin/sh
# names.sh: the compiler's C sources know no layer, cell or stage of the standard library by its name.
set -u
: "${ASCC:=build/ascc}" "${SRCDIR:=.}"
# Words of English that mean something else in the compiler.
allowed='attend filter grouped linear novelty'
passed=0
failed=0
layers=$("$ASCC" --print-std | sed -n 's/^\(layer\|cell\) \([A-Za-z0-9_]*\).*/\2/p' | sort -u)
for name in $layers; do
    case " $allowed " in *" $name "*) continue ;; esac
    # As an identifier, a text or a word of a comment; std_asc.c, which is made from std.asc, lies elsewhere.
    if found=$(grep -n -i -w -E "$name|$name(s|_[a-z_]+)" "$SRCDIR"/compiler/*.[chyl] "$SRCDIR"/compiler/*.def); then
        failed=$((failed + 1))
        echo "$name is a layer of std.asc:"
        echo "$found"
    else
        passed=$((passed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 20 ]
