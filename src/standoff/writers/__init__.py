"""What is told, written: one module for each format."""
