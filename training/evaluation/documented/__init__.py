"""Quality of the advice, measured on documented communities: leave sources out, judge, compare, say how sure."""
