"""What a stage of a pipeline can do: each operation described once, in a module of its own."""
