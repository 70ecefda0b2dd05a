"""Evaluation: how good a challenger is, the gate to promotion, and what records say of each rule."""
