"""Who may open funding's pages, and what they look like: one module for each noun group."""
