"""What people would pick instead: started for the benchmark that puts us beside them."""
