"""table: rows of text as a table that reads well in a terminal and as Markdown."""


def markdown(heads, rows):
    cells = [[str(c) for c in row] for row in (heads, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    lines = [" | ".join(c.ljust(w) for c, w in zip(row, widths)) for row in cells]
    rule = " | ".join("-" * w for w in widths)
    return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))
