enum color { RED, GREEN, BLUE, WHITE };
int switches(enum color c, int n) {
    switch (c) { case RED: n = 1; break; case 9: break; }
    switch (n > 1) { case 1: break; }
    switch (n) { n = 4; case 1: break; }
    switch (n) {
    case 1: n++;
    case 2: n--; /* falls through */
    case 3: n *= 2; [[fallthrough]];
    case 4: n = 0;
    case 5: break;
    }
    return n;
}
