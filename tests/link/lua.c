// link: /usr/lib/x86_64-linux-gnu/liblua5.4.a -lm
// needs: /usr/lib/x86_64-linux-gnu/liblua5.4.a liblua5.4-dev
#include <lua5.4/lua.h>
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
#include <stdio.h>

static int twice(lua_State *l)
{
    lua_pushinteger(l, 2 * luaL_checkinteger(l, 1));
    return 1;
}

static const char *text =
    "print(twice(21), math.sqrt(2), ('x'):rep(5, '-'))\n"
    "local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)\n"
    "print(co(), co(), co())\n"
    "print(pcall(error, 7))\n"
    "print(select(2, pcall(function() return 1 + nil end)))\n"
    "local t = {} for w in ('the quick brown fox'):gmatch('%a+') do t[#t + 1] = w end\n"
    "table.sort(t) print(table.concat(t, ' '))\n"
    "print(string.pack('<i4', 77):byte(1, -1))\n";

int main(void)
{
    lua_State *l = luaL_newstate();
    luaL_openlibs(l);
    lua_register(l, "twice", twice);
    lua_pushcfunction(l, twice);
    // The address in a table's name differs from run to run.
    lua_getglobal(l, "string");
    lua_pop(l, 2);
    int wrong = luaL_dostring(l, text);
    if (wrong)
        puts(lua_tostring(l, -1));
    wrong |= luaL_dostring(l, "error('at the end')");
    puts(lua_tostring(l, -1));
    lua_close(l);
    return wrong;
}
