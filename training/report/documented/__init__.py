"""The report on quality: what documented communities say of the advice, for a program manager and a statistician."""
