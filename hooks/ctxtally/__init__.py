"""Count the tokens that coding agents read, and keep them inside budgets."""

__version__ = "0.1.0"
