#!/usr/bin/env bash
# options.sh: every option of ascc, as the table in command.c lists them, is told by --help and by the manual, and none is
# ignored; the manual has the commands of programs, exit statuses and variables of the environment, and nothing that is not.
set -u
. "${SRCDIR:?the sources}/tests/lib.sh"
workplace
export ASCC_CFLAGS=-O0 # the C compiler's time is not the subject
tried=

same() { [ -n "$1" ] && [ "$1" = "$2" ] || { diff <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2"); false; }; }
list() { sort -u | tr '\n' ' '; }

cat >net.asc <<'END'
asc 1
param classes = 3
features logmel {
    audio[channel = 1](8000 Hz) | spectrogram[bin](32 ms, hop = 16 ms)
    | mel[freq = 8] | decibels | segment[time = 20 frames]
}
network { logmel | conv[channel = 4] | relu | mean[freq, time] | dense[class = classes] | softmax[class] }
train { loss = cross_entropy(output, target); optimizer = sgd(0.01); epochs = 1; batch = 4 }
END

# ---------------------------------------------------------------- the tables
source=$sources/compiler/command.c
long=$(sed -n 's/^ *{ "\([a-z-]*\)", [a-z]*_argument, .*/--\1/p' "$source" | list)
short=$(sed -n 's/.*getopt_long(argc, argv, "\([A-Za-z:]*\)".*/\1/p' "$source" | tr -d : | sed 's/./-& /g')
kinds=$(sed -n 's/.*kind\[\] = { "binary", \(.*\) };/\1/p' "$source" | tr -d '",' | tr ' ' '\n' | list)
letters=$(sed -n 's/.*strspn(argument, "\([A-Za-z]*\)").*/\1/p' "$source" | sed 's/./& /g')
targets=$(sed -n 's/^    *{ *"\([a-z0-9]*\)", .*/\1/p' "$sources/compiler/target.c" | list)

# ---------------------------------------------------------------- none is ignored
# differ OPTION COMMAND...: each command, a word, prints something, and no two the same
differ() {
    local option=$1 command sum sums=
    tried="$tried $option"
    shift
    for command; do
        # shellcheck disable=SC2086 # several words
        sum=$("$ascc" $command 2>&1 | sed 's/"--[a-z]*=[a-z0-9]*"//' | md5sum)
        holds "$option: \"$command\" is not the same as another" [ "${sums/"$sum"/}" = "$sums" ]
        sums="$sums $sum"
    done
}
each() { for word in $1; do echo "${2/\%/$word}"; done; }
mapfile -t commands < <(each "$kinds" "net.asc --emit=%")
differ --emit "${commands[@]}"
mapfile -t commands < <(each "$targets" "net.asc --emit=c --target=%")
differ --target "${commands[@]}"
mapfile -t commands < <(each "$letters" "net.asc --emit=graph -d %")
differ -d "net.asc --emit=graph" "${commands[@]}"
differ --real "net.asc --emit=c --real=float" "net.asc --emit=c --real=double"
differ -O "net.asc --emit=c" "net.asc --emit=c -O0"
passes=$(sed -n 's/^PASS(\([a-z]*\), .*/\1/p' "$sources/compiler/passes.def" | list)
differ --without "net.asc --emit=c" "net.asc --emit=c --without=simplify" "net.asc --emit=c --without=inline,tile"
differ --recompute "net.asc --emit=c" "net.asc --emit=c --recompute"
differ -D "net.asc --emit=params" "net.asc --emit=params -D classes=4"
differ --print-std --print-std --version --help "--format net.asc"
tried="$tried --version --help --format"
same "$("$ascc" -h)" "$("$ascc" --help)" >/dev/null
holds "-h is --help" [ $? -eq 0 ]
"$ascc" net.asc --emit=c -o out.c
holds "-o names the file" test -s out.c
"$ascc" net.asc -o program --keep parts
holds "--keep keeps the C" [ -n "$(ls parts/*.c 2>/dev/null)" ]
tried="$tried -h -o --keep"
holds "every option was tried" same "$(tr ' ' '\n' <<<"$tried" | grep . | list)" \
    "$(tr ' ' '\n' <<<"$short $long" | grep . | list)"

# ---------------------------------------------------------------- help and manual
"$ascc" --help >help
manual=$sources/doc/ascc.1
for option in $short $long; do
    [ "$option" = -h ] || holds "--help tells of $option" contains " $option" help
    [ "$option" = -h ] || holds "the manual tells of $option" contains "Fl ${option#-}" "$manual"
done
told() { sed -n "/^\.Sh $1/,/^\.Sh/p" "$manual"; } # told SECTION
options=$(told DESCRIPTION | sed -n 's/^\.It Fl \([A-Za-z-]*\).*/-\1/p' | sed 's/^-O0/-O/' | list)
holds "the manual has no other options" [ -z "$(comm -23 <(tr ' ' '\n' <<<"$options" | sort) <(tr ' ' '\n' <<<"$short $long" | sort))" ]
holds "kinds of --emit in the manual" same "$(told DESCRIPTION | sed -n '/Fl -emit/,/^\.El/s/^\.It Cm //p' | list)" "$kinds"
for word in $targets native float double; do
    holds "the manual tells of $word" contains "^\.Cm.*\b$word\b" "$manual"
    holds "--help tells of $word" contains "\b$word\b" help
done
for letter in $letters; do
    holds "the manual tells of -d $letter" contains "^\.Cm $letter$" "$manual"
    holds "--help tells of -d $letter" contains "-d LETTERS.* $letter " help
done
holds "passes in the manual" same "$(sed -n '/^\.It Fl -without/,/^\.It Fl d /s/^\.Cm //p' "$manual" | tr -d ',.' | tr ' ' '\n' | grep . | list)" "$passes"
holds "passes in --help" same "$(sed -n '/^passes,/,$s/^  \([a-z]*\) .*/\1/p' help | list)" "$passes"
tiny=$build/tests/tiny
commands=$("$tiny" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | list)
holds "commands in the manual" same "$(told 'THE PROGRAM' | sed -n 's/^\.It Cm \([a-z]*\).*/\1/p' | list)" "$commands"
for command in $commands; do
    "$tiny" "$command" --help >help
    for option in $(told 'THE PROGRAM' | sed -n "/^\.It Cm $command/,/^\.It/p" | sed '$d' | grep -o 'Fl -\{0,1\}[a-z-]*' | sed 's/Fl /-/'); do
        holds "$command has $option, which the manual tells of" contains "^  $option\b" help
    done
done
holds "variables in the manual" same "$(told ENVIRONMENT | sed -n 's/^\.It Ev //p' | list)" \
    "$(cat "$sources"/compiler/*.c "$sources"/runtime/*.c | grep -o 'getenv("[A-Z_]*")' | tr -d 'getnv()"' | list)"
holds "exit statuses in the manual" same "$(told 'EXIT STATUS' | sed -n 's/^\.It //p' | list)" \
    "$("$ascc" --help | sed -n 's/^exit status: //p' | grep -o '[0-9]' | list)"
if command -v groff >/dev/null; then
    holds "groff finds nothing wrong in the manual" [ -z "$(groff -mdoc -Tascii -z "$manual" 2>&1)" ]
fi
summary
