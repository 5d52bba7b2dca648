"""An article as a reader sees it: its text with all that was found marked in place, in the terminal or as HTML."""
