"""German: every list is one text, its words between commas."""

WORDS = {
    "function-words": """
        der, die, das, und, ist, nicht, mit, von, auf, für, eine, einen, dem, den, des, ein, sich, auch, wird,
        sind
    """,
}
