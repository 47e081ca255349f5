void jumps(int n) {
    goto inside;
    {
        int a[n];
inside:
        a[0] = 1;
        goto out;
    }
out:
    switch (n) {
        int b[n];
    case 1:
        b[0] = 2;
    }
}
