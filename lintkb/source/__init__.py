"""Bytes to notes: frontmatter, Markdown structure, wikilinks, citations."""
