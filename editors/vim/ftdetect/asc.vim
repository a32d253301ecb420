" Files of the language asc.
autocmd BufNewFile,BufRead *.asc setfiletype asc
