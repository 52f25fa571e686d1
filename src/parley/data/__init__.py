"""Reading and checking rows, keeping splits apart, and turning (text, actor) into model input."""
