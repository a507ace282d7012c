"""The reasoning that rules share: what a recording says of the notes that cite it."""
