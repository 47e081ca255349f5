// link: /usr/lib/x86_64-linux-gnu/libsqlite3.a -lm
// needs: /usr/lib/x86_64-linux-gnu/libsqlite3.a libsqlite3-dev
#include <sqlite3.h>
#include <stdio.h>

static int row(void *unused, int n, char **values, char **names)
{
    (void)unused;
    for (int i = 0; i < n; i++)
        printf("%s=%s%c", names[i], values[i] ? values[i] : "null", i + 1 < n ? ' ' : '\n');
    return 0;
}

int main(void)
{
    sqlite3 *db;
    char *why = 0;
    if (sqlite3_open(":memory:", &db))
        return 1;
    static const char *texts[] = {
        "create table t(a integer primary key, b text)",
        "with recursive c(x) as (select 1 union all select x + 1 from c where x < 10000)"
        " insert into t select x, printf('%05d', x * 7919 % 10007) from c",
        "create index i on t(b)",
        "select count(*) n, sum(a) s, min(b) lo, max(b) hi from t",
        "select a, b from t where b between '00100' and '00103' order by b",
        "select json_extract('{\"a\":[1,2,{\"b\":3}]}', '$.a[2].b') j, round(sqrt(2), 6) r",
        "select nothing from t",
    };
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
        if (sqlite3_exec(db, texts[i], row, 0, &why)) {
            printf("error: %s\n", why);
            sqlite3_free(why);
        }
    return sqlite3_close(db);
}
