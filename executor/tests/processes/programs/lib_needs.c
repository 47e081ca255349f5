extern int shared_value;
int shared_function(void);
int sum_of_shared(void) { return shared_value + shared_function(); }
