#!/bin/sh
# Grades answers nobody has read: each file is to define
#     int clamp(int x, int low, int high);
# Every question is put to an answer in a process of its own with limits on time, memory and output,
# so that an answer that crashes, hangs or floods costs its author a point and nobody anything else.
cd "$(dirname "$0")" || exit 1

# One member of a line of JSON; texts and numbers in them have no quotes here.
member() {
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

for answer in answers/*.c; do
    passed=0
    remarks=
    while read -r question expected; do
        line=$(tine eval --json --timeout "${SECONDS_EACH:-1}" --max-memory 64M --max-output 1K \
            --file "$answer" "clamp($question)" </dev/null | tail -n 1)
        outcome=$(printf '%s\n' "$line" | member outcome)
        case $outcome in
        value)
            value=$(printf '%s\n' "$line" | member value)
            if [ "$value" = "$expected" ]; then
                passed=$((passed + 1))
            else
                remarks="$remarks clamp($question) is $expected, not $value;"
            fi
            ;;
        crashed) remarks="$remarks clamp($question): $(printf '%s\n' "$line" | member what);" ;;
        *) remarks="$remarks clamp($question): $outcome;" ;;
        esac
    done <<QUESTIONS
5,0,10 5
-3,0,10 0
11,0,10 10
QUESTIONS
    printf '%-12s %d/3%s\n' "$(basename "$answer" .c)" "$passed" "${remarks%;}"
done
