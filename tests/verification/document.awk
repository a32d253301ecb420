# document.awk: doc/verification.md from the table of sections and the records of the tests (verify.h); fields are separated
# by tabs.  What is wrong with them goes to the file `problems`.

# Rounded up: to a power of ten, from 0.1 to one digit.
function up(x, power) {
    if (x <= 0)
        return "0"
    for (power = -30; 10 ^ power < x * 0.999999; power++)
        ;
    if (x <= 0.1)
        return "1e" power
    return sprintf("%g", 10 ^ (power - 1) * int(x / 10 ^ (power - 1) + 0.999999))
}

function short(x) {
    x = sprintf(x > 0 && x < 0.01 ? "%.3e" : "%.4g", x)
    sub(/\.?0*e-0?/, "e-", x)
    return x
}

# Rounded down to ten dB; 300 dB are all that double precision holds.
function down(x) {
    return x > 300 ? 300 : int(x / 10) * 10
}

function is_ratio(quantity) {
    return quantity ~ /dB/
}

function sort(list, n, i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
            t = list[j]
            list[j] = list[j - 1]
            list[j - 1] = t
        }
}

function problem(text) {
    print text > problems
}

# The bound of a column, or "several", and then each cell has its own.
function note_bound(section, name, quantity, limit, key) {
    if ((key) in bound) {
        if (bound[key] != limit)
            problem(section ": " name ", " quantity ": has two bounds")
        return
    }
    bound[key] = limit
    if (!((section, quantity) in common))
        common[section, quantity] = limit
    else if (common[section, quantity] != limit)
        common[section, quantity] = "several"
}

function note_place(section, name, quantity) {
    if (!((section, name) in rowed)) {
        rowed[section, name]
        row[section, ++rows[section]] = name
    }
    if (!((section, quantity) in columned)) {
        columned[section, quantity]
        column[section, ++columns[section]] = quantity
    }
}

function cell(section, name, quantity, key, text) {
    key = section SUBSEP name SUBSEP quantity
    if (!(key in worst))
        return ""
    text = is_ratio(quantity) ? down(worst[key]) : up(worst[key])
    return common[section, quantity] == "several" ? text " (" short(bound[key]) ")" : text
}

function print_section(section, i, j, n, list, by, head) {
    n = split(tests[section], list, "\t")
    sort(list, n)
    for (i = 1; i <= n; i++)
        by = by (i > 1 ? ", " : "") "`tests/" list[i] "`"
    printf "\n## %s\n\n%s Shown by %s.\n\n", section, about[section], by
    for (i = 1; i <= columns[section]; i++)
        list[i] = column[section, i]
    sort(list, columns[section])
    head = "| case |"
    for (i = 1; i <= columns[section]; i++) {
        head = head " " list[i]
        if (common[section, list[i]] != "several")
            head = head (is_ratio(list[i]) ? "; at least " : "; at most ") short(common[section, list[i]])
        head = head " |"
    }
    print head
    gsub(/[^|]+/, "---", head)
    print head
    for (j = 1; j <= rows[section]; j++)
        name[j] = row[section, j]
    sort(name, rows[section])
    for (j = 1; j <= rows[section]; j++) {
        printf "| %s |", name[j]
        for (i = 1; i <= columns[section]; i++)
            printf " %s |", cell(section, name[j], list[i])
        print ""
    }
}

FNR == 1 {
    test = FILENAME
    is_sections = !sub(/\.verify$/, "", test)
    sub(/.*\//, "", test)
}
is_sections && !/^#/ && NF {
    order[++sections] = $1
    about[$1] = $2
}
is_sections {
    next
}
{
    key = $2 SUBSEP $3 SUBSEP $4
    error = $5 ~ /nan|inf/ ? (is_ratio($4) ? -1e9 : 1e99) : $5 + 0
    if (!(key in worst) || (is_ratio($4) ? error < worst[key] : error > worst[key]))
        worst[key] = error
    note_bound($2, $3, $4, $6 + 0, key)
    note_place($2, $3, $4)
    if (!(($2, test) in shown)) {
        shown[$2, test]
        tests[$2] = tests[$2] (tests[$2] ? "\t" : "") test
    }
    if (!($2 in about) && !($2 in missing)) {
        missing[$2]
        problem("the section `" $2 "` has no line in tests/verification/sections")
    }
}
END {
    print "# Verification"
    print ""
    print "What the tests measured: the largest error of everything that is compared with something independent, beside the"
    print "bound that the test enforces. `make verification` writes this file from the results of the tests, and `make check` fails"
    print "where it is out of date (`tests/verification.sh`). Errors are rounded up, small ones to a power of ten, since the next"
    print "processor or compiler rounds a little differently; ratios in dB are rounded down."
    for (s = 1; s <= sections; s++)
        if (rows[order[s]])
            print_section(order[s])
}
