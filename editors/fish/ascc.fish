# Completion of ascc for fish: options are read from its help.  Programs print theirs: `PROGRAM completion fish`.

function __ascc_options # name, tab, what the help says behind it
    set -l help (ascc --help | string match -v 'example*')
    string replace -rf -- '^  (-[-A-Za-z0-9]+=?)[A-Z]*(?: [A-Z=]+)?  +(.*)' '$1\t$2' $help
    string match -ra -- '(?<=[ [|])--[a-z][a-z-]*=?' $help | sort -u
end

function __ascc_kinds # --emit=KIND for every kind
    ascc --help | string match -rg -- '--emit=([a-z|]*)' | string split '|' | sort -u | string replace -r -- '^' '--emit='
end

complete -c ascc -f -a '(__fish_complete_suffix .asc)'
complete -c ascc -n 'string match -q -- "-*" (commandline -ct)' -a '(__ascc_options; __ascc_kinds)'
complete -c ascc -s o -r -F -d 'where the result goes'
