# figures.awk: the tables of a document as lines: section, case, quantity, figure, bound.
BEGIN {
    FS = " *[|] *"
    OFS = "\t"
}
/^## / {
    section = substr($0, 4)
}
!/^[|]/ {
    in_table = 0
    next
}
/^[|]---/ {
    next
}
!in_table {
    in_table = 1
    for (i = 3; i < NF; i++) {
        bound[i] = ""
        quantity[i] = $i
        if (match($i, /; at (most|least) .*/)) {
            quantity[i] = substr($i, 1, RSTART - 1)
            bound[i] = substr($i, RSTART)
            sub(/; at (most|least) /, "", bound[i])
        }
    }
    next
}
{
    for (i = 3; i < NF; i++) {
        if (!split($i, part, " "))
            continue
        gsub(/[()]/, "", part[2])
        print section, $2, quantity[i], part[1], bound[i] != "" ? bound[i] : part[2]
    }
}
