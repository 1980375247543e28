"""What the program runs on: processes, memory, cores, devices."""
