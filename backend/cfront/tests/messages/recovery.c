int x = 1;;
}
int y = 2;
int main(void) { return x + ; }
int z = (1 + 2;
