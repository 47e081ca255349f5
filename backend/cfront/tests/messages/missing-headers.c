int main() {
  printf("hi\n");
  int x = sqrt(2);
  return EXIT_SUCCESS;
}
