" asc: experiments in acoustic scene classification. Layers and keys are plain names, so calls are shown by their form.
if exists('b:current_syntax')
    finish
endif

syntax keyword ascDefinition param include layer cell state
syntax keyword ascSection features network train evaluate
syntax keyword ascVersion asc
syntax keyword ascConditional if and or else
syntax match ascOperator "[-+*/^|<>=!]\|\.\."
syntax match ascCall "\<[A-Za-z_][A-Za-z0-9_]*\ze\s*[[(]"
syntax match ascStage "|\s*\zs[A-Za-z_][A-Za-z0-9_]*"
syntax match ascNext "\<[A-Za-z_][A-Za-z0-9_]*'"
syntax match ascNumber "\<\d\+\(\.\d\+\)\?\([eE][-+]\?\d\+\)\?\(\s*\(Hz\|kHz\|ms\|s\|samples\|frames\|dB\|%\)\a\@!\)\?"
syntax match ascComment "#.*$" contains=@Spell
syntax region ascText start=+"+ end=+"+ oneline

highlight default link ascDefinition Keyword
highlight default link ascSection Structure
highlight default link ascVersion PreProc
highlight default link ascConditional Conditional
highlight default link ascOperator Operator
highlight default link ascCall Function
highlight default link ascStage Function
highlight default link ascNext Identifier
highlight default link ascNumber Number
highlight default link ascComment Comment
highlight default link ascText String

let b:current_syntax = 'asc'
