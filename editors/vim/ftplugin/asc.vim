" asc: comments, indentation, and gq by the compiler's own formatter.
setlocal commentstring=#\ %s comments=:#
setlocal shiftwidth=4 expandtab smartindent
setlocal formatprg=ascc\ --format\ /dev/stdin
let b:undo_ftplugin = 'setlocal commentstring< comments< shiftwidth< expandtab< smartindent< formatprg<'
