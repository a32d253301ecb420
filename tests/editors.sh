#!/usr/bin/env bash
# editors.sh: what editors and the shell know of the language is what the compiler knows; `ascc --format` of every file.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
scratch
cd "$sources" || exit 2

# same NAME A B: two lists of words are the same.
same() {
    diff <(tr ' ' '\n' <<<"$2") <(tr ' ' '\n' <<<"$3") >"$said" && [ -n "$2" ]
    verdict "$1" $?
}
list() { sort -u | tr '\n' ' '; }

# ---------------------------------------------------------------- words
keywords=$(sed -n 's/^\([a-z]*\)  *{ token->text = "\1".*/\1/p' compiler/scanner.l | list)
units=$(sed -n 's/^UNIT  *(\(.*\))$/\1/p' compiler/scanner.l | tr '|' '\n' | list)
vim=editors/vim/syntax/asc.vim
code=editors/vscode/syntaxes/asc.tmLanguage.json
same "keywords of $vim" "$(sed -n 's/^syntax keyword [A-Za-z]* //p' $vim | tr ' ' '\n' | list)" "$keywords"
same "units of $vim" "$(sed -n 's/.*\\(Hz\\|\(.*\)%\\).*/Hz\\|\1%/p' $vim | sed 's/\\|/\n/g' | list)" "$units"
same "keywords of $code" \
    "$(sed -n 's/.*"match": "\\\\b(\([a-z|]*\))\\\\b".*/\1/p' $code | tr '|' '\n' | list)" "$keywords"
same "units of $code" \
    "$(sed -n 's/.*((?:\(Hz[a-zA-Z|]*\))\\\\b|%).*/\1|%/p' $code | tr '|' '\n' | list)" "$units"
if command -v python3 >/dev/null; then
    for file in editors/vscode/*.json editors/vscode/*/*.json; do
        same "$file is JSON" "$(python3 -m json.tool "$file" >/dev/null 2>&1 && echo yes)" yes
    done
fi

# ---------------------------------------------------------------- completion
. editors/bash/ascc
complete_line() { # FUNCTION PROGRAM WORD..: what it offers for the last word
    COMP_WORDS=("${@:2}")
    COMP_CWORD=$(($# - 2))
    "$1" "$2" 2>/dev/null
    printf '%s\n' "${COMPREPLY[@]}" | list
}
table=$(sed -n 's/^ *{ "\([a-z-]*\)", [a-z]*_argument, .*/--\1/p' compiler/command.c | list)
same "options of ascc" "$(complete_line _ascc "$ascc" -- | tr ' ' '\n' | sed 's/=$//' | grep . | list)" "$table"
kinds=$(sed -n 's/.*kind\[\] = { "binary", \(.*\) };/\1/p' compiler/command.c | tr -d '", ' | wc -c)
same "kinds of --emit" "$(complete_line _ascc "$ascc" --emit = "" | tr -d ' \n' | wc -c)" $((kinds - 1))
same "params" "$(complete_line _ascc "$ascc" models/moe_cnn.asc -D bl)" "blocks= "
commands=$(sed -n 's/^    { "\([a-z]*\)", "[^"]*", *"\?[A-Za-z]*.*/\1/p' runtime/cli.c | list)
tiny=$build/tests/tiny
same "commands of a program" "$(complete_line _asc_model "$tiny" "" | tr ' ' '\n' | grep -v -e --help -e '^$' | list)" \
    "$commands"
for command in $commands; do
    same "options of $command" "$(complete_line _asc_model "$tiny" "$command" --)" \
        "$("$tiny" "$command" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | list)"
done
if command -v fish >/dev/null; then
    offered() { PATH=$(dirname "$ascc"):$PATH fish -c "source editors/fish/ascc.fish; complete -C 'ascc $1'" | cut -f1; }
    same "fish: options of ascc" "$(offered -- | grep -v '[a-z]=[a-z]' | grep -- -- | tr -d = | list)" "$table"
    same "fish: kinds of --emit" "$(offered --emit= | sed -n 's/^--emit=\([a-z]*\)$/\1/p' | grep -x -E 'c|ast|graph|dot|params|report' | list)" \
        "ast c dot graph params report "
fi
if command -v zsh >/dev/null; then
    cat >"$work/offered" <<'END'
compadd() { local word; for word; do print -r -- $word; done; }
offer() { words=(ascc $1) CURRENT=2 PREFIX=$1; . editors/zsh/_ascc; }
offer --
END
    same "zsh: options of ascc" "$(PATH=$(dirname "$ascc"):$PATH zsh -f "$work/offered" | grep '^--[a-z]' | tr -d = | list)" "$table"
fi

# ---------------------------------------------------------------- formatting
comments() { sed -n 's/^[^"#]*\(#.*\)$/\1/p' "$1" | sed 's/ *$//' | sort; }
tree() { "$ascc" --emit=ast "$1" 2>/dev/null | sed -e 's/  [0-9]*:[0-9]*$//' -e '/ number /s/\([0-9]\) \([A-Za-z%]\)/\1\2/'; }
for file in compiler/std.asc models/*.asc examples/*/*.asc tests/golden/*.asc tests/oracle/*.asc; do
    "$ascc" --format "$file" >"$work/once.asc" 2>/dev/null || continue
    "$ascc" --format "$work/once.asc" >"$work/twice.asc" 2>/dev/null
    tree "$file" >"$work/tree"
    tree "$work/once.asc" >"$work/tree_of_once"
    cmp -s "$work/once.asc" "$work/twice.asc" && cmp -s "$work/tree" "$work/tree_of_once" &&
        [ "$(comments "$file")" = "$(comments "$work/once.asc")" ]
    verdict "$file: formatting changes blanks only, and everything at once" $?
done
summary && [ "$passed" -gt 100 ]
