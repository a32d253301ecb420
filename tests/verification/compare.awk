# compare.awk: the figures of a document (figures.awk) against those of a new one; prints how many agree.  Each that does not
# is a line of the file `problems`.

# Not every machine has the instructions that the document was written with; one may have more of them.
function may_lack(name) {
    return name ~ /, fused$|^avx|^neon/
}
function may_add(name) {
    return name ~ /, fused$|^avx512|^neon/
}

# Another processor or compiler rounds otherwise, and the test itself enforces the bound: only what is two decades worse than the
# document says is out of date, and of that what is nothing beside the bound is not.
function worse(quantity, now, before, bound) {
    return quantity ~ /dB/ ? now < before - 40 : now > 100 * before && now > 1e-3 * bound
}

{
    key = $1 ": " $2 ", " $3
}
FNR == NR {
    figure[key] = $4
    name[key] = $2
    bound[key] = $5
    next
}
{
    seen[key]
}
!(key in figure) {
    if (!may_add($2))
        print key ": is not in the document" > problems
    next
}
bound[key] != $5 {
    print key ": the bound is " $5 ", the document says " bound[key] > problems
    next
}
worse($3, $4 + 0, figure[key] + 0, $5 + 0) {
    print key ": " $4 ", the document says " figure[key] > problems
    next
}
{
    fine++
}
END {
    for (key in figure)
        if (!(key in seen) && !may_lack(name[key]))
            print key ": is in the document, but was not measured" > problems
    print fine + 0
}
