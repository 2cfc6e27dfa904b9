"""What is done with the services as a whole: run them on one machine, give them calls, and see what became of each."""
